import { SlError } from "../shared/errc.ts";
import type { StudySource } from "./study_source.ts";
import type { LinkState, TileSink, TileSource, TileWant } from "./tile_source.ts";

/** Frames asked for at the same time. */
const FRAMES_IN_FLIGHT = 4;

/** A study of this computer as the viewer's source: each frame is one tile. It never changes while it is open, and there is
 *  no link that could be lost. */
export class LocalStudy implements StudySource, TileSource {
  readonly state: LinkState = "live";
  readonly link: TileSource = this;
  readonly #frame: (frame: number) => Promise<Uint8Array>;
  #sink: TileSink | null = null;
  #wanted: readonly TileWant[] = [];
  #inFlight = 0;

  /** frame: the encoded bytes of a frame of the manifest; rejects with SlError. */
  constructor(frame: (frame: number) => Promise<Uint8Array>) {
    this.#frame = frame;
  }
  start(sink: TileSink): void {
    this.#sink = sink;
    this.#pumpLater();
  }
  want(list: readonly TileWant[]): void {
    this.#wanted = list;
    this.#pumpLater();
  }
  dispose(): void {
    this.#sink = null;
  }
  watch(): void {
    // what was read stays as it is
  }
  adopt(): void {
    throw new SlError("invalid_argument", "a local study has one revision");
  }
  catchUp(): Promise<void> {
    return Promise.resolve();
  }
  /** Not now: a sink is never called from within a call of the source. */
  #pumpLater(): void {
    queueMicrotask(() => {
      this.#pump();
    });
  }
  #pump(): void {
    while (this.#sink !== null && this.#inFlight < FRAMES_IN_FLIGHT) {
      const [next, ...rest] = this.#wanted;
      if (next === undefined) return;
      this.#wanted = rest;
      void this.#fetch(next, this.#sink);
    }
  }
  async #fetch(want: TileWant, sink: TileSink): Promise<void> {
    this.#inFlight++;
    sink.requested([want]);
    try {
      const payload = await this.#frame(want.frame);
      if (this.#sink !== null) sink.tile({ ...want, offset: 0, payload });
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      this.#sink?.refused(want.frame, error.code, error.message);
    }
    this.#inFlight--;
    if (this.#wanted.length === 0 && this.#inFlight === 0) this.#sink?.drained();
    this.#pump();
  }
}
