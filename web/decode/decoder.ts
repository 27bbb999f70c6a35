import { errcName, SlError } from "../shared/errc.ts";
import type { FrameFormat, FrameRegion, SampleBlock } from "../shared/messages.ts";
import { photometricCode } from "../shared/photometric.ts";
import { check, errorText, HeapBuffer, slBlock, slFormat, type SlDecoderModule } from "./sl_abi.ts";

export interface DecodeRequest {
  /** docs/wire_format.md: 1 HTJ2K … 8 JPEG XL */
  readonly encoding: number;
  readonly format: FrameFormat;
  /** a prefix that ends at a level is fine for encodings 1 and 2 */
  readonly bytes: Uint8Array;
  readonly discardLevels: number;
  /** a part of the level, in its samples: the same values as in the whole; of encodings 1 and 2 decoded alone */
  readonly region?: FrameRegion | null;
}

const REGION_BYTES = 16;
const STRUCT_BYTES = slFormat.size + slBlock.size + REGION_BYTES;

/** sl_decode of one module instance. Used by the decoding workers, and by the page for the tiny first picture.
 *  Exactly two copies: `bytes` into the heap, the stored values out of it. */
export class Decoder {
  readonly #module: SlDecoderModule;
  #handle: number;
  readonly #input: HeapBuffer;
  readonly #structs: HeapBuffer;

  constructor(module: SlDecoderModule) {
    this.#module = module;
    this.#handle = module._sl_decoder_create() >>> 0;
    if (this.#handle === 0) throw new SlError("out_of_memory", "decoder");
    this.#input = new HeapBuffer(module);
    this.#structs = new HeapBuffer(module, STRUCT_BYTES);
  }
  canDecode(encoding: number): boolean {
    return this.#module._sl_can_decode(encoding) === 1;
  }

  /** Throws SlError; any other thrown value means that the instance is dead. */
  decode(request: DecodeRequest): SampleBlock {
    this.#input.write(request.bytes);
    this.#writeFormat(request.format);
    const out = this.#structs.pointer + slFormat.size;
    const frame = [
      this.#handle,
      request.encoding,
      this.#structs.pointer,
      this.#input.pointer,
      request.bytes.byteLength,
      request.discardLevels,
    ] as const;
    const region = request.region == null ? null : this.#writeRegion(request.region);
    check(
      this.#module,
      this.#handle,
      region === null
        ? this.#module._sl_decode(...frame, out)
        : this.#module._sl_decode_region(...frame, region, out),
    );
    const view = this.#structs.view(slFormat.size + slBlock.size);
    const at = (offset: number): number => slFormat.size + offset;
    const valuesPointer = view.getUint32(at(slBlock.values_ptr), true);
    const missing = view.getUint16(at(slBlock.missing), true);
    const valuesLength = view.getUint32(at(slBlock.values_len), true);
    return {
      rows: view.getUint32(at(slBlock.rows), true),
      cols: view.getUint32(at(slBlock.cols), true),
      samples: view.getUint16(at(slBlock.samples), true),
      bitsAllocated: view.getUint16(at(slBlock.bits_allocated), true),
      signed: view.getUint16(at(slBlock.is_signed), true) !== 0,
      isRgb: view.getUint16(at(slBlock.is_rgb), true) !== 0,
      isFloat: view.getUint16(at(slBlock.is_float), true) !== 0,
      missing:
        missing === 0
          ? null
          : {
              code: errcName(missing),
              wholeRows: view.getUint32(at(slBlock.whole_rows), true),
              step: errorText(this.#module, this.#handle),
            },
      values: new Uint8Array(this.#module.wasmMemory.buffer, valuesPointer, valuesLength).slice(),
    };
  }
  /** SHA-256 computed in the module. */
  sha256(bytes: Uint8Array): Uint8Array {
    const buffer = new HeapBuffer(this.#module, bytes.byteLength + 32);
    try {
      buffer.bytes(bytes.byteLength).set(bytes);
      check(
        this.#module,
        this.#handle,
        this.#module._sl_sha256(
          buffer.pointer,
          bytes.byteLength,
          buffer.pointer + bytes.byteLength,
        ),
      );
      return buffer.bytes(bytes.byteLength + 32).slice(bytes.byteLength);
    } finally {
      buffer.dispose();
    }
  }
  dispose(): void {
    if (this.#handle === 0) return;
    this.#module._sl_decoder_destroy(this.#handle);
    this.#handle = 0;
    this.#input.dispose();
    this.#structs.dispose();
  }

  /** Behind the two structs. Returns where. */
  #writeRegion({ x, y, cols, rows }: FrameRegion): number {
    const at = slFormat.size + slBlock.size;
    const view = this.#structs.view(STRUCT_BYTES);
    [x, y, cols, rows].forEach((value, i) => {
      view.setUint32(at + 4 * i, value, true);
    });
    return this.#structs.pointer + at;
  }
  #writeFormat(format: FrameFormat): void {
    const view = this.#structs.view(slFormat.size);
    view.setUint32(slFormat.rows, format.rows, true);
    view.setUint32(slFormat.cols, format.cols, true);
    view.setUint16(slFormat.samples_per_pixel, format.samples, true);
    view.setUint16(slFormat.bits_allocated, format.bitsAllocated, true);
    view.setUint16(slFormat.bits_stored, format.bitsStored, true);
    view.setUint16(slFormat.high_bit, format.highBit, true);
    view.setUint16(slFormat.is_signed, format.signed ? 1 : 0, true);
    view.setUint16(slFormat.planar_configuration, format.planar, true);
    view.setUint16(slFormat.photometric, photometricCode(format.photometric), true);
    for (let i = slFormat.photometric + 2; i < slFormat.size; i += 2) view.setUint16(i, 0, true);
  }
}
