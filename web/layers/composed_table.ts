import type { Lut, ManifestInstance, VoiFunction, Window } from "../shared/manifest.ts";

/** What a grayscale presentation state does to stored values. PS3.3 C.11. */
export interface GrayPipeline {
  readonly rescaleSlope: number;
  readonly rescaleIntercept: number;
  readonly rescaleType: string;
  readonly modalityLut: Lut | null;
  /** null: by the table, else over all values */
  readonly window: Window | null;
  readonly windows: readonly Window[];
  readonly voiFunction: VoiFunction;
  readonly voiLut: Lut | null;
  /** modality values that the picture could hold */
  readonly range: readonly [number, number];
  readonly presentationLut: Lut | null;
  readonly isInverse: boolean;
}

/** P-values (16 bits) of all stored values, modality, VOI and presentation tables in one. At most 16 bits are stored. */
export function composedTable(
  pipeline: GrayPipeline,
  { bitsStored, signed }: ManifestInstance,
): Lut {
  const first = signed ? -(2 ** (bitsStored - 1)) : 0;
  const entries = Uint16Array.from({ length: 2 ** bitsStored }, (_, index) => {
    const value = presented(voiShare(modality(first + index, pipeline), pipeline), pipeline);
    return Math.round(65535 * value);
  });
  return { first, bits: 16, entries, explanation: "" };
}
function modality(stored: number, pipeline: GrayPipeline): number {
  const { modalityLut, rescaleSlope, rescaleIntercept } = pipeline;
  return modalityLut === null
    ? stored * rescaleSlope + rescaleIntercept
    : entryOf(modalityLut, stored);
}
function entryOf({ first, entries }: Lut, value: number): number {
  const index = Math.min(entries.length - 1, Math.max(0, Math.round(value) - first));
  return entries[index] ?? 0;
}
function clamped(value: number): number {
  return Math.min(1, Math.max(0, value));
}
/** 0 … 1. PS3.3 C.11.2.1.2, C.11.2.1.3. */
export function voiShare(
  value: number,
  pipeline: Pick<GrayPipeline, "voiLut" | "window" | "voiFunction" | "range">,
): number {
  const { voiLut, window, voiFunction, range } = pipeline;
  if (voiLut !== null) return clamped(entryOf(voiLut, value) / (2 ** voiLut.bits - 1));
  if (window === null)
    return range[1] > range[0] ? clamped((value - range[0]) / (range[1] - range[0])) : 0;
  const { center, width } = window;
  if (voiFunction === "SIGMOID") return 1 / (1 + Math.exp((-4 * (value - center)) / width));
  if (voiFunction === "LINEAR_EXACT") return clamped((value - center) / width + 0.5);
  if (value <= center - 0.5 - (width - 1) / 2) return 0;
  if (value > center - 0.5 + (width - 1) / 2) return 1;
  return (value - (center - 0.5)) / (width - 1) + 0.5;
}
/** PS3.3 C.11.4, C.11.6. */
function presented(value: number, { presentationLut, isInverse }: GrayPipeline): number {
  if (presentationLut === null) return isInverse ? 1 - value : value;
  const { entries, bits } = presentationLut;
  const entry = entries[Math.round(value * (entries.length - 1))] ?? 0;
  return clamped(entry / (2 ** bits - 1));
}
