import { describe, expect, it } from "vitest";
import { parseSlide } from "../../../web/source/slide_json.ts";

const full = { cols: 40, rows: 20, paths: [["1", "DAPI"]] };
/** What tests/wire/manifest_test.cpp expects of the server. */
const sparse = { ...full, planes: 2, tiles: "AQAAAAEAAAD+////AwAAAA==", layers: "AAAAAQ==" };

describe("the matrix of a slide", () => {
  it("is read as it is written", () => {
    expect(parseSlide({ ...full, concatenation: "1.2.5", offset: 4 }, 2)).toMatchObject({
      cols: 40,
      rows: 20,
      planes: 1,
      paths: [{ identifier: "1", description: "DAPI" }],
      tiles: null,
      concatenation: "1.2.5",
      offset: 4,
    });
    const { tiles, layers } = parseSlide(sparse, 2);
    expect([...(tiles ?? [])]).toEqual([1, 1, -2, 3]);
    expect([...(layers ?? [])]).toEqual([0, 0, 0, 1]);
  });
  it.each([
    ["no size", { ...full, cols: 0 }],
    ["a size that no file can state", { ...full, rows: 2 ** 31 }],
    ["no paths", { ...full, paths: [] }],
    ["a plane that there is not", { ...sparse, planes: 1 }],
    ["places of other frames", { ...sparse, tiles: "AQAAAAEAAAA=" }],
    ["too many planes", { ...full, planes: 257 }],
    ["no volume", { ...full, volume: [0, 1] }],
  ])("is refused with %s", (_what, json) => {
    expect(() => parseSlide(json, 2)).toThrow("corrupt");
  });
});
