import { SlError } from "../shared/errc.ts";
import { bytesOf, joinSpans, type ByteSource, type ByteSpan } from "./byte_source.ts";
import type { LastInflated } from "./zip_member.ts";

/** As much as must lie in memory whole. */
const MAX_BYTES = 1024 ** 3;

/** Whether this is a gzip file: it begins as one of deflated data, and is named like one. Source: RFC 1952 2.3. */
export async function isGzip(file: Blob, name: string): Promise<boolean> {
  if (!/\.gz$/i.test(name)) return false;
  const [first, second, method] = await bytesOf(file.slice(0, 3));
  return first === 0x1f && second === 0x8b && method === 8;
}

/** What is in a gzip file. It is inflated whole each time, for it has no places to begin at; what was inflated last is kept.
 *  Methods reject with SlError: corrupt, limit_exceeded, io. */
export class GzipFile implements ByteSource {
  readonly size: number;
  readonly #file: Blob;
  readonly #last: LastInflated;

  /** Inflates it: nothing else says for certain how large it is. last: shared by files that are read one after the other. */
  static async open(file: Blob, last: LastInflated): Promise<GzipFile> {
    const bytes = await gunzip(file);
    return new GzipFile(file, last, bytes);
  }
  private constructor(file: Blob, last: LastInflated, bytes: Uint8Array<ArrayBuffer>) {
    this.#file = file;
    this.#last = last;
    this.size = bytes.byteLength;
    last.keep(this, bytes);
  }
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    const kept = this.#last.of(this);
    if (kept !== null) return kept;
    const bytes = await gunzip(this.#file);
    this.#last.keep(this, bytes);
    return bytes;
  }
  async join(spans: readonly ByteSpan[]): Promise<Uint8Array<ArrayBuffer>> {
    return joinSpans(await this.bytes(), spans);
  }
  async blob(): Promise<Blob> {
    return new Blob([await this.bytes()]);
  }
  ranges(): Promise<null> {
    return Promise.resolve(null);
  }
}

async function gunzip(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  const reader = file.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > MAX_BYTES) throw new SlError("limit_exceeded", "the file is over 1 GiB");
      pieces.push(value);
    }
    return await bytesOf(new Blob(pieces));
  } catch (error) {
    void reader.cancel().catch(() => undefined); // the stream has failed already, or is of no use
    if (error instanceof SlError) throw error;
    throw new SlError("corrupt", "it cannot be unpacked");
  }
}
