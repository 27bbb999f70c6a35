import type { LayerSource } from "../shared/api.ts";
import type { SlError } from "../shared/errc.ts";
import type { Manifest, ManifestFrame, ManifestInstance } from "../shared/manifest.ts";
import { isLayerObject, mayHaveMarks } from "../shared/sop_class.ts";
import { parseLayerObject } from "./layer_object.ts";
import { ObjectView } from "./object_view.ts";
import { StudyFetch } from "./study_fetch.ts";

/** Of a study no more are asked for; reports are asked whether they have graphics, and may be many. */
const MAX_OBJECTS = 160;

/** An object of the study that lies over images, as far as it is here. */
export interface StudyObject {
  readonly instance: ManifestInstance;
  readonly view: ObjectView | null;
  /** why it cannot be read */
  readonly error: SlError | null;
}

/** The segmentations, structure sets, doses, maps, bulk annotations, and reports with graphics of a study. */
export class StudyObjects {
  readonly #fetched: StudyFetch<StudyObject>;

  constructor(source: () => LayerSource | null, changed: () => void) {
    this.#fetched = new StudyFetch<StudyObject>(source, {
      most: MAX_OBJECTS,
      isWanted: ({ sopClassUID, pending }) =>
        !pending && (isLayerObject(sopClassUID) || mayHaveMarks(sopClassUID)),
      fetch: async (instance, from) => {
        const object = parseLayerObject(await from.layer(instance.hash));
        return { instance, view: new ObjectView(object, instance, changed), error: null };
      },
      failed: (instance, error) => ({ instance, view: null, error }),
      // frames have other numbers now
      moved: ({ view }, instance) => view?.follow(instance),
      changed,
    });
  }
  /** Reports without graphics are documents, and nothing else. */
  get all(): readonly StudyObject[] {
    return this.#fetched.all.filter(({ instance, view }) =>
      view === null ? !mayHaveMarks(instance.sopClassUID) : !view.isEmpty,
    );
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
  find(instance: ManifestInstance): Promise<StudyObject | null> {
    return this.#fetched.find(instance);
  }
  /** The study has been opened, or has grown. True: it is another one. */
  follow(manifest: Manifest | null): boolean {
    return this.#fetched.follow(manifest);
  }
  dispose(): void {
    this.#fetched.dispose();
  }
}
