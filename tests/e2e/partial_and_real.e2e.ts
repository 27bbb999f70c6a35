// Pictures that their file does not hold whole, and pictures of real numbers: over the server and from this computer.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { untilQuality } from "./harness.ts";
import { Stand } from "./stand.ts";
import { choose, openStudy } from "./local_hands.ts";
import { part10 } from "./phantoms/part10.mjs";

const ROWS = 64;
const COLS = 80;
const ROOT = "2.25.1145001704";
const stand = new Stand();
const { server, folder } = stand;

type Elements = Record<string, [string, unknown]>;
function file(study: number, pixels: Elements): Buffer {
  return part10({
    "0008,0016": ["UI", "1.2.840.10008.5.1.4.1.1.7"],
    "0008,0018": ["UI", `${ROOT}.${String(study)}.1.1`],
    "0008,0060": ["CS", "OT"],
    "0010,0010": ["PN", "Part^Sightline"],
    "0010,0020": ["LO", "PART"],
    "0020,000d": ["UI", `${ROOT}.${String(study)}`],
    "0020,000e": ["UI", `${ROOT}.${String(study)}.1`],
    "0028,0002": ["US", 1],
    "0028,0004": ["CS", "MONOCHROME2"],
    "0028,0010": ["US", ROWS],
    "0028,0011": ["US", COLS],
    ...pixels,
  });
}
const integers = Uint16Array.from({ length: ROWS * COLS }, (_, i) => (i * 37) & 4095);
/** Between -0.25 and 0.75, but for what is no number. */
const reals = Float32Array.from({ length: ROWS * COLS }, (_, i) => i / (ROWS * COLS - 1) - 0.25);
reals[COLS + 1] = NaN;
reals[COLS + 2] = Infinity;
reals[COLS + 3] = -Infinity;
/** Float Pixel Padding Value and Range Limit, and what they leave out. */
const [PADDING, LIMIT] = [9000.5, 9500];
reals[COLS + 5] = PADDING;
reals[COLS + 6] = 9400;
reals[COLS + 7] = LIMIT;
const isPadding = (x: number): boolean => x >= PADDING && x <= LIMIT;
const [CUT, FLOAT, DOUBLE] = [1, 2, 3];
const studyOf = (study: number): string => `${ROOT}.${String(study)}`;

function writeFiles(): void {
  const cut = file(CUT, {
    "0028,0100": ["US", 16],
    "0028,0101": ["US", 12],
    "0028,0102": ["US", 11],
    "0028,0103": ["US", 0],
    "0028,1050": ["DS", 2048],
    "0028,1051": ["DS", 4096],
    "7fe0,0010": ["OW", integers],
  });
  const files = {
    cut: cut.subarray(0, cut.length - 2 * COLS * 16 - 10), // 16 rows and a few pixels
    float: file(FLOAT, {
      "0028,0100": ["US", 32],
      "0028,0122": ["FL", PADDING],
      "0028,0124": ["FL", LIMIT],
      "7fe0,0008": ["OF", reals],
    }),
    double: file(DOUBLE, {
      "0028,0100": ["US", 64],
      "0028,0123": ["FD", LIMIT], // the limit may lie below the value
      "0028,0125": ["FD", PADDING],
      "7fe0,0009": ["OD", Float64Array.from(reals)],
    }),
  };
  for (const [name, bytes] of Object.entries(files))
    writeFileSync(join(folder, `${name}.dcm`), bytes);
}
writeFiles();

interface Seen {
  quality: string;
  badge: string;
  alerts: string[];
  window: (number | string | null)[];
  /** stored values along the first column, then the second row's first four */
  stored: (number | number[] | null)[];
}
async function see(page: Page): Promise<Seen> {
  await untilQuality(page, "lossless");
  await page.locator(".overlay .quality").waitFor();
  return page.evaluate(
    ([rows]) => {
      const viewport = window.sightline.viewports()[0];
      if (!viewport) throw new Error("no viewport");
      const { state } = viewport;
      const column = Array.from({ length: rows }, (_, row) => viewport.storedValue(row, 0));
      return {
        quality: state.quality,
        badge: document.querySelector(".overlay .quality")?.textContent ?? "",
        alerts: [...document.querySelectorAll(".banner[role=alert]")].map((e) => e.textContent),
        window: [state.windowCenter, state.windowWidth, state.voiFunction],
        stored: [...column, ...[0, 1, 2, 3].map((col) => viewport.storedValue(1, col))],
      };
    },
    [ROWS] as const,
  );
}
/** Opens a study over the server and from this computer. */
const ways: [string, (study: number, name: string) => Promise<Page>][] = [
  ["over the server", async (study) => (await stand.open(`/view/${studyOf(study)}`)).page],
  [
    "from this computer",
    async (study, name) => {
      const { page } = await stand.open("/");
      await choose(page, join(folder, `${name}.dcm`));
      await openStudy(page, studyOf(study));
      return page;
    },
  ],
];

