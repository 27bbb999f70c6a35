import { SlError } from "../shared/errc.ts";
import type { RefusedFile, UploadProgress } from "../shared/messages.ts";
import type { StoreArchive, StoreItem } from "./stow_archive.ts";

/** Objects of one study. */
export interface UploadStudy {
  readonly studyInstanceUID: string;
  readonly items: readonly StoreItem[];
}
export interface StowUploadOptions {
  readonly archive: StoreArchive;
  readonly changed: (progress: UploadProgress) => void;
  /** Resolves after this time. */
  readonly wait: (ms: number) => Promise<void>;
}

/** One request. Small enough to be sent again, large enough that a request costs little. */
const BATCH_BYTES = 16 * 1024 ** 2;
const BATCH_ITEMS = 100;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** Sends studies to an archive, small requests one after the other. What the archive has already is not sent: so an upload
 *  that was broken off, even by closing the page, goes on where it was. Without a connection it tries again until it is stopped. */
export class StowUpload {
  readonly #options: StowUploadOptions;
  #isStopped = false;
  #progress: UploadProgress = {
    state: "sending",
    total: 0,
    stored: 0,
    alreadyThere: 0,
    failures: [],
    detail: "",
  };

  constructor(options: StowUploadOptions) {
    this.#options = options;
  }
  /** Resolves when all is stored or refused, when the archive takes nothing in, or after stop(). */
  async run(studies: readonly UploadStudy[]): Promise<void> {
    this.#tell({ total: studies.reduce((sum, { items }) => sum + items.length, 0) });
    try {
      for (const study of studies) await this.#send(study);
      this.#tell({ state: this.#isStopped ? "stopped" : "done" });
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      this.#tell({ state: "refused", detail: error.message.slice(error.code.length + 2) });
    }
  }
  /** The request that is on its way is the last one. */
  stop(): void {
    this.#isStopped = true;
  }

  async #send({ studyInstanceUID, items }: UploadStudy): Promise<void> {
    const there = await this.#persist(() => this.#options.archive.stored(studyInstanceUID));
    if (there === null) return;
    const missing: StoreItem[] = [];
    for (const item of items) if (!(await this.#isThere(item, there))) missing.push(item);
    if (this.#isStopped) return;
    this.#count(items.length - missing.length, "alreadyThere");
    for (const batch of batchesOf(missing)) {
      const failures = await this.#persist(() => this.#options.archive.store(batch));
      if (failures === null) return;
      this.#count(batch.length - failures.length, "stored");
      this.#fail(failures);
      if (failures.some(({ code }) => code === "no_space"))
        throw new SlError("no_space", "the archive is full");
    }
  }
  /** A large file is read for this where the archive has something of its study. */
  async #isThere({ sha256 }: StoreItem, there: ReadonlySet<string>): Promise<boolean> {
    if (typeof sha256 === "string") return there.has(sha256);
    if (there.size === 0) return false;
    try {
      return there.has((await sha256(() => this.#isStopped)) ?? "");
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      return false; // it cannot be read: storing says so
    }
  }
  /** The work's result, however often the connection is lost meanwhile; null after stop(). */
  async #persist<T>(work: () => Promise<T>): Promise<T | null> {
    for (let waitMs = FIRST_WAIT_MS; !this.#isStopped;) {
      try {
        const result = await work();
        this.#tell({ state: "sending" });
        return result;
      } catch (error) {
        if (!(error instanceof SlError) || error.code !== "io") throw error;
        this.#tell({ state: "waiting" });
      }
      await this.#options.wait(waitMs);
      waitMs = Math.min(LONGEST_WAIT_MS, 2 * waitMs);
    }
    return null;
  }
  #count(items: number, what: "stored" | "alreadyThere"): void {
    this.#tell({ [what]: this.#progress[what] + items });
  }
  #fail(failures: readonly RefusedFile[]): void {
    if (failures.length > 0) this.#tell({ failures: [...this.#progress.failures, ...failures] });
  }
  #tell(change: Partial<UploadProgress>): void {
    this.#progress = { ...this.#progress, ...change };
    this.#options.changed(this.#progress);
  }
}

/** No UID is twice in one request: its answer would not tell which of the two it means. */
function* batchesOf(items: readonly StoreItem[]): Generator<StoreItem[]> {
  let batch: StoreItem[] = [];
  let bytes = 0;
  for (const item of items) {
    const isFull =
      batch.length >= BATCH_ITEMS ||
      bytes + item.source.size > BATCH_BYTES ||
      batch.some(({ sopInstanceUID }) => sopInstanceUID === item.sopInstanceUID);
    if (isFull && batch.length > 0) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(item);
    bytes += item.source.size;
  }
  if (batch.length > 0) yield batch;
}
