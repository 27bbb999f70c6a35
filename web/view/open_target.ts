import type { OpenRequest } from "../shared/api.ts";
import { SlError } from "../shared/errc.ts";
import type {
  Manifest,
  ManifestFrame,
  ManifestInstance,
  ManifestSeries,
} from "../shared/manifest.ts";
import { isUid } from "../shared/uid.ts";
import { firstIndexOf } from "./first_frame.ts";
import { objectsBeside } from "./objects_beside.ts";

/** What a request leads to: a picture, or an object without pictures in a series that has none (beside pictures: objectsBeside). */
export interface OpenTarget {
  readonly series: ManifestSeries;
  /** position in series.frames; 0 where there are none */
  readonly index: number;
  /** of a series without pictures: the object that is looked at */
  readonly object: ManifestInstance | null;
}

export function targetOfFrame(frame: ManifestFrame): OpenTarget {
  const { series } = frame.instance;
  return { series, index: Math.max(0, series.frames.indexOf(frame)), object: null };
}
/** The beginning of a series: the middle of a stack or volume. */
export function targetOfSeries(series: ManifestSeries): OpenTarget {
  return {
    series,
    index: firstIndexOf(series),
    object: series.frames.length === 0 ? (series.instances[0] ?? null) : null,
  };
}
/** What is named by instance or series; null when none is named or it is not there. */
export function targetOf(manifest: Manifest, request: OpenRequest): OpenTarget | null {
  const { series, instance, frame } = request;
  const isInside = (one: ManifestSeries): boolean =>
    series === undefined || one.seriesInstanceUID === series;
  if (instance !== undefined) return targetOfInstance(manifest, instance, frame ?? 1, isInside);
  if (series === undefined) return null;
  const named = manifest.series.find(isInside);
  if (named === undefined) return null;
  if (frame === undefined) return targetOfSeries(named);
  const index = named.frames.findIndex((one) => one.frameNumber === frame);
  return index < 0 ? null : { series: named, index, object: null };
}
function targetOfInstance(
  manifest: Manifest,
  instance: string,
  frameNumber: number,
  isInside: (series: ManifestSeries) => boolean,
): OpenTarget | null {
  for (const series of manifest.series.filter(isInside)) {
    const index = series.frames.findIndex(
      (one) => one.instance.sopInstanceUID === instance && one.frameNumber === frameNumber,
    );
    if (index >= 0) return { series, index, object: null };
    // a tile of a slide leads to the slide
    const slide = series.frames.findIndex((one) => one.slide?.instances.has(instance) === true);
    if (slide >= 0) return { series, index: slide, object: null };
  }
  for (const series of manifest.series.filter(isInside)) {
    const objects = series.frames.length > 0 ? objectsBeside(series) : series;
    const object = objects?.instances.find((one) => one.sopInstanceUID === instance);
    if (objects !== null && object !== undefined) return { series: objects, index: 0, object };
  }
  return null;
}
/** As targetOf, but what is named must be there. Throws SlError not_found. */
export function findRequested(manifest: Manifest, request: OpenRequest): OpenTarget | null {
  const found = targetOf(manifest, request);
  const isSeriesKnown = manifest.series.some((one) => one.seriesInstanceUID === request.series);
  if (request.series !== undefined && !isSeriesKnown)
    throw new SlError("not_found", "no such series in this study");
  if (
    found === null &&
    (request.instance !== undefined ||
      (request.series !== undefined && request.frame !== undefined))
  ) {
    throw new SlError("not_found", "no such picture in this study");
  }
  return found;
}
/** Throws SlError invalid_argument. */
export function checkedRequest(request: OpenRequest): OpenRequest {
  const { study, series, instance, frame } = request;
  if (!isUid(study)) throw new SlError("invalid_argument", "open: study must be a UID");
  if (series !== undefined && !isUid(series))
    throw new SlError("invalid_argument", "open: series must be a UID");
  if (instance !== undefined && !isUid(instance))
    throw new SlError("invalid_argument", "open: instance must be a UID");
  if (frame !== undefined && !(Number.isInteger(frame) && frame >= 1))
    throw new SlError("invalid_argument", "open: frame counts from 1");
  return request;
}
