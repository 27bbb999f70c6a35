import type { ViewState } from "../shared/api.ts";
import type { ManifestFrame, ManifestSeries } from "../shared/manifest.ts";
import { layerObjectKind } from "../shared/sop_class.ts";

export type WindowSettings = Pick<
  ViewState,
  "windowCenter" | "windowWidth" | "voiFunction" | "voiLut"
>;

/** Colour and palette pictures have no window: PS3.3 C.11.2 is for grayscale. */
export function hasWindow(frame: ManifestFrame): boolean {
  return frame.instance.samples === 1 && frame.instance.photometric !== "PALETTE COLOR";
}
const PET_CLASSES: ReadonlySet<string> = new Set([
  "1.2.840.10008.5.1.4.1.1.128",
  "1.2.840.10008.5.1.4.1.1.128.1",
  "1.2.840.10008.5.1.4.1.1.130",
]);
/** Upper end of the window that PET is read with. Units: g/ml, SUV by body weight. docs/display.md. */
export const SUV_UPPER = 5;

/** A PET image that does not say how it is to be seen: it is shown as PET is read. docs/display.md. */
export function isReadAsPet(frame: ManifestFrame): boolean {
  const { windows, voiLuts } = frame.display;
  return (
    PET_CLASSES.has(frame.instance.sopClassUID) &&
    frame.instance.photometric === "MONOCHROME2" &&
    frame.difference === undefined &&
    windows.length === 0 &&
    voiLuts.length === 0
  );
}
/** A window from 0 to so much SUV by body weight; null where the object does not say what SUV are. */
export function suvWindow(frame: ManifestFrame, upper: number): WindowSettings | null {
  const factor = frame.instance.suvFactor ?? null;
  if (factor === null || !hasWindow(frame)) return null;
  const width = upper / factor;
  return {
    windowCenter: width / 2,
    windowWidth: width,
    voiFunction: "LINEAR_EXACT",
    voiLut: null,
  };
}
function isSegmentation({ instance }: ManifestFrame): boolean {
  return layerObjectKind(instance.sopClassUID) === "SEGMENTATION";
}

const petMaxima = new WeakMap<ManifestSeries, number>();

/** PET whose SUV nobody knows: from 0 to the median of its pictures' largest values, one window for all of the series. Each
 *  picture's own would show a slice without uptake as bright as one with. */
function petRange(frame: ManifestFrame): [number, number] {
  const { series } = frame.instance;
  let upper = petMaxima.get(series);
  if (upper === undefined) {
    const maxima = series.frames
      .filter((one) => isReadAsPet(one) && isRangeKnown(one))
      .map((one) => modalityRange(one)[1])
      .sort((a, b) => a - b);
    upper = maxima[maxima.length >> 1] ?? 0;
    // pyramids are still being made: the next manifest has other frames
    if (maxima.length === series.frames.length) petMaxima.set(series, upper);
  }
  const [low, high] = modalityRange(frame);
  return [Math.min(0, low), upper > 0 ? upper : high];
}
/** What the object itself says: its first window, else its first VOI LUT, else the range of its values (PET: SUV
 *  from 0 to 5). PS3.3 C.11.2. */
export function defaultWindow(frame: ManifestFrame): WindowSettings {
  const { windows, voiLuts, voiFunction } = frame.display;
  if (!hasWindow(frame))
    return { windowCenter: null, windowWidth: null, voiFunction, voiLut: null };
  const first = windows[0];
  if (first !== undefined)
    return { windowCenter: first.center, windowWidth: first.width, voiFunction, voiLut: null };
  if (voiLuts.length > 0) return { windowCenter: null, windowWidth: null, voiFunction, voiLut: 0 };
  if (isReadAsPet(frame))
    return suvWindow(frame, SUV_UPPER) ?? rangeWindow(frame, ...petRange(frame));
  const [low, high] = modalityRange(frame);
  // of a segment's frame that has nothing but the segment all is white, not black
  return rangeWindow(frame, isSegmentation(frame) ? Math.min(0, low) : low, high);
}
/** Whether the manifest says which stored values the frame has: not of a file of this computer, nor of real numbers. */
export function isRangeKnown({ stream }: ManifestFrame): boolean {
  return stream !== null && (stream.min !== 0 || stream.max !== 0);
}
/** Samples are IEEE 754 numbers: Float or Double Float Pixel Data. PS3.3 C.7.6.24, C.7.6.25. */
export function hasRealValues(frame: ManifestFrame): boolean {
  return frame.instance.bitsStored === 0 && frame.instance.bitsAllocated >= 32;
}
/** Modality values lie closer than 1 apart: a LINEAR window, never under 1 wide, could not be made narrower. */
function hasFractions({ display }: ManifestFrame): boolean {
  return display.modalityLut === null && Math.abs(display.rescaleSlope) < 1;
}
/** A LINEAR window over min…max; a LINEAR_EXACT one where values are real numbers or fractions. Units: modality units.
 *  Source: PS3.3 C.11.2.1.2.1, whose lower and upper bounds are c - 0.5 ∓ (w - 1) / 2, and C.11.2.1.3.2. */
export function rangeWindow(frame: ManifestFrame, min: number, max: number): WindowSettings {
  if (hasRealValues(frame) || hasFractions(frame)) {
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
