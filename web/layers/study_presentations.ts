import type { LayerSource } from "../shared/api.ts";
import { SlError } from "../shared/errc.ts";
import type { Manifest, ManifestFrame, ManifestInstance } from "../shared/manifest.ts";
import { appliesTo, parsePresentation, type PresentationState } from "./presentation_state.ts";

/** Grayscale, colour, pseudo-colour and XA/XRF: what read_presentation_state of wasm/dicom takes. */
const SOP_CLASS = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.11\.[1235]$/;
/** Of a study no more are asked for. */
const MAX_STATES = 256;
const IN_FLIGHT = 2;

/** A presentation state of the study, as far as it is here. */
export interface StudyPresentation {
  readonly instance: ManifestInstance;
  readonly state: PresentationState | null;
  /** why it cannot be read */
  readonly error: SlError | null;
}

/** The presentation states of a study, fetched one after the other once the study is shown. */
export class StudyPresentations {
  readonly #source: () => LayerSource | null;
  readonly #changed: () => void;
  /** by the SHA-256 of the object */
  readonly #held = new Map<string, StudyPresentation>();
  #waiting: ManifestInstance[] = [];
  #inFlight = 0;
  #study = "";
  #revision = "";

  constructor(source: () => LayerSource | null, changed: () => void) {
    this.#source = source;
    this.#changed = changed;
  }
  get all(): readonly StudyPresentation[] {
    return [...this.#held.values()];
  }
  /** Those that are about this picture. */
  of(frame: ManifestFrame): readonly StudyPresentation[] {
    return this.all.filter(({ state }) => state !== null && appliesTo(state, frame));
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
      .filter(({ sopClassUID }) => SOP_CLASS.test(sopClassUID))
      .slice(0, MAX_STATES);
    if (isOther) this.#held.clear();
    const hashes = new Set(instances.map(({ hash }) => hash));
    for (const hash of [...this.#held.keys()]) if (!hashes.has(hash)) this.#held.delete(hash);
    this.#waiting = instances.filter(({ hash }) => !this.#held.has(hash));
    this.#pump();
    return isOther;
  }
  dispose(): void {
    this.#waiting = [];
    this.#study = "";
    this.#held.clear();
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
    let fetched: StudyPresentation;
    try {
      const state = parsePresentation(await source.presentation(instance.hash));
      fetched = { instance, state, error: null };
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      fetched = { instance, state: null, error };
    } finally {
      this.#inFlight--;
    }
    if (study === this.#study) {
      this.#held.set(instance.hash, fetched);
      this.#changed();
    }
    this.#pump();
  }
}
