import type {
  FrameStream,
  Manifest,
  ManifestFrame,
  ManifestInstance,
  ManifestSeries,
} from "../shared/manifest.ts";
import { slideImages } from "./slide_image.ts";
import { SlidePicture } from "./slide_picture.ts";
import { isBesides, slidePyramids, spacingOf, type SlidePyramid } from "./slide_pyramid.ts";

/** A manifest as the viewer shows it: each slide is one picture. */
export function withSlides(manifest: Manifest): Manifest {
  let nextId = manifest.frames.length; // numbers that the wire does not use
  const series = manifest.series.map((one) => {
    const tiled = one.instances.filter(isTile);
    if (tiled.length === 0) return one;
    const shown = slideSeries(one, tiled, nextId);
    nextId += shown.frames.length;
    return shown;
  });
  return { ...manifest, series };
}
function isTile(instance: ManifestInstance): boolean {
  return instance.slide !== undefined && instance.reason === "" && !isBesides(instance);
}
function slideSeries(
  stored: ManifestSeries,
  tiled: readonly ManifestInstance[],
  firstId: number,
): ManifestSeries {
  const instances: ManifestInstance[] = [];
  const frames: ManifestFrame[] = [];
  const series: ManifestSeries = { ...stored, sortedBy: "instanceNumber", instances, frames };
  for (const pyramid of slidePyramids(slideImages(tiled)))
    instances.push(slideInstance(pyramid, series, firstId + frames.length, frames));
  for (const instance of stored.instances) {
    if (isTile(instance)) continue;
    const own: ManifestFrame[] = [];
    const moved: ManifestInstance = { ...instance, series, frames: own };
    for (const frame of instance.frames) own.push({ ...frame, instance: moved });
    instances.push(moved);
    frames.push(...own);
  }
  return series;
}
/** Of a pyramid: as if its finest level were one frame for each path and plane. */
function slideInstance(
  pyramid: SlidePyramid,
  series: ManifestSeries,
  firstId: number,
  all: ManifestFrame[],
): ManifestInstance {
  const { base } = pyramid;
  const frames: ManifestFrame[] = [];
  const instance: ManifestInstance = {
    ...base.instance,
    series,
    rows: base.tiling.rows,
    cols: base.tiling.cols,
    pending: pyramid.images.some(({ parts }) => parts.some(({ pending }) => pending)),
    pixelAspectRatio: null,
    frames,
  };
  const [first] = base.instance.frames;
  if (first === undefined) return instance;
  for (const layer of pyramid.layers) {
    if (layer.levels.length === 0) continue;
    const frame: ManifestFrame = {
      id: firstId + frames.length,
      frameNumber: frames.length + 1,
      instance,
      display: first.display,
      geometry: { ...first.geometry, spacing: spacingOf(base) },
      // one level, which is never streamed itself: its tiles are
      stream: streamOf(pyramid),
      presentationAspect: 1,
      slide: new SlidePicture(pyramid, layer),
    };
    frames.push(frame);
    all.push(frame);
  }
  return instance;
}
/** Values that a grey slide has, by its smallest image; where nobody knows them, all that its bits can hold. */
function streamOf({ base, images }: SlidePyramid): FrameStream | null {
  const [first] = base.instance.frames;
  if (first === undefined || (first.stream === null && base.instance.streamsApart === undefined))
    return null;
  const streams = (images[images.length - 1] ?? base).parts.flatMap(({ frames }) =>
    frames.flatMap(({ stream }) => (stream === null ? [] : [stream])),
  );
  const min = streams.reduce((least, stream) => Math.min(least, stream.min), 0);
  const max = streams.reduce((most, stream) => Math.max(most, stream.max), 0);
  const isKnown = min !== 0 || max !== 0;
  const { bitsStored, signed } = base.instance;
  const lowest = signed ? -(2 ** (bitsStored - 1)) : 0;
  const range = isKnown ? { min, max } : { min: lowest, max: lowest + 2 ** bitsStored - 1 };
  return { encoding: 0, digest: null, ...range, ends: [0], failure: null };
}
