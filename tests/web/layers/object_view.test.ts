import { describe, expect, test } from "vitest";
import { parseLayerObject, type LayerObject } from "../../../web/layers/layer_object.ts";
import { refusalOf } from "../../../web/layers/object_refusal.ts";
import { ObjectView } from "../../../web/layers/object_view.ts";
import type { ManifestFrame } from "../../../web/shared/manifest.ts";
import { buildManifest } from "../manifest_builder.ts";

const SPACE = "1.2.77";

function pictures(frameOfReferenceUID: string): ManifestFrame[] {
  return buildManifest([{ rows: 4, cols: 4 }]).frames.map((frame) => {
    const { instance } = frame;
    const series = { ...instance.series, frameOfReferenceUID };
    return { ...frame, instance: { ...instance, series } };
  });
}
function read(more: Record<string, unknown>): LayerObject {
  return parseLayerObject(JSON.stringify({ format: "sightline.layer.v1", ...more }));
}
function viewOf(more: Record<string, unknown>, palette: unknown = null): ObjectView {
  const [picture] = pictures(SPACE);
  if (picture === undefined) throw new Error("no picture");
  const instance = { ...picture.instance, palette } as typeof picture.instance;
  return new ObjectView(read(more), instance, () => undefined);
}
const set = (space: string, images: readonly string[], count = 1): Record<string, unknown> => ({
  kind: "STRUCTURE_SET",
  images,
  regions: [
    {
      number: 1,
      frameOfReferenceUID: space,
      ...(count === 0
        ? {}
        : { contours: { types: "P", counts: [1], images: [null], points: "AAAAAAAAAAAAAAAA" } }),
    },
  ],
});

describe("an object that lies over no picture", () => {
  test.each([
    ["no contours", set(SPACE, [], 0), "empty"],
    ["pictures in its space, elsewhere", set(SPACE, []), "beside"],
    ["images that are not here", set("", ["1.2.9"]), "elsewhere"],
    ["another space", set("1.2.78", []), "elsewhere"],
    ["nothing that says where", set("", []), "unplaced"],
  ])("has %s", (_, object, refusal) => {
    expect(refusalOf(viewOf(object), pictures(SPACE))).toBe(refusal);
  });
});

describe("segments", () => {
  const segments = [{ number: 2, label: "Two" }];
  test("of a label map have the colours of its palette, unless they have their own", () => {
    const table = (...entries: number[]) => ({ first: 1, bits: 16, entries, explanation: "" });
    const palette = [table(0, 65535, 0), table(0, 32896, 0), table(0, 0, 0)];
    const map = { kind: "SEGMENTATION", segmentationType: "LABELMAP", segments };
    expect(viewOf(map, palette).regions[0]?.rgb).toEqual([255, 128, 0]);
    const own = { ...map, segments: [{ ...segments[0], lab: [65535, 32896, 32896] }] };
    const white = viewOf(own, palette).regions[0]?.rgb ?? [];
    expect(Math.min(...white)).toBeGreaterThan(250);
  });
  test("that are alone have the frames that do not say whose they are", () => {
    const frames = [{}, { segment: 7 }];
    const one = read({ kind: "SEGMENTATION", segmentationType: "BINARY", segments, frames });
    expect(one.frames.map(({ segment }) => segment)).toEqual([2, 7]);
    const two = [...segments, { number: 3, label: "Three" }];
    const several = read({
      kind: "SEGMENTATION",
      segmentationType: "BINARY",
      segments: two,
      frames,
    });
    expect(several.frames.map(({ segment }) => segment)).toEqual([null, 7]);
    const map = read({ kind: "SEGMENTATION", segmentationType: "LABELMAP", segments, frames });
    expect(map.frames.map(({ segment }) => segment)).toEqual([null, 7]);
  });
});
