// Pictures that are larger than a GPU's textures, or than what a phone should hold: drawn in parts, pixel by pixel as where they fit.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { expect, test } from "vitest";
import type { ViewChange } from "../../web/shared/api.ts";
import { madeByPython, problemsOf, untilQuality } from "./harness.ts";
import { Stand } from "./stand.ts";
import { choose, openStudy } from "./local_hands.ts";
import { comparison, drawnAgainst, judge } from "./pixel_judge.ts";

interface Known {
  study: string;
  pictures: Record<string, { instance: string; rows: number; cols: number; path: string }>;
  /** "grey", by RLE */
  local: string;
  /** stored values of the mammogram, rows 2872 … 3127, columns 1920 … 2175, 16 bits */
  patch: string;
}
/** What the page's GPU was made to hold, and what its workers were made to decode. */
interface Seen {
  bytes: number;
  largestSide: number;
  jobs: { discardLevels: number; region: { cols: number; rows: number } | null }[];
  /** whole frames of the full level that wait for release() */
  held: number;
  release: () => void;
}
declare global {
  interface Window {
    textureWatch: Seen;
  }
}

const LAPTOP: BrowserContextOptions = { viewport: { width: 1366, height: 768 } };
/** Software draws it quickly. */
const SMALL: BrowserContextOptions = { viewport: { width: 480, height: 400 } };
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 3,
  hasTouch: true,
  isMobile: true,
};
const stand = new Stand({
  imported: () => Object.values(known.pictures).map(({ path }) => path),
});
const { server, folder } = stand;
const known = madeByPython("large_frame_files.py", folder) as Known;

/** A page whose GPU takes no texture with a longer side, and says so, as that of an old phone. */
async function open(
  options: BrowserContextOptions,
  path: string,
  { maxSide = 8192, isHolding = false } = {},
): Promise<{ page: Page; problems: string[] }> {
  const context = await stand.browser.newContext(options);
  const page = await context.newPage();
  const problems = problemsOf(page);
  await page.addInitScript(watch, { maxSide, isHolding });
  await page.goto(`${server.origin}${path}`);
  return { page, problems };
}
/** Runs in the page before its own scripts. */
function watch({ maxSide, isHolding }: { maxSide: number; isHolding: boolean }): void {
  const seen: Seen = { bytes: 0, largestSide: 0, jobs: [], held: 0, release: () => undefined };
  window.textureWatch = seen;
  const gl = WebGL2RenderingContext.prototype;
  const { getParameter, texStorage2D, deleteTexture } = gl;
  const sizes = new WeakMap<WebGLTexture, number>();
  gl.getParameter = function (this: WebGL2RenderingContext, name: number): unknown {
    return name === this.MAX_TEXTURE_SIZE ? maxSide : getParameter.call(this, name);
  };
  gl.texStorage2D = function (target, levels, format, width, height) {
    seen.largestSide = Math.max(seen.largestSide, width, height);
    const texel = new Map<number, number>([
      [this.R8UI, 1],
      [this.R8I, 1],
      [this.RGB8UI, 3],
      [this.R32F, 4],
      [this.R32I, 4],
      [this.RGB16UI, 6],
    ]);
    const bytes = width * height * (texel.get(format) ?? 2);
    const texture = this.getParameter(this.TEXTURE_BINDING_2D) as WebGLTexture;
    sizes.set(texture, bytes);
    seen.bytes += bytes;
    if (Math.max(width, height) > maxSide) throw new Error("a texture beyond the limit");
    texStorage2D.call(this, target, levels, format, width, height);
  };
  gl.deleteTexture = function (texture) {
    if (texture !== null) seen.bytes -= sizes.get(texture) ?? 0;
    deleteTexture.call(this, texture);
  };
  const post = Worker.prototype.postMessage as (message: unknown, transfer: Transferable[]) => void;
  const waiting: (() => void)[] = [];
  let isHeld = isHolding;
  seen.release = () => {
    isHeld = false;
    for (const send of waiting) send();
  };
  Worker.prototype.postMessage = function (
    this: Worker,
    message: { type?: string; format: { rows: number } } & Seen["jobs"][number],
    transfer: Transferable[],
  ) {
    const send = (): void => {
      post.call(this, message, transfer);
    };
    if (message.type === "decode" && message.format.rows === 6000) {
      const { discardLevels, region } = message;
      seen.jobs.push({ discardLevels, region });
      if (isHeld && discardLevels === 0 && region === null) {
        seen.held = waiting.push(send);
        return;
      }
    }
    send();
  } as typeof Worker.prototype.postMessage;
}
async function show(page: Page, name: string): Promise<void> {
  const instance = known.pictures[name]?.instance ?? "";
  await page.evaluate(({ study, instance }) => window.sightline.open({ study, instance }), {
    study: known.study,
    instance,
  });
  await untilQuality(page, "lossless");
}
interface Drawn {
  /** SHA-256 of the pixels */
  digest: string;
  colors: number;
  quality: string;
  level: number;
  fullLevel: number;
}
/** What is drawn, and what the badge says, after each of these changes. */
function drawn(
  page: Page,
  changes: readonly ViewChange[],
  wanted: "screen" | "lossless" = "lossless",
): Promise<Drawn[]> {
  return page.evaluate(
    async ({ changes, wanted }) => {
      const viewport = window.sightline.viewports()[0];
      if (!viewport) throw new Error("no viewport");
      const all: Drawn[] = [];
      for (const change of changes) {
        viewport.set(change);
        const quality = await viewport.whenQuality(wanted);
        const { data } = viewport.capture();
        const digest = await crypto.subtle.digest("SHA-256", data);
        const { level, fullLevel } = viewport.state;
        all.push({
          digest: new Uint8Array(digest).join(" "),
          colors: new Set(new Uint32Array(data.buffer)).size,
          quality,
          level,
          fullLevel,
        });
      }
      return all;
    },
    { changes, wanted },
  );
}
/** Pixels of the mammogram's middle, at 1:1, that are not as PS3.3 C.11.2.1.2.1 wants them of the values that numpy made. */
function patchIsDrawn(page: Page): Promise<number> {
  return page.evaluate((base64) => {
    const viewport = window.sightline.viewports()[0];
    if (!viewport) throw new Error("no viewport");
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const stored = new Uint16Array(bytes.buffer);
    const { width, height, data } = viewport.capture();
    const top = Math.floor((height - 6000) / 2) + 2872;
    const left = Math.floor((width - 4096) / 2) + 1920;
    let wrong = 0;
    for (let i = 0; i < 256 * 256; i++) {
      const y = (((stored[i] ?? 0) - 1199.5) / 2599 + 0.5) * 255;
      const at = 4 * ((top + (i >> 8)) * width + left + (i & 255));
      if (Math.abs((data[at] ?? -9) - Math.min(255, Math.max(0, y))) > 1) wrong++;
    }
    return wrong;
  }, known.patch);
}

