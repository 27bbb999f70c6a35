import { describe, expect, test } from "vitest";
import { composedTable } from "../../../web/layers/composed_table.ts";
import { parsePresentation } from "../../../web/layers/presentation_state.ts";
import { presentedFrame } from "../../../web/layers/presented_frame.ts";
import type { ManifestFrame } from "../../../web/shared/manifest.ts";
import { buildManifest } from "../manifest_builder.ts";

function frameWith(options: Parameters<typeof buildManifest>[0][number] = {}): ManifestFrame {
  const frame = buildManifest([{ rows: 100, cols: 200, ...options }]).frames[0];
  if (frame === undefined) throw new Error("no frame");
  return frame;
}
const words = (values: number[]): string =>
  Buffer.from(Uint16Array.from(values).buffer).toString("base64");
function stateWith(more: Record<string, unknown>) {
  return parsePresentation(
    JSON.stringify({
      format: "sightline.presentation.v1",
      kind: "GRAYSCALE",
      series: [{ images: [["1.2.3.1.1"]] }],
      ...more,
    }),
  );
}

describe("the picture as a state wants it", () => {
  test("without a VOI shows all values that it could hold", () => {
    // 12 bits, as they are stored: 0 … 4095, PS3.3 C.11.2.1.2.1's window over both ends
    const { display } = presentedFrame(stateWith({}), frameWith(), 1).frame;
    expect(display.windows).toEqual([{ center: 2048, width: 4096, explanation: "" }]);
    expect(display.rescaleSlope).toBe(1);
  });
  test("has the state's rescale and windows, not its own", () => {
    const state = stateWith({
      modality: { slope: 2, intercept: -1024, type: "HU" },
      voi: [
        { images: [["9.9"]], windows: [[1, 2]] },
        { images: [["1.2.3.1.1", 1]], windows: [[50, 350, "soft"]], function: "SIGMOID" },
      ],
    });
    const { display } = presentedFrame(state, frameWith(), 1).frame;
    expect(display).toMatchObject({
      rescaleSlope: 2,
      rescaleIntercept: -1024,
      windows: [{ center: 50, width: 350, explanation: "soft" }],
      voiFunction: "SIGMOID",
    });
  });
  test.each([
    ["MONOCHROME2", "IDENTITY", false],
    ["MONOCHROME2", "INVERSE", true],
    ["MONOCHROME1", "IDENTITY", true], // the renderer turns MONOCHROME1: turned again it is as the state says
    ["MONOCHROME1", "INVERSE", false],
  ] as const)("%s with %s", (photometric, shape, isTurned) => {
    const frame = frameWith({ instance: { photometric } });
    expect(presentedFrame(stateWith({ shape }), frame, 1).frame.display.presentationInverse).toBe(
      isTurned,
    );
  });
  test("reads tables of Implicit VR by the images' signs", () => {
    const lut = { first: 65534, bits: 16, entries: words([1, 2, 3, 4]) };
    const state = stateWith({ voi: [{ images: [["1.2.3.1.1"]], lut }] });
    const first = (signed: boolean) =>
      presentedFrame(state, frameWith({ instance: { signed } }), 1).frame.display.voiLuts[0]?.first;
    expect([first(true), first(false)]).toEqual([-2, 65534]);
    const modality = stateWith({ modality: { lut } });
    const { modalityLut } = presentedFrame(modality, frameWith({ instance: { signed: true } }), 1)
      .frame.display;
    expect(modalityLut?.first).toBe(-2);
  });
  test("leaves a colour picture its colours", () => {
    const frame = frameWith({ instance: { samples: 3, photometric: "RGB" } });
    const seen = presentedFrame(stateWith({ kind: "COLOR", rotation: 90 }), frame, 1);
    expect(seen.frame.display).toBe(frame.display);
    expect(seen.rotation).toBe(90);
  });
  test("becomes one of pseudo-colours", () => {
    const lut = (values: number[]) => ({ first: 0, bits: 16, entries: words(values) });
    const state = stateWith({
      kind: "PSEUDO_COLOR",
      palette: [lut([0, 65535]), lut([65535, 0]), lut([7, 9])],
    });
    const { instance } = presentedFrame(state, frameWith(), 1).frame;
    expect(instance.photometric).toBe("PALETTE COLOR");
    expect(instance.palette?.map(({ entries }) => [entries[0], entries[4095]])).toEqual([
      [0, 65535],
      [65535, 0],
      [7, 9],
    ]);
  });
  test("fills the viewport with an area whose corners a mirror has changed", () => {
    const area = { topLeft: [60, 6], bottomRight: [11, 45] };
    const seen = presentedFrame(stateWith({ flip: true, areas: [area] }), frameWith(), 1);
    expect(seen.area).toEqual({ left: 10, top: 5, right: 60, bottom: 45 });
    expect(seen.zoom).toBeNull();
    expect(seen.flipHorizontal).toBe(true);
    // turned, then mirrored: of the viewport's mirroring and turning it is the other way round
    for (const [stated, shown] of [
      [0, 0],
      [90, 270],
      [180, 180],
      [270, 90],
    ] as const)
      expect(
        presentedFrame(stateWith({ flip: true, rotation: stated }), frameWith(), 1).rotation,
      ).toBe(shown);
  });
  test("has the aspect of the state, and its magnification or size", () => {
    const corners = { topLeft: [1, 1], bottomRight: [200, 100] };
    const magnified = stateWith({
      areas: [{ ...corners, mode: "MAGNIFY", magnification: 2.5, aspect: [2, 1] }],
    });
    const seen = presentedFrame(magnified, frameWith(), 1);
    expect(seen.zoom).toBe(2.5);
    expect(seen.frame.presentationAspect).toBe(2);
    const true2 = stateWith({ areas: [{ ...corners, mode: "TRUE SIZE", spacing: [0.5, 0.25] }] });
    // 96 CSS pixels to the inch, two device pixels to each
    expect(presentedFrame(true2, frameWith(), 2).zoom).toBeCloseTo((0.25 / 25.4) * 96 * 2, 9);
  });
});

test("a composed table goes through modality, window and presentation table", () => {
  // stored 0 … 15: modality 2 s - 4, window centre 8 width 9 → (m - 7.5) / 8 + 0.5, then three steps
  const table = composedTable(
    {
      rescaleSlope: 2,
      rescaleIntercept: -4,
      rescaleType: "",
      modalityLut: null,
      window: { center: 8, width: 9, explanation: "" },
      windows: [],
      voiFunction: "LINEAR",
      voiLut: null,
      range: [-4, 26],
      presentationLut: {
        first: 0,
        bits: 8,
        entries: Uint16Array.of(255, 0, 51),
        explanation: "",
      },
      isInverse: false,
    },
    { ...frameWith().instance, bitsStored: 4, signed: false },
  );
  const expected = Array.from({ length: 16 }, (_, stored) => {
    const voi = Math.min(1, Math.max(0, (2 * stored - 4 - 7.5) / 8 + 0.5));
    return [65535, 0, 13107][Math.round(voi * 2)];
  });
  expect([...table.entries]).toEqual(expected);
  expect(table.first).toBe(0);
});
