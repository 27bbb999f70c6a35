import { ByteSink } from "../../../web/dcmtk/byte_sink.ts";

const longVrs = new Set("OB OD OF OL OV OW SQ SV UC UN UR UT UV".split(" "));

/** A data set in Explicit VR Little Endian, element by element. */
export class Bytes {
  readonly #sink = new ByteSink();

  header(tag: number, vr: string, length: number): this {
    this.#sink.tag(tag);
    for (const letter of vr) this.#sink.u8(letter.charCodeAt(0));
    if (longVrs.has(vr)) {
      this.#sink.u16(0);
      this.#sink.u32(length);
    } else {
      this.#sink.u16(length);
    }
    return this;
  }
  /** `value`: Latin-1 text, which is padded, or bytes. */
  element(tag: number, vr: string, value: string | number[]): this {
    const bytes =
      typeof value === "string" ? Array.from(value, (letter) => letter.charCodeAt(0)) : value;
    if (bytes.length % 2 !== 0) bytes.push(vr === "UI" ? 0 : 32);
    return this.header(tag, vr, bytes.length).raw(bytes);
  }
  raw(bytes: ArrayLike<number>): this {
    this.#sink.bytes(Uint8Array.from(bytes));
    return this;
  }
  sequence(tag: number, items: Bytes[]): this {
    this.header(tag, "SQ", 0xffffffff);
    for (const item of items) {
      this.#sink.tag(0xfffee000);
      this.#sink.u32(item.bytes().length);
      this.raw(item.bytes());
    }
    this.#sink.tag(0xfffee0dd);
    this.#sink.u32(0);
    return this;
  }
  bytes(): Uint8Array {
    return this.#sink.view();
  }
  /** As a Part 10 file. */
  file(transferSyntax = "1.2.840.10008.1.2.1"): ArrayBuffer {
    const meta = new Bytes().element(0x00020010, "UI", transferSyntax).bytes();
    const file = new Bytes()
      .raw(new Uint8Array(128))
      .raw(Array.from("DICM", (letter) => letter.charCodeAt(0)))
      .element(0x00020000, "UL", [meta.length, 0, 0, 0])
      .raw(meta)
      .raw(this.bytes());
    return file.bytes().slice().buffer as ArrayBuffer;
  }
}

export function sequenceOfDepth(depth: number): ArrayBuffer {
  const data = new Bytes();
  for (let level = 0; level < depth; ++level) {
    data.header(0x00081140, "SQ", 0xffffffff).raw([0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff]);
  }
  for (let level = 0; level < depth; ++level)
    data.raw([0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0, 0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);
  return data.file();
}
