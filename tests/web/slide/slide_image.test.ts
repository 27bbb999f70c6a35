import { describe, expect, it } from "vitest";
import { gridOf, slideImages, type TileGrid } from "../../../web/slide/slide_image.ts";
import { slideManifest, type SlideOptions } from "./slide_manifest.ts";

function gridsOf(options: readonly SlideOptions[], path = 0, plane = 0): TileGrid[] {
  const instances = slideManifest(options).series.flatMap((series) => series.instances);
  return slideImages(instances).map((image) => gridOf(image, path, plane));
}
function gridFor(options: readonly SlideOptions[], path = 0, plane = 0): TileGrid {
  const [grid] = gridsOf(options, path, plane);
  if (grid === undefined) throw new Error("no grid");
  return grid;
}
const placed = (grid: TileGrid, left: number, top: number, right: number, bottom: number) =>
  grid
    .within({ left, top, right, bottom }, 100)
    ?.map(({ frame, col, row }) => [frame.frameNumber, col, row]) ?? null;

// PS3.3 C.7.6.17.3: along a row, then the rows, then the focal planes, then the optical paths
describe("frames of a whole grid", () => {
  const layered: SlideOptions = {
    frames: 48,
    slide: {
      planes: 2,
      paths: [
        { identifier: "1", description: "" },
        { identifier: "2", description: "" },
      ],
    },
  };

  it("lie row after row", () => {
    const grid = gridFor([{ frames: 12, slide: {} }]);
    expect(placed(grid, 256, 256, 768, 512)).toEqual([
      [6, 256, 256],
      [7, 512, 256],
    ]);
    expect(grid.count).toBe(12);
  });
  it("follow each other plane by plane, path by path", () => {
    expect(placed(gridFor([layered], 0, 1), 0, 0, 1, 1)).toEqual([[13, 0, 0]]);
    expect(placed(gridFor([layered], 1, 0), 0, 0, 1, 1)).toEqual([[25, 0, 0]]);
  });
  it("may be parts of a concatenation, in any order", () => {
    const part = (frames: number, offset: number): SlideOptions => ({
      frames,
      slide: { concatenation: "1.9", offset },
    });
    const grids = gridsOf([part(5, 7), part(7, 0)]);
    expect(grids).toHaveLength(1);
    expect(placed(grids[0] ?? gridFor([layered]), 512, 256, 1024, 512)).toEqual([
      [7, 512, 256],
      [1, 768, 256],
    ]);
  });
  // PS3.3 C.7.6.16.2.2.4: without (0020,9228) the parts follow each other by (0020,9162)
  it("of parts that do not say where they begin follow those of the part before", () => {
    const part = (frames: number, number: number, offset = 0): SlideOptions => ({
      frames,
      slide: { concatenation: "1.9", part: number, offset },
    });
    const whole = gridFor([part(4, 3), part(3, 2), part(5, 1)]);
    expect(placed(whole, 0, 0, 1024, 768)?.map(([frame]) => frame)).toEqual([
      ...[1, 2, 3, 4, 5],
      ...[1, 2, 3],
      ...[1, 2, 3, 4],
    ]);
    expect(placed(gridFor([part(2, 1), part(3, 3), part(3, 2, 5)]), 0, 512, 1024, 768)).toEqual([
      [1, 0, 512],
      [2, 256, 512],
      [3, 512, 512],
    ]);
  });
  it("of parts behind one that is missing are not shown, and it is named", () => {
    const part = (frames: number, number: number): SlideOptions => ({
      frames,
      slide: { concatenation: "1.9", part: number },
    });
    const { series } = slideManifest([part(5, 1), part(4, 3)]);
    const [image] = slideImages(series.flatMap(({ instances }) => instances));
    if (image === undefined) throw new Error("no image");
    expect(image.missingParts).toEqual([2]);
    expect(gridOf(image, 0, 0).count).toBe(5);
    expect(placed(gridOf(image, 0, 0), 0, 256, 1024, 768)).toEqual([[5, 0, 256]]);
  });
  it("are left out where the file has fewer than it says", () => {
    expect(placed(gridFor([{ frames: 2, slide: {} }]), 0, 0, 1024, 768)).toEqual([
      [1, 0, 0],
      [2, 256, 0],
    ]);
  });
  it("are told to be too many without being counted out", () => {
    const side = 2 ** 31 - 1;
    const grid = gridFor([{ frames: 1, slide: { cols: side, rows: side } }]);
    expect(grid.within({ left: 0, top: 0, right: side, bottom: side }, 512)).toBeNull();
    expect(placed(grid, 0, 0, 10, 10)).toEqual([[1, 0, 0]]);
    expect(placed(grid, -5000, -5000, -1, -1)).toEqual([]);
  });
});

describe("frames that say where they lie", () => {
  const sparse = (places: readonly number[], change: SlideOptions["slide"] = {}): SlideOptions => ({
    frames: places.length / 2,
    slide: { tiles: Int32Array.from(places), ...change },
  });

  it("are found wherever they touch, later ones over earlier ones", () => {
    const grid = gridFor([sparse([301, 1, 1, 1, 101, 101])]);
    expect(placed(grid, 120, 120, 130, 130)).toEqual([
      [2, 0, 0],
      [3, 100, 100],
    ]);
    expect(placed(grid, 290, 0, 310, 5)).toEqual([[1, 300, 0]]);
  });
  it("reach in from outside, and are left out where they lie wholly outside or nowhere", () => {
    const grid = gridFor([sparse([-100, 1, -255, 1, 1025, 1, 1, 769, 0, 0, 1000, 700])]);
    expect(grid.count).toBe(2);
    expect(placed(grid, 0, 0, 1024, 768)).toEqual([
      [1, -101, 0],
      [6, 999, 699],
    ]);
  });
  it("may lie beside parts whose places are those of a whole grid", () => {
    const grid = gridFor([
      { frames: 2, slide: { concatenation: "1.9", part: 1 } },
      {
        frames: 1,
        slide: { concatenation: "1.9", part: 2, offset: 2, tiles: Int32Array.from([301, 301]) },
      },
    ]);
    expect(placed(grid, 0, 0, 1024, 768)).toEqual([
      [1, 0, 0],
      [2, 256, 0],
      [1, 300, 300],
    ]);
  });
  it("belong to their path and plane", () => {
    const layers = Uint8Array.from([0, 0, 0, 1]);
    const options = [sparse([1, 1, 1, 1], { planes: 2, layers })];
    expect(placed(gridFor(options, 0, 1), 0, 0, 9, 9)).toEqual([[2, 0, 0]]);
  });
  it("are searched by what is there, not by how large the matrix is said to be", () => {
    const side = 2 ** 31 - 1;
    const grid = gridFor([sparse([side - 10, side - 10], { cols: side, rows: side })]);
    expect(placed(grid, 0, 0, side, side)).toEqual([[1, side - 11, side - 11]]);
  });
});
