import type { LayerView } from "../shared/api.ts";
import { SlError } from "../shared/errc.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import { figureOf } from "./annotation_group.ts";
import type { AnnotationIndex, Box } from "./annotation_index.ts";
import { css, type Rgb } from "./display_color.ts";
import { pixelSize, toDevice, visibleBounds } from "./image_space.ts";
import type { Layer } from "./layer.ts";
import type { MarkHit } from "./mark_layer.ts";
import { distanceToStroke, flatStrokes } from "./mark_strokes.ts";
import type { ObjectView } from "./object_view.ts";

/** CSS pixels. */
const LINE_PX = 1.5;
const HALO_PX = 1.5;
/** An annotation that is smaller is a dot; CSS pixels. */
const DOT_BELOW = 6;
/** Points of outlines in one view; what is beyond is dots. */
const MOST_POINTS = 100_000;
/** A dot's side, CSS pixels, while those of a group hide no more than this share of the slide. */
const DOT_PX = 5;
const MOST_HIDDEN = 0.03;
/** What dots of this size on, CSS pixels, have around them: a device pixel of half-transparent black. */
const RIM_FROM = 5;
const RIM = 0x8c000000;

interface Seen {
  readonly index: AnnotationIndex;
  readonly rgb: Rgb;
  readonly dots: number[];
  readonly outlines: Path2D;
  readonly areas: Path2D;
}

/** Bulk annotations of slides that are switched on: what of them is in the view, as outlines while these can be seen. PS3.3 C.37.1.2. */
export class BulkLayer implements Layer {
  readonly id = "bulk";
  readonly label = "layers.bulk";
  readonly #shown: () => readonly ObjectView[];
  /** as large as the viewport, made when it is first needed */
  #dots: HTMLCanvasElement | null = null;
  #isOverfull = false;

