// Digital subtraction in a real Chromium, and in the server's rendered pictures, against differences that numpy has worked out
// (subtraction_files.py): as the object says, as a presentation state says, and of a mask that the reader chooses.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { untilQuality, madeByPython } from "./harness.ts";
import { Stand } from "./stand.ts";
import { choose, openStudy } from "./local_hands.ts";

interface Shown {
  instance: string;
  levels: string;
  value: number;
}
type Name = "average" | "chosen" | "nudged" | "linear" | "interval" | "state";
interface Known extends Record<Name, Shown> {
  study: string;
  series: string;
  states: string;
  rows: number;
  cols: number;
}

const stand = new Stand();
const { server, folder } = stand;
const known = madeByPython("subtraction_files.py", folder) as Known;
let page: Page;
let problems: string[] = [];

beforeAll(async () => {
  ({ page, problems } = await stand.open(`/view/${known.study}`, {
    width: 900,
    height: 640,
  }));
  await page.locator("canvas.layer-canvas").waitFor({ state: "attached" });
});

async function show(on: Page, name: Name, frame: number): Promise<void> {
  await on.evaluate(
    async ({ study, instance, frame }) => {
      await window.sightline.open({ study, instance, frame });
      window.sightline
        .viewports()[0]
        ?.set({ zoom: 1, pan: { x: 0, y: 0 }, interpolation: "nearest" });
    },
    { study: known.study, instance: known[name].instance, frame },
  );
}
/** Grey levels of the picture's pixels, as they are drawn. */
async function drawn(on: Page): Promise<Uint8Array> {
  const base64 = await on.evaluate(
    ({ rows, cols }) => {
      const viewport = window.sightline.viewports()[0];
      if (!viewport) throw new Error("no viewport");
      const { width, height, data } = viewport.capture();
      const [left, top] = [Math.floor((width - cols) / 2), Math.floor((height - rows) / 2)];
      let text = "";
      for (let y = 0; y < rows; y++)
        for (let x = 0; x < cols; x++)
          text += String.fromCharCode(data[4 * ((top + y) * width + left + x)] ?? 0);
      return btoa(text);
    },
    { rows: known.rows, cols: known.cols },
  );
  return Buffer.from(base64, "base64");
}
function farthest(a: Uint8Array, name: Name): number {
  const b = Buffer.from(known[name].levels, "base64");
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? -1000))), 0);
}
/** The mark over the picture that says what is subtracted. */
async function untilMark(on: Page, text: RegExp): Promise<void> {
  await on.locator(".subtraction-mark", { hasText: text }).waitFor();
}
async function expectDrawn(on: Page, name: Name, mark: RegExp): Promise<void> {
  await untilMark(on, mark);
  await untilQuality(on, "lossless");
  expect(farthest(await drawn(on), name)).toBeLessThanOrEqual(1);
}

test("a run that says itself what its mask is offers it, and is drawn less the mean of its mask", async () => {
  await show(page, "average", 7);
  await untilMark(page, /^Subtract$/);
  await untilQuality(page, "lossless");
  const plain = await drawn(page);
  expect(farthest(plain, "average")).toBeGreaterThan(20);
  await page.locator(".subtraction-mark").click();
  await expectDrawn(page, "average", /^Subtracted, mask frames 1, 2$/);
  const value = await page.evaluate(() => window.sightline.viewports()[0]?.storedValue(40, 60));
  expect(value).toBe(known.average.value);
  // frame 11 is not in the range: it is shown as it is, and nothing says otherwise
  await show(page, "average", 11);
  await untilQuality(page, "lossless");
  expect(await page.locator(".subtraction-mark").count()).toBe(0);
  await show(page, "average", 7);
  await untilMark(page, /mask frames 1, 2$/);
  await page.keyboard.press("d");
  await untilMark(page, /^Subtract$/);
  expect(await drawn(page)).toEqual(plain);
});

test("the value under the pointer is said to be a difference", async () => {
  await page.keyboard.press("d");
  await untilMark(page, /^Subtracted/);
  await page.mouse.move(450, 320);
  await page.locator(".corner.bottomLeft", { hasText: "\u0394" }).waitFor();
  await page.keyboard.press("d");
  await untilMark(page, /^Subtract$/);
});

test("the reader makes any frame the mask, and moves it", async () => {
  await show(page, "chosen", 3);
  await page.keyboard.press("Shift+D");
  await untilMark(page, /mask frame 3$/);
  await show(page, "chosen", 7);
  await expectDrawn(page, "chosen", /^Subtracted, mask frame 3$/);
  await page.locator("[data-panel=layers]").first().click();
  await page.getByRole("button", { name: "Move the mask right" }).click();
  await untilMark(page, /moved →\s0\.5 px$/);
  await expect.poll(async () => farthest(await drawn(page), "nudged")).toBeLessThanOrEqual(1);
  await page.getByRole("button", { name: "Put the mask back" }).click();
  await page.keyboard.press("Escape");
  await expectDrawn(page, "chosen", /mask frame 3$/);
});

test("intensities are subtracted as logarithms, from the first frame where nothing is said", async () => {
  await show(page, "linear", 9);
  await expectDrawn(page, "linear", /^Subtracted, mask frame 1$/);
});

test("a mask in time, and the mean of what it is subtracted from", async () => {
  await show(page, "interval", 6);
  await expectDrawn(page, "interval", /^Subtracted, mask frame 4$/);
  await page.keyboard.press("d");
});

test("a presentation state's mask, its shift and its window, here and on the server", async () => {
  await show(page, "linear", 8);
  await page.locator("sl-presentation-mark button").click();
  await page.getByRole("radio", { name: /Late arterial phase/ }).click();
  await page.keyboard.press("Escape");
  await page.evaluate(() => {
    window.sightline
      .viewports()[0]
      ?.set({ zoom: 1, pan: { x: 0, y: 0 }, interpolation: "nearest" });
  });
  await expectDrawn(page, "state", /^Subtracted, mask frame 2 · moved ←\s1\.25 ↓\s0\.5 px$/);
  const path = `/dicom-web/studies/${known.study}/series/${known.states}/instances/${known.state.instance}/rendered`;
  const response = await fetch(server.origin + path, { headers: { accept: "image/png" } });
  expect(response.status).toBe(200);
  const { stdout } = spawnSync(
    "ffmpeg",
    ["-v", "error", "-i", "-", "-f", "rawvideo", "-pix_fmt", "gray", "-"],
    { input: Buffer.from(await response.arrayBuffer()), maxBuffer: 1 << 24 },
  );
  expect(farthest(stdout, "state")).toBeLessThanOrEqual(1);
  expect(problems).toEqual([]);
});

test("files of this computer are subtracted, too", async () => {
  const { page: local, problems: localProblems } = await stand.open("/", {
    width: 900,
    height: 640,
  });
  await choose(
    local,
    readdirSync(folder).map((name) => join(folder, name)),
  );
  await openStudy(local, known.study);
  await show(local, "average", 7);
  await untilMark(local, /^Subtract$/);
  await local.keyboard.press("d");
  await untilMark(local, /mask frames 1, 2$/);
  expect(farthest(await drawn(local), "average")).toBeLessThanOrEqual(1);
  expect(localProblems).toEqual([]);
  await local.context().close();
}, 60_000);
