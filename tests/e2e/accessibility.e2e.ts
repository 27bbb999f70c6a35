// WCAG 2.1 A and AA by axe-core, on the list and in the viewer, at desktop and phone size.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Server, Store, launch, openPage, untilQuality } from "./harness.ts";
import { choose, openStudy } from "./local_hands.ts";
import { writeCtSeries } from "./phantoms/phantoms.mjs";

const store = new Store();
const server = new Server(store);
const dicom = mkdtempSync(join(tmpdir(), "sightline-access-"));
const ct = writeCtSeries(dicom, { slices: 5, size: 128, study: 41, patient: "Access^Ada" });
let browser: Browser;

beforeAll(async () => {
  store.import(dicom);
  writeFileSync(join(dicom, "notes.txt"), "not a picture");
  await server.start();
  browser = await launch();
}, 120_000);
afterAll(async () => {
  await browser.close();
  await server.stop();
  store.dispose();
  rmSync(dicom, { recursive: true, force: true });
});

/** Rule and element of each violation. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations: found } = await (
      window as unknown as { axe: typeof import("axe-core") }
    ).axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] });
    return found.flatMap(({ id, nodes }) =>
      nodes.map(
        ({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary ?? ""}`,
      ),
    );
  });
}

describe.each([
  ["desktop", { width: 1366, height: 768 }, false],
  ["phone", { width: 390, height: 844 }, true],
] as const)("on a %s", (_name, size, touch) => {
  test("the study list", async () => {
    const { page } = await openPage(browser, `${server.origin}/`, size, touch);
    await page.locator('a[href^="/view/"]').first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });
  test("the sign-in", async () => {
    const { page } = await openPage(browser, `${server.origin}/login`, size, touch);
    await page.getByLabel("Password").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });
  test("files of this computer", async () => {
    const { page } = await openPage(browser, `${server.origin}/`, size, touch);
    await choose(page, dicom, "folder");
    await page.getByRole("button", { name: "Upload to this archive" }).waitFor();
    await page.locator(".local-refused summary").click();
    expect(await violations(page)).toEqual([]);
    await openStudy(page, ct.study);
    await untilQuality(page, "lossless");
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });
  test("the viewer", async () => {
    const { page } = await openPage(browser, `${server.origin}/view/${ct.study}`, size, touch);
    await untilQuality(page, "lossless");
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });
});
