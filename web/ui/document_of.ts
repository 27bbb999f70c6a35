import { documentKind } from "../shared/document.ts";
import type { ManifestInstance } from "../shared/manifest.ts";
import type { ChromeModel } from "./chrome_model.ts";

/** The object without pictures that the viewport is at and that has a view of its own; null for pictures and all others. */
export function documentOf(model: Pick<ChromeModel, "viewport">): ManifestInstance | null {
  const object = objectOf(model);
  return object === null || documentKind(object.sopClassUID) === null ? null : object;
}
/** The object without pictures that the viewport is at. */
export function objectOf({ viewport }: Pick<ChromeModel, "viewport">): ManifestInstance | null {
  const { series, state } = viewport;
  if (series === null || series.frames.length > 0) return null;
  return (
    series.instances.find(({ sopInstanceUID }) => sopInstanceUID === state.sopInstanceUID) ??
    series.instances[0] ??
    null
  );
}
/** The next or the previous object of the series. */
export function stepDocument(model: ChromeModel, step: 1 | -1): void {
  const object = objectOf(model);
  const { manifest } = model.viewer;
  const { series } = model.viewport;
  if (object === null || manifest === null || series === null) return;
  const { instances, seriesInstanceUID } = series; // beside pictures: the objects alone
  const next = instances[instances.indexOf(object) + step];
  if (next === undefined) return;
  model.viewer
    .open({
      study: manifest.study.studyInstanceUID,
      series: seriesInstanceUID,
      instance: next.sopInstanceUID,
    })
    .catch(() => undefined); // it stands in this manifest
}
