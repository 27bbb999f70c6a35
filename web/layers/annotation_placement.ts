import type { ManifestFrame } from "../shared/manifest.ts";
import type { ImagePlace } from "../shared/slide.ts";
import { AnnotationIndex, type Affine } from "./annotation_index.ts";
import type { BulkAnnotations } from "./layer_object.ts";

/** Which groups of bulk annotations lie on a picture, and where: those in pixels of an image on this image, or on the slide that it is a
 *  level of. PS3.3 C.37.1.1. */
export class AnnotationPlacement {
  readonly #object: BulkAnnotations;
  /** of one slide, or image: all its paths and planes have the same places */
  #indexes = new Map<string, readonly AnnotationIndex[]>();

  constructor(object: BulkAnnotations) {
    this.#object = object;
  }
  isOver(picture: ManifestFrame): boolean {
    return this.#place(picture) !== null;
  }
  /** Made when they are first asked for. */
  of(picture: ManifestFrame): readonly AnnotationIndex[] {
    const place = this.#place(picture);
    if (place === null) return [];
    const path = picture.slide?.path ?? null;
    const key = picture.instance.sopInstanceUID;
    let indexes = this.#indexes.get(key);
    if (indexes === undefined) {
      const affine = affineOf(place);
      indexes = this.#object.groups.map((group) => new AnnotationIndex(group, affine));
      this.#indexes = new Map([[key, indexes]]);
    }
    return indexes.filter(
      ({ group: { paths } }) => paths === null || path === null || paths.includes(path),
    );
  }
  #place({ slide, instance, frameNumber }: ManifestFrame): ImagePlace | null {
    // where slides lie in space is not read
    if (this.#object.coordinates === "3D") return null;
    for (const { image, frames } of this.#object.references) {
      const [first = 1] = frames;
      if (slide !== undefined) {
        const place = slide.locate(image, this.#object.isOfFrame ? first : null);
        if (place !== null) return place;
      } else if (image === instance.sopInstanceUID) {
        const isMeant = frames.length === 0 || frames.includes(frameNumber);
        if (isMeant) return { col: 0, row: 0, scaleX: 1, scaleY: 1 };
      }
    }
    return null;
  }
}
function affineOf({ col, row, scaleX, scaleY }: ImagePlace): Affine {
  return { col: [col * scaleX, scaleX, 0], row: [row * scaleY, 0, scaleY] };
}
