import type { LayerView } from "../shared/api.ts";
import type { DisplayShutter, ManifestFrame, OverlayPlane } from "../shared/manifest.ts";
import { css, grayOf, rgbOfLab, type Rgb } from "./display_color.ts";
import { pixelSize, toDevice } from "./image_space.ts";
import type { Layer } from "./layer.ts";
import { drawPlane } from "./overlay_layer.ts";
import type { OverlayBitmap } from "./overlay_bitmap.ts";

export interface ShownShutter {
  readonly shutter: DisplayShutter;
  /** its bits, when it is a bitmap and they are there */
  readonly bitmap: { readonly plane: OverlayPlane; readonly bitmap: OverlayBitmap } | null;
}

/** Covers what is not to be seen. PS3.3 C.7.6.11, C.7.6.15: outside of each of the shapes. */
export class ShutterLayer implements Layer {
  readonly id = "shutter";
  readonly label = "layers.shutter";
  readonly #shutterOf: (frame: ManifestFrame) => ShownShutter | null;

  constructor(shutterOf: (frame: ManifestFrame) => ShownShutter | null) {
    this.#shutterOf = shutterOf;
  }
  has(frame: ManifestFrame): boolean {
    return this.#shutterOf(frame) !== null;
  }
  problem(): null {
    return null;
  }
  draw(context: CanvasRenderingContext2D, view: LayerView): void {
    const shown = this.#shutterOf(view.frame);
    if (shown === null) return;
    const { shutter, bitmap } = shown;
    const color = colorOf(shutter);
    context.fillStyle = css(color);
    for (const trace of shapesOf(shutter, view)) {
      context.beginPath();
      context.rect(0, 0, view.width, view.height);
      trace(context);
      context.fill("evenodd");
    }
    if (bitmap !== null) drawPlane(context, view, bitmap.plane, bitmap.bitmap, color);
  }
  dispose(): void {
    // holds nothing
  }
}

function colorOf({ cielab, presentationValue }: DisplayShutter): Rgb {
  return cielab !== null ? rgbOfLab(cielab) : grayOf(presentationValue ?? 0);
}
type Trace = (context: CanvasRenderingContext2D) => void;
/** The outlines, each a closed path in device pixels. Edges and vertices count pixels from 1 and belong to what is shown. */
function shapesOf({ rectangle, circle, polygon }: DisplayShutter, view: LayerView): Trace[] {
  const shapes: Trace[] = [];
  if (rectangle !== null) {
    const { left, right, upper, lower } = rectangle;
    shapes.push((context) => {
      trace(context, view, [
        [left - 1, upper - 1],
        [right, upper - 1],
        [right, lower],
        [left - 1, lower],
      ]);
    });
  }
  if (circle !== null)
    shapes.push((context) => {
      // the radius counts pixels along the rows; the outline is a circle whatever shape pixels have
      const [x, y] = toDevice(view, circle.centerCol - 0.5, circle.centerRow - 0.5);
      const radius = circle.radius * pixelSize(view).across;
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.closePath();
    });
  if (polygon.length > 0)
    shapes.push((context) => {
      trace(
        context,
        view,
        polygon.map(({ row, col }) => [col - 0.5, row - 0.5]),
      );
    });
  return shapes;
}
function trace(
  context: CanvasRenderingContext2D,
  view: LayerView,
  points: readonly (readonly [number, number])[],
): void {
  points.forEach(([x, y], index) => {
    const point = toDevice(view, x, y);
    if (index === 0) context.moveTo(...point);
    else context.lineTo(...point);
  });
  context.closePath();
}
