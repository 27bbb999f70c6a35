import { expect, test } from "vitest";
import {
  blockBytes,
  coarseLevel,
  fullLevel,
  hasLevels,
  prefixBytes,
  screenLevel,
} from "../../../web/tiles/levels.ts";
import { buildManifest, type SeriesOptions } from "../manifest_builder.ts";

function frame(options: SeriesOptions) {
  const first = buildManifest([options]).frames[0];
  if (first === undefined) throw new Error("no frame");
  return first;
}
const ct = frame({ rows: 512, cols: 512, ends: [10, 20, 30, 40, 50] });

test.each([
  [4, 4],
  [1, 4],
  [0.75, 4],
  [0.5, 3],
  [0.49, 3],
  [0.26, 3],
  [0.25, 2],
  [0.125, 1],
  [0.0625, 0],
  [0.001, 0],
])("zoom %f needs level %i of 0…4", (zoom, level) => {
  expect(screenLevel(ct, zoom)).toBe(level);
});
test("means of places in a table of colours are other colours: no less than all of them", () => {
  const lut = { first: 0, bits: 8, entries: Uint16Array.of(0, 255), explanation: "" };
  const palette = frame({ ends: [10, 20, 30], instance: { palette: [lut, lut, lut] } });
  expect(screenLevel(palette, 0.25)).toBe(2);
});
test("the coarse level is 1/8, or the coarsest there is", () => {
  expect(coarseLevel(ct)).toBe(1);
  expect(coarseLevel(frame({ ends: [10, 20] }))).toBe(0);
});
test("a stream of one level is not cut", () => {
  const jpeg = frame({ ends: [5000], stream: { encoding: 5 } });
  expect([fullLevel(jpeg), coarseLevel(jpeg), screenLevel(jpeg, 0.1), hasLevels(jpeg)]).toEqual([
    0,
    0,
    0,
    false,
  ]);
});
test("a frame without a stream has no level", () => {
  const none = frame({ stream: null });
  expect([fullLevel(none), screenLevel(none, 1), prefixBytes(none, 0)]).toEqual([-1, -1, 0]);
});
test("block sizes round up at each halving", () => {
  const odd = frame({ rows: 513, cols: 100, ends: [1, 2, 3] });
  expect(blockBytes(odd, 2)).toBe(513 * 100 * 2);
  expect(blockBytes(odd, 1)).toBe(257 * 50 * 2);
  expect(blockBytes(odd, 0)).toBe(129 * 25 * 2);
  expect(prefixBytes(odd, 1)).toBe(2);
  expect(prefixBytes(odd, -1)).toBe(0);
});
