import { DicomError } from "./dicom_error.ts";
import type { ByteSource, Fragments, Span } from "./events.ts";

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
