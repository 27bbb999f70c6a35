import type { LayerView } from "../shared/api.ts";
import { SlError } from "../shared/errc.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import { css } from "./display_color.ts";
import { toDevice } from "./image_space.ts";
import type { Layer } from "./layer.ts";
import type { Contour } from "./layer_object.ts";
import type { ObjectView } from "./object_view.ts";
import { pixelOf, planeOf, type Plane } from "./plane.ts";
import { pointAt } from "./structure_placement.ts";

/** CSS pixels. */
const LINE_PX = 1.5;
const POINT_PX = 4;
/** Points nearer than this to the one before change nothing that can be seen. Device pixels. */
const NEAR = 0.5;
/** Points over one picture, after those that are too near; contours beyond are left out, and that is said. */
const MOST_POINTS = 100_000;

/** The regions of the structure sets that are switched on. PS3.3 C.8.8.6. */
export class ContourLayer implements Layer {
  readonly id = "contours";
  readonly label = "layers.contours";
  readonly #shown: () => readonly ObjectView[];

  constructor(shown: () => readonly ObjectView[]) {
    this.#shown = shown;
  }
  has(frame: ManifestFrame): boolean {
    return this.#over(frame).length > 0;
  }
  problem(frame: ManifestFrame): SlError | null {
    const points = this.#over(frame)
      .flatMap((view) => view.structures?.of(frame) ?? [])
      .reduce((sum, { contour }) => sum + contour.points.length / 3, 0);
    return points > MOST_POINTS ? new SlError("limit_exceeded", "too many points") : null;
  }
  draw(context: CanvasRenderingContext2D, view: LayerView): void {
    const plane = planeOf(view.frame.geometry);
    if (plane === null) return;
    let left = MOST_POINTS;
    for (const shown of this.#over(view.frame)) {
      const placed = shown.structures?.of(view.frame) ?? [];
      for (const { number, rgb } of shown.regions) {
        if (!shown.isVisible(number)) continue;
        const contours = placed.filter((one) => one.region === number).map((one) => one.contour);
        const drawn = contours.filter(({ points }) => (left -= points.length / 3) >= 0);
        context.strokeStyle = context.fillStyle = css(rgb);
        context.lineWidth = LINE_PX * view.pixelRatio;
        context.lineJoin = "round";
        if (shown.isFilled) fill(context, drawn, view, plane, shown.opacity);
        // an open line has nothing that could be filled
        const outlined = drawn.filter((contour) => shown.hasOutline || !isClosed(contour));
        outline(context, outlined, view, plane);
        points(context, drawn, view, plane);
      }
    }
  }
  dispose(): void {
    // holds nothing
  }
  #over(frame: ManifestFrame): readonly ObjectView[] {
    return this.#shown().filter((view) => view.structures !== null && view.isOver(frame));
  }
}

/** In device pixels; points that change nothing are left out. */
function devicePoints({ points }: Contour, view: LayerView, plane: Plane): [number, number][] {
  const out: [number, number][] = [];
  for (let at = 0; at < points.length; at += 3) {
    const [col, row] = pixelOf(plane, pointAt(points, at));
    const point = toDevice(view, col + 0.5, row + 0.5);
    const last = out.at(-1);
    const isNear = last !== undefined && Math.hypot(point[0] - last[0], point[1] - last[1]) < NEAR;
    if (!isNear) out.push(point);
  }
  return out;
}
function trace(
  path: Path2D,
  points: readonly (readonly [number, number])[],
  isClosed: boolean,
): void {
  points.forEach(([x, y], index) => {
    if (index === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  });
  if (isClosed) path.closePath();
}
function isClosed({ type }: Contour): boolean {
  return type === "C" || type === "X";
}
/** Closed contours together are what is in any of them; those to be combined by exclusive or what is in an odd number. */
function fill(
  context: CanvasRenderingContext2D,
  contours: readonly Contour[],
  view: LayerView,
  plane: Plane,
  opacity: number,
): void {
  const [union, exclusive] = [new Path2D(), new Path2D()];
  for (const contour of contours) {
    if (!isClosed(contour)) continue;
    const points = devicePoints(contour, view, plane);
    if (contour.type === "X") trace(exclusive, points, true);
    // all turn the same way: what is in several counts as in one
    else trace(union, signedArea(points) < 0 ? points.reverse() : points, true);
  }
  context.save();
  context.globalAlpha = opacity;
  context.fill(union, "nonzero");
  context.fill(exclusive, "evenodd");
  context.restore();
}
function signedArea(points: readonly (readonly [number, number])[]): number {
  let sum = 0;
  points.forEach(([x, y], index) => {
    const [nextX, nextY] = points[(index + 1) % points.length] ?? [x, y];
    sum += x * nextY - nextX * y;
  });
  return sum;
}
function outline(
  context: CanvasRenderingContext2D,
  contours: readonly Contour[],
  view: LayerView,
  plane: Plane,
): void {
  for (const contour of contours) {
    if (contour.type === "P") continue;
    const path = new Path2D();
    trace(path, devicePoints(contour, view, plane), isClosed(contour));
    context.stroke(path);
  }
}
/** A cross at each: it covers nothing. */
function points(
  context: CanvasRenderingContext2D,
  contours: readonly Contour[],
  view: LayerView,
  plane: Plane,
): void {
  const arm = POINT_PX * view.pixelRatio;
  for (const contour of contours) {
    if (contour.type !== "P") continue;
    const path = new Path2D();
    for (const [x, y] of devicePoints(contour, view, plane)) {
      trace(
        path,
        [
          [x - arm, y],
          [x + arm, y],
        ],
        false,
      );
      trace(
        path,
        [
          [x, y - arm],
          [x, y + arm],
        ],
        false,
      );
    }
    context.stroke(path);
  }
}
