// Doses at a picture's pixels against numpy (tests/e2e/object_files.py), and planes against numbers worked out by hand.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  blendColors,
  modalityRaster,
  neededFrames,
  placeBlend,
} from "../../../web/layers/blend_layer.ts";
import { blendingOf, blendOf } from "../../../web/layers/blending.ts";
import { isoLines } from "../../../web/layers/iso_lines.ts";
import { parseLayerObject, type DoseHistogram } from "../../../web/layers/layer_object.ts";
import { maskEdges } from "../../../web/layers/mask_outline.ts";
import { Placement } from "../../../web/layers/placement.ts";
import { mappingOf, planeOf } from "../../../web/layers/plane.ts";
import { PlaneStack } from "../../../web/layers/plane_stack.ts";
import type { Raster } from "../../../web/layers/raster.ts";
import { areaOf } from "../../../web/layers/structure_placement.ts";
import { doseField, mapField, rangeOf } from "../../../web/layers/value_field.ts";
import type {
  FrameGeometry,
  ManifestFrame,
  ManifestInstance,
} from "../../../web/shared/manifest.ts";
import { DocumentParser } from "../../../web/source/document_parser.ts";
import { dataSetOf, type JsonDataSet } from "../../../web/source/documents.ts";
import { LocalArchive } from "../../../web/source/local_archive.ts";
import { parseManifest } from "../../../web/source/manifest.ts";
import { histogramGroups, histogramPath } from "../../../web/ui/dose_histograms.ts";
import { readerModule } from "../decode/reader_module.ts";

interface Known {
  study: string;
  images: string[];
  dose: { instance: string; values: string; max: number; histograms: number[][]; mean: number };
  blending: { rgba: string; sure: string };
  table: { instance: string; values: string; min: number; max: number };
}

/** The study of object_files.py in the reader's module, made once. */
const study = once(async () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-doses-"));
  const script = join(import.meta.dirname, "../../e2e/object_files.py");
  const made = spawnSync("/usr/bin/python3", ["-W", "ignore", script, folder], {
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin" },
    maxBuffer: 1 << 26,
  });
  if (made.status !== 0) throw new Error(made.stderr);
  const known = JSON.parse(made.stdout) as Known;
  const archive = new LocalArchive(await readerModule());
  const files = readdirSync(folder).map((name) => new Uint8Array(readFileSync(join(folder, name))));
  rmSync(folder, { recursive: true });
  const added: { file: Uint8Array<ArrayBuffer>; instance: number; sha256: string }[] = [];
  for (const file of files) added.push({ file, ...(await archive.add(file)) });
  const manifest = parseManifest(archive.manifest(known.study));
  const { frames } = manifest;
  const picture = frames.find(({ instance }) => instance.sopInstanceUID === known.images[2]);
  if (picture === undefined) throw new Error("no picture");

  const objectOf = (sopInstanceUID: string) => {
    const instance = frames.find(
      ({ instance }) => instance.sopInstanceUID === sopInstanceUID,
    )?.instance;
    const source = added.find(({ sha256 }) => sha256 === instance?.hash);
    if (instance === undefined || source === undefined) throw new Error("not in the manifest");
    const object = parseLayerObject(new TextDecoder().decode(archive.layer(source.file)));
    const { rows, cols, bitsAllocated } = instance;
    const typed = (buffer: ArrayBuffer) =>
      bitsAllocated === 16
        ? new Uint16Array(buffer, 0, rows * cols)
        : new Uint32Array(buffer, 0, rows * cols);
    const rasters = new Map<number, Raster>(
      instance.frames.map((_, index) => {
        const { buffer } = archive.frameBytes(source.instance, index, source.file);
        return [index, { rows, cols, values: typed(buffer) }];
      }),
    );
    return { object, instance, rasters };
  };
  const sourceOf = ({ hash }: ManifestInstance) => {
    const source = added.find(({ sha256 }) => sha256 === hash);
    return source ?? fail("not in the study");
  };
  const rasterOf = ({ instance, frameNumber }: ManifestFrame): Raster => {
    const { instance: number, file } = sourceOf(instance);
    const { buffer } = archive.frameBytes(number, frameNumber - 1, file);
    const { rows, cols } = instance;
    return { rows, cols, values: new Uint16Array(buffer, 0, rows * cols) };
  };
  const parser = new DocumentParser(await readerModule());
  const attributesOf = (seriesDescription: string): JsonDataSet => {
    const [state] =
      manifest.series.find((one) => one.seriesDescription === seriesDescription)?.instances ?? [];
    const { file } = sourceOf(state ?? fail("no such series"));
    return dataSetOf(new TextDecoder().decode(parser.read("attributes", file)));
  };
  return { known, manifest, picture, objectOf, rasterOf, attributesOf };
});
function fail(why: string): never {
  throw new Error(why);
}
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}
const floats = (base64: string): Float32Array =>
  new Float32Array(new Uint8Array(Buffer.from(base64, "base64")).buffer);

