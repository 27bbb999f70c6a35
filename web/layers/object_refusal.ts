import type { ErrcName } from "../shared/errc.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import type { ObjectView } from "./object_view.ts";

/** Why an object lies over no picture of the study: it cannot be read; its images are not here; it names neither images nor a Frame
 *  of Reference; pictures share its space, but are not where it is; there is nothing in it. */
export type Refusal = ErrcName | "elsewhere" | "unplaced" | "beside" | "empty";

/** Of one that has none of these pictures. */
export function refusalOf(
  { object, regions }: ObjectView,
  pictures: readonly ManifestFrame[],
): Refusal {
  if (object.kind === "STRUCTURE_SET" && regions.length === 0) return "empty";
  const spaces = new Set(
    object.kind === "STRUCTURE_SET"
      ? object.regions.map((region) => region.frameOfReferenceUID || object.frameOfReferenceUID)
      : [object.frameOfReferenceUID],
  );
  spaces.delete("");
  const isNear = pictures.some(({ instance: { series } }) =>
    spaces.has(series.frameOfReferenceUID),
  );
  if (isNear) return "beside";
  return object.images.size === 0 && spaces.size === 0 ? "unplaced" : "elsewhere";
}
