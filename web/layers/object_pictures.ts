import type { ManifestFrame } from "../shared/manifest.ts";
import type { Segmentation } from "./layer_object.ts";
import type { ObjectFrames } from "./object_frames.ts";
import type { ObjectView } from "./object_view.ts";
import { areaOf } from "./structure_placement.ts";

/** Frames of an object that are looked through for its largest. */
const MOST_FRAMES = 4096;
/** Frames that are held at once meanwhile. */
const BATCH = 16;

/** The picture that an object is opened with: where its own middle is; null: it lies over none of these. */
export function middleOf(
  view: ObjectView,
  pictures: readonly ManifestFrame[],
): ManifestFrame | null {
  // a report begins with its first finding; all of a slide's annotations are on one picture
  if (view.marks !== null)
    return view.regions.reduce<ManifestFrame | null>(
      (found, { number }) => found ?? mostMarks(view, number, pictures),
      null,
    );
  const { frames } = view.instance;
  if (view.structures === null && frames.length > 0) {
    const picture = view.placement.pictureOf(frames.length >> 1, pictures);
    if (picture !== null && view.isOver(picture)) return picture;
  }
  const named = pictures.filter(({ instance }) => view.object.images.has(instance.sopInstanceUID));
  for (const some of [named, pictures]) {
    const over = some.filter((picture) => view.isOver(picture));
    const middle = over[over.length >> 1];
    if (middle !== undefined) return middle;
  }
  return null;
}

/** The one of these pictures that has most of a segment or a region; null: none has any. Rejects with SlError. */
export async function largestAt(
  view: ObjectView,
  region: number,
  pictures: readonly ManifestFrame[],
  frames: ObjectFrames,
): Promise<ManifestFrame | null> {
  if (view.marks !== null) return mostMarks(view, region, pictures);
  if (view.annotations !== null)
    return pictures.find((picture) => view.annotations?.isOver(picture) === true) ?? null;
  if (view.structures !== null) return largestContours(view, region, pictures);
  if (view.object.kind !== "SEGMENTATION") return null;
  const frame = await largestFrame(view, view.object, region, frames);
  return frame === null ? null : view.placement.pictureOf(frame, pictures);
}
/** The picture with most graphics of a finding, the first of several. */
function mostMarks(
  { marks }: ObjectView,
  region: number,
  pictures: readonly ManifestFrame[],
): ManifestFrame | null {
  let best: ManifestFrame | null = null;
  let most = 0;
  for (const picture of pictures) {
    const count = (marks?.of(picture) ?? []).filter(({ mark }) => mark.region === region).length;
    if (count > most) [best, most] = [picture, count];
  }
  return best;
}
function largestContours(
  view: ObjectView,
  region: number,
  pictures: readonly ManifestFrame[],
): ManifestFrame | null {
  let best: ManifestFrame | null = null;
  let most = -1;
  for (const picture of pictures) {
    const contours = (view.structures?.of(picture) ?? []).filter((one) => one.region === region);
    if (contours.length === 0) continue;
    const area = contours.reduce((sum, { contour }) => sum + areaOf(contour), 0);
    if (area > most) [best, most] = [picture, area];
  }
  return best;
}
async function largestFrame(
  { instance }: ObjectView,
  object: Segmentation,
  segment: number,
  frames: ObjectFrames,
): Promise<number | null> {
  const isMap = object.segmentationType === "LABELMAP";
  const own = instance.frames
    .map((_, index) => index)
    .filter((index) => isMap || object.frames[index]?.segment === segment)
    .slice(0, MOST_FRAMES);
  let best: number | null = null;
  let most = 0;
  for (let at = 0; at < own.length; at += BATCH) {
    const rasters = await frames.rasters(instance, own.slice(at, at + BATCH));
    for (const [index, { values }] of rasters) {
      let sum = 0;
      for (const value of values) sum += isMap ? Number(value === segment) : value;
      if (sum > most) [best, most] = [index, sum];
    }
  }
  return best;
}
