import type { ManifestFrame, ManifestInstance } from "../shared/manifest.ts";
import type { FrameNote, LayerObject } from "./layer_object.ts";
import {
  distanceTo,
  isNearlyParallel,
  mappingOf,
  moved,
  planeOf,
  SAME_PIXELS,
  type Plane,
  type PlaneMapping,
} from "./plane.ts";
import { PlaneStack, smallestGap } from "./plane_stack.ts";

/** How the pixels of a picture are found in frames of an object. */
export type Sampling =
  | { readonly kind: "plane"; readonly frame: number; readonly mapping: PlaneMapping }
  | {
      readonly kind: "volume";
      readonly stack: PlaneStack;
      readonly picture: Plane;
      readonly frames: readonly number[];
    };
export interface Placed {
  /** null: the frames are of all segments, or of none */
  readonly segment: number | null;
  readonly sampling: Sampling;
}

/** Of a lone plane that does not say how thick it is. mm */
const LONE_STEP = 1;

/** Which frames of a segmentation, a dose or a map lie over a picture, and where. A frame that names one image lies over that one;
 *  all others lie where their position says, in the same Frame of Reference. */
export class Placement {
  readonly #object: LayerObject;
  readonly #instance: ManifestInstance;
  readonly #planes: readonly (Plane | null)[];
  /** by SOP Instance UID: frames of the object that name this image alone, and the frame of it that they mean (0: any) */
  readonly #pinned = new Map<string, { frame: number; of: number }[]>();
  /** frames of the object that name several images: by position if they have one */
  readonly #shared = new Map<string, { frame: number; of: number }[]>();
  readonly #stacks = new Map<number | null, readonly PlaneStack[]>();
  readonly #areAllPinned: boolean;

