// What lies over the picture, in a real Chromium: overlays, shutters and presentation states that pydicom has written, compared
// pixel by pixel with where the formulas of the standard put them. Nothing of the viewer's own mapping is used here.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { ViewChange } from "../../web/shared/api.ts";
import { realDicom, untilQuality, madeByPython } from "./harness.ts";
import { Stand } from "./stand.ts";
import { choose, openStudy } from "./local_hands.ts";

interface Known {
  study: string;
  over: Picture & {
    graphics: string;
    roi: string;
    roiRows: number;
    roiCols: number;
    roiOrigin: [number, number];
  };
  cine: Picture & { frames: [string, string] };
  xa: Picture;
  gray: Picture & { values: number[] };
  turned: {
    line: number[];
    area: [number, number, number, number];
    center: number;
    width: number;
  };
  table: { steps: number[]; covered: string };
}
interface Picture {
  instance: string;
  rows: number;
  cols: number;
}

/** Small: every pixel is looked at. */
const VIEWPORT = { width: 800, height: 600 };

const real = realDicom();
const stand = new Stand({
  imported: (made) => [made, ...(real === null ? [] : [join(real, "sr-seg-rt-pr/roi-gsps-ko")])],
});
const { server, folder } = stand;
const known = madeByPython("layer_files.py", folder) as Known;
let page: Page;
let problems: string[] = [];

beforeAll(async () => {
  ({ page, problems } = await stand.open(`/view/${known.study}`, VIEWPORT));
  await page.waitForFunction(() => document.querySelector("canvas.layer-canvas") !== null);
});

/** Shows a picture of the study in full, with this view of it. */
async function show(on: Page, instance: string, frame: number, change: ViewChange): Promise<void> {
  await on.evaluate(
    async ({ study, instance, frame, change }) => {
      await window.sightline.open({ study, instance, frame });
      window.sightline.viewports()[0]?.set(change);
    },
    { study: known.study, instance, frame, change },
  );
  await untilQuality(on, "lossless");
}
interface Canvas {
  width: number;
  height: number;
  rgba: Uint8Array;
}
/** The canvas over the picture, drawn; ink: once something is on it (bits may still be on their way). */
async function layers(on: Page, ink: "ink" | "none" = "ink"): Promise<Canvas> {
  const { width, height, base64 } = await on.evaluate(async (isInked) => {
    const twoFrames = () =>
      new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const until = performance.now() + 10_000;
    for (;;) {
      await twoFrames();
      const canvas = document.querySelector<HTMLCanvasElement>("canvas.layer-canvas");
      const picture = document.querySelector<HTMLCanvasElement>("canvas.picture");
      if (!canvas || !picture) throw new Error("no canvas");
      const { width, height } = canvas.hidden ? picture : canvas;
      const context = canvas.hidden ? null : canvas.getContext("2d");
      const data = context?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
      if (isInked && !data.some((byte) => byte !== 0) && performance.now() < until) continue;
      const parts: string[] = [];
      for (let i = 0; i < data.length; i += 8192)
        parts.push(String.fromCharCode(...data.subarray(i, i + 8192)));
      return { width, height, base64: btoa(parts.join("")) };
    }
  }, ink === "ink");
  const rgba = Buffer.from(base64, "base64");
  return { width, height, rgba: rgba.length > 0 ? rgba : Buffer.alloc(4 * width * height) };
}
/** The picture beneath, without interpolation. */
async function pictureOf(on: Page): Promise<Canvas> {
  const { width, height, base64 } = await on.evaluate(() => {
    const viewport = window.sightline.viewports()[0];
    if (!viewport) throw new Error("no viewport");
    viewport.set({ interpolation: "nearest" });
    const { width, height, data } = viewport.capture();
    const parts: string[] = [];
    for (let i = 0; i < data.length; i += 8192)
      parts.push(String.fromCharCode(...data.subarray(i, i + 8192)));
    return { width, height, base64: btoa(parts.join("")) };
  });
  return { width, height, rgba: Buffer.from(base64, "base64") };
}
const bits = (base64: string): Buffer => Buffer.from(base64, "base64");

