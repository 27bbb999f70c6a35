import type { TexturePart } from "../decode/renderer.ts";
import { SlError } from "../shared/errc.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import type { FrameRegion, SampleBlock } from "../shared/messages.ts";
import type { Clip } from "../shared/slide.ts";
import { blockBytes, fullLevel } from "../tiles/levels.ts";
import { blockPart, reducedSides } from "./block_part.ts";
import { clipOf, seenArea, shapeOf, type ImageArea } from "./geometry.ts";
import { regionOf, tilesIn, type GridTile } from "./level_grid.ts";
import type { CachedTexture, TextureOwner } from "./texture_cache.ts";
import type { ViewModel } from "./view_state.ts";

/** Decodes a part of a level of a frame, out of what is here of its stream. Rejects with SlError; "stale": not now. */
export type DecodePart = (
  frame: ManifestFrame,
  level: number,
  region: FrameRegion,
) => Promise<SampleBlock>;

/** What there is of the frame that is shown. */
export interface DetailSource {
  readonly frame: ManifestFrame;
  /** its whole texture */
  readonly whole: Pick<CachedTexture, "level" | "discard">;
  /** decoded values, of the level `decoded`, which is at least the texture's; null: none. Asked for when parts are cut. */
  readonly block: () => SampleBlock | null;
  readonly decoded: number;
  /** highest level whose bytes are here, when parts of it can be decoded; -1 */
  readonly received: number;
}
/** One part, to be drawn over the whole texture. */
export interface DrawnPart {
  readonly texture: number;
  readonly part: TexturePart;
  readonly clip: Clip;
}
export interface Detail {
  /** the finer ones last */
  readonly parts: readonly DrawnPart[];
  /** all that is seen is at least of this level; -1: of none */
  readonly level: number;
}
interface Tile {
  readonly texture: number;
  readonly bytes: number;
  readonly level: number;
  readonly discard: number;
  readonly area: ImageArea;
  readonly part: TexturePart;
}

/** A level that is smaller is decoded whole as quickly. */
const LARGE_BLOCK_BYTES = 4 * 1024 * 1024;

/** Parts of the picture that is shown, finer than its whole texture: of a picture that is too large for one texture, or whose finer
 *  level is not decoded yet. Tiles (level_grid.ts), cut from the values in memory, else decoded by region in a worker. */
export class DetailTiles {
  readonly #owner: Pick<TextureOwner, "putTexture" | "dropTexture">;
  readonly #budgetBytes: number;
  readonly #decode: DecodePart;
  readonly #changed: () => void;
  /** of one frame; in order of use, oldest first */
  readonly #tiles = new Map<string, Tile>();
  #frame: ManifestFrame | null = null;
  #bytes = 0;
  /** a worker has been asked, 0: it has not */
  #asked = 0;
  #lastAsked = 0;
  #hasFailed = false;

