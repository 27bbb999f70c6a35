import { SlError } from "../shared/errc.ts";

/** A surface of triangles: nine coordinates each, and where it lies. */
export interface Mesh {
  readonly triangles: number;
  /** x, y, z of three corners each */
  readonly positions: Float32Array<ArrayBuffer>;
  readonly center: readonly [number, number, number];
  /** from the centre to the farthest corner */
  readonly radius: number;
}

/** 36 bytes of corners, and as many of normals, each. */
export const MAX_TRIANGLES = 2_000_000;

/** Coordinates of which nobody knows beforehand how many come. */
export class GrowingFloats {
  #held = new Float32Array(9 * 1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }
  get values(): Float32Array<ArrayBuffer> {
    return this.#held.slice(0, this.#length);
  }
  at(index: number): number {
    return index < this.#length ? (this.#held[index] ?? NaN) : NaN;
  }
  add(x: number, y: number, z: number): void {
    if (this.#length + 3 > this.#held.length) {
      const larger = new Float32Array(2 * this.#held.length);
      larger.set(this.#held);
      this.#held = larger;
    }
    this.#held[this.#length++] = x;
    this.#held[this.#length++] = y;
    this.#held[this.#length++] = z;
  }
}
/** Throws SlError: corrupt. */
export function meshOf(positions: Float32Array<ArrayBuffer>): Mesh {
  const triangles = positions.length / 9;
  if (triangles === 0) throw new SlError("corrupt", "the model has no triangles");
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < positions.length; i++) {
    const value = positions[i] ?? NaN;
    if (!Number.isFinite(value)) throw new SlError("corrupt", "a corner of the model lies nowhere");
    const axis = i % 3;
    if (value < (low[axis] ?? 0)) low[axis] = value;
    if (value > (high[axis] ?? 0)) high[axis] = value;
  }
  const middle = (axis: number): number => ((low[axis] ?? 0) + (high[axis] ?? 0)) / 2;
  const half = (axis: number): number => ((high[axis] ?? 0) - (low[axis] ?? 0)) / 2;
  const radius = Math.hypot(half(0), half(1), half(2));
  if (!(radius > 0) || !Number.isFinite(radius))
    throw new SlError("corrupt", "the model has no extent that can be drawn");
  return { triangles, positions, radius, center: [middle(0), middle(1), middle(2)] };
}

/** A unit vector for each corner, perpendicular to its triangle; files' own normals are often wrong. */
export function flatNormals({ positions }: Mesh): Float32Array<ArrayBuffer> {
  const normals = new Float32Array(positions.length);
  for (let at = 0; at < positions.length; at += 9) {
    const p = (i: number): number => positions[at + i] ?? 0;
    const [ax, ay, az] = [p(3) - p(0), p(4) - p(1), p(5) - p(2)];
    const [bx, by, bz] = [p(6) - p(0), p(7) - p(1), p(8) - p(2)];
    const [x, y, z] = [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
    const length = Math.hypot(x, y, z);
    const scale = length > 0 ? 1 / length : 0;
    for (let corner = 0; corner < 9; corner += 3)
      normals.set([x * scale, y * scale, z * scale], at + corner);
  }
  return normals;
}
