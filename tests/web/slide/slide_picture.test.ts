import { describe, expect, it } from "vitest";
import type { ManifestFrame } from "../../../web/shared/manifest.ts";
import type {
  Clip,
  HeldTile,
  PixelSize,
  Slide,
  SlidePlacement,
  TileCanvas,
  TilePlace,
} from "../../../web/shared/slide.ts";
import { magnificationOf } from "../../../web/slide/magnification.ts";
import { withSlides } from "../../../web/slide/slide_series.ts";
import { slideManifest, type SlideOptions } from "./slide_manifest.ts";

const MIB = 1024 * 1024;
const size: PixelSize = { width: 500, height: 400 };
const levels: readonly SlideOptions[] = [
  { frames: 12, slide: {} },
  { frames: 4, slide: { cols: 512, rows: 384 } },
  { frames: 1, slide: { cols: 256, rows: 192 } },
];
function placement(change: Partial<SlidePlacement> = {}): SlidePlacement {
  const still = { zoom: 1, pan: { x: 0, y: 0 }, rotation: 0 as const, inverted: false };
  return { ...still, flipHorizontal: false, flipVertical: false, ...change };
}
function slideOf(options: readonly SlideOptions[]): Slide {
  const slide = withSlides(slideManifest(options)).series[0]?.frames[0]?.slide;
  if (slide === undefined) throw new Error("no slide");
  return slide;
}
const names = (frames: readonly ManifestFrame[]): string[] =>
  frames.map(({ instance, frameNumber }) => `${instance.sopInstanceUID}/${String(frameNumber)}`);

/** Remembers what was drawn; has the tiles that it is told to have. */
class FakeCanvas implements TileCanvas {
  readonly size = size;
  readonly textureBytes = 256 * MIB;
  readonly drawn: { name: string; place: TilePlace }[] = [];
  filled: { clip: Clip; rgb: number } | null = null;
  constructor(
    readonly has: (frame: ManifestFrame) => boolean,
    readonly held: Partial<HeldTile> = {},
  ) {}
  clear(): void {
    this.drawn.length = 0;
  }
  fill(clip: Clip, rgb: number): void {
    this.filled = { clip, rgb };
  }
  hold(frame: ManifestFrame): HeldTile {
    const isDrawable = this.has(frame);
    return { isVerified: false, isIncomplete: false, hasFailed: false, ...this.held, isDrawable };
  }
  draw(frame: ManifestFrame, place: TilePlace): void {
    this.drawn.push({ name: names([frame])[0] ?? "", place });
  }
}

describe("a slide in a manifest", () => {
  it("is one picture of the finest size, whatever levels there are", () => {
    const manifest = withSlides(slideManifest(levels));
    const frames = manifest.series[0]?.frames ?? [];
    expect(frames).toHaveLength(1);
    expect(frames[0]).toMatchObject({ id: 17, frameNumber: 1, presentationAspect: 1 });
    expect(frames[0]?.instance).toMatchObject({ rows: 768, cols: 1024, sopInstanceUID: "1.5.0" });
    expect(frames[0]?.slide?.levels).toBe(3);
    expect(manifest.frames).toHaveLength(17);
  });
  it("has a frame for each focal plane and path, and pictures of label and glass behind them", () => {
    const paths = [
      { identifier: "1", description: "DAPI" },
      { identifier: "2", description: "" },
    ];
    const label = { frames: 1, slide: { cols: 256, rows: 256 }, flavour: "LABEL" };
    const layered = { frames: 48, slide: { planes: 2, paths } };
    const frames = withSlides(slideManifest([layered, label])).series[0]?.frames ?? [];
    expect(frames.map(({ slide }) => slide?.label ?? null)).toEqual([
      "DAPI · Plane 1 of 2",
      "DAPI · Plane 2 of 2",
      "2 · Plane 1 of 2",
      "2 · Plane 2 of 2",
      null,
    ]);
    expect(frames[4]?.id).toBe(48); // its own number: it is streamed as any frame
    expect(frames[4]?.instance.series.frames[4]).toBe(frames[4]);
  });
  it("keeps pictures of other things apart", () => {
    const other = { frames: 4, slide: { cols: 400, rows: 512 } };
    const again = { frames: 12, slide: {} };
    expect(withSlides(slideManifest([levels[0] ?? again, other])).series[0]?.frames).toHaveLength(
      2,
    );
    expect(withSlides(slideManifest([...levels, again])).series[0]?.frames).toHaveLength(2);
  });
  it("leaves studies without slides as they are", () => {
    const manifest = slideManifest([]);
    expect(withSlides(manifest).series[0]).toBe(manifest.series[0]);
  });
});

describe("what a view of a slide needs", () => {
  it("is the coarsest level, then the one that fits the zoom from the middle on, then its margin", () => {
    const wants = names(slideOf(levels).wants(placement({ zoom: 0.5 }), size, 256 * MIB));
    expect(wants[0]).toBe("1.5.2/1");
    expect(wants.slice(1).sort()).toEqual(["1.5.1/1", "1.5.1/2", "1.5.1/3", "1.5.1/4"]);
    const far = names(
      slideOf(levels).wants(placement({ pan: { x: 262, y: 184 } }), size, 256 * MIB),
    );
    expect(far[1]).toBe("1.5.0/1"); // in the upper left corner
    expect(far).not.toContain("1.5.0/12");
  });
  it("is the finest level beyond 1:1, and never more than the textures hold", () => {
    const slide = slideOf(levels);
    expect(names(slide.wants(placement({ zoom: 8 }), size, 256 * MIB))).toContain("1.5.0/6");
    const lone = slideOf([{ frames: 1000, slide: { cols: 8192, rows: 8192 } }]);
    expect(lone.wants(placement({ zoom: 1 / 16 }), size, 256 * MIB)).toEqual([]);
  });
});

