import { expect, test } from "vitest";
import type { ManifestFrame, ManifestSeries } from "../../../web/shared/manifest.ts";
import { firstIndexOf } from "../../../web/view/first_frame.ts";
import { buildManifest } from "../manifest_builder.ts";

/** A series in order of instance numbers, whose first object has these many frames. */
function seriesOf(count: number, isVolume: boolean): ManifestSeries {
  const stated = buildManifest([{ sortedBy: "instanceNumber", frames: 2 }]).series[0]!;
  const [first, second] = stated.frames as [ManifestFrame, ManifestFrame];
  const own: ManifestFrame[] = [];
  const instance = { ...first.instance, isVolume, frames: own };
  for (let n = 0; n < count; n++) own.push({ ...first, frameNumber: n + 1, instance });
  return { ...stated, instances: [instance, second.instance], frames: [...own, second] };
}

test("a volume opens in the middle, as a stack of single images does", () => {
  expect(firstIndexOf(buildManifest([{ frames: 5 }]).series[0]!)).toBe(2);
  expect(firstIndexOf(seriesOf(5, true))).toBe(2);
  expect(firstIndexOf(seriesOf(4, true))).toBe(2);
});

test("what is no volume opens with its first frame", () => {
  expect(firstIndexOf(seriesOf(5, false))).toBe(0);
  expect(firstIndexOf({ ...seriesOf(0, false), frames: [] })).toBe(0);
});
