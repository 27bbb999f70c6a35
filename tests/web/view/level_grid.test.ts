import { expect, test } from "vitest";
import { regionOf, tilesIn } from "../../../web/view/level_grid.ts";

const shape = { rows: 3001, cols: 2003, pixelAspect: 1 };
const all = { left: -50, top: -50, right: 5000, bottom: 5000 };

test.each([0, 1, 2])("tiles cover the picture once, without %i resolutions", (discard) => {
  const tiles = tilesIn(shape, discard, all);
  const area = tiles.reduce(
    (sum, { area: { left, right, top, bottom } }) => sum + (right - left) * (bottom - top),
    0,
  );
  expect(area).toBe(shape.rows * shape.cols);
  const scale = 2 ** discard;
  for (const { area: shown, region } of tiles) {
    // two samples beyond what is shown, where the level has them: no texture is larger than 512
    expect(region.x).toBe(Math.max(0, shown.left / scale - 2));
    expect(region.y).toBe(Math.max(0, shown.top / scale - 2));
    expect(region.x + region.cols).toBe(
      Math.min(Math.ceil(shape.cols / scale), Math.ceil(shown.right / scale) + 2),
    );
    expect(region.y + region.rows).toBe(
      Math.min(Math.ceil(shape.rows / scale), Math.ceil(shown.bottom / scale) + 2),
    );
    expect(Math.max(region.cols, region.rows)).toBeLessThanOrEqual(512);
  }
});
test("only tiles that are seen are there", () => {
  const tiles = tilesIn(shape, 0, { left: 507.5, top: 600, right: 1016, bottom: 1017 });
  expect(tiles.map(({ col, row }) => [col, row])).toEqual([
    [0, 1],
    [1, 1],
    [0, 2],
    [1, 2],
  ]);
  expect(regionOf(tiles)).toEqual({ x: 0, y: 506, cols: 1018, rows: 1020 });
  expect(tilesIn(shape, 0, { left: -9, top: -9, right: 0, bottom: 0 })).toEqual([]);
  expect(tilesIn(shape, 0, { left: 2003, top: 0, right: 2100, bottom: 10 })).toEqual([]);
});
