import type { ContentItem, Evidence, SopReference, SrDocument } from "../shared/document.ts";
import type { Manifest, ManifestInstance } from "../shared/manifest.ts";
import { isUid } from "../shared/uid.ts";

/** Where a reference of a document leads. */
export type LinkTarget =
  /** an object of the study that is open; frames: those that are meant, [] for all */
  | {
      readonly kind: "here";
      readonly instance: ManifestInstance;
      readonly frames: readonly number[];
    }
  /** of another study, as the document's evidence says */
  | {
      readonly kind: "elsewhere";
      readonly study: string;
      readonly series: string;
      readonly instance: string;
      readonly frame: number;
    }
  | { readonly kind: "missing"; readonly uid: string };

/** Finds what the content of a document names by UID alone. */
export class SrLinks {
  readonly #here = new Map<string, ManifestInstance>();
  readonly #elsewhere = new Map<string, Evidence>();
  readonly #study: string;

  constructor(manifest: Manifest, document: Pick<SrDocument, "evidence">) {
    this.#study = manifest.study.studyInstanceUID;
    for (const series of manifest.series)
      for (const instance of series.instances) this.#here.set(instance.sopInstanceUID, instance);
    for (const evidence of document.evidence)
      for (const { sopInstance } of evidence.instances ?? [])
        if (sopInstance !== undefined) this.#elsewhere.set(sopInstance, evidence);
  }
  find(reference: SopReference): LinkTarget {
    const uid = reference.sopInstance ?? "";
    const frames = reference.frames ?? [];
    const instance = this.#here.get(uid);
    if (instance !== undefined) {
      const known = frames.filter((frame) => frame >= 1 && frame <= instance.frames.length);
      return { kind: "here", instance, frames: known };
    }
    const evidence = this.#elsewhere.get(uid);
    const [study, series] = [evidence?.study ?? "", evidence?.series ?? ""];
    // of this study, and not in the manifest: it is not on the server
    if (study !== this.#study && isUid(study) && isUid(series) && isUid(uid))
      return { kind: "elsewhere", study, series, instance: uid, frame: frames[0] ?? 1 };
    return { kind: "missing", uid };
  }
  /** Coordinates of which every image that they were drawn on is not in this study; `items` by their id, for those that are
   *  named by reference. */
  isDrawnElsewhere(coordinates: ContentItem, items: ReadonlyMap<string, ContentItem>): boolean {
    const images = (coordinates.children ?? [])
      .map((child) => (child.type === undefined ? items.get(child.target ?? "") : child))
      .flatMap((item) => (item?.type === "IMAGE" ? (item.references ?? []) : []));
    return images.length > 0 && images.every((image) => this.find(image).kind !== "here");
  }
}
