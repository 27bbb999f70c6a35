import { describe, expect, it } from "vitest";
import {
  directionLetters,
  lettersFromCosines,
  lettersFromPatientOrientation,
  oppositeLetters,
  type Cosines,
  type ScreenAxes,
} from "../../../web/tools/orientation.ts";
import { toImage, type Placement } from "../../../web/view/geometry.ts";

/** Screen axes as the overlay measures them: on the viewport's own mapping. */
function axesOf(placement: Partial<Placement>): ScreenAxes {
  const full: Placement = {
    zoom: 1.7,
    pan: { x: 12, y: -5 },
    rotation: 0,
    flipHorizontal: false,
    flipVertical: false,
    ...placement,
  };
  const shape = { rows: 512, cols: 400, pixelAspect: 1.25 };
  const size = { width: 900, height: 700 };
  const at = (x: number, y: number) => toImage({ x, y }, shape, full, size);
  const origin = at(0, 0);
  const step = (point: { row: number; col: number }) => ({
    row: point.row - origin.row,
    col: point.col - origin.col,
  });
  return { right: step(at(100, 0)), down: step(at(0, 100)) };
}
const plain = axesOf({});
const axial: Cosines = [1, 0, 0, 0, 1, 0];
const edges = (top: string, right: string, bottom: string, left: string) => ({
  top,
  right,
  bottom,
  left,
});

describe("directionLetters", () => {
  it("names the axes of the patient: +x left, +y back, +z head", () => {
    expect(directionLetters(1, 0, 0)).toBe("L");
    expect(directionLetters(-1, 0, 0)).toBe("R");
    expect(directionLetters(0, 1, 0)).toBe("P");
    expect(directionLetters(0, -1, 0)).toBe("A");
    expect(directionLetters(0, 0, 1)).toBe("H");
    expect(directionLetters(0, 0, -1)).toBe("F");
  });
  it("puts the strongest letter of an oblique direction first", () => {
    expect(directionLetters(0.6, -0.8, 0)).toBe("AL");
    expect(directionLetters(0.8, -0.6, 0)).toBe("LA");
    expect(directionLetters(0.7, 0.5, 0.51)).toBe("LHP");
  });
  it("leaves out what is within 11 degrees, whatever the length", () => {
    expect(directionLetters(0.99, 0.1, 0)).toBe("L");
    expect(directionLetters(0.02 * 0.6, -0.02 * 0.8, 0)).toBe("AL");
  });
  it("says nothing about no direction", () => {
    expect(directionLetters(0, 0, 0)).toBe("");
    expect(directionLetters(Number.NaN, 1, 0)).toBe("");
  });
});

describe("lettersFromCosines", () => {
  it("shows an axial slice from the feet", () => {
    expect(lettersFromCosines(axial, plain)).toEqual(edges("A", "L", "P", "R"));
  });
  it("shows sagittal and coronal slices", () => {
    expect(lettersFromCosines([0, 1, 0, 0, 0, -1], plain)).toEqual(edges("H", "P", "F", "A"));
    expect(lettersFromCosines([1, 0, 0, 0, 0, -1], plain)).toEqual(edges("H", "L", "F", "R"));
  });
  it("gives two letters for a tilted gantry (a GE head CT, 18.5 degrees)", () => {
    expect(lettersFromCosines([1, 0, 0, 0, 0.9483237, -0.3173047], plain)).toEqual(
      edges("AH", "L", "PF", "R"),
    );
  });
  it("follows rotation", () => {
    expect(lettersFromCosines(axial, axesOf({ rotation: 90 }))).toEqual(edges("R", "A", "L", "P"));
    expect(lettersFromCosines(axial, axesOf({ rotation: 180 }))).toEqual(edges("P", "R", "A", "L"));
    expect(lettersFromCosines(axial, axesOf({ rotation: 270 }))).toEqual(edges("L", "P", "R", "A"));
  });
  it("follows flips, alone and before a rotation", () => {
    expect(lettersFromCosines(axial, axesOf({ flipHorizontal: true }))).toEqual(
      edges("A", "R", "P", "L"),
    );
    expect(lettersFromCosines(axial, axesOf({ flipVertical: true }))).toEqual(
      edges("P", "L", "A", "R"),
    );
    expect(lettersFromCosines(axial, axesOf({ flipHorizontal: true, rotation: 90 }))).toEqual(
      edges("L", "A", "R", "P"),
    );
  });
  it("says nothing for cosines of zero", () => {
    expect(lettersFromCosines([0, 0, 0, 0, 0, 0], plain)).toBeNull();
  });
});

describe("lettersFromPatientOrientation", () => {
  it("reads row and column direction", () => {
    expect(lettersFromPatientOrientation("L\\F", plain)).toEqual(edges("H", "L", "F", "R"));
    expect(lettersFromPatientOrientation("P\\F", plain)).toEqual(edges("H", "P", "F", "A"));
    expect(lettersFromPatientOrientation("AL\\FP", plain)).toEqual(edges("HA", "AL", "FP", "PR"));
  });
  it("follows rotation and flips", () => {
    expect(lettersFromPatientOrientation("L\\F", axesOf({ rotation: 90 }))).toEqual(
      edges("R", "H", "L", "F"),
    );
    expect(lettersFromPatientOrientation("L\\F", axesOf({ flipHorizontal: true }))).toEqual(
      edges("H", "R", "F", "L"),
    );
  });
  it("refuses what it cannot turn: quadrupeds' codes, nonsense, nothing", () => {
    expect(lettersFromPatientOrientation("LE\\V", plain)).toBeNull();
    expect(lettersFromPatientOrientation("\\", plain)).toBeNull();
    expect(lettersFromPatientOrientation("", plain)).toBeNull();
  });
  it("turns letters to their opposites", () => {
    expect(oppositeLetters("AL")).toBe("PR");
    expect(oppositeLetters("AX")).toBe("");
  });
});
