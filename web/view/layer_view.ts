import type { LayerView } from "../shared/api.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import { imageMatrix, shapeOf } from "./geometry.ts";
import type { ViewModel } from "./view_state.ts";

/** What the layers over a picture need to know of how it is drawn. */
export function layerView({ view, size }: ViewModel, frame: ManifestFrame): LayerView {
  const shape = shapeOf(frame);
  return {
    frame,
    rows: shape.rows,
    cols: shape.cols,
    matrix: imageMatrix(shape, view, size),
    width: size.width,
    height: size.height,
    pixelRatio: window.devicePixelRatio,
  };
}
