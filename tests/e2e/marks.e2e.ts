// Graphics of structured reports and bulk annotations over the pictures that they mean, in a real Chromium: what is drawn lies where
// pydicom and numpy say (mark_files.py), device pixel by device pixel; the ways from the report to the picture and back.
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { untilQuality, madeByPython } from "./harness.ts";
import { Stand } from "./stand.ts";
import { axeViolations } from "./axe_violations.ts";
import { choose, openStudy } from "./local_hands.ts";

type Point = [number, number];
type Curves = Record<string, Point[][]>;
interface Known {
  ct: {
    study: string;
    rows: number;
    cols: number;
    images: string[];
    /** picture (from 0) -> finding -> curves */
    curves: Record<string, Curves>;
    spots: Record<string, Point[]>;
  };
  sm: { study: string; rows: number; cols: number; curves: Curves; points: Point[] };
}

const VIEWPORT = { width: 900, height: 640 };
const poll = { timeout: 8000, interval: 100 };
const stand = new Stand();
const { folder } = stand;
const known = madeByPython("mark_files.py", folder) as Known;
let page: Page;
let problems: string[] = [];

beforeAll(async () => {
  ({ page, problems } = await stand.open(`/view/${known.ct.study}`, VIEWPORT));
  await page.waitForFunction(() => document.querySelector("canvas.layer-canvas") !== null);
});

async function show(on: Page, study: string, instance: string | null, zoom: number): Promise<void> {
  await on.evaluate(
    async ({ study, instance, zoom }) => {
      await window.sightline.open(instance === null ? { study } : { study, instance });
      window.sightline.viewports()[0]?.set({ zoom, pan: { x: 0, y: 0 }, fit: false });
    },
    { study, instance, zoom },
  );
  // of a slide only what lies over it is looked at here
  await untilQuality(on, instance === null ? "preview" : "lossless");
}
interface Canvas {
  width: number;
  height: number;
  rgba: Buffer;
}
/** What the page says of it: where its pixels are that are not clear, and these; most are. */
async function drawn(on: Page): Promise<Canvas> {
  const { width, height, base64 } = await on.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const canvas = document.querySelector<HTMLCanvasElement>("canvas.layer-canvas");
    if (!canvas || canvas.hidden) return { width: 0, height: 0, base64: "" };
    const { width, height } = canvas;
    const data = canvas.getContext("2d")?.getImageData(0, 0, width, height).data;
    const pixels = new Uint32Array(data?.buffer ?? new ArrayBuffer(0));
    const found: number[] = [];
    pixels.forEach((pixel, index) => {
      if (pixel !== 0) found.push(index, pixel);
    });
    const bytes = new Uint8Array(Uint32Array.from(found).buffer);
    const parts: string[] = [];
    for (let i = 0; i < bytes.length; i += 8192)
      parts.push(String.fromCharCode(...bytes.subarray(i, i + 8192)));
    return { width, height, base64: btoa(parts.join("")) };
  });
  const rgba = Buffer.alloc(4 * width * height);
  const found = Buffer.from(base64, "base64");
  for (let i = 0; i < found.length; i += 8)
    found.copy(rgba, 4 * found.readUInt32LE(i), i + 4, i + 8);
  return { width, height, rgba };
}
/** Colours of the list, by what they are of. */
async function colors(on: Page): Promise<Map<string, number[]>> {
  const listed = await on.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>(".object li:not(.all)")].map((row) => {
      const swatch = row.querySelector<HTMLElement>(".swatch");
      const color = swatch === null ? "" : getComputedStyle(swatch).getPropertyValue("--region");
      return [row.querySelector(".label")?.textContent ?? "", color] as const;
    }),
  );
  return new Map(listed.map(([label, color]) => [label, (color.match(/\d+/g) ?? []).map(Number)]));
}
interface View {
  zoom: number;
  rows: number;
  cols: number;
}
/** Device pixels of a point of a picture in the middle of the viewport: docs/slides.md, web/view/geometry.ts. */
function device({ width, height }: Canvas, { zoom, rows, cols }: View, [col, row]: Point): Point {
  const left = Math.floor((width - cols * zoom) / 2 + 1 / 1024);
  const top = Math.floor((height - rows * zoom) / 2 + 1 / 1024);
  return [left + col * zoom, top + row * zoom];
}
/** Of a curve: points without its colour within a pixel; and pixels of just its colour further than that (and half the line) from it. */
function misdrawn(canvas: Canvas, view: View, curve: readonly Point[], rgb: readonly number[]) {
  const { width, height, rgba } = canvas;
  if (width === 0 || rgb.length !== 3) return { missing: curve.length, astray: 0 };
  const points = curve.map((point) => device(canvas, view, point));
  const isColored = (x: number, y: number): boolean =>
    x >= 0 &&
    y >= 0 &&
    x < width &&
    y < height &&
    rgb.every((value, i) => Math.abs((rgba[4 * (y * width + x) + i] ?? 0) - value) <= 60) &&
    (rgba[4 * (y * width + x) + 3] ?? 0) > 100;
  const isNear = (x: number, y: number): boolean => {
    for (let down = -1; down <= 1; down++)
      for (let across = -1; across <= 1; across++)
        if (isColored(Math.floor(x) + across, Math.floor(y) + down)) return true;
    return false;
  };
  const isIn = ([x, y]: Point): boolean => x > 2 && y > 2 && x < width - 2 && y < height - 2;
  const missing = points.filter((point) => isIn(point) && !isNear(...point)).length;
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  let astray = 0;
  for (let y = Math.floor(Math.min(...ys)) - 4; y < Math.max(...ys) + 4; y++)
    for (let x = Math.floor(Math.min(...xs)) - 4; x < Math.max(...xs) + 4; x++)
      if (isColored(x, y)) {
        const isBeside = ([px, py]: Point): boolean =>
          (px - x - 0.5) ** 2 + (py - y - 0.5) ** 2 <= 6.25;
        if (!points.some(isBeside)) astray++;
      }
  return { missing, astray };
}
const RIGHT = { missing: 0, astray: 0 };
/** Whether the middle of a cross, and the ends of its arms, have this colour. */
function hasCross(canvas: Canvas, view: View, point: Point, rgb: readonly number[]): boolean {
  const [x, y] = device(canvas, view, point);
  const line: Point[] = [-4, -2, 0, 2, 4].map((step) => [point[0] + step / view.zoom, point[1]]);
  return x > 0 && y > 0 && misdrawn(canvas, view, line, rgb).missing === 0;
}
async function only(on: Page, label: string): Promise<void> {
  await on.evaluate((label) => {
    for (const row of document.querySelectorAll<HTMLElement>(".object li:not(.all)")) {
      const eye = row.querySelector<HTMLElement>(".eye");
      const isIt = row.querySelector(".label")?.textContent === label;
      if ((eye?.getAttribute("aria-pressed") === "true") !== isIt) eye?.click();
    }
    (document.activeElement as HTMLElement | null)?.blur();
  }, label);
}
async function all(on: Page): Promise<void> {
  await on.evaluate(() => {
    for (const eye of document.querySelectorAll<HTMLElement>(".object li:not(.all) .eye"))
      if (eye.getAttribute("aria-pressed") === "false") eye.click();
  });
}
const shownInstance = (on: Page): Promise<string> =>
  on.evaluate(() => window.sightline.viewports()[0]?.state.sopInstanceUID ?? "");

