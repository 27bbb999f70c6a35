// Pictures with ICC profiles in a real Chromium: what is drawn is what ArgyllCMS makes of the stored values, and the stored values
// themselves when the profiles are switched off.
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { untilQuality, madeByPython } from "./harness.ts";
import { Stand } from "./stand.ts";
import { choose, openStudy } from "./local_hands.ts";

/** in base64: levels, and the profile */
interface KnownPicture {
  instance: string;
  stored: string;
  shown: string;
  profile?: string;
  adobergb?: string;
  rommrgb?: string;
}
interface Known {
  study: string;
  side: number;
  pictures: Record<string, KnownPicture>;
  /** as a presentation state wants the picture that it is about */
  states: Record<string, KnownPicture>;
}

const VIEWPORT = { width: 800, height: 600 };
/** The server's refusal of a profile that no picture of red, green and blue can be shown by; Chromium notes each. */
const REFUSAL =
  "console: Failed to load resource: the server responded with a status of 404 (Not Found)";

const stand = new Stand();
const { server, folder } = stand;
const known = madeByPython("icc_files.py", folder) as Known;
let page: Page;
let problems: string[] = [];
const asked: string[] = [];

beforeAll(async () => {
  ({ page, problems } = await stand.open(`/view/${known.study}`, VIEWPORT));
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
});

/** Shows a picture at 1:1, and waits until the badge says this of its profile ("": nothing). */
async function show(on: Page, name: string, mark: string): Promise<void> {
  const instance = known.pictures[name]?.instance ?? "";
  await on.evaluate(
    async ({ study, instance }) => {
      await window.sightline.open({ study, instance });
      window.sightline
        .viewports()[0]
        ?.set({ zoom: 1, pan: { x: 0, y: 0 }, interpolation: "nearest" });
    },
    { study: known.study, instance },
  );
  await untilQuality(on, "lossless");
  await untilMark(on, mark);
}
/** Of what follows the quality, which is another one for files of this computer. */
async function untilMark(on: Page, mark: string): Promise<void> {
  await on.locator(".overlay .quality", { hasText: new RegExp(`^[^·]*[^· ]${mark}$`) }).waitFor();
}
/** Red, green and blue of the picture's pixels, as they are drawn. */
async function drawn(on: Page): Promise<Uint8Array> {
  const base64 = await on.evaluate((side) => {
    const viewport = window.sightline.viewports()[0];
    if (!viewport) throw new Error("no viewport");
    const { width, height, data } = viewport.capture();
    const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
    let text = "";
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const at = 4 * ((top + y) * width + left + x);
        text += String.fromCharCode(...data.subarray(at, at + 3));
      }
    return btoa(text);
  }, known.side);
  return Buffer.from(base64, "base64");
}
function expected(
  name: string,
  what: "stored" | "shown" | "profile" | "adobergb" | "rommrgb",
): Uint8Array {
  return Buffer.from((known.pictures[name] ?? known.states[name])?.[what] ?? "", "base64");
}
function farthest(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? -1000))), 0);
}

describe("a picture with a profile", () => {
  test.each(["wide", "scanner", "p3", "straight", "palette"])(
    "is drawn as ArgyllCMS shows it: %s",
    async (name) => {
      await show(page, name, " · ICC");
      const picture = await drawn(page);
      expect(farthest(picture, expected(name, "shown"))).toBeLessThanOrEqual(1);
      // and not as it is stored
      expect(farthest(picture, expected(name, "stored"))).toBeGreaterThan(8);
    },
  );
  test("of the screen's own colours is drawn as it is stored", async () => {
    await show(page, "srgb", " · sRGB");
    expect(farthest(await drawn(page), expected("srgb", "stored"))).toBe(0);
    await show(page, "none", "");
    expect(farthest(await drawn(page), expected("none", "stored"))).toBe(0);
  });
  test("has a name that the badge and the menu tell", async () => {
    await show(page, "wide", " · ICC");
    expect(await page.locator(".overlay .quality").getAttribute("title")).toContain(
      "Sightline wide",
    );
    await page.locator("[data-panel=layers]").first().click();
    const toggle = page.getByRole("switch", { name: /Colour profile/ });
    expect(await toggle.getAttribute("aria-checked")).toBe("true");
    expect(await page.locator(".layers-menu").textContent()).toContain("Sightline wide");
    await toggle.click();
    await untilMark(page, " · ICC off");
    expect(await toggle.getAttribute("aria-checked")).toBe("false");
    await toggle.click();
    await page.keyboard.press("Escape");
    await untilMark(page, " · ICC");
  });
  test("that cannot be used says so, and is drawn as it is stored", async () => {
    for (const name of ["gray", "broken"]) {
      await show(page, name, " · No ICC");
      expect(farthest(await drawn(page), expected(name, "stored"))).toBe(0);
    }
  });
});

