import type { LayerView } from "../shared/api.ts";
import type { SlError } from "../shared/errc.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import { css, type Rgb } from "./display_color.ts";
import { FractionBitmap } from "./fraction_bitmap.ts";
import { pixelSize, visibleBounds } from "./image_space.ts";
import type { Layer } from "./layer.ts";
import type { Segmentation } from "./layer_object.ts";
import { maskEdges } from "./mask_outline.ts";
import type { ObjectFrames } from "./object_frames.ts";
import { ObjectResults } from "./object_results.ts";
import type { ObjectView } from "./object_view.ts";
import { OverlayBitmap } from "./overlay_bitmap.ts";
import { neededFrames, segmentMasks, type SegmentMask } from "./segment_masks.ts";

const MAX_BYTES = 96 * 1024 ** 2;
/** Pictures whose frames are fetched early. */
const NEAR = [1, -1, 2, -2];
/** CSS pixels. */
const LINE_PX = 1.5;

/** A segment, ready to be drawn. */
interface DrawnMask {
  readonly bitmap: OverlayBitmap;
  readonly fraction: FractionBitmap | null;
  /** in pixels of the picture */
  readonly outline: Path2D;
}
type DrawnMasks = ReadonlyMap<number, DrawnMask>;

/** Segments of the segmentations that are switched on. PS3.3 C.8.20. */
export class SegmentLayer implements Layer {
  readonly id = "segments";
  readonly label = "layers.segments";
  readonly #shown: () => readonly ObjectView[];
  readonly #frames: ObjectFrames;
  readonly #masks: ObjectResults<DrawnMasks>;

  constructor(shown: () => readonly ObjectView[], frames: ObjectFrames, arrived: () => void) {
    this.#shown = shown;
    this.#frames = frames;
    this.#masks = new ObjectResults(bytesOf, MAX_BYTES, arrived);
  }
  has(frame: ManifestFrame): boolean {
    return this.#over(frame).length > 0;
  }
  problem(frame: ManifestFrame): SlError | null {
    for (const view of this.#over(frame)) {
      const problem = this.#masks.problem(keyOf(view, frame));
      if (problem !== null) return problem;
    }
    return null;
  }
  draw(context: CanvasRenderingContext2D, view: LayerView): void {
    for (const shown of this.#over(view.frame)) {
      const masks = this.#get(shown, view.frame);
      if (masks === null) continue;
      for (const { number, rgb } of shown.regions) {
        const mask = masks.get(number);
        if (mask === undefined || !shown.isVisible(number)) continue;
        if (shown.isFilled) fill(context, view, mask, rgb, shown.opacity);
        if (shown.hasOutline) outline(context, view, mask, rgb);
      }
    }
  }
  retry(): void {
    this.#masks.forgetProblems();
  }
  dispose(): void {
    this.#masks.clear();
  }
  #over(frame: ManifestFrame): readonly ObjectView[] {
    return this.#shown().filter(
      (view) => view.object.kind === "SEGMENTATION" && view.isOver(frame),
    );
  }
  /** The frames over the pictures that are looked at next. What fails is asked for again when it is drawn. */
  #fetchNear(view: ObjectView, frame: ManifestFrame): void {
    const { frames } = frame.instance.series;
    const index = frames.indexOf(frame);
    for (const step of NEAR) {
      const near = frames[index + step];
      if (near === undefined) continue;
      const needed = neededFrames(view.over(near));
      this.#frames.rasters(view.instance, needed).catch(() => undefined);
    }
  }
  #get(view: ObjectView, frame: ManifestFrame): DrawnMasks | null {
    return this.#masks.get(keyOf(view, frame), async () => {
      const placed = view.over(frame);
      const rasters = await this.#frames.rasters(view.instance, neededFrames(placed));
      const object = view.object as Segmentation;
      this.#fetchNear(view, frame);
      return drawnOf(segmentMasks(object, placed, frame, rasters), frame);
    });
  }
}

function keyOf({ instance }: ObjectView, frame: ManifestFrame): string {
  return `${instance.hash}/${frame.instance.hash}/${String(frame.frameNumber)}`;
}
function bytesOf(masks: DrawnMasks): number {
  let bytes = 0;
  for (const { bitmap, fraction } of masks.values())
    // each pixel once more in a canvas
    bytes += 33 * bitmap.byteLength + (fraction?.byteLength ?? 0);
  return bytes;
}
function drawnOf(masks: ReadonlyMap<number, SegmentMask>, frame: ManifestFrame): DrawnMasks {
  const { rows, cols } = frame.instance;
  return new Map(
    [...masks].map(([segment, { bits, shares }]) => {
      const outline = new Path2D();
      const edges = maskEdges(bits, { rows, cols });
      for (let at = 0; at < edges.length; at += 4) {
        outline.moveTo(edges[at] ?? 0, edges[at + 1] ?? 0);
        outline.lineTo(edges[at + 2] ?? 0, edges[at + 3] ?? 0);
      }
      const bitmap = new OverlayBitmap(rows, cols, bits);
      const fraction = shares === null ? null : new FractionBitmap(shares, { rows, cols });
      return [segment, { bitmap, fraction, outline }];
    }),
  );
}
function fill(
  context: CanvasRenderingContext2D,
  view: LayerView,
  { bitmap, fraction }: DrawnMask,
  color: Rgb,
  opacity: number,
): void {
  const { across, down } = pixelSize(view);
  const scale = Math.min(across, down);
  context.save();
  context.globalAlpha = opacity;
  context.setTransform(...view.matrix);
  if (fraction === null) bitmap.draw(context, color, scale, visibleBounds(view));
  else fraction.draw(context, color, scale < 1);
  context.restore();
}
function outline(
  context: CanvasRenderingContext2D,
  view: LayerView,
  mask: DrawnMask,
  color: Rgb,
): void {
  // of an even width on the screen, however the pixels are drawn
  const path = new Path2D();
  path.addPath(mask.outline, new DOMMatrix([...view.matrix]));
  context.lineWidth = LINE_PX * view.pixelRatio;
  context.lineCap = "square";
  context.strokeStyle = css(color);
  context.stroke(path);
}
