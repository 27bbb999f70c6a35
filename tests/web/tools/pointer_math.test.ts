import { describe, expect, it } from "vitest";
import { pixelsPerImage } from "../../../web/tools/pointer_tools.ts";
import { WheelSteps, wheelZoomFactor } from "../../../web/tools/wheel_steps.ts";
import { dragWindow, maxWidthFor } from "../../../web/tools/window_drag.ts";

describe("wheel", () => {
  const event = (deltaY: number, timeStamp: number, deltaMode = 0) => ({
    deltaY,
    deltaMode,
    timeStamp,
  });
  it("moves one image per notch, in Chromium and in Firefox", () => {
    const wheel = new WheelSteps();
    expect(wheel.add(event(100, 0))).toBe(1);
    expect(wheel.add(event(120, 1000))).toBe(1);
    expect(wheel.add(event(-100, 2000))).toBe(-1);
    expect(wheel.add(event(3, 3000, 1))).toBe(1);
  });
  it("keeps pace with notches that were merged into one event", () => {
    const wheel = new WheelSteps();
    expect(wheel.add(event(360, 0))).toBe(3);
  });
  it("collects a trackpad's small deltas", () => {
    const wheel = new WheelSteps();
    let steps = 0;
    for (let i = 0; i < 70; i += 1) steps += wheel.add(event(4, i * 16));
    expect(steps).toBe(10);
  });
  it("forgets the rest when the direction turns or the gesture ends", () => {
    const wheel = new WheelSteps();
    expect(wheel.add(event(26, 0))).toBe(0);
    expect(wheel.add(event(-4, 16))).toBe(0);
    expect(wheel.add(event(26, 32))).toBe(0);
    expect(wheel.add(event(26, 1000))).toBe(0);
  });
  it("ignores events without a vertical part", () => {
    expect(new WheelSteps().add(event(0, 0))).toBe(0);
    expect(new WheelSteps().add(event(Number.NaN, 0))).toBe(0);
  });
  it("zooms in upwards, and back by the same factor", () => {
    const zoomIn = wheelZoomFactor(event(-100, 0));
    expect(zoomIn).toBeGreaterThan(1.1);
    expect(zoomIn).toBeLessThan(1.25);
    expect(zoomIn * wheelZoomFactor(event(100, 0))).toBeCloseTo(1, 12);
  });
});

describe("window drag", () => {
  const linear = { factor: 1, linear: true, maxWidth: 262144 };
  it("widens to the right and brightens upwards, which lowers the level", () => {
    const wider = dragWindow({ center: 40, width: 400 }, 30, 0, linear);
    expect(wider.width).toBeGreaterThan(400);
    expect(wider.center).toBe(40);
    const brighter = dragWindow({ center: 40, width: 400 }, 0, -30, linear);
    expect(brighter.center).toBeLessThan(40);
    expect(brighter.width).toBe(400);
  });
  it("moves in proportion to the width, and faster with Ctrl", () => {
    const narrow = dragWindow({ center: 0, width: 100 }, 0, 10, linear).center;
    const wide = dragWindow({ center: 0, width: 1000 }, 0, 10, linear).center;
    expect(wide / narrow).toBeCloseTo(10, 9);
    expect(
      dragWindow({ center: 0, width: 100 }, 0, 10, { ...linear, factor: 4 }).center,
    ).toBeCloseTo(4 * narrow, 9);
  });
  it("keeps LINEAR at 1 or more, where the level still moves", () => {
    const least = dragWindow({ center: 40, width: 2 }, -5000, 10, linear);
    expect(least.width).toBe(1);
    expect(least.center).toBeGreaterThan(41);
  });
  it("lets the other functions go below 1, never to 0, and stops at the widest", () => {
    const options = { factor: 1, linear: false, maxWidth: 100 };
    expect(dragWindow({ center: 0, width: 0.5 }, -600, 0, options).width).toBeLessThan(0.1);
    expect(dragWindow({ center: 0, width: 0.5 }, -1e6, 0, options).width).toBeGreaterThan(0);
    expect(dragWindow({ center: 0, width: 50 }, 1e6, 0, options).width).toBe(100);
  });
  it("knows the widest useful window", () => {
    expect(maxWidthFor(12, 1)).toBe(16384);
    expect(maxWidthFor(16, -0.5)).toBe(131072);
    expect(maxWidthFor(16, 0)).toBeGreaterThan(0);
  });
});

it("scroll by drag: long stacks faster, short ones not at a twitch", () => {
  expect(pixelsPerImage(700, 1000)).toBe(4);
  expect(pixelsPerImage(700, 56)).toBe(10);
  expect(pixelsPerImage(700, 3)).toBe(26);
  expect(pixelsPerImage(700, 0)).toBe(26);
});
