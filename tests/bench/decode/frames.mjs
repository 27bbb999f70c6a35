// The frames that tests/bench/decode.mjs decodes: a real CT slice, and bigger pictures made of it, in every encoding by its
// reference encoder. Nothing here is written by our own code.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { part10 } from "../../e2e/phantoms/part10.mjs";

const SLICE = fileURLToPath(
  new URL(
    "../../../../shared/dicom/transfer-syntax/one-ct-17-syntaxes/CTImage.dcm_LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1.dcm",
    import.meta.url,
  ),
);

/** The slice's stored values without an offset: `{rows, cols, bits, values}`. */
function slice() {
  if (!existsSync(SLICE))
    throw new Error("../shared/dicom is not there: the slice is one of its files");
  const file = readFileSync(SLICE);
  const at = file.lastIndexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x57, 0, 0]));
  const length = file.readUInt32LE(at + 8);
  const side = Math.sqrt(length / 2);
  const stored = new Int16Array(
    file.buffer.slice(file.byteOffset + at + 12, file.byteOffset + at + 12 + length),
  );
  const least = stored.reduce((low, value) => Math.min(low, value), 0);
  return {
    rows: side,
    cols: side,
    bits: 12,
    values: Uint16Array.from(stored, (v) => Math.min(v - least, 4095)),
  };
}

/** Pseudo-random numbers that are the same each time, about normally distributed, deviation 1. */
function noise() {
  let state = 1;
  const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
  return () => Array.from({ length: 12 }, uniform).reduce((sum, value) => sum + value, -6);
}

/** The slice enlarged, in 14 bits, with the grain that a detector has. */
function enlarged(from, rows, cols) {
  const next = noise();
  const values = new Uint16Array(rows * cols);
  const step = Math.max(rows / from.rows, cols / from.cols);
  for (let y = 0; y < rows; ++y) {
    const v = Math.min(y / step, from.rows - 1.001);
    const row = Math.floor(v);
    for (let x = 0; x < cols; ++x) {
      const u = Math.min(x / step, from.cols - 1.001);
      const i = row * from.cols + Math.floor(u);
      const across = u % 1;
      const top = from.values[i] * (1 - across) + from.values[i + 1] * across;
      const bottom =
        from.values[i + from.cols] * (1 - across) + from.values[i + from.cols + 1] * across;
      const smooth = top * (1 - (v % 1)) + bottom * (v % 1);
      values[y * cols + x] = Math.max(0, Math.min(16383, Math.round(4 * smooth + 12 * next())));
    }
  }
  return { rows, cols, bits: 14, values };
}

/** Three colours of eight bits. */
function colour(from) {
  const values = new Uint8Array(from.values.length * 3);
  from.values.forEach((value, i) => {
    values[3 * i] = value >> 4;
    values[3 * i + 1] = (value >> 3) & 255 ? Math.min(255, value >> 5) : 0;
    values[3 * i + 2] = 255 - (value >> 4);
  });
  return { rows: from.rows, cols: from.cols, bits: 8, samples: 3, values };
}

function eight(from) {
  const values = Uint8Array.from(from.values, (value) => value >> (from.bits - 8));
  return { rows: from.rows, cols: from.cols, bits: 8, values };
}

function anyMap({ rows, cols, bits, samples = 1, values }) {
  const head = `${samples === 3 ? "P6" : "P5"}\n${String(cols)} ${String(rows)}\n${String(2 ** bits - 1)}\n`;
  const bytes = Buffer.from(values.buffer.slice(0));
  return Buffer.concat([Buffer.from(head), bits > 8 ? bytes.swap16() : bytes]);
}

function dataSet({ rows, cols, bits, values }) {
  const allocated = bits > 8 ? 16 : 8;
  return {
    "0008,0016": ["UI", "1.2.840.10008.5.1.4.1.1.7"],
    "0008,0018": ["UI", "2.25.1145001703.1.1"],
    "0008,0060": ["CS", "OT"],
    "0020,000d": ["UI", "2.25.1145001703"],
    "0020,000e": ["UI", "2.25.1145001703.1"],
    "0028,0002": ["US", 1],
    "0028,0004": ["CS", "MONOCHROME2"],
    "0028,0010": ["US", rows],
    "0028,0011": ["US", cols],
    "0028,0100": ["US", allocated],
    "0028,0101": ["US", bits],
    "0028,0102": ["US", bits - 1],
    "0028,0103": ["US", 0],
    "7fe0,0010": [bits > 8 ? "OW" : "OB", values],
  };
}

/** The fragments of one encapsulated frame, joined. PS3.5 A.4. */
function frameOf(file) {
  const start = file.lastIndexOf(
    Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 255, 255, 255, 255]),
  );
  let at = start + 12;
  at += 8 + file.readUInt32LE(at + 4);
  const parts = [];
  for (; file.readUInt16LE(at + 2) === 0xe000; at += 8 + file.readUInt32LE(at + 4))
    parts.push(file.subarray(at + 8, at + 8 + file.readUInt32LE(at + 4)));
  return Buffer.concat(parts);
}

/** Every frame to decode: `{name, codec, picture, bytes, isExact}`; isExact: the values are the picture's. */
export function makeFrames(isQuick) {
  const ct512 = slice();
  const pictures = { ct512 };
  if (!isQuick) {
    pictures.dx2048 = enlarged(ct512, 2048, 2048);
    pictures.mg4000 = enlarged(ct512, 4000, 3000);
  }
  const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));
  const file = (name) => join(folder, name);
  const encode = (out, command, ...args) => {
    execFileSync(command, [...args, file(out)], { stdio: "pipe" });
    return readFileSync(file(out));
  };
  const htj2k = (image, isReversible, ...more) =>
    encode(
      "a.j2c",
      "ojph_compress",
      "-i",
      image,
      "-num_decomps",
      "5",
      "-reversible",
      String(isReversible),
      "-prog_order",
      "RPCL",
      ...more,
      "-o",
    );
  const frames = [];
  const add = (name, codec, picture, bytes, isExact = true) => {
    frames.push({ name, codec, picture, bytes, isExact });
  };
  for (const [name, picture] of Object.entries(pictures)) {
    const image = file(`${name}.pgm`);
    writeFileSync(image, anyMap(picture));
    add(name, "HTJ2K", picture, htj2k(image, true));
    if (name !== "mg4000")
      add(`${name} 9/7`, "HTJ2K", picture, htj2k(image, false, "-qstep", "0.0005"), false);
    add(
      name,
      "J2K",
      picture,
      encode("a.j2k", "opj_compress", "-i", image, "-n", "6", "-p", "RPCL", "-o"),
    );
    const part = file(`${name}.dcm`);
    writeFileSync(part, part10(dataSet(picture)));
    add(name, "JPEG-LS", picture, frameOf(encode("a.dcm", "dcmcjpls", part)));
    add(name, "JPEG lossless", picture, frameOf(encode("a.dcm", "dcmcjpeg", "+e1", part)));
    const flat = eight(picture);
    const flatPart = file(`${name}8.dcm`);
    writeFileSync(flatPart, part10(dataSet(flat)));
    add(name, "JPEG baseline", flat, frameOf(encode("a.dcm", "dcmcjpeg", "+eb", flatPart)), false);
  }
  const rgb = colour(ct512);
  const image = file("rgb.ppm");
  writeFileSync(image, anyMap(rgb));
  add("rgb512", "HTJ2K", rgb, htj2k(image, true));
  rmSync(folder, { recursive: true });
  return frames;
}
