import { describe, expect, test } from "vitest";
import type { DisplayPipeline, ManifestFrame } from "../../../web/shared/manifest.ts";
import type { SampleBlock } from "../../../web/shared/messages.ts";
import { withMeasuredWindow } from "../../../web/view/auto_window.ts";
import { defaultWindow, isReadAsPet, rangeWindow } from "../../../web/view/default_window.ts";
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
test("what was measured stays when the values are let go of, and when coarse ones come after them", () => {
  const local = frame({ padding: [-2000, -2000] }, { stream: { min: 0, max: 0 } });
  const model = openSeries("1.2.3", local.instance.series, 0, { width: 100, height: 100 });
  expect(withMeasuredWindow(model, local, null)).toBe(model);
  const coarse = { ...block, rows: 1, cols: 1, values: block.values.slice(0, 2) };
  const preview = withMeasuredWindow(model, local, coarse);
  const whole = withMeasuredWindow(preview, local, block);
  expect(whole.view).toMatchObject({ windowCenter: 43, windowWidth: 96 });
  expect(preview.view).not.toMatchObject({ windowWidth: 96 });
  // the reader comes back to it
  expect(withMeasuredWindow(model, local, null).view).toEqual(whole.view);
  expect(withMeasuredWindow(model, local, coarse).view).toEqual(whole.view);
});

describe("PET", () => {
  const instance = {
    sopClassUID: "1.2.840.10008.5.1.4.1.1.128",
    photometric: "MONOCHROME2",
    suvFactor: 0.0005,
  } as const;
  const size = { width: 100, height: 100 };
  const opened = (one: ManifestFrame) => openSeries("1.2.3", one.instance.series, 0, size).view;

  test("without a window of its own is read from no uptake to SUV 5, much of it black", () => {
    const pet = frame({ rescaleSlope: 0.7 }, { instance, stream: { min: 0, max: 32767 } });
    expect(defaultWindow(pet)).toEqual({
      windowCenter: 5000,
      windowWidth: 10000,
      voiFunction: "LINEAR_EXACT",
      voiLut: null,
    });
    expect(isReadAsPet(pet)).toBe(true);
  });
  test("is seen as the object says, where it says so", () => {
    const windows = [{ center: 50, width: 350, explanation: "" }];
    expect(defaultWindow(frame({ windows }, { instance }))).toMatchObject({ windowWidth: 350 });
    expect(isReadAsPet(frame({ windows }, { instance }))).toBe(false);
    expect(isReadAsPet(frame({}, { instance: { ...instance, photometric: "MONOCHROME1" } }))).toBe(
      false,
    );
    // a screenshot of a PET study
    const capture = { ...instance, sopClassUID: "1.2.840.10008.5.1.4.1.1.7" };
    expect(isReadAsPet(frame({}, { instance: capture }))).toBe(false);
  });
  test("opens inverted, which the reader can undo", () => {
    const own = { windows: [], voiLuts: [] };
    const manifest = buildManifest([{ instance }]);
    const first = manifest.frames[0];
    if (first === undefined) throw new Error("no frame");
    const pet = { ...first, display: { ...first.display, ...own } };
    (first.instance.series.frames as ManifestFrame[]).splice(0, 1, pet);
    expect(opened(pet).inverted).toBe(true);
    expect(opened(frame({ windows: [{ center: 1, width: 2, explanation: "" }] })).inverted).toBe(
      false,
    );
  });
  test("whose SUV nobody knows has one window for all pictures, to the median of their maxima", () => {
    const { sopClassUID, photometric } = instance;
    const unknown = { sopClassUID, photometric };
    const manifest = buildManifest([{ instance: unknown, frames: 3 }]);
    const frames = manifest.frames.map((one, i) => ({
      ...one,
      display: { ...one.display, windows: [] },
      stream: one.stream === null ? null : { ...one.stream, min: 0, max: [90, 1000, 200][i] ?? 0 },
    }));
    const { series } = manifest.frames[0]?.instance ?? {};
    if (series === undefined) throw new Error("no series");
    (series.frames as ManifestFrame[]).splice(0, 3, ...frames);
    for (const one of frames) expect(defaultWindow(one)).toMatchObject({ windowWidth: 201 });
  });
  test("of a file of this computer needs no measuring when its SUV are known", () => {
    const pet = frame({}, { instance, stream: { min: 0, max: 0 } });
    const model = openSeries("1.2.3", pet.instance.series, 0, size);
    expect(withMeasuredWindow(model, pet, block)).toBe(model);
  });
});
test("a segment's frame is white where the segment is, also when it is everywhere", () => {
  const instance = { sopClassUID: "1.2.840.10008.5.1.4.1.1.66.4", bitsStored: 1 };
  const all = frame({}, { instance, stream: { min: 1, max: 1 } });
  expect(defaultWindow(all)).toMatchObject({ windowCenter: 1, windowWidth: 2 });
});
test("values closer than 1 have an exact window, which can be made narrower than 1", () => {
  const fine = frame({ rescaleSlope: 2 ** -20 }, { stream: { min: 0, max: 2 ** 15 } });
  expect(defaultWindow(fine)).toMatchObject({
    windowCenter: 2 ** -6,
    windowWidth: 2 ** -5,
    voiFunction: "LINEAR_EXACT",
  });
});
