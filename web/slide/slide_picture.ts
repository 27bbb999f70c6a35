import { t } from "../i18n/translate.ts";
import { rgbOfLab } from "../layers/display_color.ts";
import type { Quality } from "../shared/api.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import type {
  Clip,
  HeldTile,
  ImagePlace,
  PixelSize,
  Slide,
  SlidePainted,
  SlidePlacement,
  TileCanvas,
  TilePlace,
} from "../shared/slide.ts";
import {
  clipOf,
  drawnSize,
  fitZoom,
  middleEdge,
  seenArea,
  toViewport,
  type ImageArea,
  type ImageShape,
} from "../view/geometry.ts";
import { isLossySource } from "../view/quality.ts";
import { magnificationOf } from "./magnification.ts";
import type { PlacedTile } from "./slide_image.ts";
import {
  placeOf,
  spacingOf,
  type SlideLayer,
  type SlideLevel,
  type SlidePyramid,
} from "./slide_pyramid.ts";

/** Tiles of one level that one view may take, whatever a file says. */
const MOST_TILES = 512;
/** Share of the textures that one view may take: the others are for where it comes from and goes to. */
const VIEW_SHARE = 0.5;
/** The coarsest level is wanted whole, for the overview is made of it, up to 16 tiles, or more of small ones. */
const OVERVIEW_TILES = 16;
const MOST_OVERVIEW_TILES = 128;
const OVERVIEW_PIXELS = 1 << 20;
/** New textures in one animation frame, milliseconds. */
const UPLOAD_MS = 8;
const WHITE = 0xffffff;

interface Shown {
  readonly tile: PlacedTile;
  readonly held: HeldTile;
}

/** One optical path and focal plane: which tiles a view needs, and how they are drawn. */
export class SlidePicture implements Slide {
  readonly label: string;
  readonly levels: number;
  readonly magnification: number | null;
  readonly overview: PixelSize;
  readonly instances: ReadonlySet<string>;
  readonly missingParts: readonly number[];
  readonly path: string;
  readonly #pyramid: SlidePyramid;
  /** finest first, at least one */
  readonly #levels: readonly SlideLevel[];
  readonly #shape: ImageShape;
  readonly #absent: number;
  readonly #isLossy: boolean;

