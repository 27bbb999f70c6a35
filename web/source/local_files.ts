import { SlError } from "../shared/errc.ts";
import type { Manifest } from "../shared/manifest.ts";
import type {
  DocumentWant,
  FromReader,
  LocalFile,
  PartRequest,
  RefusedFile,
  ToReader,
  UploadProgress,
} from "../shared/messages.ts";
import type { DocumentDesk } from "./documents.ts";
import { LocalStudy } from "./local_study.ts";
import { parseManifest } from "./manifest.ts";
import type { StudyEvents, StudySource } from "./study_source.ts";

/** What the page shows of files that are being read. */
export interface LocalProgress {
  readonly total: number;
  readonly done: number;
  readonly pictures: number;
  readonly isReading: boolean;
}
export interface LocalFilesOptions {
  readonly makeWorker: () => Worker;
  readonly readerUrl: string;
  readonly changed: () => void;
  /** Resolves when the page has had time for its reader. */
  readonly rest: () => Promise<void>;
}
/** A batch, or what is left of it to be handed to the worker. */
interface Unhanded {
  readonly batch: number;
  files: readonly LocalFile[];
}
/** Files for the worker at a time. The page stands still while they are cloned: Chromium asks another process for the size and
 *  time of each, which takes from a tenth of a millisecond to two. */
const PORTION = 16;

interface FrameJob {
  resolve(bytes: Uint8Array<ArrayBuffer>): void;
  reject(error: SlError): void;
}

/** Files of this computer as studies. A worker reads them; nothing leaves the page unless startUpload() is called, and nothing
 *  outlives it. */
export class LocalFiles implements DocumentDesk {
  readonly #options: LocalFilesOptions;
  readonly #jobs = new Map<number, FrameJob>();
  readonly #shown = new Set<LocalStudy>();
  #worker: Worker | null = null;
  #isReady = false;
  readonly #unsent: ToReader[] = [];
  readonly #unhanded: Unhanded[] = [];
  #isHandingOver = false;
  #lastJob = 0;
  #lastBatch = 0;
  progress: LocalProgress = { total: 0, done: 0, pictures: 0, isReading: false };
  /** as far as they are read; in the order in which they were found */
  studies: readonly Manifest[] = [];
  readonly refused: RefusedFile[] = [];
  /** paths that a DICOMDIR names, of files that are not here */
  missing: readonly string[] = [];
  /** the upload that was begun last */
  upload: UploadProgress | null = null;
  /** why files cannot be read at all; "" while they can */
  failure = "";

