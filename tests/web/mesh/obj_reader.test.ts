import { describe, expect, test } from "vitest";
import { readObj } from "../../../web/mesh/obj_reader.ts";

const read = (text: string): number[] => [...readObj(new TextEncoder().encode(text)).positions];
const VERTICES = "v 0 0 0\nv 4 0 0 1.0\nv 4 2 0\r\n  v\t0 2 0\n";

describe("an OBJ file", () => {
  test("has faces of vertices by number, from the first or back from the last, in any notation", () => {
    const triangle = [0, 0, 0, 4, 0, 0, 4, 2, 0];
    for (const face of [
      "f 1 2 3",
      "f 1/7 2/8 3/9",
      "f 1//1 2//1 3//1",
      "f -4 -3 -2",
      "f 1 \\\n2 3",
    ])
      expect(
        read(`# made\nmtllib a.mtl\no part\n${VERTICES}vn 0 0 1\nvt 0 0\nusemtl red\n${face}\n`),
      ).toEqual(triangle);
  });
  test("has polygons, drawn as fans", () => {
    expect(read(`${VERTICES}f 1 2 3 4`)).toEqual([
      0, 0, 0, 4, 0, 0, 4, 2, 0, 0, 0, 0, 4, 2, 0, 0, 2, 0,
    ]);
  });
  test.each([
    ["no face", VERTICES],
    ["a corner that is not there", `${VERTICES}f 1 2 5`],
    ["a corner before the first", `${VERTICES}f 1 2 -5`],
    ["a corner that is no number", `${VERTICES}f 1 2 x`],
    ["a vertex that is nowhere", "v 0 0 0\nv 1 0\nv 0 1 0\nf 1 2 3"],
    ["nothing", ""],
  ])("is refused with %s", (_, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: "corrupt" }));
  });
});
