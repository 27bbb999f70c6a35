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
const HEAD_BYTES = 84;
const TRIANGLE_BYTES = 50;

/** Reads an STL file, binary or text. Throws SlError: corrupt, limit_exceeded. */
export function readStl(bytes: Uint8Array): Mesh {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stated = bytes.length >= HEAD_BYTES ? view.getUint32(80, true) : -1;
  const needed = HEAD_BYTES + stated * TRIANGLE_BYTES;
  // binary files may begin with "solid", too: their length tells them apart; padding may follow
  const isBinary = stated >= 0 && needed <= bytes.length && bytes.length - needed < 4;
  if (isBinary) return meshOf(readBinary(view, stated));
  if (startsWithSolid(bytes)) return meshOf(readText(bytes));
  throw new SlError("corrupt", "it is no STL file, or ends early");
}
function startsWithSolid(bytes: Uint8Array): boolean {
  return /^\s*solid\b/.test(new TextDecoder().decode(bytes.subarray(0, 80)));
}
function readBinary(view: DataView, triangles: number): Float32Array<ArrayBuffer> {
  if (triangles > MAX_TRIANGLES)
    throw new SlError("limit_exceeded", "the model has too many triangles");
  const positions = new Float32Array(9 * triangles);
  for (let triangle = 0, to = 0; triangle < triangles; triangle++) {
    const from = HEAD_BYTES + triangle * TRIANGLE_BYTES + 12; // behind the normal
    for (let i = 0; i < 9; i++) positions[to++] = view.getFloat32(from + 4 * i, true);
  }
  return positions;
}
function readText(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const text = new TextDecoder("latin1").decode(bytes);
  const corner = /\bvertex\s+(\S+)\s+(\S+)\s+(\S+)/g;
  let positions = new Float32Array(9 * 1024);
  let length = 0;
  for (let found = corner.exec(text); found !== null; found = corner.exec(text)) {
    if (length >= 9 * MAX_TRIANGLES)
      throw new SlError("limit_exceeded", "the model has too many triangles");
    if (length + 3 > positions.length) {
      const larger = new Float32Array(2 * positions.length);
      larger.set(positions);
      positions = larger;
    }
    for (const number of found.slice(1)) positions[length++] = Number(number);
  }
  if (length % 9 !== 0) throw new SlError("corrupt", "a triangle of the model is not whole");
  return positions.slice(0, length);
}
function meshOf(positions: Float32Array<ArrayBuffer>): Mesh {
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
