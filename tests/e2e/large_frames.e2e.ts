// Pictures that are larger than a GPU's textures, or than what a phone should hold: drawn in parts, pixel by pixel as where they fit.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ViewChange } from "../../web/shared/api.ts";
import { Server, Store, launch, madeByPython, untilQuality } from "./harness.ts";
import { choose, openStudy } from "./local_hands.ts";
import { comparison, drawnAgainst, judge } from "./pixel_judge.ts";

interface Known {
  study: string;
  pictures: Record<string, { instance: string; rows: number; cols: number; path: string }>;
  /** stored values of the mammogram, rows 2872 … 3127, columns 1920 … 2175, 16 bits */
  patch: string;
}
/** What the page's GPU was made to hold, and what its workers were made to decode. */
interface Seen {
  bytes: number;
  largestSide: number;
  jobs: { discardLevels: number; region: { cols: number; rows: number } | null }[];
  /** whole frames of the full level wait until this is called */
  release: (() => void) | null;
}
declare global {
  interface Window {
    textureWatch: Seen;
  }
}

const LAPTOP: BrowserContextOptions = { viewport: { width: 1366, height: 768 } };
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 3,
  hasTouch: true,
  isMobile: true,
};
const store = new Store();
const server = new Server(store);
const folder = mkdtempSync(join(tmpdir(), "sightline-large-"));
let known: Known;
let browser: Browser;

beforeAll(async () => {
  known = madeByPython("large_frame_files.py", folder) as Known;
  store.import(folder);
  await server.start();
  browser = await launch();
}, 120_000);
afterAll(async () => {
  await browser.close();
  await server.stop();
  store.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** A page whose GPU takes no texture with a longer side, and says so, as that of an old phone. */
async function open(
  options: BrowserContextOptions,
  path: string,
  { maxSide = 8192, isHolding = false } = {},
): Promise<{ page: Page; problems: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`);
  });
  await page.addInitScript(watch, { maxSide, isHolding });
  await page.goto(`${server.origin}${path}`);
  return { page, problems };
}
/** Runs in the page before its own scripts. */
function watch({ maxSide, isHolding }: { maxSide: number; isHolding: boolean }): void {
  const seen: Seen = { bytes: 0, largestSide: 0, jobs: [], release: null };
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
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its worker below
  const post = Worker.prototype.postMessage as (message: unknown, transfer: Transferable[]) => void;
  const waiting: (() => void)[] = [];
  let isHeld = isHolding;
  if (isHolding)
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
        waiting.push(send);
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
/** SHA-256 of what is drawn after this change, what the badge says, and how many colours there are. */
function drawn(
  page: Page,
  change: ViewChange,
): Promise<{ digest: string; quality: string; colors: number }> {
  return page.evaluate(async (change) => {
    const viewport = window.sightline.viewports()[0];
    if (!viewport) throw new Error("no viewport");
    viewport.set(change);
    const { data } = viewport.capture();
    const quality = await viewport.whenQuality("lossless");
    const digest = await crypto.subtle.digest("SHA-256", data);
    const colors = new Set(new Uint32Array(data.buffer)).size;
    return { digest: new Uint8Array(digest).join(" "), quality, colors };
  }, change);
}

const LOOKS: ViewChange[] = [
  { zoom: 1, pan: { x: 0, y: 0 } },
  { zoom: 0.61, pan: { x: 33.25, y: -20.5 }, rotation: 90 },
  { zoom: 1.37, pan: { x: -301, y: 120.75 }, rotation: 180, flipHorizontal: true, inverted: true },
  { zoom: 0.8, pan: { x: 0, y: 0 }, rotation: 270, flipVertical: true, interpolation: "nearest" },
  {
    zoom: 5.5,
    pan: { x: 2000.5, y: -900 },
    rotation: 0,
    flipHorizontal: false,
    flipVertical: false,
    inverted: false,
    interpolation: "linear",
  },
];

describe("a picture that no texture holds", () => {
  test("is drawn as where it fits, whatever the view and the picture's kind", async () => {
    const path = `/view/${known.study}`;
    const small = await open(LAPTOP, path, { maxSide: 512 });
    const large = await open(LAPTOP, path);
    for (const name of ["grey", "color", "palette"]) {
      for (const { page } of [small, large]) {
        await show(page, name);
        if (name === "color") await page.locator(".overlay .quality", { hasText: "ICC" }).waitFor();
      }
      const windows: ViewChange = name === "grey" ? { windowWidth: 400, windowCenter: 50 } : {};
      for (const look of LOOKS) {
        const change = { ...look, ...windows };
        const found = await drawn(small.page, change);
        expect([name, look, found]).toEqual([name, look, await drawn(large.page, change)]);
        expect(found.colors).toBeGreaterThan(100);
        expect(found.quality).toBe(name === "color" ? "lossy" : "lossless");
      }
    }
    expect(await small.page.evaluate(() => window.textureWatch.largestSide)).toBeLessThanOrEqual(512);
    expect(await large.page.evaluate(() => window.textureWatch.largestSide)).toBe(1501);
    expect([...small.problems, ...large.problems]).toEqual([]);

    // and as pydicom has it
    for (const [name, window] of [
      ["grey", [60, 700, "LINEAR"]],
      ["palette", null],
    ] as const) {
      const { path: file = "" } = known.pictures[name] ?? {};
      const [judged] = judge(
        [{ path: file, frames: [1], windows: [window && [...window]] }],
        folder,
      );
      const look = judged?.looks[0];
      if (judged === undefined || look === undefined) throw new Error(judged?.error);
      await show(small.page, name);
      const rgb = readFileSync(join(folder, look.file));
      const found = await small.page.evaluate(drawnAgainst, comparison(judged, look, rgb));
      expect(found).toMatchObject({ differing: 0, stored: look.stored });
      expect(found.compared).toBeGreaterThan(768 * 1100 * 3);
    }
    await Promise.all([small.page.context().close(), large.page.context().close()]);
  });
});
