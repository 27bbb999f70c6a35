// Files of this computer in the page: the same pixels as over the server; nothing leaves the page until that is asked for.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Server, Store, launch, openPage, untilQuality } from "./harness.ts";
import { writePhantoms } from "./phantoms/phantoms.mjs";

const folder = mkdtempSync(join(tmpdir(), "sightline-local-"));
const store = new Store();
const server = new Server(store);
let browser: Browser;
let files: string[] = [];

/** SHA-256 of the picture as it is drawn, at 1:1. */
async function drawn(page: Page): Promise<string> {
  await untilQuality(page, "lossless");
  return page.evaluate(async () => {
    const viewport = window.sightline.viewports()[0];
    if (!viewport) throw new Error("no viewport");
    viewport.set({ zoom: 1, pan: { x: 0, y: 0 }, rotation: 0 });
    const digest = await crypto.subtle.digest("SHA-256", viewport.capture().data);
    return Array.from(new Uint8Array(digest)).join(" ");
  });
}
/** Chooses files and waits until they are read. */
async function choose(page: Page, paths: string | string[], what = "files"): Promise<void> {
  await page.locator(`input[data-open=${what}]`).setInputFiles(paths);
  await page.locator(".local-progress [role=status]", { hasText: /^[\d,.]+ files,/ }).waitFor();
}
/** Requests that could carry something out of the page. */
function watch(page: Page): string[] {
  const sent: string[] = [];
  page.on("request", (request) => {
    // OPTIONS asks whether the archive takes anything in, and has no body
    if (!["GET", "OPTIONS"].includes(request.method()) || request.postDataBuffer() !== null)
      sent.push(`${request.method()} ${request.url()}`);
  });
  page.on("websocket", (socket) => sent.push(`socket ${socket.url()}`));
  return sent;
}

beforeAll(async () => {
  const phantoms = join(folder, "phantoms");
  mkdirSync(phantoms);
  writePhantoms(phantoms);
  files = readdirSync(phantoms).map((name) => join(phantoms, name));
  store.import(phantoms);
  await server.start();
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  store.dispose();
  rmSync(folder, { recursive: true, force: true });
});

test("what was read is uploaded, and found in the archive byte for byte", async () => {
  const empty = new Store();
  const archive = new Server(empty);
  await archive.start();
  const { page, problems } = await openPage(browser, archive.origin);
  const [file = ""] = files;
  await choose(page, file);
  const upload = page.getByRole("button", { name: "Upload to this archive" });
  await upload.click();
  const status = page.locator(".local-upload [role=status]");
  await status.filter({ hasText: "1 of 1 objects are in the archive (0 were" }).waitFor();
  const study = await page.locator(".local-study").first().getAttribute("data-study");
  const answer = await fetch(`${archive.origin}/dicom-web/studies/${study ?? ""}`, {
    headers: { Accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' },
  });
  expect(answer.status).toBe(200);
  expect(Buffer.from(await answer.arrayBuffer()).includes(readFileSync(file))).toBe(true);
  await page.getByRole("button", { name: "Upload again" }).click();
  await status.filter({ hasText: "1 of 1 objects are in the archive (1 were" }).waitFor();
  expect(problems).toEqual([]);
  await page.context().close();
  await archive.stop();
  empty.dispose();
});

describe("files that are chosen", () => {
  test("are drawn as the server's are, and nothing is sent", async () => {
    const { page, problems } = await openPage(browser, server.origin);
    const sent = watch(page);
    await choose(page, files);
    expect(await page.locator(".local").textContent()).toContain("Nothing is uploaded");
    const studies = await page
      .locator(".local-study")
      .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset["study"] ?? ""));
    expect(studies.length).toBeGreaterThan(0);
    for (const study of studies) {
      await page.locator(`.local-study[data-study="${study}"]`).click();
      await page.waitForFunction(
        (uid) =>
          (window as Partial<Window>).sightline?.viewports()[0]?.state.studyInstanceUID === uid,
        study,
      );
      const local = await drawn(page);
      const quality = await untilQuality(page, "lossless");
      expect(["original", "lossy"]).toContain(quality);
      expect(new URL(page.url()).pathname).toBe("/");

      const remote = await openPage(browser, `${server.origin}/view/${study}`);
      expect([study, await drawn(remote.page)]).toEqual([study, local]);
      await remote.page.context().close();

      await page.locator("a.back").click();
      await page.locator(".local-study").first().waitFor();
    }
    expect(sent).toEqual([]);
    expect(problems).toEqual([]);
    await page.context().close();
  }, 300_000);

  test("what is not DICOM is listed, with the reason", async () => {
    const junk = join(folder, "junk");
    mkdirSync(junk);
    writeFileSync(join(junk, "notes.txt"), "not a picture");
    writeFileSync(join(junk, "empty"), "");
    const { page, problems } = await openPage(browser, server.origin);
    await choose(page, [
      files[0] ?? "",
      files[0] ?? "",
      join(junk, "notes.txt"),
      join(junk, "empty"),
    ]);
    await page.locator(".local-refused summary").click();
    const reasons = await page.locator(".local-refused li").allTextContents();
    expect(reasons.map((text) => text.replace(/\s+/g, " ").trim())).toEqual(
      expect.arrayContaining(["notes.txt – not a DICOM file", "empty – not a DICOM file"]),
    );
    expect(await page.locator(".local-study").count()).toBe(1);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("a dropped file is opened", async () => {
    const { page, problems } = await openPage(browser, server.origin);
    await page.locator("input[data-open=files]").waitFor({ state: "attached" }); // the page listens
    await page.evaluate((origin) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([`not DICOM, from ${origin}`], "dropped.txt"));
      const fire = (type: string): boolean =>
        document.body.dispatchEvent(
          new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }),
        );
      fire("dragenter");
      fire("drop");
    }, server.origin);
    await page.locator(".local-refused summary").click();
    expect(await page.locator(".local-refused li").textContent()).toContain("dropped.txt");
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
