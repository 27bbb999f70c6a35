// What reader.wasm says of real segmentations, structure sets and doses, value by value against pydicom (object_judge.py).
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parseLayerObject, type LayerObject } from "../../../web/layers/layer_object.ts";
import { SlError } from "../../../web/shared/errc.ts";
import { LocalArchive } from "../../../web/source/local_archive.ts";
import { readerModule } from "../decode/reader_module.ts";
import { picture } from "../source/dicom_file.ts";

const shared =
  process.env["SIGHTLINE_TEST_DICOM"] ?? resolve(import.meta.dirname, "../../../../shared/dicom");
const isHere = existsSync(join(shared, "EXPECT.tsv"));
const seg = (name: string): string => `sr-seg-rt-pr/seg/seg_image_${name}.dcm`;
const SEGMENTATIONS = [
  "ct-series/hires-abdomen-3/partial_overlaps.dcm",
  "pet-ct/acrin-nsclc-042/seg-100-pt-segmentation/0001.dcm",
  "pet-ct/acrin-nsclc-042/seg-100-segmentation/0001.dcm",
  ...["cr_binary", "ct_binary", "ct_binary_fractional", "ct_binary_overlap"].map(seg),
  ...["ct_binary_single_frame", "ct_true_fractional", "sm_control", "sm_control_labelmap"].map(seg),
  seg("sm_control_labelmap_palette_color"),
];
const STRUCTURES = ["sr-seg-rt-pr/rt/rtss.dcm"];
const DOSES = ["rtdose", "rtdose_expb", "rtdose_rle"].map((name) => `sr-seg-rt-pr/rt/${name}.dcm`);

interface Verdict {
  readonly instance: string;
  readonly space: string;
  readonly type: string;
  readonly segments: readonly object[];
  readonly frames: readonly { segment: number | null; images: [string, number[]][] }[];
  readonly regions: readonly {
    readonly number: number;
    readonly label: string;
    readonly rgb: readonly number[] | null;
    readonly types: readonly string[];
    readonly images: readonly (string | null)[];
    readonly points: readonly number[];
  }[];
  readonly units: string;
  readonly scaling: number;
  readonly offsets: readonly number[];
}
const FILES = [...SEGMENTATIONS, ...STRUCTURES, ...DOSES];
const judged = new Map<string, Verdict>();
let archive: LocalArchive;

beforeAll(async () => {
  archive = new LocalArchive(await readerModule());
  if (!isHere) return;
  const { status, stdout, stderr } = spawnSync(
    "/usr/bin/python3",
    [join(import.meta.dirname, "object_judge.py"), ...FILES.map((path) => join(shared, path))],
    { encoding: "utf8", maxBuffer: 1 << 28 },
  );
  if (status !== 0) throw new Error(stderr);
  stdout
    .trim()
    .split("\n")
    .forEach((line, index) => judged.set(FILES[index] ?? "", JSON.parse(line) as Verdict));
});
function read(path: string): LayerObject {
  const file = new Uint8Array(readFileSync(join(shared, path)));
  return parseLayerObject(new TextDecoder().decode(archive.layer(file)));
}
function expected(path: string): Verdict {
  const verdict = judged.get(path);
  if (verdict === undefined) throw new Error(path);
  return verdict;
}

describe.skipIf(!isHere)("real objects say what pydicom reads", () => {
  test.each(SEGMENTATIONS)("%s", (path) => {
    const object = read(path);
    const { instance, space, type, segments, frames } = expected(path);
    expect(object.kind).toBe("SEGMENTATION");
    if (object.kind !== "SEGMENTATION") return;
    expect(object.sopInstanceUID).toBe(instance);
    expect(object.frameOfReferenceUID).toBe(space);
    expect(object.segmentationType).toBe(type);
    expect(
      object.segments.map(({ number, label, algorithm, type: kind, lab }) => ({
        number,
        label,
        algorithm,
        type: kind,
        lab,
      })),
    ).toEqual(segments);
    expect(
      object.frames.map(({ segment, images }) => ({
        segment,
        images: images.map(({ image, frames: of }) => [image, of]),
      })),
    ).toEqual(frames);
  });
  test.each(STRUCTURES)("%s", (path) => {
    const object = read(path);
    if (object.kind !== "STRUCTURE_SET") throw new Error(object.kind);
    const { regions } = expected(path);
    expect(object.isIncomplete).toBe(false);
    expect(object.regions.map(({ number, label, rgb }) => ({ number, label, rgb }))).toEqual(
      regions.map(({ number, label, rgb }) => ({ number, label, rgb })),
    );
    object.regions.forEach(({ contours }, index) => {
      const region = regions[index];
      expect(contours.map(({ type }) => type)).toEqual(region?.types.map((type) => type[0]));
      expect(contours.map(({ image }) => image?.image ?? null)).toEqual(region?.images);
      const points = contours.flatMap((contour) => [...contour.points]);
      expect(points).toEqual(region?.points.map(Math.fround));
    });
  });
  test.each(DOSES)("%s", (path) => {
    const object = read(path);
    if (object.kind !== "DOSE") throw new Error(object.kind);
    const { units, scaling, offsets } = expected(path);
    expect([object.units, object.scaling, object.offsets]).toEqual([units, scaling, offsets]);
  });
});

test("what lies over nothing is refused, and what is cut off", () => {
  const code = (bytes: Uint8Array): string => {
    try {
      archive.layer(bytes);
    } catch (error) {
      return error instanceof SlError ? error.code : "no SlError";
    }
    return "ok";
  };
  expect(code(picture({}))).toBe("unsupported");
  expect(code(picture({}).slice(0, 140))).not.toBe("ok");
});
test("JSON that is none of ours is refused", () => {
  const head = { format: "sightline.layer.v1", kind: "STRUCTURE_SET", images: ["1.2"] };
  const contours = { types: "C", counts: [1], images: [[0]], points: btoa("\0".repeat(12)) };
  const read = (region: object): LayerObject =>
    parseLayerObject(JSON.stringify({ ...head, regions: [{ number: 1, contours: region }] }));
  expect(read(contours)).toMatchObject({ kind: "STRUCTURE_SET" });
  for (const broken of [
    { ...contours, counts: [2] },
    { ...contours, types: "CC" },
    { ...contours, images: [[1]] },
    { ...contours, points: btoa("\xff".repeat(12)) }, // no numbers
  ])
    expect(() => read(broken)).toThrow(SlError);
  expect(() => parseLayerObject("{}")).toThrow(SlError);
  expect(() => parseLayerObject("[")).toThrow(SlError);
});
