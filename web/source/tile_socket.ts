import { SlError } from "../shared/errc.ts";
import type { LinkState, TileSink, TileSource, TileWant } from "./tile_source.ts";
import {
  encodeClose,
  encodeOpen,
  encodeWant,
  parseServerMessage,
  subprotocol,
  wholeStudy,
  type ServerMessage,
  type WantEntry,
} from "./wire.ts";

/** What the client needs of a WebSocket; tests give one in memory. */
export interface SocketTransport {
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
}
export interface SocketEvents {
  open(): void;
  message(bytes: Uint8Array): void;
  /** after `open`, or instead of it */
  close(): void;
}
export type ConnectSocket = (events: SocketEvents) => SocketTransport;

export interface TileSocketOptions {
  readonly connect: ConnectSocket;
  readonly studyInstanceUID: string;
  /** of the manifest whose frame numbers the wants use */
  readonly revision: () => string;
  /** 0…1, spreads the reconnections of many viewers after a server restart */
  readonly random?: () => number;
}

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 10_000;
/** A connection attempt that takes longer has failed. */
const OPEN_TIMEOUT_MS = 3_000;

/** Tiles over one WebSocket, `sightline.tiles.v1`. Reconnects by itself; then opens the study and wants again. */
export class TileSocket implements TileSource {
  readonly #options: TileSocketOptions;
  #sink: TileSink | null = null;
  #transport: SocketTransport | null = null;
  #state: LinkState = "connecting";
  #wanted: readonly TileWant[] = [];
  #slot = 0;
  #isOpened = false;
  #epoch = 0;
  #failures = 0;
  #slowRetryMs: number | null = null;
  #retryTimer: ReturnType<typeof setTimeout> | null = null;
  #openTimer: ReturnType<typeof setTimeout> | null = null;
  #attempt = 0;