  constructor(object: LayerObject, instance: ManifestInstance) {
    this.#object = object;
    this.#instance = instance;
    this.#planes = planesOf(object, instance);
    let pinned = 0;
    instance.frames.forEach((_, frame) => {
      const images = object.frames[frame]?.images ?? [];
      const isAlone = images.length === 1 && (images[0]?.frames.length ?? 0) <= 1;
      if (isAlone) pinned++;
      for (const { image, frames } of images)
        for (const of of frames.length === 0 ? [0] : frames)
          push(isAlone ? this.#pinned : this.#shared, image, { frame, of });
    });
    this.#areAllPinned = pinned > 0 && pinned === instance.frames.length;
    this.#stack();
  }
  get instance(): ManifestInstance {
    return this.#instance;
  }
  /** What lies over the picture, the object's order of frames. */
  over(picture: ManifestFrame): readonly Placed[] {
    const { sopInstanceUID, frames } = picture.instance;
    const pinned = this.#pinned.get(sopInstanceUID) ?? [];
    // an image of many frames that is named as a whole: the position tells which
    const vague = frames.length > 1 ? pinned.filter(({ of }) => of === 0) : [];
    const named = pinned.filter((one) => isOf(picture)(one) && !vague.includes(one));
    const plane = planeOf(picture.geometry);
    if (named.length > 0)
      return named.flatMap(({ frame }) => {
        const mapping = this.#mapping(picture, plane, frame);
        return mapping === null ? [] : [this.#placed(frame, mapping)];
      });
    if (vague.length === 0 && this.#areAllPinned && this.#isNamed(picture)) return [];
    if (plane !== null && this.#isSameSpace(picture)) return this.#byPosition(picture, plane);
    const shared = this.#shared.get(sopInstanceUID)?.filter(isOf(picture)) ?? [];
    return [...vague, ...shared].flatMap(({ frame }) => {
      const mapping = this.#sameGrid(picture) ? SAME_PIXELS : null;
      return mapping === null ? [] : [this.#placed(frame, mapping)];
    });
  }
  /** The picture that a frame of the object is best seen over: the one that it names, else of `series` the nearest. */
  pictureOf(frame: number, pictures: readonly ManifestFrame[]): ManifestFrame | null {
    const named = pictures.find(({ instance: { sopInstanceUID }, frameNumber }) =>
      [this.#pinned, this.#shared].some((map) =>
        map
          .get(sopInstanceUID)
          ?.some((one) => one.frame === frame && (one.of === 0 || one.of === frameNumber)),
      ),
    );
    if (named !== undefined) return named;
    const target = this.#planes[frame];
    if (target == null) return null;
    let best: ManifestFrame | null = null;
    let least = Infinity;
    for (const picture of pictures) {
      const plane = planeOf(picture.geometry);
      if (plane === null || !this.#isSameSpace(picture) || !isNearlyParallel(plane, target))
        continue;
      const distance = Math.abs(distanceTo(plane, target.origin));
      if (distance < least) [best, least] = [picture, distance];
    }
    return best;
  }
  /** The object's planes as one volume, whatever they are of. */
  get volume(): PlaneStack | null {
    return this.#stacks.get(null)?.[0] ?? null;
  }

  #placed(frame: number, mapping: PlaneMapping): Placed {
    const segment = this.#object.frames[frame]?.segment ?? null;
    return { segment, sampling: { kind: "plane", frame, mapping } };
  }
  /** null: the picture and the frame have nothing in common that would say which pixel lies over which. */
  #mapping(picture: ManifestFrame, plane: Plane | null, frame: number): PlaneMapping | null {
    const own = this.#planes[frame];
    if (plane !== null && own != null && this.#isSameSpace(picture))
      return isNearlyParallel(plane, own) ? mappingOf(plane, own) : null;
    return this.#sameGrid(picture) ? SAME_PIXELS : null;
  }
  #sameGrid({ instance: { rows, cols } }: ManifestFrame): boolean {
    return rows === this.#instance.rows && cols === this.#instance.cols;
  }
  #isSameSpace({ instance }: ManifestFrame): boolean {
    const own = this.#object.frameOfReferenceUID || this.#instance.series.frameOfReferenceUID;
    return own !== "" && own === instance.series.frameOfReferenceUID;
  }
  /** Its series has images that frames name. */
  #isNamed({ instance: { series } }: ManifestFrame): boolean {
    return series.instances.some(({ sopInstanceUID }) => this.#pinned.has(sopInstanceUID));
  }
  #byPosition(picture: ManifestFrame, plane: Plane): Placed[] {
    const placed: Placed[] = [];
    for (const [segment, stacks] of this.#stacks)
      for (const stack of stacks) {
        const frames = stack.framesNear(plane, picture.instance);
        if (frames.length === 0) continue;
        const [frame = 0] = frames;
        const own = this.#planes[frame];
        placed.push({
          segment,
          sampling:
            stack.isParallelTo(plane) && own != null
              ? { kind: "plane", frame, mapping: mappingOf(plane, own) }
              : { kind: "volume", stack, picture: plane, frames },
        });
      }
    return placed;
  }
  /** One stack for each segment, all with the step of all frames together: segments have frames only where they are. */
  #stack(): void {
    const bySegment = new Map<number | null, { plane: Plane; frame: number }[]>();
    this.#planes.forEach((plane, frame) => {
      const note: FrameNote | undefined = this.#object.frames[frame];
      if (plane !== null) push(bySegment, note?.segment ?? null, { plane, frame });
    });
    const all = [...bySegment.values()].flat();
    const [first] = this.#instance.frames;
    const thickness = first?.geometry.thickness ?? 0;
    const [whole] = PlaneStack.of(all, null, thickness > 0 ? thickness : LONE_STEP);
    const gap = whole === undefined ? null : smallestGap(whole.planes);
    const between = Math.abs(first?.geometry.between ?? 0);
    const step = gap !== null && between > 0 ? Math.min(gap, between) : (gap ?? (between || null));
    for (const [segment, frames] of bySegment)
      this.#stacks.set(segment, PlaneStack.of(frames, step, thickness > 0 ? thickness : LONE_STEP));
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
function isOf({ frameNumber }: ManifestFrame): (one: { readonly of: number }) => boolean {
  return ({ of }) => of === 0 || of === frameNumber;
}
/** mm */
const SAME_MM = 0.01;
/** Of a dose the first plane's position and the Grid Frame Offset Vector: along the normal from it, or, when it begins with the
 *  position's z (axial), z in the patient. PS3.3 C.8.8.3.2. */
function planesOf(object: LayerObject, { frames }: ManifestInstance): (Plane | null)[] {
  const [first] = frames;
  const base = first === undefined ? null : planeOf(first.geometry);
  if (object.kind !== "DOSE" || base === null)
    return frames.map(({ geometry }) => planeOf(geometry));
  const [start = 0] = object.offsets;
  const isInPatient = start !== 0 && Math.abs(start - base.origin[2]) < SAME_MM;
  const sense = isInPatient && base.normal[2] < 0 ? -1 : 1;
  return frames.map((_, index) => {
    const offset = index === 0 ? 0 : sense * ((object.offsets[index] ?? NaN) - start);
    return Number.isFinite(offset)
      ? { ...base, origin: moved(base.origin, base.normal, offset) }
      : null;
  });
}
