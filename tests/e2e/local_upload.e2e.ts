// "Upload to this archive": what is acknowledged stays so when the server is killed, the page is closed or the session ends, and
// nothing is sent twice.
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Server, Store, launch, openPage } from "./harness.ts";
import { choose } from "./local_hands.ts";
import { writeCtSeries } from "./phantoms/phantoms.mjs";

const SLICES = 450; // five requests
const PASSWORD = "correct horse battery";
const folder = mkdtempSync(join(tmpdir(), "sightline-upload-"));
const volume = join(folder, "volume");
const few = join(folder, "few");
const ct = writeCtSeries(volume, { slices: SLICES, size: 64, study: 801 });
writeCtSeries(few, { slices: 3, size: 64, study: 802 });
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

const status = (page: Page, text: string | RegExp): Promise<void> =>
  page.locator(".local-upload [role=status]", { hasText: text }).waitFor({ timeout: 60_000 });
const press = (page: Page, name: string): Promise<void> =>
  page.getByRole("button", { name, exact: true }).click();
/** Resolves when the archive has answered the first request of an upload. */
const firstAnswer = (page: Page): Promise<unknown> =>
  page.context().waitForEvent("response", (response) => response.request().method() === "POST");
async function storedInstances(server: Server): Promise<number> {
  const answer = await fetch(`${server.origin}/dicom-web/studies/${ct.study}/instances`, {
    headers: { Accept: "application/dicom+json" },
  });
  return answer.status === 200 ? ((await answer.json()) as unknown[]).length : 0;
}

test("the server is killed and comes back: the upload waits, and goes on where it was", async () => {
  const store = new Store();
  const server = new Server(store);
  await server.start();
  const { page } = await openPage(browser, server.origin);
  await choose(page, volume, "folder");
  const answered = firstAnswer(page);
  await press(page, "Upload to this archive");
  await answered;
  await server.stop("SIGKILL");
  await status(page, /No connection/);
  await server.start();
  const before = await storedInstances(server);
  expect(before).toBeGreaterThanOrEqual(100); // acknowledged before the kill
  expect(before).toBeLessThan(SLICES);
  await status(page, `${String(SLICES)} of ${String(SLICES)} objects are in the archive`);
  await press(page, "Upload again");
  await status(page, `(${String(SLICES)} were there before)`);
  expect(await page.locator(".local-upload .local-refused").count()).toBe(0);
  expect(await storedInstances(server)).toBe(SLICES);

  const sent = readFileSync(join(volume, "0200.dcm"));
  const answer = await fetch(
    `${server.origin}/dicom-web/studies/${ct.study}/series/${ct.series}/instances/${ct.instance(200)}`,
    { headers: { Accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' } },
  );
  expect(Buffer.from(await answer.arrayBuffer()).includes(sent)).toBe(true);
  await page.context().close();
  await server.stop();
  store.dispose();
}, 180_000);

test("the page is closed meanwhile: the next one sends only what is missing", async () => {
  const store = new Store();
  const server = new Server(store);
  await server.start();
  const first = await openPage(browser, server.origin);
  await choose(first.page, volume, "folder");
  const answered = firstAnswer(first.page);
  await press(first.page, "Upload to this archive");
  await answered;
  await first.page.context().close();
  const before = await storedInstances(server);
  expect(before).toBeGreaterThanOrEqual(100);

  const { page, problems } = await openPage(browser, server.origin);
  await choose(page, volume, "folder");
  await press(page, "Upload to this archive");
  await status(page, `${String(SLICES)} of ${String(SLICES)} objects are in the archive`);
  const text = await page.locator(".local-upload [role=status]").innerText();
  expect(Number(/\((\d+) were there/.exec(text)?.[1])).toBeGreaterThanOrEqual(before);
  expect(await storedInstances(server)).toBe(SLICES);
  expect(problems).toEqual([]);
  await page.context().close();
  await server.stop();
  store.dispose();
}, 180_000);

test("a file that has changed meanwhile is named, the others are stored", async () => {
  const store = new Store();
  const server = new Server(store);
  await server.start();
  const { page, problems } = await openPage(browser, server.origin);
  const changing = join(folder, "changing");
  writeCtSeries(changing, { slices: 3, size: 64, study: 803 });
  await choose(page, changing, "folder");
  appendFileSync(join(changing, "0001.dcm"), "x");
  await press(page, "Upload to this archive");
  await status(page, "2 of 3 objects are in the archive");
  const failures = await page.locator(".local-upload li").allTextContents();
  expect(failures.map((text) => text.trim())).toEqual([
    "changing/0001.dcm – the file could not be read",
  ]);
  expect(problems).toEqual([]);
  await page.context().close();
  await server.stop();
  store.dispose();
});

test("with a sign-in: who is in uploads; a session that ends leads to the door, and nothing is lost", async () => {
  const store = new Store();
  store.addUser("anna", PASSWORD);
  const server = new Server(store);
  await server.start();
  const { page } = await openPage(browser, server.origin);
  const signIn = async (): Promise<void> => {
    await page.getByLabel("User name").fill("anna");
    await page.getByLabel("Password").fill(PASSWORD);
    await press(page, "Sign in");
    await page.locator("input[data-open=files]").waitFor({ state: "attached" });
  };
  await signIn();
  const paths = readdirSync(few).map((name) => join(few, name));
  await choose(page, paths.slice(0, 2));
  await press(page, "Upload to this archive");
  await status(page, "2 of 2 objects are in the archive (0 were");

  await server.stop();
  await server.start(); // sessions are in memory
  await page.getByLabel("Password").waitFor({ timeout: 60_000 });
  await signIn();
  await choose(page, paths);
  await press(page, "Upload to this archive");
  await status(page, "3 of 3 objects are in the archive (2 were");
  await page.context().close();
  await server.stop();
  store.dispose();
}, 180_000);
