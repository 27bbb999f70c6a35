import { describe, expect, test } from "vitest";
import { frameOver } from "../../../web/layers/overlay_source.ts";
import { OverlayBitmap } from "../../../web/layers/overlay_bitmap.ts";
import { appliesTo, parsePresentation } from "../../../web/layers/presentation_state.ts";
import { refersTo } from "../../../web/layers/referenced_images.ts";
import { grayOf, rgbOfLab } from "../../../web/layers/display_color.ts";
import { linesOf } from "../../../web/layers/text_object.ts";
import { SlError } from "../../../web/shared/errc.ts";
import type { ManifestFrame, OverlayPlane } from "../../../web/shared/manifest.ts";

const base = { format: "sightline.presentation.v1", kind: "GRAYSCALE", series: [] };
const frame = (sopInstanceUID: string, frameNumber: number): ManifestFrame =>
  ({ frameNumber, instance: { sopInstanceUID } }) as ManifestFrame;
const points = (values: number[]): string =>
  Buffer.from(Float32Array.from(values).buffer).toString("base64");
function codeOf(value: unknown): string {
  try {
    parsePresentation(typeof value === "string" ? value : JSON.stringify(value));
  } catch (error) {
    if (error instanceof SlError) return error.code;
    throw error;
  }
  return "ok";
}

test("a state is about the frames that it names, of an image without any about all", () => {
  const state = parsePresentation(
    JSON.stringify({ ...base, series: [{ images: [["1", 2, 5]] }, { images: [["3"]] }] }),
  );
  expect([1, 2, 5].map((number) => appliesTo(state, frame("1", number)))).toEqual([
    false,
    true,
    true,
  ]);
  expect(appliesTo(state, frame("3", 77))).toBe(true);
  expect(appliesTo(state, frame("4", 1))).toBe(false);
  expect(appliesTo(parsePresentation(JSON.stringify(base)), frame("1", 1))).toBe(false);
  expect(refersTo(new Map(), frame("1", 1))).toBe(true);
});

describe("what is no presentation state is refused", () => {
  const graphic = { type: "POLYLINE", points: points([1, 2, 3, 4]) };
  const annotated = (one: object) => ({ ...base, annotations: [{ graphics: [one] }] });
  test.each<[string, unknown, string]>([
    ["a good one", annotated(graphic), "ok"],
    ["not JSON", "{", "corrupt"],
    ["another version", { ...base, format: "sightline.presentation.v2" }, "unsupported"],
    ["half a point", annotated({ ...graphic, points: "AAAA" }), "corrupt"],
    ["a point nowhere", annotated({ ...graphic, points: points([1, Infinity]) }), "corrupt"],
    ["an unknown shape", annotated({ ...graphic, type: "SPIRAL" }), "corrupt"],
    [
      "an overlay without bits",
      { ...base, overlays: [{ group: 0x6000, rows: 8, cols: 8, bits: "AA==" }] },
      "corrupt",
    ],
    [
      "an overlay of 65535 squared",
      { ...base, overlays: [{ group: 0x6000, rows: 65535, cols: 65535, bits: "" }] },
      "corrupt",
    ],
    [
      "an aspect of nothing",
      { ...base, areas: [{ topLeft: [1, 1], bottomRight: [2, 2], aspect: [0, 1] }] },
      "corrupt",
    ],
    ["a shutter of three edges", { ...base, shutter: { rectangle: [1, 2, 3] } }, "corrupt"],
  ])("%s", (_, value, code) => {
    expect(codeOf(value)).toBe(code);
  });
});

test("overlay frames lie over the image's from the stated one on", () => {
  const plane = (imageFrameOrigin: number, frames: number) =>
    ({ imageFrameOrigin, frames }) as OverlayPlane;
  expect([1, 2, 3, 4].map((number) => frameOver(plane(2, 2), number))).toEqual([null, 1, 2, null]);
  expect([1, 9].map((number) => frameOver(plane(0, 1), number))).toEqual([1, 1]);
});
test("bits are counted from the lowest of the first byte, row by row without gaps", () => {
  const bitmap = new OverlayBitmap(2, 3, Uint8Array.of(0b101101));
  const rows = [0, 1].map((row) => [0, 1, 2].map((col) => Number(bitmap.isSet(row, col))));
  expect(rows).toEqual([
    [1, 0, 1],
    [1, 0, 1],
  ]);
  expect(bitmap.isSet(0, 3) || bitmap.isSet(2, 0) || bitmap.isSet(-1, 0)).toBe(false);
});
test("P-values are greys, and CIELab of D50 is sRGB", () => {
  expect(grayOf(0x8000)).toEqual([128, 128, 128]);
  // CIE 15: L* 100 is white, L* 0 black; L* 53.585 a* b* 0 is the grey of 128
  expect(rgbOfLab([65535, 32896, 32896])).toEqual([255, 255, 255]);
  expect(rgbOfLab([0, 32896, 32896])).toEqual([0, 0, 0]);
  expect(rgbOfLab([Math.round(0.53585 * 65535), 32896, 32896])).toEqual([128, 128, 128]);
  // sRGB red is L* 54.29, a* 80.81, b* 69.89 under D50
  const red = rgbOfLab([
    Math.round(0.5429 * 65535),
    Math.round(((80.81 + 128) / 255) * 65535),
    Math.round(((69.89 + 128) / 255) * 65535),
  ]);
  expect(red[0]).toBeGreaterThanOrEqual(253);
  expect(red[1]).toBeLessThanOrEqual(6);
  expect(red[2]).toBeLessThanOrEqual(6);
});
test("a text is cut to what may cover a picture, and control characters are none", () => {
  expect(linesOf("one\r\ntwo\u0007\nthree  ")).toEqual(["one", "two", "three"]);
  const long = linesOf("x".repeat(64 * 1024));
  expect(long).toHaveLength(1);
  expect(long[0]?.length).toBe(241);
  expect(linesOf("\n".repeat(10_000))).toHaveLength(60);
});
