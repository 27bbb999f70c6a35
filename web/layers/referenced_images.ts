import type { ManifestFrame } from "../shared/manifest.ts";
import { arrayOf, integerOf, textOf } from "../source/json_shape.ts";

/** Images that a part of a state means: UID -> frames (1-based), null = all of them; an empty map: all that the state means. */
export type ReferencedImages = ReadonlyMap<string, ReadonlySet<number> | null>;

/** Whether a list means this picture. */
export function refersTo(images: ReferencedImages, frame: ManifestFrame): boolean {
  if (images.size === 0) return true;
  const frames = images.get(frame.instance.sopInstanceUID);
  return frames === null || frames?.has(frame.frameNumber) === true;
}
export function parseImages(value: unknown): ReferencedImages {
  const images = new Map<string, Set<number> | null>();
  for (const item of value === undefined ? [] : arrayOf(value, "images")) {
    const [uid, ...frames] = arrayOf(item, "image");
    const name = textOf(uid, "image");
    if (frames.length === 0) {
      images.set(name, null);
      continue;
    }
    const known = images.get(name);
    if (known === null) continue;
    const numbers = frames.map((frame) => integerOf(frame, "frame", 1, 100_000));
    images.set(name, new Set([...(known ?? []), ...numbers]));
  }
  return images;
}
