// Objects of 4.5 GiB that take no room on a disk with sparse files: RLE frames of gradients around frames that are holes.
import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { part10 } from "./part10.mjs";

export type OffsetTable = "extended" | "basic" | "none";
export interface LargeObject {
  readonly path: string;
  readonly table: OffsetTable;
  readonly uid: string;
}

export const SIDE = 256;
/** More than any frame may have (Limits::max_frame_bytes), so that nobody decodes it. */
const HOLE_BYTES = 1200 * 1024 ** 2;
const RLE = "1.2.840.10008.1.2.5";
/** a hole: null */
const FRAMES = [1, null, null, null, null, 2, 3] as const;
export const LAST_FRAME = FRAMES.length;
export const REAL_FRAMES = [1, 6, 7];

/** Stored values of frame `number` (counted from 1): no two frames are alike. */
export function valuesOf(number: number): Uint8Array {
  const kind = FRAMES[number - 1] ?? 0;
  return Uint8Array.from({ length: SIDE * SIDE }, (_, at) => {
    const [row, col] = [Math.floor(at / SIDE), at % SIDE];
    return (row * kind + col * (4 - kind) + (row % 7) * kind) & 255;
  });
}
/** One segment of literal runs. PS3.5 G.3, G.4, G.5. */
export function rleFrame(values: Uint8Array): Buffer {
  const header = Buffer.alloc(64);
  header.writeUInt32LE(1, 0);
  header.writeUInt32LE(64, 4);
  const runs: Buffer[] = [header];
  for (let at = 0; at < values.length; at += 128)
    runs.push(Buffer.from([127]), Buffer.from(values.subarray(at, at + 128)));
  const frame = Buffer.concat(runs);
  return frame.length % 2 === 0 ? frame : Buffer.concat([frame, Buffer.alloc(1)]);
}
function itemHeader(element: number, length: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16LE(0xfffe, 0);
  header.writeUInt16LE(element, 2);
  header.writeUInt32LE(length, 4);
  return header;
}
function numbers(values: readonly number[], bytes: 4 | 8): Buffer {
  const table = Buffer.alloc(bytes * values.length);
  for (const [i, value] of values.entries()) {
    if (bytes === 8) table.writeBigUInt64LE(BigInt(value), 8 * i);
    else table.writeUInt32LE(value % 2 ** 32, 4 * i); // what programs write that do not know better
  }
  return table;
}
/** An element of bytes, with a VR that part10.mjs does not know. */
function element(tag: number, vr: string, value: Buffer | null): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16LE(tag >>> 16, 0);
  header.writeUInt16LE(tag & 0xffff, 2);
  header.write(vr, 4, "latin1");
  header.writeUInt32LE(value?.length ?? 0xffffffff, 8);
  return value === null ? header : Buffer.concat([header, value]);
}

/** Writes the file; returns its size. */
export function writeLargeObject({ path, table, uid }: LargeObject): number {
  const frames = FRAMES.map((kind, i) => (kind === null ? null : rleFrame(valuesOf(i + 1))));
  const lengths = frames.map((frame) => frame?.length ?? HOLE_BYTES);
  const offsets = lengths.map((_, i) => lengths.slice(0, i).reduce((sum, n) => sum + n + 8, 0));
  const basic = table === "basic" ? numbers(offsets, 4) : Buffer.alloc(0);
  const head = Buffer.concat([
    part10(
      {
        "0008,0016": ["UI", "1.2.840.10008.5.1.4.1.1.7.2"],
        "0008,0018": ["UI", `${uid}.1.1`],
        "0008,0060": ["CS", "OT"],
        "0010,0010": ["PN", "Large^Object"],
        "0010,0020": ["LO", "LARGE-1"],
        "0020,000d": ["UI", uid],
        "0020,000e": ["UI", `${uid}.1`],
        "0020,0013": ["IS", "1"],
        "0028,0002": ["US", 1],
        "0028,0004": ["CS", "MONOCHROME2"],
        "0028,0008": ["IS", String(LAST_FRAME)],
        "0028,0010": ["US", SIDE],
        "0028,0011": ["US", SIDE],
        "0028,0100": ["US", 8],
        "0028,0101": ["US", 8],
        "0028,0102": ["US", 7],
        "0028,0103": ["US", 0],
        "0028,1050": ["DS", "128"],
        "0028,1051": ["DS", "256"],
      },
      RLE,
    ),
    ...(table === "extended"
      ? [
          element(0x7fe00001, "OV", numbers(offsets, 8)),
          element(0x7fe00002, "OV", numbers(lengths, 8)),
        ]
      : []),
    element(0x7fe00010, "OB", null),
    itemHeader(0xe000, basic.length),
    basic,
  ]);
  const file = openSync(path, "wx");
  try {
    let at = writeSync(file, head, 0, head.length, 0);
    for (const [i, frame] of frames.entries()) {
      at += writeSync(file, itemHeader(0xe000, lengths[i] ?? 0), 0, 8, at);
      if (frame !== null) writeSync(file, frame, 0, frame.length, at);
      at += lengths[i] ?? 0;
    }
    writeSync(file, itemHeader(0xe0dd, 0), 0, 8, at);
    ftruncateSync(file, at + 8);
    return fstatSync(file).size;
  } finally {
    closeSync(file);
  }
}
