// A 300-slice CT: no blank image once its coarse levels are there, and lossless, every digest equal, at the end.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Server, Store, launch, openPage, untilQuality } from "./harness.ts";
import { writeCtSeries } from "./phantoms/phantoms.mjs";

const SLICES = 300;
/** Every picture is drawn and read back without a graphics card: its size is the time that this takes. */
const SMALL = { width: 640, height: 480 };
const store = new Store();
const server = new Server(store);
const dicom = mkdtempSync(join(tmpdir(), "sightline-ct300-"));
const ct = writeCtSeries(dicom, { slices: SLICES, size: 512, study: 12 });
let browser: Browser;

beforeAll(async () => {
  const said = store.import(dicom);
  expect(said).toContain("300");
  await server.start();
  browser = await launch();
}, 240_000);
afterAll(async () => {
  await browser.close();
  await server.stop();
  store.dispose();
  rmSync(dicom, { recursive: true, force: true });
});

/** Scrolls through all slices; counts those whose next drawn picture is blank or another slice's. */
function scrollAll(page: Page) {
  return page.evaluate(async (slices) => {
    const viewport = window.sightline.viewports()[0];
    if (!viewport) throw new Error("no viewport");
    let blank = 0,
      none = 0;
    const instances = new Set<string>();
    for (let i = 0; i < slices; ++i) {
      window.dispatchEvent(
        new KeyboardEvent("keydown", { key: i === 0 ? "Home" : "ArrowDown", bubbles: true }),
      );
      await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
      const { state } = viewport;
      instances.add(state.sopInstanceUID);
      if (state.quality === "none") ++none;
      const { data, width, height } = viewport.capture();
      const middle = (Math.floor(height / 2) * width + Math.floor(width / 2)) * 4;
      if ((data[middle] ?? 0) === 0) ++blank; // the cylinder's inside is never black in this window
    }
    return { blank, none, instances: instances.size };
  }, SLICES);
}

describe("a 300-slice CT", () => {
  let page: Page;
  test("scrolls end to end without a blank image once its coarse levels are there", async () => {
    ({ page } = await openPage(browser, `${server.origin}/view/${ct.study}`, SMALL));
    await untilQuality(page, "screen");
    await page.waitForFunction(
      () => {
        const controller = window.sightline.viewports()[0] as unknown as
          { cached: Float32Array } | undefined;
        return (
          controller !== undefined &&
          controller.cached.length === 300 &&
          controller.cached.every((share) => share > 0)
        );
      },
      undefined,
      { timeout: 120_000 },
    );
    const seen = await scrollAll(page);
    console.log("scrolled over coarse levels:", seen);
    expect(seen).toEqual({ blank: 0, none: 0, instances: SLICES });
  }, 240_000);

  test("ends lossless, every digest equal", async () => {
    await page.waitForFunction(
      () => {
        const controller = window.sightline.viewports()[0] as unknown as { cached: Float32Array };
        return controller.cached.every((share) => share === 1);
      },
      undefined,
      { timeout: 240_000 },
    );
    const counted = await page.evaluate(async (slices) => {
      const viewport = window.sightline.viewports()[0];
      if (!viewport) throw new Error("no viewport");
      let lossless = 0,
        named = 0;
      const first = viewport.state.stackIndex;
      window.dispatchEvent(new KeyboardEvent("keydown", { key: "Home", bubbles: true }));
      for (let i = 0; i < slices; ++i) {
        if ((await viewport.whenQuality("lossless")) === "lossless") ++lossless;
        if (viewport.storedValue(0, 0) === i) ++named; // each slice carries its number in its corner
        window.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
      }
      return { lossless, named, first };
    }, SLICES);
    console.log("lossless slices:", counted);
    expect(counted.lossless).toBe(SLICES);
    expect(counted.named).toBe(SLICES);
  }, 300_000);
});
