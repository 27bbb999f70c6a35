import type { Manifest } from "../shared/manifest.ts";
import { defaultWindow } from "./default_window.ts";
import { objectsBeside } from "./objects_beside.ts";
import { frameOf, openSeries, type ViewModel } from "./view_state.ts";

/** The same picture, and the same view of it, in a newer manifest; null when its series is gone. */
export function rebased(model: ViewModel, manifest: Manifest): ViewModel | null {
  const shown = frameOf(model);
  const whole = manifest.series.find(
    (one) => one.seriesInstanceUID === model.series.seriesInstanceUID,
  );
  const objects = whole === undefined || shown !== null ? null : objectsBeside(whole);
  const isBeside = objects?.instances.some(
    ({ sopInstanceUID }) => sopInstanceUID === model.view.sopInstanceUID,
  );
  const series = isBeside === true && objects !== null ? objects : whole;
  if (series === undefined) return null;
  const found = series.frames.findIndex(
    (frame) =>
      shown !== null &&
      frame.frameNumber === shown.frameNumber &&
      frame.instance.sopInstanceUID === shown.instance.sopInstanceUID &&
      frame.instance.hash === shown.instance.hash,
  );
  const index = Math.max(0, found >= 0 ? found : Math.min(model.index, series.frames.length - 1));
  const isFirst = shown === null && series.frames.length > 0;
  if (isFirst) return openSeries(model.view.studyInstanceUID, series, 0, model.size);
  const after = { ...model, series, index };
  const frame = frameOf(after);
  // which values there are may be known only now
  return frame === null || model.isWindowChosen
    ? after
    : { ...after, view: { ...after.view, ...defaultWindow(frame) } };
}
