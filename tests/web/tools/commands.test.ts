import { describe, expect, it } from "vitest";
import { mirrored } from "../../../web/tools/commands.ts";
import { cineRange, isMotion, nativeFps } from "../../../web/tools/cine.ts";
import { ToolSettings } from "../../../web/tools/tool_settings.ts";
import { toViewport, type Placement } from "../../../web/view/geometry.ts";
import { openSeries } from "../../../web/view/view_state.ts";
import { buildManifest } from "../manifest_builder.ts";
import type { ManifestFrame, ManifestInstance } from "../../../web/shared/manifest.ts";

const shape = { rows: 300, cols: 200, pixelAspect: 1 };
const size = { width: 800, height: 600 };

describe("mirrored", () => {
  const base = openSeries("1.2.3", buildManifest([{}]).series[0]!, 0, size).view;
  for (const rotation of [0, 90, 180, 270] as const) {
    for (const flipHorizontal of [false, true]) {
      it(`mirrors what the eye sees at ${String(rotation)} degrees, flipped ${String(flipHorizontal)}`, () => {
        const state = { ...base, zoom: 1.5, fit: false, rotation, flipHorizontal };
        const leftRight: Placement = {
          ...state,
          ...(mirrored(state, "leftRight") as Partial<Placement>),
        };
        const topBottom: Placement = {
          ...state,
          ...(mirrored(state, "topBottom") as Partial<Placement>),
        };
        const at = (placement: Placement) =>
          toViewport({ row: 20, col: 30 }, shape, placement, size);
        const before = at(state);
        expect(at(leftRight).x).toBeCloseTo(size.width - before.x, 9);
        expect(at(leftRight).y).toBeCloseTo(before.y, 9);
        expect(at(topBottom).x).toBeCloseTo(before.x, 9);
        expect(at(topBottom).y).toBeCloseTo(size.height - before.y, 9);
      });
    }
  }
});

describe("cine", () => {
  const [single] = buildManifest([{ frames: 5 }]).series;
  const loop = (count: number): ManifestFrame[] => {
    const frame = buildManifest([{}]).frames[0]!;
    const frames: ManifestFrame[] = [];
    const instance = { ...frame.instance, frames };
    for (let n = 1; n <= count; n += 1) frames.push({ ...frame, frameNumber: n, instance });
    return frames;
  };
  it("plays the stack of single images, and the frames of one instance in a mixed series", () => {
    expect(cineRange(single!.frames, 2)).toEqual({ first: 0, last: 4 });
    const mixed = [...single!.frames, ...loop(4), ...loop(3)];
    expect(cineRange(mixed, 6)).toEqual({ first: 5, last: 8 });
    expect(cineRange(mixed, 11)).toEqual({ first: 9, last: 11 });
  });
  it("plays nothing where nothing moves", () => {
    expect(cineRange(single!.frames.slice(0, 1), 0)).toBeNull();
    expect(cineRange([], 0)).toBeNull();
  });
  it("takes the rate from the object", () => {
    const { instance } = single!.frames[0]!;
    expect(nativeFps({ ...instance, recommendedFrameRate: 15, frameTimeMs: 33.3 })).toBe(15);
    expect(nativeFps({ ...instance, frameTimeMs: 40 })).toBe(25);
    expect(nativeFps({ ...instance, frameTimesMs: [0, 50, 50, 100] })).toBe(15);
    expect(nativeFps({ ...instance, frameTimeMs: 0, frameTimesMs: [0] })).toBeNull();
    expect(nativeFps(instance)).toBeNull();
  });
  it("has a bar where time is what the frames are", () => {
    const of = (
      modality: string,
      rest: Partial<ManifestInstance> = {},
      step: number | null = null,
    ) => {
      const { instance } = loop(1)[0]!;
      const frames = loop(3).map((frame, n): ManifestFrame => {
        const position = step === null ? null : ([0, 0, n * step] as const);
        return { ...frame, geometry: { ...frame.geometry, position } };
      });
      return { ...instance, frames, series: { ...instance.series, modality }, ...rest };
    };
    expect(["US", "XA", "RF", "NM"].map((modality) => isMotion(of(modality)))).not.toContain(false);
    expect(["SM", "OT", "CT"].map((modality) => isMotion(of(modality)))).not.toContain(true);
    expect(isMotion(of("OT", { frameTimeMs: 40 }))).toBe(true);
    expect(isMotion(of("MR", { frameTimeMs: 40 }, 0))).toBe(true); // at one place
    expect(isMotion(of("MR", { frameTimeMs: 40 }, 2))).toBe(false);
    expect(isMotion(of("US", {}, 2))).toBe(false); // PS3.3 A.59: a volume
    expect(
      isMotion(of("SEG", { frameTimeMs: 40, sopClassUID: "1.2.840.10008.5.1.4.1.1.66.4" })),
    ).toBe(false);
    expect(isMotion({ ...of("US"), frames: loop(1) })).toBe(false);
  });
});

it("scrolls by finger and windows by mouse until a tool is picked", () => {
  const tools = new ToolSettings();
  expect([tools.forPointer("touch"), tools.forPointer("mouse")]).toEqual(["scroll", "window"]);
  tools.pick("pan");
  expect([tools.forPointer("touch"), tools.forPointer("pen")]).toEqual(["pan", "pan"]);
});
