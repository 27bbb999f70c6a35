import type { LayerSource } from "../shared/api.ts";
import { SlError } from "../shared/errc.ts";
import type { Manifest, ManifestInstance } from "../shared/manifest.ts";

const IN_FLIGHT = 2;

/** Which instances of a study are fetched, and what is made of them. */
export interface StudyFetchPlan<T> {
  /** of a study no more are asked for */
  readonly most: number;
  isWanted(instance: ManifestInstance): boolean;
  /** Rejects with SlError. */
  fetch(instance: ManifestInstance, source: LayerSource): Promise<T>;
  /** what stands for one that cannot be had */
  failed(instance: ManifestInstance, error: SlError): T;
  /** the study has grown: the same instance in a newer manifest */
  moved?(held: T, instance: ManifestInstance): void;
  /** another one is here */
  changed(): void;
}

/** Some instances of a study, fetched a few at a time once the study is shown. */
export class StudyFetch<T> {
  readonly #source: () => LayerSource | null;
  readonly #plan: StudyFetchPlan<T>;
  /** by the SHA-256 of the object */
  readonly #held = new Map<string, T>();
  readonly #awaited = new Map<string, ((held: T | null) => void)[]>();
  /** asked for, of this study */
  readonly #flying = new Set<string>();
  #waiting: ManifestInstance[] = [];
  #inFlight = 0;
  #study = "";
  #revision = "";

  constructor(source: () => LayerSource | null, plan: StudyFetchPlan<T>) {
    this.#source = source;
    this.#plan = plan;
  }
  get all(): readonly T[] {
    return [...this.#held.values()];
  }
  /** When it is here, before others. null: the study has no such object, or is left before it comes. */
  find({ hash }: ManifestInstance): Promise<T | null> {
    const held = this.#held.get(hash);
    if (held !== undefined) return Promise.resolve(held);
    const index = this.#waiting.findIndex((one) => one.hash === hash);
    const [asked] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (asked !== undefined) this.#waiting.unshift(asked);
    else if (!this.#flying.has(hash)) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#awaited.set(hash, [...(this.#awaited.get(hash) ?? []), resolve]);
      this.#pump();
    });
  }
  /** The study has been opened, or has grown. True: it is another one. */
  follow(manifest: Manifest | null): boolean {
    const study = manifest?.study.studyInstanceUID ?? "";
    const isOther = study !== this.#study;
    if (!isOther && manifest?.revision === this.#revision) return false;
    this.#study = study;
    this.#revision = manifest?.revision ?? "";
    const instances = (manifest?.series ?? [])
      .flatMap((series) => series.instances)
      .filter((instance) => this.#plan.isWanted(instance))
      .slice(0, this.#plan.most);
    if (isOther) {
      this.#held.clear();
      this.#flying.clear(); // what comes of these is of the other one
    }
    const byHash = new Map(instances.map((instance) => [instance.hash, instance]));
    for (const [hash, held] of [...this.#held]) {
      const instance = byHash.get(hash);
      if (instance === undefined) this.#held.delete(hash);
      else this.#plan.moved?.(held, instance);
    }
    this.#waiting = instances.filter(
      ({ hash }) => !this.#held.has(hash) && !this.#flying.has(hash),
    );
    for (const hash of [...this.#awaited.keys()]) if (!byHash.has(hash)) this.#answer(hash, null);
    this.#pump();
    return isOther;
  }
  dispose(): void {
    this.#waiting = [];
    this.#study = "";
    this.#held.clear();
    this.#flying.clear();
    for (const hash of [...this.#awaited.keys()]) this.#answer(hash, null);
  }
  #answer(hash: string, held: T | null): void {
    const resolves = this.#awaited.get(hash) ?? [];
    this.#awaited.delete(hash);
    for (const resolve of resolves) resolve(held);
  }
  #pump(): void {
    while (this.#inFlight < IN_FLIGHT) {
      const instance = this.#waiting.shift();
      const source = this.#source();
      if (instance === undefined || source === null) return;
      void this.#fetch(instance, source);
    }
  }
  async #fetch(instance: ManifestInstance, source: LayerSource): Promise<void> {
    const study = this.#study;
    this.#inFlight++;
    this.#flying.add(instance.hash);
    let fetched: T;
    try {
      fetched = await this.#plan.fetch(instance, source);
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      fetched = this.#plan.failed(instance, error);
    } finally {
      this.#inFlight--;
    }
    if (study === this.#study && this.#flying.delete(instance.hash)) {
      this.#held.set(instance.hash, fetched);
      this.#answer(instance.hash, fetched);
      this.#plan.changed();
    }
    this.#pump();
  }
}
