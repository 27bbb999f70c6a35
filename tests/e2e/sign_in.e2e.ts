// The door: who is not signed in sees the sign-in and nothing else, and comes back to the picture that was asked for.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { untilQuality } from "./harness.ts";
import { Stand } from "./stand.ts";
import { writeCtSeries } from "./phantoms/phantoms.mjs";

const PASSWORD = "correct horse battery";
const stand = new Stand();
const { server, store, folder: dicom } = stand;
const ct = writeCtSeries(dicom, { slices: 12, size: 128, study: 51, patient: "Door^Dora" });
store.addUser("anna", PASSWORD);

async function open(path: string, options = {}): Promise<Page> {
  const context = await stand.browser.newContext({
    viewport: { width: 1366, height: 768 },
    ...options,
  });
  const page = await context.newPage();
  await page.goto(server.origin + path);
  return page;
}
async function signIn(page: Page, user = "anna", password = PASSWORD): Promise<void> {
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}
/** After a navigation: the page itself has to come first. */
async function untilLossless(page: Page): Promise<void> {
  await page.waitForFunction(() => "sightline" in window);
  await untilQuality(page, "lossless");
}
const shownInstance = (page: Page): Promise<string> =>
  page.evaluate(() => window.sightline.viewports()[0]?.state.sopInstanceUID ?? "");
/** Keys are heard when the chrome is there, which comes after the first picture. */
async function pressUntilOther(page: Page, key: "Home" | "End"): Promise<void> {
  const before = await shownInstance(page);
  await expect
    .poll(async () => {
      await page.keyboard.press(key);
      return shownInstance(page);
    })
    .not.toBe(before);
}

test("the list: by keys alone, the name is shown, and the way out leads back to the door", async () => {
  const page = await open("/#search=Dora");
  const refused: number[] = [];
  page.on("response", (response) => {
    if (response.status() === 401) refused.push(response.status());
  });
  expect(await page.title()).toContain("Sign in");
  expect(await page.locator("body").innerText()).not.toContain("Dora");
  await page.keyboard.type("anna"); // the first field has the focus
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await page.locator('a[href^="/view/"]').first().waitFor();
  expect(new URL(page.url()).hash).toBe("#search=Dora");
  await page.getByText("anna", { exact: true }).waitFor();
  expect(refused).toEqual([]);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Password").waitFor();
  await page.goBack();
  await page.getByLabel("Password").waitFor(); // nothing of the list is kept
  await page.context().close();
});

test("a link to one picture leads there through the sign-in", async () => {
  const first = await open(`/view/${ct.study}`);
  await signIn(first);
  await untilLossless(first);
  await pressUntilOther(first, "Home");
  const shown = await shownInstance(first);
  await first.waitForFunction((uid) => location.hash.endsWith(uid), shown);
  const link = new URL(first.url());
  await first.context().close();

  const page = await open(link.pathname + link.hash);
  await signIn(page, "anna", "wrong password");
  await page.getByRole("alert").waitFor();
  expect(await page.getByLabel("User name").inputValue()).toBe("anna");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await untilLossless(page);
  expect(new URL(page.url()).pathname + new URL(page.url()).hash).toBe(link.pathname + link.hash);
  expect(await shownInstance(page)).toBe(shown);
  await page.context().close();
});

test("a session that ends shuts the open viewer, and the next one goes on at the same picture", async () => {
  const page = await open(`/view/${ct.study}`);
  await signIn(page);
  await untilLossless(page);
  await pressUntilOther(page, "End");
  const shown = await shownInstance(page);
  await page.waitForFunction((uid) => location.hash.endsWith(uid), shown);
  store.addUser("anna", `${PASSWORD} anew`);
  await page.getByLabel("Password").waitFor({ timeout: 30_000 });
  expect(await page.locator("canvas").count()).toBe(0);
  await signIn(page, "anna", `${PASSWORD} anew`);
  await untilLossless(page);
  expect(await shownInstance(page)).toBe(shown);
  store.addUser("anna", PASSWORD);
  await page.context().close();
}, 120_000);

test("a name that is markup stays text", async () => {
  const page = await open("/");
  await signIn(page, '"><img src=x onerror=window.hacked=1>', "whatever it is");
  await page.getByRole("alert").waitFor();
  expect(await page.getByLabel("User name").inputValue()).toContain("onerror");
  expect(
    await page.evaluate(() => (window as unknown as { hacked?: number }).hacked),
  ).toBeUndefined();
  await page.context().close();
});

test("without scripts the form signs in all the same", async () => {
  const page = await open("/", { javaScriptEnabled: false });
  await signIn(page);
  await expect.poll(() => page.title()).toBe("Sightline");
  await page.context().close();
});
