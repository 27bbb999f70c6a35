// DICOM of JPEG XL (PS3.5 A.4.11): pictures whose every value is known, encoded by Debian's cjxl, and what its djxl gives back.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encapsulated, part10 } from "./part10.mjs";

const LOSSLESS = "1.2.840.10008.1.2.4.110";
const LOSSY = "1.2.840.10008.1.2.4.112";
/** Of the lossless pictures, and of the lossy ones. */
const STUDIES = { lossless: "2.25.3181110112", lossy: "2.25.3181110113" };
const studyOf = (isLossy) => (isLossy === true ? STUDIES.lossy : STUDIES.lossless);

/** A gradient with waves, edges and grain, and both ends of the range. */
function samples({ rows, cols, count, bits }) {
  const top = 2 ** bits - 1;
  const values = new Uint16Array(rows * cols * count);
  let grain = 4711;
  values.forEach((_, i) => {
    const x = Math.floor(i / count) % cols;
    const y = Math.floor(i / count / cols);
    grain = (Math.imul(grain, 1664525) + 1013904223) >>> 0;
    const wave = Math.sin(x * 0.05 + (i % count)) * Math.cos(y * 0.07);
    const edge = (x >> 5) % 3 === (y >> 4) % 3 ? 0.25 : 0;
    values[i] = Math.round(
      top * Math.min(1, Math.max(0, 0.35 + 0.3 * wave + edge + grain / 2 ** 39)),
    );
  });
  values[0] = 0;
  values[values.length - 1] = top;
  return values;
}

/** Stored values as little-endian bytes: what is hashed. */
function stored(values, bits) {
  return bits > 8 ? Buffer.from(values.buffer) : Buffer.from(Uint8Array.from(values));
}

/** libjxl's tools of Debian 12 take and give samples of more than a byte as fractions of this, whatever the file's maximum is. */
const WIDE = 65535;

