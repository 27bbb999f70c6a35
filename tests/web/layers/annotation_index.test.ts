import { expect, test } from "vitest";
import { measuredValue, parseGroup } from "../../../web/layers/annotation_group.ts";
import { AnnotationIndex } from "../../../web/layers/annotation_index.ts";
import { SlError } from "../../../web/shared/errc.ts";

const base64 = (values: Float32Array | Uint32Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");

/** Squares of `side`, anywhere on a slide; every thousandth covers much of it. */
function squares(count: number): { group: ReturnType<typeof parseGroup>; boxes: number[][] } {
  let seed = 7;
  const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const boxes: number[][] = [];
  const points = new Float32Array(8 * count);
  for (let i = 0; i < count; i++) {
    const side = i % 1000 === 999 ? 20_000 : 10 + 20 * random();
    const [x, y] = [Math.fround(100_000 * random()), Math.fround(60_000 * random())];
    const [right, bottom] = [Math.fround(x + side), Math.fround(y + side)];
    points.set([x, y, right, y, right, bottom, x, bottom], 8 * i);
    boxes.push([x, y, right, bottom]);
  }
  const group = parseGroup({
    number: 1,
    dimension: 2,
    graphicType: "RECTANGLE",
    points: base64(points),
  });
  return { group, boxes };
}
const SAME = { col: [0, 1, 0], row: [0, 0, 1] } as const;

test("what touches an area is found, no more and no less than by asking each", () => {
  const { group, boxes } = squares(20_000);
  const index = new AnnotationIndex(group, SAME);
  for (const area of [
    { left: 0, top: 0, right: 200_000, bottom: 200_000 },
    { left: 40_000, top: 30_000, right: 41_000, bottom: 30_500 },
    { left: 99_000, top: 100, right: 130_000, bottom: 900 },
    { left: -500, top: -500, right: -1, bottom: -1 },
    { left: 50_000, top: 20_000, right: 50_000, bottom: 20_000 },
  ]) {
    const expected = boxes.flatMap(([l = 0, t = 0, r = 0, b = 0], i) =>
      l <= area.right && r >= area.left && t <= area.bottom && b >= area.top ? [i] : [],
    );
    expect([...index.within(area)].sort((a, b) => a - b)).toEqual(expected);
  }
});
test("a million: an area is found by looking at few, and from afar one stands for its square", () => {
  const { group } = squares(1_000_000);
  const index = new AnnotationIndex(group, SAME);
  const started = performance.now();
  const near = [...index.within({ left: 5000, top: 5000, right: 6000, bottom: 5600 })];
  expect(performance.now() - started).toBeLessThan(200);
  expect(near.length).toBeGreaterThan(50);
  expect(near.length).toBeLessThan(10_000);
  const whole = { left: 0, top: 0, right: 200_000, bottom: 200_000 };
  const afar = [...index.within(whole, 0.002)].length;
  expect(afar).toBeGreaterThan(1000);
  expect(afar).toBeLessThan(512 * 512 + 1001);
});
test("coordinates are moved and scaled to the picture's", () => {
  const points = base64(new Float32Array([1, 2, 3, 4]));
  const group = parseGroup({ number: 1, dimension: 2, graphicType: "POINT", points });
  const index = new AnnotationIndex(group, { col: [10, 4, 0], row: [20, 0, 2] });
  expect([...index.places]).toEqual([14, 24, 22, 28]);
  expect([...index.within({ left: 14, top: 24, right: 14, bottom: 24 })]).toEqual([0]);
});
test("values are of each annotation, or of those that are named", () => {
  const measured = (extra: object) =>
    parseGroup({
      number: 1,
      dimension: 2,
      graphicType: "POINT",
      points: base64(new Float32Array([1, 2, 3, 4])),
      measurements: [extra],
    }).measurements[0];
  const all = measured({ values: base64(new Float32Array([5, 6])) });
  const some = measured({
    values: base64(new Float32Array([7])),
    indexes: base64(new Uint32Array([1])),
  });
  expect([0, 1].map((i) => (all ? measuredValue(all, i) : -1))).toEqual([5, 6]);
  expect([0, 1].map((i) => (some ? measuredValue(some, i) : -1))).toEqual([null, 7]);
  expect(() => measured({ values: base64(new Float32Array([5])) })).toThrow(SlError);
});
test("what does not fit together is refused", () => {
  const points = base64(new Float32Array([0, 0, 1, 0, 1, 1]));
  const read = (extra: object) => () => parseGroup({ number: 1, dimension: 2, points, ...extra });
  const starts = (values: number[]): object => ({
    graphicType: "POLYGON",
    starts: base64(new Uint32Array(values)),
  });
  expect(read(starts([0, 2]))()).toMatchObject({ count: 2 });
  expect(read(starts([0, 3]))).toThrow(SlError);
  expect(read(starts([0, 2, 1]))).toThrow(SlError);
  expect(read({ graphicType: "RECTANGLE" })).toThrow(SlError);
  expect(read({ graphicType: "CIRCLE" })).toThrow(SlError);
  expect(read({ graphicType: "POINT", points: "AAAA" })).toThrow(SlError);
  const nowhere = base64(new Float32Array([NaN, 1]));
  expect(read({ graphicType: "POINT", points: nowhere })).toThrow(SlError);
});
