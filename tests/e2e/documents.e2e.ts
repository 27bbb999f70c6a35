// Objects without pictures in a real Chromium: each kind as itself, hostile text as text, links, marks, the tag browser.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Download, Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { choose, openStudy } from "./local_hands.ts";
import { madeByPython, openPage } from "./harness.ts";
import { Stand } from "./stand.ts";
import { axeViolations } from "./axe_violations.ts";

const stand = new Stand();
const { folder: dicom } = stand;
const study = madeByPython("document_phantoms.py", dicom) as string;
let page: Page;
let problems: string[];

beforeAll(async () => {
  ({ page, problems } = await stand.open(`/view/${study}`));
  await page.waitForSelector(".series-card");
});
afterEach(async () => {
  expect(problems).toEqual([]);
  // what a script of an object would have done
  expect(await page.title()).toBe("Documents – Sightline");
});

const card = (description: string) =>
  page.locator(".series-card", {
    has: page.locator(".description", { hasText: new RegExp(`^${description}`) }),
  });
const body = () => page.locator(".document-body");
const show = async (description: string, selector: string): Promise<void> => {
  await card(description).click();
  await page.waitForSelector(selector);
};
const shownInstance = () =>
  page.evaluate(() => window.sightline.viewports()[0]?.state.sopInstanceUID ?? "");

describe("a structured report", () => {
  test("is a tree of headings, values and observers", async () => {
    await show("Report", "sl-report-view h2");
    const text = await body().innerText();
    expect(text).toContain("Imaging Measurement Report");
    expect(text).toContain("Reader, Rita, Hospital");
    expect(text).toMatch(/Length\s*:?\s*12\.50 mm/);
    expect(text).toContain("Polyline, 2 points");
    expect(text).toContain("Stable disease");
    expect(text).toContain('<img src=x onerror="document.title=1"><script>');
    expect(await page.locator(".document-body img, .document-body script").count()).toBe(0);
    expect(await axeViolations(page)).toEqual([]);
  });
  test("leads to the image that it means, and within itself", async () => {
    await page.getByRole("button", { name: "see Length: 12.50 mm" }).click();
    expect(await page.evaluate(() => document.activeElement?.getAttribute("data-item"))).toBe(
      "1.1.2",
    );
    await page.getByRole("button", { name: "OT, series 1, image 2" }).click();
    await expect.poll(shownInstance).toBe(`${study}.1.2`);
    expect(await page.locator(".document").count()).toBe(0);
  });
  test("steps through the objects of its series, and the address names the one that is shown", async () => {
    await show("Report", "sl-report-view h2");
    expect(await page.locator(".document-steps output").innerText()).toBe("1 of 2");
    await page.getByRole("button", { name: "Next object" }).click();
    await expect.poll(shownInstance).toBe(`${study}.2.2`);
    await expect.poll(() => page.evaluate(() => location.hash)).toContain(`instance=${study}.2.2`);
    const { page: other } = await stand.open(
      `/view/${study}#series=${study}.2&instance=${study}.2.2`,
    );
    await other.waitForSelector("sl-report-view h2");
    expect(await other.locator(".document-steps output").innerText()).toBe("2 of 2");
    await other.context().close();
  });
  test("is printed black on white, and alone", async () => {
    await page.emulateMedia({ media: "print" });
    const looks = await page.evaluate(() => ({
      strip: getComputedStyle(document.querySelector("#strip")!).display,
      ink: getComputedStyle(document.querySelector(".sr h2")!).color,
      patient: document.querySelector<HTMLElement>(".document-patient")!.innerText,
    }));
    await page.emulateMedia({ media: null });
    expect(looks).toEqual({
      strip: "none",
      ink: "rgb(0, 0, 0)",
      patient: "Phantom, Documents · ID DOC-1 · Jan 2, 2026 · Documents",
    });
  });
});

