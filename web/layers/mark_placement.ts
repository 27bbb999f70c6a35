import type { ManifestFrame } from "../shared/manifest.ts";
import type { Mark } from "./mark.ts";
import { flatStrokes, spaceStrokes, type Stroke } from "./mark_strokes.ts";
import { planeOf } from "./plane.ts";
import { stepOf } from "./structure_placement.ts";

export interface PlacedMark {
  readonly mark: Mark;
  readonly strokes: readonly Stroke[];
}

/** Which graphics of a report lie on a picture: those that name it, and those in the same Frame of Reference whose points are near its
 *  plane. PS3.3 C.18.6, C.18.9. */
export class MarkPlacement {
  readonly #byImage = new Map<string, Mark[]>();
  readonly #bySpace = new Map<string, Mark[]>();
  readonly #on = new WeakMap<ManifestFrame, readonly PlacedMark[]>();

  constructor(marks: readonly Mark[]) {
    for (const mark of marks) {
      if (mark.frameOfReferenceUID !== null) push(this.#bySpace, mark.frameOfReferenceUID, mark);
      for (const image of new Set(mark.images.map((one) => one.image)))
        push(this.#byImage, image, mark);
    }
  }
  of(picture: ManifestFrame): readonly PlacedMark[] {
    let placed = this.#on.get(picture);
    if (placed === undefined) {
      placed = [...this.#named(picture), ...this.#inSpace(picture)];
      this.#on.set(picture, placed);
    }
    return placed;
  }
  #named(picture: ManifestFrame): PlacedMark[] {
    const { slide, instance } = picture;
    const uids = slide === undefined ? [instance.sopInstanceUID] : [...slide.instances];
    return uids.flatMap((uid) =>
      (this.#byImage.get(uid) ?? []).flatMap((mark) => {
        const references = mark.images.filter(({ image }) => image === uid);
        const frames = references.flatMap((one) => one.frames);
        const isOfAll = references.some((one) => one.frames.length === 0);
        if (slide !== undefined) return onSlide(picture, mark, uid, isOfAll ? [] : frames);
        if (!isOfAll && !frames.includes(picture.frameNumber)) return [];
        return [{ mark, strokes: flatStrokes(mark.shape, pairsOf(mark)) }];
      }),
    );
  }
  #inSpace(picture: ManifestFrame): PlacedMark[] {
    const { series } = picture.instance;
    const marks = this.#bySpace.get(series.frameOfReferenceUID) ?? [];
    const plane = planeOf(picture.geometry);
    if (marks.length === 0 || series.frameOfReferenceUID === "" || plane === null) return [];
    if (picture.slide !== undefined) return []; // Plane Position (Slide) is not read
    const step = stepOf(series);
    return marks.flatMap((mark) => {
      const strokes = spaceStrokes(mark, plane, step);
      return strokes.length === 0 ? [] : [{ mark, strokes }];
    });
  }
}

function push(map: Map<string, Mark[]>, key: string, mark: Mark): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [mark]);
  else list.push(mark);
}
function pairsOf({ points }: Mark): [number, number][] {
  return Array.from({ length: points.length / 2 }, (_, i) => [
    points[2 * i] ?? 0,
    points[2 * i + 1] ?? 0,
  ]);
}
/** Of tiles: in the frame's own columns and rows, unless it says otherwise or names none. PS3.3 C.18.6, Pixel Origin Interpretation. */
function onSlide(
  { slide }: ManifestFrame,
  mark: Mark,
  uid: string,
  frames: readonly number[],
): PlacedMark[] {
  const isOfWhole = mark.isOfWhole || frames.length === 0;
  return (isOfWhole ? [null] : frames).flatMap((frame) => {
    const place = slide?.locate(uid, frame) ?? null;
    if (place === null) return [];
    const points = pairsOf(mark).map(([x, y]) => [
      (x + place.col) * place.scaleX,
      (y + place.row) * place.scaleY,
    ]);
    return [{ mark, strokes: flatStrokes(mark.shape, points) }];
  });
}
