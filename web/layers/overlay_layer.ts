import type { LayerView } from "../shared/api.ts";
import type { ManifestFrame, OverlayPlane } from "../shared/manifest.ts";
import type { SlError } from "../shared/errc.ts";
import { pixelSize, visibleBounds } from "./image_space.ts";
import type { Rgb } from "./display_color.ts";
import type { Layer } from "./layer.ts";
import type { OverlayBitmap } from "./overlay_bitmap.ts";
import { frameOver, type OverlaySource } from "./overlay_source.ts";

/** Bright, and none of a picture's greys. */
const GRAPHICS_COLOR = [255, 221, 87] as const;
const ROI_COLOR = [92, 200, 255] as const;
/** A region may be filled: what is beneath it must be seen. */
const ROI_OPACITY = 0.5;

/** Which planes lie over a picture: its own, or those of a presentation state with their bits. */
export interface ShownPlanes {
  own(frame: ManifestFrame): readonly OverlayPlane[];
  added(frame: ManifestFrame): readonly { plane: OverlayPlane; bitmap: OverlayBitmap }[];
  /** what a state wants the group to be drawn in; null: as always */
  colorOf(frame: ManifestFrame, group: number): Rgb | null;
  /** of the layer that a state has the group in: higher ones lie over lower ones */
  orderOf(frame: ManifestFrame, group: number): number;
}

/** Overlay planes of one type (60xx,0040): graphics or regions. PS3.3 C.9.2. */
export class OverlayLayer implements Layer {
  readonly id: Layer["id"];
  readonly label: Layer["label"];
  readonly #isRoi: boolean;
  readonly #source: OverlaySource;
  readonly #planes: ShownPlanes;

  constructor(isRoi: boolean, source: OverlaySource, planes: ShownPlanes) {
    this.#isRoi = isRoi;
    this.id = isRoi ? "overlayRoi" : "overlayGraphics";
    this.label = isRoi ? "layers.overlayRoi" : "layers.overlayGraphics";
    this.#source = source;
    this.#planes = planes;
  }
  has(frame: ManifestFrame): boolean {
    return this.#own(frame).length > 0 || this.#added(frame).length > 0;
  }
  problem(frame: ManifestFrame): SlError | null {
    for (const plane of this.#own(frame)) {
      const problem = this.#source.problem(frame, plane);
      if (problem !== null) return problem;
    }
    return null;
  }
  draw(context: CanvasRenderingContext2D, view: LayerView): void {
    if (this.#isRoi) context.globalAlpha = ROI_OPACITY;
    const { frame } = view;
    const own = this.#own(frame).map((plane) => ({
      plane,
      bitmap: this.#source.bitmap(frame, plane),
    }));
    const order = ({ plane }: { plane: OverlayPlane }): number =>
      this.#planes.orderOf(frame, plane.group);
    for (const { plane, bitmap } of [...own, ...this.#added(frame)].sort(
      (a, b) => order(a) - order(b),
    )) {
      const always = this.#isRoi ? ROI_COLOR : GRAPHICS_COLOR;
      const color = this.#planes.colorOf(frame, plane.group) ?? always;
      if (bitmap !== null) drawPlane(context, view, plane, bitmap, color);
    }
  }
  dispose(): void {
    this.#source.clear();
  }
  #own(frame: ManifestFrame): readonly OverlayPlane[] {
    return this.#planes
      .own(frame)
      .filter(
        (plane) => plane.isRoi === this.#isRoi && frameOver(plane, frame.frameNumber) !== null,
      );
  }
  #added(frame: ManifestFrame): readonly { plane: OverlayPlane; bitmap: OverlayBitmap }[] {
    return this.#planes.added(frame).filter(({ plane }) => plane.isRoi === this.#isRoi);
  }
}

/** Draws the bits where the plane lies over the image. */
export function drawPlane(
  context: CanvasRenderingContext2D,
  view: LayerView,
  plane: OverlayPlane,
  bitmap: OverlayBitmap,
  color: readonly [number, number, number],
): void {
  const [left, top] = [plane.originCol - 1, plane.originRow - 1];
  const visible = visibleBounds(view);
  const { across, down } = pixelSize(view);
  context.setTransform(...view.matrix);
  context.translate(left, top);
  bitmap.draw(context, color, Math.min(across, down), {
    left: visible.left - left,
    top: visible.top - top,
    right: visible.right - left,
    bottom: visible.bottom - top,
  });
}
