import type { LayerSource } from "../shared/api.ts";
import { SlError } from "../shared/errc.ts";
import type { ManifestFrame, OverlayPlane } from "../shared/manifest.ts";
import { OverlayBitmap } from "./overlay_bitmap.ts";

const MAX_BYTES = 64 * 1024 ** 2;

type Held = OverlayBitmap | "loading" | SlError;

/** The bits of overlays, fetched when they are first to be drawn; least recently used first out. */
export class OverlaySource {
  readonly #source: () => LayerSource | null;
  readonly #arrived: () => void;
  readonly #held = new Map<string, Held>();

  constructor(source: () => LayerSource | null, arrived: () => void) {
    this.#source = source;
    this.#arrived = arrived;
  }
  /** What is there of a plane over this picture; null: it is on its way, or could not be had. */
  bitmap(frame: ManifestFrame, plane: OverlayPlane): OverlayBitmap | null {
    const overlayFrame = frameOver(plane, frame.frameNumber);
    if (overlayFrame === null) return null;
    const key = keyOf(frame, plane.group, overlayFrame);
    const held = this.#held.get(key);
    if (held === undefined) void this.#fetch(key, frame.instance.hash, plane, overlayFrame);
    if (!(held instanceof OverlayBitmap)) return null;
    this.#held.delete(key);
    this.#held.set(key, held);
    return held;
  }
  /** Why a plane over this picture could not be had; null: it could, or it is not known yet. */
  problem(frame: ManifestFrame, plane: OverlayPlane): SlError | null {
    const overlayFrame = frameOver(plane, frame.frameNumber);
    if (overlayFrame === null) return null;
    const held = this.#held.get(keyOf(frame, plane.group, overlayFrame));
    return held instanceof SlError ? held : null;
  }
  clear(): void {
    this.#held.clear();
  }
  async #fetch(
    key: string,
    hash: string,
    plane: OverlayPlane,
    overlayFrame: number,
  ): Promise<void> {
    const source = this.#source();
    if (source === null) return;
    this.#held.set(key, "loading");
    let held: Held;
    try {
      const bits = await source.overlay(hash, plane.group, overlayFrame);
      if (bits.length < Math.ceil((plane.rows * plane.cols) / 8))
        throw new SlError("truncated", "the overlay");
      held = new OverlayBitmap(plane.rows, plane.cols, bits);
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      held = error;
    }
    if (this.#held.get(key) !== "loading") return; // cleared meanwhile
    this.#held.set(key, held);
    this.#makeRoom(key);
    this.#arrived();
  }
  #makeRoom(newest: string): void {
    let bytes = 0;
    for (const held of this.#held.values())
      if (held instanceof OverlayBitmap) bytes += held.byteLength;
    for (const [key, held] of [...this.#held]) {
      if (bytes <= MAX_BYTES) return;
      if (key === newest || !(held instanceof OverlayBitmap)) continue;
      bytes -= held.byteLength;
      this.#held.delete(key);
    }
  }
}

function keyOf(frame: ManifestFrame, group: number, overlayFrame: number): string {
  return `${frame.instance.hash}/${String(group)}/${String(overlayFrame)}`;
}
/** The frame of the plane (1-based) that lies over this frame of the image; null: none does. PS3.3 C.9.2. */
export function frameOver(plane: OverlayPlane, frameNumber: number): number | null {
  if (plane.imageFrameOrigin === 0) return 1;
  const frame = frameNumber - plane.imageFrameOrigin + 1;
  return frame >= 1 && frame <= plane.frames ? frame : null;
}
