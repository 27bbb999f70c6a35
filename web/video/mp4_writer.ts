import type { CodecConfiguration } from "./codec.ts";

/** Ticks of a second: MPEG's. */
export const TIMESCALE = 90_000;

/** One picture's place in time, ticks; in the order of decoding. */
export interface Sample {
  readonly bytes: number;
  readonly isKey: boolean;
  readonly shownAt: number;
}

/** What stands before the pictures' bytes in an MP4 file of one video track: ftyp, moov and the head of mdat. ISO/IEC 14496-12.
 *  lastTicks: how long the picture that is shown last stays. */
export function mp4Head(
  configuration: CodecConfiguration,
  samples: readonly Sample[],
  lastTicks: number,
): Uint8Array<ArrayBuffer> {
  const bytes = samples.reduce((sum, sample) => sum + sample.bytes, 0);
  const type = box("ftyp", ascii("isom"), u32(512), ascii("isomiso2mp41"));
  // the place of the pictures depends on how long what stands before them is: a number of fixed size
  const length = type.length + movie(configuration, samples, lastTicks, 0).length + 8;
  return joined([
    type,
    movie(configuration, samples, lastTicks, length),
    u32(8 + bytes),
    ascii("mdat"),
  ]);
}

function movie(
  configuration: CodecConfiguration,
  samples: readonly Sample[],
  lastTicks: number,
  dataOffset: number,
): Uint8Array<ArrayBuffer> {
  const shown = samples.map(({ shownAt }) => shownAt).sort((a, b) => a - b);
  const first = shown[0] ?? 0;
  // Decoding runs at the pace of showing, and begins so much earlier that nothing is shown before it is decoded.
  const decodedAt = shown.map((time) => time - first);
  const delays = samples.map(({ shownAt }, i) => shownAt - first - (decodedAt[i] ?? 0));
  const lead = -delays.reduce((least, delay) => Math.min(least, delay), 0);
  const durations = decodedAt.map((time, i) => (decodedAt[i + 1] ?? time + lastTicks) - time);
  const total = (decodedAt.at(-1) ?? 0) + lastTicks;
  const { width, height } = configuration;
  const table = box(
    "stbl",
    full("stsd", 0, 0, u32(1), sampleEntry(configuration)),
    full("stts", 0, 0, runs(durations)),
    full("ctts", 0, 0, runs(delays.map((delay) => delay + lead))),
    full("stsc", 0, 0, u32(1, 1, samples.length, 1)),
    full("stsz", 0, 0, u32(0, samples.length), u32s(samples.map((one) => one.bytes))),
    full("stco", 0, 0, u32(1, dataOffset)),
    full("stss", 0, 0, counted(samples.flatMap(({ isKey }, i) => (isKey ? [i + 1] : [])))),
  );
  const media = box(
    "mdia",
    full("mdhd", 0, 0, u32(0, 0, TIMESCALE, total), u16(0x55c4, 0)),
    full("hdlr", 0, 0, u32(0), ascii("vide"), u32(0, 0, 0), ascii("\0")),
    box(
      "minf",
      full("vmhd", 0, 1, u16(0, 0, 0, 0)),
      box("dinf", full("dref", 0, 0, u32(1), full("url ", 0, 1))),
      table,
    ),
  );
  const size = [width << 16, height << 16];
  const track = box(
    "trak",
    full("tkhd", 0, 3, u32(0, 0, 1, 0, total, 0, 0), u16(0, 0, 0, 0), MATRIX, u32(...size)),
    box("edts", full("elst", 0, 0, u32(1, total, lead, 0x10000))),
    media,
  );
  const head = full(
    "mvhd",
    0,
    0,
    u32(0, 0, TIMESCALE, total, 0x10000),
    u16(0x100, 0, 0, 0, 0, 0),
    MATRIX,
    u32(0, 0, 0, 0, 0, 0, 2),
  );
  return box("moov", head, track);
}
function sampleEntry({ entry, box: name, record, width, height }: CodecConfiguration): Uint8Array {
  return box(
    entry,
    u32(0),
    u16(0, 1, 0, 0),
    u32(0, 0, 0),
    u16(width, height),
    u32(0x480000, 0x480000, 0),
    u16(1),
    new Uint8Array(32),
    u16(24, 0xffff),
    box(name, record),
  );
}
/** Equal neighbours as count and value, their number before them. */
function runs(values: readonly number[]): Uint8Array {
  const pairs: number[] = [];
  for (const value of values) {
    const last = pairs.length - 2;
    if (last >= 0 && pairs[last + 1] === value) pairs[last] = (pairs[last] ?? 0) + 1;
    else pairs.push(1, value);
  }
  return joined([u32(pairs.length / 2), u32s(pairs)]);
}
function counted(values: readonly number[]): Uint8Array {
  return joined([u32(values.length), u32s(values)]);
}

const MATRIX = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

function box(name: string, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 8);
  return joined([u32(length), ascii(name), ...parts]);
}
function full(
  name: string,
  version: number,
  flags: number,
  ...parts: readonly Uint8Array[]
): Uint8Array<ArrayBuffer> {
  return box(name, u32(version * 2 ** 24 + flags), ...parts);
}
function ascii(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
function u32(...values: readonly number[]): Uint8Array<ArrayBuffer> {
  return u32s(values);
}
function u32s(values: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setUint32(4 * i, value);
  });
  return bytes;
}
function u16(...values: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setUint16(2 * i, value);
  });
  return bytes;
}
function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
