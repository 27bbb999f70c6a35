// Three thousand files at once: they are counted as they come, what is read can be looked at meanwhile, and the page stays
// responsive. Times are printed, never judged: what is judged is how many files are cloned in one task of the page. (One long task
// is Chromium's own: before it tells the page of a folder it asks another process for the media type of each file in it.)
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Server, Store, launch, openPage, untilQuality } from "./harness.ts";
import { listedStudies, openStudy, refusals, untilRead } from "./local_hands.ts";
import { writeCtSeries } from "./phantoms/phantoms.mjs";

const STUDIES = 10;
const SLICES = 300;
const JUNK = 20;
const folder = mkdtempSync(join(tmpdir(), "sightline-many-"));
const archived = mkdtempSync(join(tmpdir(), "sightline-archived-"));
const store = new Store();
const server = new Server(store);
let browser: Browser;

beforeAll(async () => {
  for (let study = 0; study < STUDIES; study++)
    writeCtSeries(join(folder, String(study)), { slices: SLICES, size: 96, study: 700 + study });
  for (let n = 0; n < JUNK; n++)
    writeFileSync(join(folder, String(n % STUDIES), `${String(n)}.txt`), "junk");
  // of the same patient: the scan of logs knows whom the server must not name
  writeCtSeries(archived, { slices: 1, size: 96, study: 799 });
  store.import(archived);
  await server.start();
  browser = await launch();
}, 300_000);
afterAll(async () => {
  await browser.close();
  await server.stop();
  store.dispose();
  for (const made of [folder, archived]) rmSync(made, { recursive: true, force: true });
});

/** Files that one task of the page may hand to its worker: each costs a question to another process (web/source/local_files.ts). */
const MOST_FILES_IN_A_TASK = 16;

