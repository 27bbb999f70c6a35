// `npm run build:static`: the page on a host of plain files, at its root and in a folder. It opens and draws, and asks the host
// for nothing but its own files.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleStatic } from "../../server/build.mjs";
import { Server, Store, launch, openPage, untilQuality } from "./harness.ts";
import {
  choose,
  drag,
  drawn,
  listedStudies,
  openStudy,
  refusals,
  untilRead,
} from "./local_hands.ts";
import { writeCtSeries, writePhantoms } from "./phantoms/phantoms.mjs";
import { StaticHost } from "./static_host.ts";

const folder = mkdtempSync(join(tmpdir(), "sightline-static-"));
const site = join(folder, "site");
const phantoms = join(folder, "phantoms");
const volume = join(folder, "volume");
const ct = writeCtSeries(volume, { slices: 20, size: 128, study: 61, patient: "Static^Stella" });
const store = new Store();
const server = new Server(store);
/** study -> the picture as it is drawn over the server */
const expected = new Map<string, string>();
let browser: Browser;

beforeAll(async () => {
  writePhantoms(phantoms);
  store.import(phantoms);
  await Promise.all([bundleStatic(site), server.start()]);
  browser = await launch();
}, 300_000);
afterAll(async () => {
  await browser.close();
  await server.stop();
  store.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function drawnByServer(study: string): Promise<string> {
  const known = expected.get(study);
  if (known !== undefined) return known;
  const { page } = await openPage(browser, `${server.origin}/view/${study}`);
  const picture = await drawn(page);
  await page.context().close();
  expected.set(study, picture);
  return picture;
}
const stackIndex = (page: Page): Promise<number> =>
  page.evaluate(() => window.sightline.viewports()[0]?.state.stackIndex ?? -1);

describe.each([
  ["at the root", "/", false],
  ["in a folder", "/sub/dir/", false],
  ["of a host that sends no headers", "/sub/", true],
])("%s", (_name, base, isBare) => {
  const host = new StaticHost(site, base, isBare);
  beforeAll(() => host.start());
  afterAll(() => {
    host.stop();
  });

  test("chosen files are drawn as a server's are", async () => {
    const { page, problems } = await openPage(browser, host.url);
    expect(await page.locator(".list-empty").innerText()).toContain("Nothing is uploaded");
    await choose(
      page,
      readdirSync(phantoms).map((name) => join(phantoms, name)),
    );
    const studies = await listedStudies(page);
    expect(studies.length).toBe(readdirSync(phantoms).length); // each a study of its own
    for (const study of studies.filter((_, index) => index % 4 === 0)) {
      await openStudy(page, study);
      expect([study, await drawn(page)]).toEqual([study, await drawnByServer(study)]);
      await page.locator("a.back").click();
      await page.locator(".local-study").first().waitFor();
    }
    expect(page.url()).toBe(host.url);
    expect(await page.getByRole("button", { name: /upload/i }).count()).toBe(0);
    expect(problems).toEqual([]);
    await page.context().close();
    expect(host.foreign()).toEqual([]);
  }, 120_000);

  test("a dropped folder is scrolled, windowed and measured", async () => {
    const { page, problems } = await openPage(browser, host.url);
    const hands = await drag(page, [volume]);
    await page.locator(".local-drop").waitFor();
    await hands.drop();
    await untilRead(page);
    expect(await refusals(page)).toEqual([]);
    await openStudy(page, ct.study);
    expect(await untilQuality(page, "lossless")).toBe("original");

    const viewport = page.locator("#viewport");
    await viewport.hover();
    const before = await stackIndex(page);
    await page.mouse.wheel(0, 120);
    await expect.poll(() => stackIndex(page)).toBe(before + 1);
    await untilQuality(page, "lossless");
    const box = await viewport.boundingBox();
    if (box === null) throw new Error("no viewport");
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 80, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    const width = await page.evaluate(
      () => window.sightline.viewports()[0]?.state.windowWidth ?? 0,
    );
    expect(width).not.toBe(400);
    // the phantom's first pixels name their slice
    const values = await page.evaluate(() => {
      const [shown] = window.sightline.viewports();
      return [shown?.storedValue(0, 0), shown?.state.stackIndex];
    });
    expect(values[0]).toBe(values[1]);
    expect(problems).toEqual([]);
    await page.context().close();
    expect(host.foreign()).toEqual([]);
  });
});
