import { expect, it } from "vitest";
import { formatLength, scaleBar } from "../../../web/tools/scale_bar.ts";

it("takes the longest of 1, 2, 5 x 10^n that fits", () => {
  expect(scaleBar(0.5, 250)).toMatchObject({ lengthMm: 100, lengthPx: 200 });
  expect(scaleBar(0.5, 399)).toMatchObject({ lengthMm: 100 });
  expect(scaleBar(0.5, 120)).toMatchObject({ lengthMm: 50, lengthPx: 100, parts: 5 });
  expect(scaleBar(0.001, 300)).toMatchObject({ lengthMm: 0.2, parts: 4 });
});
it("does not fall below an exact fit by rounding", () => {
  expect(scaleBar(0.1, 200)?.lengthMm).toBe(20);
  expect(scaleBar(0.1, 50)?.lengthMm).toBe(5);
  expect(scaleBar(1 / 3, 300)?.lengthMm).toBe(100);
});
it("is as long as it says, at any zoom", () => {
  for (let mmPerPx = 0.003; mmPerPx < 40; mmPerPx *= 1.37) {
    const bar = scaleBar(mmPerPx, 180);
    expect(bar).not.toBeNull();
    expect(bar!.lengthPx * mmPerPx).toBeCloseTo(bar!.lengthMm, 6);
    expect(bar!.lengthPx).toBeLessThanOrEqual(180.001);
    expect(bar!.lengthPx).toBeGreaterThan(180 / 2.51);
  }
});
it("shows none without a spacing or without room", () => {
  for (const spacing of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(scaleBar(spacing, 200)).toBeNull();
  expect(scaleBar(0.5, 10)).toBeNull();
});
it("writes no digits that the step lacks", () => {
  expect(formatLength(100)).toBe("100 mm");
  expect(formatLength(0.2)).toBe("0.2 mm");
  expect(formatLength(0.30000000000000004)).toBe("0.3 mm");
});
