// Pictures with ICC profiles in a real Chromium: what is drawn is what ArgyllCMS makes of the stored values, and the stored values
// themselves when the profiles are switched off.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Server, Store, launch, openPage, untilQuality } from "./harness.ts";
import { choose, openStudy } from "./local_hands.ts";

interface Known {
  study: string;
  side: number;
  pictures: Record<string, { instance: string; stored: string; shown: string }>;
}

const VIEWPORT = { width: 800, height: 600 };
/** The server's refusal of a profile that no picture of red, green and blue can be shown by; Chromium notes each. */
const REFUSAL =
  "console: Failed to load resource: the server responded with a status of 404 (Not Found)";

const store = new Store();
const server = new Server(store);
const folder = mkdtempSync(join(tmpdir(), "sightline-icc-"));
let known: Known;
let browser: Browser;
let page: Page;
let problems: string[] = [];
const asked: string[] = [];

beforeAll(async () => {
  const { status, stdout, stderr } = spawnSync(
    "/usr/bin/python3",
    ["-W", "ignore", join(import.meta.dirname, "icc_files.py"), folder],
    { encoding: "utf8", env: { PATH: "/usr/bin:/bin" }, maxBuffer: 1 << 24 },
  );
  if (status !== 0) throw new Error(`icc_files.py failed: ${stderr}`);
  known = JSON.parse(stdout) as Known;
  store.import(folder);
  await server.start();
  browser = await launch();
  ({ page, problems } = await openPage(browser, `${server.origin}/view/${known.study}`, VIEWPORT));
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
}, 120_000);
afterAll(async () => {
  await browser.close();
  await server.stop();
  store.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Shows a picture at 1:1, and waits until the badge says this of its profile ("": nothing). */
async function show(on: Page, name: string, mark: string): Promise<void> {
  const instance = known.pictures[name]?.instance ?? "";
  await on.evaluate(
    async ({ study, instance }) => {
      await window.sightline.open({ study, instance });
      window.sightline
        .viewports()[0]
        ?.set({ zoom: 1, pan: { x: 0, y: 0 }, interpolation: "nearest" });
    },
    { study: known.study, instance },
  );
  await untilQuality(on, "lossless");
  await untilMark(on, mark);
}
/** Of what follows the quality, which is another one for files of this computer. */
async function untilMark(on: Page, mark: string): Promise<void> {
  await on.locator(".overlay .quality", { hasText: new RegExp(`^[^·]*[^· ]${mark}$`) }).waitFor();
}
/** Red, green and blue of the picture's pixels, as they are drawn. */
async function drawn(on: Page): Promise<Uint8Array> {
  const base64 = await on.evaluate((side) => {
    const viewport = window.sightline.viewports()[0];
    if (!viewport) throw new Error("no viewport");
    const { width, height, data } = viewport.capture();
    const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
    let text = "";
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const at = 4 * ((top + y) * width + left + x);
        text += String.fromCharCode(...data.subarray(at, at + 3));
      }
    return btoa(text);
  }, known.side);
  return Buffer.from(base64, "base64");
}
function expected(name: string, what: "stored" | "shown"): Uint8Array {
  return Buffer.from(known.pictures[name]?.[what] ?? "", "base64");
}
function farthest(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? -1000))), 0);
}

describe("a picture with a profile", () => {
  test.each(["wide", "scanner", "p3", "straight", "palette"])(
    "is drawn as ArgyllCMS shows it: %s",
    async (name) => {
      await show(page, name, " · ICC");
      const picture = await drawn(page);
      expect(farthest(picture, expected(name, "shown"))).toBeLessThanOrEqual(1);
      // and not as it is stored
      expect(farthest(picture, expected(name, "stored"))).toBeGreaterThan(8);
    },
  );
  test("of the screen's own colours is drawn as it is stored", async () => {
    await show(page, "srgb", " · sRGB");
    expect(farthest(await drawn(page), expected("srgb", "stored"))).toBe(0);
    await show(page, "none", "");
    expect(farthest(await drawn(page), expected("none", "stored"))).toBe(0);
  });
  test("has a name that the badge and the menu tell", async () => {
    await show(page, "wide", " · ICC");
    expect(await page.locator(".overlay .quality").getAttribute("title")).toContain(
      "Sightline wide",
    );
    await page.locator("[data-panel=layers]").first().click();
    const toggle = page.getByRole("switch", { name: /Colour profile/ });
    expect(await toggle.getAttribute("aria-checked")).toBe("true");
    expect(await page.locator(".layers-menu").textContent()).toContain("Sightline wide");
    await toggle.click();
    await untilMark(page, " · ICC off");
    expect(await toggle.getAttribute("aria-checked")).toBe("false");
    await toggle.click();
    await page.keyboard.press("Escape");
    await untilMark(page, " · ICC");
  });
  test("that cannot be used says so, and is drawn as it is stored", async () => {
    for (const name of ["gray", "broken"]) {
      await show(page, name, " · No ICC");
      expect(farthest(await drawn(page), expected(name, "stored"))).toBe(0);
    }
  });
});

test("switched off, the stored values are drawn; the probe's are theirs all the time", async () => {
  await show(page, "scanner", " · ICC");
  const probed = (): Promise<number | number[] | null | undefined> =>
    page.evaluate(() => window.sightline.viewports()[0]?.storedValue(5, 7));
  const stored = [...expected("scanner", "stored").subarray(3 * (5 * known.side + 7))].slice(0, 3);
  await expect.poll(probed).toEqual(stored);
  await page.keyboard.press("k");
  await untilMark(page, " · ICC off");
  expect(farthest(await drawn(page), expected("scanner", "stored"))).toBe(0);
  await show(page, "palette", " · ICC off");
  expect(farthest(await drawn(page), expected("palette", "stored"))).toBe(0);
  expect(await probed()).not.toBeNull();
  await page.keyboard.press("k");
  await show(page, "scanner", " · ICC");
  expect(farthest(await drawn(page), expected("scanner", "shown"))).toBeLessThanOrEqual(1);
});

test("a profile is asked for once, and kept", async () => {
  const profiles = asked.filter((path) => path.startsWith("/profiles/"));
  expect(profiles.length).toBeGreaterThan(0);
  expect(new Set(profiles).size).toBe(profiles.length);
  const answer = await fetch(`${server.origin}${profiles[0] ?? ""}`);
  expect(answer.headers.get("cache-control")).toContain("immutable");
  expect(new Set(problems)).toEqual(new Set([REFUSAL]));
});

test("files of this computer are drawn by their profiles, too", async () => {
  const { page: local, problems: localProblems } = await openPage(browser, server.origin, VIEWPORT);
  await choose(
    local,
    readdirSync(folder).map((name) => join(folder, name)),
  );
  await openStudy(local, known.study);
  for (const [name, mark] of [
    ["wide", " · ICC"],
    ["scanner", " · ICC"],
    ["gray", " · No ICC"],
    ["none", ""],
  ] as const) {
    await show(local, name, mark);
    expect(farthest(await drawn(local), expected(name, "shown"))).toBeLessThanOrEqual(1);
  }
  expect(localProblems).toEqual([]);
  await local.context().close();
}, 60_000);
