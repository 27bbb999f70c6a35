import { Renderer, type DrawView, type TexturePart } from "../decode/renderer.ts";
import type { SlViewerModule } from "../decode/sl_abi.ts";
import type { ColorCorrection } from "../shared/api.ts";
import type { Difference, ManifestFrame } from "../shared/manifest.ts";
import type { SampleBlock } from "../shared/messages.ts";
import type { Clip, TilePlace } from "../shared/slide.ts";
import { fullLevel } from "../tiles/levels.ts";
import type { TileStore } from "../tiles/tile_store.ts";
import { reducedBlock } from "./block_part.ts";
import { ColorTables } from "./color_tables.ts";
import { hasRealValues } from "./default_window.ts";
import { DetailTiles, type DecodePart, type DetailSource } from "./detail_tiles.ts";
import { differenceBlock } from "./difference_block.ts";
import { shapeOf } from "./geometry.ts";
import { TableCache, TextureCache, type CachedTexture } from "./texture_cache.ts";
import type { ViewModel } from "./view_state.ts";

/** Of the textures that may be held, what one whole picture may take: a larger one is held with fewer samples, and in parts where
 *  these are seen. */
const WHOLE_SHARE = 1 / 4;
/** What the parts may take that are not seen any more. */
const PARTS_SHARE = 1 / 4;
/** docs/wire_format.md: HTJ2K and JPEG 2000, of which parts can be decoded alone */
const ENCODINGS_IN_PARTS: readonly number[] = [1, 2];

/** One canvas: which textures it has, and how a view becomes what the renderer draws. */
export class Picture {
  readonly #renderer: Renderer;
  readonly #textures: TextureCache;
  readonly #detail: DetailTiles;
  readonly #maxSide: number;
  readonly #maxBytes: number;
  #isInParts = false;
  readonly #tables: TableCache;
  readonly #colorTables: ColorTables;
  readonly #store: () => TileStore | null;
  readonly #colors: () => ColorCorrection | null;

  /** by frame: level that the GPU did not take, which is not tried at every draw */
  readonly #refused = new Map<number, number>();