describe("a slide that is drawn", () => {
  it("has its tiles where they belong, cut at the edge of the matrix", () => {
    const canvas = new FakeCanvas(() => true);
    const slide = slideOf([{ frames: 12, slide: { cols: 1000, rows: 700 } }]);
    const painted = slide.paint(canvas, placement({ pan: { x: -300, y: -200 } }));
    expect(painted).toEqual({ quality: "lossy", level: 0, isUnfinished: false });
    // the left edge of the slide is at floor((500 - 1000) / 2) - 300 = -550, the top at -150 - 200
    const last = canvas.drawn.find(({ name }) => name === "1.5.0/12");
    expect(last?.place.clip).toEqual({ firstX: 218, firstY: 162, endX: 450, endY: 350 });
    // the tile of 256 x 256 in a viewport of 500 x 400: its middle edge is 122, 72
    expect(last?.place).toMatchObject({ zoom: 1, pixelAspect: 1, panX: 218 - 122, panY: 162 - 72 });
    expect(canvas.filled).toEqual({
      clip: { firstX: 0, firstY: 0, endX: 450, endY: 350 },
      rgb: 0xffffff,
    });
  });
  it("shows coarser tiles beneath what has not come, and says so", () => {
    const slide = slideOf(levels);
    const canvas = new FakeCanvas(({ instance }) => instance.sopInstanceUID === "1.5.2");
    expect(slide.paint(canvas, placement())).toMatchObject({ quality: "preview", level: 0 });
    expect(canvas.drawn.map(({ name }) => name)).toEqual(["1.5.2/1"]);
    const all = new FakeCanvas(() => true);
    expect(slide.paint(all, placement())).toMatchObject({ quality: "lossy", level: 2 });
    expect(all.drawn.every(({ name }) => name.startsWith("1.5.0/"))).toBe(true);
    const none = new FakeCanvas(() => false);
    expect(slide.paint(none, placement())).toMatchObject({ quality: "none", level: -1 });
  });
  it("calls lossless what is proven, incomplete what a tile lacks", () => {
    const digest = new Uint8Array(32).fill(1);
    const proven = (options: Partial<HeldTile>, made: SlideOptions = { frames: 12, slide: {} }) => {
      const manifest = slideManifest([made]);
      for (const frame of manifest.frames)
        (frame as { stream: unknown }).stream = {
          encoding: 1,
          ends: [9],
          digest,
          min: 0,
          max: 9,
          failure: null,
        };
      const slide = withSlides(manifest).series[0]?.frames[0]?.slide;
      return slide?.paint(new FakeCanvas(() => true, options), placement()).quality;
    };
    expect(proven({ isVerified: true })).toBe("lossless");
    expect(proven({ isVerified: false })).toBe("screen");
    expect(proven({ isVerified: true, isIncomplete: true })).toBe("incomplete");
    expect(proven({ isVerified: true }, { frames: 5, slide: {} })).toBe("incomplete");
    // of tiles that say where they lie none is missing
    const tiles = { tiles: new Int32Array([1, 1, 257, 1]), layers: null };
    expect(proven({ isVerified: true }, { frames: 2, slide: tiles })).toBe("lossless");
  });
  it("is incomplete only where places that are seen have no tile", () => {
    const slide = slideOf([{ frames: 11, slide: {} }]);
    const quality = (x: number) =>
      slide.paint(new FakeCanvas(() => true), placement({ zoom: 2, pan: { x, y: x / 2 } })).quality;
    expect(quality(600)).toBe("lossy"); // the upper left
    expect(quality(-600)).toBe("incomplete");
  });
  it("is white glass or the colour that the file recommends, black in fluorescence", () => {
    const colourOf = (slide: SlideOptions["slide"], samples = 3): number | undefined => {
      const canvas = new FakeCanvas(() => false);
      slideOf([{ frames: 1, slide, instance: { samples } }]).paint(canvas, placement());
      return canvas.filled?.rgb;
    };
    expect(colourOf({})).toBe(0xffffff);
    expect(colourOf({}, 1)).toBe(0);
    expect(colourOf({ absent: [0, 32896, 32896] })).toBe(0);
  });
});

// 10 µm to a pixel is 1x
describe("magnification", () => {
  it("is what the size of the pixels says, by the objective's name where that is about the same", () => {
    expect(magnificationOf(0.0005, null)).toBe(20);
    expect(magnificationOf(0.00023, 40)).toBe(40);
    expect(magnificationOf(0.0025, 40)).toBe(4); // the finest level is not what the objective saw
    expect(magnificationOf(null, 40)).toBe(40);
    expect(magnificationOf(null, null)).toBeNull();
  });
});

describe("the overview", () => {
  const overview = (options: SlideOptions): { isWhole: boolean; tiles: number } => {
    const canvas = new FakeCanvas(() => true);
    const isWhole = slideOf([options]).paintOverview(canvas, { width: 100, height: 100 });
    expect(canvas.filled?.rgb).toBe(0xffffff);
    return { isWhole, tiles: canvas.drawn.length };
  };
  it("is made of many tiles where they are small", () => {
    const instance = { rows: 10, cols: 10 };
    expect(overview({ frames: 25, slide: { cols: 50, rows: 50 }, instance })).toEqual({
      isWhole: true,
      tiles: 25,
    });
  });
  it("is glass, once, where there are too many", () => {
    expect(overview({ frames: 20, slide: { cols: 1280, rows: 1024 } })).toEqual({
      isWhole: true,
      tiles: 0,
    });
  });
});