test("switched off, the stored values are drawn; the probe's are theirs all the time", async () => {
  await show(page, "scanner", " · ICC");
  const probed = (): Promise<number | number[] | null | undefined> =>
    page.evaluate(() => window.sightline.viewports()[0]?.storedValue(5, 7));
  const stored = [...expected("scanner", "stored").subarray(3 * (5 * known.side + 7))].slice(0, 3);
  await expect.poll(probed).toEqual(stored);
  await page.keyboard.press("k");
  await untilMark(page, " · ICC off");
  expect(farthest(await drawn(page), expected("scanner", "stored"))).toBe(0);
  await show(page, "palette", " · ICC off");
  expect(farthest(await drawn(page), expected("palette", "stored"))).toBe(0);
  expect(await probed()).not.toBeNull();
  await page.keyboard.press("k");
  await show(page, "scanner", " · ICC");
  expect(farthest(await drawn(page), expected("scanner", "shown"))).toBeLessThanOrEqual(1);
});

test.each([
  ["colors", "none", "Colours of another"],
  ["pseudo", "grey", "Pseudo-colours"],
])(
  "a presentation state's profile takes the place of the picture's: %s",
  async (state, picture, label) => {
    await show(page, picture, "");
    await page.locator("[data-panel=layers]").first().click();
    await page.getByRole("radio", { name: label }).click();
    await untilMark(page, " · ICC");
    await page.evaluate(() => {
      window.sightline
        .viewports()[0]
        ?.set({ zoom: 1, pan: { x: 0, y: 0 }, interpolation: "nearest" });
    });
    expect(farthest(await drawn(page), expected(state, "shown"))).toBeLessThanOrEqual(1);
    await page.getByRole("radio", { name: /^None/ }).click();
    await page.keyboard.press("Escape");
    await show(page, picture, "");
    expect(farthest(await drawn(page), expected(picture, "stored"))).toBe(0);
  },
);

test("a profile is asked for once, and kept", async () => {
  const profiles = asked.filter((path) => path.startsWith("/profiles/"));
  expect(profiles.length).toBeGreaterThan(0);
  expect(new Set(profiles).size).toBe(profiles.length);
  const answer = await fetch(`${server.origin}${profiles[0] ?? ""}`);
  expect(answer.headers.get("cache-control")).toContain("immutable");
  expect(new Set(problems)).toEqual(new Set([REFUSAL]));
});

test("files of this computer are drawn by their profiles, too", async () => {
  const { page: local, problems: localProblems } = await stand.open("/", VIEWPORT);
  await choose(
    local,
    readdirSync(folder).map((name) => join(folder, name)),
  );
  await openStudy(local, known.study);
  for (const [name, mark] of [
    ["wide", " · ICC"],
    ["scanner", " · ICC"],
    ["gray", " · No ICC"],
    ["none", ""],
  ] as const) {
    await show(local, name, mark);
    expect(farthest(await drawn(local), expected(name, "shown"))).toBeLessThanOrEqual(1);
  }
  expect(localProblems).toEqual([]);
  await local.context().close();
}, 60_000);

