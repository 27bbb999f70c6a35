import { SlError } from "../shared/errc.ts";
import type {
  FrameFormat,
  FrameRegion,
  FromWorker,
  ModuleUrls,
  SampleBlock,
  ToWorker,
} from "../shared/messages.ts";

export interface DecodeJob {
  readonly epoch: number;
  /** docs/wire_format.md: 1 HTJ2K … 8 JPEG XL */
  readonly encoding: number;
  readonly format: FrameFormat;
  /** highest resolution levels to leave out: fullLevel - level */
  readonly discardLevels: number;
  /** stream prefix; transferred: the caller's buffer is empty afterwards */
  readonly bytes: ArrayBuffer;
  /** at the full level: the expected SHA-256 */
  readonly digest: Uint8Array | null;
  /** this part of the level alone, before all whole frames that wait; somebody looks at it */
  readonly region?: FrameRegion;
}
export interface DecodeResult {
  readonly block: SampleBlock;
  /** null when no digest was given */
  readonly digestEqual: boolean | null;
  readonly decodeMs: number;
}
export interface DecodePoolOptions {
  readonly viewer: WebAssembly.Module;
  /** of the modules that a worker fetches when a frame needs them */
  readonly urls: ModuleUrls;
  /** default: 2 to 4 by navigator.hardwareConcurrency */
  readonly workers?: number;
  readonly makeWorker: () => Worker;
  /** ms one job may take; default 30 000 */
  readonly timeCapMs?: number;
}

interface Waiting {
  readonly id: number;
  readonly job: DecodeJob;
  resolve(result: DecodeResult): void;
  reject(error: SlError): void;
}
interface Slot {
  worker: Worker;
  ready: boolean;
  current: Waiting | null;
  timer: ReturnType<typeof setTimeout> | null;
}

/** Workers that die this often before they were ready mean that this browser cannot run the module at all. */
const maxEarlyDeaths = 4;

function defaultWorkers(): number {
  return Math.min(4, Math.max(2, Math.floor((navigator.hardwareConcurrency || 2) / 2)));
}

/** 2 to 4 decoding workers, each with its own instance of viewer.wasm. One job at a time per worker, in the order of
 *  decode() calls, regions first: the queue stays here, where beginEpoch() reaches it, and a worker that dies takes only its own job along. */
export class DecodePool {
  readonly #options: DecodePoolOptions;
  readonly #slots: Slot[] = [];
  readonly #queue: Waiting[] = [];
  #lastId = 0;
  #epoch = 0;
  #earlyDeaths = 0;
  #disposed = false;