const LOOKS: ViewChange[] = [
  { zoom: 0.61, pan: { x: 33.25, y: -20.5 }, rotation: 90, flipHorizontal: false },
  {
    zoom: 1.37,
    pan: { x: -101, y: 120.75 },
    rotation: 180,
    flipHorizontal: true,
    inverted: true,
    windowWidth: 400,
    windowCenter: 50,
  },
  { zoom: 0.8, rotation: 270, flipVertical: true, interpolation: "nearest" },
  {
    zoom: 5.5,
    pan: { x: 1000.5, y: -900 },
    rotation: 0,
    flipHorizontal: false,
    flipVertical: false,
    inverted: false,
    interpolation: "linear",
  },
];

test("a picture that no texture holds is drawn as where it fits, whatever the view and its kind", async () => {
  const path = `/view/${known.study}`;
  const small = await open(SMALL, path, { maxSide: 512 });
  const large = await open(SMALL, path);
  const looksOf = async (page: Page, name: string) => {
    await show(page, name);
    if (name === "color") await page.locator(".overlay .quality", { hasText: "ICC" }).waitFor();
    return drawn(page, LOOKS);
  };
  for (const name of ["grey", "color", "palette"]) {
    const found = await looksOf(small.page, name);
    expect([name, found]).toEqual([name, await looksOf(large.page, name)]);
    for (const { colors, quality } of found) {
      expect(colors).toBeGreaterThan(100);
      expect(quality).toBe(name === "color" ? "lossy" : "lossless");
    }
  }
  expect(await small.page.evaluate(() => window.textureWatch.largestSide)).toBe(512);
  expect(await large.page.evaluate(() => window.textureWatch.largestSide)).toBe(1501);

  // and as pydicom has it
  for (const [name, window] of [
    ["grey", [60, 700, "LINEAR"]],
    ["palette", null],
  ] as const) {
    const { path: file = "" } = known.pictures[name] ?? {};
    const [judged] = judge([{ path: file, frames: [1], windows: [window && [...window]] }], folder);
    const look = judged?.looks[0];
    if (judged === undefined || look === undefined) throw new Error(judged?.error);
    await show(small.page, name);
    const rgb = readFileSync(join(folder, look.file));
    const found = await small.page.evaluate(drawnAgainst, comparison(judged, look, rgb));
    expect(found).toMatchObject({ differing: 0, stored: look.stored });
    expect(found.compared).toBeGreaterThan(300_000);
  }

  // of this computer, by RLE, which has no levels
  const local = await open(SMALL, "/", { maxSide: 512 });
  await choose(local.page, known.local);
  await openStudy(local.page, known.study);
  await untilQuality(local.page, "lossless");
  await show(large.page, "grey");
  const [found, expected] = [await drawn(local.page, LOOKS), await drawn(large.page, LOOKS)];
  expect(found.map(({ digest }) => digest)).toEqual(expected.map(({ digest }) => digest));
  expect(found[0]?.quality).toBe("original");
  for (const { page, problems } of [small, large, local]) {
    expect(problems).toEqual([]);
    await page.context().close();
  }
});
test("what is seen of a mammogram is decoded and shown before all of it is", async () => {
  const { page, problems } = await open(LAPTOP, `/view/${known.study}`, { isHolding: true });
  await page.evaluate(({ study, instance }) => window.sightline.open({ study, instance }), {
    study: known.study,
    instance: known.pictures["mammogram"]?.instance ?? "",
  });
  await untilQuality(page, "screen");
  await page.waitForFunction(() => window.textureWatch.held > 0); // all bytes are here
  const [fit] = await drawn(page, [{}], "screen");
  expect(fit?.level).toBeLessThan(fit?.fullLevel ?? 0);
  await page.evaluate(() => window.sightline.viewports()[0]?.set({ zoom: 1 }));
  await page.waitForFunction(() => {
    const state = window.sightline.viewports()[0]?.state;
    return state?.level === state?.fullLevel;
  });
  expect(await patchIsDrawn(page)).toBe(0);
  const [before] = await drawn(page, [{}], "screen");
  expect(before?.quality).toBe("screen"); // nothing has been compared with its digest
  const jobs = await page.evaluate(() => window.textureWatch.jobs);
  const regions = jobs.filter(({ region }) => region !== null);
  expect(regions.map(({ discardLevels }) => discardLevels)).toEqual([0]);
  const { cols = 0, rows = 0 } = regions[0]?.region ?? {};
  expect([cols, rows]).toEqual([2036, 1020]); // of 4096 × 6000; htj2k_region_test counts the code-blocks
  await page.evaluate(() => {
    window.textureWatch.release();
  });
  const [after] = await drawn(page, [{}]);
  expect(after).toEqual({ ...before, quality: "lossless" });
  // the whole level is one texture here: the parts are gone
  expect(await page.evaluate(() => window.textureWatch.bytes)).toBeLessThan(50_000_000);
  expect(problems).toEqual([]);
  await page.context().close();
});
test("a phone holds a mammogram's texture at half its resolution, and parts of all of it where they are seen", async () => {
  const { page, problems } = await open(PHONE, `/view/${known.study}`, { maxSide: 4096 });
  await show(page, "mammogram");
  const bytes = (): Promise<number> => page.evaluate(() => window.textureWatch.bytes);
  const fitted = await bytes();
  expect(fitted).toBeLessThan(2048 * 3000 * 2 + 10_000); // docs/large_pictures.md; the whole: 49,152,000
  const [look] = await drawn(page, [{ zoom: 1, pan: { x: 0, y: 0 } }]);
  expect(look?.quality).toBe("lossless");
  expect(await patchIsDrawn(page)).toBe(0);
  const parts = (await bytes()) - fitted;
  expect(parts).toBeGreaterThan(0);
  expect(parts).toBeLessThanOrEqual(24 * 512 * 512 * 2); // 4 × 6 tiles
  expect(problems).toEqual([]);
  await page.context().close();
});
