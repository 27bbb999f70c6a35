import type { ManifestFrame } from "../shared/manifest.ts";
import { bitsOf } from "./fraction_bitmap.ts";
import type { Segmentation } from "./layer_object.ts";
import type { Placed } from "./placement.ts";
import type { Size } from "./plane_stack.ts";
import type { Raster } from "./raster.ts";
import { sampleNearest } from "./sampler.ts";

/** A segment on a picture's own grid. */
export interface SegmentMask {
  /** one for each pixel, the first in the lowest bit: of fractions those of at least a half */
  readonly bits: Uint8Array;
  /** 0 … 255 of each pixel; null: not fractional */
  readonly shares: Uint8Array | null;
}

/** The frames whose values `segmentMasks` asks for. */
export function neededFrames(placed: readonly Placed[]): number[] {
  const frames = new Set<number>();
  for (const { sampling } of placed)
    for (const frame of sampling.kind === "plane" ? [sampling.frame] : sampling.frames)
      frames.add(frame);
  return [...frames];
}
/** By segment number; segments without a pixel on this picture are left out. PS3.3 C.8.20.2. */
export function segmentMasks(
  object: Segmentation,
  placed: readonly Placed[],
  picture: ManifestFrame,
  rasters: ReadonlyMap<number, Raster>,
): Map<number, SegmentMask> {
  const { rows, cols } = picture.instance;
  const size = { rows, cols };
  const rasterOf = (frame: number): Raster | undefined => rasters.get(frame);
  if (object.segmentationType === "FRACTIONAL")
    return fractions(placed, size, rasterOf, object.maximumFractionalValue);
  const all = new Map<number, Uint8Array>();
  const bitsOfSegment = (segment: number): Uint8Array => {
    const known = all.get(segment) ?? new Uint8Array(Math.ceil((rows * cols) / 8));
    all.set(segment, known);
    return known;
  };
  const isMap = object.segmentationType === "LABELMAP";
  const named = new Set(object.segments.map(({ number }) => number));
  for (const { segment, sampling } of placed) {
    let current = -1;
    let bits: Uint8Array = new Uint8Array();
    sampleNearest(sampling, size, rasterOf, (pixel, value) => {
      if (value === 0) return;
      const number = isMap ? value : segment;
      if (number === null || !named.has(number)) return;
      if (number !== current) [current, bits] = [number, bitsOfSegment(number)];
      bits[pixel >> 3] = (bits[pixel >> 3] ?? 0) | (1 << (pixel & 7));
    });
  }
  return new Map([...all].map(([segment, bits]) => [segment, { bits, shares: null }]));
}
function fractions(
  placed: readonly Placed[],
  size: Size,
  rasterOf: (frame: number) => Raster | undefined,
  maximum: number,
): Map<number, SegmentMask> {
  const all = new Map<number, Uint8Array>();
  for (const { segment, sampling } of placed) {
    if (segment === null) continue;
    const shares = all.get(segment) ?? new Uint8Array(size.rows * size.cols);
    sampleNearest(sampling, size, rasterOf, (pixel, value) => {
      const share = Math.round((255 * Math.min(value, maximum)) / maximum);
      if (share > (shares[pixel] ?? 0)) shares[pixel] = share;
    });
    if (shares.some((share) => share > 0)) all.set(segment, shares);
  }
  return new Map(
    [...all].map(([segment, shares]) => [segment, { bits: bitsOf(shares, 128), shares }]),
  );
}
