// Videos: played by the browser picture by picture, as pictures of the server where the browser has no decoder, and out of local files.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { Server, Store, openPage } from "./harness.ts";
import { Stand } from "./stand.ts";
import { choose, listedStudies, openStudy } from "./local_hands.ts";
import { COLS, ROWS, SYNTAX, encode, greyOf, videoObject } from "./phantoms/videos.ts";

const FRAMES = 30;
const stand = new Stand();
const { server, folder } = stand;
/** by name: what the object's fragments hold */
const streams = new Map<string, Buffer>();
const NAMES = [
  "elementary",
  "transport",
  "front",
  "end",
  "odd",
  "wrong",
  "mpeg2",
  "program",
] as const;
type Name = (typeof NAMES)[number];
const study = (name: Name): string => `2.25.91${String(NAMES.indexOf(name))}`;
const instanceOf = (name: Name): string =>
  `/dicom-web/studies/${study(name)}/series/${study(name)}.1/instances/${study(name)}.2`;

const X264 = ["-c:v", "libx264", "-threads", "1", "-bf", "2", "-g", "10", "-qp", "4"];
const MPEG2 = ["-c:v", "mpeg2video", "-threads", "1", "-bf", "2", "-g", "10", "-q:v", "1"];

function add(name: Name, syntax: string, stream: Buffer, more: object = {}): void {
  streams.set(name, stream);
  const [uid, series] = [`${study(name)}.2`, `${study(name)}.1`];
  const object = { uid, series, study: study(name), syntax, stream, frames: FRAMES, ...more };
  writeFileSync(join(folder, name), videoObject(object));
}
function oddly(stream: Buffer): Buffer {
  // a last NAL unit of filler data makes the length odd
  const filler = Buffer.from([0, 0, 0, 1, 12, 0xff, 0x80]);
  return stream.length % 2 === 1 ? stream : Buffer.concat([stream, filler]);
}

const elementary = encode("h264", X264, FRAMES);
add("elementary", SYNTAX.h264, elementary);
add("transport", SYNTAX.h264, encode("ts", X264, FRAMES), { hasOffsetTable: true });
add("front", SYNTAX.h264, encode("mp4", [...X264, "-movflags", "+faststart"], FRAMES));
add("end", SYNTAX.fragmentable, encode("mp4", X264, FRAMES), { fragmentBytes: 1000 });
add("odd", SYNTAX.fragmentable, oddly(elementary), { fragmentBytes: 512 });
add("wrong", SYNTAX.h264, elementary, { frames: 7 });
add("mpeg2", SYNTAX.mpeg2, encode("m2v", MPEG2, FRAMES), { hasOffsetTable: true });
add("program", SYNTAX.mpeg2, encode("mpg", MPEG2, FRAMES));

/** Mean grey of the picture that is on screen. */
function shownGrey(page: Page): Promise<number> {
  return page.evaluate(() => {
    const element = document.querySelector<HTMLVideoElement | HTMLCanvasElement>(".video-picture");
    if (element === null) return -1;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 16;
    const context = canvas.getContext("2d");
    context?.drawImage(element, 0, 0, 16, 16);
    const { data } = context?.getImageData(0, 0, 16, 16) ?? { data: [] };
    return data.length === 0
      ? -1
      : [...data].filter((_, i) => i % 4 === 0).reduce((a, b) => a + b) / 256;
  });
}
/** Waits until the picture (0-based) is on screen, by its grey. */
async function untilShown(page: Page, frame: number): Promise<void> {
  await expect
    .poll(async () => Math.abs((await shownGrey(page)) - greyOf(frame)), { timeout: 15_000 })
    .toBeLessThan(6);
}
/** Shows a picture by the public interface. */
function scrollTo(page: Page, frame: number): Promise<void> {
  return page.evaluate((number) => {
    window.sightline.viewports()[0]?.set({ frame: number });
  }, frame + 1);
}
const stateFrame = (page: Page): Promise<number> =>
  page.evaluate(() => window.sightline.viewports()[0]?.state.frame ?? 0);

