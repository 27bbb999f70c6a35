import type { ManifestSeries } from "../shared/manifest.ts";
import { isVideo } from "../shared/video.ts";
import { fullLevel } from "../tiles/levels.ts";
import type { TileStore } from "../tiles/tile_store.ts";

/** For the scrollbar: per picture of the stack, how much of it is here: 0 nothing … 1 the full level; -1 it failed. */
export class StackShares {
  values = new Float32Array(0);
  #series: ManifestSeries | null = null;
  /** number of a frame -> its place in the stack */
  readonly #places = new Map<number, number>();

  begin(series: ManifestSeries, store: TileStore | null): void {
    this.#series = series;
    this.#places.clear();
    series.frames.forEach(({ id }, place) => this.#places.set(id, place));
    this.values = new Float32Array(series.frames.length);
    for (const frame of series.frames) this.update(frame.id, store);
  }
  update(frameNumber: number, store: TileStore | null): void {
    const index = this.#places.get(frameNumber);
    const frame = index === undefined ? undefined : this.#series?.frames[index];
    if (index === undefined || frame === undefined) return;
    const isFailed =
      frame.stream?.failure != null ||
      (frame.instance.reason !== "" && !isVideo(frame.instance)) || // it is played
      store?.held(frameNumber)?.failure != null;
    this.values[index] = isFailed
      ? -1
      : ((store?.heldLevel(frameNumber) ?? -1) + 1) / (fullLevel(frame) + 1 || 1);
  }
}
