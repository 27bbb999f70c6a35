import type { Mark, MarkShape } from "./mark.ts";
import { dot, pixelOf, type Plane, type Vector } from "./plane.ts";
import { isNear } from "./structure_placement.ts";

/** A line, or single points, on a picture: column and row, the corner of the first pixel is 0, 0. */
export interface Stroke {
  readonly points: readonly (readonly [number, number])[];
  readonly kind: "open" | "closed" | "points";
}
/** Corners of what stands for an ellipse: half a device pixel beside it at most up to 1,600 of its radius. */
const ELLIPSE_STEPS = 128;
/** mm, as for contours */
const ROUNDING = 1e-3;

type Point = readonly number[];

/** A graphic on its picture, as it is drawn. */
export function flatStrokes(shape: MarkShape, points: readonly Point[]): Stroke[] {
  const flat = outlineOf(shape, points).map(([x = 0, y = 0]) => [x, y] as const);
  return [{ points: flat, kind: kindOf(shape) }];
}
function kindOf(shape: MarkShape): Stroke["kind"] {
  if (shape === "POINT" || shape === "MULTIPOINT") return "points";
  return shape === "POLYLINE" ? "open" : "closed";
}
/** Circles and ellipses as polygons, in as many dimensions as their points have. PS3.3 C.18.6.1.2, C.18.9.1.2. */
function outlineOf(shape: MarkShape, points: readonly Point[]): readonly Point[] {
  if (shape === "CIRCLE") {
    const [centre, edge] = points;
    if (centre === undefined || edge === undefined) return [];
    const [dx, dy] = [(edge[0] ?? 0) - (centre[0] ?? 0), (edge[1] ?? 0) - (centre[1] ?? 0)];
    return turned(centre, [dx, dy], [-dy, dx]);
  }
  if (shape !== "ELLIPSE") return points;
  // the ends of one axis, and those of the other
  const [a0, a1, b0, b1] = points;
  if (a0 === undefined || a1 === undefined || b0 === undefined || b1 === undefined) return [];
  const centre = a0.map((value, i) => (value + (a1[i] ?? 0)) / 2);
  return turned(centre, half(a0, a1), half(b0, b1));
}
function half(from: Point, to: Point): number[] {
  return from.map((value, i) => ((to[i] ?? 0) - value) / 2);
}
function turned(centre: Point, across: Point, up: Point): number[][] {
  return Array.from({ length: ELLIPSE_STEPS }, (_, step) => {
    const angle = (2 * Math.PI * step) / ELLIPSE_STEPS;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return centre.map((value, i) => value + cos * (across[i] ?? 0) + sin * (up[i] ?? 0));
  });
}

