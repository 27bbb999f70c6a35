// Segmentations, structure sets, doses and maps over the pictures that they mean, in a real Chromium: what is drawn is compared, device
// pixel by device pixel, with what pydicom and numpy say lies there. Nothing of the viewer's own geometry is used here.
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { realDicom, untilQuality, madeByPython } from "./harness.ts";
import { Stand } from "./stand.ts";
import { choose, openStudy } from "./local_hands.ts";

interface Masks {
  instance: string;
  /** "segment/picture" -> a byte for each pixel */
  masks: Record<string, string>;
}
interface Known {
  study: string;
  rows: number;
  cols: number;
  images: string[];
  binary: Masks & { largest: Record<string, number> };
  grid: Masks & { cut: string };
  cut: { instance: string; rows: number; cols: number };
  fractional: { values: string };
  labelmap: Masks;
  structures: Masks & { point: [number, number]; line: [number, number][] };
  bare: { series: string; elsewhere: string; masks: Record<string, string> };
  dose: { values: string; max: number; mean: number };
  map: { min: number; max: number };
  table: { values: string; min: number; max: number };
  blending: { series: string; advanced: string; first: string; rgba: string; sure: string };
  real?: Masks & { study: string; rows: number; cols: number };
}

const VIEWPORT = { width: 720, height: 640 };
const real = realDicom();
const realSeries = real === null ? [] : [join(real, "ct-series/hires-abdomen-3")];
const stand = new Stand({ imported: (made) => [made, ...realSeries] });
const { folder } = stand;
const known = madeByPython(
  "object_files.py",
  folder,
  ...realSeries.map((path) => join(path, "partial_overlaps.dcm")),
) as Known;
let page: Page;
let problems: string[] = [];

beforeAll(async () => {
  ({ page, problems } = await stand.open(`/view/${known.study}`, VIEWPORT));
  await page.waitForFunction(() => document.querySelector("canvas.layer-canvas") !== null);
});

const bytes = (base64: string): Buffer => Buffer.from(base64, "base64");

/** Opens an object by its card: alone, filled without outlines, opaque. */
async function openCard(on: Page, name: string): Promise<void> {
  await on.evaluate(() => {
    for (const close of document.querySelectorAll<HTMLElement>(".object header .bar-button"))
      close.click();
  });
  await on.locator(`.series-card[title*="${name}"]`).first().click();
  await on.locator(".object-panel .object").waitFor();
  await on.evaluate(() => {
    const range = document.querySelector<HTMLInputElement>(".object-style input");
    if (!range) throw new Error("no opacity");
    range.value = "100";
    range.dispatchEvent(new Event("input"));
    const [fill, outline] = document.querySelectorAll<HTMLElement>(".object-style button");
    if (fill?.getAttribute("aria-pressed") === "false") fill.click();
    if (outline?.getAttribute("aria-pressed") === "true") outline.click();
  });
}
/** A picture at whole device pixels, in the middle of the viewport. */
async function show(on: Page, study: string, instance: string, zoom: number): Promise<void> {
  await on.evaluate(
    async ({ study, instance, zoom }) => {
      await window.sightline.open({ study, instance });
      window.sightline.viewports()[0]?.set({ zoom, pan: { x: 0, y: 0 }, fit: false });
    },
    { study, instance, zoom },
  );
  await untilQuality(on, "lossless");
}
interface Canvas {
  width: number;
  height: number;
  rgba: Uint8Array;
}
async function drawn(on: Page): Promise<Canvas> {
  const { width, height, base64 } = await on.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const canvas = document.querySelector<HTMLCanvasElement>("canvas.layer-canvas");
    if (!canvas || canvas.hidden) return { width: 0, height: 0, base64: "" };
    const { width, height } = canvas;
    const data = canvas.getContext("2d")?.getImageData(0, 0, width, height).data;
    const parts: string[] = [];
    for (let i = 0; data !== undefined && i < data.length; i += 8192)
      parts.push(String.fromCharCode(...data.subarray(i, i + 8192)));
    return { width, height, base64: btoa(parts.join("")) };
  });
  return { width, height, rgba: bytes(base64) };
}
/** Colours of the regions in the list, in its order. */
function colors(on: Page): Promise<[number, number, number][]> {
  return on.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>(".object .swatch")].map((swatch) => {
      const [red = 0, green = 0, blue = 0] = (
        getComputedStyle(swatch).getPropertyValue("--region").match(/\d+/g) ?? []
      ).map(Number);
      return [red, green, blue] as [number, number, number];
    }),
  );
}
interface Size {
  rows: number;
  cols: number;
}
/** Device pixels that are not as they should be. expected: rgba of a pixel of the picture; null: whatever it is. */
function wrong(
  { width, height, rgba }: Canvas,
  zoom: number,
  { rows, cols }: Size,
  expected: (pixel: number) => readonly number[] | null,
): number {
  if (width === 0) return -1;
  const left = Math.floor((width - cols * zoom) / 2);
  const top = Math.floor((height - rows * zoom) / 2);
  let count = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [col, row] = [Math.floor((x - left) / zoom), Math.floor((y - top) / zoom)];
      const isIn = col >= 0 && row >= 0 && col < cols && row < rows;
      const want = isIn ? expected(row * cols + col) : [0, 0, 0, 0];
      const at = 4 * (y * width + x);
      if (want?.some((value, i) => rgba[at + i] !== value) === true) count++;
    }
  return count;
}
/** Opaque, the last of the segments that a pixel has. */
function byMasks(masks: readonly (string | undefined)[], rgb: readonly (readonly number[])[]) {
  const all = masks.map((mask) => (mask === undefined ? null : bytes(mask)));
  return (pixel: number): readonly number[] => {
    for (let i = all.length - 1; i >= 0; i--)
      if (all[i]?.[pixel] === 1) return [...(rgb[i] ?? []), 255];
    return [0, 0, 0, 0];
  };
}
const poll = { timeout: 8000, interval: 100 };
const nameOf = (picture: number): string => known.images[picture - 1] ?? "";

