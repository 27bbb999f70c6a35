import type { LayerView } from "../shared/api.ts";
import { SlError } from "../shared/errc.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import type { GraphicAnnotation, GraphicObject } from "./annotation_json.ts";
import { css, grayOf, rgbOfLab, type Rgb } from "./display_color.ts";
import { graphicPaths, isClosed, type ToDevice } from "./graphic_path.ts";
import { toDevice } from "./image_space.ts";
import type { Layer } from "./layer.ts";
import type { PresentationState } from "./presentation_state.ts";
import { refersTo } from "./referenced_images.ts";
import { drawText } from "./text_object.ts";

/** Seen on bone and on air, and none of a picture's greys. */
const COLOR = "rgb(140 255 170)";
const HALO = "rgb(0 0 0 / 65%)";
/** CSS pixels. */
const LINE_PX = 1.5;
const HALO_PX = 3.5;
const POINT_PX = 3;
/** Points over one picture; graphics beyond are left out, and that is said. More would stop the page. */
const MOST_POINTS = 10_000;

/** Texts and graphics of the presentation state that is chosen. PS3.3 C.10.5. */
export class AnnotationLayer implements Layer {
  readonly id = "annotations";
  readonly label = "layers.annotations";
  readonly #stateOf: (frame: ManifestFrame) => PresentationState | null;

  constructor(stateOf: (frame: ManifestFrame) => PresentationState | null) {
    this.#stateOf = stateOf;
  }
  has(frame: ManifestFrame): boolean {
    return annotationsOf(this.#stateOf(frame), frame).length > 0;
  }
  problem(frame: ManifestFrame): SlError | null {
    const drawn = drawable(annotationsOf(this.#stateOf(frame), frame));
    return drawn.isWhole ? null : new SlError("limit_exceeded", "too many points");
  }
  draw(context: CanvasRenderingContext2D, view: LayerView): void {
    const state = this.#stateOf(view.frame);
    if (state === null) return;
    const mappings = { PIXEL: pixelMapping(view), DISPLAY: displayMapping(state, view) };
    const annotations = annotationsOf(state, view.frame);
    const { graphics: drawn } = drawable(annotations);
    for (const { layer, graphics, texts } of annotations) {
      const color = layerColor(state, layer);
      for (const graphic of graphics)
        if (drawn.has(graphic))
          drawGraphic(context, graphic, mappings[graphic.units], color, view.pixelRatio);
      for (const text of texts)
        drawText(context, text, (units) => mappings[units], {
          color,
          halo: HALO,
          pixelRatio: view.pixelRatio,
        });
    }
  }
  dispose(): void {
    // holds nothing
  }
}

/** In the order of their layers. */
function annotationsOf(
  state: PresentationState | null,
  frame: ManifestFrame,
): readonly GraphicAnnotation[] {
  if (state === null) return [];
  const order = ({ layer }: GraphicAnnotation): number => state.layers.get(layer)?.order ?? 0;
  return state.annotations
    .filter(({ images }) => refersTo(images, frame))
    .sort((a, b) => order(a) - order(b));
}
/** Which graphics are drawn: as many as there may be points. */
function drawable(annotations: readonly GraphicAnnotation[]): {
  readonly graphics: ReadonlySet<GraphicObject>;
  readonly isWhole: boolean;
} {
  const all = annotations.flatMap(({ graphics }) => graphics);
  let left = MOST_POINTS;
  const graphics = all.filter(({ points }) => {
    if (points.length / 2 > left) return false;
    left -= points.length / 2;
    return true;
  });
  return { graphics: new Set(graphics), isWhole: graphics.length === all.length };
}
function layerColor(state: PresentationState, name: string): string {
  const color = colorOfLayer(state, name);
  return color === null ? COLOR : css(color);
}
/** What a graphic layer recommends; null: nothing. PS3.3 C.10.7. */
export function colorOfLayer({ layers }: PresentationState, name: string): Rgb | null {
  const layer = layers.get(name);
  if (layer?.lab != null) return rgbOfLab(layer.lab);
  return layer?.gray != null ? grayOf(layer.gray) : null;
}
function pixelMapping(view: LayerView): ToDevice {
  return (x, y) => toDevice(view, x, y);
}
/** 0\0 is the top left corner of the displayed area as it appears, 1\1 the bottom right one. PS3.3 C.10.4, C.10.5. */
function displayMapping(state: PresentationState, view: LayerView): ToDevice {
  const area = state.areas.find(({ images }) => refersTo(images, view.frame));
  const [left, top] = area === undefined ? [1, 1] : area.topLeft;
  const [right, bottom] = area === undefined ? [view.cols, view.rows] : area.bottomRight;
  const corners = [
    toDevice(view, Math.min(left, right) - 1, Math.min(top, bottom) - 1),
    toDevice(view, Math.max(left, right), Math.max(top, bottom)),
  ];
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const [x0, y0] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - x0, Math.max(...ys) - y0];
  return (x, y) => [x0 + x * width, y0 + y * height];
}
function drawGraphic(
  context: CanvasRenderingContext2D,
  graphic: GraphicObject,
  to: ToDevice,
  color: string,
  pixelRatio: number,
): void {
  const line = graphic.lineLab === null ? color : css(rgbOfLab(graphic.lineLab));
  const paths = graphicPaths(graphic, to, POINT_PX * pixelRatio);
  if (graphic.type === "POINT" || (graphic.isFilled && isClosed(graphic))) {
    context.fillStyle = graphic.fillLab === null ? line : css(rgbOfLab(graphic.fillLab));
    for (const path of paths) context.fill(path);
  }
  const widthPx = Math.max(graphic.thickness ?? 0, LINE_PX);
  context.lineJoin = "round";
  context.setLineDash(graphic.isDashed ? [6 * pixelRatio, 4 * pixelRatio] : []);
  context.strokeStyle = HALO;
  context.lineWidth = (widthPx + HALO_PX - LINE_PX) * pixelRatio;
  for (const path of paths) context.stroke(path);
  context.strokeStyle = line;
  context.lineWidth = widthPx * pixelRatio;
  for (const path of paths) context.stroke(path);
}
