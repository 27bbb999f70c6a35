import type { Sampling } from "./placement.ts";
import type { Plane, PlaneMapping } from "./plane.ts";
import type { PlaneStack, Size, StackedPlane } from "./plane_stack.ts";
import type { Raster } from "./raster.ts";

export type RasterOf = (frame: number) => Raster | undefined;

/** Calls for each pixel of the picture that lies in the object, with the object's nearest value there. */
export function sampleNearest(
  sampling: Sampling,
  size: Size,
  rasterOf: RasterOf,
  visit: (pixel: number, value: number) => void,
): void {
  if (sampling.kind === "volume") {
    sampleVolume(sampling.stack, sampling.picture, size, rasterOf, visit);
    return;
  }
  const raster = rasterOf(sampling.frame);
  if (raster === undefined) return;
  const { rows, cols, values } = raster;
  const [c0, cx, cy] = sampling.mapping.col;
  const [r0, rx, ry] = sampling.mapping.row;
  for (let y = 0, pixel = 0; y < size.rows; y++)
    for (let x = 0; x < size.cols; x++, pixel++) {
      const col = Math.round(c0 + cx * x + cy * y);
      const row = Math.round(r0 + rx * x + ry * y);
      if (col < 0 || row < 0 || col >= cols || row >= rows) continue;
      visit(pixel, values[row * cols + col] ?? 0);
    }
}
/** The picture cuts through the planes: each pixel takes the nearest plane. */
function sampleVolume(
  stack: PlaneStack,
  picture: Plane,
  size: Size,
  rasterOf: RasterOf,
  visit: (pixel: number, value: number) => void,
): void {
  const start = stack.offsetOf(picture, 0, 0);
  const across = stack.offsetOf(picture, 1, 0) - start;
  const down = stack.offsetOf(picture, 0, 1) - start;
  const mappings = new Map<number, PlaneMapping>();
  for (let y = 0, pixel = 0; y < size.rows; y++)
    for (let x = 0; x < size.cols; x++, pixel++) {
      const nearest = stack.nearest(start + across * x + down * y);
      if (nearest === null) continue;
      const raster = rasterOf(nearest.frame);
      if (raster === undefined) continue;
      let mapping = mappings.get(nearest.frame);
      if (mapping === undefined) {
        mapping = stack.mappingTo(picture, nearest);
        mappings.set(nearest.frame, mapping);
      }
      const col = Math.round(mapping.col[0] + mapping.col[1] * x + mapping.col[2] * y);
      const row = Math.round(mapping.row[0] + mapping.row[1] * x + mapping.row[2] * y);
      if (col < 0 || row < 0 || col >= raster.cols || row >= raster.rows) continue;
      visit(pixel, raster.values[row * raster.cols + col] ?? 0);
    }
}

/** Values of a volume at the picture's pixels, linear between its pixels and its planes; NaN outside of it. */
export function sampleLinear(
  stack: PlaneStack,
  picture: Plane,
  size: Size,
  rasterOf: RasterOf,
): Float32Array {
  const values = new Float32Array(size.rows * size.cols).fill(NaN);
  const start = stack.offsetOf(picture, 0, 0);
  // all of a picture that is parallel lies between the same two
  const isParallel = stack.isParallelTo(picture);
  const across = isParallel ? 0 : stack.offsetOf(picture, 1, 0) - start;
  const down = isParallel ? 0 : stack.offsetOf(picture, 0, 1) - start;
  const samplers = new Map<number, PlaneSampler>();
  const samplerOf = (plane: StackedPlane): PlaneSampler => {
    const known = samplers.get(plane.frame);
    if (known !== undefined) return known;
    const made = new PlaneSampler(stack.mappingTo(picture, plane), rasterOf(plane.frame));
    samplers.set(plane.frame, made);
    return made;
  };
  const common = isParallel ? stack.between(start) : null;
  if (isParallel && common === null) return values;
  for (let y = 0, pixel = 0; y < size.rows; y++)
    for (let x = 0; x < size.cols; x++, pixel++) {
      const between = common ?? stack.between(start + across * x + down * y);
      if (between === null) continue;
      const low = samplerOf(between[0]).at(x, y);
      const share = between[2];
      values[pixel] = share === 0 ? low : low + (samplerOf(between[1]).at(x, y) - low) * share;
    }
  return values;
}
/** One plane's values at a picture's pixels, linear between its pixels; half a pixel beyond its outermost centres their value holds. */
class PlaneSampler {
  readonly #mapping: PlaneMapping;
  readonly #rows: number;
  readonly #cols: number;
  readonly #values: ArrayLike<number>;

  constructor(mapping: PlaneMapping, raster: Raster | undefined) {
    this.#mapping = mapping;
    this.#rows = raster?.rows ?? 0;
    this.#cols = raster?.cols ?? 0;
    this.#values = raster?.values ?? [];
  }
  at(x: number, y: number): number {
    const { col, row } = this.#mapping;
    const [rows, cols, values] = [this.#rows, this.#cols, this.#values];
    const c = col[0] + col[1] * x + col[2] * y;
    const r = row[0] + row[1] * x + row[2] * y;
    if (!(c >= -0.5 && r >= -0.5 && c <= cols - 0.5 && r <= rows - 0.5)) return NaN;
    const [cIn, rIn] = [Math.min(cols - 1, Math.max(0, c)), Math.min(rows - 1, Math.max(0, r))];
    const [c0, r0] = [Math.floor(cIn), Math.floor(rIn)];
    const c1 = Math.min(cols - 1, c0 + 1);
    const top = r0 * cols;
    const bottom = Math.min(rows - 1, r0 + 1) * cols;
    const a = values[top + c0] ?? NaN;
    const b = values[bottom + c0] ?? NaN;
    const above = a + ((values[top + c1] ?? NaN) - a) * (cIn - c0);
    const below = b + ((values[bottom + c1] ?? NaN) - b) * (cIn - c0);
    return above + (below - above) * (rIn - r0);
  }
}
