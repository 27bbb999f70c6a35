import type { ManifestFrame, ManifestInstance } from "../shared/manifest.ts";
import type { SlideTiling } from "../shared/slide.ts";
import type { ImageArea } from "../view/geometry.ts";

/** One resolution as it was stored: an instance, or the parts of a concatenation. PS3.3 C.7.6.16.2.2.4. */
export interface SlideImage {
  /** the first part */
  readonly instance: ManifestInstance;
  readonly tiling: SlideTiling;
  readonly parts: readonly ManifestInstance[];
  /** of each part: frames of the image before its own; null: nobody knows, a part before it is missing */
  readonly offsets: readonly (number | null)[];
  /** In-concatenation Numbers (0020,9162) without which parts cannot be placed */
  readonly missingParts: readonly number[];
}
/** A tile of a level, at the place of its first pixel, from 0. */
export interface PlacedTile {
  readonly frame: ManifestFrame;
  readonly col: number;
  readonly row: number;
}
/** Tiles of one image, optical path and focal plane. Sizes and places are a file's: nothing is allocated by them. */
export interface TileGrid {
  /** frames that may be in it */
  readonly count: number;
  /** Tiles that touch the area, not more than `most`, those in its middle first; null: there are more. */
  within(area: ImageArea, most: number): readonly PlacedTile[] | null;
  /** The image says that it has tiles in the area which are not here. Of an area that is not too large for `within`. */
  lacks(area: ImageArea): boolean;
}
interface CellRange {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Frames that are all tiles of a whole grid in their order. PS3.3 C.7.6.17.3, TILED_FULL. */
export class FullGrid implements TileGrid {
  readonly #image: SlideImage;
  readonly #across: number;
  readonly #down: number;
  /** tiles before those of this path and plane */
  readonly #first: number;

  constructor(image: SlideImage, path: number, plane: number) {
    const { tiling, instance } = image;
    this.#image = image;
    this.#across = Math.ceil(tiling.cols / instance.cols);
    this.#down = Math.ceil(tiling.rows / instance.rows);
    this.#first = (path * tiling.planes + plane) * this.#across * this.#down;
  }
  get count(): number {
    const { parts, offsets } = this.#image;
    const stored = parts.reduce(
      (sum, part, i) => sum + (offsets[i] == null ? 0 : part.frames.length),
      0,
    );
    return Math.min(this.#across * this.#down, stored);
  }
  within(area: ImageArea, most: number): readonly PlacedTile[] | null {
    const { cols, rows } = this.#image.instance;
    const { left, right, top, bottom } = this.#cells(area);
    if (cellCount({ left, right, top, bottom }) > most) return null;
    const tiles: PlacedTile[] = [];
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const frame = this.#frame(this.#first + y * this.#across + x);
        if (frame !== null) tiles.push({ frame, col: x * cols, row: y * rows });
      }
    }
    return tiles;
  }
  lacks(area: ImageArea): boolean {
    const cells = cellCount(this.#cells(area));
    return this.within(area, cells)?.length !== cells;
  }
  #cells(area: ImageArea): CellRange {
    const { cols, rows } = this.#image.instance;
    return {
      left: Math.max(0, Math.floor(area.left / cols)),
      right: Math.min(this.#across - 1, Math.ceil(area.right / cols) - 1),
      top: Math.max(0, Math.floor(area.top / rows)),
      bottom: Math.min(this.#down - 1, Math.ceil(area.bottom / rows) - 1),
    };
  }
  /** By its number in the whole concatenation; null: the file does not hold it. */
  #frame(number: number): ManifestFrame | null {
    const { parts, offsets } = this.#image;
    for (const [i, { frames }] of parts.entries()) {
      const offset = offsets[i] ?? null;
      const frame = offset === null ? undefined : frames[number - offset];
      if (frame !== undefined) return frame;
    }
    return null;
  }
}

function cellCount({ left, right, top, bottom }: CellRange): number {
  return Math.max(0, right - left + 1) * Math.max(0, bottom - top + 1);
}

/** Frames that say where they lie: anywhere, in any order, one over the other. */
export class SparseGrid implements TileGrid {
  /** by the square of the grid that the first pixel lies in */
  readonly #squares = new Map<number, PlacedTile[]>();
  readonly #all: PlacedTile[] = [];
  readonly #across: number;
  readonly #cols: number;
  readonly #rows: number;