interface Turn {
  zoom: number;
  pan: { x: number; y: number };
  rotation: 0 | 90 | 180 | 270;
  flipHorizontal: boolean;
  flipVertical: boolean;
}
/** Row and column of the image under a device pixel: mirrored, scaled, turned clockwise, its top left corner on the grid. */
function imageAt(x: number, y: number, turn: Turn, size: Canvas, { rows, cols }: Picture) {
  const isAcross = turn.rotation === 90 || turn.rotation === 270;
  const [width, height] = [cols * turn.zoom, rows * turn.zoom];
  const [drawnWidth, drawnHeight] = isAcross ? [height, width] : [width, height];
  const left = Math.floor((size.width - drawnWidth) / 2) + turn.pan.x;
  const top = Math.floor((size.height - drawnHeight) / 2) + turn.pan.y;
  const [u, v] = [x + 0.5 - left, y + 0.5 - top];
  const [across, down] =
    turn.rotation === 0
      ? [u, v]
      : turn.rotation === 90
        ? [v, drawnWidth - u]
        : turn.rotation === 180
          ? [drawnWidth - u, drawnHeight - v]
          : [drawnHeight - v, u];
  const col = Math.floor(across / turn.zoom);
  const row = Math.floor(down / turn.zoom);
  return {
    row: turn.flipVertical ? rows - 1 - row : row,
    col: turn.flipHorizontal ? cols - 1 - col : col,
  };
}
function alphaAt({ width, rgba }: Canvas, x: number, y: number): number {
  return rgba[4 * (y * width + x) + 3] ?? -1;
}
const plain: Turn = {
  zoom: 1,
  pan: { x: 0, y: 0 },
  rotation: 0,
  flipHorizontal: false,
  flipVertical: false,
};
/** Device pixels whose overlay is not what the bits say. */
function overlayDifferences(drawn: Canvas, turn: Turn): { wrong: number; set: number } {
  const { over } = known;
  const [graphics, roi] = [bits(over.graphics), bits(over.roi)];
  let wrong = 0;
  let set = 0;
  for (let y = 0; y < drawn.height; y++)
    for (let x = 0; x < drawn.width; x++) {
      const { row, col } = imageAt(x, y, turn, drawn, over);
      const isIn = row >= 0 && col >= 0 && row < over.rows && col < over.cols;
      const [r, c] = [row - (over.roiOrigin[0] - 1), col - (over.roiOrigin[1] - 1)];
      const isInRoi = r >= 0 && c >= 0 && r < over.roiRows && c < over.roiCols;
      const isGraphic = isIn && graphics[row * over.cols + col] === 1;
      const isRoi = isInRoi && roi[r * over.roiCols + c] === 1;
      const alpha = alphaAt(drawn, x, y);
      const isRight = isGraphic ? alpha === 255 : isRoi ? alpha > 120 && alpha < 136 : alpha === 0;
      if (!isRight) wrong++;
      if (isGraphic || isRoi) set++;
    }
  return { wrong, set };
}

/** Each plane comes by itself: they are compared when all are here. */
async function expectOverlays(on: Page, turn: Turn): Promise<void> {
  await expect
    .poll(async () => overlayDifferences(await layers(on), turn), { timeout: 10_000 })
    .toMatchObject({ wrong: 0 });
  expect(overlayDifferences(await layers(on), turn).set).toBeGreaterThan(1000);
}

