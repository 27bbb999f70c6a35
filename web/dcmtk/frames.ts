import { DicomError, errorOf } from "./dicom_error.ts";
import { runInModule, type ModuleInstance } from "./module.ts";

export type SampleArray =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array;

/** A decoded frame: stored values, row by row, colour interleaved. */
export interface DecodedFrame {
  rows: number;
  columns: number;
  samplesPerPixel: number;
  bitsAllocated: number;
  bitsStored: number;
  isSigned: boolean;
  /** Of the values: colour that the codec converts is "RGB". */
  photometricInterpretation: string;
  values: SampleArray;
}

export interface DecodeOptions {
  /** All bits of native samples, also those over Bits Stored (0028,0101), in which old overlays lie; else they are cleared. */
  keepUnusedBits?: boolean;
}

/** The samples as the module's SlFormat has them. */
export interface FrameFormat {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly isSigned: boolean;
  readonly planarConfiguration: number;
  readonly photometric: number;
}

const FORMAT_BYTES = 32;
const photometrics = [
  "",
  "MONOCHROME1",
  "MONOCHROME2",
  "RGB",
  "PALETTE COLOR",
  "YBR_FULL",
  "YBR_FULL_422",
  "YBR_PARTIAL_420",
  "YBR_ICT",
  "YBR_RCT",
];
export const RGB = 3;
const YBR_FULL_422 = 6;

interface Span {
  readonly offset: number;
  readonly length: number;
}

function readFormat(module: ModuleInstance, pointer: number): FrameFormat {
  const view = new DataView(module.call.memory.buffer, pointer, FORMAT_BYTES);
  const u16 = (at: number): number => view.getUint16(at, true);
  return {
    rows: view.getUint32(0, true),
    columns: view.getUint32(4, true),
    samplesPerPixel: u16(8),
    bitsAllocated: u16(10),
    bitsStored: u16(12),
    highBit: u16(14),
    isSigned: u16(16) !== 0,
    planarConfiguration: u16(18),
    photometric: u16(20),
  };
}

