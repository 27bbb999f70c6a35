// JPEG XL from Debian's cjxl: the same values natively, in Chromium and by djxl; served, opened from this computer, over DICOMweb.
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { ConformanceBrowser } from "../conformance/browser_engine.ts";
import type { Engine } from "../conformance/engine.ts";
import { NativeEngine } from "../conformance/native_engine.ts";
import { table } from "../conformance/table.ts";
import { openPage, realDicom, untilQuality } from "./harness.ts";
import { Stand } from "./stand.ts";
import { choose, openStudy } from "./local_hands.ts";
import { pnmSamples, writeJpegXl } from "./phantoms/jpeg_xl.mjs";

const real = realDicom();
const WILL = "transfer-syntax/jpeg-xl/will-jxl.dcm";
/** libjxl 0.7 divides by x86's approximate reciprocal (RCPPS), whose bits each maker of processors chooses: the same djxl gives other
 * digests on another's. QEMU's are exact. */
const EXACT_RECIPROCALS = "qemu-x86_64";
const DJXL = "/usr/bin/djxl";
const stand = new Stand({
  imported: (files) => [files, ...(real === null ? [] : [join(real, WILL)])],
});
const { server, folder } = stand;
const made = writeJpegXl(folder);
const pictures = Object.entries(made.pictures);

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Rows of a table without its heading. */
async function rowsOf(engine: Engine): Promise<string[][]> {
  try {
    const text = await table(folder, [engine], () => undefined);
    return text
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.split("\t"));
  } finally {
    await engine.close();
  }
}

/** The first part of a multipart answer. */
async function firstPart(path: string, accept: string): Promise<{ head: string; body: Buffer }> {
  const response = await fetch(`${server.origin}/dicom-web${path}`, {
    headers: { accept: `multipart/related; ${accept}` },
  });
  expect(response.status).toBe(200);
  const bytes = Buffer.from(await response.arrayBuffer());
  const boundary = /boundary="?([^";]+)"?/.exec(response.headers.get("content-type") ?? "")?.[1];
  const blank = bytes.indexOf("\r\n\r\n");
  const end = bytes.indexOf(`\r\n--${boundary ?? "?"}`, blank);
  return { head: bytes.toString("latin1", 0, blank), body: bytes.subarray(blank + 4, end) };
}
const frameOf = ({ study, uid }: { study: string; uid: string }, frame = 1): string =>
  `/studies/${study}/series/${study}.1/instances/${uid}/frames/${String(frame)}`;
const DECODED = 'type="application/octet-stream"';

/** The largest difference of samples of one or two bytes. */
function mostApart(a: Buffer, b: Buffer, bits: number): number {
  expect(a.length).toBe(b.length);
  const read = (bytes: Buffer, at: number): number =>
    bits > 8 ? bytes.readUInt16LE(at) : (bytes[at] ?? 0);
  let most = 0;
  for (let at = 0; at < a.length; at += bits > 8 ? 2 : 1)
    most = Math.max(most, Math.abs(read(a, at) - read(b, at)));
  return most;
}

test("lossless frames have the values that were encoded, in the browser and natively, and lossy ones are the same in both", async () => {
  const conformance = await ConformanceBrowser.open();
  try {
    const native = await rowsOf(new NativeEngine());
    expect(await rowsOf(await conformance.engine())).toEqual(native);
    const expected = pictures.flatMap(([name, { isLossy, frames }]) =>
      frames.map(({ sha256: encoded }, i) => [
        `${name}.dcm`,
        String(i + 1),
        "ok",
        isLossy ? "lossy" : encoded,
      ]),
    );
    const lossy = new Set(pictures.flatMap(([name, { isLossy }]) => (isLossy ? [name] : [])));
    const found = native.map(([path = "", frame, status, , , , , , , digest]) => [
      path,
      frame,
      status,
      lossy.has(path.replace(".dcm", "")) ? "lossy" : digest,
    ]);
    expect(found).toEqual(expected);
  } finally {
    await conformance.close();
  }
}, 60_000);

test("DICOMweb gives the stream as image/jxl, and what djxl makes of it without compression", async () => {
  for (const [name, picture] of pictures) {
    const { isLossy, bits } = picture;
    for (const [i, { stream, decoded }] of picture.frames.entries()) {
      const syntax = `1.2.840.10008.1.2.4.${isLossy ? "112" : "110"}`;
      const own = await firstPart(
        frameOf(picture, i + 1),
        `type="image/jxl"; transfer-syntax=${syntax}`,
      );
      expect(own.head).toContain("image/jxl");
      expect(own.body.subarray(0, stream.length).equals(stream)).toBe(true);
      const { body } = await firstPart(frameOf(picture, i + 1), DECODED);
      // Two releases of libjxl need not round alike.
      expect([name, mostApart(body, decoded, bits)]).toSatisfy(
        ([, apart]: [string, number]) => apart <= (isLossy ? 2 ** (bits - 8) : 0),
      );
    }
  }
});

