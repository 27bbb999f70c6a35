import { photometricCode } from "../shared/photometric.ts";
import type { ByteRange, Ranged } from "./byte_ranges.ts";
import { DicomError } from "./dicom_error.ts";
import type { Span } from "./events.ts";
import { describeFrames, type FrameFormat } from "./frame_description.ts";
import { mayHoldFrames, SIZ_BYTES } from "./frame_mark.ts";
import { readFragments, readItems, readTable, type FragmentList } from "./fragments.ts";
import { MOST_WHOLE_BYTES, type PixelLayout } from "./pixel_layout.ts";

/** Native frames, one after the other, without padding. Source: PS3.5 8.1.1. */
interface NativeFrames {
  readonly kind: "native";
  readonly count: number;
  readonly begin: number;
  /** Bytes of them that there are. */
  readonly length: number;
  readonly frameBits: number;
}
/** Frame n lies in [starts[n], ends[n]), headers of its fragments included, if the offset table is right. */
export interface TabledFrames {
  readonly kind: "tabled";
  readonly count: number;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Bytes of each frame without padding; empty when not told. */
  readonly lengths: readonly number[];
}
interface SpannedFrames {
  readonly kind: "spanned";
  readonly count: number;
  readonly spans: readonly (readonly Span[])[];
}
export type FrameIndex = NativeFrames | TabledFrames | SpannedFrames;

const MOST_FRAMES = 100_000;
const HTJ2K = 1;
const J2K = 2;
const ITEM_HEADER_BYTES = 8;
const YBR_FULL_422 = photometricCode("YBR_FULL_422");
const YBR_PARTIAL_420 = photometricCode("YBR_PARTIAL_420");
const YBR_PARTIAL_422 = photometricCode("YBR_PARTIAL_422");

const even = (length: number): number => length + (length % 2);

/** Samples of a native pixel whose chroma is shared with others; nothing where it is not. Twin of is_422 and is_420. */
function sharedSamples({ photometric }: FrameFormat): number | undefined {
  if (photometric === YBR_PARTIAL_420) return 1.5;
  return photometric === YBR_FULL_422 || photometric === YBR_PARTIAL_422 ? 2 : undefined;
}

function checkCount(count: number): number {
  if (count > MOST_FRAMES) throw new DicomError("limit_exceeded", "too many frames");
  return count;
}

/** Quirk: pixels that are said to be 4:2:2 and have three samples for each pixel. Twin of quirks::is_full_resolution_422. */
export function isFullResolution422(layout: PixelLayout, size: number): boolean {
  const { format, stated, element } = layout;
  if (sharedSamples(format) === undefined || element?.length === undefined) return false;
  const there = Math.min(element.length, size - element.offset);
  const sampleBytes = Math.floor(format.bitsAllocated / 8);
  return there >= format.rows * format.columns * 3 * sampleBytes * (stated ?? 1);
}

/** Twin of index_native in wasm/dicom/frame_index.cpp. */
function nativeFrames(
  layout: PixelLayout,
  begin: number,
  stated: number,
  size: number,
): FrameIndex {
  const { format } = layout;
  const available = size - begin;
  const length = Math.min(stated, available);
  const isCutOff = stated > available;
  const shared = sharedSamples(format);
  const isFull = shared === undefined || isFullResolution422(layout, size);
  const samples = !isFull ? shared : shared === undefined ? format.samplesPerPixel : 3;
  const frameBits = format.rows * format.columns * samples * format.bitsAllocated;
  const whole = Math.floor((length * 8) / frameBits);
  const one = even(Math.ceil(frameBits / 8));
  let count = layout.stated ?? 1;
  if (layout.stated === undefined && length > one && Math.ceil((whole * frameBits) / 8) === length)
    count = whole;
  if (count > whole && !isCutOff) count = Math.max(whole, 1);
  return { kind: "native", count: checkCount(count), begin, length, frameBits };
}

