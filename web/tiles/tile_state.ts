/**
 * Where the bytes of one tile (one level of one frame) are. The names are the stations of a frame's life
 * (docs/wire_format.md, README); each state has one owner:
 *
 *   wanted (plan) -> requested (source) -> received (store) -> decoded (worker) -> on_gpu (renderer)
 *
 * A level that was overtaken by a higher one stays `received`: its bytes are part of the prefix, it is never decoded alone.
 */
export type TileState =
  "absent" | "wanted" | "requested" | "received" | "decoded" | "on_gpu" | "failed" | "evicted";

const NEXT: Readonly<Record<TileState, readonly TileState[]>> = {
  absent: ["wanted", "received"], // received: the first levels came in the page
  wanted: ["requested", "absent"], // absent: a new plan does not want it
  requested: ["received", "wanted", "absent", "failed"], // wanted, absent: the epoch is over
  received: ["decoded", "failed", "evicted"],
  decoded: ["on_gpu", "received", "evicted"], // received: the block was dropped, its bytes are still here
  on_gpu: ["decoded", "received", "evicted"],
  failed: ["wanted"], // only when the manifest says that it is worth another try
  evicted: ["wanted"],
};

/** Thrown where a station is skipped: a defect of ours, never the fault of data. */
export class IllegalTransition extends Error {
  constructor(from: TileState, to: TileState) {
    super(`tile: ${from} -> ${to}`);
    this.name = "IllegalTransition";
  }
}

export function canMove(from: TileState, to: TileState): boolean {
  return NEXT[from].includes(to);
}
/** Returns `to`, or throws when the table has no such arrow. */
export function moved(from: TileState, to: TileState): TileState {
  if (!canMove(from, to)) throw new IllegalTransition(from, to);
  return to;
}
