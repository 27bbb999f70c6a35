import { Bytes } from "./object_bytes.ts";

/** Bytes of each frame: 4096 x 4096 samples of 8 bits. */
export const FRAME_BYTES = 2 ** 24;
const SIDE = [0, 16];
const ITEM_HEADER_BYTES = 8;

export type Tables = "none" | "basic" | "extended" | "wrong";

/** The header of an object whose frames are all of one value: that of frame n is n % 251. */
function header(frames: number, more: (bytes: Bytes) => void, syntax: string): Uint8Array {
  const bytes = new Bytes()
    .element(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7.2")
    .element(0x00080018, "UI", "1.2.3")
    .element(0x00280002, "US", [1, 0])
    .element(0x00280004, "CS", "MONOCHROME2")
    .element(0x00280008, "IS", String(frames))
    .element(0x00280010, "US", SIDE)
    .element(0x00280011, "US", SIDE)
    .element(0x00280100, "US", [8, 0])
    .element(0x00280101, "US", [8, 0])
    .element(0x00280102, "US", [7, 0])
    .element(0x00280103, "US", [0, 0]);
  more(bytes);
  return new Uint8Array(bytes.file(syntax));
}

function u64s(values: readonly number[]): number[] {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, i) => {
    view.setBigUint64(8 * i, BigInt(value), true);
  });
  return [...new Uint8Array(view.buffer)];
}
function u32s(values: readonly number[]): number[] {
  return [...new Uint8Array(Uint32Array.from(values).buffer)];
}

/** An object that is made as it is read, and counts what is read of it. */
export class VirtualObject {
  readonly size: number;
  bytesRead = 0;
  reads = 0;
  readonly #header: Uint8Array;
  readonly #stride: number;
  readonly #tail: Uint8Array;

  private constructor(head: Uint8Array, stride: number, frames: number, tail: Uint8Array) {
    this.#header = head;
    this.#stride = stride;
    this.#tail = tail;
    this.size = head.length + stride * frames + tail.length;
  }

  /** Native frames. */
  static native(frames: number): VirtualObject {
    const head = header(
      frames,
      (bytes) => bytes.header(0x7fe00010, "OB", FRAME_BYTES * frames),
      "1.2.840.10008.1.2.1",
    );
    return new VirtualObject(head, FRAME_BYTES, frames, new Uint8Array(0));
  }
  /** Encapsulated Uncompressed, one fragment for each frame. `wrong`: a table that points into the fragments. */
  static encapsulated(frames: number, tables: Tables): VirtualObject {
    const stride = FRAME_BYTES + ITEM_HEADER_BYTES;
    const at = Array.from({ length: frames }, (_, i) => stride * i + (tables === "wrong" ? i : 0));
    const head = header(
      frames,
      (bytes) => {
        if (tables === "extended") {
          bytes.element(0x7fe00001, "OV", u64s(at));
          bytes.element(0x7fe00002, "OV", u64s(at.map(() => FRAME_BYTES)));
        }
        const basic = tables === "basic" || tables === "wrong" ? u32s(at) : [];
        bytes.header(0x7fe00010, "OB", 0xffffffff).raw([0xfe, 0xff, 0, 0xe0]);
        bytes.raw(u32s([basic.length])).raw(basic);
      },
      "1.2.840.10008.1.2.1.98",
    );
    const tail = Uint8Array.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);
    return new VirtualObject(head, stride, frames, tail);
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    this.bytesRead += length;
    ++this.reads;
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) at += this.#fill(bytes.subarray(at), offset + at);
    return Promise.resolve(bytes);
  }

  /** Writes some of what begins at `offset`; how much. */
  #fill(into: Uint8Array, offset: number): number {
    const pixels = this.#header.length;
    const tail = this.size - this.#tail.length;
    if (offset < pixels) return copy(into, this.#header.subarray(offset));
    if (offset >= tail) return copy(into, this.#tail.subarray(offset - tail));
    const frame = Math.floor((offset - pixels) / this.#stride);
    const within = (offset - pixels) % this.#stride;
    const headerBytes = this.#stride - FRAME_BYTES;
    if (within < headerBytes)
      return copy(
        into,
        Uint8Array.from([0xfe, 0xff, 0, 0xe0, ...u32s([FRAME_BYTES])]).subarray(within),
      );
    const length = Math.min(into.length, this.#stride - within);
    into.fill((frame + 1) % 251, 0, length);
    return length;
  }
}

function copy(into: Uint8Array, from: Uint8Array): number {
  const length = Math.min(into.length, from.length);
  into.set(from.subarray(0, length));
  return length;
}
