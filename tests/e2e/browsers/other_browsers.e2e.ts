// Firefox and WebKit (Safari's engine): the pictures of the archive and of this computer as Chromium draws them, and videos that they have a decoder for.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Server, Store } from "../harness.ts";
import { writeCtSeries, writePhantoms } from "../phantoms/phantoms.mjs";
import { SYNTAX, encode, greyOf, videoObject } from "../phantoms/videos.ts";
import { type Case, type Judged, comparison, drawnAgainst, judge } from "../pixel_judge.ts";
import { launchFirefox } from "./firefox.ts";
import type { OtherBrowser } from "./other_browser.ts";
import { launchWebKit } from "./webkit.ts";

const FRAMES = 30;
const folder = mkdtempSync(join(tmpdir(), "sightline-e2e-browsers-"));
const store = new Store();
const server = new Server(store);
/** of the archive */
let served: Judged[] = [];
/** one file of this computer for each decoder of a module */
let local: Judged[] = [];

const X264 = ["-c:v", "libx264", "-threads", "1", "-bf", "2", "-g", "10", "-qp", "4"];
const X265 = [
  "-c:v",
  "libx265",
  "-x265-params",
  "log-level=error:pools=1:keyint=10:bframes=2:qp=4",
];
const VIDEOS = [
  ["H.264, bare", "2.25.931", SYNTAX.h264, "h264", X264],
  ["HEVC, bare", "2.25.932", SYNTAX.hevc, "hevc", X265],
  ["HEVC in a transport stream", "2.25.933", SYNTAX.hevc, "ts", X265],
] as const;

/** One slice, encoded by DCMTK's tools. */
function localFiles(): string[] {
  const out = join(folder, "local");
  mkdirSync(out);
  const tools = [
    ["dcmcjpls", "+el"],
    ["dcmcjpeg", "+e1"],
    ["dcmcrle", "+un"],
  ] as const;
  return tools.map(([tool, option], at) => {
    const source = join(folder, `source-${String(at)}`);
    writeCtSeries(source, { slices: 1, study: 40 + at });
    const path = join(out, `${tool}.dcm`);
    execFileSync(tool, [option, "+un", join(source, "0000.dcm"), path]);
    return path;
  });
}

/** Judged, with the references in a folder of their own. */
function judgedIn(name: string, files: Case[]): Judged[] {
  const out = join(folder, name);
  mkdirSync(out);
  return judge(files, out).map((judged) => ({
    ...judged,
    looks: judged.looks.map((look) => ({ ...look, file: join(out, look.file) })),
  }));
}

beforeAll(async () => {
  const videos = join(folder, "videos");
  mkdirSync(videos);
  for (const [, study, syntax, ending, options] of VIDEOS) {
    const stream = encode(ending, options, FRAMES);
    const uids = { uid: `${study}.2`, series: `${study}.1`, study };
    writeFileSync(join(videos, study), videoObject({ ...uids, syntax, stream, frames: FRAMES }));
  }
  const cases = (paths: string[]): Case[] =>
    paths.map((path) => ({ path, frames: [1], windows: [] }));
  const phantoms = writePhantoms(join(folder, "phantoms")).map(({ path }) => path);
  served = judgedIn("judged", cases(phantoms));
  local = judgedIn("judged-local", cases(localFiles()));
  store.import(videos, join(folder, "phantoms"));
  await server.start();
});
afterAll(async () => {
  await server.stop();
  store.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** What the page says is wrong, of the picture that it shows. */
async function wrongOf(browser: OtherBrowser, file: Judged): Promise<string[]> {
  const wrong: string[] = [];
  for (const look of file.looks) {
    const rgb = readFileSync(look.file);
    const found = await browser.evaluate(drawnAgainst, comparison(file, look, rgb));
    if (found.worst > 1 || found.compared === 0)
      wrong.push(`${file.path}: worst ${String(found.worst)} of ${String(found.compared)}`);
  }
  return wrong;
}
/** Polls a value of the page. */
function until<R>(browser: OtherBrowser, read: () => R): ReturnType<typeof expect.poll<R>> {
  return expect.poll(() => browser.evaluate(read, null), { timeout: 60_000 });
}

describe.each([
  ["Firefox", launchFirefox],
  ["WebKit", launchWebKit],
])("%s", (name, launch) => {
  let browser: OtherBrowser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  test("draws what the archive has as the reference says", async () => {
    expect(served.length).toBeGreaterThan(10);
    await browser.goto(`${server.origin}/view/${served[0]?.study ?? ""}`);
    await until(browser, () => "sightline" in window).toBe(true);
    const wrong: string[] = [];
    for (const file of served) {
      const { study, series, instance } = file;
      await browser.evaluate((request) => window.sightline.open(request), {
        study,
        series,
        instance,
      });
      wrong.push(...(await wrongOf(browser, file)));
    }
    expect(wrong).toEqual([]);
  });

  test.each(VIDEOS)("plays %s", async (_, study) => {
    await browser.goto(`${server.origin}/view/${study}`);
    const shown = until(browser, () => document.querySelector(".video-picture")?.nodeName);
    await shown.toBe("VIDEO");
    await until(browser, () => document.querySelector(".video-frame")?.textContent).toBe("1 / 30");
    for (const frame of [0, 1, 2, 17, 29, 10]) {
      await browser.evaluate((number) => {
        window.sightline.viewports()[0]?.set({ frame: number });
      }, frame + 1);
      await expect
        .poll(async () => Math.abs((await browser.evaluate(greyShown, null)) - greyOf(frame)), {
          timeout: 60_000,
        })
        .toBeLessThan(6);
    }
    await until(browser, () => document.querySelector(".video-frame")?.textContent).toBe("11 / 30");
  });

  test("opens files of this computer, each codec in its module", async () => {
    for (const file of local) {
      await browser.goto(`${server.origin}/`);
      await until(browser, () => document.querySelector("input[data-open=files]") !== null).toBe(
        true,
      );
      await browser.choose("input[data-open=files]", file.path);
      await until(browser, () => document.querySelector(".local-study") !== null).toBe(true);
      await browser.evaluate(
        () => document.querySelector<HTMLElement>(".local-study")?.click(),
        null,
      );
      const study = until(
        browser,
        () => (window as Partial<Window>).sightline?.viewports()[0]?.state.studyInstanceUID,
      );
      await study.toBe(file.study);
      expect(await wrongOf(browser, file)).toEqual([]);
    }
  });

  test("hears the keyboard", async () => {
    await browser.goto(`${server.origin}/view/${VIDEOS[0][1]}`);
    await until(browser, () => document.querySelector(".video-picture")?.nodeName).toBe("VIDEO");
    await browser.evaluate(() => {
      document.querySelector<HTMLElement>("#viewport")?.focus();
    }, null);
    await browser.press("ArrowDown");
    await until(browser, () => window.sightline.viewports()[0]?.state.frame).toBe(2);
    if (process.env["SIGHTLINE_SHOTS"]) await browser.screenshot(`build/${name}.png`);
  });
});

/** Mean grey of the picture that is on screen; -1: none. Runs in the page. */
function greyShown(): number {
  const video = document.querySelector<HTMLVideoElement>("video.video-picture");
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 16;
  const context = canvas.getContext("2d");
  if (!video || !context) return -1;
  context.drawImage(video, 0, 0, 16, 16);
  const { data } = context.getImageData(0, 0, 16, 16);
  return data.filter((_, i) => i % 4 === 0).reduce((sum, value) => sum + value, 0) / 256;
}
