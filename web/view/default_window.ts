import type { ViewState } from "../shared/api.ts";
import type { ManifestFrame } from "../shared/manifest.ts";

export type WindowSettings = Pick<
  ViewState,
  "windowCenter" | "windowWidth" | "voiFunction" | "voiLut"
>;

/** Colour and palette pictures have no window: PS3.3 C.11.2 is for grayscale. */
export function hasWindow(frame: ManifestFrame): boolean {
  return frame.instance.samples === 1 && frame.instance.photometric !== "PALETTE COLOR";
}
/** What the object itself says: its first window, else its first VOI LUT, else the range of its values. PS3.3 C.11.2. */
export function defaultWindow(frame: ManifestFrame): WindowSettings {
  const { windows, voiLuts, voiFunction } = frame.display;
  if (!hasWindow(frame))
    return { windowCenter: null, windowWidth: null, voiFunction, voiLut: null };
  const first = windows[0];
  if (first !== undefined)
    return { windowCenter: first.center, windowWidth: first.width, voiFunction, voiLut: null };
  if (voiLuts.length > 0) return { windowCenter: null, windowWidth: null, voiFunction, voiLut: 0 };
  const [min, max] = modalityRange(frame);
  return rangeWindow(frame, min, max);
}
/** Whether the manifest says which stored values the frame has: not of a file of this computer, nor of real numbers. */
export function isRangeKnown({ stream }: ManifestFrame): boolean {
  return stream !== null && (stream.min !== 0 || stream.max !== 0);
}
/** Samples are IEEE 754 numbers: Float or Double Float Pixel Data. PS3.3 C.7.6.24, C.7.6.25. */
export function hasRealValues(frame: ManifestFrame): boolean {
  return frame.instance.bitsStored === 0 && frame.instance.bitsAllocated >= 32;
}
/** A LINEAR window over min…max; a LINEAR_EXACT one where values are real numbers. Units: modality units. Source: PS3.3
 *  C.11.2.1.2.1, whose lower and upper bounds are c - 0.5 ∓ (w - 1) / 2, and C.11.2.1.3.2. */
export function rangeWindow(frame: ManifestFrame, min: number, max: number): WindowSettings {
  if (hasRealValues(frame)) {
    const width = max - min;
    return {
      windowCenter: min + width / 2,
      windowWidth: width > 0 && Number.isFinite(width) ? width : 1,
      voiFunction: "LINEAR_EXACT",
      voiLut: null,
    };
  }
  return {
    windowCenter: (min + max + 1) / 2,
    windowWidth: Math.max(1, max - min + 1),
    voiFunction: "LINEAR",
    voiLut: null,
  };
}
/** Smallest and largest modality value of the frame (padding left out), by what the manifest says of its stored values. */
export function modalityRange(frame: ManifestFrame): [number, number] {
  const { bitsStored, signed } = frame.instance;
  const lowest = signed ? -(2 ** (bitsStored - 1)) : 0;
  const stored: [number, number] =
    frame.stream === null
      ? [lowest, lowest + 2 ** bitsStored - 1]
      : [frame.stream.min, frame.stream.max];
  return modalityOf(frame, stored[0], stored[1]);
}
/** Modality values of the stored values min…max. PS3.3 C.11.1. */
export function modalityOf(
  frame: ManifestFrame,
  storedMin: number,
  storedMax: number,
): [number, number] {
  const { modalityLut, rescaleSlope, rescaleIntercept } = frame.display;
  if (modalityLut !== null && modalityLut.entries.length > 0) {
    const last = modalityLut.entries.length - 1;
    const at = (stored: number): number => Math.min(last, Math.max(0, stored - modalityLut.first));
    let min = Infinity;
    let max = -Infinity;
    for (let i = at(storedMin); i <= at(storedMax); i++) {
      const value = modalityLut.entries[i] ?? 0;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    return [min, max];
  }
  const a = storedMin * rescaleSlope + rescaleIntercept;
  const b = storedMax * rescaleSlope + rescaleIntercept;
  return [Math.min(a, b), Math.max(a, b)];
}
