import { documentKind } from "../shared/document.ts";
import { SlError } from "../shared/errc.ts";
import type {
  Manifest,
  ManifestFrame,
  ManifestInstance,
  ManifestSeries,
} from "../shared/manifest.ts";
import type { Documents } from "../source/documents.ts";
import { keyObjectsOf } from "./key_objects.ts";

/** Selections that are read of one study; each is an object of its own that must be fetched. */
const MAX_SELECTIONS = 50;

/** Which pictures of the open study someone has marked as key images, by its key object selections. They are read one after
 *  the other, after the chrome is here. */
export class KeyImages {
  readonly #documents: Documents;
  readonly #changed: () => void;
  /** SOP Instance UID, and "/frame" where single frames are meant -> title */
  readonly #titles = new Map<string, string>();
  readonly #read = new Set<string>();
  #study = "";
  #counts = new Map<ManifestSeries, number>();

  constructor(documents: Documents, changed: () => void) {
    this.#documents = documents;
    this.#changed = changed;
  }
  follow(manifest: Manifest | null): void {
    const study = manifest?.study.studyInstanceUID ?? "";
    if (study !== this.#study) {
      this.#study = study;
      this.#titles.clear();
      this.#read.clear();
      this.#counts = new Map();
    }
    const selections = (manifest?.series ?? [])
      .flatMap(({ instances }) => instances)
      .filter(({ sopClassUID }) => documentKind(sopClassUID) === "keyObjects")
      .slice(0, MAX_SELECTIONS)
      .filter(({ hash }) => !this.#read.has(hash));
    for (const { hash } of selections) this.#read.add(hash);
    if (selections.length > 0) void this.#readAll(selections, study);
  }
  /** The title of the selection that names this picture; null when none does. */
  titleOf(frame: ManifestFrame): string | null {
    const { sopInstanceUID } = frame.instance;
    return (
      this.#titles.get(`${sopInstanceUID}/${String(frame.frameNumber)}`) ??
      this.#titles.get(sopInstanceUID) ??
      null
    );
  }
  /** Key images of a series. */
  count(series: ManifestSeries): number {
    if (this.#titles.size === 0) return 0;
    let count = this.#counts.get(series);
    if (count === undefined) {
      count = series.frames.filter((frame) => this.titleOf(frame) !== null).length;
      this.#counts.set(series, count);
    }
    return count;
  }
  /** For a signature: changes when something was found. */
  get version(): number {
    return this.#titles.size;
  }

  async #readAll(selections: readonly ManifestInstance[], study: string): Promise<void> {
    for (const selection of selections) {
      try {
        const document = await this.#documents.model(selection);
        if (study !== this.#study) return;
        if (document.kind !== "sr") continue;
        const { title, references, isFavourable } = keyObjectsOf(document);
        if (!isFavourable) continue;
        for (const { sopInstance = "", frames = [] } of references) {
          if (frames.length === 0) this.#titles.set(sopInstance, title);
          for (const frame of frames) this.#titles.set(`${sopInstance}/${String(frame)}`, title);
        }
      } catch (error) {
        // its own panel says why when it is opened
        if (!(error instanceof SlError)) throw error;
      }
    }
    this.#counts = new Map();
    this.#changed();
  }
}
