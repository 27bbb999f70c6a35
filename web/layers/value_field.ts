import { SlError } from "../shared/errc.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import type { DoseGrid, ParametricMap } from "./layer_object.ts";
import type { Placed } from "./placement.ts";
import { planeOf } from "./plane.ts";
import type { PlaneStack } from "./plane_stack.ts";
import type { Raster } from "./raster.ts";
import { sampleLinear, sampleNearest } from "./sampler.ts";

type Rasters = ReadonlyMap<number, Raster>;
export interface ValueRange {
  readonly min: number;
  readonly max: number;
}

/** Doses at the picture's pixels, in the object's units; NaN outside of the grid. */
export function doseField(
  { scaling }: DoseGrid,
  volume: PlaneStack,
  picture: ManifestFrame,
  rasters: Rasters,
): Float32Array {
  const plane = planeOf(picture.geometry);
  if (plane === null) throw new SlError("unsupported", "a picture without a position");
  const { rows, cols } = picture.instance;
  const values = sampleLinear(volume, plane, { rows, cols }, (frame) => rasters.get(frame));
  for (let pixel = 0; pixel < values.length; pixel++)
    values[pixel] = (values[pixel] ?? NaN) * scaling;
  return values;
}
/** What the stored values of a frame mean; NaN where the mapping does not say. PS3.3 C.7.6.16.2.11. */
function mapValue(map: ParametricMap, frame: number): (stored: number) => number {
  const index = map.frames[frame]?.mapping ?? null;
  const mapping = index === null ? undefined : map.mappings[index];
  if (mapping?.lut != null) {
    const { lut, first, last } = mapping;
    // PS3.3 C.7.6.16.2.11.1.2: the first entry is of the first value, the others follow it one by one
    return (stored) => (stored <= (last ?? Infinity) ? (lut[stored - (first ?? 0)] ?? NaN) : NaN);
  }
  if (mapping?.slope == null) return (stored) => stored;
  const [first, last] = [mapping.first ?? -Infinity, mapping.last ?? Infinity];
  const { slope, intercept } = mapping;
  return (stored) => (stored >= first && stored <= last ? stored * slope + (intercept ?? 0) : NaN);
}
export function mapField(
  map: ParametricMap,
  placed: readonly Placed[],
  picture: ManifestFrame,
  rasters: Rasters,
): Float32Array {
  const { rows, cols } = picture.instance;
  const values = new Float32Array(rows * cols).fill(NaN);
  for (const { sampling } of placed) {
    const frame = sampling.kind === "plane" ? sampling.frame : (sampling.frames[0] ?? 0);
    const meaning = mapValue(map, frame);
    sampleNearest(
      sampling,
      { rows, cols },
      (index) => rasters.get(index),
      (pixel, stored) => {
        values[pixel] = meaning(stored);
      },
    );
  }
  return values;
}
/** Of all that the object holds; null: nothing that is a number. */
export function rangeOf(object: DoseGrid | ParametricMap, rasters: Rasters): ValueRange | null {
  let [min, max] = [Infinity, -Infinity];
  for (const [frame, { values }] of rasters) {
    const meaning =
      object.kind === "DOSE"
        ? (stored: number): number => stored * object.scaling
        : mapValue(object, frame);
    for (const stored of values) {
      const value = meaning(stored);
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return Number.isFinite(min) && Number.isFinite(max) ? { min, max } : null;
}
/** "Gy", what the object says else, or nothing. */
export function unitOf(object: DoseGrid | ParametricMap): string {
  if (object.kind === "PARAMETRIC_MAP") return object.mappings[0]?.unit ?? "";
  return object.units === "GY" ? "Gy" : "";
}
