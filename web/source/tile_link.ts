import type { TileRanges } from "./tile_ranges.ts";
import type { TileSocket } from "./tile_socket.ts";
import type { LinkState, TileSink, TileSource, TileWant } from "./tile_source.ts";

const FALLBACK_AFTER_FAILURES = 2;
const FALLBACK_AFTER_MS = 3_000;
const BACKGROUND_RETRY_MS = 30_000;

/** Asks the server something small; false: no answer. */
export type ProbeServer = () => Promise<boolean>;

/**
 * The socket, or HTTPS ranges while it cannot be opened; one at a time serves the want-list.
 *
 *   socket opened                       -> live
 *   2 failures or 3 s without a socket  -> ask over HTTPS: answer -> fallback, socket again each 30 s; none -> lost
 *   lost                                -> both are tried with back-off until one answers
 */
export class TileLink implements TileSource {
  readonly #socket: TileSocket;
  readonly #ranges: TileRanges;
  readonly #probe: ProbeServer;
  #sink: TileSink | null = null;
  #state: LinkState = "connecting";
  #wanted: readonly TileWant[] = [];
  #usesRanges = false;
  #isProbing = false;
  #slowTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(socket: TileSocket, ranges: TileRanges, probe: ProbeServer) {
    this.#socket = socket;
    this.#ranges = ranges;
    this.#probe = probe;
  }
  get state(): LinkState {
    return this.#state;
  }
  start(sink: TileSink): void {
    this.#sink = sink;
    this.#ranges.start({
      ...forward(sink),
      linkState: (state) => {
        this.#rangesState(state);
      },
    });
    this.#socket.start({
      ...forward(sink),
      linkState: (state) => {
        this.#socketState(state);
      },
    });
    this.#awaitSocket();
  }
  want(list: readonly TileWant[]): void {
    this.#wanted = list;
    if (this.#usesRanges) this.#ranges.want(list);
    else this.#socket.want(list);
  }
  /** The owner has taken a newer manifest: frame numbers of earlier wants mean nothing any more. */
  renumber(): void {
    this.#ranges.stop();
    this.#socket.want([]);
    this.#wanted = [];
    this.#socket.reopen();
  }
  /** The server did not open the study because of its revision: asks again. */
  reopen(): void {
    this.#socket.reopen();
  }
  dispose(): void {
    this.#sink = null;
    if (this.#slowTimer !== null) clearTimeout(this.#slowTimer);
    this.#socket.dispose();
    this.#ranges.dispose();
  }
  #awaitSocket(): void {
    this.#slowTimer ??= setTimeout(() => {
      this.#slowTimer = null;
      if (this.#socket.state !== "live") void this.#tryRanges();
    }, FALLBACK_AFTER_MS);
  }
  #socketState(state: LinkState): void {
    if (state === "live") {
      if (this.#slowTimer !== null) clearTimeout(this.#slowTimer);
      this.#slowTimer = null;
      this.#socket.retryEvery(null);
      if (this.#usesRanges) {
        this.#usesRanges = false;
        this.#ranges.stop();
        this.#socket.want(this.#wanted);
      }
      this.#setState("live");
    } else if (!this.#usesRanges) {
      if (this.#socket.failures >= FALLBACK_AFTER_FAILURES) void this.#tryRanges();
      else this.#awaitSocket();
    }
  }
  async #tryRanges(): Promise<void> {
    if (this.#usesRanges || this.#isProbing) return;
    this.#isProbing = true;
    const isThere = await this.#probe();
    this.#isProbing = false;
    if (this.#sink === null || this.#socket.state === "live") return;
    if (!isThere) {
      // the socket's back-off brings us here again
      this.#setState("lost");
      return;
    }
    this.#usesRanges = true;
    this.#socket.retryEvery(BACKGROUND_RETRY_MS);
    this.#setState("fallback");
    this.#socket.want([]); // it gets the list when it is open again
    this.#ranges.want(this.#wanted);
  }
  #rangesState(state: LinkState): void {
    if (!this.#usesRanges) return;
    this.#socket.retryEvery(state === "lost" ? null : BACKGROUND_RETRY_MS);
    this.#setState(state);
  }
  #setState(state: LinkState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#sink?.linkState(state);
  }
}
function forward(sink: TileSink): Omit<TileSink, "linkState"> {
  return {
    requested: (list) => {
      sink.requested(list);
    },
    tile: (tile) => {
      sink.tile(tile);
    },
    refused: (frame, code, detail) => {
      sink.refused(frame, code, detail);
    },
    studyRefused: (code, detail) => {
      sink.studyRefused(code, detail);
    },
    drained: () => {
      sink.drained();
    },
    changed: () => {
      sink.changed();
    },
  };
}
