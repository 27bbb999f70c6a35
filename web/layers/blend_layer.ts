import type { LayerView } from "../shared/api.ts";
import { SlError } from "../shared/errc.ts";
import type { Manifest, ManifestFrame } from "../shared/manifest.ts";
import { modalityRange } from "../view/default_window.ts";
import type { Blend, BlendedInput } from "./blending.ts";
import { voiShare } from "./composed_table.ts";
import type { Layer } from "./layer.ts";
import type { ObjectFrames } from "./object_frames.ts";
import { ObjectResults } from "./object_results.ts";
import { planeOf, type Plane } from "./plane.ts";
import { PlaneStack } from "./plane_stack.ts";
import type { Raster } from "./raster.ts";
import { sampleLinear } from "./sampler.ts";

const MAX_BYTES = 64 * 1024 ** 2;
const MOST_PIXELS = 2 ** 25;
/** Superimposed pictures that one picture may need: all, where it cuts through them. */
const MOST_FRAMES = 1024;

/** The superimposed pictures of a state as a volume, and what they lie over. */
export interface PlacedBlend {
  readonly blend: Blend;
  readonly underlying: ReadonlySet<ManifestFrame>;
  readonly volume: PlaneStack;
  /** by the number of a plane of the volume */
  readonly sources: readonly ManifestFrame[];
  readonly inputOf: ReadonlyMap<ManifestFrame, BlendedInput>;
  /** modality values of the superimposed pictures, where the state has no window */
  readonly range: readonly [number, number];
}

/** Where the pictures of a blend lie; null: they are not in this study, not grey, or nothing says where they lie. */
export function placeBlend(blend: Blend, manifest: Manifest): PlacedBlend | null {
  const framesOf = (inputs: readonly BlendedInput[]): [ManifestFrame, BlendedInput][] =>
    manifest.series.flatMap(({ seriesInstanceUID, frames }) =>
      inputs
        .filter(({ series }) => series === seriesInstanceUID)
        .flatMap((input) =>
          frames
            .filter(
              ({ instance }) =>
                input.images.size === 0 || input.images.has(instance.sopInstanceUID),
            )
            .map((frame): [ManifestFrame, BlendedInput] => [frame, input]),
        ),
    );
  const over = framesOf(blend.superimposed).filter(([{ instance }]) => isGrey(instance));
  const spaces = new Set(over.map(([{ instance }]) => instance.series.frameOfReferenceUID));
  const [space = ""] = spaces;
  if (space === "" || spaces.size !== 1) return null;
  const sources = over.map(([frame]) => frame);
  const placed = sources.flatMap((frame, index) => {
    const plane = planeOf(frame.geometry);
    return plane === null ? [] : [{ plane, frame: index }];
  });
  const thickness = sources[0]?.geometry.thickness ?? 1;
  const [volume] = PlaneStack.of(placed, null, thickness).sort(
    (a, b) => b.planes.length - a.planes.length,
  );
  const underlying = framesOf(blend.underlying)
    .map(([frame]) => frame)
    .filter(
      ({ instance, geometry }) =>
        instance.series.frameOfReferenceUID === space && planeOf(geometry) !== null,
    );
  if (volume === undefined || underlying.length === 0) return null;
  const ranges = sources.map(modalityRange);
  return {
    ...{ blend, underlying: new Set(underlying), volume, sources },
    inputOf: new Map(over),
    range: [
      ranges.reduce((least, [low]) => Math.min(least, low), Infinity),
      ranges.reduce((most, [, high]) => Math.max(most, high), -Infinity),
    ],
  };
}
function isGrey({ samples, photometric, reason }: ManifestFrame["instance"]): boolean {
  return samples === 1 && photometric.startsWith("MONOCHROME") && reason === "";
}
/** Planes that a picture needs; empty: it lies beside the volume. */
export function neededFrames({ volume }: PlacedBlend, plane: Plane): readonly number[] {
  if (!volume.isParallelTo(plane)) return volume.planes.map(({ frame }) => frame);
  const between = volume.between(volume.offsetOf(plane, 0, 0));
  return between === null ? [] : [...new Set([between[0].frame, between[1].frame])];
}
/** Modality values of a superimposed picture. */
export function modalityRaster(
  { inputOf }: PlacedBlend,
  frame: ManifestFrame,
  raster: Raster,
): Raster {
  const stated = inputOf.get(frame)?.rescale ?? null;
  const { modalityLut, rescaleSlope, rescaleIntercept } = frame.display;
  if (stated === null && modalityLut !== null)
    throw new SlError("unsupported", "superimposed values that go through a table");
  const [slope, intercept] =
    stated === null ? [rescaleSlope, rescaleIntercept] : [stated.slope, stated.intercept];
  return { ...raster, values: Float32Array.from(raster.values, (v) => v * slope + intercept) };
}
/** RGBA of the superimposed pictures at a picture's pixels; nothing where there is none. PS3.4 N.2.4. */
export function blendColors(
  { blend, volume, range }: PlacedBlend,
  picture: ManifestFrame,
  rasters: ReadonlyMap<number, Raster>,
): Uint8ClampedArray<ArrayBuffer> {
  const plane = planeOf(picture.geometry);
  if (plane === null) throw new SlError("unsupported", "a picture without a position");
  const { rows, cols } = picture.instance;
  const values = sampleLinear(volume, plane, { rows, cols }, (frame) => rasters.get(frame));
  const [input] = blend.superimposed;
  const { window = null, voiFunction = "LINEAR" } = input ?? {};
  const rgba = new Uint8ClampedArray(4 * values.length);
  values.forEach((value, pixel) => {
    if (Number.isNaN(value)) return;
    const share = voiShare(value, { window, voiFunction, voiLut: null, range });
    blend.palette.forEach(({ entries, bits }, channel) => {
      const entry = entries[Math.round(share * (entries.length - 1))] ?? 0;
      rgba[4 * pixel + channel] = Math.round((entry / (2 ** bits - 1)) * 255);
    });
    rgba[4 * pixel + 3] = 255;
  });
  return rgba;
}

