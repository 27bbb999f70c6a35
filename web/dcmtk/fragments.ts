import type { Ranged } from "./byte_ranges.ts";
import { DicomError } from "./dicom_error.ts";
import { UNDEFINED_LENGTH, type ByteSource, type Fragments, type Span } from "./events.ts";

const ITEM = 0xe000;
const SEQUENCE_END = 0xe0dd;
const ITEM_GROUP = 0xfffe;
const HEADER_BYTES = 8;
const MOST_FRAGMENTS = 1_000_000;

/** Walks the items of encapsulated Pixel Data. `end`: behind their delimiter. `error`: they end too early. Source: PS3.5 A.4. */
export function walkFragments(
  source: ByteSource,
  begin: number,
): { fragments: Fragments; end: number; error?: DicomError } {
  const { view } = source;
  const items: Span[] = [];
  const done = (end: number, error?: DicomError) => {
    const [table, ...spans] = items;
    const fragments = { offsetTable: table ? offsets(view, table) : [], spans };
    return error ? { fragments, end, error } : { fragments, end };
  };
  for (let offset = begin; ;) {
    if (offset + HEADER_BYTES > view.byteLength)
      return done(
        view.byteLength,
        new DicomError("truncated", "the file ends inside its pixel data", offset),
      );
    const element = view.getUint16(offset + 2, true);
    const length = view.getUint32(offset + 4, true);
    offset += HEADER_BYTES;
    if (view.getUint16(offset - HEADER_BYTES, true) !== ITEM_GROUP)
      return done(offset, new DicomError("corrupt", "not a fragment", offset));
    if (element === SEQUENCE_END) return done(offset);
    if (element !== ITEM || items.length > MOST_FRAGMENTS)
      return done(offset, new DicomError("corrupt", "not a fragment", offset));
    const there = Math.min(length, view.byteLength - offset);
    items.push({ offset, length: there });
    offset += there;
    if (there < length)
      return done(
        offset,
        new DicomError("truncated", "a fragment is longer than the file", offset),
      );
  }
}

function offsets(view: DataView, table: Span): number[] {
  const count = Math.floor(table.length / 4);
  return Array.from({ length: count }, (_, i) => view.getUint32(table.offset + 4 * i, true));
}

/** The fragments of each frame by the Basic Offset Table; undefined when it is empty or fits no fragments. */
export function framesByTable({ offsetTable, spans }: Fragments): Span[][] | undefined {
  const first = spans[0];
  if (offsetTable.length === 0 || !first) return undefined;
  const frames: Span[][] = [];
  for (const span of spans) {
    const at = span.offset - first.offset;
    if (offsetTable[frames.length] === at) frames.push([span]);
    else if (frames.length === 0) return undefined;
    else frames.at(-1)?.push(span);
  }
  return frames.length === offsetTable.length ? frames : undefined;
}

/** Items one after the other. */
export interface ItemList {
  readonly items: readonly Span[];
  /** Ended by their delimiter: nothing is missing. */
  readonly isDelimited: boolean;
  /** Behind the last value. */
  readonly end: number;
}
/** The items of encapsulated Pixel Data. */
export interface FragmentList extends Pick<ItemList, "isDelimited"> {
  /** Undefined: the first item is no table. */
  readonly offsetTable: readonly number[] | undefined;
  readonly spans: readonly Span[];
}

const MOST_TABLE_BYTES = 400_000;
/** Of short fragments several headers are read at once. */
const SHORT_FRAGMENT = 4096;
const READ_AHEAD = 64 * 1024;

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Walks items from `begin`, reading their headers only; a value that is cut off is shortened. Errors: unsupported (what is no
 *  fragment), limit_exceeded. Twin of dicom::read_fragments. Source: PS3.5 A.4, 7.5. */
export function* readItems(begin: number, size: number, most = Infinity): Ranged<ItemList> {
  const items: Span[] = [];
  let offset = begin;
  let aheadOffset = 0;
  let ahead: DataView = new DataView(new ArrayBuffer(0));
  for (let length = Infinity; offset + HEADER_BYTES <= size && items.length < most;) {
    if (offset < aheadOffset || offset + HEADER_BYTES > aheadOffset + ahead.byteLength) {
      const wanted = items.length > 1 && length < SHORT_FRAGMENT ? READ_AHEAD : HEADER_BYTES;
      aheadOffset = offset;
      ahead = viewOf(yield { offset, length: Math.min(wanted, size - offset) });
    }
    const at = offset - aheadOffset;
    const group = ahead.getUint16(at, true);
    const element = ahead.getUint16(at + 2, true);
    length = ahead.getUint32(at + 4, true);
    if (group === ITEM_GROUP && element === SEQUENCE_END)
      return { items, isDelimited: true, end: offset };
    if (group !== ITEM_GROUP || element !== ITEM || length === UNDEFINED_LENGTH)
      throw new DicomError("unsupported", "the pixel data holds something that is no fragment");
    if (items.length > MOST_FRAGMENTS)
      throw new DicomError("limit_exceeded", "too many fragments", offset);
    offset += HEADER_BYTES;
    const there = Math.min(length, size - offset);
    items.push({ offset, length: there });
    offset += there;
    if (there < length) break;
  }
  return { items, isDelimited: false, end: offset };
}

/** The Basic Offset Table that an item is, which may be empty and else begins with 0; undefined when it is none. */
export function* readTable(table: Span | undefined): Ranged<number[] | undefined> {
  if (!table || table.length === 0) return [];
  const { offset, length } = table;
  if (length > MOST_TABLE_BYTES || length % 4 !== 0) return undefined;
  if (viewOf(yield { offset, length: 4 }).getUint32(0, true) !== 0) return undefined;
  return offsets(viewOf(yield table), { offset: 0, length });
}

/** The table and all fragments. Errors: as readItems. */
export function* readFragments(begin: number, size: number): Ranged<FragmentList> {
  const { items, isDelimited } = yield* readItems(begin, size);
  const [table, ...spans] = items;
  return { offsetTable: yield* readTable(table), spans, isDelimited };
}
