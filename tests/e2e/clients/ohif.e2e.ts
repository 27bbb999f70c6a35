// OHIF and Cornerstone3D, as they come from npm, on our DICOMweb: the list, the viewer, stored values.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Server, Store, launch, openPage, realDicom } from "../harness.ts";
import { writeCtSeries } from "../phantoms/phantoms.mjs";
import { type ExpectedFrame, compareFrames, expectedFrames } from "./cornerstone_frames.ts";
import { OhifHost } from "./ohif_host.ts";

const host = new OhifHost();
const real = realDicom();
let browser: Browser;

beforeAll(async () => {
  await host.start();
  browser = await launch();
}, 300_000);
afterAll(async () => {
  await browser.close();
  host.stop();
});

/** A store of these files, its server, and OHIF's page on them. */
async function withOhif<T>(
  paths: readonly string[],
  path: string,
  work: (page: Page, problems: string[]) => Promise<T>,
): Promise<T> {
  const store = new Store();
  const server = new Server(store, ["--cors-origin", host.origin]);
  try {
    store.run("import", ...paths);
    await server.start();
    host.serviceUri = `${server.origin}/dicom-web`;
    const { page, problems } = await openPage(browser, `${host.origin}${path}`);
    const result = await work(page, problems);
    await page.context().close();
    return result;
  } finally {
    await server.stop();
    store.dispose();
  }
}

test("OHIF lists a study and shows its pictures", async () => {
  const dicom = mkdtempSync(join(tmpdir(), "sightline-ohif-"));
  const ct = writeCtSeries(dicom, { slices: 12, size: 64, study: 61, patient: "Web^Wanda" });
  await withOhif([dicom], "/", async (page, problems) => {
    await page.getByText("Web, Wanda").first().waitFor({ timeout: 30_000 });
    await page.goto(`${host.origin}/viewer?StudyInstanceUIDs=${ct.study}`);
    // The overlay counts the series' images once OHIF has its metadata and its first frame.
    await page
      .getByText(/\(\d+\/12\)/)
      .first()
      .waitFor({ timeout: 60_000 });
    const drawn = await page.waitForFunction(
      () => {
        const canvas = document.querySelector<HTMLCanvasElement>(".viewport-element canvas");
        const pixels = canvas
          ?.getContext("2d")
          ?.getImageData(0, 0, canvas.width, canvas.height).data;
        return pixels !== undefined && new Set(pixels).size > 8;
      },
      undefined,
      { timeout: 60_000 },
    );
    expect(await drawn.jsonValue()).toBe(true);
    expect(problems).toEqual([]);
  });
  rmSync(dicom, { recursive: true, force: true });
});

/** The values that Cornerstone3D loads, each in as many bytes as the stored one has, hashed. */
async function loadFrames(
  page: Page,
  serviceUri: string,
  wanted: ExpectedFrame[],
): Promise<string[]> {
  return page.evaluate(
    async ([root, rows]) => {
      interface Loaded {
        getPixelData(): ArrayLike<number>;
      }
      const { cornerstone, extensionManager } = window as unknown as {
        cornerstone: { imageLoader: { loadImage(id: string, options: object): Promise<Loaded> } };
        extensionManager: {
          getActiveDataSource(): {
            retrieve: { series: { metadata(of: object): Promise<unknown> } };
          }[];
        };
      };
      const [source] = extensionManager.getActiveDataSource();
      const hex = (bytes: ArrayBuffer) =>
        Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, "0")).join("");
      const found: string[] = [];
      const studies = new Set(rows.map(({ uids }) => uids[0]));
      for (const study of studies)
        await source?.retrieve.series.metadata({ ["StudyInstanceUID"]: study });
      await new Promise((later) => setTimeout(later, 500)); // it files them after its promise
      for (const { uids, frame, bytes } of rows) {
        const [study, series, instance] = uids;
        const id = `wadors:${root}/studies/${study}/series/${series}/instances/${instance}/frames/${String(frame)}`;
        try {
          const image = await cornerstone.imageLoader.loadImage(id, {
            preScale: { enabled: false },
          });
          const values = image.getPixelData();
          const out = new Uint8Array(bytes);
          const width = bytes / values.length; // of 16-bit pixels in a small range it makes bytes
          for (let i = 0; i < values.length; ++i)
            for (let b = 0; b < width; ++b)
              out[i * width + b] = ((values[i] ?? 0) >> (8 * b)) & 255;
          found.push(hex(await crypto.subtle.digest("SHA-256", out)));
        } catch (error) {
          found.push(`failed: ${String((error as { error?: unknown }).error ?? error)}`);
        }
      }
      return found;
    },
    [serviceUri, wanted] as const,
  );
}

/** Every nth frame: cornerstone.e2e.ts loads all of them. */
const SAMPLE = 12;

test.skipIf(real === null)(
  "OHIF's Cornerstone3D loads the stored values that other decoders gave",
  async () => {
    const temporary = mkdtempSync(join(tmpdir(), "sightline-ohif-"));
    const all = await expectedFrames(real ?? "", temporary);
    const wanted = all.filter((_, i) => i % SAMPLE === 0);
    const paths = [...new Set(wanted.map(({ path }) => path))];
    await withOhif(paths, "/", async (page) => {
      await page.waitForFunction(() => "cornerstone" in window && "extensionManager" in window);
      const found = await loadFrames(page, host.serviceUri, wanted);
      const { equal, differing } = compareFrames(wanted, found);
      expect(differing).toEqual([]);
      expect(equal).toBeGreaterThan(40);
    });
    rmSync(temporary, { recursive: true, force: true });
  },
  600_000,
);