/** Bytes that native frame `index0` touches; a part of them when the object ends before. */
export function nativeRange({ begin, length, frameBits }: NativeFrames, index0: number): ByteRange {
  const from = Math.min(Math.floor((index0 * frameBits) / 8), length);
  const to = Math.min(Math.ceil(((index0 + 1) * frameBits) / 8), length);
  return { offset: begin + from, length: to - from };
}

/** Ascending from 0, and as many as frames are stated. */
function isTable(offsets: readonly number[], stated: number | undefined): boolean {
  return (
    offsets.length > 0 &&
    offsets.length === (stated ?? offsets.length) &&
    offsets[0] === 0 &&
    offsets.every((offset, i) => i === 0 || offset > (offsets[i - 1] ?? 0))
  );
}

/** The fragment at whose item each offset points; undefined when one points elsewhere. */
function startsAt(offsets: readonly number[], spans: readonly Span[]): number[] | undefined {
  const base = spans[0]?.offset ?? 0;
  const starts: number[] = [];
  let at = 0;
  for (const offset of offsets) {
    while (at < spans.length && (spans[at]?.offset ?? 0) - base < offset) ++at;
    const span = spans[at];
    if (!span || span.offset - base !== offset) return undefined;
    starts.push(at++);
  }
  return starts;
}

/** Which fragments begin frames, where tables and counts say so beyond doubt; else only what lies in them does. */
function frameStarts(
  layout: PixelLayout,
  { spans, offsetTable }: FragmentList,
): number[] | undefined {
  const { stated } = layout;
  const count = spans.length;
  if (offsetTable === undefined || (stated ?? 1) > count) return undefined;
  if (stated !== count && spans.some(({ length }) => length === 0)) return undefined;
  for (const table of [layout.extendedOffsets, offsetTable]) {
    const starts = isTable(table, stated) ? startsAt(table, spans) : undefined;
    if (starts) return starts;
  }
  if (stated === 1) return [0];
  if (stated === count) return spans.map((_, i) => i);
  return stated === undefined && count === 1 ? [0] : undefined;
}

/** The Extended Offset Table gives the lengths without the byte that makes them even. Source: PS3.3 C.7.6.3.1.9. */
function trimmed(frames: Span[][], lengths: readonly number[]): Span[][] {
  if (lengths.length !== frames.length) return frames;
  return frames.map((frame, i) => {
    const [only] = frame;
    const length = lengths[i] ?? 0;
    const isPadded = frame.length === 1 && length !== 0 && only?.length === length + 1;
    return isPadded ? [{ offset: only.offset, length }] : frame;
  });
}

/** Frames that only the module can tell apart: it sees all of the object. */
function* wholeFrames(size: number): Ranged<FrameIndex> {
  if (size > MOST_WHOLE_BYTES)
    throw new DicomError("limit_exceeded", "frames that only a look at all bytes can tell apart");
  const { spans, reason } = describeFrames(yield { offset: 0, length: size });
  if (spans.length === 0) throw new DicomError("unsupported", reason);
  return { kind: "spanned", count: spans.length, spans };
}

/** Undefined when something among the fragments is none. */
function* fragmentsFrom(begin: number, size: number): Ranged<FragmentList | undefined> {
  try {
    return yield* readFragments(begin, size);
  } catch (error) {
    if (error instanceof DicomError && error.code === "unsupported") return undefined;
    throw error;
  }
}

/** By the fragments, each of which is looked for; where they leave a doubt, wasm/dicom decides. */
export function* spannedFrames(
  layout: PixelLayout,
  begin: number,
  size: number,
): Ranged<FrameIndex> {
  const fragments = yield* fragmentsFrom(begin, size);
  const starts = fragments && !layout.isVideo ? frameStarts(layout, fragments) : undefined;
  if (fragments?.offsetTable && layout.isVideo && fragments.spans.length > 0) {
    const stream = [fragments.spans.filter(({ length }) => length > 0)];
    return { kind: "spanned", count: 1, spans: trimmed(stream, layout.extendedLengths) };
  }
  if (!fragments || !starts) return yield* wholeFrames(size);
  const frames = starts.map((from, i) => fragments.spans.slice(from, starts[i + 1]));
  const count = fragments.isDelimited ? starts.length : Math.max(layout.stated ?? 1, starts.length);
  while (frames.length < checkCount(count)) frames.push([]);
  return { kind: "spanned", count, spans: trimmed(frames, layout.extendedLengths) };
}

