import type { LayerSource } from "../shared/api.ts";
import { SlError } from "../shared/errc.ts";
import type { Manifest, ManifestFrame, ManifestInstance } from "../shared/manifest.ts";
import { isLayerObject } from "../shared/sop_class.ts";
import { parseLayerObject } from "./layer_object.ts";
import { ObjectView } from "./object_view.ts";

/** Of a study no more are asked for. */
const MAX_OBJECTS = 64;
const IN_FLIGHT = 2;

/** An object of the study that lies over images, as far as it is here. */
export interface StudyObject {
  readonly instance: ManifestInstance;
  readonly view: ObjectView | null;
  /** why it cannot be read */
  readonly error: SlError | null;
}

/** The segmentations, structure sets, doses and maps of a study, fetched one after the other once the study is shown. */
export class StudyObjects {
  readonly #source: () => LayerSource | null;
  readonly #changed: () => void;
  /** by the SHA-256 of the object */
  readonly #held = new Map<string, StudyObject>();
  readonly #awaited = new Map<string, ((object: StudyObject) => void)[]>();
  #waiting: ManifestInstance[] = [];
  #inFlight = 0;
  #study = "";
  #revision = "";

  constructor(source: () => LayerSource | null, changed: () => void) {
    this.#source = source;
    this.#changed = changed;
  }
  get all(): readonly StudyObject[] {
    return [...this.#held.values()];
  }
  /** Those that have something over this picture, and could be read. */
  of(frame: ManifestFrame): readonly ObjectView[] {
    return this.all.flatMap(({ view }) => (view?.isOver(frame) === true ? [view] : []));
  }
  /** Those that are switched on. */
  get shown(): readonly ObjectView[] {
    return this.all.flatMap(({ view }) => (view?.isShown === true ? [view] : []));
  }
  /** When it is here. null: the study has no such object. */
  find({ hash }: ManifestInstance): Promise<StudyObject | null> {
    const held = this.#held.get(hash);
    if (held !== undefined) return Promise.resolve(held);
    return new Promise((resolve) => {
      const others = this.#awaited.get(hash) ?? [];
      this.#awaited.set(hash, [...others, resolve]);
      const index = this.#waiting.findIndex((one) => one.hash === hash);
      const [asked] = index < 0 ? [] : this.#waiting.splice(index, 1);
      if (asked !== undefined) this.#waiting.unshift(asked);
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
      .filter(({ sopClassUID, pending }) => isLayerObject(sopClassUID) && !pending)
      .slice(0, MAX_OBJECTS);
    if (isOther) this.#held.clear();
    const byHash = new Map(instances.map((instance) => [instance.hash, instance]));
    for (const [hash, { view }] of [...this.#held]) {
      const instance = byHash.get(hash);
      if (instance === undefined) this.#held.delete(hash);
      else view?.follow(instance); // frames have other numbers now
    }
    this.#waiting = instances.filter(({ hash }) => !this.#held.has(hash));
    this.#pump();
    return isOther;
  }
  dispose(): void {
    this.#waiting = [];
    this.#study = "";
    this.#held.clear();
    this.#awaited.clear();
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
    let fetched: StudyObject;
    try {
      const object = parseLayerObject(await source.layer(instance.hash));
      fetched = { instance, view: new ObjectView(object, instance, this.#changed), error: null };
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      fetched = { instance, view: null, error };
    } finally {
      this.#inFlight--;
    }
    if (study === this.#study) {
      this.#held.set(instance.hash, fetched);
      for (const resolve of this.#awaited.get(instance.hash) ?? []) resolve(fetched);
      this.#awaited.delete(instance.hash);
      this.#changed();
    }
    this.#pump();
  }
}
