import { describe, expect, test } from "vitest";
import { FRONT, placement, turned } from "../../../web/mesh/mesh_camera.ts";
import { MAX_TRIANGLES, flatNormals } from "../../../web/mesh/mesh.ts";
import { readStl } from "../../../web/mesh/stl_reader.ts";

/** A binary file with these corners; `stated` triangles in its head. */
function binary(
  corners: readonly number[],
  stated = corners.length / 9,
  head = "solid of bytes",
): Uint8Array {
  const bytes = new Uint8Array(84 + (corners.length / 9) * 50);
  bytes.set(new TextEncoder().encode(head));
  const view = new DataView(bytes.buffer);
  view.setUint32(80, stated, true);
  corners.forEach((value, i) => {
    view.setFloat32(84 + Math.floor(i / 9) * 50 + 12 + (i % 9) * 4, value, true);
  });
  return bytes;
}
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const TRIANGLE = [0, 0, 0, 4, 0, 0, 0, 2, 0];

describe("an STL file", () => {
  test("is read in both forms", () => {
    const ascii =
      "solid x\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 4 0 0\nvertex 0 2e0 0\nendloop\nendfacet\nendsolid x\n";
    for (const bytes of [binary(TRIANGLE), text(ascii)]) {
      const mesh = readStl(bytes);
      expect([...mesh.positions]).toEqual(TRIANGLE);
      expect([mesh.triangles, mesh.center, mesh.radius]).toEqual([1, [2, 1, 0], Math.sqrt(5)]);
      expect([...flatNormals(mesh)]).toEqual([0, 0, 1, 0, 0, 1, 0, 0, 1]);
    }
  });
  test("may have padding behind it", () => {
    const bytes = new Uint8Array([...binary(TRIANGLE), 0]);
    expect(readStl(bytes).triangles).toBe(1);
  });
  test.each([
    ["nothing", new Uint8Array(0)],
    ["a head alone", binary([])],
    ["fewer triangles than stated", binary(TRIANGLE, 2, "x")],
    ["a number of triangles that no file holds", binary(TRIANGLE, 0xffffffff, "x")],
    ["corners at infinity", binary([Infinity, ...TRIANGLE.slice(1)])],
    ["a point", binary([1, 1, 1, 1, 1, 1, 1, 1, 1])],
    ["half a triangle of text", text("solid x vertex 0 0 0 vertex 1 0 0")],
    ["text that is no number", text("solid x vertex a b c vertex 1 0 0 vertex 0 1 0")],
    ["another file", text("%PDF-1.7")],
  ])("is refused: %s", (_name, bytes) => {
    expect(() => readStl(bytes)).toThrow(/corrupt/);
  });
  test("is refused when it is too large", () => {
    const bytes = new Uint8Array(84 + (MAX_TRIANGLES + 1) * 50);
    new DataView(bytes.buffer).setUint32(80, MAX_TRIANGLES + 1, true);
    expect(() => readStl(bytes)).toThrow(/limit_exceeded/);
  });
});

/** Where a point of the model is on screen, and how deep. */
function seen(matrix: readonly number[], [x, y, z]: readonly [number, number, number]): number[] {
  return [0, 1, 2].map(
    (row) => matrix[row]! * x + matrix[4 + row]! * y + matrix[8 + row]! * z + matrix[12 + row]!,
  );
}
describe("the view", () => {
  test("begins in front of the patient, head up, left on the right", () => {
    const matrix = placement(FRONT, [0, 0, 0], 1, 1);
    expect(seen(matrix, [1, 0, 0])[0]).toBeGreaterThan(0.9); // left of the patient
    expect(seen(matrix, [0, 0, 1])[1]).toBeGreaterThan(0.9); // head
    expect(seen(matrix, [0, -1, 0])[2]).toBeLessThan(-0.8); // front is near
  });
  test("turns as the hand does", () => {
    const matrix = placement(turned(FRONT, Math.PI / 2, 0), [0, 0, 0], 1, 1);
    expect(seen(matrix, [0, -1, 0])[0]).toBeGreaterThan(0.9); // what was near goes to the right
    const down = placement(turned(FRONT, 0, Math.PI / 2), [0, 0, 0], 1, 1);
    expect(seen(down, [0, -1, 0])[1]).toBeLessThan(-0.9);
  });
});
