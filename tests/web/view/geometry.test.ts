import { describe, expect, test } from "vitest";
import {
  drawnSize,
  fitZoom,
  imageMatrix,
  pixelAspect,
  toImage,
  toViewport,
  zoomedAbout,
  type Placement,
} from "../../../web/view/geometry.ts";
import { buildManifest } from "../manifest_builder.ts";

const plain: Placement = {
  zoom: 1,
  pan: { x: 0, y: 0 },
  rotation: 0,
  flipHorizontal: false,
  flipVertical: false,
};
const shape = { rows: 4, cols: 6, pixelAspect: 1 };
const viewport = { width: 20, height: 10 };

test("at zoom 1 the top left corner is floor((viewport - size) / 2) + pan", () => {
  expect(toViewport({ row: 0, col: 0 }, shape, plain, viewport)).toEqual({ x: 7, y: 3 });
  expect(toViewport({ row: 0, col: 0 }, shape, plain, { width: 21, height: 9 })).toEqual({
    x: 7,
    y: 2,
  });
  expect(
    toViewport({ row: 0, col: 0 }, shape, { ...plain, pan: { x: 3, y: -2 } }, viewport),
  ).toEqual({ x: 10, y: 1 });
  expect(toViewport({ row: 0, col: 0 }, shape, plain, { width: 5, height: 3 })).toEqual({
    x: -1,
    y: -1,
  });
});
describe("the image's top left pixel corner, by hand", () => {
  test.each<[string, Partial<Placement>, { x: number; y: number }]>([
    ["unturned", {}, { x: 7, y: 3 }],
    ["flipped left to right", { flipHorizontal: true }, { x: 13, y: 3 }],
    ["flipped upside down", { flipVertical: true }, { x: 7, y: 7 }],
    ["turned clockwise", { rotation: 90 }, { x: 12, y: 2 }],
    ["turned by 180°", { rotation: 180 }, { x: 13, y: 7 }],
    ["turned counter-clockwise", { rotation: 270 }, { x: 8, y: 8 }],
    ["flipped, then turned clockwise", { flipHorizontal: true, rotation: 90 }, { x: 12, y: 8 }],
    ["twice as large", { zoom: 2 }, { x: 4, y: 1 }],
  ])("%s", (_name, change, expected) => {
    expect(toViewport({ row: 0, col: 0 }, shape, { ...plain, ...change }, viewport)).toEqual(
      expected,
    );
  });
});
test("rows are stretched by the pixel aspect, before the turn", () => {
  const tall = { rows: 4, cols: 6, pixelAspect: 2 };
  expect(drawnSize(tall, plain)).toEqual({ width: 6, height: 8 });
  expect(drawnSize(tall, { ...plain, rotation: 90 })).toEqual({ width: 8, height: 6 });
  expect(toViewport({ row: 4, col: 6 }, tall, plain, viewport)).toEqual({ x: 13, y: 9 });
});
test("toImage undoes toViewport for every turn and flip", () => {
  for (const rotation of [0, 90, 180, 270] as const) {
    for (const flipHorizontal of [false, true]) {
      for (const flipVertical of [false, true]) {
        const placement = {
          zoom: 1.37,
          pan: { x: 3.5, y: -8.25 },
          rotation,
          flipHorizontal,
          flipVertical,
        };
        const wide = { rows: 33, cols: 57, pixelAspect: 1.21 };
        const back = toImage(
          toViewport({ row: 4.25, col: 50.5 }, wide, placement, viewport),
          wide,
          placement,
          viewport,
        );
        expect(back.row).toBeCloseTo(4.25, 9);
        expect(back.col).toBeCloseTo(50.5, 9);
      }
    }
  }
});
test("fit shows all of the picture, turned or not", () => {
  expect(fitZoom(shape, 0, viewport)).toBe(2.5);
  expect(fitZoom(shape, 90, viewport)).toBeCloseTo(10 / 6, 12);
  expect(fitZoom({ ...shape, pixelAspect: 2 }, 0, viewport)).toBe(1.25);
});
test("zooming keeps the point under the pointer", () => {
  const placement = { ...plain, zoom: 2, pan: { x: 5, y: 1 }, rotation: 90 as const };
  const before = toImage({ x: 3, y: 7 }, shape, placement, viewport);
  const after = toImage(
    { x: 3, y: 7 },
    shape,
    { ...placement, ...zoomedAbout({ x: 3, y: 7 }, 3.3, shape, placement, viewport) },
    viewport,
  );
  expect(after.row).toBeCloseTo(before.row, 9);
  expect(after.col).toBeCloseTo(before.col, 9);
});
test("zooming to 1:1 lands on the pixel grid", () => {
  const { pan } = zoomedAbout(
    { x: 3.3, y: 7.7 },
    1,
    shape,
    { ...plain, zoom: 2.2, pan: { x: 0.4, y: 0.3 } },
    viewport,
  );
  expect([Number.isInteger(pan.x), Number.isInteger(pan.y)]).toEqual([true, true]);
});
test.each<[string, [number, number] | null, [number, number] | null, number]>([
  ["spacing", [2, 1], null, 2],
  ["Pixel Aspect Ratio where there is no spacing", null, [3, 2], 1.5],
  ["spacing before Pixel Aspect Ratio", [1, 1], [3, 2], 1],
  ["square where nothing is said", null, null, 1],
  ["square where what is said is impossible", [0, 1], null, 1],
])("the pixel aspect is that of the %s", (_name, spacing, ratio, expected) => {
  const frame = buildManifest([{ instance: { pixelAspectRatio: ratio } }]).frames[0];
  if (frame === undefined) throw new Error("no frame");
  expect(pixelAspect({ ...frame, geometry: { ...frame.geometry, spacing } })).toBe(expected);
});

test("the matrix maps as toViewport does, for every turn and mirror", () => {
  const shape = { rows: 7, cols: 5, pixelAspect: 1.5 };
  const viewport = { width: 101, height: 64 };
  for (const rotation of [0, 90, 180, 270] as const)
    for (const flipHorizontal of [false, true])
      for (const flipVertical of [false, true]) {
        const placement = {
          zoom: 3.25,
          pan: { x: 4, y: -9 },
          rotation,
          flipHorizontal,
          flipVertical,
        };
        const [a, b, c, d, e, f] = imageMatrix(shape, placement, viewport);
        for (const [row, col] of [
          [0, 0],
          [7, 5],
          [2.5, 4.5],
        ] as const) {
          const { x, y } = toViewport({ row, col }, shape, placement, viewport);
          expect(a * col + c * row + e).toBeCloseTo(x, 9);
          expect(b * col + d * row + f).toBeCloseTo(y, 9);
        }
      }
});