interface Watched extends Window {
  /** files that were handed to a worker, in the task in which most were, and in all */
  handed: { most: number; all: number };
  /** done of each progress line that was drawn, in order */
  seen: number[];
  longTasksMs: number[];
}
/** Counts from now on what a reader would see, and what would keep them waiting. */
async function watchPage(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watched = window as unknown as Watched;
    watched.seen = [];
    watched.longTasksMs = [];
    watched.handed = { most: 0, all: 0 };
    let inThisTask = 0;
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, message: unknown, ...rest: unknown[]) {
      const { files = [] } = message as { files?: readonly unknown[] };
      if (inThisTask === 0 && files.length > 0)
        setTimeout(() => {
          inThisTask = 0;
        });
      inThisTask += files.length;
      watched.handed.all += files.length;
      watched.handed.most = Math.max(watched.handed.most, inThisTask);
      Reflect.apply(post, this, [message, ...rest]);
    };
    new PerformanceObserver((list) => {
      watched.longTasksMs.push(...list.getEntries().map(({ duration }) => Math.round(duration)));
    }).observe({ type: "longtask" });
    new MutationObserver(() => {
      const bar = document.querySelector<HTMLProgressElement>(".local-progress progress");
      if (bar !== null && watched.seen.at(-1) !== bar.value) watched.seen.push(bar.value);
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
}
const progressBar = (page: Page) => page.locator(".local-progress progress");

test("3,000 files with junk among them: progress, a picture meanwhile, and all of it", async () => {
  const { page, problems } = await openPage(browser, server.origin);
  await watchPage(page);
  const started = Date.now();
  await page.locator("input[data-open=folder]").setInputFiles(folder);
  const handed = Date.now();

  // the first study is opened while others are read
  await page.locator(".local-study").first().waitFor();
  const listed = Date.now();
  const [first = ""] = await listedStudies(page);
  await openStudy(page, first);
  await untilQuality(page, "lossless");
  const firstPicture = Date.now();
  await page.locator("a.back").click();
  await progressBar(page).waitFor(); // it is still being read
  await untilRead(page);
  const read = Date.now();

  expect((await listedStudies(page)).length).toBe(STUDIES);
  const counts = await page.locator(".local-progress [role=status]").innerText();
  expect(counts.replace(/\D+/g, " ").trim()).toBe("3 020 3 000");
  const refused = await refusals(page);
  expect(refused.length).toBe(JUNK);
  expect(refused.every((text) => text.endsWith(".txt – not a DICOM file"))).toBe(true);
  const {
    seen,
    longTasksMs,
    handed: files,
    heap,
  } = await page.evaluate(() => {
    const { seen, longTasksMs, handed } = window as unknown as Watched;
    const { memory } = performance as unknown as { memory: { usedJSHeapSize: number } };
    return { seen, longTasksMs, handed, heap: memory.usedJSHeapSize };
  });
  expect(files.all).toBe(STUDIES * SLICES + JUNK);
  expect(files.most).toBeLessThanOrEqual(MOST_FILES_IN_A_TASK);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(new Set(seen).size).toBeGreaterThan(10);

  // the study that was opened early is whole
  await openStudy(page, first);
  await untilQuality(page, "lossless");
  const length = await page.evaluate(() => window.sightline.viewports()[0]?.state.stackLength);
  expect(length).toBe(SLICES);
  console.log(
    `3,020 files: handed over ${String(handed - started)} ms, first study ${String(listed - handed)} ms, ` +
      `first picture ${String(firstPicture - handed)} ms, all ${String(read - handed)} ms; ` +
      `at most ${String(files.most)} files in a task; ` +
      `tasks over 200 ms: ${String(longTasksMs.filter((ms) => ms > 200).length)}, longest ${String(Math.max(0, ...longTasksMs))} ms; ` +
      `heap ${String(Math.round(heap / 2 ** 20))} MiB`,
  );
  expect(problems).toEqual([]);
  await page.context().close();
}, 300_000);

test("a study that is shown grows, and the picture stays", async () => {
  const { page, problems } = await openPage(browser, server.origin);
  await page.locator("input[data-open=folder]").setInputFiles(folder);
  await page.locator(".local-study").first().waitFor();
  const [first = ""] = await listedStudies(page);
  await openStudy(page, first);
  await untilQuality(page, "lossless");
  const shown = () =>
    page.evaluate(() => {
      const viewport = window.sightline.viewports()[0];
      return { uid: viewport?.state.sopInstanceUID, length: viewport?.state.stackLength };
    });
  const { uid } = await shown();
  await expect.poll(async () => (await shown()).length, { timeout: 120_000 }).toBe(SLICES);
  expect((await shown()).uid).toBe(uid);
  await untilQuality(page, "lossless");
  await page.keyboard.press("End"); // a picture that came later
  await expect.poll(async () => (await shown()).uid).not.toBe(uid);
  expect(await untilQuality(page, "lossless")).toBe("original");
  // the phantom's first pixel names its slice
  const values = await page.evaluate(() => {
    const [viewport] = window.sightline.viewports();
    return [viewport?.storedValue(0, 0), viewport?.state.stackIndex];
  });
  expect(values).toEqual([SLICES - 1, SLICES - 1]);
  expect(problems).toEqual([]);
  await page.context().close();
}, 300_000);

test("cancel ends it: what was read stays", async () => {
  const { page, problems } = await openPage(browser, server.origin);
  await page.locator("input[data-open=folder]").setInputFiles(folder);
  await page.locator(".local-study").first().waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await untilRead(page);
  expect(await progressBar(page).count()).toBe(0);
  const [done = 0] = (await page.locator(".local-progress [role=status]").innerText())
    .replaceAll(",", "")
    .split(" ")
    .map(Number);
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(STUDIES * SLICES + JUNK);
  const [first = ""] = await listedStudies(page);
  await openStudy(page, first);
  expect(await untilQuality(page, "lossless")).toBe("original");
  expect(problems).toEqual([]);
  await page.context().close();
}, 300_000);