  constructor(pyramid: SlidePyramid, layer: SlideLayer) {
    const { base } = pyramid;
    this.#pyramid = pyramid;
    this.path = layer.path.identifier;
    this.missingParts = pyramid.images.flatMap(({ missingParts }) => missingParts);
    this.#levels = layer.levels;
    this.levels = layer.levels.length;
    this.label = labelOf(pyramid, layer);
    this.#shape = { cols: base.tiling.cols, rows: base.tiling.rows, pixelAspect: 1 };
    this.magnification = magnificationOf(spacingOf(base)?.[1] ?? null, base.tiling.objective);
    this.instances = new Set(
      pyramid.images.flatMap(({ parts }) => parts.map((part) => part.sopInstanceUID)),
    );
    this.#absent = absentColour(pyramid);
    this.#isLossy = base.instance.lossy !== null;
    const { cols, rows } = layer.levels[layer.levels.length - 1] ?? this.#shape;
    this.overview = { width: cols, height: rows };
  }
  locate(sopInstanceUID: string, frame: number | null): ImagePlace | null {
    return placeOf(this.#pyramid, sopInstanceUID, frame);
  }
  wants(
    placement: SlidePlacement,
    size: PixelSize,
    textureBytes: number,
  ): readonly ManifestFrame[] {
    const { target } = this.#choice(placement, size, textureBytes);
    const coarsest = this.#levels[this.#levels.length - 1];
    if (target === undefined || coarsest === undefined) return [];
    const frames = new Set<ManifestFrame>();
    const seen = this.#seen(placement, size);
    const add = (level: SlideLevel, tiles: readonly PlacedTile[] | null): void => {
      for (const { frame } of fromMiddle(level, seen, tiles ?? [])) frames.add(frame);
    };
    add(coarsest, overviewTiles(coarsest) ?? this.#tiles(coarsest, seen, textureBytes));
    add(target, this.#tiles(target, seen, textureBytes));
    // what the next small movement shows
    const margin = { x: target.tileCols * target.scaleX, y: target.tileRows * target.scaleY };
    const around: ImageArea = {
      left: seen.left - margin.x,
      top: seen.top - margin.y,
      right: seen.right + margin.x,
      bottom: seen.bottom + margin.y,
    };
    add(target, this.#tiles(target, around, textureBytes));
    return [...frames];
  }
  paint(canvas: TileCanvas, placement: SlidePlacement): SlidePainted {
    canvas.clear();
    const { size, textureBytes } = canvas;
    const { target, isFine } = this.#choice(placement, size, textureBytes);
    const seen = this.#seen(placement, size);
    const matrix = this.#clip(
      { left: 0, top: 0, right: this.#shape.cols, bottom: this.#shape.rows },
      placement,
      size,
    );
    if (target === undefined || matrix === null)
      return { quality: "none", level: -1, isUnfinished: false };
    canvas.fill(matrix, placement.inverted ? WHITE - this.#absent : this.#absent);
    const deadline = performance.now() + UPLOAD_MS;
    let isUnfinished = false;
    const hold = ({ frame }: PlacedTile): HeldTile => {
      const mayUpload = performance.now() < deadline;
      const held = canvas.hold(frame, mayUpload);
      isUnfinished ||= !mayUpload && !held.isDrawable && !held.hasFailed;
      return held;
    };
    const tiles = this.#tiles(target, seen, textureBytes);
    const shown = (tiles ?? []).map((tile): Shown => ({ tile, held: hold(tile) }));
    const isDrawable = tiles !== null && shown.every(({ held }) => held.isDrawable);
    let level = -1;
    if (!isDrawable) level = this.#paintBeneath(canvas, placement, target, seen);
    for (const { tile, held } of shown) {
      if (!held.isDrawable) continue;
      canvas.draw(tile.frame, this.#place(target, tile, placement, size));
      level = this.#number(target);
    }
    // nothing was scanned here, or it cannot be loaded at this zoom: the glass is all there is
    if (tiles === null || tiles.length === 0) level = Math.max(level, 0);
    const held = qualityOf(tiles === null || !isFine ? null : shown, level, this.#isLossy);
    const isWhole = held === "none" || held === "preview" || !this.#lacks(target, seen);
    const quality = isWhole ? held : "incomplete";
    return { quality, level, isUnfinished };
  }
  paintOverview(canvas: TileCanvas, size: PixelSize): boolean {
    const coarsest = this.#levels[this.#levels.length - 1];
    if (coarsest === undefined) return false;
    const zoom = fitZoom(this.#shape, 0, size);
    const placement: SlidePlacement = {
      zoom,
      rotation: 0,
      flipHorizontal: false,
      flipVertical: false,
      inverted: false,
      pan: { x: 0, y: 0 },
    };
    const drawn = drawnSize(this.#shape, placement);
    const cornered: SlidePlacement = {
      ...placement,
      pan: {
        x: middleEdge(size.width, drawn.width) - middleEdge(canvas.size.width, drawn.width),
        y: middleEdge(size.height, drawn.height) - middleEdge(canvas.size.height, drawn.height),
      },
    };
    canvas.fill({ firstX: 0, firstY: 0, endX: size.width, endY: size.height }, this.#absent);
    let isWhole = true;
    // too many: glass, on which the view is marked
    for (const tile of overviewTiles(coarsest) ?? []) {
      const isDrawable = canvas.hold(tile.frame, true).isDrawable;
      isWhole &&= isDrawable;
      if (isDrawable) canvas.draw(tile.frame, this.#place(coarsest, tile, cornered, canvas.size));
    }
    return isWhole;
  }
  tileAt(row: number, col: number): { frame: ManifestFrame; row: number; col: number } | null {
    const base = this.#levels[0];
    if (base === undefined || base.scaleX !== 1 || base.scaleY !== 1) return null;
    const point: ImageArea = { left: col, top: row, right: col + 1, bottom: row + 1 };
    const tile = base.grid.within(point, MOST_TILES)?.at(-1);
    return tile === undefined
      ? null
      : { frame: tile.frame, row: row - tile.row, col: col - tile.col };
  }

  /** Where that is too many tiles, the next coarser one; isFine false: it has less than the screen could show. */
  #choice(
    placement: SlidePlacement,
    size: PixelSize,
    textureBytes: number,
  ): { readonly target: SlideLevel | undefined; readonly isFine: boolean } {
    const wanted = this.#target(placement.zoom);
    if (wanted === undefined) return { target: undefined, isFine: false };
    const seen = this.#seen(placement, size);
    const coarser = this.#levels.slice(this.#levels.indexOf(wanted));
    const target = coarser.find((level) => this.#tiles(level, seen, textureBytes) !== null);
    return { target: target ?? wanted, isFine: target === wanted };
  }
  /** The coarsest level that has a pixel for each of the screen's. */
  #target(zoom: number): SlideLevel | undefined {
    const fine = this.#levels.filter(
      ({ scaleX, scaleY }) => Math.max(scaleX, scaleY) * zoom <= 1 + 1e-9,
    );
    return fine[fine.length - 1] ?? this.#levels[0];
  }
  /** As wire levels are numbered: 0 is the coarsest. */
  #number(level: SlideLevel): number {
    return this.#levels.length - 1 - this.#levels.indexOf(level);
  }
  /** What is seen, in pixels of the finest level. */
  #seen(placement: SlidePlacement, size: PixelSize): ImageArea {
    return seenArea(this.#shape, placement, size);
  }
  /** Tiles of a level in an area of the finest level; null: too many. */
  #tiles(level: SlideLevel, seen: ImageArea, textureBytes: number): readonly PlacedTile[] | null {
    const area = areaOf(level, seen);
    if (area.right <= area.left || area.bottom <= area.top) return [];
    const tileBytes = level.tileCols * level.tileRows * 4;
    const most = Math.max(4, Math.floor((textureBytes * VIEW_SHARE) / tileBytes));
    return level.grid.within(area, Math.min(MOST_TILES, most));
  }
  #lacks(level: SlideLevel, seen: ImageArea): boolean {
    const area = areaOf(level, seen);
    return area.right > area.left && area.bottom > area.top && level.grid.lacks(area);
  }
  /** What is on the GPU of other levels, the finer over the coarser, so that there is no blank. */
  #paintBeneath(
    canvas: TileCanvas,
    placement: SlidePlacement,
    target: SlideLevel,
    seen: ImageArea,
  ): number {
    let drawn = -1;
    for (const level of [...this.#levels].reverse()) {
      if (level === target) continue;
      for (const tile of this.#tiles(level, seen, canvas.textureBytes) ?? []) {
        // the coarsest is what everything else lies on: it may be brought to the GPU for that
        const held = canvas.hold(tile.frame, level === this.#levels[this.#levels.length - 1]);
        if (!held.isDrawable) continue;
        canvas.draw(tile.frame, this.#place(level, tile, placement, canvas.size));
        if (drawn < 0 || level.scaleX >= target.scaleX) drawn = this.#number(level);
      }
    }
    return drawn;
  }
  #place(
    level: SlideLevel,
    tile: PlacedTile,
    placement: SlidePlacement,
    size: PixelSize,
  ): TilePlace {
    const { scaleX, scaleY, tileCols, tileRows } = level;
    const zoom = placement.zoom * scaleX;
    const pixelAspect = scaleY / scaleX;
    const centre = toViewport(
      { row: (tile.row + tileRows / 2) * scaleY, col: (tile.col + tileCols / 2) * scaleX },
      this.#shape,
      placement,
      size,
    );
    const drawn = drawnSize(
      { rows: tileRows, cols: tileCols, pixelAspect },
      { ...placement, zoom },
    );
    const inside: ImageArea = {
      left: Math.max(0, tile.col) * scaleX,
      top: Math.max(0, tile.row) * scaleY,
      right: Math.min(level.cols, tile.col + tileCols) * scaleX,
      bottom: Math.min(level.rows, tile.row + tileRows) * scaleY,
    };
    return {
      zoom,
      pixelAspect,
      panX: centre.x - drawn.width / 2 - middleEdge(size.width, drawn.width),
      panY: centre.y - drawn.height / 2 - middleEdge(size.height, drawn.height),
      clip: this.#clip(inside, placement, size) ?? { firstX: 0, firstY: 0, endX: 0, endY: 0 },
    };
  }
  /** Device pixels whose centre lies in the area of the finest level; null: none. */
  #clip(area: ImageArea, placement: SlidePlacement, size: PixelSize): Clip | null {
    return clipOf(area, this.#shape, placement, size);
  }
}
/** All of a level; null: too many tiles to be loaded for an overview. */
function overviewTiles({ grid, cols, rows, tileCols, tileRows }: SlideLevel): PlacedTile[] | null {
  const affordable = Math.floor(OVERVIEW_PIXELS / (tileCols * tileRows));
  const most = Math.min(MOST_OVERVIEW_TILES, Math.max(OVERVIEW_TILES, affordable));
  const tiles = grid.within({ left: 0, top: 0, right: cols, bottom: rows }, most);
  return tiles === null ? null : [...tiles];
}
/** What is seen of a level, in its own pixels. */
function areaOf({ cols, rows, scaleX, scaleY }: SlideLevel, seen: ImageArea): ImageArea {
  return {
    left: Math.max(0, seen.left / scaleX),
    right: Math.min(cols, seen.right / scaleX),
    top: Math.max(0, seen.top / scaleY),
    bottom: Math.min(rows, seen.bottom / scaleY),
  };
}
/** The tiles in the middle of what is seen first. */
function fromMiddle(
  level: SlideLevel,
  seen: ImageArea,
  tiles: readonly PlacedTile[],
): PlacedTile[] {
  const { left, right, top, bottom } = areaOf(level, seen);
  const distance = ({ col, row }: PlacedTile): number =>
    Math.hypot(
      col + level.tileCols / 2 - (left + right) / 2,
      row + level.tileRows / 2 - (top + bottom) / 2,
    );
  return [...tiles].sort((a, b) => distance(a) - distance(b));
}
/** `shown`: the tiles of the level that the view needs; null: they are too many to be loaded. */
function qualityOf(shown: readonly Shown[] | null, level: number, isLossy: boolean): Quality {
  if (level < 0) return "none";
  if (shown === null) return "preview";
  if (shown.length === 0) return isLossy ? "lossy" : "screen"; // glass: there is nothing to prove
  const isHere = ({ held }: Shown): boolean => held.isDrawable || held.hasFailed;
  if (!shown.every(isHere)) return "preview";
  if (shown.some(({ held }) => held.isIncomplete || held.hasFailed)) return "incomplete";
  const cameLossy = ({ tile }: Shown): boolean =>
    tile.frame.instance.isLocal ? tile.frame.instance.lossy !== null : isLossySource(tile.frame);
  if (shown.some(cameLossy)) return "lossy";
  if (shown.every(({ held }) => held.isVerified)) return "lossless";
  return shown.every(({ tile }) => tile.frame.instance.isLocal) ? "original" : "screen";
}
function labelOf(pyramid: SlidePyramid, { path, plane }: SlideLayer): string {
  const parts: string[] = [];
  if (pyramid.paths > 1) parts.push(path.description || path.identifier);
  if (pyramid.planes > 1) parts.push(t("slide.plane", { n: plane + 1, count: pyramid.planes }));
  return parts.join(" · ");
}
/** White where nothing is said: glass. Black for pictures of one sample: fluorescence. PS3.3 C.8.12.4.1.4. */
function absentColour({ base }: SlidePyramid): number {
  const { absent } = base.tiling;
  if (absent === null) return base.instance.samples === 1 ? 0 : WHITE;
  const [red, green, blue] = rgbOfLab(absent);
  return (red << 16) | (green << 8) | blue;
}
