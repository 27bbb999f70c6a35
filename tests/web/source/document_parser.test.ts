// reader.wasm on real objects without pictures, value by value against pydicom (document_judge.py).
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import type { ContentItem, DocumentModel } from "../../../web/shared/document.ts";
import { SlError } from "../../../web/shared/errc.ts";
import { DocumentParser } from "../../../web/source/document_parser.ts";
import { dataSetOf, linesOf, modelOf } from "../../../web/source/documents.ts";
import { tracesOf } from "../../../web/tools/waveform_trace.ts";
import { readerModule } from "../decode/reader_module.ts";
import { picture } from "./dicom_file.ts";

const shared =
  process.env["SIGHTLINE_TEST_DICOM"] ?? resolve(import.meta.dirname, "../../../../shared/dicom");
const FILES = [
  "sr-seg-rt-pr/sr/structured_report.dcm",
  "sr-seg-rt-pr/sr/sample-sr.dcm",
  "sr-seg-rt-pr/sr/test_SR.dcm",
  ...["arrow", "ruler", "protractor", "circle", "roi", "rectangle"].map(
    (name) => `sr-seg-rt-pr/sr/sr-${name}.dcm`,
  ),
  "mr-multi/brain-sella/sr-4701-sr-len-bdir/0001.dcm",
  "mr-multi/brain-sella/sr-4702-sr-arrow-elipse/0001.dcm",
  "transfer-syntax/deflated/report_dfl",
  "sr-seg-rt-pr/roi-gsps-ko/real0X.ko.dcm",
  "sr-seg-rt-pr/ecg/waveform_ecg.dcm",
  "transfer-syntax/deflated/wave_dfl",
  "sr-seg-rt-pr/pdf/pdf.dcm",
  "sr-seg-rt-pr/pdf/doc-1-smart-reporting-gmbh-pdf-report_0001.dcm",
].map((path) => join(shared, path));
const isHere = existsSync(join(shared, "EXPECT.tsv"));

type Row = readonly [string, string, string, string, string];
interface Verdict {
  readonly kind: string;
  readonly completion: string;
  readonly verification: string;
  readonly content: readonly Row[];
  readonly sha256: string;
  readonly title: string;
  readonly mimeType: string;
  readonly annotations: number;
  readonly groups: readonly {
    readonly sha256: string;
    readonly channels: number;
    readonly samples: number;
    readonly frequency: number;
    readonly sources: readonly string[];
    readonly baseline: readonly number[];
    readonly scaled: readonly number[];
  }[];
}
const judged: readonly Verdict[] = isHere ? judge() : [];

function judge(): Verdict[] {
  const script = join(import.meta.dirname, "document_judge.py");
  const { status, stdout, stderr } = spawnSync("/usr/bin/python3", [script, ...FILES], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Verdict);
}
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** As document_judge.py writes it. */
function rowsOf(item: ContentItem, rows: Row[] = []): Row[] {
  const type = item.type ?? "";
  rows.push([item.id, type, item.relationship ?? "", item.concept?.meaning ?? "", textOf(item)]);
  for (const child of item.children ?? []) rowsOf(child, rows);
  return rows;
}
function textOf(item: ContentItem): string {
  switch (item.type) {
    case undefined:
      return item.target ?? "";
    case "CODE":
      return item.code?.meaning ?? "";
    case "NUM":
      return item.numbers === undefined
        ? ""
        : `${String(Number(item.numbers[0]))} ${item.unit?.meaning ?? ""}`;
    case "IMAGE":
    case "COMPOSITE":
    case "WAVEFORM":
      return (item.references ?? []).map(({ sopInstance }) => sopInstance).join(" ");
    case "SCOORD":
    case "SCOORD3D":
      return [item.graphicType, ...(item.graphicData ?? []).map(six)].join(" ");
    default:
      return item.text ?? "";
  }
}
/** C's %.6g for the numbers of these files. */
const six = (value: number): string => String(Number(value.toPrecision(6)));
/** Names and numbers are compared as such: pydicom drops trailing ^ and zeros. */
function comparable([id, type, relationship, concept, text]: Row): Row {
  const numbers = type === "NUM" ? text.replace(/^\S+/, (number) => six(Number(number))) : text;
  const value = type.startsWith("SCOORD")
    ? numbers.replace(/-?[\d.]+(e[-+]\d+)?/g, (number) => six(Number(number)))
    : numbers;
  return [id, type, relationship, concept, value.replace(/\r\n/g, "\n").trim()];
}