describe.each(ways)("%s", (_way, open) => {
  test("a picture that its file does not hold whole is marked, and never lossless", async () => {
    const page = await open(CUT, "cut");
    const seen = await see(page);
    expect(seen.quality).toBe("incomplete");
    expect(seen.badge).toContain("Incomplete");
    expect(seen.alerts.join()).toContain("only the first 47 of 64 rows are whole");
    const column = Array.from({ length: ROWS }, (_, row) => (row < 48 ? integers[row * COLS] : 0));
    expect(seen.stored.slice(0, ROWS)).toEqual(column);
    await page.context().close();
  });

  test.each([
    ["float", FLOAT],
    ["double", DOUBLE],
  ])("real numbers (%s) are drawn by their values", async (name, study) => {
    const page = await open(study, name);
    const seen = await see(page);
    expect(["lossless", "original"]).toContain(seen.quality);
    expect(seen.alerts).toEqual([]);
    expect(seen.window).toEqual([0.25, 1, "LINEAR_EXACT"]);
    const column = Array.from({ length: ROWS }, (_, row) => reals[row * COLS]);
    expect(seen.stored).toEqual([...column, reals[COLS], NaN, Infinity, -Infinity]);
    const levels = await page.evaluate(
      ([rows, cols]) => {
        const viewport = window.sightline.viewports()[0];
        if (!viewport) throw new Error("no viewport");
        viewport.set({ zoom: 1, pan: { x: 0, y: 0 }, interpolation: "nearest" });
        const shot = viewport.capture();
        const top = Math.floor((shot.height - rows) / 2);
        const left = Math.floor((shot.width - cols) / 2);
        return Array.from({ length: rows * cols }, (_, i) => {
          const [row, col] = [Math.floor(i / cols), i % cols];
          return shot.data[((top + row) * shot.width + left + col) * 4] ?? -1;
        });
      },
      [ROWS, COLS] as const,
    );
    // PS3.3 C.11.2.1.3.2: center 0.25, width 1; what is no number, or padding, is background
    const wanted = Array.from(reals, (x) =>
      Number.isFinite(x) && !isPadding(x)
        ? Math.round(255 * Math.min(1, Math.max(0, x - 0.25 + 0.5)))
        : 0,
    );
    const apart = wanted.map((level, i) => Math.abs(level - (levels[i] ?? -1)));
    expect(Math.max(...apart)).toBeLessThanOrEqual(1);
    expect(new Set(levels).size).toBeGreaterThan(200);
    await page.context().close();
  });
});

test("a thumbnail of what is there, as the viewer shows it", async () => {
  const { page } = await stand.open(`/view/${studyOf(CUT)}`);
  const thumb = page.locator(".series-cards .thumb img").first();
  await thumb.waitFor();
  const seen = await thumb.evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    const { naturalWidth: width, naturalHeight: height } = image;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context?.drawImage(image, 0, 0);
    const mean = (top: number, bottom: number): number => {
      const pixels = context?.getImageData(0, top, width, bottom - top).data ?? [];
      let sum = 0;
      for (let i = 0; i < pixels.length; i += 4) sum += pixels[i] ?? 0;
      return (sum * 4) / pixels.length;
    };
    return { width, height, there: mean(0, 76), missing: mean(79, height) };
  });
  // 48 of 64 rows are there; their values are as often each of 0 … 4095, the window is 2048, 4096
  expect([seen.width, seen.height]).toEqual([128, 102]);
  expect(Math.abs(seen.there - 127.5)).toBeLessThan(3);
  expect(seen.missing).toBe(0);
  await page.context().close();
});

test("rendered pictures: none of a frame that is not whole, one of real numbers", async () => {
  const rendered = (study: number): Promise<Response> => {
    const instance = `${studyOf(study)}/series/${studyOf(study)}.1/instances/${studyOf(study)}.1.1`;
    return fetch(`${server.origin}/dicom-web/studies/${instance}/rendered`, {
      headers: { Accept: "image/png" },
    });
  };
  expect((await rendered(CUT)).ok).toBe(false);
  for (const study of [FLOAT, DOUBLE]) {
    const answer = await rendered(study);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/png"]);
  }
});
