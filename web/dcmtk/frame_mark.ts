// The twin of wasm/base/frame_mark.hpp: a comment that says which frame is meant of a JPEG 2000 codestream whose components are
// several frames. To every other decoder it is a comment. Source: ISO/IEC 15444-1 A.9.2 (COM).
const TEXT = new TextEncoder().encode("sightline frame ");
const SOC_AND_SIZ = 0xff4fff51;
const COM = 0xff64;
/** Csiz, from the beginning of a codestream. Source: ISO/IEC 15444-1 A.5.1. */
const RSIZ_AT = 6;
const CSIZ_AT = 40;
/** Rsiz of codestreams of Part 2. Source: ISO/IEC 15444-2 A.2.1. */
const EXTENSIONS = 0x8000;

/** As much of a codestream as mayHoldFrames looks at. */
export const SIZ_BYTES = CSIZ_AT + 2;

/** Whether a codestream that begins so may have the components of several frames, of so many samples each. */
export function mayHoldFrames(begin: Uint8Array, samples: number): boolean {
  const view = new DataView(begin.buffer, begin.byteOffset, begin.byteLength);
  if (begin.length < SIZ_BYTES || view.getUint32(0) !== SOC_AND_SIZ) return true;
  return (view.getUint16(RSIZ_AT) & EXTENSIONS) !== 0 || view.getUint16(CSIZ_AT) > samples;
}

/** The codestream with a mark of the frame (0-based) behind SIZ; as it is when it does not begin as one. */
export function markFrame(
  codestream: Uint8Array<ArrayBuffer>,
  frame: number,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(codestream.buffer, codestream.byteOffset, codestream.byteLength);
  if (codestream.length < 6 || view.getUint32(0) !== SOC_AND_SIZ) return codestream;
  const place = 4 + view.getUint16(4);
  if (place > codestream.length) return codestream;
  const segment = 2 + 2 + TEXT.length + 4;
  const marked = new Uint8Array(codestream.length + 2 + segment);
  const mark = new DataView(marked.buffer, place);
  marked.set(codestream.subarray(0, place));
  mark.setUint16(0, COM);
  mark.setUint16(2, segment);
  marked.set(TEXT, place + 6);
  mark.setUint32(6 + TEXT.length, frame);
  marked.set(codestream.subarray(place), place + 2 + segment);
  return marked;
}