/** What the server renders: its pixels, and what its file says of their colours. */
interface Rendered {
  pixels: Buffer;
  profile: Buffer | null;
  isMarkedSrgb: boolean;
}
function urlOf(name: string, query: string): string {
  const picture = known.pictures[name];
  const { instance } = picture ?? known.states[name] ?? { instance: "" };
  const series = `${known.study}.${picture === undefined ? "2" : "1"}`;
  return `${server.origin}/dicom-web/studies/${known.study}/series/${series}/instances/${instance}/${query}`;
}
async function rendered(name: string, query = "rendered"): Promise<Rendered> {
  const response = await fetch(urlOf(name, query), { headers: { accept: "image/png" } });
  expect(response.status).toBe(200);
  const png = Buffer.from(await response.arrayBuffer());
  const { stdout } = spawnSync(
    "ffmpeg",
    ["-v", "error", "-i", "-", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
    { input: png, maxBuffer: 1 << 24 },
  );
  const chunks = chunksOf(png);
  const packed = chunks.get("iCCP");
  return {
    pixels: stdout,
    // ISO/IEC 15948 11.3.3.3: a name, a zero, the method, zlib
    profile: packed === undefined ? null : inflateSync(packed.subarray(packed.indexOf(0) + 2)),
    isMarkedSrgb: chunks.has("sRGB"),
  };
}
function chunksOf(png: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at + 8 <= png.length; at += 12 + png.readUInt32BE(at)) {
    const body = at + 8;
    chunks.set(
      png.toString("latin1", at + 4, body),
      png.subarray(body, body + png.readUInt32BE(at)),
    );
  }
  return chunks;
}
/** Adobe RGB’s curve is endlessly steep at black: there the few 1/65536 of light by which profiles are rounded are levels. */
function nearAdobe(levels: Uint8Array): (level: number, index: number) => number {
  const light = (level: number): number => (level / 255) ** (563 / 256);
  return (level, index) => {
    const wanted = levels[index] ?? 0;
    return Math.abs(light(level) - light(wanted)) <= 8 / 65536 ? wanted : level;
  };
}
/** The profile in a JPEG, as ArgyllCMS takes it out. */
async function profileOfJpeg(name: string, query: string): Promise<Buffer | null> {
  const response = await fetch(urlOf(name, query), { headers: { accept: "image/jpeg" } });
  const [jpeg, icc] = [join(folder, "rendered.jpg"), join(folder, "rendered.icc")];
  writeFileSync(jpeg, Buffer.from(await response.arrayBuffer()));
  const { status } = spawnSync("extracticc", [jpeg, icc], { encoding: "utf8" });
  const profile = status === 0 ? readFileSync(icc) : null;
  for (const file of [jpeg, icc]) rmSync(file, { force: true });
  return profile;
}
/** The name that ArgyllCMS reads in a profile. */
function nameOf(profile: Buffer | null): string {
  const file = join(folder, "named.icc");
  writeFileSync(file, profile ?? "");
  const { stdout } = spawnSync("iccdump", ["-v3", "-t", "desc", file], { encoding: "utf8" });
  rmSync(file);
  return [...stdout.matchAll(/0x[0-9a-f]{4}: (.*)/g)].map(([, text]) => text ?? "").join("");
}

