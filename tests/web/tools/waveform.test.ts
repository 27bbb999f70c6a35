import { expect, test } from "vitest";
import type { WaveformGroup } from "../../../web/shared/document.ts";
import {
  EDGE_MM,
  layOut,
  layoutsOf,
  MARGIN_MM,
  measure,
} from "../../../web/tools/waveform_layout.ts";
import { leadName, tracesOf, TWELVE_LEADS, type Trace } from "../../../web/tools/waveform_trace.ts";

const mV = { value: "mV", scheme: "UCUM" };
function group(more: Partial<WaveformGroup>): WaveformGroup {
  return { channelCount: 1, samples: 3, bitsAllocated: 16, channels: [{}], ...more };
}
const words = (...values: number[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(new Int32Array(values).buffer);

test("samples of 32 and 64 bits are read with and without sign", () => {
  const bytes = (view: ArrayBufferView<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
    new Uint8Array(view.buffer);
  const values = (
    bitsAllocated: number,
    interpretation: string,
    samples: ArrayBufferView<ArrayBuffer>,
  ) => [
    ...(tracesOf(group({ bitsAllocated, interpretation, padding: -1 }), bytes(samples))[0]
      ?.values ?? []),
  ];
  expect(values(32, "UL", Uint32Array.of(1, 2 ** 31, 3))).toEqual([1, 2 ** 31, 3]);
  expect(values(32, "SL", Int32Array.of(1, -(2 ** 31), -1))).toEqual([1, -(2 ** 31), NaN]);
  expect(values(64, "SV", BigInt64Array.of(1n, -(2n ** 40n), -1n))).toEqual([1, -(2 ** 40), NaN]);
  expect(values(64, "UV", BigUint64Array.of(1n, 2n ** 63n, 3n))).toEqual([1, 2 ** 63, 3]);
});
test("a value is stored x sensitivity x correction + baseline; padding is a gap", () => {
  const [trace] = tracesOf(
    group({ padding: -1, channels: [{ sensitivity: 2, correction: 0.5, baseline: 10, unit: mV }] }),
    words(1, -1, 3),
  );
  expect(Array.from(trace!.values)).toEqual([11, NaN, 13]);
  expect([trace!.min, trace!.max, trace!.unit, trace!.perMv]).toEqual([11, 13, "mV", 1]);
});
test("words of UL are unsigned, microvolts are thousandths", () => {
  const [trace] = tracesOf(
    group({
      samples: 1,
      interpretation: "UL",
      channels: [{ sensitivity: 1, unit: { value: "uV" } }],
    }),
    words(-1),
  );
  expect(trace!.values[0]).toBe(Math.fround(4294967295));
  expect(trace!.perMv).toBe(1e-3);
});
test("without a sensitivity there is no unit", () => {
  expect(tracesOf(group({}), words(1, 2, 3))[0]).toMatchObject({ unit: "", perMv: null });
});
test.each([
  [{ source: { meaning: "Lead I (Einthoven)" } }, "I"],
  [{ source: { meaning: "Lead aVR" } }, "aVR"],
  [{ label: "LEAD_AVF" }, "aVF"],
  [{ label: "v3" }, "V3"],
  [{ label: "IV" }, null],
  [{ label: "Invasive blood pressure" }, null],
])("%o is lead %s", (channel, lead) => {
  expect(leadName(channel)).toBe(lead);
});

const twelve: Trace[] = TWELVE_LEADS.map((label) => ({
  label,
  unit: "mV",
  perMv: 1,
  values: new Float32Array(1000),
  min: -1,
  max: 1,
}));

test("twelve leads: three rows of four with a rhythm strip, 2.5 s each of 10 s", () => {
  expect(layoutsOf(twelve)).toEqual(["3x4", "6x2", "12x1"]);
  const { segments, width, height, rowHeight } = layOut(twelve, 100, {
    layout: "3x4",
    speed: 25,
    gain: 10,
  });
  expect(segments.map(({ trace }) => trace.label)).toEqual([
    ...["I", "aVR", "V1", "V4", "II", "aVL", "V2", "V5", "III", "aVF", "V3", "V6", "II"],
  ]);
  expect(segments[1]).toMatchObject({ begin: 2.5, end: 5, x: MARGIN_MM + 62.5, gain: 10 });
  expect(segments[12]).toMatchObject({ begin: 0, end: 10, x: MARGIN_MM });
  expect([width, height]).toEqual([MARGIN_MM + 250, 4 * rowHeight + 2 * EDGE_MM]);
});
test("six rows of two, twelve of one", () => {
  const labels = (layout: "6x2" | "12x1"): string[] =>
    layOut(twelve, 100, { layout, speed: 25, gain: 10 }).segments.map(({ trace }) => trace.label);
  expect(labels("6x2").slice(0, 4)).toEqual(["I", "V1", "II", "V2"]);
  expect(labels("12x1")).toEqual([...TWELVE_LEADS]);
});
test("another unit fills its row and is not calibrated", () => {
  const pressure: Trace = {
    label: "ART",
    unit: "mm[Hg]",
    perMv: null,
    values: new Float32Array(10),
    min: 60,
    max: 120,
  };
  const { segments, isCalibrated } = layOut([pressure], 10, {
    layout: "stacked",
    speed: 25,
    gain: 10,
  });
  expect(isCalibrated).toBe(false);
  expect(segments[0]).toMatchObject({ gain: 24 / 60, zero: 90 });
});
test("25 mm at 25 mm/s are a second, 10 mm at 10 mm/mV a millivolt", () => {
  const settings = { layout: "12x1", speed: 25, gain: 10 } as const;
  expect(measure({ x: 0, y: 30 }, { x: 25, y: 20 }, settings, true)).toEqual({
    ms: 1000,
    perMinute: 60,
    millivolts: 1,
  });
  expect(measure({ x: 5, y: 0 }, { x: 5, y: 0 }, settings, false)).toEqual({
    ms: 0,
    perMinute: null,
    millivolts: null,
  });
});
