import { describe, expect, test } from "vitest";
import type { Manifest, ManifestInstance } from "../../../web/shared/manifest.ts";
import {
  checkedRequest,
  findRequested,
  targetOf,
  targetOfSeries,
} from "../../../web/view/open_target.ts";
import { buildManifest } from "../manifest_builder.ts";

const pictures = buildManifest([
  { uid: "1.2.3.1", frames: 5 },
  { uid: "1.2.3.2", frames: 2, sortedBy: "instanceNumber" },
]);
/** a third series with two objects without pictures */
function withObjects(): Manifest {
  const [first] = pictures.series;
  const instances: ManifestInstance[] = [];
  const series = { ...first!, seriesInstanceUID: "1.2.3.3", frames: [], instances };
  for (const sopInstanceUID of ["1.2.3.3.1", "1.2.3.3.2"])
    instances.push({ ...first!.instances[0]!, series, sopInstanceUID, frames: [] });
  return { ...pictures, series: [...pictures.series, series] };
}
const manifest = withObjects();
const study = manifest.study.studyInstanceUID;

describe("what a request leads to", () => {
  test("the middle of a volume, the beginning of what is no volume", () => {
    expect(targetOf(manifest, { study, series: "1.2.3.1" })).toMatchObject({
      index: 2,
      object: null,
    });
    expect(targetOf(manifest, { study, series: "1.2.3.2" })).toMatchObject({
      index: 0,
      object: null,
    });
  });
  test("an object without pictures, by its series or by itself", () => {
    const first = targetOf(manifest, { study, series: "1.2.3.3" });
    expect(first?.object?.sopInstanceUID).toBe("1.2.3.3.1");
    const second = targetOf(manifest, { study, instance: "1.2.3.3.2" });
    expect([second?.series.seriesInstanceUID, second?.object?.sopInstanceUID]).toEqual([
      "1.2.3.3",
      "1.2.3.3.2",
    ]);
    expect(targetOf(manifest, { study, series: "1.2.3.1", instance: "1.2.3.3.2" })).toBeNull();
  });
  test("a picture by its instance", () => {
    const frame = manifest.frames[3]!;
    const { sopInstanceUID } = frame.instance;
    expect(
      targetOf(manifest, { study, instance: sopInstanceUID, frame: frame.frameNumber }),
    ).toMatchObject({ index: 3, object: null });
    expect(targetOf(manifest, { study, instance: sopInstanceUID, frame: 99 })).toBeNull();
  });
  test("nothing is named", () => {
    expect(findRequested(manifest, { study })).toBeNull();
  });
  test("what is named must be there", () => {
    expect(() => findRequested(manifest, { study, series: "1.9" })).toThrow("no such series");
    expect(() => findRequested(manifest, { study, instance: "1.9" })).toThrow("no such picture");
  });
  test("a series of objects has no middle", () => {
    expect(targetOfSeries(manifest.series[2]!)).toMatchObject({ index: 0 });
  });
  test("UIDs and frames are checked", () => {
    expect(() => checkedRequest({ study: "no uid!" })).toThrow("study must be a UID");
    expect(() => checkedRequest({ study, frame: 0 })).toThrow("frame counts from 1");
  });
});
