import type { ManifestSeries } from "../shared/manifest.ts";

/** The picture that a series opens with: the middle of a stack in order of position, or of the volume that its first
 *  object is, else the first. The server puts the coarse levels of the same picture into the page
 *  (docs/wire_format.md). */
export function firstIndexOf({ sortedBy, frames }: ManifestSeries): number {
  if (sortedBy === "position") return frames.length >> 1;
  const first = frames[0]?.instance;
  return first?.isVolume === true ? first.frames.length >> 1 : 0;
}
