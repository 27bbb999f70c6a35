// Whole-slide images in a real Chromium: device pixels are those of a mosaic that pydicom, GDCM and numpy laid out
// (slide_reference.py), few tiles are fetched, nothing is blank, and hands find what a pathologist looks for.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ViewChange } from "../../web/shared/api.ts";
import { choose, listedStudies, openStudy } from "./local_hands.ts";
import { launch, openPage, realDicom, Server, Store, untilQuality } from "./harness.ts";

const real = realDicom() ?? "";
const pyramid = join(real, "wsi/he-pyramid/sm-1");
/** Level files by what one of their pixels is of the finest. */
const LEVELS = { 1: "0004", 2: "0005", 4: "0006", 8: "0007", 16: "0008" } as const;
const [COLS, ROWS] = [6000, 4224];
/** README of ../shared/dicom: lossy JPEG may differ by 2 levels. */
const JPEG_TOLERANCE = 2;

let browser: Browser, server: Server, store: Store, folder: string;
const studies = new Map<string, string>();

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgb: Buffer;
}
interface Crop {
  readonly path: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
function python(script: string, args: string[], input = ""): string {
  const path = join(import.meta.dirname, script);
  const { status, stdout, stderr } = spawnSync("/usr/bin/python3", [path, ...args], {
    input,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout;
}
function mosaics(crops: readonly Crop[]): Pixels[] {
  const wanted = crops.map((crop, i) => ({ ...crop, out: join(folder, `crop-${String(i)}`) }));
  python("slide_reference.py", [], JSON.stringify({ crops: wanted }));
  return wanted.map(({ width, height, out }) => ({ width, height, rgb: readFileSync(out) }));
}
/** What the page has drawn, device pixels. */
async function captured(page: Page): Promise<Pixels> {
  const { width, height, base64 } = await page.evaluate(() => {
    const image = window.sightline.viewports()[0]?.capture();
    if (image === undefined) throw new Error("no viewport");
    const rgb = new Uint8Array(image.width * image.height * 3);
    for (let i = 0, to = 0; i < image.data.length; i++)
      if (i % 4 !== 3) rgb[to++] = image.data[i] ?? 0;
    let binary = "";
    for (let i = 0; i < rgb.length; i += 32768)
      binary += String.fromCharCode(...rgb.subarray(i, i + 32768));
    return { width: image.width, height: image.height, base64: btoa(binary) };
  });
  return { width, height, rgb: Buffer.from(base64, "base64") };
}
async function set(page: Page, change: ViewChange): Promise<void> {
  await page.evaluate((view) => {
    window.sightline.viewports()[0]?.set(view);
  }, change);
}
function state(page: Page) {
  return page.evaluate(() => {
    const view = window.sightline.viewports()[0]?.state;
    if (view === undefined) throw new Error("no viewport");
    return view;
  });
}
/** Where device pixel 0, 0 lies in the level's own pixels: docs/embedding.md, zoom and pan. */
function corner(width: number, height: number, zoom: number, pan: { x: number; y: number }) {
  return {
    left: -(Math.floor((width - COLS * zoom) / 2 + 1 / 1024) + pan.x),
    top: -(Math.floor((height - ROWS * zoom) / 2 + 1 / 1024) + pan.y),
  };
}
/** Largest difference where the mosaic says something, and of how many pixels. */
function difference(drawn: Pixels, mosaic: Pixels): { most: number; compared: number } {
  expect([drawn.width, drawn.height]).toEqual([mosaic.width, mosaic.height]);
  let most = 0;
  let compared = 0;
  for (let i = 0; i < mosaic.rgb.length; i += 3) {
    const isNowhere = mosaic.rgb[i] === 1 && mosaic.rgb[i + 1] === 2 && mosaic.rgb[i + 2] === 3;
    if (isNowhere) continue;
    compared++;
    for (let c = 0; c < 3; c++)
      most = Math.max(most, Math.abs((mosaic.rgb[i + c] ?? 0) - (drawn.rgb[i + c] ?? 0)));
  }
  return { most, compared };
}
function at({ rgb, width }: Pixels, x: number, y: number): number[] {
  return [...rgb.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
}
interface Traffic {
  tiles: number;
  bytes: number;
}
function watchTiles(page: Page): Traffic {
  const traffic: Traffic = { tiles: 0, bytes: 0 };
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => {
      if (typeof payload === "string" || payload[0] !== 0x82) return;
      traffic.tiles++;
      traffic.bytes += payload.length;
    });
  });
  return traffic;
}
async function openSlide(name: string, viewport = { width: 1366, height: 768 }, touch = false) {
  const opened = await openPage(browser, "about:blank", viewport, touch);
  const traffic = watchTiles(opened.page);
  await opened.page.goto(`${server.origin}/view/${studies.get(name) ?? ""}`);
  await opened.page.waitForFunction(
    () => (window as Partial<Window>).sightline?.viewports()[0]?.state.quality !== "none",
  );
  return { ...opened, traffic };
}
function studyOf(path: string): string {
  store.import(path);
  const listed = JSON.parse(store.run("list", "--json").stdout) as { studyInstanceUID: string }[];
  const known = new Set(studies.values());
  return listed.map((one) => one.studyInstanceUID).find((uid) => !known.has(uid)) ?? "";
}

describe.skipIf(real === "")("slides", () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "sightline-slides-"));
    store = new Store();
    python("slide_files.py", [real, folder]);
    studies.set("pyramid", studyOf(pyramid));
    studies.set("lossless", studyOf(join(real, "wsi/sm_image.dcm")));
    for (const name of ["sparse", "huge", "many"]) studies.set(name, studyOf(join(folder, name)));
    server = new Server(store);
    await server.start();
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
    store.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it("opens with the tiles of the level that fits, and draws each level as its file holds it", async () => {
    const { page, problems, traffic } = await openSlide("pyramid");
    expect(await untilQuality(page, "lossless")).toBe("lossy");
    const opened = await state(page);
    expect(opened).toMatchObject({ fit: true, fullLevel: 4, level: 2, stackLength: 1 });
    // nine of the level that fits, one of the coarsest: the smallest five levels have 152
    expect(traffic.tiles).toBeLessThanOrEqual(10);

    const shots: { drawn: Pixels; crop: Crop }[] = [];
    for (const [scale, name] of Object.entries(LEVELS)) {
      const zoom = 1 / Number(scale);
      const pan = { x: 37, y: -21 };
      await set(page, { zoom, pan, fit: false });
      expect(await untilQuality(page, "lossless")).toBe("lossy");
      const drawn = await captured(page);
      const { width, height } = drawn;
      const crop = { path: join(pyramid, `${name}.dcm`), ...corner(width, height, zoom, pan) };
      shots.push({ drawn, crop: { ...crop, width, height } });
    }
    const expected = mosaics(shots.map(({ crop }) => crop));
    shots.forEach(({ drawn }, i) => {
      const { most, compared } = difference(drawn, expected[i] ?? drawn);
      expect(most).toBeLessThanOrEqual(JPEG_TOLERANCE);
      expect(compared).toBeGreaterThan(90_000);
    });
    // five views of a slide of 152 tiles, the finest two beyond the viewport: each what is seen, and one tile around it
    expect(traffic.tiles).toBeLessThan(130);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it("is never blank: what is coarse stands where the finer tiles have not come", async () => {
    const { page } = await openSlide("pyramid");
    await untilQuality(page, "lossless");
    // in one task: no tile can come before the picture is read back
    await set(page, { zoom: 1, pan: { x: 0, y: 0 }, fit: false });
    const drawn = await captured(page);
    const { width, height } = drawn;
    const [mosaic] = mosaics([
      {
        path: join(pyramid, "0004.dcm"),
        ...corner(width, height, 1, { x: 0, y: 0 }),
        width,
        height,
      },
    ]);
    if (mosaic === undefined) throw new Error("no mosaic");
    // the means of squares of 64: a blur is near, a blank is not
    let worst = 0;
    for (let y = 0; y + 64 <= height; y += 64) {
      for (let x = 0; x + 64 <= width; x += 64) {
        const mean = (image: Pixels): number => {
          let sum = 0;
          for (let row = y; row < y + 64; row++)
            for (let i = 3 * (row * width + x); i < 3 * (row * width + x + 64); i++)
              sum += image.rgb[i] ?? 0;
          return sum / (64 * 64 * 3);
        };
        worst = Math.max(worst, Math.abs(mean(drawn) - mean(mosaic)));
      }
    }
    expect(worst).toBeLessThan(12);
    expect(await untilQuality(page, "lossless")).toBe("lossy");
    const qualities = await page.evaluate(async () => {
      const viewport = window.sightline.viewports()[0];
      const seen = new Set<string>();
      viewport?.addEventListener("statechange", ({ detail }) => seen.add(detail.quality));
      for (let i = 1; i <= 12; i++) {
        viewport?.set({ pan: { x: 150 * i, y: -100 * i } });
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      await viewport?.whenQuality("lossless");
      return [...seen];
    });
    expect(qualities).not.toContain("none");
    await page.context().close();
  });

  it("obeys mouse, keys and the overview", async () => {
    const { page, problems } = await openSlide("pyramid");
    const area = page.locator("#viewport");
    await page.locator(".slide-map").waitFor();
    await untilQuality(page, "lossless");
    expect(await page.locator(".overlay .scale").textContent()).toMatch(/^\d+ mm$/);
    const fitted = (await state(page)).zoom;
    await page.mouse.move(700, 400);
    await page.mouse.wheel(0, -300);
    await expect.poll(async () => (await state(page)).zoom).toBeGreaterThan(fitted * 1.1);
    const before = (await state(page)).pan;
    await page.mouse.down();
    await page.mouse.move(640, 430, { steps: 3 });
    await page.mouse.up();
    const after = (await state(page)).pan;
    expect([after.x - before.x, after.y - before.y]).toEqual([-60, 30]);
    await area.focus();
    // 2.5 µm to a pixel: 4x where one is a device pixel
    await page.keyboard.press("2");
    expect((await state(page)).zoom).toBeCloseTo(20 / 4, 5);
    await expect
      .poll(() => page.locator(".corner.bottomLeft").textContent())
      .toContain("20× (500 %)");
    expect(await page.locator(".overlay .scale").textContent()).toMatch(/^\d+ µm$/);
    await page.keyboard.press("5");
    expect((await state(page)).zoom).toBeCloseTo(5 / 4, 5);
    const still = (await state(page)).pan;
    await page.keyboard.press("ArrowRight");
    expect((await state(page)).pan.x).toBeLessThan(still.x - 100);
    const map = await page.locator(".slide-map").boundingBox();
    if (map === null) throw new Error("no overview");
    await page.mouse.click(map.x + map.width * 0.25, map.y + map.height * 0.75);
    const moved = await state(page);
    expect(moved.pan.x).toBeCloseTo(0.25 * COLS * moved.zoom, -1);
    expect(moved.pan.y).toBeCloseTo(-0.25 * ROWS * moved.zoom, -1);
    await page.keyboard.press("=");
    expect(await state(page)).toMatchObject({ fit: true });
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it("shows a slide of this computer as the server's", async () => {
    const { page, problems } = await openPage(browser, `${server.origin}/`);
    await choose(page, pyramid, "folder");
    const [study = ""] = await listedStudies(page);
    await openStudy(page, study);
    const pan = { x: 0, y: 0 };
    await page.waitForFunction(() => window.sightline.viewports()[0]?.state.quality === "lossy");
    await set(page, { zoom: 0.5, pan, fit: false });
    expect(await untilQuality(page, "lossless")).toBe("lossy");
    const drawn = await captured(page);
    const { width, height } = drawn;
    const path = join(pyramid, "0005.dcm");
    const [mosaic] = mosaics([{ path, ...corner(width, height, 0.5, pan), width, height }]);
    expect(difference(drawn, mosaic ?? drawn).most).toBeLessThanOrEqual(JPEG_TOLERANCE);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it("proves the tiles of a lossless slide, and gives their values", async () => {
    const { page } = await openSlide("lossless");
    await set(page, { zoom: 1, pan: { x: 0, y: 0 }, fit: false });
    expect(await untilQuality(page, "lossless")).toBe("lossless");
    const drawn = await captured(page);
    const [left, top] = [Math.floor((drawn.width - 50) / 2), Math.floor((drawn.height - 50) / 2)];
    const path = join(real, "wsi/sm_image.dcm");
    const [mosaic] = mosaics([
      { path, left: -left, top: -top, width: drawn.width, height: drawn.height },
    ]);
    expect(difference(drawn, mosaic ?? drawn)).toEqual({ most: 0, compared: 2500 });
    const value = await page.evaluate(() => window.sightline.viewports()[0]?.storedValue(23, 31));
    expect(value).toEqual(at(mosaic ?? drawn, left + 31, top + 23));
    await page.context().close();
  });

  it("lays tiles where they say, over each other, white where there are none", async () => {
    const { page, problems } = await openSlide("sparse");
    await set(page, { zoom: 1, pan: { x: 0, y: 0 }, fit: false });
    expect(await untilQuality(page, "lossless")).toBe("lossless");
    expect(await state(page)).toMatchObject({ stackLength: 2, stackIndex: 0 });
    const drawn = await captured(page);
    const [left, top] = [Math.floor((drawn.width - 60) / 2), Math.floor((drawn.height - 40) / 2)];
    const pixel = (col: number, row: number): number[] => at(drawn, left + col, top + row);
    const colour = (tile: number): number[] => [20 * tile + 10, 255 - 20 * tile, 100];
    expect(pixel(3, 5)).toEqual(colour(0));
    expect(pixel(7, 7)).toEqual(colour(1)); // the later lies over the earlier
    expect(pixel(57, 2)).toEqual(colour(2));
    expect(pixel(2, 3)).toEqual(colour(3)); // begins above the matrix
    expect(pixel(25, 25)).toEqual(colour(5));
    expect(pixel(40, 35)).toEqual([255, 255, 255]);
    expect(pixel(60, 2)).toEqual([0, 0, 0]); // what lies across the edge is cut there
    await page.locator("#viewport").focus();
    await page.keyboard.press("Shift+ArrowDown");
    expect(await state(page)).toMatchObject({ stackIndex: 1 });
    await untilQuality(page, "lossless");
    expect(at(await captured(page), left + 25, top + 25)).toEqual(colour(6));
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it("is not led astray by the size that a slide states", async () => {
    const { page, problems } = await openSlide("huge");
    await set(page, { zoom: 1, pan: { x: 0, y: 0 }, fit: false });
    await page.waitForTimeout(300);
    expect(at(await captured(page), 100, 100)).toEqual([255, 255, 255]);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it("reads of 2500 tiles what it needs", async () => {
    const { page, problems, traffic } = await openSlide("many");
    const parts: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/streams/")) parts.push(request.url());
    });
    const answer = await fetch(
      `${server.origin}/api/studies/${studies.get("many") ?? ""}/manifest`,
    );
    expect((await answer.text()).length).toBeLessThan(6_000);
    expect(await untilQuality(page, "preview")).not.toBe("none");
    await set(page, { zoom: 1, pan: { x: 0, y: 0 }, fit: false });
    expect(await untilQuality(page, "lossless")).toBe("lossy");
    expect(traffic.tiles).toBeLessThan(60);
    // the middle of the slide lies in the second of three parts
    expect(parts.map((url) => url.slice(-2))).toEqual(["/2"]);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it("follows a finger, and two", async () => {
    const { page, problems } = await openSlide("pyramid", { width: 390, height: 844 }, true);
    await page.locator(".slide-turret").waitFor();
    const heights = await page
      .locator(".slide-turret button")
      .evaluateAll((buttons) => buttons.map((button) => button.getBoundingClientRect().height));
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
    const devtools = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", points: number[][]) =>
      devtools.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: points.map(([x = 0, y = 0], id) => ({ x, y, id })),
      });
    const fitted = (await state(page)).zoom;
    await touch("touchStart", [
      [100, 400],
      [200, 400],
    ]);
    await touch("touchMove", [
      [60, 400],
      [200, 400],
    ]);
    await touch("touchMove", [
      [60, 400],
      [260, 400],
    ]);
    await touch("touchEnd", []);
    const pinched = await state(page);
    expect(pinched.zoom).toBeGreaterThan(fitted * 1.5);
    await touch("touchStart", [[150, 500]]);
    await touch("touchMove", [[120, 460]]);
    await touch("touchEnd", []);
    const { pan } = await state(page);
    expect(pan.x).toBeLessThan(pinched.pan.x);
    expect(pan.y).toBeLessThan(pinched.pan.y);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