  /** Throws SlError("graphics") when there is no WebGL 2. */
  constructor(
    module: SlViewerModule,
    canvas: HTMLCanvasElement,
    textureBytes: number,
    store: () => TileStore | null,
    colors: () => ColorCorrection | null,
    decodePart: DecodePart,
    changed: () => void,
  ) {
    this.#renderer = Renderer.create(module, canvas);
    this.#maxSide = this.#renderer.maxTextureSize;
    this.#maxBytes = textureBytes * WHOLE_SHARE;
    this.#store = store;
    this.#colors = colors;
    this.#textures = new TextureCache(this.#renderer, textureBytes, (frame) => {
      if (frame >= 0) store()?.offGpu(frame); // the others are differences
    });
    this.#detail = new DetailTiles(this.#renderer, textureBytes * PARTS_SHARE, decodePart, changed);
    this.#tables = new TableCache(this.#renderer);
    this.#colorTables = new ColorTables(this.#renderer);
  }
  /** Level on the GPU; -1 = none. */
  level(frame: ManifestFrame): number {
    return this.#textures.level(keyOf(frame));
  }
  /** What was drawn last is more than one texture. */
  get isInParts(): boolean {
    return this.#isInParts;
  }
  /** The texture has fewer samples than were decoded. */
  isReduced(frame: ManifestFrame): boolean {
    const cached = this.#textures.get(keyOf(frame));
    return cached !== null && cached.discard > fullLevel(frame) - cached.level;
  }
  /** Brings the frame's decoded block to the GPU if it is better than what is there. True: something was uploaded.
   *  Throws SlError: graphics, unsupported. */
  upload(frame: ManifestFrame): boolean {
    const store = this.#store();
    if (frame.difference !== undefined) return this.#uploadDifference(frame, frame.difference);
    const held = store?.held(frame.id) ?? null;
    if (store === null || held?.block == null) return false;
    if (held.decoded <= Math.max(this.#textures.level(frame.id), this.#refused.get(frame.id) ?? -1))
      return false;
    try {
      this.#put(frame, held.block, held.decoded);
    } catch (error) {
      this.#refused.set(frame.id, held.decoded);
      throw error;
    }
    store.onGpu(frame.id);
    return true;
  }
  #uploadDifference(frame: ManifestFrame, difference: Difference): boolean {
    const { key } = difference;
    const full = fullLevel(frame);
    if (this.#textures.level(key) >= 0 || (this.#refused.get(key) ?? -1) >= full) return false;
    try {
      const block = differenceBlock(difference, this.#store());
      if (block === null) return false;
      this.#put(frame, block, full);
    } catch (error) {
      this.#refused.set(key, full);
      throw error;
    }
    return true;
  }
  /** The block, or as much of it as one texture holds. */
  #put(frame: ManifestFrame, whole: SampleBlock, level: number): void {
    const { block, steps } = reducedBlock(whole, this.#maxSide, this.#maxBytes);
    this.#textures.put(keyOf(frame), block, level, fullLevel(frame) - level + steps);
  }
  /** Draws the best texture of the frame, and over it finer parts of what is seen; returns the level of that, -1 when there is none
   *  and the canvas was cleared. */
  draw(model: ViewModel, frame: ManifestFrame | null): number {
    const cached = frame === null ? null : this.#textures.use(keyOf(frame));
    const view = this.#view(model, frame, cached?.texture ?? 0);
    this.#renderer.draw(view);
    this.#isInParts = false;
    if (frame === null || cached === null) return -1;
    const { parts, level } = this.#detail.refine(this.#sourceOf(frame, cached), model);
    this.#isInParts = parts.length > 0;
    for (const { texture, part, clip } of parts)
      this.#renderer.drawOver({ ...view, texture, part }, clip);
    this.#textures.reserve(this.#detail.bytes, keyOf(frame));
    return level;
  }
  /** Bytes of the frame that is shown have come: what is seen of it is decoded before the rest. */
  ask(model: ViewModel, frame: ManifestFrame): void {
    const cached = this.#textures.get(keyOf(frame));
    if (cached !== null) this.#detail.ask(this.#sourceOf(frame, cached), model);
  }
  #sourceOf(frame: ManifestFrame, whole: CachedTexture): DetailSource {
    const store = this.#store();
    const { difference, stream } = frame;
    if (difference !== undefined) {
      const block = (): SampleBlock | null => differenceBlock(difference, store);
      return { frame, whole, block, decoded: fullLevel(frame), received: -1 };
    }
    const held = store?.held(frame.id) ?? null;
    const decoded = held?.decoded ?? -1;
    const isInParts = ENCODINGS_IN_PARTS.includes(stream?.encoding ?? 0);
    return {
      frame,
      whole,
      block: () => (decoded >= whole.level ? (held?.block ?? null) : null),
      decoded,
      received: held === null || held.failure !== null || !isInParts ? -1 : held.received,
    };
  }
  /** One tile of a slide, with the slide's window; nothing without a texture. */
  drawTile(model: ViewModel, tile: ManifestFrame, place: TilePlace): void {
    const cached = this.#textures.use(tile.id);
    if (cached === null) return;
    const { zoom, panX, panY, pixelAspect, clip } = place;
    const view = this.#view(model, tile, cached.texture);
    this.#renderer.drawOver({ ...view, zoom, panX, panY, pixelAspect }, clip);
  }
  fill(clip: Clip, rgb: number): void {
    this.#renderer.fill(clip, rgb);
  }
  capture(model: ViewModel, frame: ManifestFrame | null): ImageData {
    const cached = frame === null ? null : this.#textures.use(keyOf(frame));
    return this.#renderer.capture(this.#view(model, frame, cached?.texture ?? 0));
  }
  drop(frame: number): void {
    this.#detail.clear();
    this.#textures.drop(frame);
  }
  /** Of another study. */
  clear(): void {
    this.#refused.clear();
    this.#detail.clear();
    this.#textures.clear();
    this.#tables.clear();
    this.#colorTables.clear();
  }
  dispose(): void {
    this.clear();
    this.#renderer.dispose();
  }
  #view(
    model: ViewModel,
    frame: ManifestFrame | null,
    texture: number,
    part: TexturePart | null = null,
  ): DrawView {
    const { view, size } = model;
    const shape = frame === null ? { rows: 1, cols: 1, pixelAspect: 1 } : shapeOf(frame);
    const display = frame?.display;
    const isGray = frame?.instance.samples === 1;
    return {
      texture,
      part,
      imageRows: shape.rows,
      imageCols: shape.cols,
      pixelAspect: shape.pixelAspect,
      viewportWidth: size.width,
      viewportHeight: size.height,
      zoom: view.zoom,
      panX: view.pan.x,
      panY: view.pan.y,
      rotation: view.rotation,
      flipHorizontal: view.flipHorizontal,
      flipVertical: view.flipVertical,
      interpolate: view.interpolation === "linear",
      rescaleSlope: display?.rescaleSlope ?? 1,
      rescaleIntercept: display?.rescaleIntercept ?? 0,
      windowCenter: view.windowCenter ?? 0,
      windowWidth: view.windowWidth ?? 1,
      voiFunction: view.voiFunction,
      modalityLut: isGray ? this.#tables.lut(display?.modalityLut) : 0,
      voiLut: view.voiLut === null ? 0 : this.#tables.lut(display?.voiLuts[view.voiLut]),
      palette: this.#tables.palette(frame?.instance.palette ?? null),
      photometric: frame?.instance.photometric ?? "MONOCHROME2",
      padding: display?.padding ?? null,
      isReal: frame !== null && hasRealValues(frame),
      presentationInverse: display?.presentationInverse ?? false,
      inverted: view.inverted,
      colorBits: frame?.instance.bitsStored ?? 8,
      colorTable: frame === null ? 0 : this.#colorTables.use(this.#colors()?.of(frame) ?? null),
    };
  }
}

function keyOf({ difference, id }: ManifestFrame): number {
  return difference?.key ?? id;
}
