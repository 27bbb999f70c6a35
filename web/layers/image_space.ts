import type { LayerView } from "../shared/api.ts";
import type { ImageBounds } from "./overlay_bitmap.ts";

/** Device pixels of a point of the image. */
export function toDevice({ matrix }: LayerView, x: number, y: number): [number, number] {
  const [a, b, c, d, e, f] = matrix;
  return [a * x + c * y + e, b * x + d * y + f];
}
/** Device pixels of one pixel of the image: along its rows, and along its columns. */
export function pixelSize({ matrix }: LayerView): { across: number; down: number } {
  const [a, b, c, d] = matrix;
  return { across: Math.hypot(a, b), down: Math.hypot(c, d) };
}
/** What of the image is within the viewport, in its pixels, rounded outwards. */
export function visibleBounds({ matrix, width, height }: LayerView): ImageBounds {
  const [a, b, c, d, e, f] = matrix;
  const determinant = a * d - b * c;
  const corners = [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
  ].map(([x = 0, y = 0]) => [
    (d * (x - e) - c * (y - f)) / determinant,
    (a * (y - f) - b * (x - e)) / determinant,
  ]);
  const xs = corners.map(([x = 0]) => x);
  const ys = corners.map(([, y = 0]) => y);
  return {
    left: Math.floor(Math.min(...xs)),
    top: Math.floor(Math.min(...ys)),
    right: Math.ceil(Math.max(...xs)),
    bottom: Math.ceil(Math.max(...ys)),
  };
}
