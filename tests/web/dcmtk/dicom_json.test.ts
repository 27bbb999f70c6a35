import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DicomDict } from "../../../web/dcmtk/dicom_dict.ts";
import { DicomError } from "../../../web/dcmtk/dicom_error.ts";
import type { DicomJson } from "../../../web/dcmtk/dicom_json.ts";
import {
  breathe,
  hasSharedFiles,
  provideBuiltModule,
  sharedFile,
  sharedFiles,
} from "./dcmtk_module.ts";
import { differencesOf } from "./differences.ts";
import { Bytes } from "./object_bytes.ts";

/** dcm2json is started once for each file: of every so manieth, and of all character sets. */
const EVERY = 5;
const folder = mkdtempSync(join(tmpdir(), "sightline-json-"));

beforeAll(provideBuiltModule);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The file without its pixels, which dcm2json refuses when they are compressed; written by us, so that text is UTF-8 for both. */
function withoutPixels(object: DicomDict): Uint8Array {
  const rest = new DicomDict({ "00020010": { vr: "UI", Value: ["1.2.840.10008.1.2.1"] } });
  rest.dict = Object.fromEntries(
    Object.entries(object.dict).filter(([key]) => !key.startsWith("7FE0")),
  );
  return new Uint8Array(rest.write({ allowInvalidVRLength: true }));
}

function dcm2json(file: Uint8Array): DicomJson | undefined {
  const path = join(folder, "object.dcm");
  writeFileSync(path, file);
  const { stdout, status } = spawnSync("dcm2json", ["-q", path], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return status === 0 ? (JSON.parse(stdout) as DicomJson) : undefined;
}

/** FL has nine digits there; text has its padding; PS3.18 F.2.5 knows no [null] for a value of padding only. */
function normal(value: unknown, vr: string): unknown {
  if (typeof value === "number") return vr === "FL" ? Math.fround(value) : value;
  if (typeof value === "string") return value.trim();
  if (value !== null && typeof value === "object" && vr === "PN")
    return Object.fromEntries(
      Object.entries(value)
        .map(([group, text]) => [
          group,
          String(text)
            .replace(/[\^ ]+$/, "")
            .trim(),
        ])
        .filter(([, text]) => text !== ""),
    );
  return value;
}

/** dcm2json's own routine for doubles is off in the last digit. */
function isNear(ours: string, theirs: string): boolean {
  const [mine, its] = [ours, theirs].map((text) => JSON.parse(text) as unknown[]);
  return (
    mine?.length === its?.length &&
    (mine ?? []).every((value, i) => {
      const other = its?.[i];
      return typeof value === "number" && typeof other === "number"
        ? Math.abs(value - other) <= 1e-14 * Math.abs(other)
        : JSON.stringify(value) === JSON.stringify(other);
    })
  );
}

function compare(ours: DicomJson, theirs: DicomJson, path: string, problems: string[]): void {
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const [mine, its] = [ours[key], theirs[key]];
    if (!mine || !its) {
      problems.push(`${path}${key} ${mine ? "here only" : "there only"}`);
    } else if (mine.vr !== its.vr) {
      problems.push(`${path}${key} ${mine.vr} ${its.vr}`);
    } else if (mine.vr === "SQ") {
      const [items, others] = [mine.Value ?? [], its.Value ?? []];
      if (items.length !== others.length) problems.push(`${path}${key} items`);
      else
        items.forEach((item, i) => {
          compare(
            item as DicomJson,
            others[i] as DicomJson,
            `${path}${key}/${String(i + 1)}/`,
            problems,
          );
        });
    } else {
      const values = (list?: unknown[]): string => {
        const all = (list ?? []).map((value) => normal(value, mine.vr));
        const isEmpty = all.every(
          (value) => value === null || value === "" || JSON.stringify(value) === "{}",
        );
        return JSON.stringify(
          isEmpty && all.length < 2 ? [] : all.map((value) => (value === "" ? null : value)),
        );
      };
      if (!isNear(values(mine.Value), values(its.Value)) || mine.InlineBinary !== its.InlineBinary)
        problems.push(
          `${path}${key} ${mine.vr} ${values(mine.Value).slice(0, 80)} | ${values(its.Value).slice(0, 80)}`,
        );
    }
  }
}