describe("the browser plays", () => {
  test.each(["elementary", "transport", "front", "end", "odd"] as const)("%s", async (name) => {
    const { page, problems } = await stand.open(`/view/${study(name)}`);
    await untilShown(page, 0);
    for (const frame of [1, 2, 17, 29, 10]) {
      await scrollTo(page, frame);
      await untilShown(page, frame);
    }
    expect(await page.locator(".video-frame").textContent()).toBe("11 / 30");
    expect(await page.locator(".cine").count()).toBe(0); // one bar plays
    await page.keyboard.press("ArrowDown");
    await untilShown(page, 11);
    await page.getByRole("button", { name: "Previous picture" }).click();
    await untilShown(page, 10);
    expect(await stateFrame(page)).toBe(11);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("takes the viewport along, and c pauses", async () => {
    const { page, problems } = await stand.open(`/view/${study("transport")}`);
    await untilShown(page, 0);
    await page.locator(".video-speed").selectOption("0.5");
    await page.locator("#viewport").focus();
    await page.keyboard.press("c");
    await expect.poll(() => stateFrame(page)).toBeGreaterThan(3);
    await page.keyboard.press("c");
    await page.getByRole("button", { name: "Play" }).waitFor();
    const frame = await page.locator(".video-frame").textContent();
    await untilShown(page, Number(/^\d+/.exec(frame ?? "")?.[0]) - 1);
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("pictures that the object does not state are there, and that is said", async () => {
    const { page } = await stand.open(`/view/${study("wrong")}`);
    await untilShown(page, 0);
    expect(await page.locator(".video-notes").textContent()).toContain(
      "states 7 pictures, its video has 30",
    );
    await page.locator(".video-position").fill("25");
    await untilShown(page, 25);
    await page.context().close();
  });

  test("where the picture would be: fitted, turned, zoomed", async () => {
    const { page } = await stand.open(`/view/${study("front")}`);
    await untilShown(page, 0);
    const box = () =>
      page.locator(".video-picture").evaluate((element) => element.getBoundingClientRect());
    const area = await page
      .locator("#viewport > canvas")
      .first()
      .evaluate((element) => element.getBoundingClientRect());
    const fitted = await box();
    expect(fitted.height).toBeCloseTo(area.height, 0);
    expect(fitted.width / fitted.height).toBeCloseTo(COLS / ROWS, 2);
    await page.evaluate(() => {
      window.sightline.viewports()[0]?.set({ rotation: 90, zoom: 2, pan: { x: 0, y: 0 } });
    });
    await expect.poll(async () => Math.round((await box()).width)).toBe(2 * ROWS);
    await page.context().close();
  });
});

test.each(["mpeg2", "program"] as const)("%s is shown as pictures of the server", async (name) => {
  const { page, problems } = await stand.open(`/view/${study(name)}`);
  await untilShown(page, 0);
  expect(await page.locator(".video-mark").textContent()).toContain("Decoded by the server");
  await page.locator(".cine").waitFor();
  for (const frame of [29, 13]) {
    await scrollTo(page, frame);
    await untilShown(page, frame);
  }
  expect(problems).toEqual([]);
  await page.context().close();
});

test("a local video plays, and nothing is sent", async () => {
  const { page, problems } = await stand.open("/");
  const sent: string[] = [];
  const local = join(folder, "local");
  mkdirSync(local, { recursive: true });
  page.context().on("request", (request) => {
    const { pathname, protocol } = new URL(request.url());
    if (protocol !== "blob:" && !pathname.startsWith("/assets/"))
      sent.push(`${request.method()} ${pathname}`);
  });
  await choose(page, [join(folder, "odd"), join(folder, "end"), join(folder, "mpeg2")]);
  const before = sent.length;
  for (const name of ["odd", "end"] as const) {
    expect(await listedStudies(page)).toContain(study(name));
    await openStudy(page, study(name));
    await untilShown(page, 0);
    await scrollTo(page, 21);
    await untilShown(page, 21);
    await page.goBack();
  }
  await openStudy(page, study("mpeg2"));
  await page.getByText("Browsers have no decoder for MPEG-2.").waitFor();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the video" }).click();
  expect((await download).suggestedFilename()).toBe("Endoscopy.mpg");
  // the list of the archive's own studies, which comes back with it, asks as it does without files
  const isOwn = (line: string): boolean => /^GET \/api\/(session|studies|status)$/.test(line);
  expect(sent.slice(before).filter((line) => !isOwn(line))).toEqual([]);
  expect(problems).toEqual([]);
  await page.context().close();
});

describe("the server gives", () => {
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(server.origin + path, { headers });
  async function hashOf(name: Name): Promise<string> {
    const answer = await get(`/api/studies/${study(name)}/manifest`);
    return /"hash":"([0-9a-f]{64})"/.exec(await answer.text())?.[1] ?? "";
  }
  async function bytesOf(path: string, headers: Record<string, string> = {}): Promise<Buffer> {
    const answer = await get(path, headers);
    expect(answer.status).toBe(200);
    return Buffer.from(await answer.arrayBuffer());
  }
  const padded = (stream: Buffer): Buffer =>
    stream.length % 2 === 0 ? stream : Buffer.concat([stream, Buffer.alloc(1)]);

  test("the stream by range, with its own type", async () => {
    const types = {
      elementary: "video/h264",
      transport: "video/mp2t",
      end: "video/mp4",
      mpeg2: "video/mpeg",
      program: "video/mpeg",
    };
    for (const [name, type] of Object.entries(types) as [Name, string][]) {
      const path = `/videos/${await hashOf(name)}`;
      const whole = padded(streams.get(name) ?? Buffer.alloc(0));
      expect((await get(path)).headers.get("content-type")).toBe(type);
      expect((await bytesOf(path)).equals(whole)).toBe(true);
      const part = await get(path, { Range: "bytes=990-1009" });
      expect(part.status).toBe(206);
      expect(part.headers.get("content-range")).toBe(`bytes 990-1009/${String(whole.length)}`);
      expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(990, 1010))).toBe(true);
    }
    expect((await get(`/videos/${"0".repeat(64)}`)).status).toBe(404);
  });

  test("frame 1 of WADO-RS: the stream, byte for byte", async () => {
    const accept = `video/mp4; transfer-syntax=${SYNTAX.fragmentable}`;
    const bytes = await bytesOf(`${instanceOf("end")}/frames/1`, { Accept: accept });
    expect(bytes.equals(padded(streams.get("end") ?? Buffer.alloc(0)))).toBe(true);
    const mpeg = await bytesOf(`${instanceOf("mpeg2")}/frames/1`, {
      Accept: "video/mpeg; transfer-syntax=*",
    });
    expect(mpeg.equals(padded(streams.get("mpeg2") ?? Buffer.alloc(0)))).toBe(true);
    expect((await get(`${instanceOf("end")}/frames/2`, { Accept: accept })).status).toBe(404);
  });

  test("rendered pictures, as ffmpeg decodes them; and none behind the last", async () => {
    for (const name of ["elementary", "transport", "front", "program"] as const) {
      const picture = await bytesOf(`${instanceOf(name)}/frames/18/rendered`, {
        Accept: "image/png",
      });
      const path = join(folder, "picture.png");
      writeFileSync(path, picture);
      const samples = execFileSync("ffmpeg", [
        "-v",
        "error",
        "-i",
        path,
        "-f",
        "rawvideo",
        "-pix_fmt",
        "gray",
        "-",
      ]);
      rmSync(path);
      expect(samples.length).toBe(ROWS * COLS);
      expect(Math.abs((samples[5000] ?? 0) - greyOf(17))).toBeLessThan(6);
    }
    expect((await get(`${instanceOf("mpeg2")}/frames/31/rendered`)).status).toBe(404);
    expect((await get(`/dicom-web/studies/${study("mpeg2")}/thumbnail`)).status).toBe(200);
  });

  test("the whole as MP4, nothing encoded anew", async () => {
    for (const name of ["transport", "end", "elementary"] as const) {
      const path = join(folder, "whole.mp4");
      writeFileSync(path, await bytesOf(`${instanceOf(name)}/rendered`, { Accept: "video/mp4" }));
      const fields = [
        "-count_frames",
        "-show_entries",
        "stream=codec_name,nb_read_frames",
        "-of",
        "csv=p=0",
      ];
      expect(
        execFileSync("ffprobe", ["-v", "error", ...fields, path])
          .toString()
          .trim(),
      ).toBe("h264,30");
      rmSync(path);
    }
  });

  test("no picture, and a reason, where there is no ffmpeg", async () => {
    const other = new Store();
    other.import(join(folder, "mpeg2"));
    const bare = new Server(other, [], { PATH: "/nonexistent" });
    await bare.start();
    try {
      expect((await fetch(`${bare.origin}${instanceOf("mpeg2")}/frames/1/rendered`)).status).toBe(
        406,
      );
      const { page } = await openPage(stand.browser, `${bare.origin}/view/${study("mpeg2")}`);
      await page.getByText("The server cannot make pictures of it either.").waitFor();
      await page.getByRole("button", { name: "Download the video" }).waitFor();
      await page.context().close();
    } finally {
      await bare.stop();
      other.dispose();
    }
  });
});
