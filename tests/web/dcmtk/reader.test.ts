import { beforeAll, describe, expect, test } from "vitest";
import { DicomDict } from "../../../web/dcmtk/dicom_dict.ts";
import { DicomError } from "../../../web/dcmtk/dicom_error.ts";
import { DicomSource } from "../../../web/dcmtk/dicom_source.ts";
import { readRanges } from "../../../web/dcmtk/ranges.ts";
import { provideBuiltModule } from "./dcmtk_module.ts";
import { Bytes, sequenceOfDepth } from "./object_bytes.ts";

beforeAll(provideBuiltModule);

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof DicomError) return error.code;
    throw error;
  }
  return "none";
}

const small = (): Bytes =>
  new Bytes()
    .element(0x00080005, "CS", "ISO_IR 100")
    .element(0x00080060, "CS", "MR")
    .element(0x00100010, "PN", "B\xfcc^J\xe9")
    .element(0x00280010, "US", [2, 0]);

describe("values", () => {
  test("a person name is an object that prints as text", () => {
    const { dict } = DicomDict.read(small().file());
    const name = dict["00100010"]!;
    expect(name.Value).toEqual([{ Alphabetic: "Büc^Jé" }]);
    expect(String(name.Value)).toBe("Büc^Jé");
    expect(JSON.stringify(name.Value)).toBe('[{"Alphabetic":"Büc^Jé"}]');
    (name as { Value: unknown }).Value = "Doe^Jane";
    expect(String(name.Value)).toBe("Doe^Jane");
    expect(JSON.stringify(name.Value)).toBe('[{"Alphabetic":"Doe^Jane"}]');
  });
  test("text is UTF-8 from then on, and the character set says so", () => {
    expect(DicomDict.read(small().file()).dict["00080005"]!.Value).toEqual(["ISO_IR 192"]);
  });
  test("an element has the names of its own that dcmjs gives it", () => {
    const { dict } = DicomDict.read(small().file());
    expect(Object.keys(dict["00280010"]!)).toEqual(["vr", "Value", "_rawValue"]);
    expect({ ...dict["00100010"] }).toMatchObject({ vr: "PN" });
  });
  test("an empty number is no number", () => {
    const { dict } = DicomDict.read(small().element(0x00280011, "US", []).file());
    expect(dict["00280011"]!.Value).toEqual([]);
  });
  test("a buffer that was transferred away is an error with a code", () => {
    const buffer = small().file();
    const file = new Uint8Array(buffer);
    structuredClone(buffer, { transfer: [buffer] });
    expect(codeOf(() => DicomDict.read(buffer))).toBe("invalid_argument");
    expect(codeOf(() => DicomDict.read(file))).toBe("invalid_argument");
  });
  test("a Buffer of Node's is copied as others are", () => {
    const file = Buffer.from(small().element(0x00420011, "OB", [1, 2, 3, 4]).file());
    const { dict } = DicomDict.read(file);
    expect((dict["00420011"]!.Value[0] as ArrayBuffer).byteLength).toBe(4);
    dict["00420011"]!.Value = [Buffer.from([5, 6])];
    const changed = new DicomDict();
    changed.dict = dict;
    const again = DicomDict.read(changed.write());
    expect([...new Uint8Array(again.dict["00420011"]!.Value[0] as ArrayBuffer)]).toEqual([5, 6]);
  });
  test("bulk values are copies, or views when asked", () => {
    const file = small().element(0x00420011, "OB", [1, 2, 3, 4]).file();
    const copy = DicomDict.read(file).dict["00420011"]!.Value[0] as ArrayBuffer;
    expect([copy instanceof ArrayBuffer, copy.byteLength]).toEqual([true, 4]);
    const view = DicomDict.read(file, { noCopy: true }).dict["00420011"]!.Value[0] as Uint8Array;
    expect([view.buffer === file, [...view]]).toEqual([true, [1, 2, 3, 4]]);
  });
});

describe("ends", () => {
  const file = (): ArrayBuffer => small().file();
  test("untilTag ends before, or behind its value", () => {
    const before = DicomDict.read(file(), { untilTag: "00100010" });
    expect(Object.keys(before.dict)).toEqual(["00080005", "00080060"]);
    expect(before.stoppedAtTag).toBe(true);
    const behind = DicomDict.read(file(), { untilTag: "00100010", includeUntilTagValue: true });
    expect(Object.keys(behind.dict)).toEqual(["00080005", "00080060", "00100010"]);
  });
  test("a missing untilTag ends only where a greater one may", () => {
    expect(Object.keys(DicomDict.read(file(), { untilTag: "00090000" }).dict)).toHaveLength(4);
    const options = { untilTag: "00090000", stopOnGreaterTag: true };
    expect(Object.keys(DicomDict.read(file(), options).dict)).toHaveLength(2);
  });
  test("a header is read by ranges, and no more of it than is needed", async () => {
    const whole = new Uint8Array(
      small()
        .element(0x0040a160, "UT", "x".repeat(70_000))
        .element(0x7fe00010, "OW", new Array<number>(4_000_000).fill(7))
        .file(),
    );
    let asked = 0;
    const header = await readRanges((offset, length) => {
      asked += length;
      return Promise.resolve(whole.subarray(offset, offset + length));
    });
    expect(Object.keys(header.dict)).toEqual(
      ["00080005", "00080060", "00100010", "0040A160", "00280010"].sort(),
    );
    expect(asked).toBeLessThan(300_000);
  });
  test("what is no tag is refused, and does not read on unseen", async () => {
    for (const untilTag of ["PixelData", "7FE0,0010", "x7fe00010", "7FE0001", 0x7fe00010, {}]) {
      const options = { untilTag } as { untilTag: string };
      expect(codeOf(() => DicomDict.read(file(), options))).toBe("invalid_argument");
      await expect(DicomSource.open(file(), options)).rejects.toThrow("untilTag");
      await expect(readRanges(() => Promise.resolve(file()), options)).rejects.toThrow("untilTag");
    }
    const lower = DicomDict.read(file(), { untilTag: "0010001a", stopOnGreaterTag: true });
    expect(Object.keys(lower.dict)).toHaveLength(3);
  });
});