function pnm({ rows, cols, count, bits }, values) {
  const top = 2 ** bits - 1;
  const body =
    bits > 8
      ? Buffer.from(values.map((value) => Math.round((value * WIDE) / top)).buffer).swap16()
      : stored(values, bits);
  const head = `${count === 3 ? "P6" : "P5"}\n${String(cols)} ${String(rows)}\n${String(bits > 8 ? WIDE : 255)}\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** The samples of the PNM file that djxl writes, little-endian. */
export function pnmSamples(file) {
  let at = 0;
  for (let line = 0; line < 3; line++) at = file.indexOf(10, at) + 1;
  const top = Number(file.toString("latin1", 0, at).trim().split("\n")[2]);
  if (top <= 255) return Buffer.from(file.subarray(at));
  const words = new Uint16Array(new Uint8Array(Buffer.from(file.subarray(at)).swap16()).buffer);
  const isWide = words.some((word) => word > top);
  return stored(isWide ? words.map((word) => Math.round((word * top) / WIDE)) : words, 16);
}

function elements({ rows, cols, count, bits, photometric, isLossy }, number, frames) {
  const grey = count === 1;
  const study = studyOf(isLossy);
  return {
    "0008,0016": ["UI", "1.2.840.10008.5.1.4.1.1.7"],
    "0008,0018": ["UI", `${study}.1.${String(number)}`],
    "0008,0020": ["DA", "20261101"],
    "0008,0060": ["CS", "OT"],
    "0010,0010": ["PN", "Phantom^Jxl"],
    "0010,0020": ["LO", "JXL-1"],
    "0020,000d": ["UI", study],
    "0020,000e": ["UI", `${study}.1`],
    "0020,0013": ["IS", number],
    "0028,0002": ["US", count],
    "0028,0004": ["CS", photometric ?? (grey ? "MONOCHROME2" : "RGB")],
    ...(grey ? {} : { "0028,0006": ["US", 0] }),
    "0028,0008": ["IS", frames],
    "0028,0010": ["US", rows],
    "0028,0011": ["US", cols],
    "0028,0100": ["US", bits > 8 ? 16 : 8],
    "0028,0101": ["US", bits],
    "0028,0102": ["US", bits - 1],
    "0028,0103": ["US", 0],
    ...(grey ? { "0028,1050": ["DS", 2 ** (bits - 1)], "0028,1051": ["DS", 2 ** bits] } : {}),
    ...(isLossy ? { "0028,2110": ["CS", "01"], "0028,2114": ["CS", "ISO_18181_1"] } : {}),
  };
}

const small = { rows: 90, cols: 120, count: 1, bits: 8 };
/** Name to what is in the file. Greater than a group (256 x 256) and than its first level (2048) where said so. */
const PICTURES = {
  "01_grey8": { ...small, options: ["-d", "0", "-e", "7"] },
  "02_grey12_bare": { ...small, bits: 12, options: ["-d", "0", "-e", "3", "--container=0"] },
  "03_grey16_boxes": { ...small, bits: 16, options: ["-d", "0", "-e", "5", "--container=1"] },
  "04_rgb8": { ...small, count: 3, options: ["-d", "0", "-e", "4"] },
  "05_grey12_groups": { rows: 300, cols: 530, count: 1, bits: 12, options: ["-d", "0", "-e", "3"] },
  "06_grey16_large": { rows: 60, cols: 2100, count: 1, bits: 16, options: ["-d", "0", "-e", "2"] },
  "07_rgb8_frames": { ...small, count: 3, frames: 3, options: ["-d", "0", "-e", "1"] },
  "08_lossy_xyb": {
    ...{ rows: 270, cols: 310, count: 3, bits: 8, photometric: "XYB", isLossy: true },
    options: ["-d", "1", "-e", "5"],
  },
  "09_lossy_modular": {
    ...small,
    count: 3,
    isLossy: true,
    options: ["-m", "1", "-d", "2", "-e", "3"],
  },
  "10_lossy_grey12": { ...small, bits: 12, isLossy: true, options: ["-d", "1", "-e", "4"] },
};

/** Writes NAME.dcm for each picture to `folder`. Per name: its study and instance, and per frame what djxl decodes and whether
 *  that is what was encoded. */
export function writeJpegXl(folder) {
  const scratch = mkdtempSync(join(tmpdir(), "sightline-cjxl-"));
  mkdirSync(folder, { recursive: true });
  /** @type {Record<string, { study: string, uid: string, isLossy: boolean, bits: number, frames: { stream: Buffer, decoded: Buffer, sha256: string }[] }>} */
  const made = {};
  Object.entries(PICTURES).forEach(([name, picture], index) => {
    const frames = Array.from({ length: picture.frames ?? 1 }, (_, frame) => {
      const values = samples(picture);
      values[1] = frame; // no frame is like another
      const files = {
        in: join(scratch, "in.pnm"),
        jxl: join(scratch, "out.jxl"),
        out: join(scratch, picture.count === 3 ? "out.ppm" : "out.pgm"),
      };
      writeFileSync(files.in, pnm(picture, values));
      const depth = `--override_bitdepth=${String(picture.bits)}`;
      execFileSync("cjxl", [files.in, files.jxl, ...picture.options, depth], { stdio: "pipe" });
      execFileSync("djxl", [files.jxl, files.out], { stdio: "pipe" });
      const decoded = pnmSamples(readFileSync(files.out));
      const sha256 = createHash("sha256").update(stored(values, picture.bits)).digest("hex");
      return { stream: readFileSync(files.jxl), decoded, sha256 };
    });
    const isLossy = picture.isLossy === true;
    const file = part10(elements(picture, index + 1, frames.length), isLossy ? LOSSY : LOSSLESS);
    writeFileSync(
      join(folder, `${name}.dcm`),
      Buffer.concat([file, encapsulated(frames.map(({ stream }) => stream))]),
    );
    const study = studyOf(isLossy);
    made[name] = {
      study,
      uid: `${study}.1.${String(index + 1)}`,
      isLossy,
      bits: picture.bits,
      frames,
    };
  });
  rmSync(scratch, { recursive: true });
  return { studies: STUDIES, pictures: made };
}
