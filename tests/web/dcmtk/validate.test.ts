import { beforeAll, expect, test } from "vitest";
import { DicomDict } from "../../../web/dcmtk/dicom_dict.ts";
import { DicomError } from "../../../web/dcmtk/dicom_error.ts";
import { decimalText } from "../../../web/dcmtk/value_bytes.ts";
import { provideBuiltModule } from "./dcmtk_module.ts";

beforeAll(provideBuiltModule);

function made(): DicomDict {
  const object = new DicomDict();
  object.upsertTag("00080016", "UI", ["1.2.840.10008.5.1.4.1.1.7"]);
  object.upsertTag("00080018", "UI", ["1.2.3"]);
  return object;
}
function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof DicomError) return error.code;
    throw error;
  }
  return "none";
}

test("what DCMTK finds wrong is named by its path", () => {
  const object = made();
  expect(object.validate()).toEqual([]);
  object.upsertTag("00080020", "DA", ["2026-11-28"]);
  object.upsertTag("00280010", "US", [1, 2]);
  object.upsertTag("00100020", "SH", ["4711"]);
  object.upsertTag("00089215", "SQ", [{ "0040A040": { vr: "CS", Value: ["lower case"] } }]);
  expect(object.validate()).toEqual([
    { path: "00080020", problem: "value" },
    { path: "00089215/1/0040A040", problem: "value" },
    { path: "00100020", problem: "vr" },
    { path: "00280010", problem: "multiplicity" },
  ]);
});

test("values that their VR has not are refused, with the tag and without the value", () => {
  const refused: [string, string, unknown][] = [
    ["00280010", "US", [65536]],
    ["00280010", "US", ["many"]],
    ["00189219", "SS", [-32769]],
    ["00080060", "CS", ["A CODE THAT IS FAR TOO LONG"]],
    ["00080060", "CS", ["日本"]],
    ["00081140", "SQ", ["no item"]],
    ["00420011", "OB", ["no bytes"]],
    ["00100010", "XX", ["no VR"]],
    ["nonsense", "LO", ["no tag"]],
    ["00720082", "SV", [1.5]],
    // what JavaScript would make another value of
    ["00280010", "US", [new Date(0)]],
    ["00280010", "US", [" "]],
    ["00089459", "FL", [" "]],
    ["00101030", "DS", [Number.NaN]],
    ["00101030", "DS", [{}]],
    ["00101030", "DS", [new Uint8Array([1, 2])]],
    ["00200013", "IS", [1.5]],
    ["00200013", "IS", [Number.POSITIVE_INFINITY]],
    ["00100020", "LO", [(): number => 1]],
    ["00100020", "LO", [Symbol("text")]],
    ["00100020", "LO", ["half of a pair: \ud83d"]],
    ["00100010", "PN", [5]],
    ["00100010", "PN", [new Uint8Array(2)]],
    ["00100010", "PN", [{ alphabetic: "A" }]],
    ["00100010", "PN", [{ Alphabetic: {} }]],
    ["00081140", "SQ", [new Uint8Array(2)]],
    ["00081140", "SQ", [new Map([["00081150", 1]])]],
    ["00081140", "SQ", [[{}]]],
    ["00081140", "SQ", [new Date(0)]],
    // what no data set has
    ["FFFEE000", "LO", ["an item"]],
    ["FFFEE00D", "LO", ["its end"]],
    ["00020010", "UI", ["1.2.840.10008.1.2.1"]],
  ];
  for (const [tag, vr, value] of refused) {
    const object = made();
    object.upsertTag(tag, vr, value);
    expect([tag, vr, codeOf(() => object.write())]).toEqual([tag, vr, "invalid_argument"]);
  }
  const long = made();
  long.upsertTag("00080060", "CS", ["A CODE THAT IS FAR TOO LONG"]);
  expect(codeOf(() => long.write({ allowInvalidVRLength: true }))).toBe("none");
});

test("the meta information has no tags of the data set", () => {
  const object = new DicomDict({ "00100020": { vr: "LO", Value: ["4711"] } });
  expect(codeOf(() => object.write())).toBe("invalid_argument");
});

test("text that is not ASCII makes the file UTF-8", () => {
  const object = made();
  object.upsertTag("00100010", "PN", "Müller^Jörg");
  const again = DicomDict.read(object.write());
  expect(again.dict["00080005"]?.Value).toEqual(["ISO_IR 192"]);
  expect(String(again.dict["00100010"]?.Value)).toBe("Müller^Jörg");
});

test("the meta information is what PS3.10 7.1 asks for", () => {
  const { meta } = DicomDict.read(made().write());
  expect(Object.keys(meta).sort()).toEqual([
    "00020001",
    "00020002",
    "00020003",
    "00020010",
    "00020012",
  ]);
  expect(meta["00020003"]?.Value).toEqual(["1.2.3"]);
});

/** PS3.5 6.2: at most 16 characters. */
test.each([
  0.1,
  Math.PI,
  -Math.PI * 1e-7,
  1 / 3,
  123456789012345680000,
  -1.7976931348623157e308,
  5e-324,
])("%d as DS has at most 16 characters", (value) => {
  const text = decimalText(value);
  expect(text.length).toBeLessThanOrEqual(16);
  expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-8);
});
