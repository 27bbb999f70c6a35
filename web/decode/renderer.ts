import { SlError } from "../shared/errc.ts";
import type { ColorTable } from "../shared/api.ts";
import type { Lut, VoiFunction } from "../shared/manifest.ts";
import type { SampleBlock } from "../shared/messages.ts";
import { photometricCode } from "../shared/photometric.ts";
import type { Clip } from "../shared/slide.ts";
import { check, errorText, HeapBuffer, slBlock, slView, type SlViewerModule } from "./sl_abi.ts";

/** Which part of a resolution level a texture holds; samples of the level. */
export interface TexturePart {
  readonly levelRows: number;
  readonly levelCols: number;
  readonly firstRow: number;
  readonly firstCol: number;
}
/** What one draw shows; units and meaning as SlView in wasm/bind/sl_abi.h, geometry as wasm/pixel/transform.hpp. */
export interface DrawView {
  /** from putTexture; 0 clears to black */
  readonly texture: number;
  /** null: it is a whole level */
  readonly part: TexturePart | null;
  /** full resolution of the frame, whatever level the texture has */
  readonly imageRows: number;
  readonly imageCols: number;
  /** device pixels; for draw() the canvas' own width and height */
  readonly viewportWidth: number;
  readonly viewportHeight: number;
  readonly zoom: number;
  readonly panX: number;
  readonly panY: number;
  /** row spacing / column spacing */
  readonly pixelAspect: number;
  readonly rotation: 0 | 90 | 180 | 270;
  readonly flipHorizontal: boolean;
  readonly flipVertical: boolean;
  readonly interpolate: boolean;
  readonly rescaleSlope: number;
  readonly rescaleIntercept: number;
  /** modality units */
  readonly windowCenter: number;
  readonly windowWidth: number;
  readonly voiFunction: VoiFunction;
  /** from putLut / putPalette, 0 = none */
  readonly modalityLut: number;
  readonly voiLut: number;
  readonly palette: number;
  /** PS3.3 name as in the manifest; a texture of an RGB block is RGB whatever stands here */
  readonly photometric: string;
  readonly padding: readonly [number, number] | null;
  /** the texture is of real numbers, and so is padding */
  readonly isReal: boolean;
  readonly presentationInverse: boolean;
  /** the user's toggle */
  readonly inverted: boolean;
  /** colour only: significant bits of one sample (the manifest's bitsStored); 0 means 8 */
  readonly colorBits: number;
  /** colour only: from putColorTable, 0 = none */
  readonly colorTable: number;
}

const voiFunctionCodes = { LINEAR: 0, LINEAR_EXACT: 1, SIGMOID: 2 } as const satisfies Record<
  VoiFunction,
  number
>;
let lastTarget = 0;

/** The C++ renderer on one canvas of the main thread. Every method throws SlError ("graphics" with "context lost" after
 *  webglcontextlost: dispose, and create again on webglcontextrestored). */
export class Renderer {
  readonly #module: SlViewerModule;
  readonly #canvas: HTMLCanvasElement;
  readonly #target: string;
  readonly #view: HeapBuffer;
  readonly #scratch: HeapBuffer;
  #handle: number;