function formatBytes(format: FrameFormat): Uint8Array {
  const view = new DataView(new ArrayBuffer(FORMAT_BYTES));
  view.setUint32(0, format.rows, true);
  view.setUint32(4, format.columns, true);
  [
    format.samplesPerPixel,
    format.bitsAllocated,
    format.bitsStored,
    format.highBit,
    format.isSigned ? 1 : 0,
    format.planarConfiguration,
    format.photometric,
  ].forEach((value, i) => {
    view.setUint16(8 + 2 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}

function samplesOf(buffer: ArrayBuffer, bits: number, isSigned: boolean): SampleArray {
  if (bits <= 8) return isSigned ? new Int8Array(buffer) : new Uint8Array(buffer);
  if (bits <= 16) return isSigned ? new Int16Array(buffer) : new Uint16Array(buffer);
  return isSigned ? new Int32Array(buffer) : new Uint32Array(buffer);
}

/** The frames of a whole Part 10 file. */
export class FrameReader {
  readonly #file: Uint8Array;
  readonly format: FrameFormat;
  readonly count: number;
  readonly #encoding: number;
  readonly #isPlain: boolean;
  readonly #spans: Span[][];
  readonly #reason: string;

  /** Errors: as readFile; no_pixels. */
  constructor(file: Uint8Array) {
    this.#file = file;
    const read = runInModule((module) =>
      module.withBytes(file, (pointer) => {
        const { call, object, out } = module;
        module.check(call.sl_object_frames(object, pointer, file.length, out));
        module.indexed = file;
        const field = (index: number): number => module.u32(out + FORMAT_BYTES + 4 * index);
        const spans = new Float64Array(module.bytes(field(3), 24 * field(4)).slice().buffer);
        return {
          format: readFormat(module, out),
          encoding: field(0),
          count: field(1),
          isPlain: field(2) !== 0,
          spans,
          reason: module.text(field(5), field(6)),
        };
      }),
    );
    this.format = read.format;
    this.count = read.count;
    this.#encoding = read.encoding;
    this.#isPlain = read.isPlain;
    this.#reason = read.reason;
    this.#spans = Array.from({ length: read.count }, () => []);
    for (let i = 0; i + 2 < read.spans.length; i += 3)
      this.#spans[read.spans[i] ?? 0]?.push({
        offset: read.spans[i + 1] ?? 0,
        length: read.spans[i + 2] ?? 0,
      });
  }

  /** Why nothing can be decoded, or nothing. */
  get reason(): string {
    return this.#reason;
  }

  /** A frame's bytes as its transfer syntax has them, fragments joined; bits and words in the order of the decoder.
   *  `number` counts from 1. Errors: no_pixels, not_found, truncated. */
  encoded(number: number): Uint8Array<ArrayBuffer> {
    const spans = this.#spans[number - 1];
    if (!spans) {
      if (this.#reason === "no pixel data") throw new DicomError("no_pixels", this.#reason);
      throw new DicomError("not_found", "there is no such frame");
    }
    if (!this.#isPlain) return this.#unplain(number - 1);
    const length = spans.reduce((sum, span) => sum + span.length, 0);
    const last = spans.at(-1);
    if (length === 0 || !last || last.offset + last.length > this.#file.length)
      throw new DicomError("truncated", "the file ends before this frame");
    const joined = new Uint8Array(length);
    let at = 0;
    for (const span of spans) {
      joined.set(this.#file.subarray(span.offset, span.offset + span.length), at);
      at += span.length;
    }
    return joined;
  }

  #unplain(index0: number): Uint8Array<ArrayBuffer> {
    return runInModule((module) =>
      module.withBytes(this.#file, (pointer) => {
        const { call, object, out } = module;
        const { length } = this.#file;
        if (module.indexed !== this.#file)
          module.check(call.sl_object_frames(object, pointer, length, out));
        module.indexed = this.#file;
        module.check(call.sl_object_frame(object, pointer, length, index0, out));
        return new Uint8Array(module.takeBytes());
      }),
    );
  }

  /** Errors: as `encoded`; unsupported, corrupt, limit_exceeded, out_of_memory, module_died. */
  decode(number: number, { keepUnusedBits = false }: DecodeOptions = {}): DecodedFrame {
    if (this.#reason === "no pixel data") throw new DicomError("no_pixels", this.#reason);
    if (this.#reason !== "") throw new DicomError("unsupported", this.#reason);
    const { bitsAllocated } = this.format;
    const format = keepUnusedBits
      ? { ...this.format, bitsStored: bitsAllocated, highBit: bitsAllocated - 1 }
      : this.format;
    return {
      ...decodeBytes(this.encoded(number), this.#encoding, format),
      bitsStored: this.format.bitsStored,
    };
  }
}

function decodeBytes(bytes: Uint8Array, encoding: number, format: FrameFormat): DecodedFrame {
  return runInModule((module) =>
    module.withBytes(formatBytes(format), (formatPointer) =>
      module.withBytes(bytes, (pointer) => {
        const { call, decoder, out } = module;
        const errc = call.sl_decode(
          decoder,
          encoding,
          formatPointer,
          pointer,
          bytes.length,
          0,
          out,
        );
        if (errc !== 0) throw errorOf(errc, module.errorText(decoder));
        const view = new DataView(call.memory.buffer, out, FORMAT_BYTES);
        const isSigned = view.getUint16(12, true) !== 0;
        const bits = view.getUint16(10, true);
        const isRgb = view.getUint16(14, true) !== 0;
        const values = module.bytes(view.getUint32(16, true), view.getUint32(20, true)).slice();
        const stored =
          format.photometric === YBR_FULL_422 ? "YBR_FULL" : photometrics[format.photometric];
        return {
          rows: view.getUint32(0, true),
          columns: view.getUint32(4, true),
          samplesPerPixel: view.getUint16(8, true),
          bitsAllocated: bits,
          bitsStored: format.bitsStored,
          isSigned,
          photometricInterpretation: isRgb ? "RGB" : (stored ?? ""),
          values: samplesOf(values.buffer, bits, isSigned),
        };
      }),
    ),
  );
}

/** A frame in one of the encodings of sl_object_encode. Errors: unsupported, out_of_memory. */
export function encodeFrame(frame: DecodedFrame, encoding: number): ArrayBuffer {
  const { values } = frame;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const format: FrameFormat = {
    ...frame,
    highBit: frame.bitsStored - 1,
    planarConfiguration: 0,
    photometric: photometrics.indexOf(frame.photometricInterpretation),
  };
  return runInModule((module) =>
    module.withBytes(formatBytes(format), (formatPointer) =>
      module.withBytes(bytes, (pointer) => {
        const { call, object, out } = module;
        module.check(
          call.sl_object_encode(object, encoding, formatPointer, pointer, bytes.length, out),
        );
        return module.takeBytes();
      }),
    ),
  );
}
