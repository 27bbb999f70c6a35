// The rules of docs/layers.md by which frames of an object lie over pictures.
import { expect, test } from "vitest";
import type { DoseGrid, FrameNote, Segmentation } from "../../../web/layers/layer_object.ts";
import { Placement, type Placed } from "../../../web/layers/placement.ts";
import type {
  FrameGeometry,
  ManifestFrame,
  ManifestInstance,
} from "../../../web/shared/manifest.ts";

interface Where {
  readonly z: number | null;
  readonly thickness?: number;
  readonly between?: number;
  /** 90 degrees about the first axis */
  readonly isUpright?: boolean;
}
const SPACE = "1.2.3";

function geometryOf({ z, thickness, between, isUpright }: Where): FrameGeometry {
  return {
    position: z === null ? null : isUpright === true ? [0, z, 0] : [0, 0, z],
    orientation: isUpright === true ? [1, 0, 0, 0, 0, 1] : [1, 0, 0, 0, 1, 0],
    spacing: [1, 1],
    spacingSource: "PixelSpacing",
    thickness: thickness ?? null,
    between: between ?? null,
    location: null,
  };
}
/** One series; each instance has frames at these places. */
function series(name: string, instances: readonly (readonly Where[])[], space = SPACE, size = 4) {
  const made = { seriesInstanceUID: name, frameOfReferenceUID: space, instances: [], frames: [] };
  const list = instances.map((places, index) => {
    const instance = {
      series: made,
      sopInstanceUID: `${name}.${String(index + 1)}`,
      hash: `${name}.${String(index + 1)}`,
      rows: size,
      cols: size,
      frames: [] as ManifestFrame[],
    };
    places.forEach((where, frame) => {
      const geometry = geometryOf(where);
      const one = { frameNumber: frame + 1, geometry, instance };
      instance.frames.push(one as unknown as ManifestFrame);
    });
    return instance as unknown as ManifestInstance;
  });
  (made.instances as ManifestInstance[]).push(...list);
  return list;
}
function notes(...frames: readonly (readonly [number, ...(readonly [string, ...number[]])[]])[]) {
  return frames.map(([segment, ...images]): FrameNote => ({
    segment,
    mapping: null,
    images: images.map(([image, ...of]) => ({ image, frames: of })),
  }));
}
const segmentation = (frames: readonly FrameNote[], frameOfReferenceUID = SPACE): Segmentation => ({
  kind: "SEGMENTATION",
  sopInstanceUID: "s",
  frameOfReferenceUID,
  label: "",
  description: "",
  date: "",
  creator: "",
  images: new Set(),
  frames,
  segmentationType: "BINARY",
  maximumFractionalValue: 255,
  segments: [],
});
function fail(): never {
  throw new Error("not there");
}
function place(frames: readonly FrameNote[], places: readonly Where[], space = SPACE, size = 4) {
  const [instance] = series("s", [places], space, size);
  if (instance === undefined) throw new Error("no instance");
  return new Placement(segmentation(frames, space), instance);
}
const framesOf = (placed: readonly Placed[]): (number | readonly number[])[] =>
  placed.map(({ sampling }) => (sampling.kind === "plane" ? sampling.frame : sampling.frames));
function picture(instances: readonly ManifestInstance[], index: number, frame = 1): ManifestFrame {
  const found = instances[index]?.frames[frame - 1];
  if (found === undefined) throw new Error("no picture");
  return found;
}

