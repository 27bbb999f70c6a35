import { expect, test } from "vitest";
import type { ContentItem, SrDocument } from "../../../web/shared/document.ts";
import { documentKind } from "../../../web/shared/document.ts";
import { unitText } from "../../../web/tools/coded_text.ts";
import { keyObjectsOf } from "../../../web/ui/key_objects.ts";
import { safeFileName, safeMimeType } from "../../../web/ui/saved_file.ts";
import {
  coordinateText,
  exactText,
  formatDateTime,
  relationText,
  valueText,
} from "../../../web/tools/sr_item_text.ts";
import type { JsonDataSet } from "../../../web/source/documents.ts";
import { nameOfKeyword, tagRows, tagText } from "../../../web/ui/tag_rows.ts";

const item = (more: Partial<ContentItem>): ContentItem => ({ id: "1.1", ...more });

test("SOP classes and what they are shown as", () => {
  expect(documentKind("1.2.840.10008.5.1.4.1.1.88.59")).toBe("keyObjects");
  expect(documentKind("1.2.840.10008.5.1.4.1.1.88.67")).toBe("report"); // X-Ray Radiation Dose SR
  expect(documentKind("1.2.840.10008.5.1.4.1.1.9.1.2")).toBe("waveform");
  expect(documentKind("1.2.840.10008.5.1.4.1.1.104.3")).toBe("encapsulated");
  expect(documentKind("1.2.840.10008.5.1.4.1.1.9")).toBeNull();
  expect(documentKind("1.2.840.10008.5.1.4.1.1.2")).toBeNull();
});
test("numbers keep their digits, with the unit as people write it", () => {
  const numbers = ["1.50"];
  const mm = { value: "mm", scheme: "UCUM", meaning: "millimeter" };
  expect(valueText(item({ type: "NUM", numbers, unit: mm }))).toBe("1.50 mm");
  expect(
    valueText(
      item({ type: "NUM", numbers, unit: { value: "1", scheme: "UCUM", meaning: "no units" } }),
    ),
  ).toBe("1.50");
  expect(valueText(item({ type: "NUM", qualifier: { meaning: "Value unknown" } }))).toBe(
    "no value (Value unknown)",
  );
  expect(unitText({ value: "[hnsf'U]", scheme: "UCUM", meaning: "Hounsfield unit" })).toBe("HU");
  expect(unitText({ value: "{ratio}", scheme: "UCUM", meaning: "ratio" })).toBe("ratio");
});
test("digits that nobody can have measured are cut, and kept aside", () => {
  const long = item({ type: "NUM", numbers: ["59.5494615604866"] });
  expect(valueText(long)).toBe("59.5495");
  expect(exactText(long)).toBe("59.5494615604866");
  expect(exactText(item({ type: "NUM", numbers: ["0.001234"] }))).toBe("");
  expect(valueText(item({ type: "NUM", numbers: ["1234567"] }))).toBe("1234567");
});
test("graphics are counted, their points told on request", () => {
  const line = item({ type: "SCOORD", graphicType: "POLYLINE", graphicData: [1, 2, 3.5, 4] });
  expect(valueText(line)).toBe("Polyline, 2 points");
  expect(coordinateText(line)).toBe("(1, 2) (3.5, 4)");
  expect(
    valueText({ ...line, type: "SCOORD3D", graphicType: "POINT", graphicData: [1, 2, 3] }),
  ).toBe("Point, 1 point");
});
test("relationships that the tree does not say itself", () => {
  expect(relationText("CONTAINS")).toBe("");
  expect(relationText("INFERRED FROM")).toBe("inferred from");
  expect(relationText("SOMETHING NEW")).toBe("something new");
});
test("date and time in one", () => {
  expect(formatDateTime("20130125105919.5+0100")).toMatch(/2013.* 10:59:19 \+0100$/);
  expect(formatDateTime("not a date")).toBe("not a date");
});

const selection = (title: string, codes: string[] = []): SrDocument => ({
  kind: "sr",
  observers: [],
  evidence: [],
  predecessors: [],
  root: {
    id: "1",
    concept: { value: title, scheme: "DCM", meaning: "Title" },
    children: [
      ...codes.map((value) => item({ type: "CODE", code: { value, scheme: "DCM" } })),
      item({ type: "TEXT", concept: { value: "113012", scheme: "DCM" }, text: "Look here" }),
      item({ type: "IMAGE", references: [{ sopInstance: "1.2", frames: [3] }] }),
    ],
  },
});
test("key objects: title, description, what is meant", () => {
  expect(keyObjectsOf(selection("113000"))).toEqual({
    title: "Title",
    description: "Look here",
    references: [{ sopInstance: "1.2", frames: [3] }],
    isFavourable: true,
  });
});
test("rejected objects are no key images", () => {
  expect(keyObjectsOf(selection("113001")).isFavourable).toBe(false);
  expect(keyObjectsOf(selection("113000", ["113037"])).isFavourable).toBe(false);
});

test.each([
  ["Letter to GP", "application/pdf", "Letter to GP.pdf"],
  ["../../etc/passwd", "application/pdf", "etc_passwd.pdf"],
  ["a\u202Efdp.exe", "application/pdf", "a_fdp.exe.pdf"],
  ["CON", "text/xml", "document.xml"],
  ["", "model/stl", "document.stl"],
  [".bashrc", "text/html", "bashrc.bin"],
  ["Befund.PDF", "application/pdf", "Befund.pdf"],
  ["x".repeat(500), "application/pdf", `${"x".repeat(80)}.pdf`],
])("%s of %s is saved as %s", (title, type, name) => {
  expect(safeFileName(title, type)).toBe(name);
});
test("a type that a browser would run is bytes", () => {
  expect(safeMimeType("text/html")).toBe("application/octet-stream");
  expect(safeMimeType("Application/PDF; x=y")).toBe("application/pdf");
});

test("attributes as rows, those of items below them", () => {
  const rows = tagRows({
    "00100010": { vr: "PN", Value: [{ Alphabetic: "Doe^Jane", Ideographic: "X" }] },
    "00081115": { vr: "SQ", Value: [{ "0020000E": { vr: "UI", Value: ["1.2", "1.3"] } }] },
    "7FE00010": { vr: "OW", BulkDataURI: "/x" },
    "00291010": { vr: "OB", InlineBinary: "AAAA" },
  });
  expect(
    rows.map(
      ({ tag, depth, value }) => `${tag} ${String(depth)} ${Object.values(value).join(" ")}`,
    ),
  ).toEqual([
    "00100010 0 text Doe^Jane = X",
    "00081115 0 items 1",
    "00081115 1 item 1",
    "0020000E 2 text 1.2 \\ 1.3",
    "7FE00010 0 bulk",
    "00291010 0 bytes 3",
  ]);
});
test("items of a hundred levels have their rows", () => {
  let dataSet: JsonDataSet = { "00100010": { vr: "PN", Value: [{ Alphabetic: "Deep" }] } };
  for (let level = 0; level < 100; level++)
    dataSet = { "0040A730": { vr: "SQ", Value: [dataSet] } };
  const rows = tagRows(dataSet);
  expect(rows).toHaveLength(201);
  expect(rows.at(-1)).toMatchObject({ depth: 200, value: { kind: "text", text: "Deep" } });
});
test("names of tags", () => {
  expect(tagText("00100010")).toBe("(0010,0010)");
  expect(nameOfKeyword("PatientName")).toBe("Patient Name");
  expect(nameOfKeyword("SOPClassUID")).toBe("SOP Class UID");
  expect(nameOfKeyword("ReferencedSOPSequence")).toBe("Referenced SOP Sequence");
});
