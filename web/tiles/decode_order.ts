import { blockBytes } from "./levels.ts";
import { stackOrder } from "./stack_order.ts";
import type { PlannedViewport } from "./tile_plan.ts";
import type { TileStore } from "./tile_store.ts";

/** Share of the memory that may be filled; below the store's own limit, so that what is decoded is not evicted at once. */
const FILLED_SHARE = 0.9;

/** Frames by distance from what is looked at: tiles of slides, the shown frame of each viewport, then the stacks, nearest first. */
export class DecodeOrder {
  readonly #frames: number[] = [];
  readonly #ranks = new Map<number, number>();

  constructor(viewports: readonly PlannedViewport[]) {
    const stacks = viewports.filter((view) => view.tiles === undefined);
    for (const tile of viewports.flatMap((view) => view.tiles ?? [])) {
      if (this.#ranks.has(tile.id)) continue;
      this.#ranks.set(tile.id, 0);
      this.#frames.push(tile.id);
    }
    const orders = stacks.map((view) =>
      stackOrder(view.frames.length, view.current, view.direction),
    );
    const longest = Math.max(0, ...orders.map((order) => order.length));
    for (let distance = 0; distance < longest; distance++) {
      stacks.forEach((view, i) => {
        const frame = view.frames[orders[i]?.[distance] ?? -1];
        if (frame === undefined || this.#ranks.has(frame.id)) return;
        this.#ranks.set(frame.id, distance);
        this.#frames.push(frame.id);
      });
    }
  }
  /** 0 = shown; Infinity = in no stack that is looked at. */
  rank(frame: number): number {
    return this.#ranks.get(frame) ?? Infinity;
  }
  /** The frame that a worker should take: the shown ones, then the nearest that has no picture at all, then the nearest
   *  that can become better. null when there is none whose block the memory can hold.
   *  isHeldBack: not this one yet. */
  next(store: TileStore, isHeldBack: (frame: number) => boolean): number | null {
    let bytes = store.streamBytes;
    let better: number | null = null;
    for (const id of this.#frames) {
      const frame = store.manifest.frames[id];
      if (frame === undefined) continue;
      bytes += blockBytes(frame, store.heldLevel(id));
      if (bytes > store.budgetBytes * FILLED_SHARE && this.rank(id) > 0) break;
      if (!store.isDecodable(id) || isHeldBack(id)) continue;
      if (this.rank(id) === 0 || (store.held(id)?.decoded ?? -1) < 0) return id;
      better ??= id;
    }
    return better;
  }
}
