import { SlError, type ErrcName } from "../shared/errc.ts";
import type { Manifest } from "../shared/manifest.ts";
import type { FetchRange } from "./range_fetch.ts";
import type { LinkState, TileSink, TileSource, TileWant } from "./tile_source.ts";

export interface TileRangesOptions {
  readonly fetchRange: FetchRange;
  readonly manifest: () => Manifest;
}

const MAX_PARALLEL = 5;
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 10_000;

/** Adjacent levels of one frame: one request, and a tile for each part as soon as its bytes are here. */
export interface FrameRange {
  readonly frame: number;
  readonly parts: readonly TileWant[];
}
interface Fetching {
  readonly range: FrameRange;
  readonly abort: AbortController;
}

/** The same tiles as plain HTTPS ranges, for networks that block WebSockets. */
export class TileRanges implements TileSource {
  readonly #options: TileRangesOptions;
  #sink: TileSink | null = null;
  #state: LinkState = "connecting";
  #queue: FrameRange[] = [];
  #isDrained = true;
  readonly #fetching = new Set<Fetching>();
  #failures = 0;
  #retryTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: TileRangesOptions) {
    this.#options = options;
  }
  get state(): LinkState {
    return this.#state;
  }
  start(sink: TileSink): void {
    this.#sink = sink;
    this.#pump();
  }
  /** What is on its way and still wanted goes on; the rest is aborted. */
  want(list: readonly TileWant[]): void {
    const ranges = mergeAdjacent(list);
    for (const fetching of [...this.#fetching]) {
      if (ranges.some((range) => covers(fetching.range, range))) continue;
      this.#fetching.delete(fetching);
      fetching.abort.abort();
    }
    const running = [...this.#fetching].map((fetching) => fetching.range);
    this.#queue = ranges.filter((range) => !running.some((one) => covers(one, range)));
    this.#isDrained = false;
    this.#sink?.requested(running.flatMap((range) => range.parts));
    if (this.#retryTimer === null) this.#pump();
  }
  /** Ends what runs; want() starts again. */
  stop(): void {
    this.#queue = [];
    this.#isDrained = true;
    for (const fetching of this.#fetching) fetching.abort.abort();
    this.#fetching.clear();
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
    this.#failures = 0;
    this.#state = "connecting";
  }
  dispose(): void {
    this.#sink = null;
    this.stop();
  }
  #pump(): void {
    if (this.#sink === null) return;
    while (this.#fetching.size < MAX_PARALLEL) {
      const range = this.#queue.shift();
      if (range === undefined) break;
      void this.#fetch(range);
    }
    if (this.#fetching.size === 0 && this.#queue.length === 0 && !this.#isDrained) {
      this.#isDrained = true;
      this.#sink.drained();
    }
  }
  async #fetch(range: FrameRange): Promise<void> {
    const frame = this.#options.manifest().frames[range.frame];
    const ends = frame?.stream?.ends;
    const first = range.parts[0];
    const last = range.parts[range.parts.length - 1];
    if (frame === undefined || ends === undefined || first === undefined || last === undefined)
      return;
    const fetching: Fetching = { range, abort: new AbortController() };
    this.#fetching.add(fetching);
    this.#sink?.requested(range.parts);
    const begin = first.firstLevel === 0 ? 0 : (ends[first.firstLevel - 1] ?? 0);
    const parts = new PartReader(range, begin, ends, (part, offset, payload) => {
      if (this.#fetching.has(fetching)) this.#sink?.tile({ ...part, offset, payload });
    });
    try {
      const { hash } = frame.instance;
      const { signal } = fetching.abort;
      const request = {
        hash,
        frameNumber: frame.frameNumber,
        begin,
        end: ends[last.lastLevel] ?? 0,
        signal,
      };
      await this.#options.fetchRange(request, (bytes) => {
        parts.push(bytes);
      });
      if (!this.#fetching.delete(fetching)) return;
      this.#failures = 0;
      this.#setState("fallback");
      this.#pump();
    } catch (error) {
      if (this.#fetching.delete(fetching))
        this.#failed({ frame: range.frame, parts: parts.rest }, error);
    }
  }
  #failed(range: FrameRange, error: unknown): void {
    const code: ErrcName = error instanceof SlError ? error.code : "io";
    if (code === "stale") {
      this.#sink?.changed();
    } else if (code !== "io") {
      // an answer of the server about this frame
      this.#setState("fallback");
      this.#sink?.refused(range.frame, code, "");
    } else {
      // no answer: later again, before all others
      if (range.parts.length > 0) this.#queue.unshift(range);
      this.#setState("lost");
      this.#retryLater();
      return;
    }
    this.#pump();
  }
  #retryLater(): void {
    if (this.#retryTimer !== null) return;
    const delay = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(this.#failures++, 10));
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = null;
      this.#pump();
    }, delay);
  }
  #setState(state: LinkState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#sink?.linkState(state);
  }
}

type OnPart = (part: TileWant, offset: number, payload: Uint8Array) => void;

/** Cuts the bytes of one range at the levels' ends. */
class PartReader {
  rest: readonly TileWant[];
  readonly #ends: readonly number[];
  readonly #onPart: OnPart;
  #chunks: Uint8Array[] = [];
  #have = 0;
  #offset: number;

  constructor(range: FrameRange, begin: number, ends: readonly number[], onPart: OnPart) {
    this.rest = range.parts;
    this.#offset = begin;
    this.#ends = ends;
    this.#onPart = onPart;
  }
  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#have += bytes.byteLength;
    for (let part = this.rest[0]; part !== undefined; part = this.rest[0]) {
      const length = (this.#ends[part.lastLevel] ?? 0) - this.#offset;
      if (length > this.#have) return;
      const payload = this.#take(length);
      this.rest = this.rest.slice(1);
      this.#onPart(part, this.#offset, payload);
      this.#offset += length;
    }
  }
  #take(length: number): Uint8Array {
    const payload = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) break;
      const count = Math.min(chunk.byteLength, length - at);
      payload.set(chunk.subarray(0, count), at);
      at += count;
      if (count === chunk.byteLength) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(count);
    }
    this.#have -= length;
    return payload;
  }
}

/** Neighbours in the list that are adjacent levels of one frame become one range. */
export function mergeAdjacent(list: readonly TileWant[]): FrameRange[] {
  const ranges: { frame: number; parts: TileWant[] }[] = [];
  for (const want of list) {
    const last = ranges[ranges.length - 1];
    const before = last?.parts[last.parts.length - 1];
    if (
      last?.frame === want.frame &&
      before !== undefined &&
      before.lastLevel + 1 === want.firstLevel
    )
      last.parts.push(want);
    else ranges.push({ frame: want.frame, parts: [want] });
  }
  return ranges;
}
/** True when the running request brings all (that is still missing) of this one. */
function covers(running: FrameRange, range: FrameRange): boolean {
  const first = range.parts[0];
  const last = range.parts[range.parts.length - 1];
  const runningFirst = running.parts[0];
  const runningLast = running.parts[running.parts.length - 1];
  if (
    first === undefined ||
    last === undefined ||
    runningFirst === undefined ||
    runningLast === undefined
  )
    return false;
  return (
    running.frame === range.frame &&
    runningFirst.firstLevel <= first.firstLevel &&
    runningLast.lastLevel >= last.lastLevel
  );
}
