import { SlError } from "../shared/errc.ts";
import { GrowingFloats, MAX_TRIANGLES, meshOf, type Mesh } from "./mesh.ts";

const MAX_VERTICES = 3 * MAX_TRIANGLES;

/** Reads a Wavefront OBJ file: its vertices and faces; what else it says (materials, textures, curves) is not drawn. Throws SlError:
 *  corrupt, limit_exceeded. */
export function readObj(bytes: Uint8Array): Mesh {
  const text = new TextDecoder("latin1").decode(bytes).replace(/\\\r?\n/g, " ");
  const vertices = new GrowingFloats();
  const corners = new GrowingFloats();
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    const stop = end < 0 ? text.length : end;
    const [keyword, ...words] = text.slice(start, stop).trim().split(/\s+/);
    if (keyword === "v") addVertex(words, vertices);
    else if (keyword === "f") addFace(words, vertices, corners);
    start = stop + 1;
  }
  return meshOf(corners.values);
}
function addVertex(words: readonly string[], vertices: GrowingFloats): void {
  if (vertices.length >= 3 * MAX_VERTICES)
    throw new SlError("limit_exceeded", "the model has too many vertices");
  const [x = NaN, y = NaN, z = NaN] = words.map(Number);
  vertices.add(x, y, z);
}
/** A polygon, as a fan of triangles. Numbers count vertices from 1, negative ones from the last; texture and normal follow "/". */
function addFace(words: readonly string[], vertices: GrowingFloats, corners: GrowingFloats): void {
  const count = vertices.length / 3;
  const indices = words.map((word) => {
    const number = Number.parseInt(word, 10);
    const index = number < 0 ? count + number : number - 1;
    if (!(index >= 0 && index < count))
      throw new SlError("corrupt", "a face of the model has a corner that is not there");
    return index;
  });
  const [first] = indices;
  for (let at = 1; first !== undefined && at + 1 < indices.length; at++) {
    if (corners.length >= 9 * MAX_TRIANGLES)
      throw new SlError("limit_exceeded", "the model has too many triangles");
    for (const index of [first, indices[at] ?? first, indices[at + 1] ?? first])
      corners.add(vertices.at(3 * index), vertices.at(3 * index + 1), vertices.at(3 * index + 2));
  }
}
