import { expect, test } from "vitest";
import type { DisplayPipeline, ManifestFrame } from "../../../web/shared/manifest.ts";
import { defaultWindow } from "../../../web/view/default_window.ts";
import { buildManifest, type SeriesOptions } from "../manifest_builder.ts";

const lut = (entries: number[]) => ({
  first: 0,
  bits: 16,
  entries: Uint16Array.from(entries),
  explanation: "",
});

function frame(display: Partial<DisplayPipeline>, options: SeriesOptions = {}): ManifestFrame {
  const first = buildManifest([options]).frames[0];
  if (first === undefined) throw new Error("no frame");
  return { ...first, display: { ...first.display, windows: [], ...display } };
}

test("the object's first window comes first", () => {
  const windows = [
    { center: 50, width: 350, explanation: "" },
    { center: -600, width: 1500, explanation: "" },
  ];
  expect(defaultWindow(frame({ windows, voiLuts: [lut([1])], voiFunction: "SIGMOID" }))).toEqual({
    windowCenter: 50,
    windowWidth: 350,
    voiFunction: "SIGMOID",
    voiLut: null,
  });
});
test("then its first VOI LUT", () => {
  expect(defaultWindow(frame({ voiLuts: [lut([1])] }))).toEqual({
    windowCenter: null,
    windowWidth: null,
    voiFunction: "LINEAR",
    voiLut: 0,
  });
});
test("then the range of its values in modality units", () => {
  const ct = frame({ rescaleIntercept: -1024 }, { stream: { min: 0, max: 4095 } });
  expect(defaultWindow(ct)).toEqual({
    windowCenter: (-1024 + 3071 + 1) / 2,
    windowWidth: 4096,
    voiFunction: "LINEAR",
    voiLut: null,
  });
});
test("a negative slope turns the range round", () => {
  expect(
    defaultWindow(frame({ rescaleSlope: -2 }, { stream: { min: 10, max: 20 } })),
  ).toMatchObject({ windowCenter: -29.5, windowWidth: 21 });
});
test("through a Modality LUT", () => {
  expect(
    defaultWindow(frame({ modalityLut: lut([5, 900, 100]) }, { stream: { min: 0, max: 2 } })),
  ).toMatchObject({ windowCenter: 453, windowWidth: 896 });
});
test("one value is a window of width 1", () => {
  expect(defaultWindow(frame({}, { stream: { min: 7, max: 7 } }))).toMatchObject({
    windowCenter: 7.5,
    windowWidth: 1,
  });
});
test.each([
  { samples: 3, photometric: "RGB" },
  { samples: 1, photometric: "PALETTE COLOR" },
] as const)("$photometric has none", (instance) => {
  expect(defaultWindow(frame({}, { instance }))).toMatchObject({
    windowCenter: null,
    windowWidth: null,
    voiLut: null,
  });
});
