import type { SlError } from "../shared/errc.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import type { PixelSize, Slide, SlidePainted } from "../shared/slide.ts";
import type { TileStore } from "../tiles/tile_store.ts";
import type { Picture } from "./picture.ts";
import { SlideCanvas } from "./slide_canvas.ts";
import { storedValueAt } from "./stored_value.ts";
import type { ViewModel } from "./view_state.ts";

/** What a viewport does with a frame that is a slide. */

export interface SlideStage {
  readonly picture: Picture;
  readonly store: TileStore | null;
  readonly textureBytes: number;
}
export interface SlideDrawn extends SlidePainted {
  readonly refusal: SlError | null;
}

export function drawSlide(stage: SlideStage, model: ViewModel, slide: Slide): SlideDrawn {
  const canvas = new SlideCanvas(stage.picture, stage.store, model, stage.textureBytes);
  const painted = slide.paint(canvas, model.view);
  return { ...painted, refusal: canvas.refusal };
}
/** The whole slide, small, drawn into a canvas of its own by way of the viewport's. True: nothing of it is missing. */
export function drawOverview(
  stage: SlideStage,
  model: ViewModel,
  slide: Slide,
  from: HTMLCanvasElement,
  to: CanvasRenderingContext2D,
): boolean {
  const size: PixelSize = { width: to.canvas.width, height: to.canvas.height };
  if (size.width > from.width || size.height > from.height) return false;
  const canvas = new SlideCanvas(stage.picture, stage.store, model, stage.textureBytes);
  const isWhole = slide.paintOverview(canvas, size);
  to.drawImage(from, 0, 0, size.width, size.height, 0, 0, size.width, size.height);
  return isWhole;
}
/** What is on a canvas that was drawn to in this task. */
export function pixelsOf(canvas: HTMLCanvasElement): ImageData {
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [canvas.width, canvas.height];
  const context = copy.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("no 2D canvas");
  context.drawImage(canvas, 0, 0);
  return context.getImageData(0, 0, copy.width, copy.height);
}
/** Of the finest level; null unless its tile is here. */
export function slideValue(
  store: TileStore | null,
  slide: Slide,
  row: number,
  col: number,
): number | number[] | null {
  const at = slide.tileAt(row, col);
  const block = at === null ? null : (store?.held(at.frame.id)?.block ?? null);
  if (at === null || block === null || !isWhole(block, at.frame)) return null;
  return storedValueAt(block, at.row, at.col);
}
function isWhole(block: PixelBlock, { instance }: ManifestFrame): boolean {
  return block.rows === instance.rows && block.cols === instance.cols;
}
interface PixelBlock {
  readonly rows: number;
  readonly cols: number;
}
