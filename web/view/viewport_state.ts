import type { ViewportState } from "../shared/api.ts";

/** Of a viewport that shows nothing. */
export const emptyState: ViewportState = {
  studyInstanceUID: "",
  seriesInstanceUID: "",
  sopInstanceUID: "",
  frame: 1,
  windowCenter: null,
  windowWidth: null,
  voiFunction: "LINEAR",
  voiLut: null,
  zoom: 1,
  fit: true,
  pan: { x: 0, y: 0 },
  rotation: 0,
  flipHorizontal: false,
  flipVertical: false,
  inverted: false,
  interpolation: "linear",
  level: -1,
  fullLevel: 0,
  quality: "none",
  stackIndex: 0,
  stackLength: 0,
  deviceWidth: 0,
  deviceHeight: 0,
};

export function sameState(a: ViewportState, b: ViewportState): boolean {
  return (Object.keys(a) as (keyof ViewportState)[]).every((key) =>
    key === "pan" ? a.pan.x === b.pan.x && a.pan.y === b.pan.y : a[key] === b[key],
  );
}
