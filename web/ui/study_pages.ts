import { fetchStudies, type StudyPage, type StudyQuery, type StudySummary } from "./study_api.ts";

export const PAGE_SIZE = 100;
/** Pages kept at most: 10,000 studies; the farthest from the view go first. */
const MAX_PAGES = 100;
const RETRY_PAUSE_MS = 2000;

export type FetchPage = (
  query: StudyQuery,
  offset: number,
  limit: number,
  signal: AbortSignal,
) => Promise<StudyPage>;

/** The studies of one query, fetched in pages as they come into view. A new query drops what an older one still brings. */
export class StudyPages {
  readonly #fetchPage: FetchPage;
  readonly #changed: () => void;
  readonly #pages = new Map<number, readonly StudySummary[]>();
  /** pages that show old rows while new ones are on the way */
  readonly #stale = new Set<number>();
  readonly #inFlight = new Map<number, AbortController>();
  #query: StudyQuery;
  #total: number | null = null;
  #error: unknown = null;
  #window: readonly [number, number] = [0, 0];
  /** the pages hold another query's rows */
  #foreign = false;
  #failedAtMs = -Infinity;

  constructor(query: StudyQuery, changed: () => void, fetchPage: FetchPage = fetchStudies) {
    this.#query = query;
    this.#changed = changed;
    this.#fetchPage = fetchPage;
  }

  get query(): StudyQuery {
    return this.#query;
  }
  /** null until the first answer to this query */
  get total(): number | null {
    return this.#total;
  }
  /** why the last request failed; null when it did not */
  get error(): unknown {
    return this.#error;
  }
  get loading(): boolean {
    return this.#inFlight.size > 0;
  }
  at(index: number): StudySummary | undefined {
    return this.#pages.get(Math.floor(index / PAGE_SIZE))?.[index % PAGE_SIZE];
  }

  /** Starts anew with another query; the old rows stay until the first answer, so that the list does not flicker. */
  setQuery(query: StudyQuery): void {
    this.#query = query;
    this.#window = [0, 0];
    this.#foreign = true;
    this.#restart();
  }
  /** Fetches again what is in view; the rest when it comes into view. */
  refresh(): void {
    this.#restart();
  }
  /** Tells which rows are in view (first, one past last) and fetches what is missing. */
  show(first: number, end: number): void {
    this.#window = [first, end];
    this.#fetchMissing();
  }
  dispose(): void {
    this.#abortAll();
  }

  #restart(): void {
    this.#abortAll();
    this.#failedAtMs = -Infinity;
    for (const page of this.#pages.keys()) this.#stale.add(page);
    this.#fetchMissing();
  }

  #fetchMissing(): void {
    const first = Math.floor(this.#window[0] / PAGE_SIZE);
    const last = Math.floor(Math.max(this.#window[1] - 1, this.#window[0]) / PAGE_SIZE);
    for (const [page, controller] of this.#inFlight) {
      if (page >= first - 1 && page <= last + 1) continue;
      controller.abort();
      this.#inFlight.delete(page);
    }
    // Scrolling calls this often: a server in trouble is not asked at every step.
    if (performance.now() - this.#failedAtMs < RETRY_PAUSE_MS) return;
    for (let page = first; page <= last; page += 1) {
      if (this.#inFlight.has(page) || (this.#pages.has(page) && !this.#stale.has(page))) continue;
      if (
        this.#total !== null &&
        this.#stale.size === 0 &&
        page > 0 &&
        page * PAGE_SIZE >= this.#total
      )
        continue;
      void this.#fetch(page);
    }
  }

  async #fetch(page: number): Promise<void> {
    const controller = new AbortController();
    this.#inFlight.set(page, controller);
    try {
      const answer = await this.#fetchPage(
        this.#query,
        page * PAGE_SIZE,
        PAGE_SIZE,
        controller.signal,
      );
      // The answer to an older query, or to a page nobody looks at any more.
      if (this.#inFlight.get(page) !== controller) return;
      this.#inFlight.delete(page);
      this.#take(page, answer);
      this.#error = null;
    } catch (error) {
      if (this.#inFlight.get(page) !== controller) return;
      this.#inFlight.delete(page);
      this.#error = error;
      this.#failedAtMs = performance.now();
    }
    this.#changed();
  }

  #take(page: number, answer: StudyPage): void {
    if (this.#foreign) {
      this.#pages.clear();
      this.#stale.clear();
      this.#total = answer.total;
      this.#foreign = false;
    } else if (answer.total !== this.#total) {
      // Rows have moved: every other page may now hold others.
      for (const other of this.#pages.keys()) this.#stale.add(other);
      this.#total = answer.total;
    }
    this.#pages.set(page, answer.studies);
    this.#stale.delete(page);
    const lastPage = Math.ceil(answer.total / PAGE_SIZE) - 1;
    for (const other of [...this.#pages.keys()]) {
      if (other > lastPage) this.#forget(other);
    }
    const distance = (other: number): number => Math.abs(other - page);
    while (this.#pages.size > MAX_PAGES) {
      this.#forget(
        [...this.#pages.keys()].reduce((far, other) =>
          distance(other) > distance(far) ? other : far,
        ),
      );
    }
    this.#fetchMissing();
  }

  #forget(page: number): void {
    this.#pages.delete(page);
    this.#stale.delete(page);
  }

  #abortAll(): void {
    const controllers = [...this.#inFlight.values()];
    this.#inFlight.clear();
    for (const controller of controllers) controller.abort();
  }
}
