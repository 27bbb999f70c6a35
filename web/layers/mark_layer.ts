import type { LayerView } from "../shared/api.ts";
import { SlError } from "../shared/errc.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import { css, type Rgb } from "./display_color.ts";
import { toDevice } from "./image_space.ts";
import type { Layer } from "./layer.ts";
import { placeCaption, type Extent, type TextBox } from "./mark_caption.ts";
import type { PlacedMark } from "./mark_placement.ts";
import { distanceToStroke, type Stroke } from "./mark_strokes.ts";
import type { ObjectView, ShownRegion } from "./object_view.ts";

/** CSS pixels. */
const LINE_PX = 1.5;
const CHOSEN_PX = 3;
const HALO_PX = 2;
const POINT_PX = 5;
const FONT_PX = 12.5;
/** From a graphic to its words, and from these to the edge, where a scroll bar is. */
const GAP_PX = 8;
const EDGE_PX = 28;
/** Points over one picture; graphics beyond are left out, and that is said. */
const MOST_POINTS = 100_000;
/** With more than so many findings on a picture only the chosen one has its words there. */
const MOST_CAPTIONS = 24;

/** What is at a place of the picture. */
export interface MarkHit {
  readonly view: ObjectView;
  readonly region: ShownRegion;
  /** its content item */
  readonly item: string | null;
  /** of a group of bulk annotations, from 0 */
  readonly annotation: number | null;
}

/** The graphics of the reports that are switched on. PS3.3 C.18.6, C.18.9. */
export class MarkLayer implements Layer {
  readonly id = "marks";
  readonly label = "layers.marks";
  readonly #shown: () => readonly ObjectView[];

  constructor(shown: () => readonly ObjectView[]) {
    this.#shown = shown;
  }
  has(frame: ManifestFrame): boolean {
    return this.#over(frame).length > 0;
  }
  problem(frame: ManifestFrame): SlError | null {
    const points = this.#over(frame)
      .flatMap((view) => view.marks?.of(frame) ?? [])
      .reduce((sum, { strokes }) => sum + pointsOf(strokes), 0);
    return points > MOST_POINTS ? new SlError("limit_exceeded", "too many points") : null;
  }
  draw(context: CanvasRenderingContext2D, view: LayerView): void {
    let left = MOST_POINTS;
    const taken: TextBox[] = [];
    context.lineJoin = context.lineCap = "round";
    for (const shown of this.#over(view.frame)) {
      const placed = (shown.marks?.of(view.frame) ?? []).filter(
        ({ mark, strokes }) => shown.isVisible(mark.region) && (left -= pointsOf(strokes)) >= 0,
      );
      const byRegion = new Map<number, PlacedMark[]>();
      for (const one of placed) {
        const own = byRegion.get(one.mark.region);
        if (own === undefined) byRegion.set(one.mark.region, [one]);
        else own.push(one);
      }
      const hasWords = byRegion.size <= MOST_CAPTIONS;
      const extents = hasWords
        ? [...byRegion].map(([number, own]) => ({ number, ...extentOf(view, own) }))
        : [];
      for (const region of shown.regions) {
        const own = byRegion.get(region.number);
        if (own === undefined) continue;
        const isChosen = shown.chosen === region.number;
        drawMarks(context, view, own, region.rgb, isChosen, shown);
        if (!isChosen && !hasWords) continue;
        const others = extents.filter(({ number }) => number !== region.number);
        const box = caption(context, view, own, region, isChosen, { taken, others });
        if (box !== null) taken.push(box);
      }
    }
  }
  /** The nearest graphic within so many pixels of the picture. */
  at(frame: ManifestFrame, col: number, row: number, within: number): MarkHit | null {
    let best: MarkHit | null = null;
    let least = within;
    for (const view of this.#over(frame))
      for (const { mark, strokes } of view.marks?.of(frame) ?? []) {
        const region = view.regions.find(({ number }) => number === mark.region);
        if (region === undefined || !view.isVisible(mark.region)) continue;
        const distance = Math.min(...strokes.map((one) => distanceToStroke(one, col, row)));
        if (!(distance <= least)) continue;
        best = { view, region, item: mark.item, annotation: null };
        least = distance;
      }
    return best;
  }
  dispose(): void {
    // holds nothing
  }
  #over(frame: ManifestFrame): readonly ObjectView[] {
    return this.#shown().filter((view) => view.marks !== null && view.isOver(frame));
  }
}

