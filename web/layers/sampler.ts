import type { Sampling } from "./placement.ts";
import { pixelOf, pointOf, type Plane, type PlaneMapping } from "./plane.ts";
import type { PlaneStack, Size } from "./plane_stack.ts";
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
  const across = stack.offsetOf(picture, 1, 0) - start;
  const down = stack.offsetOf(picture, 0, 1) - start;
  for (let y = 0, pixel = 0; y < size.rows; y++)
    for (let x = 0; x < size.cols; x++, pixel++) {
      const between = stack.between(start + across * x + down * y);
      if (between === null) continue;
      const [a, b, share] = between;
      const point = pointOf(picture, x, y);
      const low = bilinear(rasterOf(a.frame), pixelOf(a.plane, point));
      const high = share === 0 ? low : bilinear(rasterOf(b.frame), pixelOf(b.plane, point));
      values[pixel] = low + (high - low) * share;
    }
  return values;
}
/** Outside of the outermost pixels' centres by half a pixel their value still holds. */
function bilinear(raster: Raster | undefined, [col, row]: readonly [number, number]): number {
  if (raster === undefined) return NaN;
  const { rows, cols, values } = raster;
  if (!(col >= -0.5 && row >= -0.5 && col <= cols - 0.5 && row <= rows - 0.5)) return NaN;
  const [x, y] = [Math.min(cols - 1, Math.max(0, col)), Math.min(rows - 1, Math.max(0, row))];
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [x1, y1] = [Math.min(cols - 1, x0 + 1), Math.min(rows - 1, y0 + 1)];
  const at = (r: number, c: number): number => values[r * cols + c] ?? NaN;
  const top = at(y0, x0) + (at(y0, x1) - at(y0, x0)) * (x - x0);
  const bottom = at(y1, x0) + (at(y1, x1) - at(y1, x0)) * (x - x0);
  return top + (bottom - top) * (y - y0);
}