describe("a segmentation", () => {
  test("is offered over the pictures that it means, and drawn by one click", async () => {
    await show(page, known.study, nameOf(3), 8);
    await page.locator(".object-mark").waitFor();
    expect((await drawn(page)).width).toBe(0);
    await openCard(page, "Two organs");
    expect(await page.locator(".object h3").innerText()).toBe("Two organs");
    const rows = await page.locator(".object .eye .label").allInnerTexts();
    expect(rows).toEqual(["Liver", "Lesion"]);
  });
  test("of bits: each where pydicom has them, the second over the first", async () => {
    await openCard(page, "Two organs");
    const rgb = await colors(page);
    for (const picture of [2, 5, 6]) {
      await show(page, known.study, nameOf(picture), 8);
      const masks = [1, 2].map((n) => known.binary.masks[`${String(n)}/${String(picture)}`]);
      if (masks.every((mask) => mask === undefined)) {
        await expect.poll(async () => (await drawn(page)).width, poll).toBe(0);
        continue;
      }
      const expected = byMasks(masks, rgb);
      await expect.poll(async () => wrong(await drawn(page), 8, known, expected), poll).toBe(0);
    }
  });
  test("is hidden segment by segment, and goes to its largest picture", async () => {
    await openCard(page, "Two organs");
    const rgb = await colors(page);
    await page.getByRole("button", { name: "Go to the largest picture of Lesion" }).click();
    const largest = known.binary.largest["2"] ?? 0;
    await page.waitForFunction(
      (instance) => window.sightline.viewports()[0]?.state.sopInstanceUID === instance,
      nameOf(largest),
    );
    await show(page, known.study, nameOf(2), 8);
    await page.locator(".object .eye", { hasText: "Lesion" }).click();
    const expected = byMasks([known.binary.masks["1/2"]], rgb);
    await expect.poll(async () => wrong(await drawn(page), 8, known, expected), poll).toBe(0);
    await page.locator(".object .eye", { hasText: "Lesion" }).click();
  });
  test("on a grid of its own: by position alone, also where a picture cuts through it", async () => {
    await openCard(page, "On another grid");
    const rgb = await colors(page);
    for (const picture of [2, 4]) {
      await show(page, known.study, nameOf(picture), 8);
      const expected = byMasks([known.grid.masks[`7/${String(picture)}`]], rgb);
      await expect.poll(async () => wrong(await drawn(page), 8, known, expected), poll).toBe(0);
    }
    await show(page, known.study, known.cut.instance, 8);
    const expected = byMasks([known.grid.cut], rgb);
    await expect.poll(async () => wrong(await drawn(page), 8, known.cut, expected), poll).toBe(0);
  });
  test("of fractions: as opaque as the share of the maximum", async () => {
    await openCard(page, "Probability");
    await show(page, known.study, nameOf(3), 8);
    const shares = bytes(known.fractional.values);
    const alpha = (pixel: number): number => Math.round((255 * (shares[pixel] ?? 0)) / 200);
    await expect
      .poll(async () => {
        const canvas = await drawn(page);
        const only = canvas.rgba.map((value, i) => (i % 4 === 3 ? value : 0));
        return wrong({ ...canvas, rgba: only }, 8, known, (pixel) => [0, 0, 0, alpha(pixel)]);
      }, poll)
      .toBe(0);
  });
  test("that is a map of labels, 16 bits, RLE: without the background and values that are no segment", async () => {
    await openCard(page, "Label map");
    const rgb = await colors(page);
    expect(rgb).toHaveLength(2);
    await show(page, known.study, nameOf(4), 8);
    const expected = byMasks([known.labelmap.masks["2/4"], known.labelmap.masks["300/4"]], rgb);
    await expect.poll(async () => wrong(await drawn(page), 8, known, expected), poll).toBe(0);
  });
});

