// Cornerstone3D in a page of its own on our DICOMweb: it draws a study, and every frame that it can read has the stored values
// that other decoders gave.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Server, Store, launch, openPage, realDicom } from "../harness.ts";
import { writeCtSeries } from "../phantoms/phantoms.mjs";
import { StaticHost } from "../static_host.ts";
import { type ExpectedFrame, compareFrames, expectedFrames } from "./cornerstone_frames.ts";
import { buildCornerstonePage } from "./cornerstone_host.ts";

interface CornerstonePage {
  hashes(root: string, frames: ExpectedFrame[]): Promise<string[]>;
  show(root: string, study: string): Promise<{ images: number; values: number }>;
}
declare global {
  interface Window {
    cornerstonePage: CornerstonePage;
  }
}

const real = realDicom();
const temporary = mkdtempSync(join(tmpdir(), "sightline-cornerstone-"));
const store = new Store();
let host: StaticHost;
let server: Server;
let browser: Browser;
let page: Page;
let problems: string[];
let wanted: ExpectedFrame[] = [];
const ct = writeCtSeries(join(temporary, "ct"), { slices: 12, size: 64, study: 62 });

beforeAll(async () => {
  host = new StaticHost(await buildCornerstonePage(), "/", true);
  await host.start();
  if (real !== null) wanted = await expectedFrames(real, temporary);
  store.run("import", join(temporary, "ct"), ...new Set(wanted.map(({ path }) => path)));
  server = new Server(store, ["--cors-origin", new URL(host.url).origin]);
  await server.start();
  browser = await launch();
  ({ page, problems } = await openPage(browser, host.url));
  await page.waitForFunction(() => "cornerstonePage" in window);
}, 300_000);
afterAll(async () => {
  await browser.close();
  await server.stop();
  host.stop();
  store.dispose();
  rmSync(temporary, { recursive: true, force: true });
});
const root = () => `${server.origin}/dicom-web`;

test("a study is drawn", async () => {
  const { images, values } = await page.evaluate(
    ([service, study]) => window.cornerstonePage.show(service, study),
    [root(), ct.study] as const,
  );
  expect(images).toBe(12);
  expect(values).toBeGreaterThan(8);
  expect(problems).toEqual([]);
});

test.skipIf(real === null)(
  "every frame that it can read has the values that other decoders gave",
  async () => {
    const found = await page.evaluate(
      ([service, frames]) => window.cornerstonePage.hashes(service, frames),
      [root(), wanted] as const,
    );
    const { equal, differing } = compareFrames(wanted, found);
    console.log(`Cornerstone3D: ${String(equal)} of ${String(wanted.length)} frames equal`);
    expect(differing).toEqual([]);
    expect(equal).toBeGreaterThan(500);
  },
  600_000,
);