/** Shows a picture of the study, and gives its quality and some of its stored values. */
async function look(
  page: Page,
  uid: string,
): Promise<{ quality: string; values: (number | number[] | null)[] }> {
  await page.evaluate((sopInstanceUID) => {
    window.sightline.viewports()[0]?.set({ sopInstanceUID, frame: 1 });
  }, uid);
  const quality = await untilQuality(page, "lossless");
  const values = await page.evaluate(() => {
    const viewport = window.sightline.viewports()[0];
    return Array.from({ length: 50 }, (_, i) => viewport?.storedValue(i, (i * 7) % 110) ?? null);
  });
  return { quality, values };
}
/** The same values of decoded bytes. */
function valuesAt(body: Buffer, cols: number, samples: number, bits: number): unknown[] {
  return Array.from({ length: 50 }, (_, i) => {
    const first = (i * cols + ((i * 7) % 110)) * samples;
    const all = Array.from({ length: samples }, (_, s) =>
      bits > 8 ? body.readUInt16LE(2 * (first + s)) : body[first + s],
    );
    return samples === 1 ? all[0] : all;
  });
}
const SHAPES: Record<string, [cols: number, samples: number]> = {
  "02_grey12_bare": [120, 1],
  "04_rgb8": [120, 3],
  "05_grey12_groups": [530, 1],
  "08_lossy_xyb": [310, 3],
  "10_lossy_grey12": [120, 1],
};
/** What a page fetched of jxl.wasm. */
function watchModule(page: Page): string[] {
  const fetched: string[] = [];
  page.context().on("request", (request) => {
    if (/\/jxl[\w.-]*\.wasm$/.test(new URL(request.url()).pathname)) fetched.push(request.url());
  });
  return fetched;
}

/** Looks at those pictures of a study that SHAPES names; each has the values that the server decodes it to. */
async function lookAtAll(page: Page, study: string, quality: string): Promise<void> {
  for (const [name, [cols, samples]] of Object.entries(SHAPES)) {
    const picture = made.pictures[name];
    if (picture === undefined) throw new Error(name);
    if (picture.study !== study) continue;
    const seen = await look(page, picture.uid);
    expect([name, seen.quality]).toEqual([name, quality]);
    const { body } = await firstPart(frameOf(picture), DECODED);
    expect(seen.values).toEqual(valuesAt(body, cols, samples, picture.bits));
  }
}

test("a served study is lossless by digest, or lossy in its own encoding, which alone fetches jxl.wasm", async () => {
  for (const [quality, study] of Object.entries(made.studies)) {
    const { page, problems } = await openPage(stand.browser, "about:blank");
    const fetched = watchModule(page);
    await page.goto(`${server.origin}/view/${study}`);
    await lookAtAll(page, study, quality);
    expect([study, fetched.length > 0]).toEqual([study, quality === "lossy"]);
    expect(problems).toEqual([]);
    await page.context().close();
  }
}, 60_000);

test("files of this computer are decoded in the page", async () => {
  const { page, problems } = await stand.open("/");
  const fetched = watchModule(page);
  await choose(
    page,
    Object.keys(SHAPES).map((name) => join(folder, `${name}.dcm`)),
  );
  await openStudy(page, made.studies.lossless);
  await lookAtAll(page, made.studies.lossless, "original");
  expect(fetched.length).toBeGreaterThan(0);
  expect(problems).toEqual([]);
  await page.context().close();
}, 60_000);

test.skipIf(real === null)(
  "a recompressed JPEG of an ultrasound is what another decoder makes of it",
  async () => {
    const uid = execFileSync("dcmdump", ["+P", "SOPInstanceUID", join(real ?? "", WILL)], {
      encoding: "latin1",
    });
    const instance = /\[([\d.]+)\]/.exec(uid)?.[1] ?? "";
    const found = await fetch(
      `${server.origin}/dicom-web/instances?SOPInstanceUID=${instance}&includefield=SeriesInstanceUID`,
      { headers: { accept: "application/dicom+json" } },
    );
    const [object] = (await found.json()) as Record<string, { Value: string[] }>[];
    const [study = "", series = ""] = ["0020000D", "0020000E"].map(
      (tag) => object?.[tag]?.Value[0] ?? "",
    );
    const path = `/studies/${study}/series/${series}/instances/${instance}/frames`;
    const expected = readFileSync(join(real ?? "", "EXPECT.tsv"), "utf8")
      .split("\n")
      .map((line) => line.split("\t"))
      .filter(([file]) => file === WILL);
    expect(expected.map((row) => row[2])).toEqual(["1", "27"]);
    const judged = [];
    for (const [, , frame = "", , , digest = ""] of expected) {
      const { body: stream } = await firstPart(
        `${path}/${frame}`,
        'type="image/jxl"; transfer-syntax=1.2.840.10008.1.2.4.111',
      );
      const files = [join(folder, "will.jxl"), join(folder, "will.ppm")] as const;
      writeFileSync(files[0], stream);
      execFileSync(EXACT_RECIPROCALS, ["-cpu", "qemu64", DJXL, ...files], { stdio: "pipe" });
      const theirs = pnmSamples(readFileSync(files[1]));
      const { body: ours } = await firstPart(`${path}/${frame}`, DECODED);
      judged.push({
        frame,
        judgeIsThatOfExpect: sha256(theirs) === digest,
        apart: mostApart(ours, theirs, 8),
      });
    }
    // frame 27 has samples in which the reciprocals of the processor that made EXPECT.tsv's digest show
    expect(judged).toEqual([
      { frame: "1", judgeIsThatOfExpect: true, apart: 0 },
      { frame: "27", judgeIsThatOfExpect: false, apart: 1 },
    ]);
    rmSync(join(folder, "will.jxl"));
    rmSync(join(folder, "will.ppm"));
  },
);