describe("overlay planes", () => {
  const turns: [string, Partial<Turn>][] = [
    ["at 1:1", {}],
    ["zoomed and moved", { zoom: 3, pan: { x: 17, y: -40 } }],
    ["turned right", { zoom: 2, rotation: 90 }],
    ["turned round and mirrored", { zoom: 2, rotation: 180, flipHorizontal: true }],
    [
      "turned left and mirrored both ways",
      { rotation: 270, flipHorizontal: true, flipVertical: true },
    ],
  ];
  test.each(turns)("lie on their pixels %s, also outside of the image", async (_, change) => {
    const turn = { ...plain, ...change };
    await show(page, known.over.instance, 1, turn);
    await expectOverlays(page, turn);
  });
  test("do not lose a line where the picture is drawn smaller than it is", async () => {
    await show(page, known.over.instance, 1, { ...plain, zoom: 0.25 });
    const drawn = await layers(page);
    const { over } = known;
    const graphics = bits(over.graphics);
    const [left, top] = [Math.floor((drawn.width - 32) / 2), Math.floor((drawn.height - 24) / 2)];
    for (let y = 0; y < 24; y++)
      for (let x = 0; x < 32; x++) {
        let isAny = false;
        for (let i = 0; i < 16; i++)
          isAny ||= graphics[(4 * y + (i >> 2)) * over.cols + 4 * x + (i & 3)] === 1;
        const isSeen = alphaAt(drawn, left + x, top + y) === 255;
        expect(isSeen).toBe(isAny);
      }
  });
  test("of several frames follow the image's from the stated one on", async () => {
    const { cine } = known;
    for (const [frame, expected] of [
      [1, null],
      [2, cine.frames[0]],
      [3, cine.frames[1]],
    ] as const) {
      await show(page, cine.instance, frame, plain);
      const drawn = await layers(page, expected === null ? "none" : "ink");
      const mask = expected === null ? Buffer.alloc(cine.rows * cine.cols) : bits(expected);
      let wrong = 0;
      for (let y = 0; y < drawn.height; y++)
        for (let x = 0; x < drawn.width; x++) {
          const { row, col } = imageAt(x, y, plain, drawn, cine);
          const isIn = row >= 0 && col >= 0 && row < cine.rows && col < cine.cols;
          const isSet = isIn && mask[row * cine.cols + col] === 1;
          if (alphaAt(drawn, x, y) !== (isSet ? 255 : 0)) wrong++;
        }
      expect(wrong, `frame ${String(frame)}`).toBe(0);
    }
  });
  test("lie on the grid of a screen with one and a half pixels to a CSS pixel", async () => {
    const context = await stand.browser.newContext({
      viewport: { width: 801, height: 603 },
      deviceScaleFactor: 1.5,
    });
    const other = await context.newPage();
    await other.goto(`${server.origin}/view/${known.study}`);
    await other.waitForFunction(() => document.querySelector("canvas.layer-canvas") !== null);
    const turn = { ...plain, zoom: 2, pan: { x: 3, y: 5 } };
    await show(other, known.over.instance, 1, turn);
    await expectOverlays(other, turn);
    await context.close();
  });
  test("go with a key and come back, and each has a switch", async () => {
    await show(page, known.over.instance, 1, plain);
    await page.locator("#viewport").focus();
    await page.keyboard.press("g");
    expect((await layers(page, "none")).rgba.every((byte) => byte === 0)).toBe(true);
    await page.keyboard.press("g");
    await expectOverlays(page, plain);
    await page.locator("#topbar button[data-panel=layers]").click();
    await page.getByRole("switch", { name: "Overlay graphics" }).click();
    const alphas = (await layers(page)).rgba.filter((_, i) => i % 4 === 3);
    await page.getByRole("switch", { name: "Overlay graphics" }).click();
    await page.keyboard.press("Escape");
    // the half-transparent regions alone
    expect(Math.max(...new Set(alphas))).toBeLessThan(136);
  });
  test("are to be had from the server as packed bits, for ever, and nothing else is", async () => {
    const manifest = (await (
      await fetch(`${server.origin}/api/studies/${known.study}/manifest`)
    ).json()) as { series: { common: { hash: string } }[] };
    const hash = manifest.series[0]?.common.hash ?? "";
    const answer = await fetch(`${server.origin}/overlays/${hash}/6000/1`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toContain("immutable");
    const packed = Buffer.from(await answer.arrayBuffer());
    const expected = bits(known.over.graphics);
    expect(packed.length).toBe((96 * 128) / 8);
    expect([...expected].every((bit, i) => (((packed[i >> 3] ?? 0) >> (i & 7)) & 1) === bit)).toBe(
      true,
    );
    const statuses = await Promise.all(
      [`${hash}/6000/2`, `${hash}/6004/1`, `${"0".repeat(64)}/6000/1`, `${hash}/600g/1`, hash].map(
        async (path) => (await fetch(`${server.origin}/overlays/${path}`)).status,
      ),
    );
    expect(statuses).toEqual([404, 404, 404, 404, 404]);
    expect((await fetch(`${server.origin}/presentations/${hash}`)).status).toBe(404);
  });
});

test("a shutter covers all that is outside of any of its shapes, in its grey", async () => {
  const turn = { ...plain, zoom: 2 };
  await show(page, known.xa.instance, 1, turn);
  const drawn = await layers(page);
  const polygon = [
    [5, 5],
    [5, 236],
    [196, 200],
    [196, 5],
  ] as const;
  const isInside = (row: number, col: number): boolean => {
    let inside = false;
    polygon.forEach(([r0, c0], i) => {
      const [r1, c1] = polygon[(i + 1) % 4] ?? [0, 0];
      if (r0 > row !== r1 > row && col < ((c1 - c0) * (row - r0)) / (r1 - r0) + c0)
        inside = !inside;
    });
    return inside;
  };
  const [left, top] = [Math.floor((drawn.width - 480) / 2), Math.floor((drawn.height - 400) / 2)];
  const far = (distance: number): boolean => Math.abs(distance) > 1; // not on an oblique edge
  let compared = 0;
  for (let y = 0; y < drawn.height; y += 2)
    for (let x = 0; x < drawn.width; x += 3) {
      // pixels from 1, their centres whole
      const [col, row] = [(x + 0.5 - left) / 2 + 0.5, (y + 0.5 - top) / 2 + 0.5];
      const radius = Math.hypot(row - 100, col - 120) - 90;
      const toEdge =
        isInside(row, col) !== isInside(row, col + 1) ||
        isInside(row, col) !== isInside(row, col - 1);
      if (!far(radius) || toEdge || isInside(row + 1, col) !== isInside(row - 1, col)) continue;
      const isShown =
        col >= 20.5 &&
        col <= 230.5 &&
        row >= 10.5 &&
        row <= 180.5 &&
        radius < 0 &&
        isInside(row, col);
      compared++;
      const at = 4 * (y * drawn.width + x);
      const pixel = [...drawn.rgba.subarray(at, at + 4)];
      if (isShown ? pixel[3] !== 0 : pixel.join() !== "64,64,64,255")
        expect.fail(`row ${String(row)} column ${String(col)}: ${pixel.join()}`);
    }
  expect(compared).toBeGreaterThan(50_000);
});

/** Opens the menu and chooses. */
async function choosePresentation(on: Page, name: RegExp | string): Promise<void> {
  await on.locator("#topbar button[data-panel=layers]").click();
  await on.getByRole("radio", { name }).first().click();
  await on.keyboard.press("Escape");
}
/** Device pixel of a point of the image under the state "Turned": turned right, then mirrored (PS3.3 C.10.6), its area filling
 *  the viewport. */
function turnedPoint(x: number, y: number, size: Canvas): [number, number] {
  const [left, top, right, bottom] = known.turned.area;
  const zoom = Math.min(size.width / (bottom - top + 1), size.height / (right - left + 1));
  const across = x - (left - 1 + right) / 2;
  const down = y - (top - 1 + bottom) / 2;
  const [turnedAcross, turnedDown] = [-down, across];
  return [size.width / 2 - turnedAcross * zoom, size.height / 2 + turnedDown * zoom];
}

/** A line of one and a half pixels goes through this point, or close by. */
function isWhite({ width, rgba }: Canvas, x: number, y: number): boolean {
  for (let row = Math.floor(y - 1); row <= y + 0.5; row++)
    for (let col = Math.floor(x - 1); col <= x + 0.5; col++) {
      const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(4 * (row * width + col));
      if (Math.min(red, green, blue, alpha) > 150) return true;
    }
  return false;
}

describe("presentation states", () => {
  test("are offered with the images they mean, and not applied by themselves", async () => {
    await show(page, known.gray.instance, 1, plain);
    const mark = page.locator(".presentation-mark");
    await mark.filter({ hasText: "3 presentations" }).waitFor();
    expect((await layers(page, "none")).rgba.every((byte) => byte === 0)).toBe(true);
    await mark.click();
    await page.getByRole("radio", { name: /Unreadable/ }).waitFor();
    await page.keyboard.press("Escape");
    await show(page, known.over.instance, 1, plain);
    await mark.waitFor({ state: "detached" });
    await page.locator("#topbar button[data-panel=layers]").click();
    expect(await page.getByRole("radio", { name: /Unreadable/ }).isDisabled()).toBe(true);
    await page.keyboard.press("Escape");
  });
  test("decide window, polarity, turn, mirror and area", async () => {
    await show(page, known.gray.instance, 1, {});
    await choosePresentation(page, /Turned and mirrored/);
    await untilQuality(page, "lossless");
    const state = await page.evaluate(() => window.sightline.viewports()[0]?.state);
    const seen = await pictureOf(page);
    expect(state).toMatchObject({
      rotation: 270, // the viewport's own: mirrored, then turned
      flipHorizontal: true,
      flipVertical: false,
      windowCenter: known.turned.center,
      windowWidth: known.turned.width,
      inverted: false,
    });
    // PS3.3 C.11.2.1.2.1; the state alone says which end is white, whatever MONOCHROME1 says: INVERSE
    let compared = 0;
    for (let row = 7; row < 44; row++)
      for (let col = 12; col < 58; col++) {
        const value = known.gray.values[row * 80 + col] ?? 0;
        const { center, width } = known.turned;
        const voi = Math.min(1, Math.max(0, (value - (center - 0.5)) / (width - 1) + 0.5));
        const [x, y] = turnedPoint(col + 0.5, row + 0.5, seen).map(Math.floor) as [number, number];
        const drawn = seen.rgba[4 * (y * seen.width + x)] ?? -1;
        expect(Math.abs(drawn - 255 * (1 - voi))).toBeLessThanOrEqual(1);
        compared++;
      }
    expect(compared).toBe(37 * 46);
  });
  test("draw their lines, circles, texts and points where they are", async () => {
    const drawn = await layers(page);
    const zoom = Math.min(drawn.width / 40, drawn.height / 50);
    const isLit = (x: number, y: number): boolean => {
      const [px, py] = turnedPoint(x, y, drawn);
      return isWhite(drawn, px, py);
    };
    const { line } = known.turned;
    for (let i = 0; i + 3 < line.length; i += 2)
      for (const part of [0.1, 0.5, 0.9]) {
        const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = line.slice(i, i + 4);
        expect(isLit(x0 + part * (x1 - x0), y0 + part * (y1 - y0))).toBe(true);
      }
    for (let angle = 0; angle < 360; angle += 30) {
      const [c, s] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
      expect(isLit(30 + 6 * c, 25 + 6 * s), `circle at ${String(angle)}`).toBe(true);
      expect(isLit(32 + 12 * c, 38 + 4 * s), `ellipse at ${String(angle)}`).toBe(true);
    }
    expect(isLit(55, 40)).toBe(true);
    expect(isLit(30, 25)).toBe(false);
    // parts of the displayed area as it appears: from a quarter to three quarters, half way down
    const [width, height] = [40 * zoom, 50 * zoom];
    for (const part of [0.26, 0.5, 0.74]) {
      const x = (drawn.width - width) / 2 + part * width;
      expect(isWhite(drawn, x, drawn.height / 2)).toBe(true);
    }
    // the text begins at its box
    const [textLeft, textTop] = [
      Math.round((drawn.width - width) / 2 + 0.1 * width),
      Math.round((drawn.height - height) / 2 + 0.8 * height),
    ];
    let inked = 0;
    for (let y = textTop; y < textTop + 40; y++)
      for (let x = textLeft; x < textLeft + 100; x++)
        if ((drawn.rgba[4 * (y * drawn.width + x)] ?? 0) > 200) inked++;
    expect(inked).toBeGreaterThan(150);
  });
  test("go again", async () => {
    await choosePresentation(page, /^None/);
    const state = await page.evaluate(() => window.sightline.viewports()[0]?.state);
    expect(state).toMatchObject({ rotation: 0, flipHorizontal: false, fit: true });
    expect((await layers(page, "none")).rgba.every((byte) => byte === 0)).toBe(true);
  });
  test("have tables of their own, magnify, and cover what their bitmap says", async () => {
    await choosePresentation(page, /Presentation table/);
    await untilQuality(page, "lossless");
    const seen = await pictureOf(page);
    const zoom = await page.evaluate(() => window.sightline.viewports()[0]?.state.zoom);
    expect(zoom).toBe(3);
    const drawn = await layers(page);
    const covered = bits(known.table.covered);
    let worst = 0;
    for (let row = 0; row < 64; row++)
      for (let col = 0; col < 80; col++) {
        const [x, y] = [
          Math.round(seen.width / 2 + 3 * (col + 0.5 - 40) - 0.5),
          Math.round(seen.height / 2 + 3 * (row + 0.5 - 32) - 0.5),
        ];
        const value = known.gray.values[row * 80 + col] ?? 0;
        const voi = Math.min(1, Math.max(0, (value - 2047.5) / 4095 + 0.5));
        const expected = (known.table.steps[Math.round(voi * 3)] ?? 0) / 257;
        worst = Math.max(worst, Math.abs((seen.rgba[4 * (y * seen.width + x)] ?? -1) - expected));
        expect(alphaAt(drawn, x, y)).toBe(covered[row * 80 + col] === 1 ? 255 : 0);
      }
    expect(worst).toBeLessThanOrEqual(1);
  });
  test("of a hostile maker are drawn as far as they go, and are text", async () => {
    await choosePresentation(page, /^Long/);
    await layers(page);
    expect(await page.locator("img[src=x]").count()).toBe(0);
    const started = Date.now();
    await page.evaluate(() => window.sightline.viewports()[0]?.set({ zoom: 5 }));
    await layers(page);
    expect(Date.now() - started).toBeLessThan(5000);
    await choosePresentation(page, /^None/);
  });
  test("leave no error behind but that one of them cannot be read", () => {
    expect(problems).toEqual([
      "console: Failed to load resource: the server responded with a status of 404 (Not Found)",
    ]);
  });
});

test("files of this computer have the same layers", async () => {
  const { page: local, problems: localProblems } = await stand.open("/", VIEWPORT);
  await choose(
    local,
    readdirSync(folder).map((name) => join(folder, name)),
  );
  await openStudy(local, known.study);
  await local.waitForFunction(() => document.querySelector("canvas.layer-canvas") !== null);
  const turn = { ...plain, zoom: 2 };
  await show(local, known.over.instance, 1, turn);
  await expectOverlays(local, turn);
  await show(local, known.gray.instance, 1, {});
  await local.locator(".presentation-mark", { hasText: "3 presentations" }).waitFor();
  await choosePresentation(local, /Turned and mirrored/);
  const state = await local.evaluate(() => window.sightline.viewports()[0]?.state);
  expect(state).toMatchObject({ rotation: 270, windowCenter: known.turned.center });
  expect(localProblems).toEqual([]);
  await local.context().close();
});

test.skipIf(real === null)("real states draw the region that their maker drew", async () => {
  const study = "1.3.6.1.4.1.25403.2200303521616.3496.20090914123853.1";
  const instance = "1.3.6.1.4.1.25403.2200303521616.3496.20090914123854.2";
  const manifest = (await (
    await fetch(`${server.origin}/api/studies/${study}/manifest`)
  ).json()) as { series: { seriesInstanceUID: string; modality: string }[] };
  const states = manifest.series.find(({ modality }) => modality === "PR")?.seriesInstanceUID ?? "";
  const { page: shown } = await stand.open(`/view/${study}#series=${states}`, VIEWPORT);
  // a state by itself has no picture, also not the small one of the study's first; its card applies it
  await shown.locator(".viewport-panel", { hasText: "presentation state" }).waitFor();
  expect(await shown.locator("#sightline-preview").count()).toBe(0);
  await shown.waitForFunction(() => document.querySelector("canvas.layer-canvas") !== null);
  await shown.locator(".series-card", { hasText: "Presentation state" }).first().click();
  await shown.locator('.presentation-mark[data-applied="true"]').waitFor();
  await shown.evaluate((request) => window.sightline.open(request), { study, instance });
  await shown.locator(".presentation-mark").waitFor();
  await choosePresentation(shown, /FOR_PRESENTATION/);
  await untilQuality(shown, "lossless");
  const drawn = await layers(shown);
  // dcmdump: the polyline's first two vertices; displayed area 37\48 to 235\180, to fit
  const zoom = Math.min(drawn.width / 199, drawn.height / 133);
  for (const [px, py] of [
    [149.773514, 158.856567],
    [146.810257, 146.74585],
  ] as const) {
    const x = drawn.width / 2 + (px - (36 + 235) / 2) * zoom;
    const y = drawn.height / 2 + (py - (47 + 180) / 2) * zoom;
    const near = [-0.7, 0, 0.7].flatMap((dy) =>
      [-0.7, 0, 0.7].map((dx) => alphaAt(drawn, Math.floor(x + dx), Math.floor(y + dy))),
    );
    expect(Math.max(...near)).toBeGreaterThan(200);
  }
  await shown.context().close();
});
