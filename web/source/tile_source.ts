import type { ErrcName } from "../shared/errc.ts";

/** Levels firstLevel…lastLevel of one frame, as one tile. Frames are numbered through the manifest. */
export interface TileWant {
  readonly frame: number;
  readonly firstLevel: number;
  readonly lastLevel: number;
}
/** Bytes [offset, offset + payload.length) of the frame's stream = levels firstLevel…lastLevel. */
export interface ReceivedTile extends TileWant {
  readonly offset: number;
  readonly payload: Uint8Array;
}
/** `lost`: nothing can be fetched now; the source goes on trying by itself. */
export type LinkState = "connecting" | "live" | "fallback" | "lost";

/** What a source tells its owner. Calls come one at a time, never from within a call of the source's own methods. */
export interface TileSink {
  /** These wants are on their way now (again, after a lost connection). */
  requested(list: readonly TileWant[]): void;
  tile(tile: ReceivedTile): void;
  /** One frame cannot be sent. */
  refused(frame: number, code: ErrcName, detail: string): void;
  /** The whole study cannot be sent (any more). */
  studyRefused(code: ErrcName, detail: string): void;
  /** All that was wanted last has been sent. */
  drained(): void;
  /** The study has a newer revision than the manifest that the source works with. */
  changed(): void;
  linkState(state: LinkState): void;
}
/** Somewhere tiles come from. A want replaces every earlier want; its order is the order of sending. */
export interface TileSource {
  readonly state: LinkState;
  start(sink: TileSink): void;
  want(list: readonly TileWant[]): void;
  dispose(): void;
}
