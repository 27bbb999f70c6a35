import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { DicomDict } from "../../../web/dcmtk/dicom_dict.ts";
import { DicomError } from "../../../web/dcmtk/dicom_error.ts";
import { DicomMessage } from "../../../web/dcmtk/dicom_message.ts";
import { transcodeTargets } from "../../../web/dcmtk/transcode.ts";
import {
  breathe,
  hasSharedFiles,
  provideBuiltModule,
  sharedFile,
  sharedFolder,
} from "./dcmtk_module.ts";
import { Bytes } from "./object_bytes.ts";
import {
  codestream,
  decoded,
  differences,
  frames as components,
  halves,
  mixed,
  multiComponentFile,
} from "../../e2e/phantoms/multi_component.ts";

beforeAll(provideBuiltModule);

function sha256(values: ArrayBufferView): string {
  const { buffer, byteOffset, byteLength } = values;
  return createHash("sha256")
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest("hex");
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

/** Frames in which we may differ from other decoders: docs/decoding.md says why. */
const known = new Set([
  "transfer-syntax/htj2k/HTJ2K_08_RGB.dcm",
  "broken/MR_truncated.dcm",
  "transfer-syntax/jpeg-xl/will-jxl.dcm",
]);

/** EXPECT.tsv has native YBR_FULL_422 as it is stored: Y1 Y2 Cb Cr of each two pixels. Source: PS3.3 C.7.6.3.1.2. */
function packed422(values: ArrayLike<number>): Uint8Array {
  const packed: number[] = [];
  for (let i = 0; i + 5 < values.length; i += 6)
    packed.push(values[i] ?? 0, values[i + 3] ?? 0, values[i + 1] ?? 0, values[i + 2] ?? 0);
  return Uint8Array.from(packed);
}

interface Expected {
  path: string;
  frame: number;
  form: string;
  sha256: string;
}
function expectations(): Expected[] {
  const [, ...lines] = readFileSync(join(sharedFolder, "EXPECT.tsv"), "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const [path = "", , frame = "", form = "", , sum = ""] = line.split("\t");
    return { path, frame: Number(frame), form, sha256: sum };
  });
}

describe.skipIf(!hasSharedFiles)("the real files of ../shared/dicom", () => {
  test(
    "every frame of EXPECT.tsv has the values that other decoders gave",
    { timeout: 120_000 },
    async () => {
      const objects = new Map<string, DicomDict>();
      const differing = new Set<string>();
      for (const { path, frame, form, sha256: sum } of expectations()) {
        const object =
          objects.get(path) ?? DicomDict.read(sharedFile(path), { ignoreErrors: true });
        if (!objects.has(path)) await breathe();
        objects.clear();
        objects.set(path, object);
        let found = "";
        const code = codeOf(() => {
          const { values } = object.decodeFrame(frame, { keepUnusedBits: true });
          found = sha256(form.startsWith("ybr422") ? packed422(values) : values);
        });
        if (found !== sum && !known.has(path)) differing.add(`${path} ${String(frame)} ${code}`);
      }
      expect([...differing]).toEqual([]);
    },
  );

  test("pixels that are real numbers are given as such", () => {
    const values = (name: string) =>
      DicomDict.read(sharedFile(`photometric/bits/parametric_map_${name}.dcm`)).decodeFrame(1);
    const single = values("float");
    expect(single.values).toBeInstanceOf(Float32Array);
    expect([single.bitsAllocated, single.bitsStored]).toEqual([32, 32]);
    expect(values("double_float").values).toBeInstanceOf(Float64Array);
  });
  test("a frame that is cut off says so, and is not transcoded", () => {
    const object = DicomDict.read(sharedFile("broken/MR_truncated.dcm"), { ignoreErrors: true });
    const { missing, values, rows, columns } = object.decodeFrame(1);
    expect(missing?.code).toBe("truncated");
    expect(missing?.wholeRows).toBeLessThan(rows);
    expect(values).toHaveLength(rows * columns);
    expect(codeOf(() => object.transcode("1.2.840.10008.1.2.5"))).toBe("truncated");
    const whole = DicomDict.read(sharedFile("modality/ct/ct.dcm")).decodeFrame(1);
    expect(whole.missing).toBeUndefined();
  });

  const sources = [
    "transfer-syntax/one-ct-17-syntaxes/CTImage.dcm",
    "transfer-syntax/one-ct-17-syntaxes/CTImage.dcm_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm",
    "transfer-syntax/one-ct-17-syntaxes/CTImage.dcm_JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90.dcm",
    "transfer-syntax/one-ct-17-syntaxes/CTImage.dcm_RLELosslessTransferSyntax_1.2.840.10008.1.2.5.dcm",
    "photometric/rgb-ybr/SC_rgb_rle_16bit.dcm",
    "photometric/rgb-ybr/SC_rgb_small_odd.dcm",
  ];
  test.each(sources)("%s is the same in every syntax that is written", (path) => {
    const object = DicomDict.read(sharedFile(path));
    const before = sha256(object.decodeFrame(1).values);
    for (const target of transcodeTargets) {
      const other = object.transcode(target);
      expect([target, other.meta["00020010"]!.Value]).toEqual([target, [target]]);
      expect([target, sha256(other.decodeFrame(1).values)]).toEqual([target, before]);
      const back = other.transcode("1.2.840.10008.1.2.1");
      expect([target, sha256(back.decodeFrame(1).values)]).toEqual([target, before]);
    }
  });
});

