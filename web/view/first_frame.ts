import type { ManifestFrame, ManifestSeries } from "../shared/manifest.ts";

const ORIENTATION_TOLERANCE = 1e-3; // direction cosines
const SAME_POSITION_MM = 1e-3;

/** The picture that a series opens with: the middle of a stack in order of position, or of the volume that its first
 *  object is, else the first. The server puts the coarse levels of the same picture into the page
 *  (docs/wire_format.md; wire::is_volume). */
export function firstIndexOf({ sortedBy, frames }: ManifestSeries): number {
  if (sortedBy === "position") return frames.length >> 1;
  const own = frames[0]?.instance.frames ?? [];
  return isVolume(own) ? own.length >> 1 : 0;
}

/** Whether the frames of one object are a stack as single images would be: of one orientation, none at the place of
 *  another. Source: PS3.3 C.7.6.2.1.1, C.7.6.16.2.3. */
export function isVolume(frames: readonly ManifestFrame[]): boolean {
  const common = frames[0]?.geometry.orientation ?? null;
  if (frames.length < 2 || common === null) return false;
  const [rx, ry, rz, cx, cy, cz] = common;
  const normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx];
  const places: number[] = [];
  for (const { geometry } of frames) {
    const { position, orientation } = geometry;
    const isAlike = orientation?.every(
      (cosine, axis) => Math.abs(cosine - (common[axis] ?? 0)) <= ORIENTATION_TOLERANCE,
    );
    if (position === null || isAlike !== true) return false;
    places.push(position.reduce((sum, mm, axis) => sum + mm * (normal[axis] ?? 0), 0));
  }
  places.sort((a, b) => a - b);
  return places.every((at, i) => i === 0 || at - (places[i - 1] ?? at) >= SAME_POSITION_MM);
}