describe("a report's graphics", () => {
  const zoom8 = 8;
  test("are offered over the picture, and shown by one click", async () => {
    const { ct } = known;
    await show(page, ct.study, ct.images[1] ?? "", zoom8);
    await page.locator(".object-mark").waitFor();
    expect(await page.locator(".object-mark").innerText()).toBe("5 findings of a report");
    expect((await drawn(page)).width).toBe(0);
    await page.locator(".object-mark").click();
    await page.locator(".object-panel .object").waitFor();
    expect(await page.locator(".object h3").innerText()).toBe("Chest measurements");
  });
  test("stand in a list, with what was measured as it is stated", async () => {
    const rows = page.locator(".object li:not(.all)");
    const lines = await rows.evaluateAll((all) =>
      all.map((row) =>
        [...row.querySelectorAll(".label, .detail, .value")]
          .map((one) => one.textContent.replace(/\s+/g, " ").trim())
          .filter(Boolean),
      ),
    );
    expect(lines).toEqual([
      ["Nodule", "Lung · Lesion 1", "Length 16.71 mm", "Area 104.5500 mm²"],
      ["Width", "Width 7.20 mm"],
      ["Area", "Area 480 mm²"],
      ["Diameter", "Diameter 61.9 mm"],
      ["Volume", "Volume 1.76 cm³"],
      ["Calcifications", "Comment"],
      ["Elsewhere", "Comment"],
    ]);
  });
  test("lie where their points are: lines, circles, ellipses; planes, lines and ellipsoids in space", async () => {
    const { ct } = known;
    const rgb = await colors(page);
    const view = { zoom: zoom8, rows: ct.rows, cols: ct.cols };
    let compared = 0;
    for (const [picture, findings] of Object.entries(ct.curves)) {
      await show(page, ct.study, ct.images[Number(picture)] ?? "", zoom8);
      for (const [label, curves] of Object.entries(findings)) {
        await only(page, label);
        for (const curve of curves) {
          const look = async () => misdrawn(await drawn(page), view, curve, rgb.get(label) ?? []);
          await expect.poll(look, { ...poll, message: `${label} on ${picture}` }).toEqual(RIGHT);
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(10);
  });
  test("that are points are crosses on the pictures near them, and on no other", async () => {
    const { ct } = known;
    const rgb = (await colors(page)).get("Calcifications") ?? [];
    const view = { zoom: zoom8, rows: ct.rows, cols: ct.cols };
    await only(page, "Calcifications");
    for (const [picture, spots] of Object.entries(ct.spots)) {
      await show(page, ct.study, ct.images[Number(picture)] ?? "", zoom8);
      const canvas = await drawn(page);
      const every = Object.values(ct.spots).flat();
      expect(every.map((spot) => canvas.width > 0 && hasCross(canvas, view, spot, rgb))).toEqual(
        every.map((spot) => spots.includes(spot)),
      );
    }
    await all(page);
  });
  test("are gone to from the list", async () => {
    await page.getByRole("button", { name: "Go to the picture of Area" }).click();
    await expect.poll(() => shownInstance(page), poll).toBe(known.ct.images[3]);
  });
  test("say what they are under the pointer, and lead to the report and back", async () => {
    const { ct } = known;
    await show(page, ct.study, ct.images[1] ?? "", zoom8);
    const canvas = await drawn(page);
    const [x, y] = device(canvas, { zoom: zoom8, rows: ct.rows, cols: ct.cols }, [10.5, 12.5]);
    const box = await page.locator("canvas.layer-canvas").boundingBox();
    if (box === null) throw new Error("no canvas");
    await page.mouse.move(box.x + 5, box.y + 300);
    await page.mouse.move(box.x + x + 2, box.y + y + 1);
    await page.locator(".mark-tip").waitFor();
    expect(await page.locator(".mark-tip .label").innerText()).toBe("Nodule");
    expect(await page.locator(".object li[data-chosen=true] .label").innerText()).toBe("Nodule");
    await page.mouse.click(box.x + x + 2, box.y + y + 1);
    expect(await axeViolations(page)).toEqual([]);
    await page.locator(".mark-tip button").click();
    const item = page.locator(".sr-item.scoord:focus");
    await item.waitFor();
    expect(await item.getAttribute("data-item")).toBe("1.1.1.4");
    // another item of the same report, on another picture
    const area = page.locator(".sr-item.scoord3d").first();
    await area.getByRole("button", { name: "Show on the picture" }).click();
    await expect.poll(() => shownInstance(page), poll).toBe(ct.images[3]);
    expect(await page.locator(".object li[data-chosen=true] .label").innerText()).toBe("Area");
  });
  test("on no picture of the study: the report says so", async () => {
    await page.getByRole("button", { name: "Show Nodule in the report" }).click();
    await page.locator(".sr-section:focus").waitFor();
    const elsewhere = page.locator(".sr-item.scoord").last();
    await elsewhere.getByText("On no picture of this study").waitFor();
    expect(await elsewhere.locator("button", { hasText: "Show on the picture" }).count()).toBe(0);
  });
});

describe("on a slide", () => {
  beforeAll(async () => {
    const { sm } = known;
    await show(page, sm.study, null, 0.5);
    await page.locator(".series-card", { hasText: "Bulk annotations" }).click();
    await page.locator(".object-panel .object").waitFor();
  });
  test("groups have their number, what was measured of them, and say what is left out", async () => {
    const groups = await page
      .locator(".object li:not(.all)")
      .evaluateAll((all) =>
        all.map((row) => (row as HTMLElement).innerText.replace(/\s+/g, " ").trim()),
      );
    expect(groups).toEqual([
      "Nuclei Nucleus · AUTOMATIC · 2 annotations Area, µm² 2 values",
      "Mitoses Nucleus · AUTOMATIC · 2 annotations",
      "Field Nucleus · AUTOMATIC · 1 annotation",
      "Gland Nucleus · AUTOMATIC · 1 annotation",
      "Margin Nucleus · AUTOMATIC · 1 annotation",
      "Broken not shown: broken, or too many",
    ]);
    await page.getByText("Some of its graphics are broken").waitFor();
    const [red = 0, green = 255, blue = 255] = (await colors(page)).get("Nuclei") ?? [];
    expect([red > 250, green < 8, blue < 8]).toEqual([true, true, true]); // sRGB red as CIELab
  });
  test.each([0.5, 2])("each lies where its coordinates are at %s to a pixel", async (zoom) => {
    const { sm } = known;
    const rgb = await colors(page);
    const view = { zoom, rows: sm.rows, cols: sm.cols };
    await show(page, sm.study, null, zoom);
    for (const label of ["Nuclei", "Field", "Gland", "Margin"]) {
      await only(page, label);
      for (const curve of sm.curves[label] ?? []) {
        const look = async () => misdrawn(await drawn(page), view, curve, rgb.get(label) ?? []);
        await expect.poll(look, { ...poll, message: label }).toEqual(RIGHT);
      }
    }
    await only(page, "Mitoses");
    const canvas = await drawn(page);
    for (const point of sm.points) {
      const [x, y] = device(canvas, view, point);
      if (x < 0 || y < 0 || x >= canvas.width || y >= canvas.height) continue;
      const at = 4 * (Math.floor(y) * canvas.width + Math.floor(x));
      expect([...canvas.rgba.subarray(at, at + 3)]).toEqual(rgb.get("Mitoses"));
    }
    await all(page);
  });
  test("an annotation says under the pointer what was measured of it", async () => {
    const { sm } = known;
    await show(page, sm.study, null, 0.5);
    const canvas = await drawn(page);
    const view = { zoom: 0.5, rows: sm.rows, cols: sm.cols };
    const [x, y] = device(canvas, view, [4 * 116, 4 * 112]); // inside of the second polygon
    const box = await page.locator("canvas.layer-canvas").boundingBox();
    if (box === null) throw new Error("no canvas");
    await page.mouse.move(box.x + 5, box.y + 300);
    await page.mouse.move(box.x + x, box.y + y);
    await page.locator(".mark-tip").waitFor();
    expect(await page.locator(".mark-tip").innerText()).toContain("390.25 µm²");
  });
  test("a report's coordinates are those of one frame, or of the whole, as it says", async () => {
    const { sm } = known;
    await page.locator(".series-card", { hasText: "Structured report" }).click();
    await page.getByRole("button", { name: "Show on the picture" }).first().click();
    await page.locator(".object h3", { hasText: "Slide measurements" }).waitFor();
    const rgb = await colors(page);
    await show(page, sm.study, null, 0.5);
    const view = { zoom: 0.5, rows: sm.rows, cols: sm.cols };
    for (const label of ["Length", "Width"]) {
      await only(page, label);
      for (const curve of sm.curves[label] ?? []) {
        const look = async () => misdrawn(await drawn(page), view, curve, rgb.get(label) ?? []);
        await expect.poll(look, { ...poll, message: label }).toEqual(RIGHT);
      }
    }
  });
});

test("on a phone the list is folded, opens, and has nothing that axe complains of", async () => {
  const { ct } = known;
  const { page: phone } = await stand.open(
    `/view/${ct.study}#series=${ct.study}.1&instance=${ct.images[1] ?? ""}`,
    { width: 390, height: 844 },
    true,
  );
  await phone.locator(".object-mark").tap();
  await phone.locator(".object-panel .fold").tap();
  await phone.locator(".object-panel li").first().waitFor();
  expect(await axeViolations(phone)).toEqual([]);
  await phone.context().close();
});
test("files of this computer: the same, without the server", async () => {
  const { ct } = known;
  const { page: local } = await stand.open("/", VIEWPORT);
  await choose(local, folder, "folder");
  await openStudy(local, ct.study);
  await show(local, ct.study, ct.images[1] ?? "", 8);
  await local.locator(".object-mark").click();
  await local.locator(".object-panel .object").waitFor();
  await only(local, "Width");
  const rgb = (await colors(local)).get("Width") ?? [];
  const [curve = []] = ct.curves["1"]?.["Width"] ?? [];
  const view = { zoom: 8, rows: ct.rows, cols: ct.cols };
  await expect
    .poll(async () => misdrawn(await drawn(local), view, curve, rgb), poll)
    .toEqual(RIGHT);
  await local.context().close();
});
test("nothing was complained of", () => {
  expect(problems).toEqual([]);
});
