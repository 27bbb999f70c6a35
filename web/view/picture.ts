import { Renderer, type DrawView } from "../decode/renderer.ts";
import type { SlViewerModule } from "../decode/sl_abi.ts";
import type { ColorCorrection } from "../shared/api.ts";
import type { Difference, ManifestFrame } from "../shared/manifest.ts";
import type { Clip, TilePlace } from "../shared/slide.ts";
import { fullLevel } from "../tiles/levels.ts";
import type { TileStore } from "../tiles/tile_store.ts";
import { ColorTables } from "./color_tables.ts";
import { hasRealValues } from "./default_window.ts";
import { differenceBlock } from "./difference_block.ts";
import { shapeOf } from "./geometry.ts";
import { TableCache, TextureCache, type CachedTexture } from "./texture_cache.ts";
import type { ViewModel } from "./view_state.ts";

/** One canvas: which textures it has, and how a view becomes what the renderer draws. */
export class Picture {
  readonly #renderer: Renderer;
  readonly #textures: TextureCache;
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
  ) {
    this.#renderer = Renderer.create(module, canvas);
    this.#store = store;
    this.#colors = colors;
    this.#textures = new TextureCache(this.#renderer, textureBytes, (frame) => {
      if (frame >= 0) store()?.offGpu(frame); // the others are differences
    });
    this.#tables = new TableCache(this.#renderer);
    this.#colorTables = new ColorTables(this.#renderer);
  }
  /** Level on the GPU; -1 = none. */
  level(frame: ManifestFrame): number {
    return this.#textures.level(keyOf(frame));
  }
  /** Brings the frame's decoded block to the GPU if it is better than what is there. True: something was uploaded.
   *  Throws SlError: graphics, limit_exceeded (larger than this GPU's textures), unsupported. */
  upload(frame: ManifestFrame): boolean {
    const store = this.#store();
    if (frame.difference !== undefined) return this.#uploadDifference(frame, frame.difference);
    const held = store?.held(frame.id) ?? null;
    if (store === null || held?.block == null) return false;
    if (held.decoded <= Math.max(this.#textures.level(frame.id), this.#refused.get(frame.id) ?? -1))
      return false;
    try {
      this.#textures.put(frame.id, held.block, held.decoded);
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
      this.#textures.put(key, block, full);
    } catch (error) {
      this.#refused.set(key, full);
      throw error;
    }
    return true;
  }
  /** Draws the best texture of the frame; returns its level, -1 when there is none and the canvas was cleared. */
  draw(model: ViewModel, frame: ManifestFrame | null): number {
    const cached = frame === null ? null : this.#textures.use(keyOf(frame));
    this.#renderer.draw(this.#view(model, frame, cached));
    return cached?.level ?? -1;
  }
  /** One tile of a slide, with the slide's window; nothing without a texture. */
  drawTile(model: ViewModel, tile: ManifestFrame, place: TilePlace): void {
    const cached = this.#textures.use(tile.id);
    if (cached === null) return;
    const { zoom, panX, panY, pixelAspect, clip } = place;
    const view = this.#view(model, tile, cached);
    this.#renderer.drawOver({ ...view, zoom, panX, panY, pixelAspect }, clip);
  }
  fill(clip: Clip, rgb: number): void {
    this.#renderer.fill(clip, rgb);
  }
  capture(model: ViewModel, frame: ManifestFrame | null): ImageData {
    return this.#renderer.capture(
      this.#view(model, frame, frame === null ? null : this.#textures.use(keyOf(frame))),
    );
  }
  drop(frame: number): void {
    this.#textures.drop(frame);
  }
  /** Of another study. */
  clear(): void {
    this.#refused.clear();
    this.#textures.clear();
    this.#tables.clear();
    this.#colorTables.clear();
  }
  dispose(): void {
    this.clear();
    this.#renderer.dispose();
  }
  #view(model: ViewModel, frame: ManifestFrame | null, cached: CachedTexture | null): DrawView {
    const { view, size } = model;
    const shape = frame === null ? { rows: 1, cols: 1, pixelAspect: 1 } : shapeOf(frame);
    const display = frame?.display;
    const isGray = frame?.instance.samples === 1;
    return {
      texture: cached?.texture ?? 0,
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
