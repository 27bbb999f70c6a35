import { errorOf } from "./dicom_error.ts";
import { errcName, type ErrcName } from "../shared/errc.ts";
import { photometricCode, PHOTOMETRICS, type Photometric } from "../shared/photometric.ts";
import { formatBytes, type FrameFormat } from "./frame_description.ts";
import { runInJpegXl, runInModule, type ModuleInstance } from "./module.ts";

export type SampleArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

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
  /** Float32Array and Float64Array of (Double) Float Pixel Data. */
  values: SampleArray;
  /** Of a frame that ends early or is broken inside: what there is of it is in `values`, zeros in place of the rest. With a `step`:
   *  the values are those before that step of decoding; they have their own sign and may have more bits than the object says. */
  missing?: MissingPart;
}
export interface MissingPart {
  code: Extract<ErrcName, "truncated" | "corrupt" | "unsupported" | "limit_exceeded">;
  /** Rows from the top that are as they should be; 0 when that is not known. */
  wholeRows: number;
  /** The step of decoding that was not taken, in words: no value is what it should be. */
  step?: string;
}

export interface DecodeOptions {
  /** All bits of native samples, also those over Bits Stored (0028,0101), in which old overlays lie; else they are cleared. */
  keepUnusedBits?: boolean;
}

const BLOCK_BYTES = 32;
const YBR_FULL_422 = photometricCode("YBR_FULL_422");
const JPEG_XL = 8;

function samplesOf(
  buffer: ArrayBuffer,
  bits: number,
  isSigned: boolean,
  isFloat: boolean,
): SampleArray {
  if (isFloat) return bits > 32 ? new Float64Array(buffer) : new Float32Array(buffer);
  if (bits <= 8) return isSigned ? new Int8Array(buffer) : new Uint8Array(buffer);
  if (bits <= 16) return isSigned ? new Int16Array(buffer) : new Uint16Array(buffer);
  return isSigned ? new Int32Array(buffer) : new Uint32Array(buffer);
}

/** What an SlBlock in `out` names, copied. */
function takeBlock(module: ModuleInstance, format: FrameFormat): DecodedFrame {
  const view = new DataView(module.call.memory.buffer, module.out, BLOCK_BYTES);
  const isSigned = view.getUint16(12, true) !== 0;
  const bits = view.getUint16(10, true);
  const isRgb = view.getUint16(14, true) !== 0;
  const missing = view.getUint16(26, true);
  const values = module.bytes(view.getUint32(16, true), view.getUint32(20, true)).slice();
  const stored =
    format.photometric === YBR_FULL_422 ? "YBR_FULL" : PHOTOMETRICS[format.photometric];
  const frame: DecodedFrame = {
    rows: view.getUint32(0, true),
    columns: view.getUint32(4, true),
    samplesPerPixel: view.getUint16(8, true),
    bitsAllocated: bits,
    bitsStored: format.bitsStored,
    isSigned,
    photometricInterpretation: isRgb ? "RGB" : (stored ?? ""),
    values: samplesOf(values.buffer, bits, isSigned, view.getUint16(24, true) !== 0),
  };
  if (missing !== 0) {
    const wholeRows = view.getUint32(28, true);
    const step = module.errorText(module.decoder);
    frame.missing = {
      code: errcName(missing) as MissingPart["code"],
      wholeRows,
      ...(step === "" ? {} : { step }),
    };
  }
  return frame;
}

/** Only the frame's own bytes enter the module. Errors: unsupported, truncated, corrupt, limit_exceeded, out_of_memory,
 *  module_died; of JPEG XL also io. */
export function decodeBytes(
  bytes: Uint8Array,
  encoding: number,
  format: FrameFormat,
): DecodedFrame {
  const run = encoding === JPEG_XL ? runInJpegXl : runInModule;
  return run((module) =>
    module.withBytes(formatBytes(format), (formatPointer) =>
      module.withBytes(bytes, (pointer) => {
        const { call, decoder, out } = module;
        const { length } = bytes;
        const errc = call.sl_decode(decoder, encoding, formatPointer, pointer, length, 0, out);
        if (errc !== 0) throw errorOf(errc, module.errorText(decoder));
        return takeBlock(module, format);
      }),
    ),
  );
}

/** True where the frame is decoded by the module of JPEG XL. */
export function wantsJpegXl(encoding: number): boolean {
  return encoding === JPEG_XL;
}

/** The samples of a deflated frame. Errors: corrupt, limit_exceeded. Source: PS3.5 A.4.13. */
export function inflateFrame(bytes: Uint8Array, format: FrameFormat): Uint8Array<ArrayBuffer> {
  return runInModule((module) =>
    module.withBytes(formatBytes(format), (formatPointer) =>
      module.withBytes(bytes, (pointer) => {
        const { call, object, out } = module;
        module.check(call.sl_object_inflate(object, formatPointer, pointer, bytes.length, out));
        return new Uint8Array(module.takeBytes());
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
    photometric: PHOTOMETRICS.indexOf(frame.photometricInterpretation as Photometric),
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
