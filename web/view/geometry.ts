import type { ManifestFrame } from "../shared/manifest.ts";
import type { ViewState } from "../shared/api.ts";
import type { Clip } from "../shared/slide.ts";

/**
 * Where the picture lies in the viewport. The same mapping as wasm/pixel/transform.hpp and the renderer, in this order:
 * flip, scale (columns by zoom, rows by zoom × pixel aspect), rotate clockwise, centre, pan.
 * Image points are fractions with pixel centres at .5; viewport points are device pixels from the top left.
 */
export type Placement = Pick<
  ViewState,
  "zoom" | "pan" | "rotation" | "flipHorizontal" | "flipVertical"
>;
/** Full resolution of the frame; aspect = height / width of one image pixel. */
export interface ImageShape {
  readonly rows: number;
  readonly cols: number;
  readonly pixelAspect: number;
}
/** Device pixels. */
export interface ViewportSize {
  readonly width: number;
  readonly height: number;
}
export interface ViewportPoint {
  readonly x: number;
  readonly y: number;
}
export interface ImagePoint {
  readonly row: number;
  readonly col: number;
}

/** Columns and rows of the picture, as fractions. */
export interface ImageArea {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function shapeOf(frame: ManifestFrame): ImageShape {
  const { rows, cols } = frame.instance;
  return { rows, cols, pixelAspect: pixelAspect(frame) };
}
/** Height / width of a pixel: by its spacing, else by Pixel Aspect Ratio (0028,0034), else square. */
export function pixelAspect(frame: ManifestFrame): number {
  if (frame.presentationAspect !== undefined) return frame.presentationAspect;
  const pair = frame.geometry.spacing ?? frame.instance.pixelAspectRatio;
  if (pair === null || !(pair[0] > 0) || !(pair[1] > 0)) return 1;
  return pair[0] / pair[1];
}
/** Size of the drawn picture, device pixels, after rotation. */
export function drawnSize(shape: ImageShape, placement: Placement): ViewportSize {
  const across = shape.cols * placement.zoom;
  const down = shape.rows * placement.zoom * shape.pixelAspect;
  return isTurned(placement.rotation)
    ? { width: down, height: across }
    : { width: across, height: down };
}
/** Largest zoom at which all of the picture is visible. */
export function fitZoom(
  shape: ImageShape,
  rotation: Placement["rotation"],
  viewport: ViewportSize,
): number {
  const at1 = drawnSize(shape, {
    zoom: 1,
    pan: { x: 0, y: 0 },
    rotation,
    flipHorizontal: false,
    flipVertical: false,
  });
  if (!(at1.width > 0) || !(at1.height > 0) || !(viewport.width > 0) || !(viewport.height > 0))
    return 1;
  return Math.min(viewport.width / at1.width, viewport.height / at1.height);
}
/** Keeps rounding errors of a fitted size from costing a pixel; kSnap of wasm/pixel/transform.hpp. */
const SNAP = 1 / 1024;

/** Centre of the picture in the viewport. Without pan its top left corner lies on the pixel grid. */
function pictureCentre(
  shape: ImageShape,
  placement: Placement,
  viewport: ViewportSize,
): ViewportPoint {
  const size = drawnSize(shape, placement);
  return {
    x: centreOf(viewport.width, size.width) + placement.pan.x,
    y: centreOf(viewport.height, size.height) + placement.pan.y,
  };
}
/** Left (top) edge of what is in the middle of a viewport. */
export function middleEdge(viewport: number, size: number): number {
  return Math.floor((viewport - size) / 2 + SNAP);
}
function centreOf(viewport: number, size: number): number {
  return middleEdge(viewport, size) + size / 2;
}
/** What is seen of the picture, and what is beside it where it does not fill the viewport. */
export function seenArea(shape: ImageShape, placement: Placement, size: ViewportSize): ImageArea {
  const a = toImage({ x: 0, y: 0 }, shape, placement, size);
  const b = toImage({ x: size.width, y: size.height }, shape, placement, size);
  return {
    left: Math.min(a.col, b.col),
    right: Math.max(a.col, b.col),
    top: Math.min(a.row, b.row),
    bottom: Math.max(a.row, b.row),
  };
}
/** Device pixels whose centre lies in an area of the picture; null: none. */
export function clipOf(
  area: ImageArea,
  shape: ImageShape,
  placement: Placement,
  size: ViewportSize,
): Clip | null {
  const a = toViewport({ row: area.top, col: area.left }, shape, placement, size);
  const b = toViewport({ row: area.bottom, col: area.right }, shape, placement, size);
  const first = (one: number, other: number): number =>
    Math.max(0, Math.ceil(Math.min(one, other) - 0.5));
  const end = (one: number, other: number, most: number): number =>
    Math.min(most, Math.ceil(Math.max(one, other) - 0.5));
  const clip: Clip = {
    firstX: first(a.x, b.x),
    firstY: first(a.y, b.y),
    endX: end(a.x, b.x, size.width),
    endY: end(a.y, b.y, size.height),
  };
  return clip.endX > clip.firstX && clip.endY > clip.firstY ? clip : null;
}
export function toViewport(
  point: ImagePoint,
  shape: ImageShape,
  placement: Placement,
  viewport: ViewportSize,
): ViewportPoint {
  const col = placement.flipHorizontal ? shape.cols - point.col : point.col;
  const row = placement.flipVertical ? shape.rows - point.row : point.row;
  const across = (col - shape.cols / 2) * placement.zoom;
  const down = (row - shape.rows / 2) * placement.zoom * shape.pixelAspect;
  const turned = turn(across, down, placement.rotation);
  const centre = pictureCentre(shape, placement, viewport);
  return { x: centre.x + turned.x, y: centre.y + turned.y };
}
/** toViewport() as a matrix for a canvas: x = a col + c row + e, y = b col + d row + f. */
export function imageMatrix(
  shape: ImageShape,
  placement: Placement,
  viewport: ViewportSize,
): [number, number, number, number, number, number] {
  const origin = toViewport({ row: 0, col: 0 }, shape, placement, viewport);
  // by the zoom itself, not by differences of points: these must be exact
  const across = turn(
    placement.flipHorizontal ? -placement.zoom : placement.zoom,
    0,
    placement.rotation,
  );
  const tall = placement.zoom * shape.pixelAspect;
  const down = turn(0, placement.flipVertical ? -tall : tall, placement.rotation);
  return [across.x, across.y, down.x, down.y, origin.x, origin.y];
}
export function toImage(
  point: ViewportPoint,
  shape: ImageShape,
  placement: Placement,
  viewport: ViewportSize,
): ImagePoint {
  const centre = pictureCentre(shape, placement, viewport);
  const back = turn(
    point.x - centre.x,
    point.y - centre.y,
    ((360 - placement.rotation) % 360) as Placement["rotation"],
  );
  const col = back.x / placement.zoom + shape.cols / 2;
  const row = back.y / (placement.zoom * shape.pixelAspect) + shape.rows / 2;
  return {
    row: placement.flipVertical ? shape.rows - row : row,
    col: placement.flipHorizontal ? shape.cols - col : col,
  };
}
/** Zoom and pan that keep the image point under (x, y) where it is. */
export function zoomedAbout(
  point: ViewportPoint,
  zoom: number,
  shape: ImageShape,
  placement: Placement,
  viewport: ViewportSize,
): Pick<Placement, "zoom" | "pan"> {
  const fixed = toImage(point, shape, placement, viewport);
  const moved = toViewport(fixed, shape, { ...placement, zoom }, viewport);
  const pan = { x: placement.pan.x + point.x - moved.x, y: placement.pan.y + point.y - moved.y };
  return { zoom, pan: zoom === 1 ? { x: Math.round(pan.x), y: Math.round(pan.y) } : pan };
}
function isTurned(rotation: Placement["rotation"]): boolean {
  return rotation === 90 || rotation === 270;
}
/** Clockwise, y down. */
function turn(x: number, y: number, rotation: Placement["rotation"]): ViewportPoint {
  switch (rotation) {
    case 0:
      return { x, y };
    case 90:
      return { x: -y, y: x };
    case 180:
      return { x: -x, y: -y };
    case 270:
      return { x: y, y: -x };
  }
}