test
  .skipIf(!isHere)
  .each(FILES.map((path, index) => [path.slice(shared.length + 1), path, index] as const))(
  "%s is as pydicom reads it",
  async (_name, path, index) => {
    const parser = new DocumentParser(await readerModule());
    const file = new Uint8Array(readFileSync(path));
    const verdict = judged[index]!;
    const model: DocumentModel = modelOf(parser.read("model", file));
    expect(model.kind).toBe(verdict.kind);
    expect(model.incomplete).toBeUndefined();
    if (model.kind === "sr") {
      expect(model.completion ?? "").toBe(verdict.completion);
      expect(model.verification ?? "").toBe(verdict.verification);
      expect(rowsOf(model.root).map(comparable)).toEqual(verdict.content.map(comparable));
    } else if (model.kind === "waveform") {
      expect(model.annotations).toHaveLength(verdict.annotations);
      expect(model.groups).toHaveLength(verdict.groups.length);
      model.groups.forEach((group, number) => {
        const samples = parser.read(number, file);
        const expected = verdict.groups[number]!;
        expect(sha256(samples)).toBe(expected.sha256);
        expect(group.channels.map(({ source }) => source?.meaning ?? "")).toEqual(expected.sources);
        expect([group.channelCount, group.samples, group.frequency]).toEqual([
          expected.channels,
          expected.samples,
          expected.frequency,
        ]);
        // with a baseline, pydicom's scaling is not the standard's
        expect(expected.baseline.every((baseline) => baseline === 0)).toBe(true);
        const eighth = tracesOf(group, samples).map(({ values }) => values[7]!);
        eighth.forEach((value, channel) => {
          expect(value).toBeCloseTo(expected.scaled[channel]!, 4);
        });
      });
    } else {
      expect(sha256(parser.read(0, file))).toBe(verdict.sha256);
      expect(model.mimeType).toBe(verdict.mimeType);
      expect(model.documentTitle ?? "").toBe(verdict.title);
    }
    parser.dispose();
  },
);

test.skipIf(!isHere)("DCMTK's dsrdump counts the same content items", async () => {
  const parser = new DocumentParser(await readerModule());
  let counted = 0;
  for (const path of FILES.slice(0, 13)) {
    const { status, stdout } = spawnSync("dsrdump", ["-q", path], { encoding: "utf8" });
    if (status !== 0) continue; // it refuses what breaks a rule of its SOP class
    const model = modelOf(parser.read("model", new Uint8Array(readFileSync(path))));
    if (model.kind !== "sr") throw new Error(model.kind);
    const items = stdout.split("\n").filter((line) => /^\s*</.test(line));
    counted++;
    expect(items.length, path).toBe(rowsOf(model.root).length);
  }
  expect(counted).toBeGreaterThanOrEqual(8);
});

test("attributes and keywords of any object", async () => {
  const parser = new DocumentParser(await readerModule());
  const attributes = dataSetOf(new TextDecoder().decode(parser.read("attributes", picture({}))));
  expect(attributes["00100010"]).toEqual({ vr: "PN", Value: [{ Alphabetic: "Local^Patient" }] });
  expect(linesOf(parser.keywords([0x00100010, 0x00091001, 0x0020000d]))).toEqual([
    "PatientName",
    "",
    "StudyInstanceUID",
  ]);
});

test("what is no document says so", async () => {
  const parser = new DocumentParser(await readerModule());
  const code = (read: () => unknown): string => {
    try {
      read();
    } catch (error) {
      if (error instanceof SlError) return error.code;
    }
    return "";
  };
  expect(code(() => parser.read("model", picture({})))).toBe("unsupported");
  expect(code(() => parser.read(0, picture({})))).toBe("not_found");
  expect(code(() => parser.read("model", new Uint8Array()))).toBe("not_dicom");
});
