import { expect, test } from "vitest";
import type { DisplayPipeline, ManifestFrame } from "../../../web/shared/manifest.ts";
import type { SampleBlock } from "../../../web/shared/messages.ts";
import { withMeasuredWindow } from "../../../web/view/auto_window.ts";
import { defaultWindow, rangeWindow } from "../../../web/view/default_window.ts";
import { openSeries } from "../../../web/view/view_state.ts";
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
test("real numbers have an exact window over their range", () => {
  const map = frame(
    {},
    { instance: { bitsStored: 0, bitsAllocated: 32 }, stream: { min: 0, max: 0 } },
  );
  expect(rangeWindow(map, -0.25, 0.75)).toEqual({
    windowCenter: 0.25,
    windowWidth: 1,
    voiFunction: "LINEAR_EXACT",
    voiLut: null,
  });
  expect(rangeWindow(map, 3, 3).windowWidth).toBe(1);
});
test("where nobody says which values there are, the decoded ones do", () => {
  const block: SampleBlock = {
    rows: 1,
    cols: 4,
    samples: 1,
    bitsAllocated: 16,
    signed: true,
    isRgb: false,
    isFloat: false,
    missing: null,
    values: new Uint8Array(Int16Array.of(-5, 10, 90, -2000).buffer),
  };
  const local = frame({ padding: [-2000, -2000] }, { stream: { min: 0, max: 0 } });
  const model = openSeries("1.2.3", local.instance.series, 0, { width: 100, height: 100 });
  const measured = withMeasuredWindow(model, local, block);
  expect(measured.view).toMatchObject({ windowCenter: 43, windowWidth: 96 });
  expect(withMeasuredWindow(measured, local, block)).toBe(measured);
  const chosen = { ...model, isWindowChosen: true };
  expect(withMeasuredWindow(chosen, local, block)).toBe(chosen);
  const told = frame({}, { stream: { min: 1, max: 2 } });
  expect(withMeasuredWindow(model, told, block)).toBe(model);
});