describe("a structure set", () => {
  test("is filled on the pictures whose planes hold its contours: holes by exclusive or, others together", async () => {
    await openCard(page, "Planning structures");
    expect(await page.locator(".object h3").innerText()).toBe("Structures");
    const [ptv, cord, marks] = await colors(page);
    expect([ptv, cord, marks]).toEqual([
      [255, 0, 0],
      [0, 0, 255],
      [0, 255, 0],
    ]);
    await show(page, known.study, nameOf(3), 8);
    await page.locator(".object .eye", { hasText: "Marks" }).click();
    const expected = byMasks(
      [known.structures.masks["1/3"], known.structures.masks["2/3"]],
      [ptv ?? [], cord ?? []],
    );
    await expect.poll(async () => wrong(await drawn(page), 8, known, expected), poll).toBe(0);
    await page.locator(".object .eye", { hasText: "Marks" }).click();
  });
  test("without references: opened by its address over the pictures of its Frame of Reference", async () => {
    await openCard(page, "Without references");
    const rgb = await colors(page);
    await show(page, known.study, nameOf(1), 8);
    await page.evaluate((request) => window.sightline.open(request), {
      study: known.study,
      series: known.bare.series,
    });
    const shown = (): Promise<string> =>
      page.evaluate(() => window.sightline.viewports()[0]?.state.sopInstanceUID ?? "");
    await expect.poll(shown, poll).toBe(nameOf(5)); // where its contour is
    await show(page, known.study, nameOf(5), 8);
    const expected = byMasks([known.bare.masks["1/5"]], rgb);
    await expect.poll(async () => wrong(await drawn(page), 8, known, expected), poll).toBe(0);
  });
  test("of pictures that are not here: says so in their place", async () => {
    await page.evaluate((request) => window.sightline.open(request), {
      study: known.study,
      series: known.bare.elsewhere,
    });
    await page.getByText("because the images that it is about are not in this study").waitFor();
    await show(page, known.study, nameOf(3), 8);
    await openCard(page, "Planning structures");
  });
  test("is stepped on to, and past, by keys", async () => {
    const shown = (): Promise<string> =>
      page.evaluate(() => window.sightline.viewports()[0]?.state.seriesInstanceUID ?? "");
    await page.locator("#viewport").focus();
    for (let step = 0; step < 12 && (await shown()) !== known.bare.series; step++)
      await page.keyboard.press("PageDown");
    expect(await shown()).toBe(known.bare.series);
    await page.keyboard.press("PageDown");
    expect(await shown()).toBe(known.bare.elsewhere);
    await show(page, known.study, nameOf(3), 8);
  });
  test("has its points and open lines where they are", async () => {
    const canvas = await drawn(page);
    const at = ([col, row]: readonly [number, number]): number[] => {
      const x = Math.floor((canvas.width - known.cols * 8) / 2) + col * 8;
      const y = Math.floor((canvas.height - known.rows * 8) / 2) + row * 8;
      return [...canvas.rgba.subarray(4 * (y * canvas.width + x), 4 * (y * canvas.width + x) + 2)];
    };
    const { point } = known.structures;
    expect(at(point)).toEqual([0, 255]);
    expect(at([29, 4])).toEqual([0, 255]); // half way along the line
    expect(at([34, 9])).toEqual([0, 255]);
    expect(at([29, 9])).toEqual([0, 0]); // an open line is not closed
  });
});

