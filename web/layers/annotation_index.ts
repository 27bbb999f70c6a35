import { figureOf, type AnnotationGroup } from "./annotation_group.ts";

/** Columns and rows of the picture; edges. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}
/** Coordinates of the file to columns and rows of the picture. */
export interface Affine {
  readonly col: readonly [number, number, number];
  readonly row: readonly [number, number, number];
}
/** Squares of the grid on its longer side, at most. */
const MOST_SQUARES = 512;
/** Annotations to a square, about. */
const PER_SQUARE = 16;
/** Device pixels. */
const LEAST_SQUARE = 1.5;

/** Where the annotations of a group lie on a picture: those in an area are found without asking each of them. Annotations that are larger
 *  than a square are kept apart, and asked each. */
export class AnnotationIndex {
  readonly group: AnnotationGroup;
  /** left, top, right, bottom of each */
  readonly boxes: Float32Array;
  /** all points, as column and row */
  readonly places: Float32Array;
  #left = 0;
  #top = 0;
  #side = 1;
  #across = 1;
  #down = 1;
  /** of each square, where its annotations begin in #order; one more at the end */
  #firsts = new Uint32Array(2);
  #order = new Uint32Array(0);
  readonly #large: number[] = [];

  constructor(group: AnnotationGroup, { col, row }: Affine) {
    this.group = group;
    const { points, dimension, count } = group;
    const total = points.length / dimension;
    this.places = new Float32Array(2 * total);
    for (let i = 0; i < total; i++) {
      const [x, y] = [points[dimension * i] ?? 0, points[dimension * i + 1] ?? 0];
      this.places[2 * i] = col[0] + col[1] * x + col[2] * y;
      this.places[2 * i + 1] = row[0] + row[1] * x + row[2] * y;
    }
    this.boxes = new Float32Array(4 * count);
    for (let i = 0; i < count; i++) this.boxes.set(this.#boxOf(i), 4 * i);
    this.#sort();
  }
  /** All that touch the area, in the order of the file within a square. `scale`: where a square is so small on the screen one of its
   *  annotations stands for all. */
  *within(area: Box, scale = Infinity): Generator<number> {
    const isCoarse = this.#side * scale < LEAST_SQUARE;
    for (const index of this.#large) if (this.#touches(index, area)) yield index;
    // an annotation lies in the square of its middle, and reaches into the next ones
    const column = (x: number): number => Math.floor((x - this.#left) / this.#side);
    const row = (y: number): number => Math.floor((y - this.#top) / this.#side);
    const [firstX, lastX] = [column(area.left) - 1, column(area.right) + 1];
    const [firstY, lastY] = [row(area.top) - 1, row(area.bottom) + 1];
    for (let y = Math.max(0, firstY); y <= Math.min(this.#down - 1, lastY); y++)
      for (let x = Math.max(0, firstX); x <= Math.min(this.#across - 1, lastX); x++) {
        const square = y * this.#across + x;
        const first = this.#firsts[square] ?? 0;
        const stored = this.#firsts[square + 1] ?? 0;
        const end = isCoarse ? Math.min(first + 1, stored) : stored;
        for (let at = first; at < end; at++) {
          const index = this.#order[at] ?? 0;
          if (this.#touches(index, area)) yield index;
        }
      }
  }
  #touches(index: number, area: Box): boolean {
    const { boxes } = this;
    return (
      (boxes[4 * index] ?? 0) <= area.right &&
      (boxes[4 * index + 2] ?? 0) >= area.left &&
      (boxes[4 * index + 1] ?? 0) <= area.bottom &&
      (boxes[4 * index + 3] ?? 0) >= area.top
    );
  }
  #boxOf(index: number): [number, number, number, number] {
    const [first, end] = figureOf(this.group, index);
    const { places } = this;
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = first; i < end; i++) {
      const [x, y] = [places[2 * i] ?? 0, places[2 * i + 1] ?? 0];
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
    return [left, top, right, bottom];
  }
  /** By counting: each square's number first, then its annotations. */
  #sort(): void {
    const { count } = this.group;
    const { boxes } = this;
    let [right, bottom] = [-Infinity, -Infinity];
    [this.#left, this.#top] = [Infinity, Infinity];
    for (let i = 0; i < count; i++) {
      this.#left = Math.min(this.#left, boxes[4 * i] ?? 0);
      this.#top = Math.min(this.#top, boxes[4 * i + 1] ?? 0);
      right = Math.max(right, boxes[4 * i + 2] ?? 0);
      bottom = Math.max(bottom, boxes[4 * i + 3] ?? 0);
    }
    if (count === 0) return;
    const [width, height] = [right - this.#left, bottom - this.#top];
    const squares = Math.min(MOST_SQUARES, Math.ceil(Math.sqrt(count / PER_SQUARE)));
    this.#side = Math.max(width, height, 1e-6) / squares;
    this.#across = Math.min(squares, Math.floor(width / this.#side) + 1);
    this.#down = Math.min(squares, Math.floor(height / this.#side) + 1);
    const squareOf = new Uint32Array(count);
    const counts = new Uint32Array(this.#across * this.#down + 1);
    for (let i = 0; i < count; i++) {
      const [l, t] = [boxes[4 * i] ?? 0, boxes[4 * i + 1] ?? 0];
      const [r, b] = [boxes[4 * i + 2] ?? 0, boxes[4 * i + 3] ?? 0];
      if (r - l > this.#side || b - t > this.#side) {
        this.#large.push(i);
        squareOf[i] = counts.length; // of none
        continue;
      }
      const x = Math.min(this.#across - 1, Math.floor(((l + r) / 2 - this.#left) / this.#side));
      const y = Math.min(this.#down - 1, Math.floor(((t + b) / 2 - this.#top) / this.#side));
      const square = Math.max(0, y) * this.#across + Math.max(0, x);
      squareOf[i] = square;
      counts[square + 1] = (counts[square + 1] ?? 0) + 1;
    }
    for (let s = 1; s < counts.length; s++) counts[s] = (counts[s] ?? 0) + (counts[s - 1] ?? 0);
    this.#firsts = counts;
    this.#order = new Uint32Array(count - this.#large.length);
    const next = counts.slice();
    for (let i = 0; i < count; i++) {
      const square = squareOf[i] ?? 0;
      if (square >= counts.length) continue;
      const at = next[square] ?? 0;
      this.#order[at] = i;
      next[square] = at + 1;
    }
  }
}
