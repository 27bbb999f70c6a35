// Files of this computer in the page: the same pixels as over the server; nothing leaves the page until that is asked for.
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
import { writePhantoms } from "./phantoms/phantoms.mjs";

const folder = mkdtempSync(join(tmpdir(), "sightline-local-"));
const store = new Store();
const server = new Server(store);
let browser: Browser;
let files: string[] = [];

/** What a page asks of its server before it has files: these and nothing else are asked with files too. */
const OWN_REQUESTS = [
  /^GET \/$/,
  /^GET \/assets\/[\w.-]+$/,
  /^GET \/api\/(session|status)$/,
  /^GET \/api\/studies\?sort=date&order=desc&offset=0&limit=\d+$/,
  /^OPTIONS \/dicom-web\/studies$/, // whether the archive takes anything in
];
/** Requests, of the page and of its workers, that are not the page's own, or have a body. */
function watch(page: Page): string[] {
  const sent: string[] = [];
  page.context().on("request", (request) => {
    const { origin, pathname, search, hash } = new URL(request.url());
    const line = `${request.method()} ${pathname}${search}${hash}`;
    const isOwn =
      origin === new URL(page.url()).origin && OWN_REQUESTS.some((own) => own.test(line));
    if (!isOwn || request.postDataBuffer() !== null) sent.push(line);
  });
  page.on("websocket", (socket) => sent.push(`socket ${socket.url()}`));
  return sent;
}

const isFocused = (page: Page, selector: string): Promise<boolean> =>
  page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector);
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 20 && !(await isFocused(page, selector)); presses++)
    await page.keyboard.press("Tab");
  expect(await isFocused(page, selector)).toBe(true);
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
  const sent = watch(page);
  const [file = ""] = files;
  await choose(page, file);
  expect(sent).toEqual([]);
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
  expect(sent).toContain("POST /dicom-web/studies"); // requests of workers are seen
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
    const studies = await listedStudies(page);
    expect(studies.length).toBeGreaterThan(0);
    for (const study of studies) {
      await openStudy(page, study);
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
    expect(await refusals(page)).toEqual(
      expect.arrayContaining(["notes.txt – not a DICOM file", "empty – not a DICOM file"]),
    );
    expect(await page.locator(".local-study").count()).toBe(1);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("a dropped folder is opened with all that is in it", async () => {
    const tree = join(folder, "tree");
    mkdirSync(join(tree, "deeper"), { recursive: true });
    copyFileSync(files[0] ?? "", join(tree, "deeper", "picture"));
    writeFileSync(join(tree, "dropped.txt"), "not a picture");
    const { page, problems } = await openPage(browser, server.origin);
    const sent = watch(page);
    const hands = await drag(page, [tree]);
    await page.locator(".local-drop").waitFor();
    await hands.drop();
    await untilRead(page);
    expect(await page.locator(".local-drop").count()).toBe(0);
    expect(await page.locator(".local-study").count()).toBe(1);
    expect(await refusals(page)).toEqual(["tree/dropped.txt – not a DICOM file"]);
    expect(sent).toEqual([]);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("by keys alone: choose, open, and back to the same row", async () => {
    const { page, problems } = await openPage(browser, server.origin);
    // asked for early: the browser is told to give dialogues away, and must have heard it by the key
    const dialogue = page.waitForEvent("filechooser");
    await page.getByLabel("Open files").waitFor({ state: "attached" });
    await tabTo(page, "input[data-open=files]");
    await page.keyboard.press("Enter");
    await (await dialogue).setFiles(files.slice(0, 3));
    await untilRead(page);
    const [, second = ""] = await listedStudies(page);
    const row = `.local-study[data-study="${second}"]`;
    await tabTo(page, row);
    await page.keyboard.press("Enter");
    await page.waitForFunction(
      (uid) =>
        (window as Partial<Window>).sightline?.viewports()[0]?.state.studyInstanceUID === uid,
      second,
    );
    await untilQuality(page, "lossless");
    await tabTo(page, "a.back");
    await page.keyboard.press("Enter");
    await page.locator(".local-study").first().waitFor();
    expect(await isFocused(page, row)).toBe(true);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("by touch: a tap opens, the way back is a tap", async () => {
    const { page, problems } = await openPage(
      browser,
      server.origin,
      { width: 390, height: 844 },
      true,
    );
    await choose(page, files.slice(0, 3));
    for (const row of await page.locator(".local-study, .local-button").all())
      expect((await row.boundingBox())?.height ?? 0).toBeGreaterThanOrEqual(44);
    await page.locator(".local-study").nth(1).tap();
    await page.locator("#viewport canvas.picture").waitFor();
    await untilQuality(page, "lossless");
    await page.locator("a.back").tap();
    await page.locator(".local-study").first().waitFor();
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
