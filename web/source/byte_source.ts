import { SlError } from "../shared/errc.ts";

export interface ByteSpan {
  readonly offset: number;
  readonly length: number;
}
/** Bytes on this computer that can be read as often as they are needed, so that nobody has to keep them. Methods reject with
 *  SlError: "io" when the file is gone or was changed. */
export interface ByteSource {
  readonly size: number;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  /** The spans, joined. */
  join(spans: readonly ByteSpan[]): Promise<Uint8Array<ArrayBuffer>>;
  /** The same bytes for a request's body. */
  blob(): Promise<Blob>;
  /** The same bytes to be read by ranges, none of them in memory; null where they must be unpacked whole. Checks what the
   *  source promises of them. */
  ranges(): Promise<RangedFile | null>;
}
/** A file that is read by ranges, at once: in a worker. */
export interface RangedFile {
  readonly size: number;
  /** Throws SlError "io". */
  read(offset: number, length: number): Uint8Array<ArrayBuffer>;
}

/** File API 6.5; workers have it. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/** Ranges of a Blob. */
export class RangedBlob implements RangedFile {
  readonly #blob: Blob;
  readonly #reader = new FileReaderSync();

  constructor(blob: Blob) {
    this.#blob = blob;
  }
  get size(): number {
    return this.#blob.size;
  }
  read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    try {
      const part = this.#blob.slice(offset, offset + length);
      return new Uint8Array(this.#reader.readAsArrayBuffer(part));
    } catch {
      throw new SlError("io", "the file could not be read");
    }
  }
}

/** A file, or a part of one that lies in it as it is. */
export class BlobSource implements ByteSource {
  readonly #blob: Blob;

  constructor(blob: Blob) {
    this.#blob = blob;
  }
  get size(): number {
    return this.#blob.size;
  }
  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return bytesOf(this.#blob);
  }
  join(spans: readonly ByteSpan[]): Promise<Uint8Array<ArrayBuffer>> {
    const parts = spans.map(({ offset, length }) => this.#blob.slice(offset, offset + length));
    return bytesOf(new Blob(parts));
  }
  blob(): Promise<Blob> {
    return Promise.resolve(this.#blob);
  }
  ranges(): Promise<RangedFile> {
    return Promise.resolve(new RangedBlob(this.#blob));
  }
}

/** The spans of bytes that are at hand, joined in a buffer of their own. */
export function joinSpans(bytes: Uint8Array, spans: readonly ByteSpan[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(spans.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const { offset, length } of spans) {
    joined.set(bytes.subarray(offset, offset + length), at);
    at += length;
  }
  return joined;
}
export async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch {
    throw new SlError("io", "the file could not be read");
  }
}
