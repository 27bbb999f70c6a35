import type { ManifestSeries } from "../shared/manifest.ts";

const known = new WeakMap<ManifestSeries, ManifestSeries>();

/** The objects without pictures of a series that also has pictures, as a series of their own with the same UID; null: it has
 *  none, or nothing else. The same object for the same series. */
export function objectsBeside(series: ManifestSeries): ManifestSeries | null {
  const instances = series.instances.filter(({ frames }) => frames.length === 0);
  if (series.frames.length === 0 || instances.length === 0) return null;
  const made = known.get(series) ?? { ...series, instances, frames: [] };
  known.set(series, made);
  return made;
}
