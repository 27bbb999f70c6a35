// Presence of mind: what cannot be shown says why, what is lost says so, and the rest goes on.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { untilQuality } from "./harness.ts";
import { Stand } from "./stand.ts";
import { part10 } from "./phantoms/part10.mjs";
import { writeCtSeries } from "./phantoms/phantoms.mjs";

const stand = new Stand();
const { server, folder: dicom } = stand;
const ct = writeCtSeries(join(dicom, "ct"), { slices: 60, size: 256, study: 21 });
const SR = "2.25.1145001700.22",
  UNKNOWN = "2.25.1145001700.23",
  HOSTILE = "2.25.1145001700.24",
  UNRULY = "2.25.1145001700.25";

function object(
  study: string,
  sopClass: string,
  modality: string,
  more: Record<string, [string, unknown]>,
  syntax?: string,
): Buffer {
  return part10(
    {
      "0008,0016": ["UI", sopClass],
      "0008,0018": ["UI", `${study}.1.1`],
      "0008,0020": ["DA", "20260102"],
      "0008,0060": ["CS", modality],
      "0010,0010": ["PN", "Nobody^Here"],
      "0010,0020": ["LO", "N1"],
      "0020,000d": ["UI", study],
      "0020,000e": ["UI", `${study}.1`],
      "0020,0011": ["IS", 1],
      "0020,0013": ["IS", 1],
      ...more,
    },
    syntax,
  );
}
const pixel = {
  "0028,0002": ["US", 1],
  "0028,0004": ["CS", "MONOCHROME2"],
  "0028,0010": ["US", 8],
  "0028,0011": ["US", 8],
  "0028,0100": ["US", 8],
  "0028,0101": ["US", 8],
  "0028,0102": ["US", 7],
  "0028,0103": ["US", 0],
  "7fe0,0010": ["OB", Buffer.alloc(64, 100)],
} satisfies Record<string, [string, unknown]>;

mkdirSync(join(dicom, "odd"));
writeFileSync(
  join(dicom, "odd/sr.dcm"),
  object(SR, "1.2.840.10008.5.1.4.1.1.88.11", "SR", { "0040,a040": ["CS", "CONTAINER"] }),
);
writeFileSync(
  join(dicom, "odd/unknown.dcm"),
  object(UNKNOWN, "1.2.840.10008.5.1.4.1.1.7", "OT", pixel, "1.2.3.4.5.6.7"),
);
writeFileSync(
  join(dicom, "odd/hostile.dcm"),
  object(HOSTILE, "1.2.840.10008.5.1.4.1.1.7", "OT", {
    ...pixel,
    "0010,0010": ["PN", "</script><img src=x onerror=window.hacked=1>^<b>"],
    "0008,1030": ["LO", "<svg onload=window.hacked=1>"],
  }),
);
writeFileSync(
  join(dicom, "odd/unruly.dcm"),
  object(UNRULY, "1.2.840.10008.5.1.4.1.1.7", "OT", {
    ...pixel,
    "0008,0005": ["CS", "ISO_IR 192"],
    "0010,0010": ["PN", "Unruly\u202egnp.exe^\u0007\u0000\u200b\u001b[31m^\u2066"],
    "0008,1030": ["LO", `Endless ${"<p>".repeat(21_000)}`],
  }),
);
writeFileSync(join(dicom, "odd/readme.txt"), "not DICOM");

test("a study without pixels shows its report, empty as it is, and stays usable", async () => {
  const { page, problems } = await stand.open(`/view/${SR}`);
  await expect
    .poll(() => page.locator("body").innerText(), { timeout: 15_000 })
    .toMatch(/Structured report[^]*Untitled report/);
  expect(problems).toEqual([]);
});

test("an unknown transfer syntax is named", async () => {
  const { page } = await stand.open(`/view/${UNKNOWN}`);
  await expect
    .poll(() => page.locator("body").innerText(), { timeout: 15_000 })
    .toContain("1.2.3.4.5.6.7");
});

test("an unknown study gives a page that says so, with status 404", async () => {
  const response = await fetch(`${server.origin}/view/2.25.404`);
  expect(response.status).toBe(404);
  const { page } = await stand.open("/view/2.25.404");
  await expect
    .poll(() => page.locator("body").innerText(), { timeout: 15_000 })
    .toMatch(/not (found|here|known)|no such study/i);
});

test("hostile names are text, in the list and over the image", async () => {
  const list = await stand.open("/");
  await expect
    .poll(() => list.page.locator("body").innerText(), { timeout: 15_000 })
    .toContain("onerror");
  const view = await stand.open(`/view/${HOSTILE}`);
  await untilQuality(view.page, "lossless");
  await expect
    .poll(() => view.page.locator("body").innerText(), { timeout: 15_000 })
    .toContain("onerror");
  for (const { page, problems } of [list, view]) {
    expect(
      await page.evaluate(() => (window as unknown as { hacked?: number }).hacked),
    ).toBeUndefined();
    expect(problems).toEqual([]);
  }
});