  constructor(options: DecodePoolOptions) {
    this.#options = options;
    const count = options.workers ?? defaultWorkers();
    for (let i = 0; i < count; i++) {
      const slot: Slot = { worker: this.#spawn(), ready: false, current: null, timer: null };
      this.#slots.push(slot);
      this.#listen(slot);
    }
  }
  get size(): number {
    return this.#slots.length;
  }
  /** Jobs that wait or run. */
  get pending(): number {
    return this.#queue.length + this.#slots.filter((slot) => slot.current !== null).length;
  }

  /** Rejects with SlError: the decoder's code, "stale" after beginEpoch, "module_died" when the worker trapped or took too long. */
  decode(job: DecodeJob): Promise<DecodeResult> {
    return new Promise((resolve, reject) => {
      if (this.#disposed || this.#earlyDeaths >= maxEarlyDeaths) {
        reject(new SlError("module_died", "no decoding worker"));
        return;
      }
      if (job.epoch < this.#epoch) {
        reject(new SlError("stale", "epoch"));
        return;
      }
      const waiting: Waiting = { id: ++this.#lastId, job, resolve, reject };
      if (job.region === undefined) this.#queue.push(waiting);
      else this.#queue.unshift(waiting);
      this.#feed();
    });
  }
  /** The epoch of jobs from now on: those of earlier ones that have not started are rejected with "stale". Epochs are the
   *  pool's, for it outlives the studies that it decodes. */
  beginEpoch(): number {
    const epoch = ++this.#epoch;
    const waiting = this.#queue.splice(0);
    for (const { reject } of waiting) reject(new SlError("stale", "epoch"));
    for (const slot of this.#slots) this.#post(slot, { type: "dropBefore", epoch });
    return epoch;
  }
  dispose(): void {
    this.#disposed = true;
    for (const slot of this.#slots) {
      slot.worker.terminate();
      this.#take(slot)?.reject(new SlError("module_died", "the pool was disposed"));
    }
    this.#slots.length = 0;
    this.#rejectQueue("the pool was disposed");
  }

  #spawn(): Worker {
    return this.#options.makeWorker();
  }
  #listen(slot: Slot): void {
    const { worker } = slot;
    worker.onmessage = (event: MessageEvent<FromWorker>): void => {
      this.#receive(slot, event.data);
    };
    worker.onerror = (event): void => {
      event.preventDefault();
      this.#died(slot, "the worker failed");
    };
    worker.onmessageerror = (): void => {
      this.#died(slot, "the worker's message was unreadable");
    };
    this.#post(slot, {
      type: "init",
      viewer: this.#options.viewer,
      urls: this.#options.urls,
    });
  }
  #post(slot: Slot, message: ToWorker, transfer: Transferable[] = []): void {
    slot.worker.postMessage(message, transfer);
  }

  /** Gives the next jobs to workers that are idle, ready ones first. */
  #feed(): void {
    const idle = this.#slots
      .filter((slot) => slot.current === null)
      .sort((a, b) => Number(b.ready) - Number(a.ready));
    for (const slot of idle) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      slot.current = next;
      if (slot.ready) this.#start(slot, next);
    }
  }
  #start(slot: Slot, { id, job }: Waiting): void {
    const cap = this.#options.timeCapMs ?? 30_000;
    slot.timer = setTimeout(() => {
      this.#died(slot, `over ${cap} ms`);
    }, cap);
    const { rows, cols, samples, bitsAllocated, bitsStored, highBit, signed, planar, photometric } =
      job.format;
    const format = {
      rows,
      cols,
      samples,
      bitsAllocated,
      bitsStored,
      highBit,
      signed,
      planar,
      photometric,
    };
    const { epoch, encoding, discardLevels, bytes, digest, region = null } = job;
    this.#post(
      slot,
      { type: "decode", job: id, epoch, encoding, format, discardLevels, bytes, digest, region },
      [bytes],
    );
  }
  #take(slot: Slot): Waiting | null {
    if (slot.timer !== null) clearTimeout(slot.timer);
    slot.timer = null;
    const waiting = slot.current;
    slot.current = null;
    return waiting;
  }
  #receive(slot: Slot, message: FromWorker): void {
    switch (message.type) {
      case "ready":
        slot.ready = true;
        this.#earlyDeaths = 0;
        if (slot.current !== null) this.#start(slot, slot.current);
        return;
      case "decoded":
        if (slot.current?.id !== message.job) return;
        this.#take(slot)?.resolve({
          block: message.block,
          digestEqual: message.digestEqual,
          decodeMs: message.decodeMs,
        });
        this.#feed();
        return;
      case "dropped":
        if (slot.current?.id !== message.job) return;
        this.#take(slot)?.reject(new SlError("stale", "epoch"));
        this.#feed();
        return;
      case "failed":
        if (message.code === "module_died") {
          this.#died(slot, message.detail);
          return;
        }
        if (slot.current?.id !== message.job) return;
        this.#take(slot)?.reject(new SlError(message.code, message.detail));
        this.#feed();
        return;
      default: {
        const impossible: never = message;
        throw new SlError("invalid_argument", String(impossible));
      }
    }
  }
  /** Terminates the worker, reports its job, and puts a new one in its place. */
  #died(slot: Slot, detail: string): void {
    if (this.#disposed) return;
    slot.worker.onmessage = slot.worker.onerror = slot.worker.onmessageerror = null;
    slot.worker.terminate();
    if (!slot.ready) this.#earlyDeaths++;
    this.#take(slot)?.reject(new SlError("module_died", detail));
    if (this.#earlyDeaths >= maxEarlyDeaths) {
      this.#slots.splice(this.#slots.indexOf(slot), 1);
      if (this.#slots.every((other) => !other.ready)) this.#rejectQueue(detail);
      return;
    }
    slot.worker = this.#spawn();
    slot.ready = false;
    this.#listen(slot);
    this.#feed();
  }
  #rejectQueue(detail: string): void {
    for (const waiting of this.#queue.splice(0)) waiting.reject(new SlError("module_died", detail));
  }
}
