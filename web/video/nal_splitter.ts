import { SlError } from "../shared/errc.ts";

/** A NAL unit, without its start code, and where that lies in the stream. */
export type TakeNal = (nal: Uint8Array, offset: number) => void;

const MAX_NAL_BYTES = 64 * 1024 ** 2;

/** Cuts a byte stream of NAL units at its start codes, whatever the blocks in which it comes. ISO/IEC 14496-10 B.1. */
export class NalSplitter {
  readonly #take: TakeNal;
  /** from the start code of the unit that has not ended on */
  #rest = new Uint8Array(0);
  #restOffset = 0;
  #isInside = false;

  constructor(take: TakeNal) {
    this.#take = take;
  }
  push(block: Uint8Array): void {
    if (this.#rest.length + block.length > MAX_NAL_BYTES)
      throw new SlError("limit_exceeded", "a part of the video is too large");
    const bytes = new Uint8Array(this.#rest.length + block.length);
    bytes.set(this.#rest);
    bytes.set(block, this.#rest.length);
    // a start code may have begun in what was here before
    let begin = 0;
    let from = Math.max(this.#isInside ? 3 : 0, this.#rest.length - 2);
    for (let code; (code = startCode(bytes, from)) >= 0; from = code + 3) {
      if (this.#isInside) this.#emit(bytes, begin, code);
      begin = code;
      this.#isInside = true;
    }
    if (!this.#isInside) begin = Math.max(0, bytes.length - 2);
    this.#rest = bytes.slice(begin);
    this.#restOffset += begin;
  }
  end(): void {
    if (this.#isInside) this.#emit(this.#rest, 0, this.#rest.length);
    this.#rest = new Uint8Array(0);
    this.#isInside = false;
  }
  #emit(bytes: Uint8Array, begin: number, end: number): void {
    let last = end;
    while (last > begin + 3 && bytes[last - 1] === 0) last--; // trailing_zero_8bits, and padding
    if (last > begin + 3) this.#take(bytes.subarray(begin + 3, last), this.#restOffset + begin);
  }
}

/** Where 00 00 01 begins, from `from` on; -1: nowhere. */
function startCode(bytes: Uint8Array, from: number): number {
  for (let one = bytes.indexOf(1, from + 2); one >= 0; one = bytes.indexOf(1, one + 1)) {
    if (bytes[one - 1] === 0 && bytes[one - 2] === 0) return one - 2;
  }
  return -1;
}
