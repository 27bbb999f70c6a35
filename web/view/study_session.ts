import type { Decoder } from "../decode/decoder.ts";
import type { LayerSource } from "../shared/api.ts";
import { SlError, type ErrcName } from "../shared/errc.ts";
import type { Manifest, ManifestFrame } from "../shared/manifest.ts";
import type { FrameRegion, SampleBlock } from "../shared/messages.ts";
import type { StudyEvents, StudySource } from "../source/study_source.ts";
import type { LinkState, ReceivedTile } from "../source/tile_source.ts";
import { ApartStreams } from "../tiles/apart_streams.ts";
import { fullLevel } from "../tiles/levels.ts";
import type { PlannedViewport } from "../tiles/tile_plan.ts";
import { TileStore } from "../tiles/tile_store.ts";
import { otherStacks, TileStream, type FrameDecoder } from "../tiles/tile_stream.ts";
import { firstIndexOf } from "./first_frame.ts";

export interface SessionEvents {
  frame(frame: number): void;
  connection(state: LinkState): void;
  /** begin: before frame numbers change; end: after */
  rebase(step: "begin" | "end"): void;
  failed(error: SlError): void;
  /** of frames that are looked at: more of them can be wanted now */
  streamsCame(): void;
}

/** The code for slides could not be fetched. */
export const SLIDES_MISSING = "the viewer of slides does not come";

/** One open study: its manifest, what is held of it, and where the rest comes from. */
export class StudySession {
  readonly store: TileStore;
  readonly #source: StudySource;
  readonly #stream: TileStream;
  readonly #apart: ApartStreams | null;
  readonly #events: SessionEvents;
  #isDisposed = false;

  constructor(
    manifest: Manifest,
    connect: (manifest: Manifest, events: StudyEvents) => StudySource,
    budgetBytes: number,
    events: SessionEvents,
    prepare: (manifest: Manifest) => Manifest | Promise<Manifest> = (newer) => newer,
  ) {
    this.#events = events;
    this.store = new TileStore(manifest, budgetBytes);
    this.#source = connect(manifest, {
      newer: (newer) => {
        const prepared = prepare(newer);
        if (!(prepared instanceof Promise)) this.#rebase(prepared);
        else
          prepared.then(
            (ready) => {
              this.#rebase(ready);
            },
            () => {
              events.failed(new SlError("io", SLIDES_MISSING));
            },
          );
      },
      refused: (error) => {
        events.failed(error);
      },
    });
    const { streamsApart } = this.#source;
    this.#apart =
      streamsApart === undefined
        ? null
        : new ApartStreams(
            streamsApart,
            () => {
              events.streamsCame();
            },
            events.failed,
          );
    this.#stream = new TileStream(this.store, this.#source.link, {
      frame: (frame) => {
        events.frame(frame);
      },
      link: (state) => {
        events.connection(state);
      },
      changed: () => {
        void this.#source.catchUp();
      },
      studyRefused: (code: ErrcName, detail) => {
        events.failed(new SlError(code, detail));
      },
    });
  }
  get manifest(): Manifest {
    return this.store.manifest;
  }
  get layers(): LayerSource {
    return this.#source.layers;
  }
  /** The stored values of a frame, past the plan: what lies over the pictures that are planned. Rejects with SlError. */
  async decode(frame: ManifestFrame): Promise<SampleBlock> {
    const { stream, instance } = frame;
    if (stream === null) throw new SlError("pending", "the frame is being prepared");
    if (stream.failure !== null) throw new SlError("corrupt", "the frame cannot be shown");
    const bytes = await this.#source.layers.frame(instance.hash, frame.frameNumber);
    return this.#stream.decodeWhole(frame, bytes);
  }
  /** As TileStream.decodePart. */
  decodePart(frame: ManifestFrame, level: number, region: FrameRegion): Promise<SampleBlock> {
    return this.#stream.decodePart(frame.id, level, region);
  }
  /** Takes the levels that came in the page. */
  takeFirst(tile: ReceivedTile): void {
    this.#stream.tile(tile);
  }
  /** A frame that shows nothing yet gets the coarse levels that are here at once: workers may be busy with large ones. */
  decodeHere(frame: number, decoder: Decoder): void {
    this.#stream.decodeHere(frame, (job) => {
      const block = decoder.decode({ ...job, bytes: new Uint8Array(job.bytes) });
      return {
        block,
        digestEqual: job.digest === null ? null : isEqual(decoder.sha256(block.values), job.digest),
      };
    });
  }
  start(): void {
    this.#stream.start();
    this.#source.watch();
  }
  useDecoder(decoder: FrameDecoder): void {
    this.#stream.useDecoder(decoder);
  }
  look(viewports: readonly PlannedViewport[], shownSeries: readonly string[]): void {
    for (const { tiles } of viewports) if (tiles !== undefined) this.#apart?.want(tiles);
    this.#stream.look({ viewports, otherSeries: otherStacks(this.manifest, shownSeries) });
  }
  dispose(): void {
    this.#isDisposed = true;
    this.#stream.dispose();
    this.#source.dispose();
  }
  #rebase(newer: Manifest): void {
    if (this.#isDisposed) return;
    this.#events.rebase("begin");
    this.store.rebase(newer);
    this.#source.adopt(newer);
    this.#events.rebase("end");
    this.#stream.replan();
  }
}
/** The picture a study opens with: of the first series that can be streamed. */
export function firstPicture(manifest: Manifest): ManifestFrame | null {
  const isStreamed = (frame: ManifestFrame): boolean =>
    fullLevel(frame) >= 0 && frame.stream?.failure === null;
  const series =
    manifest.series.find((one) => one.frames.some(isStreamed)) ??
    manifest.series.find((one) => one.frames.length > 0);
  if (series === undefined) return null;
  return series.frames[firstIndexOf(series)] ?? null;
}
function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
