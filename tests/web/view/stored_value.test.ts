import { describe, expect, test } from "vitest";
import type { SampleBlock } from "../../../web/shared/messages.ts";
import { storedRange, storedValueAt, wholeRange } from "../../../web/view/stored_value.ts";

function block(change: Partial<SampleBlock> & { values: Uint8Array }): SampleBlock {
  return {
    rows: 2,
    cols: 2,
    samples: 1,
    bitsAllocated: 16,
    signed: true,
    isRgb: false,
    isFloat: false,
    missing: null,
    ...change,
  };
}
const signed16 = block({ values: new Uint8Array(new Int16Array([-1, 300, -32768, 32767]).buffer) });

describe("storedValueAt", () => {
  test("signed 16 bit, row before column", () => {
    expect([storedValueAt(signed16, 0, 1), storedValueAt(signed16, 1, 0)]).toEqual([300, -32768]);
  });
  test("in a view that does not begin on an even byte", () => {
    const bytes = new Uint8Array(9);
    bytes.set(signed16.values, 1);
    expect(storedValueAt({ ...signed16, values: bytes.subarray(1) }, 1, 1)).toBe(32767);
  });
  test("8 and 32 bit", () => {
    expect(
      storedValueAt(
        block({ bitsAllocated: 8, signed: false, values: Uint8Array.of(1, 255, 3, 4) }),
        0,
        1,
      ),
    ).toBe(255);
    const wide = new Uint8Array(new Uint32Array([0, 4294967295, 0, 0]).buffer);
    expect(storedValueAt(block({ bitsAllocated: 32, signed: false, values: wide }), 0, 1)).toBe(
      4294967295,
    );
  });
  test("real numbers", () => {
    const real = { isFloat: true, signed: false };
    const single = new Uint8Array(Float32Array.of(0.5, NaN, -1e30, 1).buffer);
    expect(storedValueAt(block({ ...real, bitsAllocated: 32, values: single }), 1, 0)).toBe(
      Math.fround(-1e30),
    );
    const double = new Uint8Array(Float64Array.of(0.1, NaN, -Infinity, 1e300).buffer);
    const wide = block({ ...real, bitsAllocated: 64, values: double });
    expect([storedValueAt(wide, 0, 0), storedValueAt(wide, 0, 1)]).toEqual([0.1, NaN]);
    const all = { firstRow: 0, endRow: 2, firstCol: 0, endCol: 2 };
    expect(storedRange(wide, null, all)).toEqual([0.1, 1e300]);
    expect(wholeRange(wide, null)).toEqual([0.1, 1e300]);
    expect(wholeRange(signed16, [-32768, -1])).toEqual([300, 32767]);
  });
  test("colour is one number per sample", () => {
    const rgb = block({
      rows: 1,
      cols: 2,
      samples: 3,
      bitsAllocated: 8,
      signed: false,
      values: Uint8Array.of(1, 2, 3, 4, 5, 6),
    });
    expect(storedValueAt(rgb, 0, 1)).toEqual([4, 5, 6]);
  });
  test.each([
    [-1, 0],
    [0, 2],
    [2, 0],
    [0.5, 0],
    [NaN, 0],
  ])("(%f, %f) is outside", (row, col) => {
    expect(storedValueAt(signed16, row, col)).toBeNull();
  });
});
describe("storedRange", () => {
  const all = { firstRow: 0, endRow: 2, firstCol: 0, endCol: 2 };
  test("of all, and of a part", () => {
    expect(storedRange(signed16, null, all)).toEqual([-32768, 32767]);
    expect(storedRange(signed16, null, { ...all, endRow: 1 })).toEqual([-1, 300]);
  });
  test("without the padding range, whichever end comes first", () => {
    expect(storedRange(signed16, [-32768, -2], all)).toEqual([-1, 32767]);
    expect(storedRange(signed16, [32767, 32767], all)).toEqual([-32768, 300]);
    expect(storedRange(signed16, [-2, -32768], all)).toEqual([-1, 32767]);
  });
  test("nothing but padding has no range", () => {
    expect(storedRange(signed16, [-32768, 32767], all)).toBeNull();
  });
});
