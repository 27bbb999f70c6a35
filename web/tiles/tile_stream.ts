import type { DecodeJob, DecodeResult } from "../decode/decode_pool.ts";
import { SlError, type ErrcName } from "../shared/errc.ts";
import type { Manifest, ManifestFrame } from "../shared/manifest.ts";
import type { FrameFormat, FrameRegion, SampleBlock } from "../shared/messages.ts";
import type {
  LinkState,
  ReceivedTile,
  TileSink,
  TileSource,
  TileWant,
} from "../source/tile_source.ts";
import { DecodeOrder } from "./decode_order.ts";
import { blockBytes, fullLevel, screenLevel } from "./levels.ts";
import { planTiles, type PlannedViewport } from "./tile_plan.ts";
import type { DecodeInput, TileStore } from "./tile_store.ts";

/** DecodePool, or what a test puts in its place. */
export interface FrameDecoder {
  readonly size: number;
  decode(job: DecodeJob): Promise<DecodeResult>;
  /** Jobs of earlier epochs that have not started are dropped. Returns the epoch of jobs from now on. */
  beginEpoch(): number;
}
export interface StreamEvents {
  /** what is held of this frame has changed: a block, a failure, bytes */
  frame(frame: number): void;
  link(state: LinkState): void;
  /** a newer revision exists */
  changed(): void;
  studyRefused(code: ErrcName, detail: string): void;
}
/** What is looked at now. */
export interface Gaze {
  readonly viewports: readonly PlannedViewport[];
  readonly otherSeries: readonly (readonly ManifestFrame[])[];
}

const MAX_ENTRIES = 8192;
/** Between two plans, when what is on screen is already here. */
const CALM_PLAN_MS = 100;
const PENDING_RETRY_MS = 2_000;
/** More than one job per worker only while they are small: a new picture must not wait behind large ones. */
const QUEUED_BLOCK_BYTES = 4 * 1024 * 1024;
/** 128 x 128 colour samples: about a millisecond. */
const HERE_BLOCK_BYTES = 64 * 1024;
/** docs/wire_format.md */
const HTJ2K = 1;

