// The table of `npm run conformance`: the page's modules in Chromium, the native decoders, and what other decoders gave.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConformanceBrowser } from "../conformance/browser_engine.ts";
import { type Engine, EngineDied } from "../conformance/engine.ts";
import { NativeEngine } from "../conformance/native_engine.ts";
import { linesOf, table } from "../conformance/table.ts";
import { realDicom } from "./harness.ts";
import { part10 } from "./phantoms/part10.mjs";
import { writePhantoms } from "./phantoms/phantoms.mjs";

const real = realDicom();
let browser: ConformanceBrowser;
const scratch = mkdtempSync(join(tmpdir(), "sightline-conformance-"));

beforeAll(async () => {
  browser = await ConformanceBrowser.open();
});
afterAll(async () => {
  await browser.close();
  rmSync(scratch, { recursive: true });
});

async function tableOf(folder: string, engine: Engine): Promise<string> {
  try {
    return await table(folder, [engine], () => undefined);
  } finally {
    await engine.close();
  }
}
/** Rows of a table with a heading, by their columns' names. */
function rowsOf(text: string): Record<string, string>[] {
  const [heading = "", ...lines] = text.trimEnd().split("\n");
  const names = heading.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ""]));
  });
}

test("phantoms, and what is no DICOM, give the same table in the browser and natively", async () => {
  const phantoms = writePhantoms(scratch).flatMap(({ frames }) => frames);
  const whole = readFileSync(join(scratch, "u12_ramp.dcm"));
  writeFileSync(join(scratch, "cut.dcm"), whole.subarray(0, whole.length - 1000));
  const reals = Float64Array.of(-1.25e-7, 0.1, 1e21, NaN, 12345, -2e-3);
  writeFileSync(
    join(scratch, "real.dcm"),
    part10({
      "0008,0016": ["UI", "1.2.840.10008.5.1.4.1.1.30"],
      "0008,0018": ["UI", "2.25.1145001703.1.1"],
      "0020,000d": ["UI", "2.25.1145001703"],
      "0020,000e": ["UI", "2.25.1145001703.1"],
      "0028,0002": ["US", 1],
      "0028,0004": ["CS", "MONOCHROME2"],
      "0028,0010": ["US", 2],
      "0028,0011": ["US", 3],
      "0028,0100": ["US", 64],
      "7fe0,0009": ["OD", reals],
    }),
  );
  const shared = Uint8Array.from({ length: 24 }, (_, i) => 5 * i); // 4 x 4 pixels of 12 bits
  writeFileSync(
    join(scratch, "chroma420.dcm"),
    part10({
      "0008,0016": ["UI", "1.2.840.10008.5.1.4.1.1.7"],
      "0008,0018": ["UI", "2.25.1145001703.1.2"],
      "0020,000d": ["UI", "2.25.1145001703"],
      "0020,000e": ["UI", "2.25.1145001703.1"],
      "0028,0002": ["US", 3],
      "0028,0004": ["CS", "YBR_PARTIAL_420"],
      "0028,0010": ["US", 4],
      "0028,0011": ["US", 4],
      "0028,0100": ["US", 8],
      "7fe0,0010": ["OB", shared],
    }),
  );
  writeFileSync(join(scratch, "junk\twith a tab\nand a line"), "no DICOM");
  writeFileSync(join(scratch, "large"), "");
  truncateSync(join(scratch, "large"), 1024 ** 3 + 1);
  const native = await tableOf(scratch, new NativeEngine());
  expect(await tableOf(scratch, await browser.engine())).toBe(native);
  const rows = rowsOf(native);
  const readable = phantoms.length + 2; // real.dcm and chroma420.dcm
  expect(rows.filter(({ status }) => status === "ok").length).toBe(readable);
  const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
  expect(rows.find(({ path }) => path === "real.dcm")).toMatchObject({
    bits_allocated: "64",
    sha256: sha256(new Uint8Array(reals.buffer)),
    min: "-0.002",
    max: "1e+21",
  });
  expect(rows.find(({ path }) => path === "chroma420.dcm")).toMatchObject({
    samples: "3",
    sha256: sha256(shared),
    max: "115",
  });
  const ramp = Buffer.concat([whole.subarray(-2 * 129 * 257, -1000), Buffer.alloc(1000)]);
  expect(rows.find(({ path }) => path === "cut.dcm")).toMatchObject({
    status: "partial",
    sha256: sha256(ramp),
  });
  expect(
    rows
      .filter(({ status }) => status !== "ok")
      .map(({ path, frame, reason }) => [path, frame, reason]),
  ).toEqual([
    ["cut.dcm", "1", "truncated: 127 of 129 rows are whole"],
    ["junk with a tab and a line", "0", "not_dicom: neither a Part 10 file nor a data set"],
    ["large", "0", "not_dicom: neither a Part 10 file nor a data set"],
  ]);
});

test("a frame that ends its engine is a line of the table, and the frames after it are decoded", async () => {
  const deadly = new Set([2, 3]);
  const engine: Engine = {
    decode: (_, first, tell) => {
      for (let frame = first; frame <= 5; frame += 1) {
        if (deadly.has(frame)) return Promise.reject(new EngineDied("trap"));
        tell({ frame, status: "refused", reason: "corrupt", values: null });
      }
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  const lines = await linesOf(engine, import.meta.filename);
  expect(lines.map(({ frame, reason }) => `${String(frame)} ${reason}`)).toEqual([
    "1 corrupt",
    "2 module_died",
    "3 module_died",
    "4 corrupt",
    "5 corrupt",
  ]);
});

describe.skipIf(real === null)("the real files of ../shared/dicom", () => {
  /** Frames that differ from the table of the other decoders, each with its reason. */
  const known = new Map([
    ["transfer-syntax/htj2k/HTJ2K_08_RGB.dcm", "lossy: OpenJPEG and OpenJPH differ by 1 level"],
    ["transfer-syntax/jpeg-xl/will-jxl.dcm", "lossy: 2 samples of frame 27 differ by 1 level"],
  ]);

  test(
    "the browser's table is the native one, and has what other decoders gave",
    { timeout: 600_000 },
    async () => {
      const native = await tableOf(real ?? "", new NativeEngine());
      expect(await tableOf(real ?? "", await browser.engine())).toBe(native);
      const found = new Map(
        rowsOf(native).map((row) => [`${row["path"] ?? ""} ${row["frame"] ?? ""}`, row]),
      );
      const expected = rowsOf(readFileSync(join(real ?? "", "EXPECT.tsv"), "utf8"));
      expect(expected.length).toBeGreaterThan(800);
      const differing = expected.filter(
        ({ path = "", frame = "", sha256 }) => found.get(`${path} ${frame}`)?.["sha256"] !== sha256,
      );
      expect(new Set(differing.map(({ path }) => path))).toEqual(new Set(known.keys()));
    },
  );
});
