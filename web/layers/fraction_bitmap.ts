import type { Rgb } from "./display_color.ts";
import { boundsOf, type MaskBounds } from "./mask_outline.ts";
import type { Size } from "./plane_stack.ts";

/** What share of each pixel belongs to a segment, drawn as opacity. Only the part that has any is held. */
export class FractionBitmap {
  readonly #shares: Uint8Array;
  readonly #bounds: MaskBounds | null;
  readonly #tinted = new Map<string, HTMLCanvasElement>();

  /** shares: 0 … 255 of each pixel of the picture */
  constructor(shares: Uint8Array, size: Size) {
    this.#bounds = boundsOf(bitsOf(shares, 1), size);
    this.#shares =
      this.#bounds === null ? new Uint8Array() : cropped(shares, size.cols, this.#bounds);
  }
  get byteLength(): number {
    return this.#shares.byteLength * 5; // with one canvas
  }
  /** Draws in pixels of the picture: the context's transform maps them. isSmaller: the picture is drawn smaller than it is. */
  draw(context: CanvasRenderingContext2D, color: Rgb, isSmaller: boolean): void {
    if (this.#bounds === null) return;
    const key = color.join();
    const tinted = this.#tinted.get(key) ?? this.#tint(color, this.#bounds);
    this.#tinted.set(key, tinted);
    context.imageSmoothingEnabled = isSmaller;
    context.drawImage(tinted, this.#bounds.left, this.#bounds.top);
  }
  #tint([red, green, blue]: Rgb, { left, top, right, bottom }: MaskBounds): HTMLCanvasElement {
    const canvas = document.createElement("canvas");
    canvas.width = right - left;
    canvas.height = bottom - top;
    const image = new ImageData(canvas.width, canvas.height);
    this.#shares.forEach((share, pixel) => {
      image.data.set([red, green, blue, share], 4 * pixel);
    });
    canvas.getContext("2d")?.putImageData(image, 0, 0);
    return canvas;
  }
}

/** One bit for each value that is at least so large, the first in the lowest bit. */
export function bitsOf(values: ArrayLike<number>, least: number): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  for (let pixel = 0; pixel < values.length; pixel++)
    if ((values[pixel] ?? 0) >= least)
      bits[pixel >> 3] = (bits[pixel >> 3] ?? 0) | (1 << (pixel & 7));
  return bits;
}
function cropped(
  shares: Uint8Array,
  cols: number,
  { left, top, right, bottom }: MaskBounds,
): Uint8Array {
  const width = right - left;
  const out = new Uint8Array(width * (bottom - top));
  for (let row = top; row < bottom; row++)
    out.set(shares.subarray(row * cols + left, row * cols + right), (row - top) * width);
  return out;
}
