import { expect, it } from "vitest";
import type { DisplayPipeline, ManifestFrame } from "../../../web/shared/manifest.ts";
import { formatPixelValue, modalityValue } from "../../../web/tools/pixel_value.ts";
import {
  CT_PRESETS,
  formatWindow,
  matchingPreset,
  presetsFor,
} from "../../../web/tools/presets.ts";
import { openSeries } from "../../../web/view/view_state.ts";
import { buildManifest, type SeriesOptions } from "../manifest_builder.ts";

function frameWith(
  display: Partial<DisplayPipeline>,
  options: SeriesOptions = {},
  modality = "CT",
): ManifestFrame {
  const built = buildManifest([options]).frames[0]!;
  const series = { ...built.instance.series, modality };
  return {
    ...built,
    instance: { ...built.instance, series },
    display: { ...built.display, ...display },
  };
}
const lut = { first: -10, bits: 12, entries: Uint16Array.from([5, 6, 7]), explanation: "film" };

it("offers the picture's own windows first, then curves, auto and the table", () => {
  const frame = frameWith({
    windows: [
      { center: 35, width: 100, explanation: "HEAD" },
      { center: 500, width: 2500, explanation: "" },
    ],
    voiLuts: [lut],
  });
  const presets = presetsFor(frame);
  expect(presets.slice(0, 4).map((preset) => preset.kind)).toEqual([
    "dicom",
    "dicom",
    "voiLut",
    "auto",
  ]);
  expect(presets.map((preset) => preset.label).slice(0, 3)).toEqual([
    "HEAD",
    "As acquired 2",
    "film",
  ]);
  expect(presets.slice(4)).toHaveLength(CT_PRESETS.length);
  expect(presets.find((preset) => preset.key === "2")?.change).toMatchObject({
    windowWidth: 1500,
    windowCenter: -600,
  });
  expect(presets.find((preset) => preset.key === "0")?.kind).toBe("auto");
});
it("gives the digits to the picture's own windows where Hounsfield means nothing", () => {
  const frame = frameWith({ windows: [{ center: 300, width: 600, explanation: "" }] }, {}, "MR");
  expect(presetsFor(frame).map((preset) => [preset.key, preset.kind])).toEqual([
    ["1", "dicom"],
    ["0", "auto"],
  ]);
  const dual = frameWith({ rescaleType: "MGML", windows: [] });
  expect(presetsFor(dual).map((preset) => preset.kind)).toEqual(["auto"]);
});
it("offers no window for colour", () => {
  expect(presetsFor(frameWith({}, { instance: { samples: 3, photometric: "RGB" } }))).toEqual([]);
  expect(presetsFor(frameWith({}, { instance: { photometric: "PALETTE COLOR" } }))).toEqual([]);
});
it("recognises what is set", () => {
  const frame = frameWith({
    windows: [{ center: 35, width: 100, explanation: "" }],
    voiLuts: [lut],
  });
  const presets = presetsFor(frame);
  const base = openSeries("1.2.3", frame.instance.series, 0, { width: 100, height: 100 }).view;
  const state = {
    ...base,
    windowCenter: 40,
    windowWidth: 80,
    voiFunction: "LINEAR" as const,
    voiLut: null,
  };
  expect(matchingPreset(state, presets)?.id).toBe("brain");
  expect(matchingPreset({ ...state, windowWidth: 81 }, presets)).toBeNull();
  expect(matchingPreset({ ...state, voiFunction: "SIGMOID" }, presets)).toBeNull();
  expect(matchingPreset({ ...state, voiLut: 0 }, presets)?.kind).toBe("voiLut");
});
it("writes windows with the digits that matter", () => {
  expect(formatWindow(400, 40)).toBe("400 / 40");
  expect(formatWindow(1500, -600)).toBe("1500 / \u2212600");
  expect(formatWindow(10.25, 5.125)).toBe("10.3 / 5.1");
  expect(formatWindow(0.003, -0.00001)).toBe("0.0030 / 0.0000");
});
it("computes modality values as PS3.3 C.11.1", () => {
  const { display } = frameWith({ rescaleSlope: 2, rescaleIntercept: -1024 });
  expect(modalityValue(display, 100)).toBe(-824);
  const byLut = { ...display, modalityLut: lut };
  expect([-20, -10, -9, -8, 50].map((stored) => modalityValue(byLut, stored))).toEqual([
    5, 5, 6, 7, 7,
  ]);
});
it("writes pixel values with their unit, and none that is not stated", () => {
  expect(formatPixelValue(frameWith({ rescaleIntercept: -1024 }), 712)).toBe("\u2212312 HU");
  expect(formatPixelValue(frameWith({ rescaleType: "US" }, {}, "MR"), 712)).toBe("712");
  expect(formatPixelValue(frameWith({ rescaleType: "OD" }, {}, "CR"), 3)).toBe("3 OD");
  expect(formatPixelValue(frameWith({ rescaleSlope: 0.001 }, {}, "PT"), 1234)).toBe("1.234");
  const broken = { isSlopeZero: true, rescaleIntercept: -1024, rescaleType: "" };
  expect(formatPixelValue(frameWith(broken), 712)).toBe("712 (stored)"); // of a CT
  expect(presetsFor(frameWith(broken)).map(({ id }) => id)).not.toContain("ct-1");
  expect(
    formatPixelValue(frameWith({}, { instance: { samples: 3, photometric: "RGB" } }), [1, 20, 255]),
  ).toBe("R 1  G 20  B 255");
});
it("what stored values mean stands behind them, within its range and unless it says the same again", () => {
  const map = { range: [0, 4095] as const, slope: 0.5, intercept: 10, label: "ADC", unit: "um2/s" };
  const mr = (...realWorld: (typeof map)[]) => frameWith({ realWorld }, {}, "MR");
  expect(formatPixelValue(mr(map), 100)).toBe("100  ADC 60 um2/s");
  expect(formatPixelValue(mr(map, { ...map, label: "", slope: 1e-3 }), 100)).toBe(
    "100  ADC 60 um2/s  10.1 um2/s",
  );
  expect(formatPixelValue(mr(map), 4096)).toBe("4096");
  const same = { ...map, slope: 1, intercept: 0, unit: "1" };
  expect(formatPixelValue(mr(same), 100)).toBe("100");
  expect(formatPixelValue(mr({ ...same, unit: "ms" }), 100)).toBe("100  ADC 100 ms");
  const ct = frameWith({
    rescaleIntercept: -1024,
    realWorld: [{ ...same, intercept: -1024, unit: "[hnsf'U]" }],
  });
  expect(formatPixelValue(ct, 1064)).toBe("40 HU");
});