describe("a dose", () => {
  test("is coloured where a tenth of its maximum or more is given, and says what colours mean", async () => {
    await openCard(page, "Plan dose");
    await show(page, known.study, nameOf(3), 8);
    const dose = new Float32Array(new Uint8Array(bytes(known.dose.values)).buffer);
    const isColored = (pixel: number): boolean => (dose[pixel] ?? NaN) >= known.dose.max / 10;
    expect(dose.some((_, pixel) => isColored(pixel))).toBe(true);
    expect(dose.every((_, pixel) => isColored(pixel))).toBe(false);
    await expect
      .poll(async () => {
        const canvas = await drawn(page);
        const only = canvas.rgba.map((value, i) => (i % 4 === 3 ? value : 0));
        return wrong({ ...canvas, rgba: only }, 8, known, (pixel) =>
          isColored(pixel) ? [0, 0, 0, 255] : [0, 0, 0, 0],
        );
      }, poll)
      .toBe(0);
    expect(await page.locator(".value-legend figcaption").innerText()).toBe("Gy");
    const ticks = (await page.locator(".value-legend li").allInnerTexts()).map(Number);
    expect(ticks[0]).toBeCloseTo(known.dose.max, 0);
    expect(ticks.at(-1)).toBeCloseTo(known.dose.max / 10, 0);
  });
  test("has its dose-volume histograms, by the names and colours of its structure set", async () => {
    await page.locator(".dose-histograms summary").click();
    const entries = page.locator(".dose-histograms li");
    expect(await entries.locator(".label").allInnerTexts()).toEqual(["PTV", "Cord"]);
    const mean = Number(known.dose.mean.toPrecision(4));
    expect(await entries.first().locator(".detail").innerText()).toContain(
      `mean ${String(mean)} GY`,
    );
    const stroke = (): Promise<string | null> =>
      page.locator(".dose-histograms .curve").first().getAttribute("stroke");
    expect(await page.locator(".dose-histograms .curve").count()).toBe(2);
    expect(await stroke()).toMatch(/255, ?0, ?0|255 0 0|#ff0000/); // the PTV's
    await page.locator(".dose-histograms select").selectOption({ index: 1 });
    expect(await page.locator(".dose-histograms svg").getAttribute("aria-label")).toMatch(
      /^Differential, GY \/ CM3: up to 66 GY and /,
    );
    expect(await page.locator(".dose-histograms .curve").count()).toBe(1);
  });
});

describe("a parametric map", () => {
  test("has the unit and the values of its Real World Value Mapping", async () => {
    await openCard(page, "Diffusion");
    await page.locator(".value-legend").waitFor();
    expect(await page.locator(".value-legend figcaption").innerText()).toBe("um2/s");
    const ticks = (await page.locator(".value-legend li").allInnerTexts()).map(Number);
    expect(ticks[0]).toBeCloseTo(known.map.max, -1);
    expect(ticks.at(-1)).toBeCloseTo(known.map.min, -1);
  });
  test("by table: its values are under the pointer and at the ends of the colours", async () => {
    await openCard(page, "By table");
    await show(page, known.study, nameOf(3), 8);
    await page.locator(".value-legend").waitFor();
    expect(await page.locator(".value-legend figcaption").innerText()).toBe("ms");
    const ticks = (await page.locator(".value-legend li").allInnerTexts()).map(Number);
    expect([ticks[0], ticks.at(-1)]).toEqual([known.table.max, known.table.min]);
    const values = new Float32Array(new Uint8Array(bytes(known.table.values)).buffer);
    const box = await page.locator("#viewport canvas").first().boundingBox();
    if (box === null) throw new Error("no canvas");
    const pointAt = async (pixel: number): Promise<string> => {
      const [col, row] = [pixel % known.cols, Math.floor(pixel / known.cols)];
      const left = Math.floor((box.width - known.cols * 8) / 2);
      const top = Math.floor((box.height - known.rows * 8) / 2);
      await page.mouse.move(box.x + left + col * 8 + 4, box.y + top + row * 8 + 4);
      return page.locator(".corner.bottomLeft").innerText();
    };
    const middle = 20 * known.cols;
    const high = values.indexOf(40, middle);
    await expect.poll(() => pointAt(high), poll).toContain("By table 40 ms");
    const none = values.findIndex((value, pixel) => pixel > middle && Number.isNaN(value));
    await expect.poll(() => pointAt(none), poll).not.toContain("By table");
  });
});

describe("a blending presentation state", () => {
  const openState = (series: string): Promise<void> =>
    page.evaluate((request) => window.sightline.open(request), { study: known.study, series });
  test("says what it is, and opens the series that it blends", async () => {
    await openState(known.blending.series);
    const rows = page.locator(".viewport-panel .blended li");
    await expect.poll(() => rows.count(), poll).toBe(2);
    expect(await rows.locator("span").allInnerTexts()).toEqual([
      "Underlying",
      "Superimposed, opacity 35 %",
    ]);
    await rows.locator("button").first().click();
    const shown = (): Promise<string> =>
      page.evaluate(() => window.sightline.viewports()[0]?.state.seriesInstanceUID ?? "");
    await expect.poll(shown, poll).toBe(known.blending.first);
  });
  test("is applied when it is asked for: palette, window and opacity as it states them", async () => {
    await page.evaluate(() => {
      for (const close of document.querySelectorAll<HTMLElement>(".object header .bar-button"))
        close.click();
    });
    await openState(known.blending.series);
    await page.getByRole("button", { name: "Show them blended" }).click();
    const levels = () =>
      page.evaluate(() => {
        const { windowCenter, windowWidth } = window.sightline.viewports()[0]?.state ?? {};
        return [windowCenter, windowWidth];
      });
    await expect.poll(levels, poll).toEqual([700, 1200]);
    await show(page, known.study, nameOf(3), 8);
    const slider = page.locator(".object-style input");
    await slider.waitFor();
    expect(await slider.inputValue()).toBe("35");
    const rgba = bytes(known.blending.rgba);
    const sure = bytes(known.blending.sure);
    const drawnAlphas = async () => new Set((await drawn(page)).rgba.filter((_, i) => i % 4 === 3));
    await expect.poll(drawnAlphas, poll).toEqual(new Set([0, Math.round(0.35 * 255)]));
    await slider.evaluate((range: HTMLInputElement) => {
      range.value = "100";
      range.dispatchEvent(new Event("input"));
    });
    const expected = (pixel: number) =>
      sure[pixel] === 1 ? [...rgba.subarray(4 * pixel, 4 * pixel + 4)] : null;
    await expect.poll(async () => wrong(await drawn(page), 8, known, expected), poll).toBe(0);
    await page.locator(".object header .bar-button").click();
    await expect.poll(drawnAlphas, poll).toEqual(new Set());
  });
  test("of several series: numbers them, and says which are not here", async () => {
    await openState(known.blending.advanced);
    await page.getByText("not in this study").waitFor();
    expect(await page.locator(".viewport-panel .blended button").count()).toBe(1);
  });
});

test("real: the bits of seven frames over three slices, none of them wrong", async (context) => {
  const expected = known.real;
  if (expected === undefined) {
    context.skip();
    return;
  }
  await page.evaluate((study) => window.sightline.open({ study }), expected.study);
  await openCard(page, "Segmentation");
  const rgb = await colors(page);
  expect(rgb).toHaveLength(5);
  const pictures = new Set(Object.keys(expected.masks).map((key) => key.split("/")[1] ?? ""));
  expect(pictures.size).toBe(3);
  for (const picture of pictures) {
    await show(page, expected.study, picture, 1);
    const masks = [1, 2, 3, 4, 5].map((n) => expected.masks[`${String(n)}/${picture}`]);
    const isAs = byMasks(masks, rgb);
    await expect.poll(async () => wrong(await drawn(page), 1, expected, isAs), poll).toBe(0);
  }
});

test("files of this computer: the same, without the server", async () => {
  const { page: local } = await stand.open("/", VIEWPORT);
  await choose(local, folder, "folder");
  await openStudy(local, known.study);
  await local.waitForFunction(() => document.querySelector("canvas.layer-canvas") !== null);
  await openCard(local, "Two organs");
  const rgb = await colors(local);
  await show(local, known.study, nameOf(2), 8);
  const expected = byMasks([known.binary.masks["1/2"], known.binary.masks["2/2"]], rgb);
  await expect.poll(async () => wrong(await drawn(local), 8, known, expected), poll).toBe(0);
  await local.context().close();
});

test("nothing was complained of", () => {
  expect(problems).toEqual([]);
});
