import { describe, expect, test } from "vitest";
import type { SampleBlock } from "../../../web/shared/messages.ts";
import { blockPart, reducedBlock } from "../../../web/view/block_part.ts";

/** Samples that say where they are: 100 × row + column, in `bits` of each of `samples`. */
function block(rows: number, cols: number, bits: 8 | 16 | 32 = 16, samples = 1): SampleBlock {
  const bytes = bits / 8;
  const values = new Uint8Array(rows * cols * samples * bytes);
  const view = new DataView(values.buffer);
  for (let i = 0; i < rows * cols * samples; i++) {
    const pixel = Math.floor(i / samples);
    const value = 100 * Math.floor(pixel / cols) + (pixel % cols) + (i % samples) * 7;
    if (bits === 8) view.setUint8(i, value);
    else if (bits === 16) view.setUint16(2 * i, value, true);
    else view.setUint32(4 * i, value, true);
  }
  return {
    rows,
    cols,
    samples,
    bitsAllocated: bits,
    signed: false,
    isRgb: samples === 3,
    isFloat: false,
    missing: null,
    values,
  };
}
function values16({ values }: SampleBlock): number[] {
  return [...new Uint16Array(values.buffer)];
}

describe("a part of a block", () => {
  test("has the samples of its rows and columns", () => {
    const part = blockPart(block(4, 5), 0, { x: 1, y: 2, cols: 3, rows: 2 });
    expect([part.rows, part.cols]).toEqual([2, 3]);
    expect(values16(part)).toEqual([201, 202, 203, 301, 302, 303]);
  });
  test("has every 2^n-th row and column, the first one too, when n steps are left out", () => {
    const part = blockPart(block(9, 11), 2, { x: 1, y: 0, cols: 2, rows: 3 });
    expect(values16(part)).toEqual([4, 8, 404, 408, 804, 808]);
  });
  test("keeps samples of a pixel, and bytes of a sample, together", () => {
    expect([...blockPart(block(2, 4, 8, 3), 1, { x: 0, y: 0, cols: 2, rows: 1 }).values]).toEqual([
      0, 7, 14, 2, 9, 16,
    ]);
    const wide = blockPart(block(4, 4, 32), 1, { x: 1, y: 1, cols: 1, rows: 1 });
    expect([...new Uint32Array(wide.values.buffer)]).toEqual([202]);
  });
  test("is read wherever its values begin in their buffer", () => {
    const { values, ...rest } = block(4, 4, 32);
    const shifted = new Uint8Array(values.length + 3);
    shifted.set(values, 3);
    const part = blockPart({ ...rest, values: shifted.subarray(3) }, 1, {
      x: 1,
      y: 1,
      cols: 1,
      rows: 1,
    });
    expect([...new Uint32Array(part.values.buffer)]).toEqual([202]);
  });
});

describe("what a texture takes of a block", () => {
  test("is the block itself where it fits", () => {
    const whole = block(20, 30);
    expect(reducedBlock(whole, 30, 1200)).toEqual({ block: whole, steps: 0 });
    expect(reducedBlock(whole, 30, 1200).block).toBe(whole);
  });
  test.each([
    [29, 1e9, 1, [11, 16]],
    [15, 1e9, 2, [6, 8]],
    [1e9, 1300, 1, [11, 16]],
    [1e9, 100, 2, [6, 8]],
    [1, 1, 5, [1, 1]],
  ])("keeps a side to %i and bytes to %i: %i steps", (side, bytes, steps, sides) => {
    const reduced = reducedBlock(block(21, 31), side, bytes);
    expect([reduced.steps, [reduced.block.rows, reduced.block.cols]]).toEqual([steps, sides]);
    expect(reduced.block.values.byteLength).toBe((sides[0] ?? 0) * (sides[1] ?? 0) * 2);
  });
});