/** Where the items from `begin` end; NaN when they are none. */
function* itemsEnd(begin: number, size: number): Ranged<number> {
  try {
    return (yield* readItems(begin, size)).end;
  } catch (error) {
    if (error instanceof DicomError && error.code === "unsupported") return NaN;
    throw error;
  }
}

/** By an offset table alone, so that only the frames that are wanted are read; undefined when none may be right. */
function* tabledFrames(
  layout: PixelLayout,
  begin: number,
  size: number,
): Ranged<FrameIndex | undefined> {
  const { stated, extendedOffsets, extendedLengths } = layout;
  if (layout.isVideo) return undefined;
  const { items, end } = yield* readItems(begin, size, 1);
  const isExtended =
    isTable(extendedOffsets, stated) && extendedLengths.length === extendedOffsets.length;
  const basic = yield* readTable(items[0]);
  const table = isExtended ? extendedOffsets : basic;
  if (!basic || !table || !isTable(table, stated)) return undefined;
  const starts = table.map((offset) => end + offset);
  const last = starts.at(-1) ?? end;
  const lengths = isExtended ? extendedLengths : [];
  const ends = isExtended
    ? starts.map((start, i) => start + ITEM_HEADER_BYTES + even(lengths[i] ?? 0))
    : [...starts.slice(1), yield* itemsEnd(last, size)];
  const isInside = ends.every((each, i) => each <= (starts[i + 1] ?? size));
  return isInside ? { kind: "tabled", count: starts.length, starts, ends, lengths } : undefined;
}

/** Whether the frames are those of JPEG 2000, which may be components of one codestream. */
export function isJpeg2000({ encoding }: PixelLayout): boolean {
  return encoding === HTJ2K || encoding === J2K;
}

/** Whether the first codestream may hold several frames; only the module can tell them. Source: PS3.5 A.4.4. */
function* mayShare(layout: PixelLayout, begin: number, size: number): Ranged<boolean> {
  if (!isJpeg2000(layout) || (layout.stated ?? 1) <= 1) return false;
  const first = (yield* firstItems(begin, size))[1];
  if (!first || first.length < SIZ_BYTES) return true;
  const bytes = yield { offset: first.offset, length: SIZ_BYTES };
  return mayHoldFrames(bytes, layout.format.samplesPerPixel);
}

/** The offset table and the first fragment; nothing where they are none. */
function* firstItems(begin: number, size: number): Ranged<readonly Span[]> {
  try {
    return (yield* readItems(begin, size, 2)).items;
  } catch (error) {
    if (error instanceof DicomError && error.code === "unsupported") return [];
    throw error;
  }
}

/** Which frame of the codestream that it shares with its neighbours a frame is; undefined where it has one of its own. Twin of
 *  dicom::component_of_frame. */
export function frameOfCodestream(
  spans: readonly (readonly Span[])[],
  index0: number,
): number | undefined {
  const offset = (frame: number): number => spans[frame]?.[0]?.offset ?? NaN;
  let first = index0;
  while (first > 0 && offset(first - 1) === offset(index0)) --first;
  if (first === index0 && offset(index0 + 1) !== offset(index0)) return undefined;
  return index0 - first;
}

/** Where the frames lie. `isFar`: no more is read of the object than has to be. Errors: unsupported (they cannot be told apart),
 *  limit_exceeded, as reading. */
export function* indexFrames(
  layout: PixelLayout,
  size: number,
  isFar: boolean,
): Ranged<FrameIndex> {
  const { element } = layout;
  if (!element) return yield* wholeFrames(size);
  const { offset, length } = element;
  if (length !== undefined) return nativeFrames(layout, offset, length, size);
  if (yield* mayShare(layout, offset, size)) return yield* wholeFrames(size);
  const tabled = isFar ? yield* tabledFrames(layout, offset, size) : undefined;
  return tabled ?? (yield* spannedFrames(layout, offset, size));
}