test("doses are those that numpy interpolates, to the last digit of a float", async () => {
  const { known, picture, objectOf } = await study();
  const { object: dose, instance, rasters } = objectOf(known.dose.instance);
  if (dose.kind !== "DOSE") throw new Error(dose.kind);
  expect(rangeOf(dose, rasters)?.max).toBeCloseTo(known.dose.max, 9);
  const { volume } = new Placement(dose, instance);
  if (volume === null) throw new Error("no volume");
  const values = doseField(dose, volume, picture, rasters);
  const expected = floats(known.dose.values);
  expect(values).toHaveLength(expected.length);
  expect(expected.some(Number.isNaN)).toBe(true);
  values.forEach((value, pixel) => {
    const want = expected[pixel] ?? 0;
    if (Number.isNaN(want)) expect(value).toBeNaN();
    else expect(Math.abs(value - want)).toBeLessThan(1e-5 * want);
  });
});

test("histograms of a dose are those that its file states, over the bins that it states", async () => {
  const { known, objectOf } = await study();
  const { object: dose } = objectOf(known.dose.instance);
  if (dose.kind !== "DOSE") throw new Error(dose.kind);
  expect(dose.histograms.map(({ volumes }) => [...volumes])).toEqual(known.dose.histograms);
  const [first] = dose.histograms;
  expect([...(first?.edges ?? [])]).toEqual(Array.from({ length: 67 }, (_, gray) => gray));
  expect(first?.mean).toBeCloseTo(known.dose.mean, 4);
  expect(first?.regions).toEqual([1]);
  const groups = histogramGroups(dose.histograms);
  expect(
    groups.map(({ type, volumeUnits, histograms }) => [type, volumeUnits, histograms.length]),
  ).toEqual([
    ["CUMULATIVE", "PERCENT", 2],
    ["DIFFERENTIAL", "CM3", 1],
  ]);
  expect(groups[0]).toMatchObject({ highestDose: 66, largestVolume: 100 });
});
test("a histogram is drawn as steps from no dose to the last bin, and down to no volume", () => {
  const steps = {
    edges: Float64Array.of(0, 0, 10, 40),
    volumes: Float64Array.of(8, 8, 2),
  };
  const path = histogramPath(steps as unknown as DoseHistogram, {
    highestDose: 40,
    largestVolume: 8,
  });
  expect(path).toBe("M0 110V0H0V0H50V82.5H200V110"); // 200 wide, 110 high
});

test("blended pictures have the colours that numpy gives them, slice by slice with its own slope", async () => {
  const { known, manifest, picture, attributesOf, rasterOf } = await study();
  const blend = blendOf(blendingOf(attributesOf("Blend of two")));
  if (blend === null) throw new Error("no blend");
  expect(blend.opacity).toBeCloseTo(0.35, 6);
  expect(blend.underlying[0]?.window).toMatchObject({ center: 700, width: 1200 });
  const placed = placeBlend(blend, manifest);
  const plane = planeOf(picture.geometry);
  if (placed === null || plane === null) throw new Error("not placed");
  const needed = neededFrames(placed, plane);
  expect(needed).toHaveLength(2);
  const rasters = new Map(
    needed.map((index): [number, Raster] => {
      const frame = placed.sources[index];
      if (frame === undefined) throw new Error("no frame");
      return [index, modalityRaster(placed, frame, rasterOf(frame))];
    }),
  );
  const colors = blendColors(placed, picture, rasters);
  const expected = Buffer.from(known.blending.rgba, "base64");
  const sure = Buffer.from(known.blending.sure, "base64");
  expect(colors).toHaveLength(expected.length);
  const wrong = [...colors].filter((v, i) => v !== expected[i] && sure[i >> 2] === 1);
  expect(wrong).toEqual([]);
  expect(expected.includes(0) && expected.includes(255)).toBe(true);
});
test("what is not read of a blending state keeps it from being applied", async () => {
  const { attributesOf } = await study();
  const attributes = attributesOf("Blend of two");
  const without = (tag: string) =>
    Object.fromEntries(Object.entries(attributes).filter(([key]) => key !== tag));
  for (const tag of ["00281101", "00281202", "00700403", "00700402"])
    expect(blendOf(blendingOf(without(tag)))).toBeNull();
  const [first, second] = attributes["00700402"]?.Value ?? [];
  const table = { ...(second as JsonDataSet), "00283000": { vr: "SQ", Value: [] } };
  const tabled = { ...attributes, "00700402": { vr: "SQ", Value: [first, table] } };
  expect(blendOf(blendingOf(tabled))).toBeNull();
  expect(blendOf(blendingOf(attributesOf("Advanced blend")))).toBeNull();
  expect(blendingOf(attributesOf("Advanced blend")).inputs.map(({ number }) => number)).toEqual([
    1, 2,
  ]);
});