  constructor(image: SlideImage, path: number, plane: number) {
    const { tiling, instance } = image;
    this.#cols = instance.cols;
    this.#rows = instance.rows;
    this.#across = Math.ceil(tiling.cols / instance.cols) + 1; // the first column: tiles that begin before it
    for (const tile of tilesByLayer(image).get(layerKey(path, plane)) ?? []) {
      const { col, row } = tile;
      const isOutside =
        col >= tiling.cols ||
        row >= tiling.rows ||
        col + instance.cols <= 0 ||
        row + instance.rows <= 0;
      // 0, 0 is what a frame without a place has
      if (!isOutside && !(col === -1 && row === -1)) this.#add(tile);
    }
  }
  get count(): number {
    return this.#all.length;
  }
  within(area: ImageArea, most: number): readonly PlacedTile[] | null {
    const isTouched = ({ col, row }: PlacedTile): boolean =>
      col < area.right &&
      row < area.bottom &&
      col + this.#cols > area.left &&
      row + this.#rows > area.top;
    const tiles = [...this.#candidates(area)].filter(isTouched);
    // later frames lie over earlier ones
    return tiles.length > most ? null : tiles.sort((a, b) => a.frame.id - b.frame.id);
  }
  /** Where it has none, nothing was scanned: PS3.3 C.7.6.17.3, TILED_SPARSE. */
  lacks(): boolean {
    return false;
  }
  #add(tile: PlacedTile): void {
    this.#all.push(tile);
    const square = this.#square(
      Math.floor(tile.col / this.#cols),
      Math.floor(tile.row / this.#rows),
    );
    const there = this.#squares.get(square);
    if (there === undefined) this.#squares.set(square, [tile]);
    else there.push(tile);
  }
  #square(x: number, y: number): number {
    return (y + 1) * this.#across + x + 1;
  }
  /** All that may touch the area, and some that do not. */
  *#candidates(area: ImageArea): Generator<PlacedTile> {
    const left = Math.max(-1, Math.floor(area.left / this.#cols) - 1);
    const right = Math.min(this.#across - 2, Math.floor(area.right / this.#cols));
    const [top, bottom] = [
      Math.max(-1, Math.floor(area.top / this.#rows) - 1),
      Math.floor(area.bottom / this.#rows),
    ];
    if ((right - left + 1) * (bottom - top + 1) > this.#all.length) {
      yield* this.#all;
      return;
    }
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) yield* this.#squares.get(this.#square(x, y)) ?? [];
    }
  }
}

const layerKey = (path: number, plane: number): number => path * 256 + plane;
const sorted = new WeakMap<SlideImage, ReadonlyMap<number, readonly PlacedTile[]>>();

/** Tiles of each path and plane, found once: a file may state thousands of these. */
function tilesByLayer(image: SlideImage): ReadonlyMap<number, readonly PlacedTile[]> {
  const known = sorted.get(image);
  if (known !== undefined) return known;
  const byLayer = new Map<number, PlacedTile[]>();
  image.parts.forEach(({ frames }, part) => {
    for (const frame of frames) {
      const place = originOf(image, part, frame.frameNumber);
      if (place === null) continue;
      const key = layerKey(place.path, place.plane);
      const tile = { frame, col: place.col, row: place.row };
      const there = byLayer.get(key);
      if (there === undefined) byLayer.set(key, [tile]);
      else there.push(tile);
    }
  });
  sorted.set(image, byLayer);
  return byLayer;
}

/** The parts of each concatenation together, the others alone. */
export function slideImages(instances: readonly ManifestInstance[]): SlideImage[] {
  const groups = new Map<string, ManifestInstance[]>();
  instances.forEach((instance, i) => {
    const { slide } = instance;
    if (slide === undefined) return;
    const { concatenation, cols, rows } = slide;
    const key =
      concatenation === ""
        ? String(i)
        : [concatenation, cols, rows, instance.cols, instance.rows, instance.samples].join(" ");
    groups.set(key, [...(groups.get(key) ?? []), instance]);
  });
  const images: SlideImage[] = [];
  for (const group of groups.values()) {
    const parts = group.sort(
      ({ slide: a }, { slide: b }) =>
        (a?.part ?? 0) - (b?.part ?? 0) || (a?.offset ?? 0) - (b?.offset ?? 0),
    );
    const [instance] = parts;
    if (instance?.slide !== undefined)
      images.push({ instance, tiling: instance.slide, parts, ...offsetsOf(parts) });
  }
  return images;
}
/** Parts behind the first without a Concatenation Frame Offset Number (0020,9228) begin where the part before them ends. */
function offsetsOf(
  parts: readonly ManifestInstance[],
): Pick<SlideImage, "offsets" | "missingParts"> {
  const ends = new Map<number, number>();
  const offsets = parts.map(({ slide, frames }) => {
    const { part = 0, offset = 0 } = slide ?? {};
    const begin = part <= 1 || offset > 0 ? offset : (ends.get(part - 1) ?? null);
    if (begin !== null && !ends.has(part)) ends.set(part, begin + frames.length);
    return begin;
  });
  const there = new Set(parts.map(({ slide }) => slide?.part ?? 0));
  const isUnplaced = parts.some(({ slide }, i) => offsets[i] === null && slide?.tiles === null);
  const last = isUnplaced ? (parts[parts.length - 1]?.slide?.part ?? 0) : 0;
  const missingParts: number[] = [];
  for (let part = 1; part < last; part++) if (!there.has(part)) missingParts.push(part);
  return { offsets, missingParts };
}
export function gridOf(image: SlideImage, path: number, plane: number): TileGrid {
  const isSparse = image.parts.some((part) => part.slide?.tiles != null);
  return isSparse ? new SparseGrid(image, path, plane) : new FullGrid(image, path, plane);
}
/** First column and row of a frame (from 1) of a part of an image, from 0, and what it shows; null: nobody knows. PS3.3 C.7.6.17.3. */
export function originOf(
  { parts, offsets }: SlideImage,
  part: number,
  frame: number,
): (Pick<PlacedTile, "col" | "row"> & { path: number; plane: number }) | null {
  const { slide, frames, cols, rows } = parts[part] ?? {};
  if (slide === undefined || frames === undefined || frame < 1 || frame > frames.length)
    return null;
  const { tiles, layers } = slide;
  const i = 2 * (frame - 1);
  if (tiles !== null)
    return {
      col: (tiles[i] ?? 1) - 1,
      row: (tiles[i + 1] ?? 1) - 1,
      path: layers?.[i] ?? 0,
      plane: layers?.[i + 1] ?? 0,
    };
  const offset = offsets[part] ?? null;
  if (offset === null || cols === undefined || rows === undefined) return null;
  const across = Math.ceil(slide.cols / cols);
  const whole = across * Math.ceil(slide.rows / rows);
  const number = offset + frame - 1;
  const tile = number % whole;
  const layer = Math.floor(number / whole);
  return {
    col: (tile % across) * cols,
    row: Math.floor(tile / across) * rows,
    path: Math.floor(layer / slide.planes),
    plane: layer % slide.planes,
  };
}
