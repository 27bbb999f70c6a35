import type { GraphicObject } from "./annotation_json.ts";

export type Point = readonly [number, number];
/** Maps a point of an annotation to device pixels. */
export type ToDevice = (x: number, y: number) => Point;

/** Points nearer than this to the one before change nothing that can be seen. Device pixels. */
const NEAR = 0.5;

/** A path's cost grows with the square of the lines that it crosses itself with: long ones are drawn in pieces. */
const PIECE = 128;

/** The outline in device pixels, in one piece when it is filled. pointRadius: of a POINT. PS3.3 C.10.5.1.2. */
export function graphicPaths(
  graphic: GraphicObject,
  to: ToDevice,
  pointRadius: number,
): readonly Path2D[] {
  const points = pointsOf(graphic, to);
  if (graphic.type !== "POLYLINE" || graphic.isFilled || points.length <= PIECE)
    return [outline(graphic, points, pointRadius)];
  const pieces: Path2D[] = [];
  for (let i = 0; i + 1 < points.length; i += PIECE) {
    const piece = new Path2D();
    polyline(piece, points.slice(i, i + PIECE + 1));
    pieces.push(piece);
  }
  return pieces;
}
function outline(graphic: GraphicObject, points: readonly Point[], pointRadius: number): Path2D {
  const path = new Path2D();
  switch (graphic.type) {
    case "POINT":
      for (const [x, y] of points.slice(0, 1)) path.arc(x, y, pointRadius, 0, 2 * Math.PI);
      break;
    case "POLYLINE":
      polyline(path, points);
      break;
    case "INTERPOLATED":
      spline(path, points);
      break;
    case "CIRCLE":
      circle(path, points);
      break;
    case "ELLIPSE":
      ellipse(path, points);
      break;
  }
  return path;
}
/** A filled shape ends where it began. */
export function isClosed({ points, type }: GraphicObject): boolean {
  if (type === "CIRCLE" || type === "ELLIPSE") return true;
  const last = points.length - 2;
  return last >= 4 && points[0] === points[last] && points[1] === points[last + 1];
}

function pointsOf({ points, type }: GraphicObject, to: ToDevice): Point[] {
  const all: Point[] = [];
  const isLine = type === "POLYLINE" || type === "INTERPOLATED";
  for (let i = 0; i + 1 < points.length; i += 2) {
    const point = to(points[i] ?? 0, points[i + 1] ?? 0);
    const before = all[all.length - 1];
    const isLast = i + 3 >= points.length;
    if (isLine && !isLast && before !== undefined && distance(before, point) < NEAR) continue;
    all.push(point);
  }
  return all;
}
function distance([ax, ay]: Point, [bx, by]: Point): number {
  return Math.hypot(ax - bx, ay - by);
}
function polyline(path: Path2D, points: readonly Point[]): void {
  points.forEach(([x, y], index) => {
    if (index === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  });
}
/** A curve through all points: Catmull-Rom's, whose ends run on as they came, or round where the first is the last. */
function spline(path: Path2D, points: readonly Point[]): void {
  const first = points[0];
  const last = points[points.length - 1];
  if (first === undefined || last === undefined) return;
  const isRound = points.length > 3 && distance(first, last) < 1e-6;
  const at = (index: number): Point => {
    if (index < 0) return (isRound ? points[points.length - 2] : undefined) ?? first;
    if (index >= points.length) return (isRound ? points[1] : undefined) ?? last;
    return points[index] ?? last;
  };
  path.moveTo(...first);
  for (let i = 0; i + 1 < points.length; i++) {
    const [before, from, end, after] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    path.bezierCurveTo(
      from[0] + (end[0] - before[0]) / 6,
      from[1] + (end[1] - before[1]) / 6,
      end[0] - (after[0] - from[0]) / 6,
      end[1] - (after[1] - from[1]) / 6,
      ...end,
    );
  }
}
/** Two points: the centre, and one of the outline. */
function circle(path: Path2D, [center, edge]: readonly Point[]): void {
  if (center === undefined || edge === undefined) return;
  path.arc(center[0], center[1], distance(center, edge), 0, 2 * Math.PI);
  path.closePath();
}
/** Four points: the ends of the major axis, then those of the minor one. */
function ellipse(path: Path2D, [a, b, c, d]: readonly Point[]): void {
  if (a === undefined || b === undefined || c === undefined || d === undefined) return;
  const [x, y] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  const major = distance(a, b) / 2;
  const minor = distance(c, d) / 2;
  path.ellipse(x, y, major, minor, Math.atan2(b[1] - a[1], b[0] - a[0]), 0, 2 * Math.PI);
  path.closePath();
}