/** 3 frames of 2 rows and 4 columns, 8 bits. */
const cine = (): Bytes =>
  new Bytes()
    .element(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.7.2")
    .element(0x00080018, "UI", "1.2.3")
    .element(0x00280002, "US", [1, 0])
    .element(0x00280004, "CS", "MONOCHROME2")
    .element(0x00280008, "IS", "3")
    .element(0x00280010, "US", [2, 0])
    .element(0x00280011, "US", [4, 0])
    .element(0x00280100, "US", [8, 0])
    .element(0x00280101, "US", [8, 0])
    .element(0x00280102, "US", [7, 0])
    .element(0x00280103, "US", [0, 0]);
const cineFile = (): ArrayBuffer =>
  cine()
    .element(
      0x7fe00010,
      "OB",
      Array.from({ length: 24 }, (_, i) => i),
    )
    .file();

describe("frames", () => {
  test("count from 1", () => {
    const object = DicomDict.read(cineFile());
    expect(object.frameCount).toBe(3);
    expect([...object.decodeFrame(2).values]).toEqual([8, 9, 10, 11, 12, 13, 14, 15]);
    expect(object.readFrames([3]).map((frame) => [...frame])).toEqual([
      [16, 17, 18, 19, 20, 21, 22, 23],
    ]);
    for (const number of [0, 4, -1, 1.5])
      expect(codeOf(() => object.decodeFrame(number))).toBe("not_found");
    const wrong = "1" as unknown as number[];
    expect(codeOf(() => object.readFrames(wrong))).toBe("invalid_argument");
    for (const target of [undefined, 5, "toString", "1.2.840.10008.1.2.4.50"])
      expect(codeOf(() => object.transcode(target as string))).toBe("unsupported");
  });
  test("are those of the data set as it is now", () => {
    const object = DicomDict.read(cineFile());
    new Uint8Array(object.dict["7FE00010"]!.Value[0] as ArrayBuffer)[0] = 99;
    expect(object.decodeFrame(1).values[0]).toBe(99);
    object.dict["00280010"]!.Value = [1];
    object.dict["00280008"]!.Value = [6];
    expect([...object.decodeFrame(2).values]).toEqual([4, 5, 6, 7]);
  });
  test("without pixels there are none", () => {
    const object = DicomDict.read(cine().file());
    expect(codeOf(() => object.decodeFrame(1))).toBe("no_pixels");
  });
  test("a frame is a fragment, and 20 KiB pieces when asked", () => {
    const object = DicomDict.read(cineFile()).transcode("1.2.840.10008.1.2.5");
    const pieces = DicomDict.read(object.write({ fragmentMultiframe: true }));
    expect(pieces.dict["7FE00010"]!.Value).toHaveLength(3);
    expect([...pieces.decodeFrame(3).values]).toEqual([16, 17, 18, 19, 20, 21, 22, 23]);
  });
  test("of an object that states more frames than it has none is lost unsaid", () => {
    const object = DicomDict.read(cineFile());
    object.dict["00280008"]!.Value = [4];
    expect(codeOf(() => object.transcode("1.2.840.10008.1.2.5"))).toBe("truncated");
  });
  test("what cannot be kept is refused", () => {
    const object = DicomDict.read(cineFile());
    expect(codeOf(() => object.transcode("1.2.840.10008.1.2.4.50"))).toBe("unsupported");
    object.dict["60000102"] = { vr: "US", Value: [9] };
    expect(codeOf(() => object.transcode("1.2.840.10008.1.2.5"))).toBe("unsupported");
  });
});

describe("frames that are components of JPEG 2000 codestreams", () => {
  const read = (number: number, samples: 1 | 3, fragments: readonly Buffer[]): DicomDict => {
    const file = multiComponentFile(number, samples, fragments);
    return DicomDict.read(Uint8Array.from(file).buffer);
  };
  const valuesOf = (object: DicomDict): number[][] =>
    Array.from({ length: object.frameCount }, (_, i) => [...object.decodeFrame(i + 1).values]);
  const expected = components.map((frame) => [...frame]);
  const syntaxes = ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.90"];

  test("have the values that were encoded, in every syntax", () => {
    for (const encode of [codestream, mixed]) {
      const object = read(
        1,
        1,
        halves.map((half) => encode(half)),
      );
      expect(valuesOf(object)).toEqual(expected);
      for (const syntax of syntaxes) expect(valuesOf(object.transcode(syntax))).toEqual(expected);
    }
  });
  test("are told apart where there are as many fragments as frames", () => {
    const pieces = halves.flatMap((half) => {
      const stream = codestream(half);
      return [stream.subarray(0, 64), stream.subarray(64, 640), stream.subarray(640)];
    });
    expect(valuesOf(read(1, 1, pieces))).toEqual(expected);
  });
  test("may be of colour", () => {
    const object = read(1, 3, [codestream(components)]);
    expect(object.frameCount).toBe(2);
    const { values, photometricInterpretation } = object.decodeFrame(2);
    expect(photometricInterpretation).toBe("RGB");
    for (const c of [0, 1, 2])
      expect([...values.filter((_, i) => i % 3 === c)]).toEqual(expected[3 + c]);
  });
  test("are given by a source too, each a codestream that any decoder reads", async () => {
    const file = multiComponentFile(
      1,
      1,
      halves.map((half) => codestream(half)),
    );
    const source = await DicomMessage.readSource(new Blob([Uint8Array.from(file)]));
    expect([...(await source.decodeFrame(5)).values]).toEqual(expected[4]);
    const [encoded] = await source.readFrames([5]);
    expect(decoded(Buffer.from(encoded ?? [])).map((plane) => [...plane])).toEqual(
      expected.slice(3),
    );
  });
  test("are their components where a transform cannot be undone, and are not transcoded", () => {
    const object = read(
      1,
      1,
      halves.map((half) => mixed(half, 1)),
    );
    const planes = halves.flatMap((half) => decoded(differences(half)));
    expect(valuesOf(object)).toEqual(planes.map((plane) => [...plane]));
    expect(object.decodeFrame(2).missing).toEqual({
      code: "unsupported",
      wholeRows: 0,
      step: "components before their multi-component transform (reversible array-based decorrelation)",
    });
    for (const syntax of syntaxes)
      expect(codeOf(() => object.transcode(syntax))).toBe("unsupported");
  });
});