describe("key objects", () => {
  test("are cards with thumbnails that lead to the images", async () => {
    await show("Selection", "sl-key-objects-view .key-card");
    const text = await body().innerText();
    expect(text).toContain("For Teaching");
    expect(text).toContain("Look at <img src=x");
    await expect
      .poll(() =>
        page.locator(".key-card img").evaluate((img) => (img as HTMLImageElement).naturalWidth),
      )
      .toBeGreaterThan(0);
    expect(await axeViolations(page)).toEqual([]);
    await page.locator(".key-card").click();
    await expect.poll(shownInstance).toBe(`${study}.1.3`);
  });
  test("mark their images in the stack and in the strip", async () => {
    await expect
      .poll(() => page.locator(".key-mark").innerText())
      .toBe("★ Key image: For Teaching");
    expect(await card("Pictures").locator(".key-star").getAttribute("aria-label")).toBe(
      "1 key image",
    );
    await page.locator("#viewport").press("ArrowDown");
    await expect.poll(() => page.locator(".key-mark").innerText()).toBe("");
  });
});

describe("an ECG", () => {
  test("is drawn on square paper in the standard layout", async () => {
    await show("Rest ECG", "sl-waveform-view canvas");
    expect(await body().innerText()).toContain("Grid of 25 mm/s and 10 mm/mV");
    const paper = await page.locator(".wave-extent").boundingBox();
    // 12 mm + 10 s x 25 mm/s; four rows of 25 mm between edges of 6; 4 px/mm
    expect([paper?.width, paper?.height]).toEqual([(12 + 250) * 4, (4 * 25 + 12) * 4]);
    await expect.poll(brightness).toBeGreaterThan(500);
    expect(await axeViolations(page)).toEqual([]);
  });
  test("is measured by mouse and by keys", async () => {
    const box = (await page.locator(".wave-canvas").boundingBox())!;
    await page.mouse.move(box.x + 100, box.y + 80);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + 40);
    await page.mouse.up();
    const output = page.locator(".wave-measure");
    // 100 px = 25 mm = 1 s; 40 px = 10 mm = 1 mV
    expect(await output.innerText()).toBe("1000 ms · 60 /min · 1.00 mV");
    await page.locator(".wave-canvas").press("ArrowRight");
    expect(await output.innerText()).toBe("1008 ms · 60 /min · 1.00 mV");
    await page.locator(".wave-canvas").press("Shift+ArrowUp");
    expect(await output.innerText()).toBe("1008 ms · 60 /min · 0.98 mV");
    await page.locator(".wave-canvas").press("Escape");
    expect(await output.innerText()).toBe("");
  });
  test("at another speed, gain, layout and zoom", async () => {
    await page.getByLabel("Speed").selectOption("50 mm/s");
    await page.getByLabel("Amplitude").selectOption("20 mm/mV");
    await page.getByLabel("Layout").selectOption("12 × 1");
    await page.getByRole("button", { name: "Larger" }).click();
    const paper = await page.locator(".wave-extent").boundingBox();
    expect([paper?.width, paper?.height]).toEqual([(12 + 500) * 5, (12 * 50 + 12) * 5]);
    expect(await body().innerText()).toContain("Grid of 50 mm/s and 20 mm/mV");
  });
  test("its annotations and channels are told", async () => {
    const text = await page.locator(".wave-annotations").innerText();
    expect(text).toContain("Heart rate: 60 /min");
    expect(text).toContain("Sinus <img src=x");
    await page.getByText("Channels", { exact: true }).click();
    expect(await page.locator(".wave-channels tbody tr").count()).toBe(12);
    expect(await page.locator(".wave-channels tbody tr").first().innerText()).toMatch(
      /I\s+5 µV\s+0 µV\s+0\.05 – 150 Hz\s+16/,
    );
  });
});
/** Pixels of the canvas that are as bright as the trace. */
const brightness = () =>
  page.locator(".wave-canvas").evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    let bright = 0;
    for (let i = 0; i < data.length; i += 4)
      if ((data[i] ?? 0) + (data[i + 1] ?? 0) + (data[i + 2] ?? 0) > 600) bright++;
    return bright;
  });

