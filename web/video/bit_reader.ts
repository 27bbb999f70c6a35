import { SlError } from "../shared/errc.ts";

/** What a NAL unit holds, without the bytes that keep start codes out of it. `most`: as many are looked at.
 *  ISO/IEC 14496-10 7.3.1, 23008-2 7.3.1. */
export function unescaped(nal: Uint8Array, most = 4096): Uint8Array {
  const end = Math.min(nal.length, most);
  const out = new Uint8Array(end);
  let length = 0;
  let zeros = 0;
  for (let i = 0; i < end; i++) {
    const byte = nal[i] ?? 0;
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out[length++] = byte;
  }
  return out.subarray(0, length);
}

/** Bits of parameter sets and slice headers, the highest first. Throws SlError("corrupt") behind the last one. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }
  bit(): number {
    const byte = this.#bytes[this.#at >> 3];
    if (byte === undefined) throw new SlError("corrupt", "a header of the video ends early");
    return (byte >> (7 - (this.#at++ & 7))) & 1;
  }
  flag(): boolean {
    return this.bit() === 1;
  }
  /** at most 32 */
  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.bit();
    return value;
  }
  skip(count: number): void {
    this.#at += count;
  }
  /** ue(v): Exp-Golomb. */
  unsigned(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      if (++zeros > 32) throw new SlError("corrupt", "a number of the video is too long");
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }
  /** se(v) */
  signed(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? -value / 2 : (value + 1) / 2;
  }
}
