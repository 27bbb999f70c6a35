import { DicomError } from "./dicom_error.ts";

const MOST_BYTES = 0x7fff_0000;

/** A growing buffer of little-endian words. */
export class ByteSink {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  constructor(capacity = 65536) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }
  get length(): number {
    return this.#length;
  }
  #grow(more: number): number {
    const at = this.#length;
    const wanted = at + more;
    if (wanted > MOST_BYTES) throw new DicomError("limit_exceeded", "the object is too large");
    if (wanted > this.#bytes.length) {
      const larger = new Uint8Array(Math.min(MOST_BYTES, Math.max(wanted, 2 * this.#bytes.length)));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#length = wanted;
    return at;
  }
  u8(value: number): void {
    const at = this.#grow(1);
    this.#view.setUint8(at, value);
  }
  u16(value: number): void {
    const at = this.#grow(2);
    this.#view.setUint16(at, value, true);
  }
  u32(value: number): void {
    const at = this.#grow(4);
    this.#view.setUint32(at, value, true);
  }
  bytes(value: Uint8Array): void {
    const at = this.#grow(value.byteLength);
    this.#bytes.set(value, at);
  }
  /** Room for `length` bytes that the caller fills. */
  room(length: number): DataView {
    const at = this.#grow(length);
    return new DataView(this.#bytes.buffer, at, length);
  }
  /** Group and element. Source: PS3.5 7.1. */
  tag(tag: number): void {
    this.u16(tag >>> 16);
    this.u16(tag & 0xffff);
  }
  /** ASCII. */
  text(value: string): void {
    for (let i = 0; i < value.length; ++i) this.u8(value.charCodeAt(i));
  }
  patch8(at: number, value: number): void {
    this.#view.setUint8(at, value);
  }
  patch32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }
  /** What was written, without a copy: until the next write. */
  view(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }
}
