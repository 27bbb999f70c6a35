import type { LayerSource } from "../shared/api.ts";
import { SlError } from "../shared/errc.ts";
import type { Manifest } from "../shared/manifest.ts";
import type { StudyEvents, StudySource } from "./study_source.ts";
import type { LinkState, TileSink, TileSource, TileWant } from "./tile_source.ts";

/** Frames asked for at the same time. */
const FRAMES_IN_FLIGHT = 4;

export interface LocalStudyOptions {
  readonly events: StudyEvents;
  /** The encoded bytes of a frame of the file with this SHA-256; rejects with SlError. */
  readonly frame: (hash: string, frameIndex0: number) => Promise<Uint8Array>;
  readonly layers: LayerSource;
  readonly disposed: () => void;
}

/** A study of this computer as the viewer's source: each frame is one tile. It grows while its files are read, and there is no
 *  link that could be lost. */
export class LocalStudy implements StudySource, TileSource {
  readonly state: LinkState = "live";
  readonly link: TileSource = this;
  readonly layers: LayerSource;
  readonly #options: LocalStudyOptions;
  #manifest: Manifest;
  #sink: TileSink | null = null;
  #wanted: readonly TileWant[] = [];
  #inFlight = 0;

  constructor(manifest: Manifest, options: LocalStudyOptions) {
    this.#manifest = manifest;
    this.#options = options;
    this.layers = options.layers;
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
    this.#options.disposed();
  }
  watch(): void {
    // offer() tells
  }
  /** A study has grown; it may be another one. */
  offer(manifest: Manifest): void {
    const isThis = manifest.study.studyInstanceUID === this.#manifest.study.studyInstanceUID;
    if (isThis && manifest.revision !== this.#manifest.revision)
      this.#options.events.newer(manifest);
  }
  /** What is on its way is numbered by the manifest before: it is not told, and wanted again. */
  adopt(manifest: Manifest): void {
    this.#manifest = manifest;
    this.#wanted = [];
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
    const manifest = this.#manifest;
    const isCurrent = (): boolean => this.#sink !== null && this.#manifest === manifest;
    this.#inFlight++;
    sink.requested([want]);
    try {
      const frame = manifest.frames[want.frame];
      if (frame === undefined) throw new SlError("not_found", "no such frame");
      const payload = await this.#options.frame(frame.instance.hash, frame.frameNumber - 1);
      if (isCurrent()) sink.tile({ ...want, offset: 0, payload });
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      if (isCurrent()) sink.refused(want.frame, error.code, error.message);
    }
    this.#inFlight--;
    if (this.#wanted.length === 0 && this.#inFlight === 0) this.#sink?.drained();
    this.#pump();
  }
}
