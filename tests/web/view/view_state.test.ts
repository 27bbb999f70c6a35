import { describe, expect, test } from "vitest";
import { SlError } from "../../../web/shared/errc.ts";
import type { Subtractor, ViewChange } from "../../../web/shared/api.ts";
import type { ManifestFrame, ManifestSeries } from "../../../web/shared/manifest.ts";
import {
  applyChange,
  fitToWindow,
  frameOf,
  oneToOne,
  openSeries,
  present,
  reset,
  resize,
  scrollTo,
  subtract,
  zoomAt,
  MAX_ZOOM,
  type ViewModel,
} from "../../../web/view/view_state.ts";
import { shapeOf, toViewport } from "../../../web/view/geometry.ts";
import { buildManifest, type SeriesOptions } from "../manifest_builder.ts";

const size = { width: 1000, height: 600 };
const lut = { first: 0, bits: 8, entries: new Uint16Array(256), explanation: "" };

function series(options: SeriesOptions = {}): ManifestSeries {
  const first = buildManifest([{ frames: 5, rows: 300, cols: 200, ...options }]).series[0];
  if (first === undefined) throw new Error("no series");
  return first;
}
/** Frames that have windows 10, 20, 30, … of their own. */
function ownWindows(): ManifestSeries {
  const made = series();
  const frames = made.frames.map((frame, i) => ({
    ...frame,
    display: {
      ...frame.display,
      windows: [{ center: 10 * (i + 1), width: 100 + i, explanation: "" }],
    },
  }));
  return { ...made, frames };
}
const opened = (made = series(), index = 2): ViewModel => openSeries("1.2.3", made, index, size);

test("a series opens fitted, with the picture's own window", () => {
  const { view } = opened();
  expect(view).toMatchObject({
    zoom: 2,
    fit: true,
    pan: { x: 0, y: 0 },
    windowCenter: 40,
    windowWidth: 400,
    voiLut: null,
    frame: 1,
  });
  expect(view.sopInstanceUID).toBe("1.2.3.1.3");
});
test("a series without pictures opens, and shows none", () => {
  const { view, index } = opened(series({ frames: 0 }), 0);
  expect([view.sopInstanceUID, index, view.windowCenter]).toEqual(["", 0, null]);
});

describe("scrolling", () => {
  test("is clamped at both ends", () => {
    expect(scrollTo(opened(), 99).index).toBe(4);
    expect(scrollTo(opened(), -3).index).toBe(0);
  });
  test("to where one is changes nothing", () => {
    const model = opened();
    expect(scrollTo(model, 2)).toBe(model);
  });
  test("gives each picture its own window, until the user has chosen one", () => {
    const model = opened(ownWindows(), 0);
    expect(scrollTo(model, 3).view).toMatchObject({ windowCenter: 40, windowWidth: 103 });
    const chosen = applyChange(model, { windowCenter: 7, windowWidth: 77 });
    expect(scrollTo(chosen, 3).view).toMatchObject({ windowCenter: 7, windowWidth: 77 });
    expect(scrollTo(reset(chosen), 3).view).toMatchObject({ windowCenter: 40, windowWidth: 103 });
  });
  test("keeps zoom, turn and flip", () => {
    const model = applyChange(opened(), {
      zoom: 3,
      rotation: 90,
      flipVertical: true,
      inverted: true,
    });
    expect(scrollTo(model, 0).view).toMatchObject({
      zoom: 3,
      rotation: 90,
      flipVertical: true,
      inverted: true,
      fit: false,
    });
  });
});

