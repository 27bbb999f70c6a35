import type { ManifestFrame, ManifestSeries } from "../shared/manifest.ts";
import type { Contour, StructureRegion, StructureSet } from "./layer_object.ts";
import { distanceTo, dot, planeOf, type Plane, type Vector } from "./plane.ts";
import { PlaneStack } from "./plane_stack.ts";

export interface PlacedContour {
  readonly region: number;
  readonly contour: Contour;
}
/** Of a picture alone in its series that does not say how thick it is. mm */
const LONE_STEP = 1;
/** mm */
const ROUNDING = 1e-3;

/** Which contours of a structure set lie on a picture: those that name it, else those whose points are all within half of the pictures'
 *  distance from its plane. PS3.3 C.8.8.6. */
export class StructurePlacement {
  readonly #set: StructureSet;
  readonly #named: ReadonlySet<string>;
  readonly #on = new WeakMap<ManifestFrame, readonly PlacedContour[]>();

  constructor(set: StructureSet) {
    this.#set = set;
    this.#named = new Set(
      set.regions.flatMap(({ contours }) => contours.flatMap(({ image }) => image?.image ?? [])),
    );
  }
  of(picture: ManifestFrame): readonly PlacedContour[] {
    let placed = this.#on.get(picture);
    if (placed === undefined) {
      placed = this.#find(picture);
      this.#on.set(picture, placed);
    }
    return placed;
  }
  #find(picture: ManifestFrame): PlacedContour[] {
    const plane = planeOf(picture.geometry);
    if (plane === null) return [];
    const { sopInstanceUID, series } = picture.instance;
    const isSingle = picture.instance.frames.length === 1;
    const isNamedSeries = series.instances.some((one) => this.#named.has(one.sopInstanceUID));
    const half = stepOf(series) / 2;
    return this.#set.regions.flatMap((region) =>
      region.contours
        .filter((contour) => {
          const { image } = contour;
          if (image !== null && isNamedSeries) {
            if (image.image !== sopInstanceUID) return false;
            // an image of many frames that is named as a whole: the position tells which
            if (image.frames.length > 0) return image.frames.includes(picture.frameNumber);
            return isSingle || isWithin(contour, plane, half);
          }
          return this.#isSameSpace(region, series) && isWithin(contour, plane, half);
        })
        .map((contour) => ({ region: region.number, contour })),
    );
  }
  #isSameSpace({ frameOfReferenceUID }: StructureRegion, series: ManifestSeries): boolean {
    const own = frameOfReferenceUID || this.#set.frameOfReferenceUID;
    return own !== "" && own === series.frameOfReferenceUID;
  }
}

const steps = new WeakMap<ManifestSeries, number>();
/** mm between the pictures of a series. */
export function stepOf(series: ManifestSeries): number {
  let step = steps.get(series);
  if (step === undefined) {
    const planes = series.frames.flatMap(({ geometry }, frame) => {
      const plane = planeOf(geometry);
      return plane === null ? [] : [{ plane, frame }];
    });
    const [first] = series.frames;
    const thickness = first?.geometry.thickness ?? 0;
    const stacks = PlaneStack.of(planes, null, thickness > 0 ? thickness : LONE_STEP);
    // the largest: a scout may come before the stack
    const most = Math.max(...stacks.map((stack) => stack.planes.length));
    step = stacks.find((stack) => stack.planes.length === most)?.step ?? LONE_STEP;
    steps.set(series, step);
  }
  return step;
}
/** On one side the border belongs to this picture, on the other to the next. mm */
export function isNear(distance: number, half: number): boolean {
  return distance > -half - ROUNDING && distance <= half - ROUNDING;
}

function isWithin({ points }: Contour, plane: Plane, half: number): boolean {
  for (let at = 0; at < points.length; at += 3) {
    const distance = distanceTo(plane, pointAt(points, at));
    if (!isNear(distance, half)) return false;
  }
  return points.length > 0;
}
export function pointAt(points: Float32Array, at: number): Vector {
  return [points[at] ?? 0, points[at + 1] ?? 0, points[at + 2] ?? 0];
}
/** mm² of what a closed contour holds. */
export function areaOf({ points, type }: Contour): number {
  if (type !== "C" && type !== "X") return 0;
  const sum: [number, number, number] = [0, 0, 0];
  const origin = pointAt(points, 0);
  for (let at = 3; at + 3 < points.length; at += 3) {
    const [a, b] = [pointAt(points, at), pointAt(points, at + 3)];
    const [ax, ay, az] = [a[0] - origin[0], a[1] - origin[1], a[2] - origin[2]];
    const [bx, by, bz] = [b[0] - origin[0], b[1] - origin[1], b[2] - origin[2]];
    sum[0] += ay * bz - az * by;
    sum[1] += az * bx - ax * bz;
    sum[2] += ax * by - ay * bx;
  }
  return Math.sqrt(dot(sum, sum)) / 2;
}
