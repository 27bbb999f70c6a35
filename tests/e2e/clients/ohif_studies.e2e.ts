// The prebuilt OHIF application on real studies: its list, its count of each series' images, and what it draws, against the
// tables of ../shared/dicom and against pydicom's pixels by the formulas of PS3.3 C.11 (../reference.py).
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Server, Store, launch, openPage, realDicom } from "../harness.ts";
import { OhifHost } from "./ohif_host.ts";
import { type DisplaySet, type Drawn, draw, openStudies } from "./ohif_viewer.ts";
import { type RealFile, readTable, roundsOf } from "./real_files.ts";

/** Files of ../shared/dicom, and how many of each series are taken. */
const TAKEN: readonly [path: RegExp, most: number][] = [
  [/^pet-ct\/acrin-nsclc-042\//, 8],
  [/^mr-multi\/brain-sella\//, 8],
  [/^ct-series\/ge-head-gantry-tilt\//, 10],
  [/^enhanced-multiframe\/(IMAGES\/BRMULTI|6_1\.dcm)$/, 1],
  [/^us-cine\/(IM00001\.implicit_little_endian|Issue16)\.dcm$/, 1],
  [/^modality\/(xa|nm|dx)\//, 2],
];
/** What OHIF 3.13 draws in other ways than as a stack of pictures, or not at all, by Modality. */
const NO_STACK = ["PR", "RWV", "SEG", "SR"];
/** What it draws in another way than the data set says; that they are drawn is seen all the same. */
const OTHERWISE: readonly [name: RegExp, reason: string][] = [
  [/pt-1-pet-ac/, "scaled to SUV, black on white"],
  [
    /ct-1-scout/,
    "pixels are not square: it does not say where in the image a point of the canvas is",
  ],
];
/** Of 255, in the mean: it interpolates, and its pixels are not ours. Most series are at 0.3. */
const MOST_LEVELS = 2;

const real = realDicom();
const host = new OhifHost();
const store = new Store();
const out = mkdtempSync(join(tmpdir(), "sightline-ohif-"));
let server: Server;
let browser: Browser;
let page: Page;
let problems: string[];
let files: RealFile[] = [];
let sets: DisplaySet[] = [];
/** MANIFEST.tsv by path */
let table = new Map<string, Record<string, string>>();
const rowOf = (file: RealFile) => table.get(file.name) ?? {};

/** At most so many of each series, in the order of their names. */
function choose(all: readonly RealFile[]): RealFile[] {
  const taken = new Map<string, number>();
  return all.filter(({ name, uids }) => {
    const most = TAKEN.find(([path]) => path.test(name))?.[1] ?? 0;
    const count = taken.get(uids[1]) ?? 0;
    if (count >= most) return false;
    taken.set(uids[1], count + 1);
    return true;
  });
}

beforeAll(async () => {
  if (real === null) return;
  table = new Map(readTable(join(real, "MANIFEST.tsv")).map((row) => [row["path"] ?? "", row]));
  const [first = []] = await roundsOf(real);
  files = choose(first);
  store.run("import", ...files.map(({ path }) => path));
  await host.start();
  server = new Server(store, ["--cors-origin", host.origin]);
  await server.start();
  host.serviceUri = `${server.origin}/dicom-web`;
  browser = await launch();
  ({ page, problems } = await openPage(browser, `${host.origin}/`));
});
afterAll(async () => {
  if (real === null) return;
  await browser.close();
  await server.stop();
  host.stop();
  store.dispose();
  rmSync(out, { recursive: true, force: true });
});

const studies = () => [...new Set(files.map(({ uids }) => uids[0]))];

test.skipIf(real === null)("its list has every study", async () => {
  await page
    .getByText(`of ${String(studies().length)}`)
    .first()
    .waitFor({ timeout: 60_000 });
  expect(problems).toEqual([]);
});

test.skipIf(real === null)("its viewer counts the images that each series has", async () => {
  const series = new Set(files.map(({ uids }) => uids[1]));
  sets = await openStudies(page, host.origin, studies(), series.size);
  const expected = new Map<string, number>();
  const others = new Set<string>();
  for (const file of files) {
    const { modality = "", rows = "", frames = "1" } = rowOf(file);
    if (NO_STACK.includes(modality)) others.add(modality);
    else if (rows !== "")
      expected.set(file.uids[1], (expected.get(file.uids[1]) ?? 0) + Number(frames));
  }
  const counted = new Map<string, number>();
  for (const set of sets.filter(({ isStack }) => isStack))
    counted.set(set.series, (counted.get(set.series) ?? 0) + set.images);
  expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(expected));
  const without = new Set(sets.filter(({ isStack }) => !isStack).map(({ modality }) => modality));
  expect([...without].sort()).toEqual([...others].sort());
});

interface Judged {
  path: string;
  error?: string;
  rows: number;
  cols: number;
  looks: { file: string }[];
}
/** The window that has these ends. PS3.3 C.11.2.1.2.1. */
function windowOf({ range }: Drawn): [number, number, string][] {
  if (range === null) return [];
  return [[(range.lower + range.upper + 1) / 2, range.upper - range.lower + 1, "LINEAR"]];
}
/** By how many grey levels, in the mean, what was drawn is off what should have been, at the points that lie well inside of the
 *  image. isTurned: black and white, against what the data set says. */
function compare(
  drawn: Drawn,
  judged: Judged,
  isTurned: boolean,
): { points: number; levels: number } {
  const { rows, cols, looks } = judged;
  const expected = readFileSync(join(out, looks[0]?.file ?? ""));
  const at = (row: number, col: number, k: number) => expected[(row * cols + col) * 3 + k] ?? 0;
  let points = 0;
  let sum = 0;
  for (const [x, y, ...color] of drawn.points) {
    const [left, top] = [Math.floor(x - 0.5), Math.floor(y - 0.5)];
    if (left < 1 || top < 1 || left > cols - 3 || top > rows - 3) continue;
    const [dx, dy] = [x - 0.5 - left, y - 0.5 - top];
    color.forEach((value, k) => {
      const upper = at(top, left, k) * (1 - dx) + at(top, left + 1, k) * dx;
      const lower = at(top + 1, left, k) * (1 - dx) + at(top + 1, left + 1, k) * dx;
      const wanted = upper * (1 - dy) + lower * dy;
      sum += Math.abs((isTurned ? 255 - wanted : wanted) - value) / 3;
    });
    points += 1;
  }
  return { points, levels: sum / Math.max(points, 1) };
}

test.skipIf(real === null)(
  "what it draws of each series is what pydicom's pixels are",
  async () => {
    const drawings: { drawn: Drawn; set: DisplaySet; file: RealFile; frame: number }[] = [];
    const seen = new Set<string>();
    for (const set of sets) {
      if (!set.isStack || seen.has(set.series)) continue;
      seen.add(set.series);
      const drawn = await draw(page, set);
      const [, instance, frame] = /\/instances\/([^/]+)\/frames\/(\d+)/.exec(drawn.imageId) ?? [];
      const file = files.find(({ uids }) => uids[2] === instance);
      if (file === undefined) throw new Error(`${drawn.imageId} is none of ours`);
      drawings.push({ drawn, set, file, frame: Number(frame) });
    }
    const jobs = drawings.map(({ drawn, file, frame }) => ({
      path: file.path,
      frames: [frame],
      windows: windowOf(drawn),
    }));
    const script = join(import.meta.dirname, "../reference.py");
    const { stdout } = spawnSync("/usr/bin/python3", [script], {
      input: JSON.stringify({ out, files: jobs }),
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    const judged = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Judged);
    const off: string[] = [];
    let compared = 0;
    drawings.forEach(({ drawn, file }, i) => {
      if (OTHERWISE.some(([name]) => name.test(file.name))) return;
      const result = judged[i];
      if (result === undefined || result.error !== undefined)
        throw new Error(`${file.name}: ${result?.error ?? "not judged"}`);
      const isTurned = drawn.isInverted !== (rowOf(file)["photometric"] === "MONOCHROME1");
      const { points, levels } = compare(drawn, result, isTurned);
      expect(points, file.name).toBeGreaterThan(500);
      if (levels > MOST_LEVELS) off.push(`${file.name}: ${levels.toFixed(2)}`);
      compared += 1;
    });
    expect(off).toEqual([]);
    expect(compared).toBeGreaterThan(9);
  },
);
