import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeColorTable } from "../../../web/decode/color_table_maker.ts";
import { ColorProfiles } from "../../../web/layers/color_profiles.ts";
import type { ColorCorrection, ColorTable, ViewerController } from "../../../web/shared/api.ts";
import { SlError } from "../../../web/shared/errc.ts";
import type { FromColorWorker } from "../../../web/shared/messages.ts";
import { ColorTables } from "../../../web/view/color_tables.ts";
import { buildManifest } from "../manifest_builder.ts";

/** A worker that a test drives by hand. */
class FakeWorker {
  onmessage: ((event: { data: FromColorWorker }) => void) | null = null;
  onerror: ((event: { preventDefault(): void }) => void) | null = null;
  onmessageerror: (() => void) | null = null;
  readonly received: Uint8Array[] = [];
  isOver = false;
  postMessage(profile: Uint8Array): void {
    this.received.push(profile);
  }
  terminate(): void {
    this.isOver = true;
  }
  say(data: FromColorWorker): void {
    this.onmessage?.({ data });
  }
}
let workers: FakeWorker[] = [];
function startWorker(): Worker {
  workers.push(new FakeWorker());
  return workers.at(-1) as unknown as Worker;
}
function table(): ColorTable {
  return { curveEntries: 2, side: 2, curves: new Float32Array(6), light: new Float32Array(24) };
}
const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  workers = [];
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Two series of pictures in colour and one of grey; profiles by the hash of the instance. */
function setUp(profiles: Record<string, number[] | SlError | null>) {
  const color = { samples: 3, photometric: "RGB" } as const;
  const manifest = buildManifest([
    { instance: { ...color, hash: "a" } },
    { instance: { ...color, hash: "b" } },
    { instance: { hash: "grey" } },
  ]);
  const asked: string[] = [];
  let used: ColorCorrection | null = null;
  const viewer = {
    active: { useColors: (colors: ColorCorrection | null) => (used = colors), redraw: vi.fn() },
    layerSource: {
      profile: (hash: string) => {
        asked.push(hash);
        const profile = profiles[hash] ?? null;
        return profile instanceof SlError
          ? Promise.reject(profile)
          : Promise.resolve(profile === null ? null : new Uint8Array(profile));
      },
    },
  } as unknown as ViewerController;
  const colors = new ColorProfiles(viewer, startWorker);
  const [a, b, grey] = manifest.series.map((series) => series.frames[0]!);
  return { colors, asked, a: a!, b: b!, grey: grey!, used: () => used };
}

test("a picture asks once, and equal profiles are made into one table", async () => {
  const { colors, asked, a, b, used } = setUp({ a: [1, 2], b: [1, 2] });
  expect(used()).toBe(colors);
  expect(colors.of(a)).toBeNull();
  expect(colors.of(a)).toBeNull();
  expect(colors.of(b)).toBeNull();
  await settled();
  expect(asked).toEqual(["a", "b"]);
  expect(workers.length).toBe(1);
  workers[0]?.say({ type: "ready" });
  expect(workers[0]?.received).toEqual([new Uint8Array([1, 2])]);
  const made = table();
  workers[0]?.say({ type: "made", table: made, description: "Camera" });
  await settled();
  expect(colors.of(a)).toBe(made);
  expect(colors.of(b)).toBe(made);
  expect(colors.state(a)).toEqual({ kind: "applied", description: "Camera" });
  colors.toggle();
  expect(colors.of(a)).toBeNull();
  expect(colors.state(a)).toEqual({ kind: "off", description: "Camera" });
  expect(asked).toEqual(["a", "b"]);
  colors.dispose();
  expect(used()).toBeNull();
});

test("grey pictures have no colours, and are not asked about", async () => {
  const { colors, asked, grey } = setUp({ grey: [1] });
  expect(colors.of(grey)).toBeNull();
  await settled();
  expect(asked).toEqual([]);
  expect(colors.state(grey)).toBeNull();
});

test("until its own profile is here, a picture has that of its series' last one", async () => {
  const { colors, a } = setUp({ a: [1] });
  colors.of(a);
  await settled();
  const made = table();
  workers[0]?.say({ type: "made", table: made, description: "" });
  await settled();
  expect(colors.of(a)).toBe(made);
  const next = { ...a, instance: { ...a.instance, hash: "next" } };
  expect(colors.of(next)).toBe(made);
  await settled();
  expect(colors.of(next)).toBeNull(); // it has none
});

test("what cannot be had is told, and nothing is applied", async () => {
  const { colors, a, b } = setUp({ a: new SlError("unsupported", "CMYK"), b: [9] });
  colors.of(a);
  colors.of(b);
  await settled();
  expect(colors.of(a)).toBeNull();
  expect(colors.state(a)).toMatchObject({ kind: "failed", error: { code: "unsupported" } });
  workers[0]?.say({ type: "failed", code: "corrupt", detail: "tags" });
  await settled();
  expect(colors.state(b)).toMatchObject({ kind: "failed", error: { code: "corrupt" } });
});

test("a worker that takes too long, or fails, is ended", async () => {
  const slow = makeColorTable(startWorker, new Uint8Array([1]), 1000);
  const failing = makeColorTable(startWorker, new Uint8Array([1]));
  const outcomes = Promise.allSettled([slow, failing]);
  workers[1]?.onerror?.({ preventDefault: () => undefined });
  await vi.advanceTimersByTimeAsync(1000);
  for (const outcome of await outcomes)
    expect(outcome).toMatchObject({ status: "rejected", reason: { code: "module_died" } });
  expect(workers.map(({ isOver }) => isOver)).toEqual([true, true]);
});

test("few tables are on the GPU, the last used stays", () => {
  const alive = new Set<number>();
  let last = 0;
  const tables = new ColorTables({
    putColorTable: () => {
      alive.add(++last);
      return last;
    },
    dropColorTable: (id) => alive.delete(id),
  });
  const [one, two, three, four] = [table(), table(), table(), table()];
  expect(tables.use(null)).toBe(0);
  const first = tables.use(one);
  const second = tables.use(two);
  tables.use(three);
  expect(tables.use(one)).toBe(first);
  tables.use(four);
  expect(alive.has(second)).toBe(false);
  expect(alive.has(first)).toBe(true);
  tables.clear();
  expect(alive.size).toBe(0);
});
