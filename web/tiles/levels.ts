import type { ManifestFrame } from "../shared/manifest.ts";

/** Arithmetic of resolution levels: 0 is the coarsest, `fullLevel` the whole picture; each step doubles both sides. */

/** Steps from the full level down to the "coarse" level: 1/8 of each side. DESIGN: 2.8 % of the bytes. */
const COARSE_STEPS = 3;

/** Highest level of the frame; -1 when it has no stream. */
export function fullLevel(frame: ManifestFrame): number {
  return frame.stream === null ? -1 : frame.stream.ends.length - 1;
}
/** The 1/8 level, or the coarsest that there is. */
export function coarseLevel(frame: ManifestFrame): number {
  return Math.max(0, fullLevel(frame) - COARSE_STEPS);
}
/** Whether a prefix of the stream is a picture. False: the one level is the whole stream. */
export function hasLevels(frame: ManifestFrame): boolean {
  return fullLevel(frame) > 0;
}
/** Smallest level that has at least one sample per device pixel. zoom: device pixels per image column. Of places in a table
 *  of colours the full one: their means are other colours, and archives of earlier programs have such levels. */
export function screenLevel(frame: ManifestFrame, zoom: number): number {
  const full = fullLevel(frame);
  if (full <= 0 || frame.instance.palette !== null || !(zoom > 0) || zoom >= 1) return full;
  return Math.max(0, full - Math.floor(Math.log2(1 / zoom) + 1e-9));
}
/** Bytes of the stream's prefix that holds the levels 0…level. */
export function prefixBytes(frame: ManifestFrame, level: number): number {
  return level < 0 ? 0 : (frame.stream?.ends[level] ?? 0);
}
/** Bytes of the decoded block at this level. */
export function blockBytes(frame: ManifestFrame, level: number): number {
  if (level < 0) return 0;
  const scale = 2 ** (fullLevel(frame) - level);
  const { rows, cols, samples, bitsAllocated } = frame.instance;
  return (
    Math.ceil(rows / scale) * Math.ceil(cols / scale) * samples * Math.max(1, bitsAllocated >> 3)
  );
}