function pointsOf(strokes: readonly Stroke[]): number {
  return strokes.reduce((sum, { points }) => sum + points.length, 0);
}
function drawMarks(
  context: CanvasRenderingContext2D,
  view: LayerView,
  marks: readonly PlacedMark[],
  rgb: Rgb,
  isChosen: boolean,
  { opacity, isFilled }: ObjectView,
): void {
  const [lines, areas] = [new Path2D(), new Path2D()];
  for (const stroke of marks.flatMap(({ strokes }) => strokes)) {
    trace(lines, stroke, view);
    if (stroke.kind === "closed") trace(areas, stroke, view);
  }
  const width = (isChosen ? CHOSEN_PX : LINE_PX) * view.pixelRatio;
  if (isFilled) {
    context.globalAlpha = opacity;
    context.fillStyle = css(rgb);
    context.fill(areas, "evenodd");
    context.globalAlpha = 1;
  }
  // dark beneath: a bright line is lost on bright bone
  context.lineWidth = width + HALO_PX * view.pixelRatio;
  context.strokeStyle = "rgb(0 0 0 / 55%)";
  context.stroke(lines);
  context.lineWidth = width;
  context.strokeStyle = css(rgb);
  context.stroke(lines);
}
function trace(path: Path2D, { points, kind }: Stroke, view: LayerView): void {
  const arm = POINT_PX * view.pixelRatio;
  points.forEach(([col, row], index) => {
    const [x, y] = toDevice(view, col, row);
    if (kind === "points") {
      // a cross: it covers nothing
      path.moveTo(x - arm, y);
      path.lineTo(x + arm, y);
      path.moveTo(x, y - arm);
      path.lineTo(x, y + arm);
    } else if (index === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  });
  if (kind === "closed") path.closePath();
}
/** Device pixels; empty of nothing. */
function extentOf(view: LayerView, marks: readonly PlacedMark[]): Extent {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { strokes } of marks)
    for (const { points } of strokes)
      for (const [col, row] of points) {
        const [x, y] = toDevice(view, col, row);
        [left, right] = [Math.min(left, x), Math.max(right, x)];
        [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
      }
  return { left, top, right, bottom };
}
/** Beside the graphic, within the viewport, and not on others' words. Returns where it stands. */
function caption(
  context: CanvasRenderingContext2D,
  view: LayerView,
  marks: readonly PlacedMark[],
  { caption: text, rgb }: ShownRegion,
  isChosen: boolean,
  { taken, others }: { taken: readonly TextBox[]; others: readonly Extent[] },
): TextBox | null {
  const graphic = extentOf(view, marks);
  if (text === "" || graphic.left > graphic.right) return null;
  const { pixelRatio } = view;
  const edge = EDGE_PX * pixelRatio;
  const area = { left: edge, top: edge, right: view.width - edge, bottom: view.height - edge };
  const isSeen =
    graphic.right > 0 &&
    graphic.left < view.width &&
    graphic.bottom > 0 &&
    graphic.top < view.height;
  if (!isSeen) return null;
  const size = FONT_PX * pixelRatio;
  context.font = `${isChosen ? "700" : "600"} ${String(size)}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  const words = { width: context.measureText(text).width, height: 1.3 * size };
  const box = placeCaption(graphic, words, GAP_PX * pixelRatio, area, taken, others);
  const y = box.top + box.height / 2;
  context.lineWidth = 3 * pixelRatio;
  context.strokeStyle = "rgb(0 0 0 / 75%)";
  context.fillStyle = css(rgb);
  context.strokeText(text, box.left, y);
  context.fillText(text, box.left, y);
  return box;
}
