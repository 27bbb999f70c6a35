import { SlError } from "../shared/errc.ts";

/** A box of an MP4 file, without its head. ISO/IEC 14496-12 4.2. */
export interface Box {
  readonly type: string;
  readonly body: DataView;
}

/** The boxes within bytes; one that goes beyond them ends the list. Never more than there are bytes for. */
export function boxesIn(view: DataView, from = 0): Box[] {
  const boxes: Box[] = [];
  for (let at = from; at + 8 <= view.byteLength;) {
    const head = boxHead(view, at);
    if (head === null || at + head.size > view.byteLength) break;
    const body = part(view, at + head.headBytes, head.size - head.headBytes);
    boxes.push({ type: head.type, body });
    at += head.size;
  }
  return boxes;
}
/** size: with the head; 0 bytes to go to the end of the file are told as Infinity. null: it is none. */
export function boxHead(
  view: DataView,
  at = 0,
): { readonly type: string; readonly size: number; readonly headBytes: number } | null {
  if (at + 8 > view.byteLength) return null;
  const type = String.fromCharCode(...[4, 5, 6, 7].map((i) => view.getUint8(at + i)));
  const short = view.getUint32(at);
  if (short === 0) return { type, size: Infinity, headBytes: 8 };
  if (short !== 1) return short < 8 ? null : { type, size: short, headBytes: 8 };
  if (at + 16 > view.byteLength) return null;
  const long = Number(view.getBigUint64(at + 8));
  return long < 16 ? null : { type, size: long, headBytes: 16 };
}
export function find(boxes: readonly Box[], type: string): DataView | null {
  return boxes.find((box) => box.type === type)?.body ?? null;
}
/** Throws SlError("corrupt") where it is not there. */
export function need(boxes: readonly Box[], type: string): DataView {
  const found = find(boxes, type);
  if (found === null) throw new SlError("corrupt", "the MP4 file lacks something that it needs");
  return found;
}
export function part(view: DataView, offset: number, length: number): DataView {
  return new DataView(view.buffer, view.byteOffset + offset, length);
}
/** Throws SlError("corrupt") for what a box ends inside of. */
export function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError)
      throw new SlError("corrupt", "a box of the MP4 file ends early");
    throw error;
  }
}
