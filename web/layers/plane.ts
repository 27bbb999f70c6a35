import type { FrameGeometry } from "../shared/manifest.ts";

export type Vector = readonly [number, number, number];
/** Where the pixels of a picture lie in the patient, mm. PS3.3 C.7.6.2.1.1. */
export interface Plane {
  /** centre of the first pixel */
  readonly origin: Vector;
  /** unit vectors: along a row (columns grow), along a column (rows grow), and their product */
  readonly alongRow: Vector;
  readonly alongCol: Vector;
  readonly normal: Vector;
  /** mm between rows, between columns */
  readonly rowSpacing: number;
  readonly colSpacing: number;
}
/** Column and row of `to` as linear functions of column and row of `from`, pixel centres at whole numbers. */
export interface PlaneMapping {
  readonly col: readonly [number, number, number];
  readonly row: readonly [number, number, number];
}

/** Cosine of what still counts as the same direction: 0.03 degrees, 0.1 mm at the edge of a body. */
const PARALLEL = 1 - 1e-7;
/** The same for what is said to lie on each other, however the directions were rounded: 0.6 degrees. */
const NEARLY_PARALLEL = 1 - 5e-5;
/** Unit vectors that are so far from it, or from a right angle, are none. */
const ROUNDED = 0.01;

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}
/** a + by × direction */
export function moved(a: Vector, direction: Vector, by: number): Vector {
  return [a[0] + by * direction[0], a[1] + by * direction[1], a[2] + by * direction[2]];
}
function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
function unit(v: Vector): Vector | null {
  const length = Math.hypot(...v);
  if (!(Math.abs(length - 1) < ROUNDED)) return null;
  return [v[0] / length, v[1] / length, v[2] / length];
}

/** null: it is not said where the picture lies, or what is said is no plane. */
export function planeOf({ position, orientation, spacing }: FrameGeometry): Plane | null {
  if (position === null || orientation === null || spacing === null) return null;
  const [rx, ry, rz, cx, cy, cz] = orientation;
  const [alongRow, alongCol] = [unit([rx, ry, rz]), unit([cx, cy, cz])];
  if (alongRow === null || alongCol === null) return null;
  if (Math.abs(dot(alongRow, alongCol)) > ROUNDED) return null;
  const normal = cross(alongRow, alongCol);
  const [rowSpacing, colSpacing] = spacing;
  if (!(rowSpacing > 0 && colSpacing > 0)) return null;
  return { origin: position, alongRow, alongCol, normal, rowSpacing, colSpacing };
}
export function isParallel(a: Plane, b: Plane): boolean {
  return Math.abs(dot(a.normal, b.normal)) >= PARALLEL;
}
export function isNearlyParallel(a: Plane, b: Plane): boolean {
  return Math.abs(dot(a.normal, b.normal)) >= NEARLY_PARALLEL;
}
/** The same axes: the planes may be stacked. */
export function isSameOrientation(a: Plane, b: Plane): boolean {
  return dot(a.alongRow, b.alongRow) >= PARALLEL && dot(a.alongCol, b.alongCol) >= PARALLEL;
}
/** Of a pixel's centre, which may be between pixels. */
export function pointOf(plane: Plane, col: number, row: number): Vector {
  return moved(
    moved(plane.origin, plane.alongRow, col * plane.colSpacing),
    plane.alongCol,
    row * plane.rowSpacing,
  );
}
/** mm from the plane, in the direction of its normal. */
export function distanceTo(plane: Plane, point: Vector): number {
  return dot(minus(point, plane.origin), plane.normal);
}
/** Column and row of the point's foot on the plane. */
export function pixelOf(plane: Plane, point: Vector): readonly [number, number] {
  const from = minus(point, plane.origin);
  return [
    dot(from, plane.alongRow) / plane.colSpacing,
    dot(from, plane.alongCol) / plane.rowSpacing,
  ];
}
export function mappingOf(from: Plane, to: Plane): PlaneMapping {
  const [col0, row0] = pixelOf(to, from.origin);
  const [col1, row1] = pixelOf(to, pointOf(from, 1, 0));
  const [col2, row2] = pixelOf(to, pointOf(from, 0, 1));
  return { col: [col0, col1 - col0, col2 - col0], row: [row0, row1 - row0, row2 - row0] };
}
export const SAME_PIXELS: PlaneMapping = { col: [0, 1, 0], row: [0, 0, 1] };