describe("rendered pictures", () => {
  test.each(["wide", "scanner", "p3", "straight", "palette"])(
    "are in sRGB as ArgyllCMS has it, and say so: %s",
    async (name) => {
      const { pixels, profile, isMarkedSrgb } = await rendered(name);
      expect(farthest(pixels, expected(name, "shown"))).toBeLessThanOrEqual(1);
      expect([profile, isMarkedSrgb]).toEqual([null, true]);
      expect(nameOf(await profileOfJpeg(name, "rendered"))).toContain("sRGB");
    },
  );
  test("without a profile that can be used are as they are stored, and say nothing", async () => {
    for (const name of ["none", "gray", "broken"]) {
      const { pixels, profile, isMarkedSrgb } = await rendered(name);
      expect(farthest(pixels, expected(name, "stored"))).toBe(0);
      expect([profile, isMarkedSrgb]).toEqual([null, false]);
    }
    expect(await profileOfJpeg("none", "rendered")).toBeNull();
  });
  test("are as they are stored with iccprofile=no and yes, with the object's own profile or sRGB's", async () => {
    for (const name of ["wide", "scanner", "none"]) {
      const plain = await rendered(name, "rendered?iccprofile=no");
      expect(farthest(plain.pixels, expected(name, "stored"))).toBe(0);
      expect([plain.profile, plain.isMarkedSrgb]).toEqual([null, false]);
      const own = await rendered(name, "rendered?iccprofile=yes");
      expect(farthest(own.pixels, expected(name, "stored"))).toBe(0);
      if (name === "none") expect(nameOf(own.profile)).toContain("sRGB");
      else expect(own.profile?.equals(expected(name, "profile"))).toBe(true);
    }
    const own = await profileOfJpeg("scanner", "frames/1/rendered?iccprofile=yes");
    expect(own?.equals(expected("scanner", "profile"))).toBe(true);
  });
  test.each([
    ["srgb", "shown", "sRGB"],
    ["adobergb", "adobergb", "Adobe RGB"],
    ["rommrgb", "rommrgb", "ROMM RGB"],
  ] as const)("are converted, and hold the profile: %s", async (space, shown, title) => {
    for (const name of ["wide", "scanner", "none"]) {
      const { pixels, profile } = await rendered(name, `rendered?iccprofile=${space}`);
      const levels = expected(name, shown);
      const near = space === "adobergb" ? pixels.map(nearAdobe(levels)) : pixels;
      expect(farthest(near, levels)).toBeLessThanOrEqual(1);
      expect(nameOf(profile)).toContain(title);
    }
    expect(nameOf(await profileOfJpeg("wide", `rendered?iccprofile=${space}`))).toContain(title);
  });
  test("that are small have them, too, and so have those of a whole series", async () => {
    const small = await rendered("wide", "thumbnail?iccprofile=yes");
    expect(small.profile?.equals(expected("wide", "profile"))).toBe(true);
    expect((await rendered("wide", "thumbnail")).isMarkedSrgb).toBe(true);
    const series = await fetch(
      `${server.origin}/dicom-web/studies/${known.study}/rendered?iccprofile=adobergb`,
      { headers: { accept: 'multipart/related; type="image/png"' } },
    );
    expect(series.status).toBe(206); // two profiles cannot be used
    const text = Buffer.from(await series.arrayBuffer()).toString("latin1");
    expect(text.split("iCCP").length - 1).toBe(Object.keys(known.pictures).length - 2);
  });
  test("that are grey become colours where they have to have a profile", async () => {
    const plain = await rendered("grey");
    expect([plain.profile, plain.isMarkedSrgb]).toEqual([null, false]);
    const romm = await rendered("grey", "rendered?iccprofile=rommrgb");
    expect(nameOf(romm.profile)).toContain("ROMM RGB");
    const levels = expected("grey", "stored").map((level) => {
      const light = level <= 10.31 ? level / 255 / 12.92 : ((level / 255 + 0.055) / 1.055) ** 2.4;
      return Math.round(255 * (light < 1 / 512 ? 16 * light : light ** (1 / 1.8)));
    });
    expect(farthest(romm.pixels, levels)).toBeLessThanOrEqual(1);
  });
  test.each(["colors", "pseudo"])(
    "of a presentation state are by the state's own profile: %s",
    async (name) => {
      const { pixels, isMarkedSrgb } = await rendered(name);
      expect(farthest(pixels, expected(name, "shown"))).toBeLessThanOrEqual(1);
      expect(isMarkedSrgb).toBe(true);
      const plain = await rendered(name, "rendered?iccprofile=no");
      expect(farthest(plain.pixels, expected(name, "stored"))).toBeLessThanOrEqual(1);
    },
  );
  test("are refused when the profile cannot be used, the picture cannot hold one, or the word means nothing", async () => {
    const status = async (name: string, query: string, accept = "image/png"): Promise<number> =>
      (await fetch(urlOf(name, query), { headers: { accept } })).status;
    expect(await status("gray", "rendered?iccprofile=yes")).toBe(406);
    expect(await status("broken", "rendered?iccprofile=srgb")).toBe(406);
    expect(await status("wide", "rendered?iccprofile=srgb", "image/gif")).toBe(406);
    expect(await status("wide", "rendered?iccprofile=no", "image/gif")).toBe(200);
    for (const word of ["", "sRGB", "maybe"])
      expect(await status("wide", `rendered?iccprofile=${word}`)).toBe(400);
  });
});
