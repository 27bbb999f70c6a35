import dcmjs from "dcmjs";
import { beforeAll, describe, expect, test } from "vitest";
import { DicomDict } from "../../../web/dcmtk/dicom_dict.ts";
import { DicomError } from "../../../web/dcmtk/dicom_error.ts";
import type { DicomDataSet } from "../../../web/dcmtk/element.ts";
import { hasSharedFiles, provideBuiltModule, sharedFile, silenceDcmjs } from "./dcmtk_module.ts";
import { differencesOf } from "./differences.ts";
import { Bytes } from "./object_bytes.ts";

beforeAll(() => {
  silenceDcmjs(dcmjs);
  provideBuiltModule();
});

const EXPLICIT = "1.2.840.10008.1.2.1";
const IMPLICIT = "1.2.840.10008.1.2";
const BIG_ENDIAN = "1.2.840.10008.1.2.2";
const { DicomMetaDictionary: dictionary } = dcmjs.data;

const metaOf = (syntax: string): DicomDataSet => ({ "00020010": { vr: "UI", Value: [syntax] } });
/** What was written of a data set that need not be complete, read again. */
function written(dict: object, syntax = EXPLICIT, options = {}): DicomDataSet {
  const object = new DicomDict(metaOf(syntax));
  object.dict = dict as DicomDataSet;
  return DicomDict.read(object.write(options)).dict;
}
/** …and of dcmjs' writing, read by us too. */
function writtenByDcmjs(dict: object): DicomDataSet {
  const object = new dcmjs.data.DicomDict(metaOf(EXPLICIT));
  object.dict = dict;
  return DicomDict.read(object.write({ allowInvalidVRLength: true })).dict;
}
function valuesOf(dict: object, key: string, options = {}): unknown {
  return written(dict, EXPLICIT, options)[key]?.Value;
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
const bytesIn = (value: unknown): number[] => [...new Uint8Array(value as ArrayBuffer)];

describe("what dcmjs' denaturalizeDataset makes", () => {
  test("pointers to attributes keep their tags, which it gives in decimal digits", () => {
    const pointers = [0x00209157, 0x00181063, 0x01000410, 0x04000500, 0x00091001, 0x7fe00010];
    const read = DicomDict.read(
      new Bytes()
        .element(
          0x00209165,
          "AT",
          pointers.flatMap((tag) => [tag >>> 16, tag & 0xffff].flatMap((w) => [w & 0xff, w >> 8])),
        )
        .file(),
    );
    expect(read.dict["00209165"]!.Value).toEqual(pointers);
    const natural = dictionary.naturalizeDataset(read.dict);
    const dict = dictionary.denaturalizeDataset(natural);
    expect(dict["00209165"]!.Value[0]).toBe("2134359");
    expect(valuesOf(dict, "00209165")).toEqual(pointers);
    expect(writtenByDcmjs(dict)["00209165"]!.Value).toEqual(pointers);
    const object = new DicomDict();
    object.dict = dict;
    expect(object.toDicomJson()["00209165"]!.Value).toEqual(
      pointers.map((tag) => tag.toString(16).toUpperCase().padStart(8, "0")),
    );
  });
  test("values whose VR depends on others", () => {
    const natural = {
      PixelRepresentation: 0,
      SmallestImagePixelValue: -1000,
      LargestImagePixelValue: 3000,
      WaveformData: [Uint8Array.of(1, 2, 3, 4).buffer],
      OffsetOfTheNextDirectoryRecord: 12,
    };
    const dict = written(dictionary.denaturalizeDataset(natural));
    expect([dict["00280106"]!.vr, dict["00280106"]!.Value]).toEqual(["SS", [-1000]]);
    expect([dict["00280107"]!.vr, dict["00280107"]!.Value]).toEqual(["US", [3000]]);
    expect([dict["54001010"]!.vr, dict["00041400"]!.vr]).toEqual(["OW", "UL"]);
    expect(dict["00041400"]!.Value).toEqual([12]);
    const signed = dictionary.denaturalizeDataset({
      PixelRepresentation: 1,
      PixelPaddingValue: 5,
      LargestImagePixelValue: 40000,
    });
    expect(written(signed)["00280120"]!.vr).toBe("SS");
    expect(written(signed)["00280107"]).toMatchObject({ vr: "US", Value: [40000] });
  });
  test("bulk values that came by DICOM JSON", () => {
    const json = { "00281201": { vr: "OW", InlineBinary: "AQIDBA==" } };
    const dict = dictionary.denaturalizeDataset(dictionary.naturalizeDataset(json));
    expect(dict["00281201"]!.Value).toEqual([{ InlineBinary: "AQIDBA==" }]);
    for (const syntax of [EXPLICIT, BIG_ENDIAN]) {
      const value = written(dict, syntax)["00281201"]!.Value[0];
      expect(bytesIn(value)).toEqual(syntax === EXPLICIT ? [1, 2, 3, 4] : [2, 1, 4, 3]);
    }
    const object = new DicomDict();
    object.dict = dict;
    expect(object.toDicomJson()).toEqual(json);
    const away = { "00281201": { vr: "OW", Value: [{ BulkDataURI: "bulk/1" }] } };
    expect(codeOf(() => written(away))).toBe("invalid_argument");
  });
});

describe("data sets that were made by hand, or are DICOM JSON", () => {
  test("elements without a Value are empty", () => {
    const dict = {
      "00080016": { vr: "UI" },
      "00080018": { vr: "UI" },
      "00080005": { vr: "CS" },
      "00080060": { vr: "CS", Value: null },
      "00100010": { vr: "PN" },
      "00280008": { vr: "IS" },
      "00280103": { vr: "US" },
      "00281201": { vr: "OW" },
      "00081140": { vr: "SQ" },
    };
    expect(Object.keys(written(dict))).toEqual(Object.keys(dict).sort());
    expect(valuesOf(dict, "00280103")).toEqual([]);
  });
  test("an empty text is no number, and a number that is missing among others is refused", () => {
    expect(valuesOf({ "00280010": { vr: "US", Value: [""] } }, "00280010")).toEqual([]);
    expect(valuesOf({ "00209165": { vr: "AT", Value: "" } }, "00209165")).toEqual([]);
    expect(valuesOf({ "00281201": { vr: "OW", Value: [""] } }, "00281201")).toHaveLength(1);
    for (const values of [
      [null, 1],
      [1, ""],
    ])
      expect(codeOf(() => written({ "00280010": { vr: "US", Value: values } }))).toBe(
        "invalid_argument",
      );
  });
  test("tags as DICOM JSON has them", () => {
    const tags = ["00280010", "7FE00010", "300A0010", "20200010", "67109888"];
    // The last is no tag of the dictionary, so it is what dcmjs makes of (0400,0400).
    expect(valuesOf({ "00209165": { vr: "AT", Value: tags } }, "00209165")).toEqual([
      0x00280010, 0x7fe00010, 0x300a0010, 0x20200010, 0x04000400,
    ]);
    for (const text of ["Rows", "-1", "4294967296"])
      expect(codeOf(() => written({ "00209165": { vr: "AT", Value: [text] } }))).toBe(
        "invalid_argument",
      );
  });
  test("several values of a VR that has one become one, as dcmjs writes them", () => {
    const dict = { "00400280": { vr: "ST", Value: ["a", "b"] } };
    expect(valuesOf(dict, "00400280")).toEqual(["a\\b"]);
    expect(writtenByDcmjs(dict)["00400280"]!.Value).toEqual(["a\\b"]);
  });
});

describe("lengths", () => {
  const long = (vr: string, characters: number): object => ({
    "00081030": { vr, Value: ["x".repeat(characters)] },
  });
  test.each([
    ["LO", 70, "none"],
    ["SH", 20, "none"],
    ["CS", 17, "invalid_argument"],
    ["UI", 65, "invalid_argument"],
    ["PN", 65, "invalid_argument"],
  ])("%s of %i characters", (vr, characters, code) => {
    const dict = (): object => long(vr, characters);
    expect(codeOf(() => written(dict()))).toBe(code);
    const theirs = (): unknown => {
      const object = new dcmjs.data.DicomDict(metaOf(EXPLICIT));
      object.dict = dict();
      return object.write();
    };
    if (code === "none") theirs();
    else expect(theirs).toThrow(/exceeds max length/);
    expect(codeOf(() => written(dict(), EXPLICIT, { allowInvalidVRLength: true }))).toBe("none");
  });
  test("a value that is changed in place is looked at too, and one of the file is not", () => {
    const file = new Bytes()
      .element(0x00080060, "CS", "X".repeat(18))
      .element(0x00080064, "CS", "WSD")
      .file();
    const object = DicomDict.read(file);
    expect(codeOf(() => object.write())).toBe("none");
    object.dict["00080064"]!.Value[0] = "Y".repeat(18);
    expect(object.dict["00080064"]!._rawValue).toEqual(["WSD "]);
    expect(codeOf(() => object.write())).toBe("invalid_argument");
  });
});

test("private sequences are sequences in Implicit VR too", () => {
  const item: DicomDataSet = { "00080100": { vr: "SH", Value: ["A"] } };
  const dict = {
    "00091001": { vr: "SQ", Value: [item, {}] },
    "00091002": { vr: "SQ", Value: [] },
    "00090010": { vr: "LO", Value: ["SOMEBODY"] },
  };
  const { "00091001": sequence, "00091002": empty } = written(dict, IMPLICIT);
  expect([sequence!.vr, sequence!.Value.length]).toEqual(["SQ", 2]);
  expect([empty!.vr, empty!.Value]).toEqual(["SQ", []]);
});

test("dcmjs' anonymizer empties and replaces", () => {
  const object = DicomDict.read(
    new Bytes()
      .element(0x00080090, "PN", "Doe^John")
      .element(0x00100010, "PN", "Doe^Jane")
      .element(0x00100030, "DA", "20000101")
      .file(),
  );
  dcmjs.anonymizer.cleanTags(object.dict);
  const { dict } = DicomDict.read(object.write());
  expect(String(dict["00100010"]!.Value)).toBe("ANON^PATIENT");
  expect([dict["00080090"]!.Value, dict["00100030"]!.Value]).toEqual([[], [""]]);
});

/** As OHIF has its data sets. */
function naturalWithMeta({ dict, meta }: { dict: object; meta: object }): object {
  return Object.assign(dictionary.naturalizeDataset(dict), {
    _meta: dictionary.namifyDataset(meta),
  });
}
const asText = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) =>
    each instanceof ArrayBuffer ? Buffer.from(each).toString("base64") : each,
  );

test.skipIf(!hasSharedFiles)("dcmjs' normalizers and derivations take what we read", () => {
  const slices = ["05", "06", "07"].map((name) =>
    sharedFile(`ct-series/ge-head-gantry-tilt/${name}.dcm`),
  );
  const ours = slices.map((file) => naturalWithMeta(DicomDict.read(file)));
  const theirs = slices.map((file) =>
    naturalWithMeta(dcmjs.data.DicomMessage.readFile(file, { ignoreErrors: true })),
  );
  expect(asText(ours) === asText(theirs)).toBe(true);
  const multiframe = dcmjs.normalizers.Normalizer.normalizeToDataset(ours);
  const { dataset } = new dcmjs.derivations.Segmentation([multiframe], {});
  const derived = dcmjs.data.datasetToDict(dataset);
  const file = new DicomDict(derived.meta);
  file.dict = derived.dict;
  const [mine, its] = [DicomDict.read(file.write()), DicomDict.read(derived.write())];
  expect(differencesOf(mine.dict, its.dict)).toEqual([]);
  expect(Object.keys(mine.dict).length).toBeGreaterThan(40);
});