test("values of a map by table are those of the table, and none where it has none", async () => {
  const { known, picture, objectOf } = await study();
  const { object: map, instance, rasters } = objectOf(known.table.instance);
  if (map.kind !== "PARAMETRIC_MAP") throw new Error(map.kind);
  expect(rangeOf(map, rasters)).toEqual({ min: known.table.min, max: known.table.max });
  const values = mapField(map, new Placement(map, instance).over(picture), picture, rasters);
  expect([...values]).toEqual([...floats(known.table.values)]);
  expect(values.some(Number.isNaN)).toBe(true);
});

const geometry = (
  position: FrameGeometry["position"],
  orientation: FrameGeometry["orientation"],
  spacing: FrameGeometry["spacing"],
): FrameGeometry => ({
  position,
  orientation,
  spacing,
  spacingSource: "PixelSpacing",
  thickness: null,
  between: null,
  location: null,
});

test("a plane is told from its position, orientation and spacing, or there is none", () => {
  const axial = planeOf(geometry([10, 20, 30], [1, 0, 0, 0, 1, 0], [2, 0.5]));
  const turned = planeOf(geometry([11, 26, 30], [0, -1, 0, 1, 0, 0], [1, 1]));
  if (axial === null || turned === null) throw new Error("no plane");
  expect(axial.normal).toEqual([0, 0, 1]);
  // column c, row r of the first is at (10 + c / 2, 20 + 2 r): in the second column 26 - y, row x - 11
  const { col, row } = mappingOf(axial, turned);
  expect(col.map((n) => Math.round(1e9 * n) / 1e9 + 0)).toEqual([6, 0, -2]);
  expect(row.map((n) => Math.round(1e9 * n) / 1e9 + 0)).toEqual([-1, 0.5, 0]);
  for (const [position, orientation, spacing] of [
    [null, [1, 0, 0, 0, 1, 0], [1, 1]],
    [
      [0, 0, 0],
      [1, 0, 0, 1, 0, 0],
      [1, 1],
    ], // not at a right angle
    [
      [0, 0, 0],
      [0, 0, 0, 0, 1, 0],
      [1, 1],
    ], // no direction
    [
      [0, 0, 0],
      [1, 0, 0, 0, 1, 0],
      [0, 1],
    ],
  ] as const)
    expect(planeOf(geometry(position, orientation, spacing))).toBeNull();
});

test("a stack has nothing between planes that are farther apart than its step", () => {
  const frames = [0, 3, 12].map((z, frame) => {
    const plane = planeOf(geometry([0, 0, z], [1, 0, 0, 0, 1, 0], [1, 1]));
    if (plane === null) throw new Error("no plane");
    return { plane, frame };
  });
  const [stack] = PlaneStack.of(frames, null, 1);
  expect(stack?.step).toBe(3);
  expect([-1.6, -1.4, 1.4, 1.6, 4.4, 5, 10.4, 10.6].map((z) => stack?.nearest(z)?.frame)).toEqual([
    undefined,
    0,
    0,
    1,
    1,
    undefined,
    undefined,
    2,
  ]);
});

test("edges of a mask are as long as they can be, and belong to one side", () => {
  // ##.
  // .##
  const bits = Uint8Array.of(0b110011);
  const edges = maskEdges(bits, { rows: 2, cols: 3 });
  const lines = Array.from({ length: edges.length / 4 }, (_, i) => [
    ...edges.slice(4 * i, 4 * i + 4),
  ]);
  expect(lines).toEqual([
    [0, 0, 2, 0],
    [0, 1, 1, 1],
    [2, 1, 3, 1],
    [1, 2, 3, 2],
    [0, 0, 0, 1],
    [1, 1, 1, 2],
    [2, 0, 2, 1],
    [3, 1, 3, 2],
  ]);
});

test("lines of equal value lie where the field has it between pixels' centres", () => {
  const size = { rows: 2, cols: 3 };
  const pieces = (values: number[], level: number): number[] => [
    ...isoLines(Float32Array.from(values), size, level),
  ];
  // 0 4 8 in both rows: 1 is a quarter of the way from the first centre to the second
  expect(pieces([0, 4, 8, 0, 4, 8], 1)).toEqual([0.75, 0.5, 0.75, 1.5]);
  expect(pieces([0, 4, 8, 0, 4, 8], 9)).toEqual([]);
  expect(pieces([NaN, 4, 8, 0, 4, 8], 1)).toEqual([]);
  // a saddle whose mean is above: the corners that are below are cut off
  expect(pieces([4, 0, NaN, 0, 4, NaN], 1)).toEqual([1.25, 0.5, 1.5, 0.75, 0.75, 1.5, 0.5, 1.25]);
});

test("the area of a contour is that of its polygon, in whatever plane it lies", () => {
  const points = Float32Array.of(0, 0, 5, 3, 0, 5, 3, 0, 9, 0, 0, 9); // 3 x 4 mm, upright
  expect(areaOf({ type: "C", image: null, points })).toBeCloseTo(12, 6);
  expect(areaOf({ type: "O", image: null, points })).toBe(0);
});
