import { blockBytes, fullLevel } from "../tiles/levels.ts";
import { stackOrder, type ScrollDirection } from "../tiles/stack_order.ts";
import type { Picture } from "./picture.ts";
import { frameOf, seenAt, type ViewModel } from "./view_state.ts";

const NEIGHBOURS_ON_GPU = 12;

/** Brings pictures that will be scrolled to next to the GPU, nearest first, until the deadline (performance.now()).
 *  True: there is more to do. */
export function uploadNeighbours(
  picture: Picture,
  model: ViewModel,
  direction: ScrollDirection,
  textureBytes: number,
  deadlineMs: number,
): boolean {
  const shown = frameOf(model);
  if (shown === null) return false;
  const { frames } = model.series;
  // not more than half of the textures: the other half is for what was shown last
  const room = Math.floor(textureBytes / 2 / Math.max(1, blockBytes(shown, fullLevel(shown))));
  const count = Math.min(NEIGHBOURS_ON_GPU, room);
  for (const index of stackOrder(frames.length, model.index, direction).slice(1, 1 + count)) {
    const neighbour = seenAt(model, index);
    if (neighbour === null) continue;
    try {
      if (!picture.upload(neighbour)) continue;
    } catch {
      continue; // it is reported when it is shown
    }
    if (performance.now() >= deadlineMs) return true;
  }
  return false;
}
