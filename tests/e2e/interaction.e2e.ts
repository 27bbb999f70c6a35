// Hands: mouse, keyboard and touch do what UI conventions promise, on the list and in the viewer.
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { ViewportState } from "../../web/shared/api.ts";
import { untilQuality } from "./harness.ts";
import { Stand } from "./stand.ts";
import { writeCtSeries } from "./phantoms/phantoms.mjs";

const stand = new Stand();
const { server, folder: dicom } = stand;
const ct = writeCtSeries(join(dicom, "a"), {
  slices: 30,
  size: 256,
  study: 31,
  patient: "Hands^Anna",
});
writeCtSeries(join(dicom, "b"), { slices: 3, size: 64, study: 32, patient: "Other^Otto" });

const state = (page: Page): Promise<ViewportState> =>
  page.evaluate(() => {
    const viewport = window.sightline.viewports()[0];
    if (!viewport) throw new Error("no viewport");
    return { ...viewport.state };
  });
async function centre(page: Page): Promise<{ x: number; y: number }> {
  const box = await page.locator("#viewport canvas").first().boundingBox();
  if (!box) throw new Error("no canvas");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
async function drag(
  page: Page,
  dx: number,
  dy: number,
  button: "left" | "middle" | "right" = "left",
): Promise<void> {
  const { x, y } = await centre(page);
  await page.mouse.move(x, y);
  await page.mouse.down({ button });
  for (let i = 1; i <= 8; ++i) await page.mouse.move(x + (dx * i) / 8, y + (dy * i) / 8);
  await page.mouse.up({ button });
}

test("the list: search as you type, sort by a column, open by click or by keys alone", async () => {
  const { page, problems } = await stand.open("/");
  await expect.poll(() => page.locator("body").innerText(), { timeout: 15_000 }).toMatch(/Hands/);
  await page.locator("input[type=search]").fill("otto");
  await expect.poll(() => page.locator("body").innerText()).not.toMatch(/Hands/);
  await page.locator("input[type=search]").fill("anna");
  await expect.poll(() => page.locator("body").innerText()).toMatch(/Hands/);
  await page.locator(`a[href*="${ct.study}"]`).first().click();
  await page.waitForURL(`**/view/${ct.study}**`);
  await untilQuality(page, "screen");
  await page.goto(`${server.origin}/`);
  const patients = () => page.locator('a[href^="/view/"]').allInnerTexts();
  const order = async () =>
    (await patients()).map((text) => (text.includes("Hands") ? "Hands" : "Other"));
  await page
    .getByRole("button", { name: /patient/i })
    .first()
    .click();
  await expect.poll(order).toEqual(["Hands", "Other"]);
  await page
    .getByRole("button", { name: /patient/i })
    .first()
    .click();
  await expect.poll(order).toEqual(["Other", "Hands"]);
  await page.locator("input[type=search]").fill("anna");
  await expect.poll(order).toEqual(["Hands"]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/view/${ct.study}**`);
  await untilQuality(page, "screen");
  expect(problems).toEqual([]);
});

describe("the viewer", () => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await stand.open(`/view/${ct.study}`));
    await untilQuality(page, "lossless");
    await page.waitForTimeout(300);
  });

  test("opens at the middle of the stack, fitted, with the file's window", async () => {
    const now = await state(page);
    expect(now.stackLength).toBe(30);
    expect(now.stackIndex).toBe(15);
    expect([now.windowCenter, now.windowWidth]).toEqual([40, 400]);
    expect(now.fit).toBe(true);
  });
  test("wheel scrolls one picture", async () => {
    const before = (await state(page)).stackIndex;
    const { x, y } = await centre(page);
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, 100);
    await expect.poll(async () => (await state(page)).stackIndex).toBe(before + 1);
    await page.mouse.wheel(0, -100);
    await expect.poll(async () => (await state(page)).stackIndex).toBe(before);
  });
  test("left drag: right is wider, up is brighter", async () => {
    const before = await state(page);
    await drag(page, 80, 0);
    const wider = await state(page);
    expect(wider.windowWidth ?? 0).toBeGreaterThan(before.windowWidth ?? 0);
    await drag(page, 0, -80);
    expect((await state(page)).windowCenter ?? 0).toBeLessThan(wider.windowCenter ?? 0);
  });
  test("middle drag pans, right drag zooms, space resets", async () => {
    await drag(page, 40, 25, "middle");
    const panned = await state(page);
    expect(panned.pan.x).toBeCloseTo(40, 0);
    expect(panned.pan.y).toBeCloseTo(25, 0);
    await drag(page, 0, -60, "right");
    const zoomed = await state(page);
    expect(zoomed.zoom).not.toBe(panned.zoom);
    await page.keyboard.press("Space");
    const reset = await state(page);
    expect(reset.fit).toBe(true);
    expect([reset.windowCenter, reset.windowWidth]).toEqual([40, 400]);
  });
  test("keys: digits are presets, R H V I turn, flip and invert, Home and End go to the ends", async () => {
    await page.keyboard.press("2");
    const preset = await state(page);
    expect([preset.windowCenter, preset.windowWidth]).not.toEqual([40, 400]);
    for (const key of ["r", "h", "v", "i"]) await page.keyboard.press(key);
    const turned = await state(page);
    expect(turned).toMatchObject({
      rotation: 90,
      flipHorizontal: true,
      flipVertical: true,
      inverted: true,
    });
    await page.keyboard.press("End");
    expect((await state(page)).stackIndex).toBe(29);
    await page.keyboard.press("Home");
    expect((await state(page)).stackIndex).toBe(0);
    await page.keyboard.press("Space");
  });
  test("orientation letters follow a flip and a turn", async () => {
    const letters = () => page.locator(".overlay .letter").allInnerTexts();
    await page.keyboard.press("Space");
    await expect.poll(letters).toEqual(["A", "L", "P", "R"]);
    await page.keyboard.press("h");
    await expect.poll(letters).toEqual(["A", "R", "P", "L"]);
    await page.keyboard.press("r");
    await expect.poll(letters).toEqual(["L", "A", "R", "P"]);
    await page.keyboard.press("Space");
  });
});

test("touch on a phone: swipe scrolls, pinch zooms, a stack plays", async () => {
  const { page } = await stand.open(`/view/${ct.study}`, { width: 390, height: 844 }, true);
  await untilQuality(page, "screen");
  await page.waitForTimeout(500);
  const before = await state(page);
  const { x, y } = await centre(page);
  const touch = await page.context().newCDPSession(page);
  const send = (type: string, points: [number, number][]) =>
    touch.send("Input.dispatchTouchEvent", {
      type: type as "touchStart",
      touchPoints: points.map(([px, py], id) => ({ x: px, y: py, id })),
    });
  await send("touchStart", [[x, y]]);
  for (let i = 1; i <= 10; ++i) await send("touchMove", [[x, y - i * 12]]);
  await send("touchEnd", []);
  await expect.poll(async () => (await state(page)).stackIndex).not.toBe(before.stackIndex);
  await send("touchStart", [
    [x - 30, y],
    [x + 30, y],
  ]);
  for (let i = 1; i <= 10; ++i)
    await send("touchMove", [
      [x - 30 - i * 6, y],
      [x + 30 + i * 6, y],
    ]);
  await send("touchEnd", []);
  await expect.poll(async () => (await state(page)).zoom).toBeGreaterThan(before.zoom * 1.5);
  const { stackIndex } = await state(page);
  await page.getByRole("button", { name: "More" }).tap();
  await page.getByRole("button", { name: "Play / pause cine" }).tap();
  await expect.poll(async () => (await state(page)).stackIndex).not.toBe(stackIndex);
  await page.getByRole("button", { name: "Pause", exact: true }).tap();
}, 60_000);
