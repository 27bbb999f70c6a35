import { SlError } from "../shared/errc.ts";
import type { Manifest } from "../shared/manifest.ts";
import type { FromReader, LocalFile, RefusedFile, ToReader } from "../shared/messages.ts";
import { parseManifest } from "./manifest.ts";
import type { LinkState, TileSink, TileSource, TileWant } from "./tile_source.ts";
import type { StudySource } from "./study_source.ts";

/** What the page shows of files that are being read. */
export interface LocalProgress {
  readonly total: number;
  readonly done: number;
  readonly pictures: number;
  readonly isReading: boolean;
}
export interface LocalFilesOptions {
  readonly makeWorker: () => Worker;
  readonly dicomUrl: string;
  readonly changed: () => void;
}
interface FrameJob {
  resolve(bytes: Uint8Array): void;
  reject(error: SlError): void;
}

/** Files of this computer as studies. A worker reads them; nothing leaves the page, and nothing outlives it. */
export class LocalFiles {
  readonly #options: LocalFilesOptions;
  readonly #jobs = new Map<number, FrameJob>();
  #worker: Worker | null = null;
  #isReady = false;
  readonly #unsent: ToReader[] = [];
  #lastJob = 0;
  #batch = 0;
  #before = { done: 0, pictures: 0 };
  progress: LocalProgress = { total: 0, done: 0, pictures: 0, isReading: false };
  studies: readonly Manifest[] = [];
  readonly refused: RefusedFile[] = [];
  /** why files cannot be read at all; "" while they can */
  failure = "";

  constructor(options: LocalFilesOptions) {
    this.#options = options;
  }
  /** Reads these too. While files are being read, more are not taken. */
  add(files: readonly LocalFile[]): void {
    if (files.length === 0 || this.progress.isReading) return;
    const { done, pictures } = this.progress;
    this.#before = { done, pictures };
    this.progress = { done, pictures, total: done + files.length, isReading: true };
    this.#post({ type: "add", batch: ++this.#batch, files });
    this.#options.changed();
  }
  cancel(): void {
    if (this.progress.isReading) this.#post({ type: "cancel", batch: this.#batch });
  }
  frame(study: string, frame: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const job = ++this.#lastJob;
      this.#jobs.set(job, { resolve, reject });
      this.#post({ type: "frame", job, study, frame });
    });
  }
  source(study: string): StudySource {
    return new LocalStudy(study, this);
  }

  #post(message: ToReader): void {
    if (this.#worker === null) this.#start();
    if (this.#isReady) this.#worker?.postMessage(message);
    else this.#unsent.push(message);
  }
  #start(): void {
    const worker = this.#options.makeWorker();
    this.#worker = worker;
    this.#unsent.push({ type: "init", dicomUrl: this.#options.dicomUrl });
    worker.onmessage = (event: MessageEvent<FromReader>): void => {
      this.#receive(event.data);
    };
    worker.onerror = (event): void => {
      event.preventDefault();
      this.#died("the worker failed");
    };
  }
  #receive(message: FromReader): void {
    switch (message.type) {
      case "ready":
        this.#isReady = true;
        for (const unsent of this.#unsent.splice(0)) this.#worker?.postMessage(unsent);
        return;
      case "progress":
        this.refused.push(...message.refused);
        this.progress = {
          ...this.progress,
          done: this.#before.done + message.done,
          pictures: this.#before.pictures + message.pictures,
        };
        this.#options.changed();
        return;
      case "added":
        this.studies = message.manifests.map(parseManifest);
        this.progress = { ...this.progress, total: this.progress.done, isReading: false };
        this.#options.changed();
        return;
      case "frame":
        this.#take(message.job)?.resolve(new Uint8Array(message.bytes));
        return;
      case "failed":
        this.#take(message.job)?.reject(new SlError(message.code, message.detail));
        return;
      case "died":
        this.#died(message.detail);
        return;
    }
  }
  #take(job: number): FrameJob | undefined {
    const waiting = this.#jobs.get(job);
    this.#jobs.delete(job);
    return waiting;
  }
  #died(detail: string): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#isReady = false;
    this.failure = detail;
    this.progress = { ...this.progress, isReading: false };
    for (const { reject } of this.#jobs.values()) reject(new SlError("module_died", detail));
    this.#jobs.clear();
    this.#options.changed();
  }
}

/** Frames asked for at the same time. */
const FRAMES_IN_FLIGHT = 4;

/** A study of LocalFiles. It never changes while it is open, and there is no link that could be lost. */
class LocalStudy implements StudySource, TileSource {
  readonly state: LinkState = "live";
  readonly link: TileSource = this;
  readonly #study: string;
  readonly #files: LocalFiles;
  #sink: TileSink | null = null;
  #wanted: readonly TileWant[] = [];
  #inFlight = 0;

  constructor(study: string, files: LocalFiles) {
    this.#study = study;
    this.#files = files;
  }
  start(sink: TileSink): void {
    this.#sink = sink;
    this.#pump();
  }
  want(list: readonly TileWant[]): void {
    this.#wanted = list;
    // Not now: a sink is never called from within a call of the source.
    queueMicrotask(() => {
      this.#pump();
    });
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
      const payload = await this.#files.frame(this.#study, want.frame);
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
