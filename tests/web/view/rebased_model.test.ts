import { expect, test } from "vitest";
import type { Manifest } from "../../../web/shared/manifest.ts";
import { rebased } from "../../../web/view/rebased_model.ts";
import { applyChange, openSeries, type ViewModel } from "../../../web/view/view_state.ts";
import { buildManifest } from "../manifest_builder.ts";

/** One picture without a window of its own; range: of its stored values, null while it is prepared. */
function study(range: readonly [number, number] | null): Manifest {
  const manifest = buildManifest([{}]);
  const [series] = manifest.series;
  if (series === undefined) throw new Error("no series");
  const frames = series.frames.map((frame) => ({
    ...frame,
    display: { ...frame.display, windows: [], voiLuts: [], rescaleSlope: 1, rescaleIntercept: 0 },
    stream:
      range === null || frame.stream === null
        ? null
        : { ...frame.stream, min: range[0], max: range[1] },
  }));
  return { ...manifest, series: [{ ...series, frames }], frames };
}
function opened(manifest: Manifest): ViewModel {
  const [series] = manifest.series;
  if (series === undefined) throw new Error("no series");
  return openSeries("1.2.3", series, 0, { width: 100, height: 100 });
}

test("a picture that was opened before it was prepared gets the window of its values", () => {
  const before = opened(study(null));
  expect(before.view.windowWidth).toBeGreaterThan(4000);
  expect(rebased(before, study([100, 299]))?.view).toMatchObject({
    windowCenter: 200,
    windowWidth: 200,
  });
});
test("the window that the reader has chosen stays", () => {
  const chosen = applyChange(opened(study(null)), { windowCenter: 40, windowWidth: 80 });
  expect(rebased(chosen, study([100, 299]))?.view).toMatchObject({
    windowCenter: 40,
    windowWidth: 80,
  });
});
test("the place and size of the picture stay", () => {
  const zoomed = applyChange(opened(study([0, 50])), { zoom: 3, pan: { x: 5, y: 6 } });
  const after = rebased(zoomed, study([0, 50]));
  expect(after?.view).toEqual(zoomed.view);
});
