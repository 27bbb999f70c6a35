// JPEG 2000 Part 2: frames that are components of codestreams, as they are and mixed by a transform; what opj_compress was given
// is what the browser and the native decoder find, what DICOMweb gives, and what pages show, served and of this computer.
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ConformanceBrowser } from "../conformance/browser_engine.ts";
import type { Engine } from "../conformance/engine.ts";
import { NativeEngine } from "../conformance/native_engine.ts";
import { table } from "../conformance/table.ts";
import { Server, Store, launch, openPage, untilQuality } from "./harness.ts";
import { choose, openStudy } from "./local_hands.ts";
import { encapsulated, part10 } from "./phantoms/part10.mjs";

const ROWS = 60;
const COLS = 75;
const STUDY = "2.25.1145001711";
const scratch = mkdtempSync(join(tmpdir(), "sightline-part-2-"));
const folder = join(scratch, "files");
const store = new Store();
const server = new Server(store);
let browser: Browser;

/** Six frames of 8 bits, each near the one before. */
const frames = Array.from({ length: 6 }, (_, frame) =>
  Buffer.from(
    Array.from({ length: ROWS * COLS }, (_, i) => {
      const wave = Math.sin((i % COLS) / 9 + frame / 4) + Math.cos(i / COLS / 7);
      return Math.round(100 + 45 * wave) + ((i * (frame + 3)) % 5);
    }),
  ),
);

/** Three components, by OpenJPEG, without a transform over them. */
function codestream(components: readonly Buffer[]): Buffer {
  const [image, out] = [join(scratch, "a.ppm"), join(scratch, "a.j2k")];
  const pixels = Buffer.alloc(3 * ROWS * COLS);
  components.forEach((values, c) => values.forEach((value, i) => (pixels[3 * i + c] = value)));
  writeFileSync(
    image,
    Buffer.concat([Buffer.from(`P6\n${String(COLS)} ${String(ROWS)}\n255\n`), pixels]),
  );
  execFileSync("opj_compress", ["-i", image, "-o", out, "-mct", "0"], { stdio: "pipe" });
  return readFileSync(out);
}
function segment(code: number, ...bytes: number[]): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(code, 0);
  head.writeUInt16BE(bytes.length + 2, 2);
  return Buffer.concat([head, Buffer.from(bytes)]);
}
/** The same with a matrix that adds each component to those before it, and 128 as offsets. ISO/IEC 15444-2 A.3.6 to A.3.9. */
function mixed(components: readonly Buffer[]): Buffer {
  const differences = components.map((values, c) =>
    Buffer.from(
      values.map((value, i) => value - (c === 0 ? 0 : (components[c - 1]?.[i] ?? 0) - 128)),
    ),
  );
  const stream = codestream(differences);
  stream.writeUInt16BE(0x8200, 6); // Rsiz
  stream[stream.indexOf(Buffer.from([0xff, 0x52])) + 8] = 2; // SGcod
  const sot = stream.indexOf(Buffer.from([0xff, 0x90]));
  const integers = (...values: number[]): number[] => values.flatMap((value) => [0, value]);
  return Buffer.concat([
    stream.subarray(0, sot),
    segment(0xff74, 0, 0, 1, 1, 0, 0, ...integers(1, 0, 0, 1, 1, 0, 1, 1, 1)),
    segment(0xff74, 0, 0, 2, 1, 0, 0, ...integers(128, 128, 128)),
    segment(0xff75, 0, 0, 1, 0, 0, 0, 1, 1, 0, 3, 0, 1, 2, 0, 3, 0, 1, 2, 0, 1, 1),
    segment(0xff77, 1, 1),
    segment(0xff78, 0, 3, 7, 7, 7),
    stream.subarray(sot),
  ]);
}

const OBJECTS = { plain: [codestream, 1], mixed: [mixed, 2] } as const;
const uidOf = (number: number): string => `${STUDY}.1.${String(number)}`;