describe("set", () => {
  test("a picture by its instance", () => {
    expect(applyChange(opened(), { sopInstanceUID: "1.2.3.1.5" }).index).toBe(4);
  });
  test("zoom or pan end the fit; a turn does not", () => {
    expect(applyChange(opened(), { zoom: 1.5 }).view).toMatchObject({ zoom: 1.5, fit: false });
    expect(applyChange(opened(), { pan: { x: 4, y: 5 } }).view).toMatchObject({
      pan: { x: 4, y: 5 },
      fit: false,
    });
    expect(applyChange(opened(), { rotation: 90 }).view).toMatchObject({ zoom: 3, fit: true });
  });
  test("a window and a VOI LUT exclude each other", () => {
    const made = series();
    const frames = made.frames.map((frame) => ({
      ...frame,
      display: { ...frame.display, voiLuts: [lut] },
    }));
    const withLut = applyChange(opened({ ...made, frames }), { voiLut: 0 });
    expect(withLut.view).toMatchObject({ voiLut: 0, windowCenter: null, windowWidth: null });
    expect(applyChange(withLut, { windowWidth: 90 }).view).toMatchObject({
      voiLut: null,
      windowCenter: 40,
      windowWidth: 90,
    });
    expect(applyChange(withLut, { voiLut: null }).view).toMatchObject({
      voiLut: null,
      windowCenter: 40,
      windowWidth: 400,
    });
  });
  test("a LINEAR width is never below 1; LINEAR_EXACT's may be", () => {
    expect(applyChange(opened(), { windowWidth: 0.25 }).view.windowWidth).toBe(1);
    expect(
      applyChange(opened(), { voiFunction: "LINEAR_EXACT", windowWidth: 0.25 }).view.windowWidth,
    ).toBe(0.25);
  });
  test("colour has no window", () => {
    const rgb = opened(series({ instance: { samples: 3, photometric: "RGB" } }));
    expect(applyChange(rgb, { windowCenter: 5, windowWidth: 6 }).view).toMatchObject({
      windowCenter: null,
      windowWidth: null,
    });
  });
  test.each<[string, unknown]>([
    ["zoom", 0],
    ["zoom", NaN],
    ["zoom", MAX_ZOOM * 2],
    ["zoom", "1"],
    ["rotation", 45],
    ["pan", { x: 1 }],
    ["pan", null],
    ["windowWidth", 0],
    ["windowWidth", -1],
    ["windowCenter", Infinity],
    ["voiFunction", "LOG"],
    ["voiLut", 0],
    ["fit", 1],
    ["inverted", "yes"],
    ["interpolation", "cubic"],
    ["frame", 1.5],
    ["studyInstanceUID", "1.2"],
    ["__proto__x", 1],
  ])("%s = %s is refused", (key, value) => {
    const change = { [key]: value } as ViewChange;
    expect(() => applyChange(opened(), change)).toThrow(SlError);
  });
  test("a picture that is not in the series is refused, and nothing has changed", () => {
    expect(() => applyChange(opened(), { sopInstanceUID: "9.9" })).toThrow("not_found");
    expect(() => applyChange(opened(), { frame: 2 })).toThrow("not_found");
  });
});

describe("placing", () => {
  test("a fitted picture is fitted again when the viewport changes; a placed one stays", () => {
    expect(resize(opened(), { width: 400, height: 300 }).view.zoom).toBe(1);
    expect(resize(zoomAt(opened(), 2, { x: 0, y: 0 }), { width: 400, height: 300 }).view.zoom).toBe(
      4,
    );
  });
  test("1:1 keeps the centre", () => {
    expect(oneToOne(opened()).view).toMatchObject({ zoom: 1, pan: { x: 0, y: 0 }, fit: false });
  });
  test("fit undoes zoom and pan, reset undoes everything", () => {
    const moved = applyChange(opened(), {
      zoom: 9,
      pan: { x: 50, y: 1 },
      rotation: 180,
      inverted: true,
      windowCenter: 1,
      windowWidth: 2,
    });
    expect(fitToWindow(moved).view).toMatchObject({
      zoom: 2,
      pan: { x: 0, y: 0 },
      rotation: 180,
      inverted: true,
      windowCenter: 1,
    });
    expect(reset(moved).view).toEqual(opened().view);
  });
  test("zoom is bounded", () => {
    expect(zoomAt(opened(), 1e9, { x: 0, y: 0 }).view.zoom).toBe(MAX_ZOOM);
    const model = opened();
    expect(zoomAt(model, NaN, { x: 0, y: 0 })).toBe(model);
  });
});

