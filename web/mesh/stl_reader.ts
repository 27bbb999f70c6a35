import { SlError } from "../shared/errc.ts";
import { GrowingFloats, MAX_TRIANGLES, meshOf, type Mesh } from "./mesh.ts";

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
  const positions = new GrowingFloats();
  for (let found = corner.exec(text); found !== null; found = corner.exec(text)) {
    if (positions.length >= 9 * MAX_TRIANGLES)
      throw new SlError("limit_exceeded", "the model has too many triangles");
    const [, x, y, z] = found.map(Number);
    positions.add(x ?? NaN, y ?? NaN, z ?? NaN);
  }
  if (positions.length % 9 !== 0)
    throw new SlError("corrupt", "a triangle of the model is not whole");
  return positions.values;
}