test("names that turn the writing round, ring the bell or never end stay in their place", async () => {
  const list = await stand.open("/");
  await list.page.getByText("Unruly").first().waitFor();
  const view = await stand.open(`/view/${UNRULY}`);
  await untilQuality(view.page, "lossless");
  await view.page.getByText("Unruly").first().waitFor();
  for (const { page, problems } of [list, view]) {
    expect(await page.title()).toMatch(/Sightline/);
    const isWider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(isWider).toBe(false);
    // Whatever direction a name has, it ends with its element.
    expect(
      await page.evaluate(() =>
        [...document.querySelectorAll("body *:not(script)")]
          .filter((element) =>
            [...element.childNodes].some(
              (node) => node.nodeType === 3 && (node.textContent ?? "").includes("\u202e"),
            ),
          )
          .filter((element) => !getComputedStyle(element).unicodeBidi.startsWith("isolate"))
          .map((element) => `${element.tagName}.${element.className}`),
      ),
    ).toEqual([]);
    expect(problems).toEqual([]);
  }
});

test("a string can become neither markup nor a script: Trusted Types are in force", async () => {
  for (const path of ["/", `/view/${HOSTILE}`, "/login"]) {
    const { page } = await stand.open(path);
    const outcome = await page.evaluate(() => {
      const attempt = (act: () => void): string => {
        try {
          act();
          return "done";
        } catch (error) {
          return (error as Error).name;
        }
      };
      return [
        attempt(() => {
          Reflect.set(document.createElement("div"), "innerHTML", "<b>");
        }),
        attempt(() => {
          Reflect.set(document.createElement("script"), "src", "/assets/x.js");
        }),
        attempt(() => {
          Reflect.set(document.createElement("iframe"), "srcdoc", "<b>");
        }),
      ];
    });
    expect(outcome, path).toEqual(["TypeError", "TypeError", "TypeError"]);
    await page.context().close();
  }
});

test("a server that goes away and comes back: said, survived, resumed", async () => {
  const { page } = await stand.open(`/view/${ct.study}`);
  await untilQuality(page, "screen");
  await server.stop("SIGKILL");
  await expect
    .poll(() => page.locator("body").innerText(), { timeout: 20_000 })
    .toMatch(/connection|offline|reconnect/i);
  await page.keyboard.press("i");
  expect(await page.evaluate(() => window.sightline.viewports()[0]?.state.inverted)).toBe(true);
  await server.start();
  await page.keyboard.press("End");
  expect(await untilQuality(page, "lossless")).toBe("lossless");
  await expect
    .poll(() => page.locator("body").innerText(), { timeout: 30_000 })
    .not.toMatch(/connection lost/i);
}, 120_000);

test("where sockets are blocked, ranges carry the study by themselves", async () => {
  const context = await stand.browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(() => {
    globalThis.WebSocket = class extends EventTarget {
      readyState = 3;
      close(): void {
        /* never opened */
      }
      constructor() {
        super();
        setTimeout(() => {
          this.dispatchEvent(new Event("error"));
          this.dispatchEvent(new CloseEvent("close"));
        }, 1);
      }
    } as unknown as typeof WebSocket;
  });
  await page.goto(`${server.origin}/view/${ct.study}`);
  expect(await untilQuality(page, "lossless")).toBe("lossless");
  await context.close();
}, 60_000);

test("a graphics processor that is reset: said, and drawn again when it comes back", async () => {
  const { page } = await stand.open(`/view/${ct.study}`);
  await untilQuality(page, "lossless");
  const middle = () =>
    page.evaluate(() => {
      const { data, width, height } =
        window.sightline.viewports()[0]?.capture() ?? new ImageData(1, 1);
      return data[((height >> 1) * width + (width >> 1)) * 4];
    });
  const before = await middle();
  await page.evaluate(() => {
    const canvas = document.querySelector("canvas");
    const lose = canvas?.getContext("webgl2")?.getExtension("WEBGL_lose_context");
    lose?.loseContext();
    setTimeout(() => lose?.restoreContext(), 3000);
  });
  await expect.poll(() => page.locator("body").innerText(), { timeout: 2500 }).toMatch(/graphics/i);
  await expect
    .poll(() => page.locator("body").innerText(), { timeout: 15_000 })
    .not.toMatch(/graphics/i);
  await expect.poll(middle, { timeout: 15_000 }).toBe(before);
  expect(await untilQuality(page, "lossless")).toBe("lossless");
}, 60_000);
