import type { ViewChange, ViewportState } from "../shared/api.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import { fitZoom, shapeOf, toViewport } from "../view/geometry.ts";
import type { Box } from "./annotation_index.ts";
import type { ObjectView } from "./object_view.ts";

/** Share of the viewport's shorter side that a graphic of a slide takes when it is gone to. */
const SHARE = 0.4;
/** Device pixels to one of the picture, at most. */
const MOST_ZOOM = 4;
/** Nothing is smaller: points have no size. Pixels of the picture. */
const LEAST_SIZE = 16;

/** What a finding or a group covers of a picture; null: it is not on it. */
export function boundsOf(view: ObjectView, region: number, picture: ManifestFrame): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const add = (col: number, row: number): void => {
    [left, right] = [Math.min(left, col), Math.max(right, col)];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
  };
  for (const { mark, strokes } of view.marks?.of(picture) ?? [])
    if (mark.region === region)
      for (const { points } of strokes) for (const [col, row] of points) add(col, row);
  for (const { group, boxes } of view.annotations?.of(picture) ?? []) {
    if (view.regionOf(group)?.number !== region) continue;
    for (let i = 0; i < boxes.length; i += 4) {
      add(boxes[i] ?? 0, boxes[i + 1] ?? 0);
      add(boxes[i + 2] ?? 0, boxes[i + 3] ?? 0);
    }
  }
  return left > right ? null : { left, top, right, bottom };
}
/** How to see it; null: as the picture is seen now. A picture that is seen whole stays so, unless it is a slide. */
export function revealed(
  { left, top, right, bottom }: Box,
  picture: ManifestFrame,
  state: ViewportState,
): ViewChange | null {
  const size = { width: state.deviceWidth, height: state.deviceHeight };
  if (size.width === 0 || (state.fit && picture.slide === undefined)) return null;
  const shape = shapeOf(picture);
  const extent = Math.max(right - left, bottom - top, LEAST_SIZE);
  const close = (SHARE * Math.min(size.width, size.height)) / extent;
  const whole = fitZoom(shape, state.rotation, size);
  const zoom =
    picture.slide === undefined ? state.zoom : Math.max(whole, Math.min(MOST_ZOOM, close));
  const placement = { ...state, zoom, pan: { x: 0, y: 0 } };
  const middle = { row: (top + bottom) / 2, col: (left + right) / 2 };
  const { x, y } = toViewport(middle, shape, placement, size);
  const pan = { x: Math.round(size.width / 2 - x), y: Math.round(size.height / 2 - y) };
  return { zoom, pan, fit: false };
}
