import { HeapBuffer, type SlReaderModule } from "../decode/sl_abi.ts";
import { SlError } from "../shared/errc.ts";
import type { RangedFile } from "./byte_source.ts";

/** What a fingerprint is made of: header and end, and pieces between them at even distances. */
const HEAD_BYTES = 1024 ** 2;
const PIECE_BYTES = 16 * 1024;
const PIECES = 64;
const DIGEST_PIECE_BYTES = 4 * 1024 ** 2;
/** Messages are taken after so many of them. */
const DIGEST_PIECES_AT_ONCE = 16;

/** Calls a *_ranged function of the module, which reads this file. What cannot be read is the error "io" of the module. */
export function withRanges(module: SlReaderModule, file: RangedFile, call: () => number): number {
  module.readRange = (offset, length, into) => {
    try {
      const bytes = file.read(offset, length);
      if (bytes.byteLength !== length) return 1;
      new Uint8Array(module.wasmMemory.buffer, into, length).set(bytes);
      return 0;
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      return 1;
    }
  };
  try {
    return call();
  } finally {
    delete module.readRange;
  }
}
/** Two MB that tell a large file from others: its size, its header (which names the object), and parts of its pixels. Files that
 *  are the same in all of these and differ elsewhere are taken for one. */
export function fingerprintBytes(file: RangedFile): Uint8Array<ArrayBuffer> {
  const { size } = file;
  const starts = [0];
  const lengths = [Math.min(size, HEAD_BYTES)];
  for (let piece = 1; piece <= PIECES && size > HEAD_BYTES; piece++) {
    const length = Math.min(PIECE_BYTES, size - HEAD_BYTES);
    starts.push(HEAD_BYTES + Math.floor(((size - HEAD_BYTES - length) * piece) / PIECES));
    lengths.push(length);
  }
  const bytes = new Uint8Array(8 + lengths.reduce((sum, length) => sum + length, 0));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(size), true);
  let at = 8;
  for (const [i, start] of starts.entries()) {
    const length = lengths[i] ?? 0;
    bytes.set(file.read(start, length), at);
    at += length;
  }
  return bytes;
}
/** SHA-256 of all of it, in hexadecimal, a piece of it in memory. `isStopped` ends the work: null. */
export async function digestOf(
  module: SlReaderModule,
  file: RangedFile,
  isStopped: () => boolean,
): Promise<string | null> {
  const digest = module._sl_digest_create() >>> 0;
  if (digest === 0) throw new SlError("out_of_memory", "digest");
  const buffer = new HeapBuffer(module, DIGEST_PIECE_BYTES);
  try {
    for (let at = 0; at < file.size; at += DIGEST_PIECE_BYTES) {
      if (isStopped()) return null;
      const piece = file.read(at, Math.min(DIGEST_PIECE_BYTES, file.size - at));
      buffer.bytes(piece.byteLength).set(piece);
      module._sl_digest_update(digest, buffer.pointer, piece.byteLength);
      if ((at / DIGEST_PIECE_BYTES + 1) % DIGEST_PIECES_AT_ONCE === 0)
        await new Promise((resolve) => setTimeout(resolve));
    }
    module._sl_digest_finish(digest, buffer.pointer);
    return hexOf(buffer.bytes(32));
  } finally {
    buffer.dispose();
    module._sl_digest_destroy(digest);
  }
}
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
