import type {
  Manifest,
  ManifestFrame,
  ManifestInstance,
  ManifestSeries,
} from "../../../web/shared/manifest.ts";
import type { SlideTiling } from "../../../web/shared/slide.ts";
import { buildManifest } from "../manifest_builder.ts";

export function tiling(change: Partial<SlideTiling> = {}): SlideTiling {
  return {
    cols: 1024,
    rows: 768,
    planes: 1,
    paths: [{ identifier: "1", description: "" }],
    tiles: null,
    layers: null,
    concatenation: "",
    part: 0,
    offset: 0,
    objective: null,
    volume: null,
    absent: null,
    pyramid: "",
    ...change,
  };
}
export interface SlideOptions {
  readonly frames: number;
  readonly slide: Partial<SlideTiling>;
  readonly flavour?: string;
  readonly instance?: Partial<ManifestInstance>;
}
/** One series of instances whose tiles are 256 x 256, in colour, lossy. */
export function slideManifest(options: readonly SlideOptions[]): Manifest {
  const built = buildManifest([{ rows: 256, cols: 256, ends: [100] }]);
  const [stored] = built.series;
  const [model] = built.frames;
  if (stored === undefined || model === undefined) throw new Error("no frame");
  const instances: ManifestInstance[] = [];
  const frames: ManifestFrame[] = [];
  const series: ManifestSeries = { ...stored, instances, frames };
  options.forEach(({ frames: count, slide, flavour = "VOLUME", instance: change }, i) => {
    const own: ManifestFrame[] = [];
    const instance: ManifestInstance = {
      ...model.instance,
      series,
      sopInstanceUID: `1.5.${String(i)}`,
      samples: 3,
      bitsAllocated: 8,
      bitsStored: 8,
      photometric: "RGB",
      text: { imageType: `ORIGINAL\\PRIMARY\\${flavour}\\NONE` },
      slide: tiling(slide),
      frames: own,
      ...change,
    };
    const stream = { encoding: 5, ends: [100], digest: null, min: 0, max: 0, failure: null };
    for (let n = 0; n < count; n++)
      own.push({ ...model, id: frames.length + n, frameNumber: n + 1, instance, stream });
    instances.push(instance);
    frames.push(...own);
  });
  return { ...built, series: [series], frames };
}
