import { SlError } from "../shared/errc.ts";
import {
  BlobSource,
  bytesOf,
  joinSpans,
  RangedBlob,
  type ByteSource,
  type ByteSpan,
  type RangedFile,
} from "./byte_source.ts";
import { crc32 } from "./crc32.ts";
import { zipStored, type ZipEntry } from "./zip_directory.ts";

const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const PIECE_BYTES = 4 * 1024 ** 2;
/** What is larger is inflated again each time. */
const MAX_KEPT_BYTES = 256 * 1024 ** 2;

/** What was inflated last: the frames of one file are asked for one after the other. */
export class LastInflated {
  #source: ByteSource | null = null;
  #bytes: Uint8Array<ArrayBuffer> | null = null;

  /** null: it was another one. */
  of(source: ByteSource): Uint8Array<ArrayBuffer> | null {
    return source === this.#source ? this.#bytes : null;
  }
  keep(source: ByteSource, bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.byteLength > MAX_KEPT_BYTES) return;
    this.#source = source;
    this.#bytes = bytes;
  }
}

/** A file in a ZIP file. What is stored is read in its place; what is deflated is inflated whole, however it is asked for.
 *  Methods reject with SlError: corrupt, truncated, io. */
export class ZipMember implements ByteSource {
  readonly #zip: Blob;
  readonly #entry: ZipEntry;
  readonly #last: LastInflated;
  #isChecked = false;

  /** entry: without refusal. last: shared by the members of one ZIP file. */
  constructor(zip: Blob, entry: ZipEntry, last: LastInflated) {
    this.#zip = zip;
    this.#entry = entry;
    this.#last = last;
  }
  get size(): number {
    return this.#entry.size;
  }
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    const kept = this.#last.of(this);
    if (kept !== null) return kept;
    const data = await this.#data();
    const isStored = this.#entry.method === zipStored;
    const bytes = isStored ? await bytesOf(data) : await inflate(data, this.size);
    if (crc32(bytes) !== this.#entry.crc32) throw otherChecksum();
    if (!isStored) this.#last.keep(this, bytes);
    return bytes;
  }
  async join(spans: readonly ByteSpan[]): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#entry.method === zipStored) return new BlobSource(await this.#data()).join(spans);
    return joinSpans(await this.bytes(), spans);
  }
  async blob(): Promise<Blob> {
    return this.#entry.method === zipStored ? this.#data() : new Blob([await this.bytes()]);
  }

  async ranges(): Promise<RangedFile | null> {
    if (this.#entry.method !== zipStored) return null;
    const data = await this.#data();
    if (!this.#isChecked) {
      let sum = 0;
      for (let at = 0; at < data.size; at += PIECE_BYTES)
        sum = crc32(await bytesOf(data.slice(at, at + PIECE_BYTES)), sum);
      if (sum !== this.#entry.crc32) throw otherChecksum();
      this.#isChecked = true;
    }
    return new RangedBlob(data);
  }

  /** The compressed bytes. Sizes are the central directory's: local headers may leave them open (APPNOTE.TXT 4.4.4, bit 3). */
  async #data(): Promise<Blob> {
    const { headerOffset, compressedSize } = this.#entry;
    const header = await bytesOf(this.#zip.slice(headerOffset, headerOffset + LOCAL_HEADER_BYTES));
    const view = new DataView(header.buffer);
    if (view.byteLength < LOCAL_HEADER_BYTES || view.getUint32(0, true) !== LOCAL_HEADER)
      throw new SlError("corrupt", "it is not where the ZIP file's directory says");
    const begin =
      headerOffset + LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
    if (begin + compressedSize > this.#zip.size)
      throw new SlError("truncated", "the ZIP file is cut off");
    return this.#zip.slice(begin, begin + compressedSize);
  }
}

function otherChecksum(): SlError {
  return new SlError("corrupt", "its checksum in the ZIP file is another one");
}
function room(size: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch {
    throw new SlError("out_of_memory", "there is no memory to unpack it");
  }
}
/** Exactly `size` bytes: more are not even taken from the stream. */
async function inflate(data: Blob, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = room(size);
  const stream = data.stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (length + value.length > size) throw new SlError("corrupt", "it is longer than stated");
      bytes.set(value, length);
      length += value.length;
    }
  } catch (error) {
    void reader.cancel().catch(() => undefined); // the stream has failed already, or is of no use
    if (error instanceof SlError) throw error;
    throw new SlError("corrupt", "it cannot be unpacked");
  }
  if (length !== size) throw new SlError("truncated", "it is shorter than stated");
  return bytes;
}
