import { DicomError } from "./dicom_error.ts";

/** Bytes [offset, offset + length) of an object. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** Work that asks for bytes of an object of which it does not know where it lies; it never asks beyond the end. */
export type Ranged<T> = Generator<ByteRange, T, Uint8Array>;

/** Does the work over bytes in memory; they are not copied. */
export function fromBytes<T>(work: Ranged<T>, bytes: Uint8Array): T {
  let step = work.next();
  while (!step.done) {
    const { offset, length } = step.value;
    step = work.next(bytes.subarray(offset, offset + length));
  }
  return step.value;
}

/** An object somewhere else. `read` gives bytes [offset, offset + length), which always lie inside. */
export interface RangeReader {
  readonly size: number;
  read(offset: number, length: number): Promise<ArrayBuffer | Uint8Array>;
}
/** What Blob and File have of it. */
export interface BlobLike {
  readonly size: number;
  slice(begin: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}
/** What a FileHandle of node:fs/promises has of it. */
export interface FileHandleLike {
  stat(): Promise<{ readonly size: number }>;
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
}
export type ObjectSource = ArrayBuffer | Uint8Array | BlobLike | FileHandleLike | RangeReader;

/** A plain view: Node's Buffer is an Uint8Array whose slice() copies nothing, and what is copied here must be. */
export function plainBytes(buffer: ArrayBuffer | Uint8Array): Uint8Array {
  if (!(buffer instanceof Uint8Array) && !isBuffer(buffer))
    throw new DicomError("invalid_argument", "an ArrayBuffer or a Uint8Array is wanted");
  try {
    return buffer instanceof Uint8Array
      ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
      : new Uint8Array(buffer);
  } catch {
    throw new DicomError("invalid_argument", "the buffer was transferred: nothing is left in it");
  }
}
/** Also one of another realm, or that is shared. */
function isBuffer(value: unknown): boolean {
  return /^\[object (Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(value));
}

async function readHandle(
  handle: FileHandleLike,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const { bytesRead } = await handle.read(bytes, at, length - at, offset + at);
    if (bytesRead <= 0) return bytes.subarray(0, at);
    at += bytesRead;
  }
  return bytes;
}

async function readerOf(source: ObjectSource): Promise<RangeReader> {
  if (source instanceof ArrayBuffer || source instanceof Uint8Array) {
    const bytes = plainBytes(source);
    return {
      size: bytes.length,
      read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
    };
  }
  if ("stat" in source) {
    const { size } = await source.stat();
    return { size, read: (offset, length) => readHandle(source, offset, length) };
  }
  if ("slice" in source)
    return {
      size: source.size,
      read: (offset, length) => source.slice(offset, offset + length).arrayBuffer(),
    };
  return source;
}

/** Reads ranges of an object, and keeps its beginning: what lies in it is not asked for again. */
export class RangedBytes {
  readonly #reader: RangeReader;
  #beginning: Uint8Array = new Uint8Array(0);

  private constructor(reader: RangeReader) {
    this.#reader = reader;
  }
  /** Errors: invalid_argument (a size that is none). */
  static async open(source: ObjectSource): Promise<RangedBytes> {
    const reader = await readerOf(source);
    if (!Number.isSafeInteger(reader.size) || reader.size < 0)
      throw new DicomError("invalid_argument", "the source has no size");
    return new RangedBytes(reader);
  }
  get size(): number {
    return this.#reader.size;
  }

  async run<T>(work: Ranged<T>): Promise<T> {
    let step = work.next();
    while (!step.done) step = work.next(await this.#read(step.value));
    return step.value;
  }

  async #read({ offset, length }: ByteRange): Promise<Uint8Array> {
    const there = this.#beginning;
    if (offset + length <= there.length) return there.subarray(offset, offset + length);
    if (offset !== 0) return this.#fetch(offset, length);
    const more = await this.#fetch(there.length, length - there.length);
    const longer = new Uint8Array(length);
    longer.set(there);
    longer.set(more, there.length);
    this.#beginning = longer;
    return longer;
  }

  /** Errors: truncated (the source gave less than it has). */
  async #fetch(offset: number, length: number): Promise<Uint8Array> {
    const bytes = plainBytes(await this.#reader.read(offset, length));
    if (bytes.length !== length)
      throw new DicomError("truncated", "the source gave another number of bytes", offset);
    return bytes;
  }
}