beforeAll(async () => {
  mkdirSync(folder);
  for (const [name, [encode, number]] of Object.entries(OBJECTS)) {
    const elements = {
      "0008,0016": ["UI", "1.2.840.10008.5.1.4.1.1.7.2"],
      "0008,0018": ["UI", uidOf(number)],
      "0008,0060": ["CS", "OT"],
      "0010,0010": ["PN", "Components^Sightline"],
      "0020,000d": ["UI", STUDY],
      "0020,000e": ["UI", `${STUDY}.1`],
      "0020,0013": ["IS", number],
      "0028,0002": ["US", 1],
      "0028,0004": ["CS", "MONOCHROME2"],
      "0028,0008": ["IS", 6],
      "0028,0010": ["US", ROWS],
      "0028,0011": ["US", COLS],
      "0028,0100": ["US", 8],
      "0028,0101": ["US", 8],
      "0028,0102": ["US", 7],
      "0028,0103": ["US", 0],
    };
    const collections = [encode(frames.slice(0, 3)), encode(frames.slice(3))];
    writeFileSync(
      join(folder, `${name}.dcm`),
      Buffer.concat([part10(elements, "1.2.840.10008.1.2.4.92"), encapsulated(collections)]),
    );
  }
  store.import(folder);
  await server.start();
  browser = await launch();
}, 60_000);
afterAll(async () => {
  await browser.close();
  await server.stop();
  store.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

async function textOf(engine: Engine): Promise<string> {
  try {
    return await table(folder, [engine], () => undefined);
  } finally {
    await engine.close();
  }
}

test("each frame has the values that were encoded, in the browser and natively", async () => {
  const conformance = await ConformanceBrowser.open();
  try {
    const native = await textOf(new NativeEngine());
    expect(await textOf(await conformance.engine())).toBe(native);
    const rows = native.trimEnd().split("\n").slice(1);
    const digests = frames.map((frame) => createHash("sha256").update(frame).digest("hex"));
    expect(rows.map((row) => row.split("\t").filter((_, i) => [0, 1, 2, 9].includes(i)))).toEqual(
      ["mixed.dcm", "plain.dcm"].flatMap((name) =>
        digests.map((digest, i) => [name, String(i + 1), "ok", digest]),
      ),
    );
  } finally {
    await conformance.close();
  }
}, 60_000);

test("DICOMweb gives each frame decoded", async () => {
  for (const [, number] of Object.values(OBJECTS)) {
    for (const [i, values] of frames.entries()) {
      const path = `/studies/${STUDY}/series/${STUDY}.1/instances/${uidOf(number)}/frames/${String(i + 1)}`;
      const answer = await fetch(`${server.origin}/dicom-web${path}`, {
        headers: { accept: 'multipart/related; type="application/octet-stream"' },
      });
      expect(answer.status).toBe(200);
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect(bytes.includes(values)).toBe(true);
    }
  }
});

/** Every frame of both objects on a page: a row of stored values of each. */
async function expectFrames(page: Page, quality: string): Promise<void> {
  for (const [, number] of Object.values(OBJECTS)) {
    for (const [i, values] of frames.entries()) {
      await page.evaluate(
        ([uid, frame]) => window.sightline.viewports()[0]?.set({ sopInstanceUID: uid, frame }),
        [uidOf(number), i + 1] as const,
      );
      expect(await untilQuality(page, "lossless")).toBe(quality);
      // values are fetched when they are first asked for, where the picture alone was held
      const seen = () =>
        page.evaluate((cols) => {
          const viewport = window.sightline.viewports()[0];
          return Array.from({ length: cols }, (_, col) => viewport?.storedValue(7, col) ?? null);
        }, COLS);
      await expect
        .poll(seen, { timeout: 30_000 })
        .toEqual([...values.subarray(7 * COLS, 8 * COLS)]);
    }
  }
}

test("pages show each frame, served and of this computer", async () => {
  const served = await openPage(browser, `${server.origin}/view/${STUDY}`);
  await expectFrames(served.page, "lossless");
  expect(served.problems).toEqual([]);
  await served.page.context().close();
  const local = await openPage(browser, server.origin);
  await choose(local.page, [join(folder, "plain.dcm"), join(folder, "mixed.dcm")]);
  await openStudy(local.page, STUDY);
  await expectFrames(local.page, "original");
  expect(local.problems).toEqual([]);
  await local.page.context().close();
}, 60_000);
