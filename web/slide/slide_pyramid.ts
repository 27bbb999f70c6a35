import type { ManifestFrame, ManifestInstance } from "../shared/manifest.ts";
import type { ImagePlace } from "../shared/slide.ts";
import { gridOf, originOf, type SlideImage, type TileGrid } from "./slide_image.ts";

/** One resolution of one optical path and focal plane. */
export interface SlideLevel {
  readonly cols: number;
  readonly rows: number;
  readonly tileCols: number;
  readonly tileRows: number;
  /** pixels of the finest level to one of these */
  readonly scaleX: number;
  readonly scaleY: number;
  readonly grid: TileGrid;
}
/** What can be chosen of a pyramid. */
export interface SlideLayer {
  readonly path: { readonly identifier: string; readonly description: string };
  readonly plane: number;
  /** finest first */
  readonly levels: readonly SlideLevel[];
}
/** Images of several resolutions of the same specimen. */
export interface SlidePyramid {
  /** the finest one */
  readonly base: SlideImage;
  readonly images: readonly SlideImage[];
  readonly paths: number;
  readonly planes: number;
  readonly layers: readonly SlideLayer[];
}

/** Sides that are rounded differ by pixels, those of another picture by more. */
const ASPECT_TOLERANCE = 0.02;
/** Paths and planes: 256 of each could be stated. */
const MOST_LAYERS = 4096;

/** Part of Image Type (0008,0008) value 3: PS3.3 C.8.12.4.1.1. */
function flavourOf(instance: ManifestInstance): string {
  return (instance.text["imageType"] ?? "").split("\\")[2]?.trim() ?? "";
}
/** A picture beside the slide: of its label, of the whole glass. */
export function isBesides(instance: ManifestInstance): boolean {
  const flavour = flavourOf(instance);
  return flavour === "LABEL" || flavour === "OVERVIEW";
}
function pixels({ tiling }: SlideImage): number {
  return tiling.cols * tiling.rows;
}
function isSamePicture(base: SlideImage, image: SlideImage): boolean {
  const [a, b] = [base.tiling, image.tiling];
  const [across, down] = [a.cols / b.cols, a.rows / b.rows];
  // one pixel of the smaller picture is what rounding may cost
  const tolerance = Math.max(ASPECT_TOLERANCE, 1 / b.cols, 1 / b.rows);
  return (
    a.pyramid === b.pyramid &&
    base.instance.samples === image.instance.samples &&
    Math.abs(across / down - 1) <= tolerance
  );
}
/** There is no place in the pyramid yet for what the image shows. */
function isRepeat(pyramid: readonly SlideImage[], { tiling }: SlideImage): boolean {
  return pyramid.some(
    ({ tiling: other }) =>
      other.cols === tiling.cols &&
      other.rows === tiling.rows &&
      other.paths.some((path) => tiling.paths.some((one) => one.identifier === path.identifier)),
  );
}
/** Images of one series, those that show the same together, the largest pyramid first. */
export function slidePyramids(images: readonly SlideImage[]): SlidePyramid[] {
  const groups: SlideImage[][] = [];
  for (const image of [...images].sort((a, b) => pixels(b) - pixels(a))) {
    const home = groups.find(
      (group) =>
        group[0] !== undefined && isSamePicture(group[0], image) && !isRepeat(group, image),
    );
    if (home === undefined) groups.push([image]);
    else home.push(image);
  }
  return groups.flatMap((group) => (group[0] === undefined ? [] : [pyramidOf(group[0], group)]));
}
function pyramidOf(base: SlideImage, images: readonly SlideImage[]): SlidePyramid {
  const paths = new Map<string, SlideLayer["path"]>();
  for (const image of images)
    for (const path of image.tiling.paths)
      if (!paths.has(path.identifier)) paths.set(path.identifier, path);
  const planes = Math.max(...images.map(({ tiling }) => tiling.planes));
  const layers: SlideLayer[] = [];
  for (const path of paths.values()) {
    for (let plane = 0; plane < planes && layers.length < MOST_LAYERS; plane++)
      layers.push({ path, plane, levels: levelsOf(base, images, path.identifier, plane) });
  }
  return { base, images, paths: paths.size, planes, layers };
}
function levelsOf(
  base: SlideImage,
  images: readonly SlideImage[],
  identifier: string,
  plane: number,
): SlideLevel[] {
  const levels: SlideLevel[] = [];
  for (const image of images) {
    const path = image.tiling.paths.findIndex((one) => one.identifier === identifier);
    if (path < 0) continue;
    const { cols, rows, planes } = image.tiling;
    // coarse levels often have the middle plane only
    const own = planes > 1 ? Math.min(plane, planes - 1) : 0;
    const grid = gridOf(image, path, own);
    if (grid.count === 0) continue;
    levels.push({
      cols,
      rows,
      tileCols: image.instance.cols,
      tileRows: image.instance.rows,
      scaleX: scaleOf(base.tiling.cols, cols),
      scaleY: scaleOf(base.tiling.rows, rows),
      grid,
    });
  }
  return levels;
}
/** A whole number where the level's size is what that leaves, however it was rounded. */
function scaleOf(base: number, level: number): number {
  const whole = Math.round(base / level);
  return Math.abs(base - level * whole) < whole ? whole : base / level;
}
/** mm of one pixel of the finest level, [between rows, between columns]. */
export function spacingOf({ instance, tiling }: SlideImage): readonly [number, number] | null {
  const stated: ManifestFrame | undefined = instance.frames[0];
  if (stated?.geometry.spacing != null) return stated.geometry.spacing;
  return tiling.volume === null
    ? null
    : [tiling.volume[1] / tiling.rows, tiling.volume[0] / tiling.cols];
}
/** Where the pixels of an image of the pyramid, or of one frame of it, lie on the finest level. */
export function placeOf(
  { base, images }: SlidePyramid,
  sopInstanceUID: string,
  frame: number | null,
): ImagePlace | null {
  for (const image of images) {
    const { tiling, parts } = image;
    const part = parts.findIndex((one) => one.sopInstanceUID === sopInstanceUID);
    if (part < 0) continue;
    const origin = frame === null ? { col: 0, row: 0 } : originOf(image, part, frame);
    if (origin === null) return null;
    return {
      col: origin.col,
      row: origin.row,
      scaleX: scaleOf(base.tiling.cols, tiling.cols),
      scaleY: scaleOf(base.tiling.rows, tiling.rows),
    };
  }
  return null;
}