/** The superimposed pictures of a blending presentation state over its underlying ones. */
export class BlendLayer implements Layer {
  readonly id = "blend";
  readonly label = "layers.blend";
  readonly #frames: ObjectFrames;
  readonly #results: ObjectResults<HTMLCanvasElement>;
  readonly #changed: () => void;
  #placed: PlacedBlend | null = null;
  #opacity = 1;

  constructor(frames: ObjectFrames, changed: () => void) {
    this.#frames = frames;
    this.#changed = changed;
    this.#results = new ObjectResults(
      ({ width, height }) => 4 * width * height,
      MAX_BYTES,
      changed,
    );
  }
  get placed(): PlacedBlend | null {
    return this.#placed;
  }
  get opacity(): number {
    return this.#opacity;
  }
  setOpacity(opacity: number): void {
    this.#opacity = Math.min(1, Math.max(0, opacity));
    this.#changed();
  }
  /** null: nothing is blended any more. */
  show(placed: PlacedBlend | null): void {
    this.#placed = placed;
    if (placed !== null) this.#opacity = placed.blend.opacity;
    this.#results.clear();
    this.#changed();
  }
  /** The study has grown: frames have other numbers now. */
  follow(manifest: Manifest | null): void {
    if (this.#placed === null) return;
    this.#placed = manifest === null ? null : placeBlend(this.#placed.blend, manifest);
    this.#results.clear();
  }
  has(frame: ManifestFrame): boolean {
    const plane = planeOf(frame.geometry);
    return (
      this.#placed !== null &&
      this.#placed.underlying.has(frame) &&
      plane !== null &&
      neededFrames(this.#placed, plane).length > 0
    );
  }
  problem(frame: ManifestFrame): SlError | null {
    return this.#placed?.underlying.has(frame) === true
      ? this.#results.problem(keyOf(frame))
      : null;
  }
  draw(context: CanvasRenderingContext2D, view: LayerView): void {
    const canvas = this.#get(view.frame);
    if (canvas === null) return;
    // PS3.3 C.11.14: opacity × superimposed + (1 − opacity) × underlying
    context.globalAlpha = this.#opacity;
    context.setTransform(...view.matrix);
    context.imageSmoothingEnabled = false;
    context.drawImage(canvas, 0, 0);
  }
  retry(): void {
    this.#results.forgetProblems();
  }
  dispose(): void {
    this.#results.clear();
    this.#placed = null;
  }
  #get(picture: ManifestFrame): HTMLCanvasElement | null {
    const placed = this.#placed;
    if (placed === null) return null;
    return this.#results.get(keyOf(picture), async () => {
      const { rows, cols } = picture.instance;
      const plane = planeOf(picture.geometry);
      const needed = plane === null ? [] : neededFrames(placed, plane);
      if (rows * cols > MOST_PIXELS || needed.length > MOST_FRAMES)
        throw new SlError("limit_exceeded", "too much to be blended");
      const rasters = await this.#rasters(placed, needed);
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [cols, rows];
      const image = new ImageData(blendColors(placed, picture, rasters), cols, rows);
      canvas.getContext("2d")?.putImageData(image, 0, 0);
      return canvas;
    });
  }
  async #rasters(
    placed: PlacedBlend,
    needed: readonly number[],
  ): Promise<ReadonlyMap<number, Raster>> {
    const read = async (index: number): Promise<readonly [number, Raster] | null> => {
      const frame = placed.sources[index];
      if (frame === undefined) return null;
      const at = frame.frameNumber - 1;
      const raster = (await this.#frames.rasters(frame.instance, [at])).get(at);
      return raster === undefined ? null : [index, modalityRaster(placed, frame, raster)];
    };
    const all = await Promise.all(needed.map(read));
    return new Map(all.filter((one) => one !== null));
  }
}
function keyOf({ instance, frameNumber }: ManifestFrame): string {
  return `${instance.hash}/${String(frameNumber)}`;
}