/** The way of a tile from the plan to a decoded block: plan -> source -> store -> worker -> store. */
export class TileStream implements TileSink {
  readonly #store: TileStore;
  readonly #source: TileSource;
  readonly #events: StreamEvents;
  #gaze: Gaze = { viewports: [], otherSeries: [] };
  #order = new DecodeOrder([]);
  #decoder: FrameDecoder | null = null;
  /** A worker has decoded a frame: the module's functions, which browsers compile at their first call, are there. */
  #isCompiled = false;
  #isStarted = false;
  #epoch = 0;
  #decoding = 0;
  #decodingBytes = 0;
  #lastPlan: readonly TileWant[] = [];
  #planTimer: ReturnType<typeof setTimeout> | null = null;
  /** frames of which a part is being decoded: what is seen of them comes first, then all of them */
  readonly #inParts = new Set<number>();
  readonly #pending = new Set<number>();
  #pendingTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(store: TileStore, source: TileSource, events: StreamEvents) {
    this.#store = store;
    this.#source = source;
    this.#events = events;
  }
  /** Begins to fetch. Once: a second connection would be opened beside the first. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#source.start(this);
    this.#plan();
  }
  /** From now on frames are decoded in these workers. */
  useDecoder(decoder: FrameDecoder): void {
    this.#decoder = decoder;
    this.#epoch = decoder.beginEpoch();
    this.#pump();
  }
  look(gaze: Gaze): void {
    this.#gaze = gaze;
    this.#order = new DecodeOrder(gaze.viewports);
    if (this.#isShownHere()) {
      this.#planTimer ??= setTimeout(() => {
        this.#plan();
      }, CALM_PLAN_MS);
    } else {
      if (this.#decoder !== null) this.#epoch = this.#decoder.beginEpoch();
      this.#plan();
    }
    this.#pump();
  }
  /** The owner has rebased the store to a newer manifest. */
  replan(): void {
    this.#lastPlan = [];
    this.#pending.clear();
    this.#plan();
    this.#pump();
  }
  /** Decodes on this thread the coarse levels that the store holds of a frame that shows nothing yet, if they are small
   *  enough not to be felt: about a millisecond, but fifty for the very first, which is left to a worker. Only what the server has made and verified itself: a codestream of another encoder may cost
   *  a worker its life, but not the page. */
  decodeHere(frame: number, decode: (job: DecodeJob) => Omit<DecodeResult, "decodeMs">): void {
    const stream = this.#store.manifest.frames[frame]?.stream;
    if (!this.#isCompiled || stream?.encoding !== HTJ2K || stream.digest === null) return;
    const input = this.#store.takeSmall(frame, HERE_BLOCK_BYTES);
    if (input === null) return;
    try {
      const { block, digestEqual } = decode(this.#job(input));
      this.#store.decoded(input, block, digestEqual);
    } catch (error) {
      this.#decodeFailed(input, error);
    }
    this.#events.frame(frame);
  }
  /** A part of a level whose bytes are here, before all other frames, and before the rest of its own. Rejects with SlError; "stale":
   *  not now. */
  async decodePart(frame: number, level: number, region: FrameRegion): Promise<SampleBlock> {
    const decoder = this.#decoder;
    const input = decoder === null ? null : this.#store.takeForPart(frame, level);
    if (decoder === null || input === null) throw new SlError("stale", "nothing is decoded");
    this.#inParts.add(frame);
    try {
      return (await decoder.decode({ ...this.#job(input), digest: null, region })).block;
    } finally {
      this.#inParts.delete(frame);
      this.#pump();
    }
  }
  /** All of a frame that the store does not hold. bytes: its whole stream. Rejects with SlError. */
  async decodeWhole(frame: ManifestFrame, bytes: Uint8Array): Promise<SampleBlock> {
    for (;;) {
      const decoder = this.#decoder;
      if (decoder === null) throw new SlError("stale", "nothing is decoded");
      const input = {
        frame,
        level: fullLevel(frame),
        generation: 0,
        bytes: new Uint8Array(bytes).buffer, // a copy: the job transfers it
      };
      try {
        const { block, digestEqual } = await decoder.decode(this.#job(input));
        if (digestEqual === false)
          throw new SlError("digest_mismatch", "the stored values are not those of the original");
        return block;
      } catch (error) {
        // scrolling has emptied the queue: again, behind what is looked at now
        if (!(error instanceof SlError) || error.code !== "stale") throw error;
      }
    }
  }
  dispose(): void {
    this.#decoder = null;
    this.#source.dispose();
    for (const timer of [this.#planTimer, this.#pendingTimer])
      if (timer !== null) clearTimeout(timer);
  }

  // TileSink
  requested(list: readonly TileWant[]): void {
    this.#store.requested(list);
  }
  tile(tile: ReceivedTile): void {
    try {
      if (!this.#store.receive(tile)) return;
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      this.#store.refused(tile.frame, error.code, error.message);
    }
    this.#evict();
    this.#events.frame(tile.frame);
    this.#pump();
  }
  refused(frame: number, code: ErrcName, detail: string): void {
    if (code === "pending") {
      this.#pending.add(frame);
      this.#pendingTimer ??= setTimeout(() => {
        this.#pendingTimer = null;
        this.#pending.clear();
        this.#lastPlan = [];
        this.#plan();
      }, PENDING_RETRY_MS);
      return;
    }
    this.#store.refused(frame, code, detail);
    this.#events.frame(frame);
  }
  studyRefused(code: ErrcName, detail: string): void {
    this.#events.studyRefused(code, detail);
  }
  drained(): void {
    this.#plan(true);
  }
  changed(): void {
    this.#events.changed();
  }
  linkState(state: LinkState): void {
    this.#events.link(state);
  }

  #isShownHere(): boolean {
    return this.#gaze.viewports.every((view) => {
      if (view.tiles !== undefined) return view.tiles.every(({ id }) => this.#isHere(id));
      const frame = view.frames[view.current];
      if (frame === undefined || this.#isUnavailable(frame.id)) return true;
      const level = view.needFull ? fullLevel(frame) : screenLevel(frame, view.zoom);
      return this.#store.heldLevel(frame.id) >= level && !this.#store.isDecodable(frame.id);
    });
  }
  /** All of a frame that has one level, or is wanted whole. */
  #isHere(id: number): boolean {
    const frame = this.#store.manifest.frames[id];
    if (frame === undefined || this.#isUnavailable(id)) return true;
    return this.#store.heldLevel(id) >= fullLevel(frame) && !this.#store.isDecodable(id);
  }
  #isUnavailable(frame: number): boolean {
    return this.#store.isUnavailable(frame) || this.#pending.has(frame);
  }
  /** isRefill: all of the last list has come; the same list again would only go round in circles. */
  #plan(isRefill = false): void {
    if (this.#planTimer !== null) clearTimeout(this.#planTimer);
    this.#planTimer = null;
    const list = planTiles({
      ...this.#gaze,
      heldLevel: (frame) => this.#store.heldLevel(frame),
      isUnavailable: (frame) => this.#isUnavailable(frame),
      budgetBytes: this.#store.budgetBytes,
      maxEntries: MAX_ENTRIES,
    });
    const isSame = sameList(list, this.#lastPlan);
    if (isSame && (isRefill || list.length === 0)) return;
    this.#lastPlan = list;
    this.#store.want(list);
    this.#source.want(list);
  }
  #job(input: DecodeInput): DecodeJob {
    const { frame, level, bytes } = input;
    const isFull = level === fullLevel(frame);
    return {
      epoch: this.#epoch,
      encoding: frame.stream?.encoding ?? 0,
      format: formatOf(frame),
      bytes,
      discardLevels: fullLevel(frame) - level,
      digest: isFull ? (frame.stream?.digest ?? null) : null,
    };
  }
  /** Hands frames to workers, nearest first, until they are busy. */
  #pump(): void {
    const decoder = this.#decoder;
    if (decoder === null) return;
    while (
      this.#decoding < decoder.size ||
      (this.#decoding < 2 * decoder.size && this.#decodingBytes < QUEUED_BLOCK_BYTES)
    ) {
      const frame = this.#order.next(this.#store, (id) => this.#inParts.has(id));
      const input = frame === null ? null : this.#store.takeForDecode(frame);
      if (input === null) return;
      void this.#decode(decoder, input);
    }
  }
  async #decode(decoder: FrameDecoder, input: DecodeInput): Promise<void> {
    const bytes = blockBytes(input.frame, input.level);
    this.#decoding++;
    this.#decodingBytes += bytes;
    let isNews = true;
    try {
      const { block, digestEqual } = await decoder.decode(this.#job(input));
      this.#isCompiled ||= input.frame.stream?.encoding === HTJ2K;
      isNews = this.#store.decoded(input, block, digestEqual);
    } catch (error) {
      isNews = this.#decodeFailed(input, error);
    }
    this.#decoding--;
    this.#decodingBytes -= bytes;
    this.#evict();
    if (isNews) this.#events.frame(input.frame.id);
    this.#pump();
  }
  #decodeFailed(input: DecodeInput, error: unknown): boolean {
    if (!(error instanceof SlError)) return this.#store.decodeFailed(input, "module_died", "");
    if (error.code !== "stale") return this.#store.decodeFailed(input, error.code, error.message);
    this.#store.decodeDropped(input);
    return false;
  }
  #evict(): void {
    for (const frame of this.#store.evict((id) => this.#order.rank(id))) this.#events.frame(frame);
  }
}
function sameList(a: readonly TileWant[], b: readonly TileWant[]): boolean {
  return (
    a.length === b.length &&
    a.every((want, i) => {
      const other = b[i];
      return (
        other !== undefined &&
        want.frame === other.frame &&
        want.firstLevel === other.firstLevel &&
        want.lastLevel === other.lastLevel
      );
    })
  );
}
function formatOf(frame: ManifestFrame): FrameFormat {
  const { rows, cols, samples, bitsAllocated, bitsStored, highBit, signed, planar, photometric } =
    frame.instance;
  return { rows, cols, samples, bitsAllocated, bitsStored, highBit, signed, planar, photometric };
}
/** All stacks but the ones that are shown. */
export function otherStacks(
  manifest: Manifest,
  shown: readonly string[],
): (readonly ManifestFrame[])[] {
  return manifest.series
    .filter((series) => !shown.includes(series.seriesInstanceUID))
    .map((series) => series.frames);
}
