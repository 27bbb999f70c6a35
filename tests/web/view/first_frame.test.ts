import { expect, test } from "vitest";
import type { FrameGeometry, ManifestFrame, ManifestSeries } from "../../../web/shared/manifest.ts";
import { firstIndexOf } from "../../../web/view/first_frame.ts";
import { buildManifest } from "../manifest_builder.ts";

const AXIAL = [1, 0, 0, 0, 1, 0] as const;
const CORONAL = [1, 0, 0, 0, 0, -1] as const;
type Orientation = FrameGeometry["orientation"];

/** A series of one object with frames at these z, or nowhere. */
function seriesOf(
  places: readonly (number | null)[],
  orientationOf: (n: number) => Orientation = () => AXIAL,
): ManifestSeries {
  const stated = buildManifest([{ sortedBy: "instanceNumber" }]).series[0]!;
  const first = stated.frames[0]!;
  const frames: ManifestFrame[] = [];
  const instance = { ...first.instance, frames };
  for (const [n, z] of places.entries()) {
    const position = z === null ? null : ([5, 6, z] as const);
    const geometry = { ...first.geometry, position, orientation: orientationOf(n) };
    frames.push({ ...first, frameNumber: n + 1, instance, geometry });
  }
  return { ...stated, instances: [instance], frames };
}

test("a multi-frame volume opens in the middle, as a stack of single images does", () => {
  expect(firstIndexOf(buildManifest([{ frames: 5 }]).series[0]!)).toBe(2);
  expect(firstIndexOf(seriesOf([0, 2, 4, 6, 8]))).toBe(2);
  expect(firstIndexOf(seriesOf([8, 4, 6, 0]))).toBe(2); // in any order
  const two = seriesOf([0, 2, 4, 6]);
  expect(firstIndexOf({ ...two, frames: [...two.frames, ...seriesOf([0, 2]).frames] })).toBe(2);
});

test("what is no volume opens with its first frame", () => {
  expect(firstIndexOf(seriesOf([null, null, null]))).toBe(0); // cine
  expect(firstIndexOf(seriesOf([0, 2, null]))).toBe(0);
  expect(firstIndexOf(seriesOf([0, 2, 0, 2]))).toBe(0); // times, or segments
  expect(firstIndexOf(seriesOf([0, 2], (n) => (n === 0 ? AXIAL : CORONAL)))).toBe(0);
  expect(firstIndexOf(seriesOf([0, 2], () => null))).toBe(0);
  expect(firstIndexOf(seriesOf([3]))).toBe(0);
  expect(firstIndexOf(seriesOf([]))).toBe(0);
});
