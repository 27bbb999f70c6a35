/** Pixels of one tile's side. */
const TILE = 1024;
/** Tiles kept: of all overlays of a picture what a large screen shows. */
const MAX_TILES = 24;

interface Level {
  readonly rows: number;
  readonly cols: number;
  readonly bits: Uint8Array;
}
/** A part of the image, in its pixels. */
export interface ImageBounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The bits of one frame of an overlay, as they are drawn. Where the picture is drawn smaller than it is, a pixel of it is set when
 *  any bit beneath it is: a line of one pixel never disappears. */
export class OverlayBitmap {
  readonly #levels: Level[];
  readonly #tiles = new Map<string, HTMLCanvasElement>();

  constructor(rows: number, cols: number, bits: Uint8Array) {
    this.#levels = [{ rows, cols, bits }];
  }
  get byteLength(): number {
    return this.#levels.reduce((sum, { bits }) => sum + bits.byteLength, 0);
  }
  isSet(row: number, col: number): boolean {
    return isSet(this.#level(0), row, col);
  }
  /** Draws in pixels of the overlay: the context's transform maps them. scale: device pixels of the smaller side of one of them;
   *  visible: what of it may be seen. */
  draw(
    context: CanvasRenderingContext2D,
    color: readonly [number, number, number],
    scale: number,
    visible: ImageBounds,
  ): void {
    const depth = scale >= 1 ? 0 : Math.min(16, Math.ceil(Math.log2(1 / scale) - 1e-6));
    const level = this.#level(depth);
    const size = 2 ** depth;
    const [first, last] = [tileAt(visible.left / size), tileAt((visible.right - 1) / size)];
    const [top, bottom] = [tileAt(visible.top / size), tileAt((visible.bottom - 1) / size)];
    context.imageSmoothingEnabled = false;
    for (let y = Math.max(0, top); y <= Math.min(bottom, tileAt(level.rows - 1)); y++)
      for (let x = Math.max(0, first); x <= Math.min(last, tileAt(level.cols - 1)); x++) {
        const tile = this.#tile(depth, level, y, x, color);
        const [width, height] = [tile.width * size, tile.height * size];
        context.drawImage(tile, x * TILE * size, y * TILE * size, width, height);
      }
  }
  #level(depth: number): Level {
    for (let next = this.#levels.length; next <= depth; next++) {
      const before = this.#levels[next - 1];
      if (before !== undefined) this.#levels.push(halved(before));
    }
    return this.#levels[depth] ?? { rows: 0, cols: 0, bits: new Uint8Array() };
  }
  #tile(
    depth: number,
    level: Level,
    y: number,
    x: number,
    color: readonly [number, number, number],
  ): HTMLCanvasElement {
    const key = [depth, y, x, ...color].join();
    const known = this.#tiles.get(key);
    this.#tiles.delete(key);
    const tile = known ?? tileOf(level, y * TILE, x * TILE, color);
    this.#tiles.set(key, tile);
    const oldest = this.#tiles.keys().next();
    if (this.#tiles.size > MAX_TILES && oldest.done !== true) this.#tiles.delete(oldest.value);
    return tile;
  }
}

function tileAt(pixel: number): number {
  return Math.floor(pixel / TILE);
}
function isSet({ rows, cols, bits }: Level, row: number, col: number): boolean {
  if (row < 0 || col < 0 || row >= rows || col >= cols) return false;
  const bit = row * cols + col;
  return (((bits[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1;
}
/** Half as many rows and columns; a pixel is set when one of its four was. */
function halved(level: Level): Level {
  const rows = Math.ceil(level.rows / 2);
  const cols = Math.ceil(level.cols / 2);
  const bits = new Uint8Array(Math.ceil((rows * cols) / 8));
  for (let row = 0; row < level.rows; row++)
    for (let col = 0; col < level.cols; col++)
      if (isSet(level, row, col)) {
        const bit = (row >> 1) * cols + (col >> 1);
        bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7));
      }
  return { rows, cols, bits };
}
function tileOf(
  level: Level,
  top: number,
  left: number,
  [red, green, blue]: readonly [number, number, number],
): HTMLCanvasElement {
  const tile = document.createElement("canvas");
  tile.width = Math.min(TILE, level.cols - left);
  tile.height = Math.min(TILE, level.rows - top);
  const image = new ImageData(tile.width, tile.height);
  const pixels = new Uint32Array(image.data.buffer);
  const [pixel = 0] = new Uint32Array(Uint8Array.of(red, green, blue, 255).buffer);
  for (let row = 0; row < tile.height; row++)
    for (let col = 0; col < tile.width; col++)
      if (isSet(level, top + row, left + col)) pixels[row * tile.width + col] = pixel;
  tile.getContext("2d")?.putImageData(image, 0, 0);
  return tile;
}
