import type { LayerSource } from "../shared/api.ts";
import type { SlError } from "../shared/errc.ts";
import type { Manifest, ManifestFrame, ManifestInstance } from "../shared/manifest.ts";
import { isPresentationState } from "../shared/sop_class.ts";
import { appliesTo, parsePresentation, type PresentationState } from "./presentation_state.ts";
import { StudyFetch } from "./study_fetch.ts";

/** Of a study no more are asked for. */
const MAX_STATES = 256;

/** A presentation state of the study, as far as it is here. */
export interface StudyPresentation {
  readonly instance: ManifestInstance;
  readonly state: PresentationState | null;
  /** why it cannot be read */
  readonly error: SlError | null;
}

/** The presentation states of a study. */
export class StudyPresentations {
  readonly #fetched: StudyFetch<StudyPresentation>;

  constructor(source: () => LayerSource | null, changed: () => void) {
    this.#fetched = new StudyFetch<StudyPresentation>(source, {
      most: MAX_STATES,
      isWanted: ({ sopClassUID }) => isPresentationState(sopClassUID),
      fetch: async (instance, from) => {
        const state = parsePresentation(await from.presentation(instance.hash));
        return { instance, state, error: null };
      },
      failed: (instance, error) => ({ instance, state: null, error }),
      changed,
    });
  }
  get all(): readonly StudyPresentation[] {
    return this.#fetched.all;
  }
  /** When it is here. null: the study has no such state. */
  find(instance: ManifestInstance): Promise<StudyPresentation | null> {
    return this.#fetched.find(instance);
  }
  /** Those that are about this picture. */
  of(frame: ManifestFrame): readonly StudyPresentation[] {
    return this.all.filter(({ state }) => state !== null && appliesTo(state, frame));
  }
  /** The study has been opened, or has grown. True: it is another one. */
  follow(manifest: Manifest | null): boolean {
    return this.#fetched.follow(manifest);
  }
  dispose(): void {
    this.#fetched.dispose();
  }
}