/** What of a graphic in space lies within half the pictures' distance of a picture's plane. PS3.3 C.18.9. */
export function spaceStrokes({ shape, points }: Mark, plane: Plane, step: number): Stroke[] {
  const vectors = Array.from({ length: points.length / 3 }, (_, i): Vector => [
    points[3 * i] ?? 0,
    points[3 * i + 1] ?? 0,
    points[3 * i + 2] ?? 0,
  ]);
  if (shape === "ELLIPSOID") return cutOf(vectors, plane);
  const outline = outlineOf(shape, vectors).map(([x = 0, y = 0, z = 0]): Vector => [x, y, z]);
  const kind = kindOf(shape);
  if (kind === "points") {
    const near = outline.filter((point) => isNear(distance(plane, point), step / 2));
    return near.length === 0
      ? []
      : [{ points: near.map((point) => onPicture(plane, point)), kind }];
  }
  return clipped(outline, plane, step / 2, kind === "closed");
}
function distance({ origin, normal }: Plane, point: Vector): number {
  return dot(normal, [point[0] - origin[0], point[1] - origin[1], point[2] - origin[2]]);
}
function onPicture(plane: Plane, point: Vector): [number, number] {
  const [col, row] = pixelOf(plane, point);
  return [col + 0.5, row + 0.5];
}
/** A line's parts within the slab: all of it when it lies on the picture. */
function clipped(
  points: readonly Vector[],
  plane: Plane,
  half: number,
  isClosed: boolean,
): Stroke[] {
  if (points.every((point) => isNear(distance(plane, point), half)))
    return [
      {
        points: points.map((point) => onPicture(plane, point)),
        kind: isClosed && points.length > 2 ? "closed" : points.length === 1 ? "points" : "open",
      },
    ];
  const strokes: Stroke[] = [];
  let line: [number, number][] = [];
  const end = (): void => {
    if (line.length > 1) strokes.push({ points: line, kind: "open" });
    line = [];
  };
  const [low, high] = [-half - ROUNDING, half - ROUNDING];
  const corners = isClosed ? points.length : points.length - 1;
  for (let i = 0; i < corners; i++) {
    const [from, to] = [points[i], points[(i + 1) % points.length]];
    if (from === undefined || to === undefined) break;
    const [d0, d1] = [distance(plane, from), distance(plane, to)];
    const shares = d0 === d1 ? [0, 1] : [(low - d0) / (d1 - d0), (high - d0) / (d1 - d0)];
    const first = Math.max(0, Math.min(...shares));
    const last = Math.min(1, Math.max(...shares));
    const isIn = d0 === d1 ? isNear(d0, half) : first < last;
    if (!isIn) {
      end();
      continue;
    }
    const at = (share: number): [number, number] =>
      onPicture(plane, [
        from[0] + share * (to[0] - from[0]),
        from[1] + share * (to[1] - from[1]),
        from[2] + share * (to[2] - from[2]),
      ]);
    if (line.length === 0 || first > 0) {
      end();
      line.push(at(first));
    }
    line.push(at(last));
    if (last < 1) end();
  }
  end();
  return strokes;
}
/** An ellipsoid, by the ends of its three axes, where the plane cuts it. PS3.3 C.18.9.1.2. */
function cutOf(ends: readonly Vector[], plane: Plane): Stroke[] {
  const [a0, a1, b0, b1, c0, c1] = ends;
  if (!a0 || !a1 || !b0 || !b1 || !c0 || !c1) return [];
  const centre: Vector = [(a0[0] + a1[0]) / 2, (a0[1] + a1[1]) / 2, (a0[2] + a1[2]) / 2];
  const axes = [half(a0, a1), half(b0, b1), half(c0, c1)];
  const { normal } = plane;
  // on the unit sphere the plane is m · u = k
  const m = axes.map(([x = 0, y = 0, z = 0]) => dot(normal, [x, y, z]));
  const length = Math.hypot(...m);
  const k = -distance(plane, centre);
  if (!(length > 0) || Math.abs(k) >= length) return [];
  const unit = m.map((value) => value / length) as unknown as Vector;
  const first = perpendicular(unit);
  const second: Vector = cross(unit, first);
  const radius = Math.sqrt(1 - (k / length) ** 2);
  const points = turned(
    unit.map((value) => (value * k) / length),
    first.map((value) => value * radius),
    second.map((value) => value * radius),
  ).map((u): [number, number] => {
    const at = (i: number): number =>
      (centre[i] ?? 0) + axes.reduce((sum, axis, j) => sum + (axis[i] ?? 0) * (u[j] ?? 0), 0);
    return onPicture(plane, [at(0), at(1), at(2)]);
  });
  return [{ points, kind: "closed" }];
}
function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
function perpendicular(unit: Vector): Vector {
  const other: Vector = Math.abs(unit[0]) < 0.8 ? [1, 0, 0] : [0, 1, 0];
  const across = cross(unit, other);
  const length = Math.hypot(...across);
  return [across[0] / length, across[1] / length, across[2] / length];
}

/** Distance of a point from a stroke, pixels of the picture. */
export function distanceToStroke({ points, kind }: Stroke, col: number, row: number): number {
  let least = Infinity;
  const count = points.length;
  points.forEach(([x, y], index) => {
    const isLast = index === count - 1;
    const [nextX, nextY] =
      kind === "points" || (isLast && kind === "open")
        ? [x, y]
        : (points[(index + 1) % count] ?? [x, y]);
    const [dx, dy] = [nextX - x, nextY - y];
    const squared = dx * dx + dy * dy;
    const share =
      squared === 0 ? 0 : Math.min(1, Math.max(0, ((col - x) * dx + (row - y) * dy) / squared));
    least = Math.min(least, Math.hypot(col - x - share * dx, row - y - share * dy));
  });
  return least;
}
