import type { Quality } from "../shared/api.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import { fullLevel, screenLevel } from "../tiles/levels.ts";

export interface DrawnPicture {
  readonly frame: ManifestFrame;
  /** level of what is on screen; -1 = nothing */
  readonly level: number;
  /** the full level's digest was equal to the manifest's */
  readonly verified: boolean;
  /** the file does not hold the frame whole */
  readonly incomplete: boolean;
  /** device pixels per image column */
  readonly zoom: number;
}

/** What the badge may say. "lossless" is said of nothing but proven stored values of the full level, on screen. */
export function qualityOf({ frame, level, verified, incomplete, zoom }: DrawnPicture): Quality {
  const full = fullLevel(frame);
  if (level < 0 || full < 0) return "none";
  if (level >= full) {
    if (incomplete) return "incomplete";
    // A file on this computer is the original; but nothing was compared, so nothing is called proven.
    if (frame.instance.isLocal) return frame.instance.lossy === null ? "original" : "lossy";
    if (isLossySource(frame)) return "lossy";
    if (verified) return "lossless";
  }
  return level >= screenLevel(frame, zoom) ? "screen" : "preview";
}
/** The picture came lossy: its full level is all there is, and never the original. */
export function isLossySource(frame: ManifestFrame): boolean {
  return frame.instance.lossy !== null || frame.stream?.digest == null;
}

const ORDER: Readonly<Record<Quality, number>> = {
  none: 0,
  preview: 1,
  screen: 2,
  lossless: 3,
  lossy: 3,
  original: 3,
  incomplete: 3,
};

export function reaches(quality: Quality, wanted: "preview" | "screen" | "lossless"): boolean {
  return ORDER[quality] >= ORDER[wanted];
}
