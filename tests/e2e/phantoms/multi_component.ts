// Objects whose frames are components of JPEG 2000 codestreams, by OpenJPEG's tools; a transform over them is written into the
// codestream. PS3.5 A.4.4; ISO/IEC 15444-2 A.3.6 to A.3.9.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encapsulated, part10 } from "./part10.mjs";

export const ROWS = 60;
export const COLS = 75;

/** Six frames of 8 bits, each near the one before. */
export const frames = Array.from({ length: 6 }, (_, frame) =>
  Buffer.from(
    Array.from({ length: ROWS * COLS }, (_, i) => {
      const wave = Math.sin((i % COLS) / 9 + frame / 4) + Math.cos(i / COLS / 7);
      return Math.round(100 + 45 * wave) + ((i * (frame + 3)) % 5);
    }),
  ),
);

/** Of each codestream. */
export const halves = [frames.slice(0, 3), frames.slice(3)];

/** By a tool of OpenJPEG, from a file of one kind to one of another. */
function converted(
  tool: string,
  bytes: Buffer,
  [from, to]: readonly [string, string],
  options: readonly string[] = [],
): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "sightline-part-2-"));
  const [input, out] = [join(folder, `a.${from}`), join(folder, `b.${to}`)];
  try {
    writeFileSync(input, bytes);
    execFileSync(tool, ["-i", input, "-o", out, ...options], { stdio: "pipe" });
    return readFileSync(out);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Components, by OpenJPEG, without a transform over them. */
export function codestream(components: readonly Buffer[]): Buffer {
  const shape = [COLS, ROWS, components.length, 8, "u"].join(",");
  const options = ["-F", shape, "-mct", "0"];
  return converted("opj_compress", Buffer.concat(components), ["raw", "j2k"], options);
}
/** Its components, by OpenJPEG. */
export function decoded(stream: Buffer): Buffer[] {
  const planes = converted("opj_decompress", stream, ["j2k", "raw"]);
  return Array.from({ length: planes.length / (ROWS * COLS) }, (_, c) =>
    planes.subarray(c * ROWS * COLS, (c + 1) * ROWS * COLS),
  );
}
function segment(code: number, ...bytes: number[]): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(code, 0);
  head.writeUInt16BE(bytes.length + 2, 2);
  return Buffer.concat([head, Buffer.from(bytes)]);
}
/** Each component but the first as its difference from the one before. */
export function differences(components: readonly Buffer[]): Buffer {
  return codestream(
    components.map((values, c) =>
      Buffer.from(
        values.map((value, i) => value - (c === 0 ? 0 : (components[c - 1]?.[i] ?? 0) - 128)),
      ),
    ),
  );
}
/** The same with a matrix that adds each component to those before it, and 128 as offsets. ISO/IEC 15444-2 A.3.6 to A.3.9. */
export function mixed(components: readonly Buffer[], reversible = 0): Buffer {
  const stream = differences(components);
  stream.writeUInt16BE(0x8200, 6); // Rsiz
  stream[stream.indexOf(Buffer.from([0xff, 0x52])) + 8] = 2; // SGcod
  const sot = stream.indexOf(Buffer.from([0xff, 0x90]));
  const integers = (...values: number[]): number[] => values.flatMap((value) => [0, value]);
  return Buffer.concat([
    stream.subarray(0, sot),
    segment(0xff74, 0, 0, 1, 1, 0, 0, ...integers(1, 0, 0, 1, 1, 0, 1, 1, 1)),
    segment(0xff74, 0, 0, 2, 1, 0, 0, ...integers(128, 128, 128)),
    segment(0xff75, 0, 0, 1, 0, 0, 0, 1, 1, 0, 3, 0, 1, 2, 0, 3, 0, 1, 2, reversible, 1, 1),
    segment(0xff77, 1, 1),
    segment(0xff78, 0, 3, 7, 7, 7),
    stream.subarray(sot),
  ]);
}

export const STUDY = "2.25.1145001711";
export const uidOf = (number: number): string => `${STUDY}.1.${String(number)}`;

/** An object of six frames, or of two of colour, of JPEG 2000 Part 2. */
export function multiComponentFile(
  number: number,
  samples: 1 | 3,
  fragments: readonly Buffer[],
): Buffer {
  const elements = {
    "0008,0016": ["UI", "1.2.840.10008.5.1.4.1.1.7.2"],
    "0008,0018": ["UI", uidOf(number)],
    "0008,0060": ["CS", "OT"],
    "0010,0010": ["PN", "Components^Sightline"],
    "0020,000d": ["UI", STUDY],
    "0020,000e": ["UI", `${STUDY}.1`],
    "0020,0013": ["IS", number],
    "0028,0002": ["US", samples],
    "0028,0004": ["CS", samples === 3 ? "RGB" : "MONOCHROME2"],
    "0028,0006": ["US", 0],
    "0028,0008": ["IS", 6 / samples],
    "0028,0010": ["US", ROWS],
    "0028,0011": ["US", COLS],
    "0028,0100": ["US", 8],
    "0028,0101": ["US", 8],
    "0028,0102": ["US", 7],
    "0028,0103": ["US", 0],
  };
  return Buffer.concat([part10(elements, "1.2.840.10008.1.2.4.92"), encapsulated([...fragments])]);
}