  constructor(
    owner: Pick<TextureOwner, "putTexture" | "dropTexture">,
    budgetBytes: number,
    decode: DecodePart,
    changed: () => void,
  ) {
    this.#owner = owner;
    this.#budgetBytes = budgetBytes;
    this.#decode = decode;
    this.#changed = changed;
  }
  get bytes(): number {
    return this.#bytes;
  }
  /** What is drawn over the whole texture in this view: brings what is decoded of it to the GPU, and asks for the rest. */
  refine(source: DetailSource, model: ViewModel): Detail {
    this.#begin(source.frame);
    const wanted = discardAt(model.view.zoom);
    const { whole } = source;
    if (whole.discard === 0) this.clear();
    if (whole.discard <= wanted) return { parts: [], level: whole.level };
    this.#cut(source, model, wanted);
    this.ask(source, model);
    const parts = this.#drawn(source, model);
    this.#evict(parts.length);
    return { parts, level: this.#levelOf(source, model, wanted) };
  }
  /** Has a worker decode what is seen, where it can be finer than all that is decoded. */
  ask(source: DetailSource, model: ViewModel): void {
    this.#begin(source.frame);
    const { frame, whole, decoded, received } = source;
    const full = fullLevel(frame);
    const level = Math.min(full - discardAt(model.view.zoom), received);
    if (this.#asked !== 0 || this.#hasFailed || level <= Math.max(decoded, whole.level)) return;
    if (blockBytes(frame, level) < LARGE_BLOCK_BYTES) return;
    const tiles = this.#seen(frame, model, full - level).filter(
      (tile) => !this.#tiles.has(keyOf(level, full - level, tile)),
    );
    if (tiles.length === 0) return;
    const region = regionOf(tiles);
    const sides = reducedSides(shapeOf(frame), full - level);
    if (region.cols * region.rows * 2 > sides.cols * sides.rows) return;
    void this.#askWorker(frame, level, tiles, region);
  }
  clear(): void {
    for (const key of [...this.#tiles.keys()]) this.#drop(key);
    this.#frame = null;
    this.#asked = 0;
    this.#hasFailed = false;
  }

  async #askWorker(
    frame: ManifestFrame,
    level: number,
    tiles: readonly GridTile[],
    region: FrameRegion,
  ): Promise<void> {
    const asked = (this.#asked = ++this.#lastAsked);
    try {
      const block = await this.#decode(frame, level, region);
      if (this.#asked !== asked) return;
      const discard = fullLevel(frame) - level;
      for (const tile of tiles) this.#put(frame, level, discard, tile, block, 0, region);
      this.#changed();
    } catch (error) {
      // what is wrong with the frame is told when it is decoded whole; after "stale" the next draw asks again
      const isStale = error instanceof SlError && error.code === "stale";
      if (this.#asked === asked && !isStale) this.#hasFailed = true;
    } finally {
      if (this.#asked === asked) this.#asked = 0;
    }
  }
  #begin(frame: ManifestFrame): void {
    if (this.#frame === frame) return;
    this.clear();
    this.#frame = frame;
  }
  #seen(frame: ManifestFrame, { view, size }: ViewModel, discard: number): GridTile[] {
    const shape = shapeOf(frame);
    return tilesIn(shape, discard, seenArea(shape, view, size));
  }
  /** Tiles of what is decoded already, of which the whole texture has not every sample. */
  #cut(source: DetailSource, model: ViewModel, wanted: number): void {
    const { frame, decoded, whole } = source;
    const lacking = fullLevel(frame) - decoded;
    const discard = Math.max(wanted, lacking);
    const block = discard < whole.discard ? source.block() : null;
    if (block === null) return;
    for (const tile of this.#seen(frame, model, discard))
      this.#put(frame, decoded, discard, tile, block, discard - lacking, { x: 0, y: 0 });
  }
  /** `first`: where the block's first sample lies in the level that `steps` leave of it. */
  #put(
    frame: ManifestFrame,
    level: number,
    discard: number,
    tile: GridTile,
    block: SampleBlock,
    steps: number,
    first: Pick<FrameRegion, "x" | "y">,
  ): void {
    const key = keyOf(level, discard, tile);
    if (this.#tiles.has(key)) return;
    const { x, y, cols, rows } = tile.region;
    const own = blockPart(block, steps, { x: x - first.x, y: y - first.y, cols, rows });
    const sides = reducedSides(shapeOf(frame), discard);
    const bytes = own.values.byteLength;
    const texture = this.#owner.putTexture(own);
    const part: TexturePart = {
      levelRows: sides.rows,
      levelCols: sides.cols,
      firstRow: y,
      firstCol: x,
    };
    this.#tiles.set(key, { texture, bytes, level, discard, area: tile.area, part });
    this.#bytes += bytes;
  }
  /** Those that are seen, now the most recently used ones. */
  #drawn({ frame, whole }: DetailSource, { view, size }: ViewModel): DrawnPart[] {
    const shape = shapeOf(frame);
    const drawn: { tile: Tile; clip: Clip }[] = [];
    for (const [key, tile] of [...this.#tiles]) {
      const clip = tile.discard < whole.discard ? clipOf(tile.area, shape, view, size) : null;
      if (clip === null) continue;
      drawn.push({ tile, clip });
      this.#tiles.delete(key);
      this.#tiles.set(key, tile);
    }
    drawn.sort((a, b) => b.tile.discard - a.tile.discard || a.tile.level - b.tile.level);
    return drawn.map(({ tile: { texture, part }, clip }) => ({ texture, part, clip }));
  }
  #levelOf({ frame, whole, decoded }: DetailSource, model: ViewModel, wanted: number): number {
    const full = fullLevel(frame);
    const isCovered = (level: number, discard: number): boolean =>
      this.#seen(frame, model, discard).every((tile) =>
        this.#tiles.has(keyOf(level, discard, tile)),
      );
    if (decoded >= 0 && isCovered(decoded, Math.max(wanted, full - decoded))) return decoded;
    for (let level = full - wanted; level > full - whole.discard; level--)
      if (isCovered(level, full - level)) return level;
    return Math.max(-1, full - whole.discard);
  }
  /** The longest unseen first; the last `kept` stay. */
  #evict(kept: number): void {
    for (const key of [...this.#tiles.keys()].slice(0, this.#tiles.size - kept)) {
      if (this.#bytes <= this.#budgetBytes) return;
      this.#drop(key);
    }
  }
  #drop(key: string): void {
    const tile = this.#tiles.get(key);
    if (tile === undefined) return;
    this.#tiles.delete(key);
    this.#bytes -= tile.bytes;
    this.#owner.dropTexture(tile.texture);
  }
}
/** Highest resolutions without which there still is a sample for each device pixel. */
function discardAt(zoom: number): number {
  return zoom >= 1 ? 0 : Math.floor(Math.log2(1 / zoom) + 1e-9);
}
function keyOf(level: number, discard: number, { col, row }: GridTile): string {
  return `${level}/${discard}/${col}/${row}`;
}