  constructor(options: LocalFilesOptions) {
    this.#options = options;
  }
  /** Reads these too, after those that are being read. unread: what the page itself could not look at. */
  add(files: readonly LocalFile[], unread: readonly RefusedFile[] = []): void {
    this.refused.push(...unread);
    if (files.length > 0) {
      this.failure = "";
      const total = this.progress.total + files.length;
      this.progress = { ...this.progress, total, isReading: true };
      this.#unhanded.push({ batch: ++this.#lastBatch, files });
      this.#worker ??= this.#start();
      void this.#handOver();
    }
    this.#options.changed();
  }
  /** What has not been begun is not read. */
  cancel(): void {
    if (!this.progress.isReading) return;
    for (const batch of this.#unhanded) batch.files = [];
    this.#post({ type: "cancel", batch: this.#lastBatch });
  }
  /** Sends what was read to the page's own server. */
  startUpload(): void {
    this.#post({ type: "upload" });
  }
  stopUpload(): void {
    this.#post({ type: "stopUpload" });
  }
  /** A study that is shown, and grows while files are read. */
  source(manifest: Manifest, events: StudyEvents): StudySource {
    const study = new LocalStudy(manifest, {
      events,
      frame: (hash, frameIndex0) => this.#part({ type: "frame", hash, frameIndex0 }),
      layers: {
        overlay: (hash, group, frame) =>
          this.#part({ type: "overlay", hash, group, frameIndex0: frame - 1 }),
        presentation: async (hash) =>
          new TextDecoder().decode(await this.#part({ type: "presentation", hash })),
        layer: async (hash) => new TextDecoder().decode(await this.#part({ type: "layer", hash })),
        frame: (hash, frame) => this.#part({ type: "frame", hash, frameIndex0: frame - 1 }),
        profile: (hash) =>
          this.#part({ type: "profile", hash }).catch((error: unknown) => {
            if (error instanceof SlError && error.code === "not_found") return null;
            throw error;
          }),
      },
      disposed: () => {
        this.#shown.delete(study);
      },
    });
    this.#shown.add(study);
    return study;
  }
  document(file: string | ArrayBuffer, want: DocumentWant): Promise<Uint8Array<ArrayBuffer>> {
    return this.#ask((job) => ({ type: "document", job, file, want }));
  }
  keywords(tags: readonly number[]): Promise<Uint8Array<ArrayBuffer>> {
    return this.#ask((job) => ({ type: "keywords", job, tags }));
  }

  async #handOver(): Promise<void> {
    if (this.#isHandingOver) return;
    this.#isHandingOver = true;
    for (let next; this.#isReady && (next = this.#unhanded[0]) !== undefined;) {
      const files = next.files.slice(0, PORTION);
      next.files = next.files.slice(PORTION);
      const isLast = next.files.length === 0;
      if (isLast) this.#unhanded.shift();
      this.#post({ type: "add", batch: next.batch, files, isLast });
      await this.#options.rest();
    }
    this.#isHandingOver = false;
  }
  #part(part: PartRequest): Promise<Uint8Array<ArrayBuffer>> {
    return this.#ask((job) => ({ type: "part", job, part }));
  }
  #ask(message: (job: number) => ToReader): Promise<Uint8Array<ArrayBuffer>> {
    return new Promise((resolve, reject) => {
      const job = ++this.#lastJob;
      this.#jobs.set(job, { resolve, reject });
      this.#post(message(job));
    });
  }
  #post(message: ToReader): void {
    this.#worker ??= this.#start();
    if (this.#isReady) this.#worker.postMessage(message);
    else this.#unsent.push(message);
  }
  #start(): Worker {
    const worker = this.#options.makeWorker();
    this.#unsent.push({ type: "init", readerUrl: this.#options.readerUrl });
    worker.onmessage = (event: MessageEvent<FromReader>): void => {
      this.#receive(event.data);
    };
    worker.onerror = (event): void => {
      event.preventDefault();
      this.#died("the worker failed");
    };
    return worker;
  }
  #receive(message: FromReader): void {
    switch (message.type) {
      case "ready":
        this.#isReady = true;
        for (const unsent of this.#unsent.splice(0)) this.#worker?.postMessage(unsent);
        void this.#handOver();
        return;
      case "progress": {
        this.refused.push(...message.refused);
        const { done, pictures } = message;
        // a batch that is on its way is not counted there yet
        const total = Math.max(message.total, this.progress.total);
        this.progress = { total, done, pictures, isReading: true };
        this.#options.changed();
        return;
      }
      case "studies":
        this.#takeStudies(message.manifests.map(parseManifest));
        return;
      case "added":
        this.missing = message.missing;
        if (message.batch === this.#lastBatch)
          this.progress = { ...this.progress, total: this.progress.done, isReading: false };
        this.#options.changed();
        return;
      case "part":
        this.#take(message.job)?.resolve(new Uint8Array(message.bytes));
        return;
      case "failed":
        this.#take(message.job)?.reject(new SlError(message.code, message.detail));
        return;
      case "upload":
        this.upload = message.progress;
        this.#options.changed();
        return;
      case "died":
        this.#died(message.detail);
        return;
      default: {
        const impossible: never = message;
        throw new SlError("invalid_argument", String(impossible));
      }
    }
  }
  #takeStudies(grown: readonly Manifest[]): void {
    const byUid = new Map(this.studies.map((one) => [one.study.studyInstanceUID, one]));
    for (const one of grown) byUid.set(one.study.studyInstanceUID, one);
    this.studies = [...byUid.values()];
    for (const one of grown) for (const shown of [...this.#shown]) shown.offer(one);
    this.#options.changed();
  }
  #take(job: number): FrameJob | undefined {
    const waiting = this.#jobs.get(job);
    this.#jobs.delete(job);
    return waiting;
  }
  /** What was read is gone with the worker: another one begins with nothing. */
  #died(detail: string): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#isReady = false;
    this.#unsent.length = 0;
    this.#unhanded.length = 0;
    this.failure = detail;
    this.progress = { total: 0, done: 0, pictures: 0, isReading: false };
    this.studies = [];
    this.missing = [];
    this.upload = null;
    this.refused.length = 0;
    for (const { reject } of this.#jobs.values()) reject(new SlError("module_died", detail));
    this.#jobs.clear();
    this.#options.changed();
  }
}