  private constructor(
    module: SlViewerModule,
    canvas: HTMLCanvasElement,
    target: string,
    handle: number,
  ) {
    this.#module = module;
    this.#canvas = canvas;
    this.#target = target;
    this.#handle = handle;
    this.#view = new HeapBuffer(module, slView.size);
    this.#scratch = new HeapBuffer(module);
    canvas.addEventListener("webglcontextlost", this.#noticeLoss);
  }
  /** `module` from instantiateViewer() of viewer_assets.ts; any number of renderers may share it. */
  static create(module: SlViewerModule, canvas: HTMLCanvasElement): Renderer {
    const target = `!sl${++lastTarget}`;
    module.specialHTMLTargets[target] = canvas;
    const name = new HeapBuffer(module);
    try {
      name.write(new TextEncoder().encode(`${target}\0`));
      const handle = module._sl_renderer_create(name.pointer) >>> 0;
      if (handle === 0) throw new SlError("graphics", errorText(module, 0));
      return new Renderer(module, canvas, target, handle);
    } catch (error) {
      delete module.specialHTMLTargets[target];
      throw error;
    } finally {
      name.dispose();
    }
  }
  putTexture(block: SampleBlock): number {
    const header = slBlock.size + 8;
    this.#scratch.reserve(header + block.values.byteLength);
    const pointer = this.#scratch.pointer;
    const view = this.#scratch.view(header);
    view.setUint32(slBlock.rows, block.rows, true);
    view.setUint32(slBlock.cols, block.cols, true);
    view.setUint16(slBlock.samples, block.samples, true);
    view.setUint16(slBlock.bits_allocated, block.bitsAllocated, true);
    view.setUint16(slBlock.is_signed, block.signed ? 1 : 0, true);
    view.setUint16(slBlock.is_rgb, block.isRgb ? 1 : 0, true);
    view.setUint16(slBlock.is_float, block.isFloat ? 1 : 0, true);
    view.setUint16(slBlock.missing, 0, true);
    view.setUint32(slBlock.whole_rows, 0, true);
    view.setUint32(slBlock.values_ptr, pointer + header, true);
    view.setUint32(slBlock.values_len, block.values.byteLength, true);
    this.#scratch.bytes(header + block.values.byteLength).set(block.values, header);
    this.#check(this.#module._sl_texture_put(this.#handle, pointer, pointer + slBlock.size));
    return this.#scratch.view(header).getUint32(slBlock.size, true);
  }
  dropTexture(texture: number): void {
    this.#module._sl_texture_drop(this.#handle, texture);
  }
  /** A Modality or VOI LUT. */
  putLut(lut: Lut): number {
    return this.#putLut(0, lut, [lut.entries]);
  }
  /** Red, green and blue tables of equal length (PS3.3 C.7.6.3.1.5). */
  putPalette(palette: readonly [Lut, Lut, Lut]): number {
    return this.#putLut(
      1,
      palette[0],
      palette.map((lut) => lut.entries),
    );
  }
  dropLut(lut: number): void {
    this.#module._sl_lut_drop(this.#handle, lut);
  }
  putColorTable(table: ColorTable): number {
    const curvesAt = 8;
    const lightAt = curvesAt + table.curves.byteLength;
    const length = lightAt + table.light.byteLength;
    this.#scratch.reserve(length);
    const heap = this.#scratch.bytes(length);
    heap.set(new Uint8Array(table.curves.buffer), curvesAt);
    heap.set(new Uint8Array(table.light.buffer), lightAt);
    const { pointer } = this.#scratch;
    this.#check(
      this.#module._sl_color_table_put(
        this.#handle,
        table.curveEntries,
        pointer + curvesAt,
        table.side,
        pointer + lightAt,
        pointer,
      ),
    );
    return this.#scratch.view(4).getUint32(0, true);
  }
  dropColorTable(table: number): void {
    this.#module._sl_color_table_drop(this.#handle, table);
  }
  /** Draws to the canvas. */
  draw(view: DrawView): void {
    this.#writeView(view);
    this.#check(this.#module._sl_draw(this.#handle, this.#view.pointer));
  }
  /** Draws to a part of the canvas, over what is there. */
  drawOver(view: DrawView, { firstX, firstY, endX, endY }: Clip): void {
    this.#writeView(view);
    const { pointer } = this.#view;
    this.#check(this.#module._sl_draw_over(this.#handle, pointer, firstX, firstY, endX, endY));
  }
  /** One colour (0xRRGGBB) in a part of the canvas. */
  fill({ firstX, firstY, endX, endY }: Clip, rgb: number): void {
    const { width, height } = this.#canvas;
    this.#check(
      this.#module._sl_fill(this.#handle, width, height, firstX, firstY, endX, endY, rgb),
    );
  }
  /** The same picture off screen. */
  capture(view: DrawView): ImageData {
    const length = view.viewportWidth * view.viewportHeight * 4;
    const pixels = new HeapBuffer(this.#module, length);
    try {
      this.#writeView(view);
      this.#check(
        this.#module._sl_capture(this.#handle, this.#view.pointer, pixels.pointer, length),
      );
      const image = new ImageData(view.viewportWidth, view.viewportHeight);
      image.data.set(pixels.bytes(length));
      return image;
    } finally {
      pixels.dispose();
    }
  }
  get textureBytes(): number {
    return this.#module._sl_texture_bytes(this.#handle) >>> 0;
  }
  get maxTextureSize(): number {
    return this.#module._sl_max_texture_size(this.#handle) >>> 0;
  }
  dispose(): void {
    if (this.#handle === 0) return;
    this.#canvas.removeEventListener("webglcontextlost", this.#noticeLoss);
    this.#module._sl_renderer_destroy(this.#handle);
    this.#handle = 0;
    delete this.#module.specialHTMLTargets[this.#target];
    this.#view.dispose();
    this.#scratch.dispose();
  }

  /** The renderer notices a loss at its next call and then stays lost; without a call between loss and restoration it
   *  would go on with objects that are gone. */
  readonly #noticeLoss = (): void => {
    this.#module._sl_max_texture_size(this.#handle);
  };
  #check(code: number): void {
    check(this.#module, this.#handle, code);
  }
  #putLut(kind: number, head: Lut, tables: readonly Uint16Array[]): number {
    if (tables.some((table) => table.length !== head.entries.length))
      throw new SlError("invalid_argument", "palette lengths");
    const bytes = head.entries.length * 2;
    this.#scratch.reserve(8 + bytes * tables.length);
    const heap = this.#scratch.bytes(8 + bytes * tables.length);
    tables.forEach((table, i) => {
      heap.set(new Uint8Array(table.buffer, table.byteOffset, bytes), 8 + i * bytes);
    });
    const pointer = this.#scratch.pointer;
    this.#check(
      this.#module._sl_lut_put(
        this.#handle,
        kind,
        head.first,
        head.bits,
        head.entries.length,
        pointer + 8,
        pointer,
      ),
    );
    return this.#scratch.view(4).getUint32(0, true);
  }
  #writeView(v: DrawView): void {
    const view = this.#view.view(slView.size);
    const f64 = (offset: number, value: number): void => {
      view.setFloat64(offset, value, true);
    };
    const u32 = (offset: number, value: number): void => {
      view.setUint32(offset, value, true);
    };
    const u16 = (offset: number, value: number | boolean): void => {
      view.setUint16(offset, Number(value), true);
    };
    f64(slView.rescale_slope, v.rescaleSlope);
    f64(slView.rescale_intercept, v.rescaleIntercept);
    f64(slView.window_center, v.windowCenter);
    f64(slView.window_width, v.windowWidth);
    f64(slView.zoom, v.zoom);
    f64(slView.pan_x, v.panX);
    f64(slView.pan_y, v.panY);
    f64(slView.pixel_aspect, v.pixelAspect);
    u32(slView.texture, v.texture);
    u32(slView.image_rows, v.imageRows);
    u32(slView.image_cols, v.imageCols);
    u32(slView.viewport_width, v.viewportWidth);
    u32(slView.viewport_height, v.viewportHeight);
    u32(slView.modality_lut, v.modalityLut);
    u32(slView.voi_lut, v.voiLut);
    u32(slView.palette, v.palette);
    u32(slView.voi_function, voiFunctionCodes[v.voiFunction]);
    u32(slView.photometric, photometricCode(v.photometric));
    const padding = (offset: number, value: number | undefined): void => {
      if (v.isReal) view.setFloat32(offset, value ?? 0, true);
      else view.setInt32(offset, value ?? 0, true);
    };
    padding(slView.padding_first, v.padding?.[0]);
    padding(slView.padding_last, v.padding?.[1]);
    u16(slView.has_padding, v.padding !== null);
    u16(slView.inverted, v.inverted);
    u16(slView.presentation_inverse, v.presentationInverse);
    u16(slView.rotation_deg, v.rotation);
    u16(slView.flip_horizontal, v.flipHorizontal);
    u16(slView.flip_vertical, v.flipVertical);
    u16(slView.interpolate, v.interpolate);
    u16(slView.color_bits, v.colorBits);
    u32(slView.color_table, v.colorTable);
    u32(slView.level_rows, v.part?.levelRows ?? 0);
    u32(slView.level_cols, v.part?.levelCols ?? 0);
    u32(slView.first_row, v.part?.firstRow ?? 0);
    u32(slView.first_col, v.part?.firstCol ?? 0);
  }
}