describe("a presentation", () => {
  const plain = series({ rows: 300, cols: 200 });
  /** Of the third picture alone: turned, mirrored, an area of it, and a window. */
  const third = plain.frames[2];
  if (third === undefined) throw new Error("no frame");
  const seen = {
    ...third,
    display: { ...third.display, windows: [{ center: 7, width: 9, explanation: "" }] },
  };
  const shown = {
    frame: seen,
    rotation: 90 as const,
    flipHorizontal: true,
    area: { left: 50, top: 100, right: 150, bottom: 150 },
    zoom: null,
  };
  const presentation = { of: (frame: unknown) => (frame === third ? shown : null) };

  test("decides window, turn and area, and goes again", () => {
    const before = opened(plain);
    const after = present(before, presentation);
    expect(after.view).toMatchObject({
      windowCenter: 7,
      windowWidth: 9,
      rotation: 90,
      flipHorizontal: true,
      fit: true,
      zoom: 6, // 100 columns upright in 600 pixels, 50 rows across 1000
    });
    expect(frameOf(after)).toBe(seen);
    expect(toViewport({ row: 125, col: 100 }, shapeOf(seen), after.view, after.size)).toEqual({
      x: 500,
      y: 300,
    });
    expect(present(after, null).view).toEqual(before.view);
  });
  test("is left and found again by scrolling", () => {
    const there = present(opened(plain), presentation);
    const away = scrollTo(there, 3);
    expect(away.view).toMatchObject({
      rotation: 0,
      flipHorizontal: false,
      windowCenter: 40,
      zoom: 2,
    });
    expect(scrollTo(away, 2).view).toEqual(there.view);
  });
  test("can have a zoom of its own, which a resize leaves alone", () => {
    const fixed = { of: (frame: unknown) => (frame === third ? { ...shown, zoom: 1.5 } : null) };
    const model = resize(present(opened(plain), fixed), { width: 640, height: 480 });
    expect(model.view.zoom).toBe(1.5);
    expect(toViewport({ row: 125, col: 100 }, shapeOf(seen), model.view, model.size)).toEqual({
      x: 320,
      y: 240,
    });
  });
});

describe("subtraction", () => {
  const made = ownWindows();
  /** All pictures but the first are differences, without a window of their own. */
  const by: Subtractor = {
    of: (frame) => {
      if (frame === made.frames[0]) return null;
      const known = differences.get(frame) ?? {
        ...frame,
        display: { ...frame.display, windows: [{ center: 0, width: 60, explanation: "" }] },
      };
      differences.set(frame, known);
      return known;
    },
  };
  const differences = new Map<ManifestFrame, ManifestFrame>();
  test("keeps the view, and has windows of its own until it is off", () => {
    const zoomed = zoomAt(opened(made), 2, { x: 100, y: 100 });
    const on = subtract(zoomed, by);
    expect(on.view).toEqual({ ...zoomed.view, windowCenter: 0, windowWidth: 60 });
    expect(scrollTo(on, 0).view).toMatchObject({ windowCenter: 10, windowWidth: 100 });
    expect(subtract(scrollTo(on, 3), null).view).toEqual(scrollTo(zoomed, 3).view);
    expect(subtract(on, null)).toEqual(zoomed);
    expect(reset(on).view).toMatchObject({ windowCenter: 0, fit: true });
    expect(frameOf(reset(on))).toBe(frameOf(on));
  });
  test("gives back the window that the user has chosen before, and keeps the one chosen meanwhile", () => {
    const chosen = applyChange(opened(made), { windowCenter: 5, windowWidth: 7 });
    const on = subtract(chosen, by);
    expect(on.view.windowWidth).toBe(60);
    const narrowed = applyChange(on, { windowWidth: 9 });
    expect(scrollTo(narrowed, 3).view.windowWidth).toBe(9);
    expect(subtract(narrowed, by).view.windowWidth).toBe(9); // the mask was moved
    expect(subtract(narrowed, null).view).toMatchObject({ windowCenter: 5, windowWidth: 7 });
    expect(subtract(chosen, null)).toBe(chosen);
  });
});
