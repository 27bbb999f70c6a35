import type { ErrcName } from "../shared/errc.ts";
import type { MissingPart, SampleBlock } from "../shared/messages.ts";
import { moved, type TileState } from "./tile_state.ts";

/** What is held of one frame. Only TileStore changes it; everybody else gets the readonly view HeldFrame. */
export class FrameRecord {
  readonly states: TileState[];
  /** the stream's prefix, in order; chunk boundaries are level boundaries */
  chunks: Uint8Array[] = [];
  prefixBytes = 0;
  /** highest level whose bytes are here; -1 = none */
  received = -1;
  /** level that a worker is decoding; -1 = none */
  decoding = -1;
  block: SampleBlock | null = null;
  /** level of `block`; -1 = none */
  decoded = -1;
  /** the full level's digest was compared with the manifest's and is equal */
  verified = false;
  /** a level was decoded, and this of it is not in the file; kept when the block is dropped */
  missing: MissingPart | null = null;
  failure: ErrcName | null = null;
  failureDetail = "";
  /** unique in the store; changes when bytes are dropped, so that a worker's answer to older bytes is recognised */
  generation: number;

  constructor(levels: number, generation: number) {
    this.generation = generation;
    this.states = new Array<TileState>(levels).fill("absent");
  }
  get heldBytes(): number {
    return this.prefixBytes + (this.block?.values.byteLength ?? 0);
  }
  move(level: number, to: TileState): void {
    this.states[level] = moved(this.states[level] ?? "absent", to);
  }
}
export interface HeldFrame {
  readonly received: number;
  readonly decoding: number;
  readonly decoded: number;
  readonly block: SampleBlock | null;
  readonly verified: boolean;
  readonly missing: MissingPart | null;
  readonly failure: ErrcName | null;
  readonly failureDetail: string;
  readonly states: readonly TileState[];
}
