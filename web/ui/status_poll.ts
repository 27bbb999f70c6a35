import { fetchStatus, type ServerStatus } from "./study_api.ts";

const BUSY_MS = 3000;
const IDLE_MS = 15000;

/** Asks the server how it stands: every 3 s while it prepares images, else every 15 s, never while the page is hidden. */
export class StatusPoll {
  readonly #onStatus: (status: ServerStatus | null) => void;
  readonly #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `onStatus(null)`: the server did not answer. */
  constructor(onStatus: (status: ServerStatus | null) => void) {
    this.#onStatus = onStatus;
    document.addEventListener(
      "visibilitychange",
      () => {
        if (!document.hidden) this.#schedule(0);
      },
      { signal: this.#abort.signal },
    );
    this.#schedule(0);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.#ask();
    }, delayMs);
  }

  async #ask(): Promise<void> {
    if (document.hidden) return;
    let status: ServerStatus | null = null;
    try {
      status = await fetchStatus(this.#abort.signal);
    } catch {
      // Told to the listener as null; the next round asks again.
    }
    if (this.#abort.signal.aborted) return;
    this.#onStatus(status);
    this.#schedule(status === null || status.pending > 0 ? BUSY_MS : IDLE_MS);
  }
}
