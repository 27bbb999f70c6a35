import {
  distanceTo,
  isParallel,
  isSameOrientation,
  mappingOf,
  pointOf,
  type Plane,
  type PlaneMapping,
} from "./plane.ts";

/** Positions nearer than this are one. mm */
const SAME_MM = 0.01;

export interface StackedPlane {
  readonly plane: Plane;
  /** mm along the stack's normal from the origin of the plane that came first: negative below it */
  readonly offset: number;
  /** frame of the object, from 0 */
  readonly frame: number;
}
/** Size of a picture. */
export interface Size {
  readonly rows: number;
  readonly cols: number;
}

/** Parallel planes in order: a volume, or a part of one. */
export class PlaneStack {
  readonly planes: readonly StackedPlane[];
  /** mm from one plane to the next; between planes that are farther apart there is nothing */
  readonly step: number;

  private constructor(planes: readonly StackedPlane[], step: number) {
    this.planes = planes;
    this.step = step;
  }
  /** One stack for each orientation. step: known from elsewhere; null: the smallest distance, else `thickness`. */
  static of(
    frames: readonly { readonly plane: Plane; readonly frame: number }[],
    step: number | null,
    thickness: number,
  ): PlaneStack[] {
    const groups: { plane: Plane; frame: number }[][] = [];
    for (const one of frames) {
      const group = groups.find(
        ([first]) => first !== undefined && isSameOrientation(first.plane, one.plane),
      );
      if (group === undefined) groups.push([one]);
      else group.push(one);
    }
    return groups.map((group) => {
      const [first] = group;
      const planes = group
        .map(({ plane, frame }) => ({
          plane,
          frame,
          offset: first === undefined ? 0 : distanceTo(first.plane, plane.origin),
        }))
        .sort((a, b) => a.offset - b.offset);
      return new PlaneStack(planes, step ?? smallestGap(planes) ?? thickness);
    });
  }
  /** Which frames a picture's plane goes through, or nearest lies: their numbers. */
  framesNear(picture: Plane, size: Size): number[] {
    const [low, high] = this.#rangeOf(picture, size);
    const reach = this.step / 2 + SAME_MM;
    if (this.isParallelTo(picture)) {
      const nearest = this.nearest((low + high) / 2);
      return nearest === null ? [] : [nearest.frame];
    }
    return this.planes
      .filter(({ offset }) => offset >= low - reach && offset <= high + reach)
      .map(({ frame }) => frame);
  }
  isParallelTo(picture: Plane): boolean {
    const [first] = this.planes;
    return first !== undefined && isParallel(first.plane, picture);
  }
  /** Of a point of the picture. */
  offsetOf(picture: Plane, col: number, row: number): number {
    const [first] = this.planes;
    // planes that come in a descending order are counted from their last one
    return first === undefined
      ? 0
      : first.offset + distanceTo(first.plane, pointOf(picture, col, row));
  }
  /** The nearest plane, if it is within half a step. */
  nearest(offset: number): StackedPlane | null {
    const after = this.#firstAtOrAfter(offset);
    const [a, b] = [this.planes[after - 1], this.planes[after]];
    const best =
      a === undefined || (b !== undefined && b.offset - offset < offset - a.offset) ? b : a;
    if (best === undefined) return null;
    return Math.abs(best.offset - offset) <= this.step / 2 + SAME_MM ? best : null;
  }
  /** The planes on both sides, and the share of the second; null: outside. */
  between(offset: number): readonly [StackedPlane, StackedPlane, number] | null {
    const after = this.#firstAtOrAfter(offset - SAME_MM);
    const b = this.planes[after];
    if (b === undefined) return null;
    if (Math.abs(b.offset - offset) <= SAME_MM) return [b, b, 0];
    const a = this.planes[after - 1];
    if (a === undefined) return null;
    return [a, b, (offset - a.offset) / (b.offset - a.offset)];
  }
  mappingTo(picture: Plane, { plane }: StackedPlane): PlaneMapping {
    return mappingOf(picture, plane);
  }
  #rangeOf(picture: Plane, { rows, cols }: Size): readonly [number, number] {
    const offsets = [
      this.offsetOf(picture, 0, 0),
      this.offsetOf(picture, cols - 1, 0),
      this.offsetOf(picture, 0, rows - 1),
      this.offsetOf(picture, cols - 1, rows - 1),
    ];
    return [Math.min(...offsets), Math.max(...offsets)];
  }
  #firstAtOrAfter(offset: number): number {
    let [low, high] = [0, this.planes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.planes[middle]?.offset ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
/** Between planes that are not one; null: there is but one. */
export function smallestGap(planes: readonly { readonly offset: number }[]): number | null {
  let smallest = Infinity;
  planes.forEach(({ offset }, index) => {
    const gap = offset - (planes[index - 1]?.offset ?? -Infinity);
    if (gap > SAME_MM && gap < smallest) smallest = gap;
  });
  return Number.isFinite(smallest) ? smallest : null;
}