describe.skipIf(!hasSharedFiles)("the real files of ../shared/dicom", () => {
  test(
    "become the JSON that dcm2json makes, and are read from it again",
    { timeout: 120_000 },
    async () => {
      const problems: string[] = [];
      let count = 0;
      for (const [i, path] of sharedFiles().entries()) {
        if (i % EVERY !== 0 && !path.startsWith("charset/")) continue;
        await breathe();
        let object: DicomDict;
        try {
          object = DicomDict.read(sharedFile(path));
        } catch {
          continue;
        }
        const theirs = dcm2json(withoutPixels(object));
        if (!theirs) continue;
        const ours = object.toDicomJson({ withoutPixelData: true });
        const found: string[] = [];
        compare(ours, theirs, "", found);
        const back = DicomDict.fromDicomJson(JSON.parse(JSON.stringify(ours)));
        compare(back.toDicomJson(), ours, "again ", found);
        // Groups 0001 to 0007 are nobody's (PS3.5 7.8); DCMTK has them as it likes.
        const legal = found.filter((problem) => !problem.startsWith("0001"));
        problems.push(...legal.map((problem) => `${path}: ${problem}`));
        ++count;
      }
      expect(problems.slice(0, 30)).toEqual([]);
      expect(count).toBeGreaterThan(150);
    },
  );
});

describe("DICOM JSON", () => {
  const object = (): DicomDict =>
    DicomDict.read(
      new Bytes()
        .element(0x00020099, "LO", "")
        .element(0x00080000, "UL", [1, 0, 0, 0])
        .element(0x00100010, "PN", "A^B=C")
        .element(0x00181060, "DS", "1.50\\\\2")
        .element(0x00280009, "AT", [0x18, 0, 0x63, 0x10])
        .element(0x00420011, "OB", [1, 2, 3, 4])
        .file(),
    );
  test("is the model of PS3.18 F", () => {
    const json = object().toDicomJson();
    expect(json["00080000"]).toBeUndefined();
    expect(json["00100010"]).toEqual({
      vr: "PN",
      Value: [{ Alphabetic: "A^B", Ideographic: "C" }],
    });
    expect(json["00181060"]).toEqual({ vr: "DS", Value: [1.5, null, 2] });
    expect(json["00280009"]).toEqual({ vr: "AT", Value: ["00181063"] });
    expect(json["00420011"]).toEqual({ vr: "OB", InlineBinary: "AQIDBA==" });
    const uri = object().toDicomJson({ bulkDataURI: (path) => `b/${path}` });
    expect(uri["00420011"]).toEqual({ vr: "OB", BulkDataURI: "b/00420011" });
  });
  test("of a Big Endian object has little-endian bulk values, and gives them back", () => {
    const meta = { "00020010": { vr: "UI", Value: ["1.2.840.10008.1.2.2"] } };
    const big = new DicomDict(meta);
    const ints = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8).buffer;
    for (const [key, vr] of [
      ["00281201", "OW"],
      ["00640009", "OF"],
      ["00720075", "OL"],
      ["00720073", "OD"],
      ["00420011", "OB"],
    ] as const)
      big.upsertTag(key, vr, [ints]);
    const file = big.write();
    const json = DicomDict.read(file).toDicomJson();
    expect(json).toEqual(dcm2json(new Uint8Array(file)));
    expect(json["00281201"]?.InlineBinary).toBe("AgEEAwYFCAc=");
    expect(DicomDict.fromDicomJson(json, meta).write()).toEqual(file);
  });
  test("comes back as the same data set", () => {
    const { dict } = object();
    delete dict["00080000"];
    const back = DicomDict.fromDicomJson(JSON.parse(JSON.stringify(object().toDicomJson())));
    expect(differencesOf(back.dict, dict).map(({ path, what }) => [path, what])).toEqual([]);
  });
  test.each([
    [null],
    [[]],
    [{ nonsense: { vr: "LO" } }],
    [{ "00100010": {} }],
    [{ "00100010": { vr: "LO", Value: 3 } }],
  ])("%j is refused", (json) => {
    expect(() => DicomDict.fromDicomJson(json)).toThrowError(DicomError);
  });
});
