import { SlError } from "../shared/errc.ts";

/** Pictures behind the one that is shown, fetched before they are asked for. */
const AHEAD = 12;
const IN_FLIGHT = 3;
const MAX_KEPT_BYTES = 64 * 1024 ** 2;

export interface PictureEvents {
  /** this picture (0-based) is on the canvas */
  shown(frame: number): void;
  failed(frame: number, error: SlError): void;
}

/** A video as single pictures that the server makes of it, on a canvas. */
export class ServerPictures {
  readonly element = document.createElement("canvas");
  readonly #fetch: (frame: number) => Promise<Blob>;
  readonly #frames: number;
  readonly #events: PictureEvents;
  /** the one asked for last is the last */
  readonly #kept = new Map<number, Blob>();
  readonly #failed = new Map<number, SlError>();
  readonly #inFlight = new Set<number>();
  #keptBytes = 0;
  #wanted = -1;
  #isDisposed = false;

  /** fetch: rejects with SlError */
  constructor(fetch: (frame: number) => Promise<Blob>, frames: number, events: PictureEvents) {
    this.#fetch = fetch;
    this.#frames = frames;
    this.#events = events;
  }
  show(frame: number): void {
    if (frame === this.#wanted) return;
    this.#wanted = frame;
    const kept = this.#kept.get(frame);
    const failure = this.#failed.get(frame);
    if (kept !== undefined) void this.#draw(frame, kept);
    else if (failure !== undefined) this.#events.failed(frame, failure);
    this.#pump();
  }
  dispose(): void {
    this.#isDisposed = true;
    this.#kept.clear();
  }

  #pump(): void {
    for (let i = 0; i <= AHEAD && this.#inFlight.size < IN_FLIGHT; i++) {
      const frame = (this.#wanted + i) % Math.max(1, this.#frames); // cine begins again
      const isKnown = this.#kept.has(frame) || this.#inFlight.has(frame) || this.#failed.has(frame);
      if (!isKnown) void this.#take(frame);
    }
  }
  async #take(frame: number): Promise<void> {
    this.#inFlight.add(frame);
    try {
      const picture = await this.#fetch(frame);
      this.#keep(frame, picture);
      if (frame === this.#wanted) await this.#draw(frame, picture);
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      this.#fail(frame, error);
    }
    this.#inFlight.delete(frame);
    if (!this.#isDisposed) this.#pump();
  }
  #keep(frame: number, picture: Blob): void {
    this.#kept.set(frame, picture);
    this.#keptBytes += picture.size;
    for (const [oldest, blob] of this.#kept) {
      if (this.#keptBytes <= MAX_KEPT_BYTES || oldest === frame) return;
      this.#kept.delete(oldest);
      this.#keptBytes -= blob.size;
    }
  }
  async #draw(frame: number, picture: Blob): Promise<void> {
    let bitmap: ImageBitmap;
    try {
      bitmap = await createImageBitmap(picture);
    } catch {
      this.#fail(frame, new SlError("corrupt", "the server's picture cannot be read"));
      return;
    }
    if (frame === this.#wanted && !this.#isDisposed) {
      this.element.width = bitmap.width;
      this.element.height = bitmap.height;
      this.element.getContext("2d")?.drawImage(bitmap, 0, 0);
      this.#events.shown(frame);
    }
    bitmap.close();
  }
  #fail(frame: number, error: SlError): void {
    this.#failed.set(frame, error);
    if (frame === this.#wanted && !this.#isDisposed) this.#events.failed(frame, error);
  }
}