it("offers PET windows from 0 in SUV, the one it opens with first, and says values in both units", () => {
  const instance = { sopClassUID: "1.2.840.10008.5.1.4.1.1.128", suvFactor: 0.0005 };
  const pet = frameWith({ windows: [], rescaleSlope: 0.5 }, { instance }, "PT");
  const presets = presetsFor(pet);
  expect(presets.map(({ label, key }) => `${key} ${label}`)).toEqual([
    "0 Auto (full range)",
    "1 SUV 0–5",
    "2 SUV 0–3",
    "3 SUV 0–7",
    "4 SUV 0–10",
    "5 SUV 0–15",
    "6 SUV 0–20",
  ]);
  expect(presets[1]?.change).toMatchObject({ windowCenter: 5000, windowWidth: 10000 });
  expect(formatPixelValue(pet, 8760)).toBe("4380 Bq/ml  SUVbw 2.19");
  const counts = frameWith({ rescaleType: "CNTS" }, { instance }, "PT"); // Philips
  expect(formatPixelValue(counts, 4380)).toBe("4380 counts  SUVbw 2.19");
  const suv = frameWith({}, { instance: { ...instance, suvFactor: 1 } }, "PT");
  expect(formatPixelValue(suv, 3)).toBe("SUVbw 3.00");
});