describe("a first element that is longer than what is looked at first", () => {
  const syntaxes = ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"];
  const lengths = [21_000, 32_000, 32_500, 65_536, 70_000, 300_000];
  test.each(syntaxes)("%s is read as it is stated", async (syntax) => {
    for (const length of lengths) {
      const object = new DicomDict({ "00020010": { vr: "UI", Value: [syntax] } });
      object.upsertTag("0040A160", "UT", ["x".repeat(length)]);
      object.upsertTag("0040A30A", "DS", [1]);
      const file = object.write();
      const far = (offset: number, size: number): Promise<ArrayBuffer> =>
        Promise.resolve(file.slice(offset, offset + size));
      const whole = DicomDict.read(file);
      const header = await DicomSource.open({ size: file.byteLength, read: far });
      const ranges = await readRanges(far);
      for (const { dict } of [whole, header, ranges]) {
        expect(Object.keys(dict)).toEqual(["0040A160", "0040A30A"]);
        expect([length, (dict["0040A160"]!.Value[0] as string).length]).toEqual([length, length]);
      }
    }
  });
  test("of a file without meta information too", () => {
    const text = "x".repeat(40_000);
    const bytes = new Bytes().element(0x0040a160, "UT", text).element(0x0040a30a, "DS", "1 ");
    expect(Object.keys(DicomDict.read(bytes.bytes().slice()).dict)).toEqual([
      "0040A160",
      "0040A30A",
    ]);
  });
});

describe("hostile bytes", () => {
  test("what is no buffer is refused as that", () => {
    const values = [
      undefined,
      null,
      "DICM",
      5,
      {},
      [1, 2],
      new Blob([]),
      new DataView(small().file()),
    ];
    for (const value of values)
      expect(codeOf(() => DicomDict.read(value as unknown as ArrayBuffer))).toBe(
        "invalid_argument",
      );
  });
  test("nothing, noise and text are not DICOM", () => {
    for (const size of [0, 1, 131, 132, 4096])
      expect(codeOf(() => DicomDict.read(new ArrayBuffer(size)))).toBe("not_dicom");
    expect(codeOf(() => DicomDict.read(new TextEncoder().encode("hello ".repeat(100))))).toBe(
      "not_dicom",
    );
  });
  test("a file that is cut anywhere gives a typed error or what there is of it", () => {
    const whole = new Uint8Array(
      small()
        .sequence(0x00081140, [new Bytes().element(0x00081150, "UI", "1.2")])
        .file(),
    );
    for (let size = 132; size < whole.length; ++size) {
      const part = whole.slice(0, size);
      expect(["none", "truncated", "corrupt", "not_dicom"]).toContain(
        codeOf(() => DicomDict.read(part)),
      );
      const code = codeOf(() => DicomDict.read(part, { ignoreErrors: true }));
      expect(["none", "not_dicom", "truncated", "corrupt"]).toContain(code);
    }
  });
  test("a length that lies costs no memory", () => {
    const file = small().header(0x7fe00010, "OW", 0xfffffff0).raw([1, 2, 3, 4]).file();
    const before = process.memoryUsage().rss;
    expect(codeOf(() => DicomDict.read(file))).toBe("corrupt");
    const kept = DicomDict.read(file, { ignoreErrors: true });
    expect((kept.dict["7FE00010"]!.Value[0] as ArrayBuffer).byteLength).toBe(4);
    expect(kept.readError?.code).toBe("corrupt");
    expect(process.memoryUsage().rss - before).toBeLessThan(100 << 20);
  });
  test("sequences are read to 32 levels and refused beyond", () => {
    expect(codeOf(() => DicomDict.read(sequenceOfDepth(31)))).toBe("none");
    for (const depth of [40, 5000])
      expect(codeOf(() => DicomDict.read(sequenceOfDepth(depth)))).toBe("limit_exceeded");
  });
  test("what was read before the break is kept when asked", () => {
    const file = small().header(0x00400275, "SQ", 400).raw([9, 9, 9, 9]).file();
    const kept = DicomDict.read(file, { ignoreErrors: true });
    expect(Object.keys(kept.dict)).toHaveLength(4);
    expect(kept.readError?.code).toBe("truncated");
  });
  test("bytes changed at random give typed errors only", { timeout: 60_000 }, () => {
    let state = 12345;
    const random = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % below;
    };
    const whole = new Uint8Array(
      small()
        .sequence(0x00081140, [new Bytes().element(0x00081150, "UI", "1.2")])
        .file(),
    );
    for (let round = 0; round < 600; ++round) {
      const bytes = whole.slice();
      for (let i = 0; i < 4; ++i) bytes[132 + random(bytes.length - 132)] = random(256);
      codeOf(() => {
        const object = DicomDict.read(bytes, { ignoreErrors: true });
        JSON.stringify(object.dict, (_key, value: unknown) =>
          typeof value === "bigint" ? "" : value,
        );
        object.write();
      });
    }
  });
});
