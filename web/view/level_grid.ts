import type { FrameRegion } from "../shared/messages.ts";
import { reducedSides } from "./block_part.ts";
import type { ImageArea, ImageShape } from "./geometry.ts";

/** What interpolation reaches beyond a tile's samples is one; the other is for rounding. */
const BORDER = 2;
/** Samples of a level to a tile, each way: a texture of 512 × 512. */
const SIDE = 512 - 2 * BORDER;

/** A square of a resolution level. */
export interface GridTile {
  readonly col: number;
  readonly row: number;
  /** what it shows, in pixels of the full level */
  readonly area: ImageArea;
  /** its samples of the level, with a border */
  readonly region: FrameRegion;
}

/** The tiles of the level without the `discard` highest resolutions that touch an area of the picture, row by row. */
export function tilesIn(shape: ImageShape, discard: number, seen: ImageArea): GridTile[] {
  const scale = 2 ** discard;
  const side = SIDE * scale;
  const level = reducedSides(shape, discard);
  const tiles: GridTile[] = [];
  if (seen.left >= shape.cols || seen.top >= shape.rows) return tiles;
  const endRow = Math.ceil(Math.min(shape.rows, seen.bottom) / side);
  const endCol = Math.ceil(Math.min(shape.cols, seen.right) / side);
  for (let row = Math.floor(Math.max(0, seen.top) / side); row < endRow; row++) {
    for (let col = Math.floor(Math.max(0, seen.left) / side); col < endCol; col++) {
      const x = Math.max(0, col * SIDE - BORDER);
      const y = Math.max(0, row * SIDE - BORDER);
      tiles.push({
        col,
        row,
        area: {
          left: col * side,
          top: row * side,
          right: Math.min(shape.cols, (col + 1) * side),
          bottom: Math.min(shape.rows, (row + 1) * side),
        },
        region: {
          x,
          y,
          cols: Math.min(level.cols, (col + 1) * SIDE + BORDER) - x,
          rows: Math.min(level.rows, (row + 1) * SIDE + BORDER) - y,
        },
      });
    }
  }
  return tiles;
}
/** The smallest region that holds those of all tiles; there is at least one. */
export function regionOf(tiles: readonly GridTile[]): FrameRegion {
  const x = Math.min(...tiles.map(({ region }) => region.x));
  const y = Math.min(...tiles.map(({ region }) => region.y));
  return {
    x,
    y,
    cols: Math.max(...tiles.map(({ region }) => region.x + region.cols)) - x,
    rows: Math.max(...tiles.map(({ region }) => region.y + region.rows)) - y,
  };
}
