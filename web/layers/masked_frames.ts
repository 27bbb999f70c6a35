import type { MaskOperation } from "../shared/manifest.ts";

/** The frames (1-based) of one subtraction: the means of both lists. */
export interface MaskedFrames {
  readonly contrast: readonly number[];
  readonly masks: readonly number[];
}

/** What the operation means for a frame; null where it does not apply, or needs frames that there are not. Twin of
 *  dicom::masked_frames. PS3.3 C.7.6.10.1.1. */
export function maskedFrames(
  { kind, applicable, masks, averaging, offset }: MaskOperation,
  frame: number,
  count: number,
): MaskedFrames | null {
  const first = firstOfRange(applicable, frame);
  if (first === null) return null;
  const contrast = Array.from({ length: averaging }, (_, i) => frame + i);
  const behind =
    kind === "AVG_SUB" ? masks : [(kind === "TID" ? frame : 2 * first - frame) - offset];
  const isThere = (number: number): boolean => number >= 1 && number <= count;
  return behind.length > 0 && [...contrast, ...behind].every(isThere)
    ? { contrast, masks: behind }
    : null;
}
/** Of the range that the frame is in; without ranges the frame itself. */
function firstOfRange(ranges: readonly number[], frame: number): number | null {
  if (ranges.length < 2) return frame;
  for (let i = 0; i + 1 < ranges.length; i += 2) {
    const [first, last] = [ranges[i] ?? 0, ranges[i + 1] ?? 0];
    if (frame >= first && frame <= last) return first;
  }
  return null;
}