  constructor(options: TileSocketOptions) {
    this.#options = options;
  }
  get state(): LinkState {
    return this.#state;
  }
  /** Attempts that failed since the last success. */
  get failures(): number {
    return this.#failures;
  }
  start(sink: TileSink): void {
    this.#sink = sink;
    this.#connect();
  }
  want(list: readonly TileWant[]): void {
    this.#wanted = list;
    if (this.#isOpened) this.#sendWant();
  }
  /** While another source serves, there is no hurry: one attempt each `ms`. null: the usual back-off. */
  retryEvery(ms: number | null): void {
    this.#slowRetryMs = ms;
    if (this.#retryTimer !== null) this.#retryLater();
  }
  /** The manifest was replaced: its frame numbers need a new slot, so that a late tile is not taken for another frame. */
  reopen(): void {
    if (this.#transport === null || this.#state !== "live") return;
    this.#transport.send(encodeClose(this.#slot));
    this.#openStudy();
  }
  dispose(): void {
    this.#attempt++;
    this.#sink = null;
    this.#clearTimers();
    this.#transport?.close();
    this.#transport = null;
  }
  #connect(): void {
    this.#clearTimers();
    const attempt = ++this.#attempt;
    const isCurrent = (): boolean => attempt === this.#attempt;
    this.#openTimer = setTimeout(() => {
      if (isCurrent()) this.#lost();
    }, OPEN_TIMEOUT_MS);
    try {
      this.#transport = this.#options.connect({
        open: () => {
          if (isCurrent()) this.#openStudy();
        },
        message: (bytes) => {
          if (isCurrent()) this.#receive(bytes);
        },
        close: () => {
          if (isCurrent()) this.#lost();
        },
      });
    } catch {
      // a policy of the page or the browser forbids it
      this.#lost();
    }
  }
  #openStudy(): void {
    this.#isOpened = false;
    this.#slot = (this.#slot + 1) & 0xffff;
    const { revision, studyInstanceUID } = this.#options;
    this.#transport?.send(encodeOpen(this.#slot, revision(), studyInstanceUID));
  }
  #sendWant(): void {
    this.#epoch = (this.#epoch + 1) >>> 0;
    const slot = this.#slot;
    const entries: WantEntry[] = this.#wanted.map(({ frame, firstLevel, lastLevel }) => ({
      frame,
      slot,
      firstLevel,
      lastLevel,
    }));
    this.#transport?.send(encodeWant(this.#epoch, entries));
    this.#sink?.requested(this.#wanted);
  }
  #receive(bytes: Uint8Array): void {
    let message: ServerMessage;
    try {
      message = parseServerMessage(bytes);
    } catch (error) {
      // not our protocol: nothing on this connection can be believed
      if (!(error instanceof SlError)) throw error;
      this.#lost();
      return;
    }
    this.#handle(message);
  }
  #handle(message: ServerMessage): void {
    if (message.type !== "done" && message.slot !== this.#slot) return; // of a manifest that was replaced
    switch (message.type) {
      case "opened":
        this.#isOpened = true;
        this.#failures = 0;
        if (this.#openTimer !== null) clearTimeout(this.#openTimer);
        this.#openTimer = null;
        this.#openedNow();
        return;
      case "tile":
        this.#sink?.tile(message);
        return;
      case "refused":
        if (message.frame === wholeStudy) this.#refusedStudy(message.code, message.detail);
        else this.#sink?.refused(message.frame, message.code, message.detail);
        return;
      case "done":
        if (message.epoch === this.#epoch) this.#sink?.drained();
        return;
      case "changed":
        // the server is there; it answers `open` when the page has the newer manifest
        if (this.#openTimer !== null) clearTimeout(this.#openTimer);
        this.#openTimer = null;
        this.#failures = 0;
        this.#setState("live");
        this.#sink?.changed();
        return;
    }
  }
  #openedNow(): void {
    const before = this.#epoch;
    this.#setState("live"); // the owner may want something else at once
    if (this.#epoch === before && this.#wanted.length > 0) this.#sendWant();
  }
  #refusedStudy(code: Parameters<TileSink["studyRefused"]>[0], detail: string): void {
    if (this.#openTimer !== null) clearTimeout(this.#openTimer);
    this.#openTimer = null;
    this.#sink?.studyRefused(code, detail);
  }
  #lost(): void {
    this.#attempt++; // later events of the old transport are not ours
    this.#isOpened = false;
    this.#clearTimers();
    const transport = this.#transport;
    this.#transport = null;
    transport?.close();
    this.#failures++;
    this.#retryLater();
    this.#setState("lost");
  }
  #retryLater(): void {
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer);
    const backOff = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(this.#failures - 1, 10));
    const jitter = 0.75 + 0.5 * (this.#options.random ?? Math.random)();
    this.#retryTimer = setTimeout(
      () => {
        this.#connect();
      },
      this.#slowRetryMs ?? backOff * jitter,
    );
  }
  #clearTimers(): void {
    for (const timer of [this.#retryTimer, this.#openTimer])
      if (timer !== null) clearTimeout(timer);
    this.#retryTimer = null;
    this.#openTimer = null;
  }
  #setState(state: LinkState): void {
    if (state === this.#state && state !== "lost") return;
    this.#state = state;
    this.#sink?.linkState(state);
  }
}

/** The page's own server: never an address from anywhere else. */
export function connectWebSocket(events: SocketEvents): SocketTransport {
  const url = new URL("/socket", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url, subprotocol);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", () => {
    events.open();
  });
  socket.addEventListener("close", () => {
    events.close();
  });
  socket.addEventListener("message", (event: MessageEvent<unknown>) => {
    // a text message is not of our protocol: an empty one is refused by the parser
    events.message(
      event.data instanceof ArrayBuffer ? new Uint8Array(event.data) : new Uint8Array(0),
    );
  });
  return {
    send: (bytes) => {
      socket.send(bytes);
    },
    close: () => {
      socket.close();
    },
  };
}
