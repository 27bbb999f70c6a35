import { DicomError } from "./dicom_error.ts";
import type { DicomDataSet, DicomElement } from "./element.ts";
import { isEncapsulatedValue } from "./elements.ts";
import { encodeFrame, type DecodedFrame } from "./frame_codec.ts";
import type { FrameReader } from "./frames.ts";
import { encoders, transferSyntaxOf, uid } from "./transfer_syntax.ts";
import { firstValue, valuesOf } from "./value_bytes.ts";
import type { WritableObject } from "./writer.ts";

const PIXEL_DATA = "7FE00010";
const FLOAT_PIXELS = ["7FE00008", "7FE00009"];
const NUMBER_OF_FRAMES = "00280008";
const ICONS = "00880200";

/** Transfer syntaxes that `transcode` writes: all of them keep every stored value. */
export const transcodeTargets: readonly string[] = [
  uid.implicitLittle,
  uid.explicitLittle,
  uid.deflated,
  uid.explicitBig,
  ...Object.keys(encoders),
];

/** Those whose encoders take colour apart. Source: PS3.5 8.2.4, 8.2.14. */
const colourTransformed: ReadonlySet<string> = new Set([
  uid.jpeg2000Lossless,
  uid.htj2kLossless,
  uid.htj2kLosslessRpcl,
]);

function refuse(why: string): DicomError {
  return new DicomError("unsupported", why);
}
const us = (value: number): DicomElement => ({ vr: "US", Value: [value] });

/** Overlays in unused bits of the samples would be lost with them. Source: PS3.5 8.1.2, retired. */
function checkOverlays(dict: DicomDataSet): void {
  for (const key of Object.keys(dict)) {
    if (!/^60..0102$/.test(key) || Number(firstValue(dict[key]) ?? 0) === 0) continue;
    if (!dict[`${key.slice(0, 4)}3000`])
      throw refuse("an overlay lies in unused bits of the pixels");
  }
}

/** An icon's fragments may stand only beside fragments. Source: PS3.5 A.4. */
function checkIcons(dict: DicomDataSet): void {
  const icons = dict[ICONS];
  for (const icon of icons ? valuesOf(icons) : [])
    if (isEncapsulatedValue((icon as DicomDataSet)[PIXEL_DATA]?.Value))
      throw refuse("an icon is encapsulated");
}

/** A frame of which all is there. */
function wholeFrame(frames: FrameReader, number: number): DecodedFrame {
  const frame = frames.decode(number);
  const { missing } = frame;
  if (missing)
    throw new DicomError(
      missing.code,
      `frame ${String(number)} ${missing.step === undefined ? "is not whole" : `has ${missing.step}`}`,
    );
  return frame;
}

/** The samples of all frames, one after the other. */
function nativeValue(frames: FrameReader): { bytes: Uint8Array<ArrayBuffer>; first: DecodedFrame } {
  const first = wholeFrame(frames, 1);
  const frameBytes = first.values.byteLength;
  const bytes = new Uint8Array(frameBytes * frames.count);
  for (let number = 1; number <= frames.count; ++number) {
    const { values } = number === 1 ? first : wholeFrame(frames, number);
    if (values.byteLength !== frameBytes) throw refuse("frames of different sizes");
    bytes.set(
      new Uint8Array(values.buffer, values.byteOffset, frameBytes),
      frameBytes * (number - 1),
    );
  }
  return { bytes, first };
}

function encodedValue(
  frames: FrameReader,
  encoding: number,
): { value: ArrayBuffer[]; first: DecodedFrame } {
  const first = wholeFrame(frames, 1);
  const value: ArrayBuffer[] = [];
  for (let number = 1; number <= frames.count; ++number)
    value.push(encodeFrame(number === 1 ? first : wholeFrame(frames, number), encoding));
  return { value, first };
}

/** What the attributes of the Image Pixel Module say of the new pixels. Source: PS3.3 C.7.6.3, PS3.5 8.2. */
function describe(dict: DicomDataSet, first: DecodedFrame, photometric: string): void {
  dict["00280004"] = { vr: "CS", Value: [photometric] };
  dict["00280100"] = us(first.bitsAllocated);
  dict["00280102"] = us(first.bitsStored - 1);
  if (first.samplesPerPixel > 1) dict["00280006"] = us(0);
  delete dict["7FE00001"];
  delete dict["7FE00002"];
}

function checkPixels(dict: DicomDataSet, frames: FrameReader): void {
  if (frames.reason !== "") throw refuse(frames.reason);
  if (frames.count === 0) throw refuse("frames that cannot be told apart");
  const stated = Number(firstValue(dict[NUMBER_OF_FRAMES]) ?? 1);
  if (stated > frames.count)
    throw new DicomError(
      "truncated",
      `of ${String(stated)} frames ${String(frames.count)} are there`,
    );
  if (frames.format.bitsAllocated === 1) throw refuse("pixels of one bit in another encoding");
  checkOverlays(dict);
}

/** The same object in another transfer syntax, every stored value kept. Bulk values of `source` are in its byte order;
 *  those of the result too, so `fromBigEndian` says what the caller must write it from. Errors: unsupported. */
export function transcoded(
  source: WritableObject,
  from: string,
  target: string,
  frames: () => FrameReader,
): WritableObject {
  if (!transcodeTargets.includes(target))
    throw refuse(
      `no encoder for transfer syntax ${String(target)
        .replace(/[^0-9.]/g, "")
        .slice(0, 64)}`,
    );
  const syntax = transferSyntaxOf(target);
  const encoding = encoders[target];
  const dict = { ...source.dict };
  const result = { meta: source.meta, dict };
  if (!dict[PIXEL_DATA] || from === target) {
    if (FLOAT_PIXELS.some((key) => dict[key]) && syntax.encapsulated)
      throw refuse("floating-point pixels are never encapsulated");
    return result;
  }
  const wasEncapsulated = transferSyntaxOf(from).encapsulated;
  if (!wasEncapsulated && !syntax.encapsulated) return result;
  if (!syntax.encapsulated) checkIcons(dict);
  const reader = frames();
  checkPixels(dict, reader);
  if (encoding === undefined) {
    const { bytes, first } = nativeValue(reader);
    describe(dict, first, first.photometricInterpretation);
    dict[PIXEL_DATA] = { vr: first.bitsAllocated > 8 ? "OW" : "OB", Value: [bytes.buffer] };
    return result;
  }
  const { value, first } = encodedValue(reader, encoding);
  const isColour = first.photometricInterpretation === "RGB";
  const hasTransform = colourTransformed.has(target);
  describe(dict, first, isColour && hasTransform ? "YBR_RCT" : first.photometricInterpretation);
  dict[NUMBER_OF_FRAMES] ??= { vr: "IS", Value: [reader.count], _rawValue: [String(reader.count)] };
  dict[PIXEL_DATA] = { vr: "OB", Value: value };
  return result;
}