  constructor(shown: () => readonly ObjectView[]) {
    this.#shown = shown;
  }
  has(frame: ManifestFrame): boolean {
    return this.#over(frame).length > 0;
  }
  problem(frame: ManifestFrame): SlError | null {
    return this.has(frame) && this.#isOverfull
      ? new SlError("limit_exceeded", "some outlines are dots")
      : null;
  }
  draw(context: CanvasRenderingContext2D, view: LayerView): void {
    const area = visibleBounds(view);
    let left = MOST_POINTS;
    this.#isOverfull = false;
    for (const shown of this.#over(view.frame)) {
      for (const index of shown.annotations?.of(view.frame) ?? []) {
        const region = shown.regionOf(index.group);
        if (region === null || !shown.isVisible(region.number)) continue;
        const seen = look(index, region.rgb, view, area, left);
        left = seen.left;
        this.#isOverfull ||= seen.left <= 0;
        outline(context, seen, view, shown);
        this.#drawDots(context, seen, view);
      }
    }
  }
  /** The smallest annotation that holds the place, or is within so many pixels of it. */
  at(frame: ManifestFrame, col: number, row: number, within: number): MarkHit | null {
    let best: MarkHit | null = null;
    let least = Infinity;
    const area = {
      left: col - within,
      right: col + within,
      top: row - within,
      bottom: row + within,
    };
    for (const view of this.#over(frame))
      for (const index of view.annotations?.of(frame) ?? []) {
        const region = view.regionOf(index.group);
        if (region === null || !view.isVisible(region.number)) continue;
        for (const annotation of index.within(area)) {
          const [width, height] = sizeOf(index, annotation);
          if (width * height >= least || !isAt(index, annotation, col, row, within)) continue;
          best = { view, region, item: null, annotation };
          least = width * height;
        }
      }
    return best;
  }
  dispose(): void {
    this.#dots = null;
  }
  #over(frame: ManifestFrame): readonly ObjectView[] {
    return this.#shown().filter((view) => view.annotations?.isOver(frame) === true);
  }
  /** Pixel by pixel: a path of a million squares takes seconds. */
  #drawDots(context: CanvasRenderingContext2D, { dots, rgb }: Seen, view: LayerView): void {
    if (dots.length === 0) return;
    const { width, height } = view;
    this.#dots ??= document.createElement("canvas");
    if (this.#dots.width !== width) this.#dots.width = width;
    if (this.#dots.height !== height) this.#dots.height = height;
    const image = new ImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    const half = dotSize(dots.length / 2, view) / 2;
    const color = ((255 << 24) | (rgb[2] << 16) | (rgb[1] << 8) | rgb[0]) >>> 0;
    const fill = (reach: number, value: number): void => {
      for (let i = 0; i < dots.length; i += 2) {
        const [x, y] = [Math.round(dots[i] ?? 0), Math.round(dots[i + 1] ?? 0)];
        const [first, last] = [Math.max(0, x - reach), Math.min(width, x + reach)];
        for (let down = Math.max(0, y - reach); down < Math.min(height, y + reach); down++)
          if (first < last) pixels.fill(value, down * width + first, down * width + last);
      }
    };
    if (2 * half >= RIM_FROM * view.pixelRatio) fill(half + 1, RIM);
    fill(half, color);
    this.#dots.getContext("2d")?.putImageData(image, 0, 0);
    context.drawImage(this.#dots, 0, 0);
  }
}

/** Device pixels, even. */
function dotSize(count: number, view: LayerView): number {
  const { left, top, right, bottom } = visibleBounds(view);
  const { across, down } = pixelSize(view);
  const width = Math.max(0, Math.min(right, view.cols) - Math.max(left, 0)) * across;
  const height = Math.max(0, Math.min(bottom, view.rows) - Math.max(top, 0)) * down;
  const side = Math.sqrt((MOST_HIDDEN * width * height) / count);
  return 2 * Math.max(1, Math.round(Math.min(side, DOT_PX * view.pixelRatio) / 2));
}
function sizeOf({ boxes }: AnnotationIndex, annotation: number): [number, number] {
  const [left = 0, top = 0, right = 0, bottom = 0] = boxes.subarray(
    4 * annotation,
    4 * annotation + 4,
  );
  return [right - left, bottom - top];
}
function pointsOf({ group, places }: AnnotationIndex, annotation: number): [number, number][] {
  const [first, end] = figureOf(group, annotation);
  const points: [number, number][] = [];
  for (let i = first; i < end; i++) points.push([places[2 * i] ?? 0, places[2 * i + 1] ?? 0]);
  return points;
}
function look(
  index: AnnotationIndex,
  rgb: Rgb,
  view: LayerView,
  area: Box,
  most: number,
): Seen & { left: number } {
  const { across, down } = pixelSize(view);
  const { group, boxes, places } = index;
  const dotBelow = DOT_BELOW * view.pixelRatio;
  const dots: number[] = [];
  const [outlines, areas] = [new Path2D(), new Path2D()];
  let left = most;
  const isPoints = group.shape === "POINT";
  for (const annotation of index.within(area, Math.max(across, down))) {
    const at = 4 * annotation;
    const width = ((boxes[at + 2] ?? 0) - (boxes[at] ?? 0)) * across;
    const height = ((boxes[at + 3] ?? 0) - (boxes[at + 1] ?? 0)) * down;
    if (isPoints) {
      const [first] = figureOf(group, annotation);
      dots.push(...toDevice(view, places[2 * first] ?? 0, places[2 * first + 1] ?? 0));
    } else if (left <= 0 || (width < dotBelow && height < dotBelow)) {
      const x = ((boxes[at] ?? 0) + (boxes[at + 2] ?? 0)) / 2;
      dots.push(...toDevice(view, x, ((boxes[at + 1] ?? 0) + (boxes[at + 3] ?? 0)) / 2));
    } else {
      for (const { points, kind } of flatStrokes(group.shape, pointsOf(index, annotation))) {
        left -= points.length;
        for (const path of kind === "closed" ? [outlines, areas] : [outlines]) {
          points.forEach(([col, row], i) => {
            const [px, py] = toDevice(view, col, row);
            if (i === 0) path.moveTo(px, py);
            else path.lineTo(px, py);
          });
          if (kind === "closed") path.closePath();
        }
      }
    }
  }
  return { index, rgb, dots, outlines, areas, left };
}
function outline(
  context: CanvasRenderingContext2D,
  { outlines, areas, rgb }: Seen,
  view: LayerView,
  { isFilled, opacity }: ObjectView,
): void {
  if (isFilled) {
    context.globalAlpha = opacity;
    context.fillStyle = css(rgb);
    context.fill(areas);
    context.globalAlpha = 1;
  }
  context.lineJoin = "round";
  context.lineWidth = (LINE_PX + HALO_PX) * view.pixelRatio;
  // slides are bright, and stains dark: what is bright needs a dark edge, what is dark a bright one
  const [red, green, blue] = rgb;
  const isBright = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 110;
  context.strokeStyle = isBright ? "rgb(0 0 0 / 50%)" : "rgb(255 255 255 / 55%)";
  context.stroke(outlines);
  context.lineWidth = LINE_PX * view.pixelRatio;
  context.strokeStyle = css(rgb);
  context.stroke(outlines);
}
function isAt(
  index: AnnotationIndex,
  annotation: number,
  col: number,
  row: number,
  within: number,
): boolean {
  return flatStrokes(index.group.shape, pointsOf(index, annotation)).some((stroke) => {
    const { points, kind } = stroke;
    if (distanceToStroke(stroke, col, row) <= within) return true;
    if (kind !== "closed") return false;
    let isInside = false;
    points.forEach(([x, y], i) => {
      const [nextX, nextY] = points[(i + 1) % points.length] ?? [x, y];
      if (y > row !== nextY > row && col < x + ((row - y) / (nextY - y)) * (nextX - x))
        isInside = !isInside;
    });
    return isInside;
  });
}