async function download(act: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const [file]: [Download, void] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

describe("encapsulated documents", () => {
  test("a PDF is drawn page by page, its script is not run, and it can be saved", async () => {
    await show("Discharge", "sl-pdf-pages canvas");
    await expect
      .poll(() => page.locator(".pdf-text").first().textContent())
      .toContain("Discharge letter");
    expect(await page.locator(".pdf-page").count()).toBe(2);
    const red = await page
      .locator(".pdf-page canvas")
      .first()
      .evaluate((element) => {
        const canvas = element as HTMLCanvasElement;
        const scale = canvas.width / 300;
        return [...canvas.getContext("2d")!.getImageData(60 * scale, 160 * scale, 1, 1).data];
      });
    expect(red).toEqual([255, 0, 0, 255]);
    expect(await body().innerText()).toContain("May show patient data");
    expect(await axeViolations(page)).toEqual([]);
    const { name, bytes } = await download(() =>
      page.getByRole("button", { name: "Download the document" }).click(),
    );
    expect(name).toBe("Discharge _img src_x onerror__document.t.pdf");
    expect(bytes.subarray(0, 8).toString()).toBe("%PDF-1.4");
    expect(bytes.at(-1)).toBe(10); // no padding
  });
  test("a clinical document is text, whatever it holds", async () => {
    await show("Clinic letter", "sl-cda-document .cda");
    const text = await page.locator(".cda").innerText();
    for (const part of [
      "Clinic letter",
      "Documents Phantom",
      "History",
      "Known disease <b>",
      "first",
      "Hb",
      "a link",
    ])
      expect(text).toContain(part);
    expect(await page.locator(".cda a, .cda script").count()).toBe(0);
    expect(await axeViolations(page)).toEqual([]);
  });
  test("a model is drawn in the colour that is recommended, and turns", async () => {
    await show("Heart model", ".stl-canvas");
    expect(await body().innerText()).toContain("4 triangles");
    /** the middle of the canvas, and how many of its points are not black */
    const look = (): Promise<{ middle: number[]; drawn: number }> =>
      page.locator(".stl-canvas").evaluate((canvas: HTMLCanvasElement) => {
        const copy = document.createElement("canvas");
        copy.width = copy.height = 64;
        const context = copy.getContext("2d");
        context?.drawImage(canvas, 0, 0, 64, 64);
        const data = [...(context?.getImageData(0, 0, 64, 64).data ?? [])];
        const at = 4 * (34 * 64 + 30);
        const drawn = data.filter((value, i) => i % 4 === 0 && value > 40).length;
        return { middle: data.slice(at, at + 3), drawn };
      });
    await expect.poll(async () => (await look()).drawn).toBeGreaterThan(150);
    const before = await look();
    const [red = 0, green = 0, blue = 0] = before.middle;
    expect(red).toBeGreaterThan(2 * green); // CIELab 54, 81, 70: red
    expect(red).toBeGreaterThan(2 * blue);
    await page.locator(".stl-canvas").focus();
    for (let press = 0; press < 6; press++) await page.keyboard.press("ArrowRight");
    const after = await look();
    expect(after.middle).not.toEqual(before.middle);
    await page.keyboard.press("0");
    expect(await look()).toEqual(before);
    const box = await page.locator(".stl-canvas").boundingBox();
    await page.mouse.move((box?.x ?? 0) + 200, (box?.y ?? 0) + 100);
    await page.mouse.down();
    await page.mouse.move((box?.x ?? 0) + 260, (box?.y ?? 0) + 100, { steps: 3 });
    await page.mouse.up();
    expect(await look()).not.toEqual(before);
    expect(await axeViolations(page)).toEqual([]);
  });
  test("a model that is damaged says so", async () => {
    await show("Broken model", "sl-stl-model [role=alert]");
    expect(await body().innerText()).toContain("it is no STL or OBJ file, or it is damaged");
  });
  test("an OBJ model without a type is drawn by its SOP Class, and offered for download", async () => {
    await show("Shape", "sl-stl-model .document-note");
    expect(await body().innerText()).toContain("2 triangles");
    const model = await download(() =>
      page.getByRole("button", { name: "Download the document" }).click(),
    );
    expect(model.name).toBe("Shape.obj");
  });
  test("a document whose type is contradicted by its bytes is what these are", async () => {
    await show("Mistaken", "sl-stl-model .document-note");
    expect(await body().innerText()).toContain('model/stl (the object says "application/pdf")');
  });
  test("a report nested too deeply is shown as far as it is read", async () => {
    await show("Deep report", "sl-report-view h2");
    const text = await body().innerText();
    for (const part of ["nested more deeply", "Level 100", "goes deeper", "Beside all"])
      expect(text).toContain(part);
    expect(text).not.toContain("Level 101");
  });
  test("a model is offered for download, and so is the object itself", async () => {
    await show("Heart model", "sl-encapsulated-view h2");
    const model = await download(() =>
      page.getByRole("button", { name: "Download the document" }).click(),
    );
    expect(model.name).toBe("Heart model.stl");
    expect(model.bytes.subarray(0, 7).toString()).toBe("solid x");
    const object = await download(() =>
      page.getByRole("button", { name: "Download", exact: true }).click(),
    );
    expect(object.name).toBe("Heart model.dcm");
    const originals = readdirSync(dicom).map((file) => readFileSync(join(dicom, file)));
    expect(originals.some((original) => original.equals(object.bytes))).toBe(true);
  });
});

describe("the tag browser", () => {
  test("of an object without a view of its own", async () => {
    await show("Plan", ".viewport-panel");
    await page.locator("#viewport").press("Shift+T");
    await page.waitForSelector("table.tags");
    await page.getByLabel("Search tags, names and values").fill("plan label");
    expect(await page.locator("table.tags tbody tr").allInnerTexts()).toEqual([
      "(300A,0002)\tRT Plan Label\tSH\tP <img src=x o",
    ]);
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Close" }).click(); // Escape first empties the search
  });
  test("of a picture", async () => {
    await card("Pictures").first().click();
    await page.locator("#viewport").press("Shift+T");
    await page.waitForSelector("table.tags");
    await page.getByLabel("Search tags, names and values").fill("0028,0010");
    expect(await page.locator("table.tags tbody tr").allInnerTexts()).toEqual([
      "(0028,0010)\tRows\tUS\t64",
    ]);
    await page.getByLabel("Search tags, names and values").fill("no such thing");
    expect(await page.locator(".tag-scroll").innerText()).toContain("No attribute matches.");
    await page.getByRole("button", { name: "Close" }).click(); // Escape first empties the search
  });
});

test("the same objects as files of this computer, on a phone", async () => {
  const phone = await stand.open("/", { width: 390, height: 844 }, true);
  await choose(
    phone.page,
    readdirSync(dicom).map((file) => join(dicom, file)),
  );
  await openStudy(phone.page, study);
  await phone.page.waitForFunction(() => "sightline" in window);
  const showSeries = (series: number) =>
    phone.page.evaluate(
      ([uid, number]) =>
        window.sightline.open({ study: uid as string, series: `${String(uid)}.${String(number)}` }),
      [study, series] as const,
    );
  await showSeries(4);
  await phone.page.waitForSelector("sl-waveform-view canvas");
  await showSeries(2);
  await phone.page.waitForSelector("sl-report-view h2");
  await showSeries(5);
  await phone.page.waitForSelector("sl-pdf-pages canvas");
  expect(phone.problems).toEqual([]);
  await phone.page.context().close();
});

test("objects in a series that has pictures have a card beside it", async () => {
  await card("Pictures").first().click();
  await expect.poll(shownInstance).toContain(`${study}.1.`);
  const beside = card("Pictures").filter({ has: page.locator(".object-icon") });
  expect(await beside.count()).toBe(1);
  await beside.click();
  await page.waitForSelector("sl-report-view h2");
  expect(await shownInstance()).toBe(`${study}.1.9`);
  expect(await beside.getAttribute("aria-current")).toBe("true");
  expect(await page.locator(".series-card[aria-current]").count()).toBe(1);
  await expect.poll(() => page.url()).toContain(`instance=${study}.1.9`); // it follows a little later
  const address = page.url();
  await card("Pictures").first().click();
  await page.locator(".document").waitFor({ state: "detached" });
  const again = await openPage(stand.browser, address);
  await again.page.waitForSelector("sl-report-view h2");
  expect(again.problems).toEqual([]);
  await again.page.context().close();
});
