import { describe, expect, test } from "vitest";
import { maskedFrames } from "../../../web/layers/masked_frames.ts";
import {
  extentOf,
  meanFrame,
  subtractMask,
  type MaskSettings,
} from "../../../web/layers/mask_subtraction.ts";
import { SlError } from "../../../web/shared/errc.ts";
import type { MaskOperation } from "../../../web/shared/manifest.ts";
import type { SampleBlock } from "../../../web/shared/messages.ts";

const PLAIN: MaskSettings = {
  rescaleSlope: 1,
  rescaleIntercept: 0,
  modalityLut: null,
  linearBits: 0,
  shift: [0, 0],
};
function operation(change: Partial<MaskOperation>): MaskOperation {
  return {
    kind: "AVG_SUB",
    applicable: [],
    masks: [1],
    averaging: 1,
    shift: [0, 0],
    offset: 1,
    explanation: "",
    ...change,
  };
}
function block(rows: number, cols: number, values: readonly number[]): SampleBlock {
  return {
    rows,
    cols,
    samples: 1,
    bitsAllocated: 16,
    signed: false,
    isRgb: false,
    isFloat: false,
    missing: null,
    values: new Uint8Array(Uint16Array.from(values).buffer),
  };
}
function differences({ values }: SampleBlock): number[] {
  return [...new Float32Array(values.buffer)];
}

// PS3.3 C.7.6.10.1.1; the same table as tests/dicom/mask_module_test.cpp
describe("the frames of an operation", () => {
  test("AVG_SUB: the mask frames, and as many contrast frames as are averaged", () => {
    const average = operation({ masks: [1, 2] });
    expect(maskedFrames(average, 5, 10)).toEqual({ contrast: [5], masks: [1, 2] });
    const three = operation({ masks: [1, 2], averaging: 3 });
    expect(maskedFrames(three, 8, 10)?.contrast).toEqual([8, 9, 10]);
    expect(maskedFrames(three, 9, 10)).toBeNull();
    const ranges = operation({ applicable: [4, 5, 7, 7] });
    expect([4, 5, 6, 7, 8].map((frame) => maskedFrames(ranges, frame, 10) !== null)).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
    expect(maskedFrames(operation({ masks: [11] }), 4, 10)).toBeNull();
    expect(maskedFrames(operation({ masks: [] }), 4, 10)).toBeNull();
  });
  test("TID: the frame so far back, where there is one", () => {
    const interval = operation({ kind: "TID", offset: 2 });
    expect(maskedFrames(interval, 3, 10)?.masks).toEqual([1]);
    expect(maskedFrames(interval, 2, 10)).toBeNull();
    expect(maskedFrames(operation({ kind: "TID", offset: -2 }), 8, 10)?.masks).toEqual([10]);
  });
  test("REV_TID: from the range's first frame on further and further back", () => {
    const reversed = operation({ kind: "REV_TID", applicable: [6, 9], offset: 1 });
    expect([6, 7, 8, 9].map((frame) => maskedFrames(reversed, frame, 10)?.masks)).toEqual([
      [5],
      [4],
      [3],
      [2],
    ]);
    expect(maskedFrames(reversed, 10, 10)).toBeNull();
  });
});

describe("a difference", () => {
  test("is the mean of the contrast less the mean of the mask", () => {
    const contrast = meanFrame([block(1, 3, [10, 20, 30]), block(1, 3, [20, 20, 31])], PLAIN);
    const mask = meanFrame([block(1, 3, [5, 40, 30])], PLAIN);
    expect(differences(subtractMask(contrast, mask, [0, 0]))).toEqual([10, -20, 0.5]);
  });
  test("is one of modality values, or of their logarithms", () => {
    const frame = block(1, 2, [0, 4095]);
    const scaled = { ...PLAIN, rescaleSlope: 2, rescaleIntercept: -5 };
    expect([...meanFrame([frame], scaled).values]).toEqual([-5, 8185]);
    const lut = { first: 1, bits: 8, entries: Uint16Array.of(7, 9), explanation: "" };
    expect([...meanFrame([frame], { ...PLAIN, modalityLut: lut }).values]).toEqual([7, 9]);
    const [zero, most] = meanFrame([frame], { ...PLAIN, linearBits: 12 }).values;
    expect(zero).toBe(0);
    expect(most).toBeCloseTo(4095, 9);
    const [half] = meanFrame([block(1, 1, [63])], { ...PLAIN, linearBits: 12 }).values;
    expect(half).toBeCloseTo(4095 / 2, 9); // 64 is the root of 4096
  });
  test("has no value where the shifted mask does not reach; between pixels the mask is linear", () => {
    const contrast = meanFrame([block(2, 3, [0, 0, 0, 0, 0, 0])], PLAIN);
    const mask = meanFrame([block(2, 3, [8, 16, 32, 80, 160, 320])], PLAIN);
    const right = differences(subtractMask(contrast, mask, [0, 0.5]));
    expect(right[0]).toBeLessThan(-3e38);
    expect(right.slice(1, 3)).toEqual([-12, -24]);
    const down = differences(subtractMask(contrast, mask, [1, 0]));
    expect(down.slice(0, 3).every((value) => value < -3e38)).toBe(true);
    expect(down.slice(3)).toEqual([-8, -16, -32]);
    const both = differences(subtractMask(contrast, mask, [-0.5, -0.25]));
    expect(both[0]).toBe(-((0.75 * 8 + 0.25 * 16 + 0.75 * 80 + 0.25 * 160) / 2));
  });
  test("has the size of nearly all of its values", () => {
    const contrast = meanFrame(
      [
        block(
          1,
          1000,
          Array.from({ length: 1000 }, (_, i) => i),
        ),
      ],
      PLAIN,
    );
    const mask = meanFrame([block(1, 1000, new Array<number>(1000).fill(999))], PLAIN);
    expect(extentOf(subtractMask(contrast, mask, [0, 0]))).toBe(994); // 0 … 999, of which five are above
    expect(extentOf(subtractMask(contrast, mask, [0, 2000]))).toBe(0); // there is no value
  });
  test("is refused of frames of different shapes, and of none", () => {
    const one = block(1, 2, [1, 2]);
    expect(() => meanFrame([one, block(2, 1, [1, 2])], PLAIN)).toThrow(SlError);
    expect(() => meanFrame([], PLAIN)).toThrow(SlError);
    const wide = meanFrame([one], PLAIN);
    const high = meanFrame([block(2, 1, [1, 2])], PLAIN);
    expect(() => subtractMask(wide, high, [0, 0])).toThrow(SlError);
  });
});
