// Real reports with coordinates: each graphic, its points and images as pydicom reads them (mark_judge.py).
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parseLayerObject } from "../../../web/layers/layer_object.ts";
import { marksOf } from "../../../web/layers/report_marks.ts";
import type { ContentItem } from "../../../web/shared/document.ts";
import { LocalArchive } from "../../../web/source/local_archive.ts";
import { valueText } from "../../../web/tools/sr_item_text.ts";
import { readerModule } from "../decode/reader_module.ts";

const shared =
  process.env["SIGHTLINE_TEST_DICOM"] ?? resolve(import.meta.dirname, "../../../../shared/dicom");
const isHere = existsSync(join(shared, "EXPECT.tsv"));
const FILES = [
  "mr-multi/brain-sella/sr-4701-sr-len-bdir/0001.dcm",
  "mr-multi/brain-sella/sr-4702-sr-arrow-elipse/0001.dcm",
  ...["arrow", "circle", "ellipse", "protractor", "rectangle", "roi", "ruler"].map(
    (name) => `sr-seg-rt-pr/sr/sr-${name}.dcm`,
  ),
  ...["sample-sr", "structured_report", "test_SR"].map((name) => `sr-seg-rt-pr/sr/${name}.dcm`),
];
interface Judged {
  readonly id: string;
  readonly shape: string;
  readonly points: readonly number[];
  readonly images: readonly (readonly [string, readonly number[]])[];
}
const judged = new Map<string, readonly Judged[]>();
let archive: LocalArchive;

beforeAll(async () => {
  archive = new LocalArchive(await readerModule());
  if (!isHere) return;
  const { status, stdout, stderr } = spawnSync(
    "/usr/bin/python3",
    [
      "-W",
      "ignore",
      join(import.meta.dirname, "mark_judge.py"),
      ...FILES.map((path) => join(shared, path)),
    ],
    { encoding: "utf8", maxBuffer: 1 << 26 },
  );
  if (status !== 0) throw new Error(stderr);
  stdout
    .trim()
    .split("\n")
    .forEach((line, index) => judged.set(FILES[index] ?? "", JSON.parse(line) as Judged[]));
});

describe.skipIf(!isHere)("real reports", () => {
  test.each(FILES)("%s", (path) => {
    const file = new Uint8Array(readFileSync(join(shared, path)));
    const report = parseLayerObject(new TextDecoder().decode(archive.layer(file)));
    if (report.kind !== "REPORT") throw new Error(report.kind);
    expect(report.isIncomplete).toBe(false);
    expect(
      report.marks.map(({ item, shape, points, images }) => ({
        id: item,
        shape,
        points,
        images: images.map(({ image, frames }) => [image, frames]),
      })),
    ).toEqual(judged.get(path));
    expect(report.regions.every(({ label }) => label !== "")).toBe(true);
  });
  test("a group's graphics are of one finding, with its values as they stand there", () => {
    const file = new Uint8Array(readFileSync(join(shared, "sr-seg-rt-pr/sr/sr-circle.dcm")));
    const report = parseLayerObject(new TextDecoder().decode(archive.layer(file)));
    if (report.kind !== "REPORT") throw new Error(report.kind);
    expect(report.regions).toHaveLength(3);
    expect(report.marks.map(({ region }) => region)).toEqual([1, 2, 3, 3]);
    const [first] = report.regions;
    expect(first?.label).toBe("qtn8nr1j7mj");
    expect(first?.values.map(valueText)).toEqual(["2 mm", "0.125664 cm²", "25", "25", "25"]);
  });
});

const line = (extra: Partial<ContentItem>): ContentItem => ({
  id: "1.1",
  type: "SCOORD",
  graphicType: "POLYLINE",
  graphicData: [1, 2, 3, 4],
  ...extra,
});
const root = (...children: ContentItem[]): ContentItem => ({
  id: "1",
  type: "CONTAINER",
  children,
});

test("an image may be named elsewhere in the document, by reference", () => {
  const image: ContentItem = {
    id: "1.2",
    type: "IMAGE",
    references: [{ sopInstance: "1.2.3", frames: [2] }],
  };
  const { marks } = marksOf(
    root(
      line({ children: [{ id: "1.1.1", target: "1.2", relationship: "SELECTED FROM" }] }),
      image,
    ),
  );
  expect(marks[0]?.images).toEqual([{ image: "1.2.3", frames: [2] }]);
});
test("what is no graphic is left out, and that is said", () => {
  for (const broken of [
    { graphicType: "SQUARE" },
    { graphicData: [1, 2, 3] },
    { graphicData: [] },
    { graphicType: "CIRCLE", graphicData: [1, 2] },
    { graphicType: "ELLIPSE" },
    { type: "SCOORD3D", graphicType: "CIRCLE", graphicData: [1, 2, 3, 4, 5, 6] },
  ]) {
    const found = marksOf(root(line({}), line({ id: "1.2", ...broken })));
    expect(found.marks).toHaveLength(1);
    expect(found.isIncomplete).toBe(true);
  }
});
test("a finding of a computer: named by its code, with what is said of it", () => {
  const { regions } = marksOf(
    root({
      id: "1.1",
      type: "CODE",
      concept: { value: "111059", meaning: "Single Image Finding" },
      code: { meaning: "Calcification Cluster" },
      children: [
        line({ id: "1.1.1", relationship: "HAS PROPERTIES" }),
        { id: "1.1.2", type: "NUM", numbers: ["87"], unit: { value: "%", scheme: "UCUM" } },
      ],
    }),
  );
  expect(regions[0]).toMatchObject({
    label: "Calcification Cluster",
    detail: "Single Image Finding",
    item: "1.1",
  });
  expect(regions[0]?.values.map(valueText)).toEqual(["87 %"]);
});
