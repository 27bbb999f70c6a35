import type { Difference } from "../shared/manifest.ts";
import type { SampleBlock } from "../shared/messages.ts";
import { fullLevel } from "../tiles/levels.ts";
import type { TileStore } from "../tiles/tile_store.ts";

/** The values of a difference, made of what is decoded in full; null: frames are on their way. Throws SlError: they cannot be
 *  had. */
export function differenceBlock(
  { block }: Difference,
  store: TileStore | null,
): SampleBlock | null {
  return block((frame) => {
    const held = store?.held(frame.id) ?? null;
    return held !== null && held.decoded === fullLevel(frame) ? held.block : null;
  });
}
