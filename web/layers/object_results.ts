import { SlError } from "../shared/errc.ts";

/** What is worked out at the same time; the newest first: older ones are mostly of pictures that were scrolled past. */
const AT_ONCE = 2;
const MOST_WAITING = 8;

interface Job<T> {
  readonly key: string;
  readonly make: () => Promise<T>;
}

/** Results that take a while and are kept: asked for while drawing, left out until they are here. */
export class ObjectResults<T> {
  readonly #bytesOf: (result: T) => number;
  readonly #maxBytes: number;
  readonly #arrived: () => void;
  readonly #held = new Map<string, { readonly result: T } | SlError>();
  readonly #running = new Set<string>();
  #waiting: Job<T>[] = [];
  #generation = 0;

  constructor(bytesOf: (result: T) => number, maxBytes: number, arrived: () => void) {
    this.#bytesOf = bytesOf;
    this.#maxBytes = maxBytes;
    this.#arrived = arrived;
  }
  /** null: it is being made, or could not be. */
  get(key: string, make: () => Promise<T>): T | null {
    const held = this.#held.get(key);
    if (held instanceof SlError) return null;
    if (held !== undefined) {
      this.#held.delete(key);
      this.#held.set(key, held);
      return held.result;
    }
    if (this.#running.has(key)) return null;
    this.#waiting = [{ key, make }, ...this.#waiting.filter((job) => job.key !== key)];
    this.#waiting.length = Math.min(this.#waiting.length, MOST_WAITING);
    this.#pump();
    return null;
  }
  problem(key: string): SlError | null {
    const held = this.#held.get(key);
    return held instanceof SlError ? held : null;
  }
  /** What could not be made is tried again when it is asked for. */
  forgetProblems(): void {
    for (const [key, held] of [...this.#held]) if (held instanceof SlError) this.#held.delete(key);
  }
  clear(): void {
    this.#generation++;
    this.#held.clear();
    this.#waiting = [];
  }
  #pump(): void {
    while (this.#running.size < AT_ONCE) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      this.#running.add(job.key);
      void this.#run(job);
    }
  }
  async #run({ key, make }: Job<T>): Promise<void> {
    const generation = this.#generation;
    let made: { readonly result: T } | SlError;
    try {
      made = { result: await make() };
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      made = error;
    } finally {
      this.#running.delete(key);
    }
    if (generation === this.#generation) {
      this.#held.set(key, made);
      this.#makeRoom(key);
      this.#arrived();
    }
    this.#pump();
  }
  #makeRoom(newest: string): void {
    let bytes = 0;
    for (const held of this.#held.values())
      if (!(held instanceof SlError)) bytes += this.#bytesOf(held.result);
    for (const [key, held] of [...this.#held]) {
      if (bytes <= this.#maxBytes) return;
      if (key === newest || held instanceof SlError) continue;
      bytes -= this.#bytesOf(held.result);
      this.#held.delete(key);
    }
  }
}