test("a frame that names one image lies over it, whatever their distance, and over no other of its series", () => {
  const images = series("i", [[{ z: 0 }], [{ z: 2 }], [{ z: 4 }]]);
  const placement = place(notes([1, ["i.1"]], [2, ["i.1"]], [1, ["i.3"]]), [
    { z: 0.9, between: 8 },
    { z: 0.9, between: 8 },
    { z: 4, between: 8 },
  ]);
  expect(framesOf(placement.over(picture(images, 0)))).toEqual([0, 1]);
  expect(framesOf(placement.over(picture(images, 1)))).toEqual([]);
  expect(framesOf(placement.over(picture(images, 2)))).toEqual([2]);
  expect(
    placement.pictureOf(
      2,
      images.flatMap(({ frames }) => frames),
    ),
  ).toBe(picture(images, 2));
});
test("the frame number of the image counts", () => {
  const images = series("i", [[{ z: 0 }, { z: 1 }]]);
  const placement = place(notes([1, ["i.1", 2]]), [{ z: 1 }]);
  expect(framesOf(placement.over(picture(images, 0, 1)))).toEqual([]);
  expect(framesOf(placement.over(picture(images, 0, 2)))).toEqual([0]);
});
test("of an image of many frames that is named as a whole the position tells which", () => {
  const images = series("i", [[{ z: 0 }, { z: 2 }]]);
  const placement = place(notes([1, ["i.1"]], [1, ["i.1"]]), [{ z: 2 }, { z: 4 }]);
  expect(framesOf(placement.over(picture(images, 0, 1)))).toEqual([]);
  expect(framesOf(placement.over(picture(images, 0, 2)))).toEqual([0]);
});
test("pictures of other series in the same space have the nearest plane within half a step, segment by segment", () => {
  const others = series("o", [[{ z: 0.9 }], [{ z: 1.1 }], [{ z: 3.2 }], [{ z: 7.9 }]]);
  const placement = place(notes([1, ["i.1"]], [1, ["i.2"]], [2, ["i.4"]]), [
    { z: 0 },
    { z: 2 },
    { z: 6 },
  ]);
  const over = others.map((_, index) => framesOf(placement.over(picture(others, index))));
  // planes 2 mm apart: the second segment has but one, and reaches no farther
  expect(over).toEqual([[0], [1], [], []]);
  const elsewhere = series("e", [[{ z: 0 }]], "1.2.4");
  expect(framesOf(placement.over(picture(elsewhere, 0)))).toEqual([]);
});
test("frames that name several images lie by position; without one, over each that is as large", () => {
  const images = series("i", [[{ z: 0 }], [{ z: 2 }]]);
  const both = notes([1, ["i.1"], ["i.2"]]);
  const byPosition = place(both, [{ z: 2, thickness: 1 }]);
  expect(framesOf(byPosition.over(picture(images, 0)))).toEqual([]);
  expect(framesOf(byPosition.over(picture(images, 1)))).toEqual([0]);
  const flat = series("i", [[{ z: null }], [{ z: null }]], "");
  expect(framesOf(place(both, [{ z: null }], "").over(picture(flat, 1)))).toEqual([0]);
  expect(framesOf(place(both, [{ z: null }], "", 5).over(picture(flat, 1)))).toEqual([]);
});
test.each([
  ["ascending", [0, 2, 4]],
  ["descending", [4, 2, 0]],
  ["any", [2, 4, 0]],
])("frames in %s order lie where they are", (_, places) => {
  const images = series("i", [[{ z: 0 }], [{ z: 2 }], [{ z: 4 }], [{ z: 6 }], [{ z: -2 }]]);
  const placement = place(
    notes([1], [1], [1]),
    places.map((z) => ({ z })),
  );
  const over = images.map(({ frames: [at] }) => framesOf(placement.over(at ?? fail())));
  expect(over).toEqual([[places.indexOf(0)], [places.indexOf(2)], [places.indexOf(4)], [], []]);
});
test("a picture that cuts through takes all planes that it meets", () => {
  const cut = series("c", [[{ z: 1, isUpright: true }]]);
  const placement = place(notes([1], [1], [1], [1]), [{ z: 0 }, { z: 2 }, { z: 4 }, { z: 9 }]);
  const [placed] = placement.over(picture(cut, 0));
  expect(placed?.sampling).toMatchObject({ kind: "volume", frames: [0, 1, 2] });
});
/** PS3.3 C.8.8.3.2: from the first plane along the normal, or, when they begin with its position, z in the patient. */
test.each([
  [
    [1, 0, 0, 0, 1, 0],
    [0, 2, 4],
    [10, 12, 14],
  ],
  [
    [1, 0, 0, 0, 1, 0],
    [0, -2, -4],
    [10, 8, 6],
  ],
  [
    [1, 0, 0, 0, 1, 0],
    [10, 12, 14],
    [10, 12, 14],
  ],
  [
    [1, 0, 0, 0, -1, 0],
    [0, 2, 4],
    [10, 8, 6],
  ],
  [
    [1, 0, 0, 0, -1, 0],
    [10, 12, 14],
    [10, 12, 14],
  ],
])("planes of a dose turned %j with offsets %j", (orientation, offsets, places) => {
  const [dose] = series("d", [[{ z: 10 }, { z: null }, { z: null }]]);
  if (dose === undefined) throw new Error("no dose");
  const [first] = dose.frames;
  Object.assign(first ?? {}, { geometry: { ...first?.geometry, orientation } });
  const head = segmentation([]);
  const placement = new Placement(
    {
      ...{ ...head, kind: "DOSE", units: "GY", type: "", summation: "", scaling: 1 },
      ...{ offsets, histograms: [], leftOut: 0, structureSet: "" },
    } as DoseGrid,
    dose,
  );
  const found = placement.volume?.planes.map(({ frame, plane }) => [frame, plane.origin[2]]);
  expect(found?.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))).toEqual(
    places.map((z, frame) => [frame, z]),
  );
});
