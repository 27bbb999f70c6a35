import { describe, expect, test } from "vitest";
import type { Manifest } from "../../../web/shared/manifest.ts";
import { planTiles, type PlanInput, type PlannedViewport } from "../../../web/tiles/tile_plan.ts";
import { buildManifest } from "../manifest_builder.ts";

const ENDS = [10, 20, 60, 200, 800]; // levels 0…4; 1/8 is level 1
const GIB = 1024 ** 3;

function stack(frames: number): Manifest {
  return buildManifest([{ frames, ends: ENDS }]);
}
function look(manifest: Manifest, view: Partial<PlannedViewport>, rest: Partial<PlanInput> = {}) {
  const frames = manifest.series[0]?.frames ?? [];
  return planTiles({
    viewports: [{ frames, current: 0, direction: 0, zoom: 1, needFull: false, ...view }],
    otherSeries: [],
    heldLevel: () => -1,
    isUnavailable: () => false,
    budgetBytes: GIB,
    maxEntries: 100_000,
    ...rest,
  });
}
const spell = (list: ReturnType<typeof look>) =>
  list.map((want) => `${String(want.frame)}:${String(want.firstLevel)}-${String(want.lastLevel)}`);

test("first the shown picture: coarse levels together, then step by step up to the screen's scale", () => {
  expect(spell(look(stack(1), { zoom: 0.5 })).slice(0, 3)).toEqual(["0:0-1", "0:2-2", "0:3-3"]);
});
test("then the whole stack at 1/8, middle out", () => {
  const list = spell(look(stack(5), { current: 2, zoom: 0.25 }));
  expect(list.slice(0, 2)).toEqual(["2:0-1", "2:2-2"]);
  expect(list.slice(2, 6)).toEqual(["3:0-1", "1:0-1", "4:0-1", "0:0-1"]);
});
test("then 8 neighbours on both sides at the screen's scale, and only then the rest", () => {
  const list = look(stack(40), { current: 20, zoom: 0.5 });
  const screen = list
    .filter((want) => want.lastLevel === 3 && want.firstLevel === 2)
    .map((want) => want.frame);
  expect(screen.slice(0, 16).sort((a, b) => a - b)).toEqual([
    12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 23, 24, 25, 26, 27, 28,
  ]);
  const firstQuarter = list.findIndex(
    (want) => want.firstLevel === 2 && want.lastLevel === 2 && want.frame !== 20,
  );
  expect(firstQuarter).toBeGreaterThan(
    list.findIndex((want) => want.frame === 28 && want.lastLevel === 3),
  );
});
test("while scrolling, 12 ahead and 4 behind", () => {
  const list = look(stack(40), { current: 20, zoom: 0.5, direction: 1 });
  const near = list
    .filter((want) => want.lastLevel === 3 && want.firstLevel === 2)
    .map((want) => want.frame)
    .slice(0, 16);
  expect(near.sort((a, b) => a - b)).toEqual([
    16, 17, 18, 19, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
  ]);
});
test("then 1/4, 1/2 and full for the stack: it ends lossless", () => {
  const list = look(stack(3), { current: 1, zoom: 0.25 });
  expect(spell(list).slice(-6)).toEqual(["1:3-3", "2:3-3", "0:3-3", "1:4-4", "2:4-4", "0:4-4"]);
  for (const frame of [0, 1, 2]) {
    const levels = list
      .filter((want) => want.frame === frame)
      .flatMap((want) => [want.firstLevel, want.lastLevel]);
    expect([Math.min(...levels), Math.max(...levels)]).toEqual([0, 4]);
  }
});
test("every level of every frame is asked for exactly once", () => {
  const list = look(stack(30), { current: 7, zoom: 0.5, direction: -1 });
  const asked = list.flatMap((want) => {
    const levels: string[] = [];
    for (let level = want.firstLevel; level <= want.lastLevel; level++)
      levels.push(`${String(want.frame)}/${String(level)}`);
    return levels;
  });
  expect(new Set(asked).size).toBe(asked.length);
  expect(asked.length).toBe(30 * ENDS.length);
});
test("what is held is not asked for again", () => {
  const list = look(
    stack(3),
    { current: 1, zoom: 1 },
    { heldLevel: (frame) => (frame === 1 ? 4 : 1) },
  );
  expect(list.some((want) => want.frame === 1)).toBe(false);
  expect(list.every((want) => want.firstLevel >= 2)).toBe(true);
});
test("what failed is not asked for", () => {
  expect(
    look(stack(3), { current: 1 }, { isUnavailable: (frame) => frame === 1 }).some(
      (want) => want.frame === 1,
    ),
  ).toBe(false);
});
test("needFull: the full level of the shown picture comes before everything else", () => {
  const list = look(stack(9), { current: 4, zoom: 0.125, needFull: true });
  expect(spell(list).slice(0, 4)).toEqual(["4:0-1", "4:2-2", "4:3-3", "4:4-4"]);
});
test("the plan stays within the memory, but what is on screen is always wanted", () => {
  const block = 512 * 512 * 2;
  const full = (list: ReturnType<typeof look>) =>
    list.filter((want) => want.lastLevel === 4).length;
  const list = look(stack(100), { current: 50 }, { budgetBytes: 20 * block });
  expect(full(list)).toBeGreaterThan(5);
  expect(full(list)).toBeLessThan(20);
  expect(list.filter((want) => want.firstLevel === 0).length).toBe(100); // coarse ones are small enough for all
  expect(full(look(stack(100), { current: 50 }, { budgetBytes: 1 }))).toBe(1);
});
test("other series come last, coarse, from their middle", () => {
  const manifest = buildManifest([
    { frames: 2, ends: ENDS },
    { frames: 3, ends: ENDS },
  ]);
  const list = look(manifest, {}, { otherSeries: [manifest.series[1]?.frames ?? []] });
  expect(spell(list).slice(-3)).toEqual(["3:0-1", "4:0-1", "2:0-1"]);
});
test("a second viewport's picture comes before the first one's stack", () => {
  const manifest = buildManifest([
    { frames: 4, ends: ENDS },
    { frames: 4, ends: ENDS },
  ]);
  const view = (series: number, current: number): PlannedViewport => ({
    frames: manifest.series[series]?.frames ?? [],
    current,
    direction: 0,
    zoom: 0.25,
    needFull: false,
  });
  const list = spell(look(manifest, {}, { viewports: [view(0, 0), view(1, 2)] }));
  expect(list.slice(0, 4)).toEqual(["0:0-1", "0:2-2", "6:0-1", "6:2-2"]);
  expect(list.indexOf("1:0-1")).toBeLessThan(list.indexOf("5:0-1"));
});
describe("streams of one level", () => {
  const manifest = buildManifest([
    { frames: 40, ends: [5000], digest: null, stream: { encoding: 5 } },
  ]);
  test("are no coarse pass: the shown one, its neighbours, then the rest", () => {
    const list = look(manifest, { current: 20 }).map((want) => want.frame);
    expect(list[0]).toBe(20);
    expect(list.slice(1, 17).sort((a, b) => a - b)).toEqual([
      12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 23, 24, 25, 26, 27, 28,
    ]);
    expect(list.length).toBe(40);
  });
});
test("of a slide the tiles that it names, whole and in their order, and nothing of the stack", () => {
  const manifest = stack(6);
  const tiles = [4, 1, 2].flatMap((id) => manifest.frames[id] ?? []);
  const held = (frame: number): number => (frame === 2 ? 4 : -1);
  expect(spell(look(manifest, { tiles }, { heldLevel: held }))).toEqual(["4:0-4", "1:0-4"]);
});
