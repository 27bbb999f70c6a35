import { errcName, SlError } from "../shared/errc.ts";

/** Mirror of wasm/bind/sl_abi.h; tests/web/abi_layout.test.ts compares every offset with sl_layout(). */
export const slAbiVersion = 1;

export const slFormat = {
  size: 32,
  rows: 0,
  cols: 4,
  samples_per_pixel: 8,
  bits_allocated: 10,
  bits_stored: 12,
  high_bit: 14,
  is_signed: 16,
  planar_configuration: 18,
  photometric: 20,
} as const;
export const slBlock = {
  size: 32,
  rows: 0,
  cols: 4,
  samples: 8,
  bits_allocated: 10,
  is_signed: 12,
  is_rgb: 14,
  values_ptr: 16,
  values_len: 20,
  is_float: 24,
  missing: 26,
  whole_rows: 28,
} as const;
export const slView = {
  size: 152,
  rescale_slope: 0,
  rescale_intercept: 8,
  window_center: 16,
  window_width: 24,
  zoom: 32,
  pan_x: 40,
  pan_y: 48,
  pixel_aspect: 56,
  texture: 64,
  image_rows: 68,
  image_cols: 72,
  viewport_width: 76,
  viewport_height: 80,
  modality_lut: 84,
  voi_lut: 88,
  palette: 92,
  voi_function: 96,
  photometric: 100,
  padding_first: 104,
  padding_last: 108,
  has_padding: 112,
  inverted: 114,
  presentation_inverse: 116,
  rotation_deg: 118,
  flip_horizontal: 120,
  flip_vertical: 122,
  interpolate: 124,
  color_bits: 126,
  color_table: 128,
  level_rows: 132,
  level_cols: 136,
  first_row: 140,
  first_col: 144,
} as const;

/** reader.wasm only. */
export const slBytes = { size: 8, ptr: 0, len: 4 } as const;
export const slFrameLocation = {
  size: 16,
  is_plain: 0,
  spans_ptr: 4,
  span_count: 8,
} as const;

/** icc.wasm only. */
export const slProfileTable = {
  size: 32,
  is_srgb: 0,
  curve_entries: 4,
  side: 8,
  curves_ptr: 12,
  light_ptr: 16,
  description_ptr: 20,
  description_len: 24,
} as const;

/** codec::Encoding, docs/wire_format.md. */
export const encoding = {
  htj2k: 1,
  j2k: 2,
  native: 3,
  rle: 4,
  jpeg: 5,
  jpegLs: 6,
  nativeBigEndian: 7,
  jpegXl: 8,
} as const;

/** What every Emscripten module exports. Pointers are offsets in `wasmMemory`; read them with `>>> 0`. */
export interface SlModule {
  readonly wasmMemory: WebAssembly.Memory;
  _sl_abi_version(): number;
  _sl_sha256(bytes: number, length: number, out: number): number;
  _sl_error_text(handle: number, out: number, cap: number): number;
  _sl_alloc(bytes: number): number;
  _sl_free(pointer: number): void;
  _sl_layout(name: number): number;
}
/** viewer.wasm, dicom.wasm and jxl.wasm. */
export interface SlDecoderModule extends SlModule {
  _sl_decoder_create(): number;
  _sl_decoder_destroy(decoder: number): void;
  _sl_decode(
    decoder: number,
    encoding: number,
    format: number,
    bytes: number,
    length: number,
    discardLevels: number,
    out: number,
  ): number;
  _sl_decode_region(
    decoder: number,
    encoding: number,
    format: number,
    bytes: number,
    length: number,
    discardLevels: number,
    region: number,
    out: number,
  ): number;
  _sl_can_decode(encoding: number): number;
}
/** reader.wasm only. */
export interface SlReaderModule extends SlModule {
  _sl_archive_create(): number;
  _sl_archive_destroy(archive: number): void;
  _sl_archive_add(
    archive: number,
    bytes: number,
    length: number,
    sha256: number,
    instance: number,
    frames: number,
  ): number;
  _sl_archive_contains(archive: number, sopInstanceUid: number): number;
  _sl_archive_directory(archive: number, bytes: number, length: number, out: number): number;
  _sl_archive_studies(archive: number, out: number): number;
  _sl_archive_manifest(archive: number, study: number, out: number): number;
  _sl_archive_locate(archive: number, instance: number, frameIndex0: number, out: number): number;
  _sl_archive_frame_bytes(
    archive: number,
    instance: number,
    frameIndex0: number,
    file: number,
    length: number,
    out: number,
  ): number;
  _sl_archive_overlay(
    archive: number,
    group: number,
    frameIndex0: number,
    file: number,
    length: number,
    out: number,
  ): number;
  _sl_archive_presentation(archive: number, file: number, length: number, out: number): number;
  _sl_archive_layer(archive: number, file: number, length: number, out: number): number;
  _sl_archive_profile(archive: number, file: number, length: number, out: number): number;
  /** Of a *_ranged call that runs: puts bytes of its file at `into`; 0, or anything else when they cannot be read. */
  readRange?: (offset: number, length: number, into: number) => number;
  _sl_archive_add_ranged(
    archive: number,
    size: number,
    sha256: number,
    instance: number,
    frames: number,
  ): number;
  _sl_archive_frame_ranged(
    archive: number,
    instance: number,
    frameIndex0: number,
    size: number,
    out: number,
  ): number;
  _sl_archive_overlay_ranged(
    archive: number,
    group: number,
    frameIndex0: number,
    size: number,
    out: number,
  ): number;
  _sl_document_attributes_ranged(document: number, size: number, out: number): number;
  _sl_digest_create(): number;
  _sl_digest_destroy(digest: number): void;
  _sl_digest_update(digest: number, bytes: number, length: number): number;
  _sl_digest_finish(digest: number, out: number): number;
  _sl_document_create(): number;
  _sl_document_destroy(document: number): void;
  _sl_document_json(document: number, file: number, length: number, out: number): number;
  _sl_document_part(
    document: number,
    file: number,
    length: number,
    part: number,
    out: number,
  ): number;
  _sl_document_attributes(document: number, file: number, length: number, out: number): number;
  _sl_document_keywords(document: number, tags: number, count: number, out: number): number;
}
/** icc.wasm only. */
export interface SlProfileModule extends SlModule {
  _sl_profile_create(): number;
  _sl_profile_destroy(profile: number): void;
  _sl_profile_table(profile: number, bytes: number, length: number, out: number): number;
}
/** viewer.wasm only. */
export interface SlViewerModule extends SlDecoderModule {
  /** Emscripten looks a canvas up here before it asks document.querySelector. */
  readonly specialHTMLTargets: Record<string, HTMLCanvasElement | OffscreenCanvas | undefined>;
  _sl_renderer_create(selector: number): number;
  _sl_renderer_destroy(renderer: number): void;
  _sl_texture_put(renderer: number, block: number, texture: number): number;
  _sl_texture_drop(renderer: number, texture: number): void;
  _sl_lut_put(
    renderer: number,
    kind: number,
    firstMapped: number,
    bitsPerEntry: number,
    count: number,
    entries: number,
    lut: number,
  ): number;
  _sl_lut_drop(renderer: number, lut: number): void;
  _sl_color_table_put(
    renderer: number,
    curveEntries: number,
    curves: number,
    side: number,
    light: number,
    table: number,
  ): number;
  _sl_color_table_drop(renderer: number, table: number): void;
  _sl_draw(renderer: number, view: number): number;
  _sl_draw_over(
    renderer: number,
    view: number,
    firstX: number,
    firstY: number,
    endX: number,
    endY: number,
  ): number;
  _sl_fill(
    renderer: number,
    width: number,
    height: number,
    firstX: number,
    firstY: number,
    endX: number,
    endY: number,
    rgb: number,
  ): number;
  _sl_capture(renderer: number, view: number, rgba: number, length: number): number;
  _sl_texture_bytes(renderer: number): number;
  _sl_max_texture_size(renderer: number): number;
}

/** Bytes of the module's heap, owned by one JavaScript object. Views are made per use: growth detaches older ones. */
export class HeapBuffer {
  readonly #module: SlModule;
  #pointer = 0;
  #capacity = 0;
  constructor(module: SlModule, capacity = 0) {
    this.#module = module;
    if (capacity > 0) this.reserve(capacity);
  }
  get pointer(): number {
    return this.#pointer;
  }
  /** Makes room; earlier content is lost when it must grow. Throws SlError out_of_memory. */
  reserve(bytes: number): void {
    if (bytes <= this.#capacity) return;
    this.dispose();
    const pointer = this.#module._sl_alloc(bytes) >>> 0;
    if (pointer === 0) throw new SlError("out_of_memory", `${bytes} bytes of the module's heap`);
    this.#pointer = pointer;
    this.#capacity = bytes;
  }
  bytes(length: number): Uint8Array {
    return new Uint8Array(this.#module.wasmMemory.buffer, this.#pointer, length);
  }
  view(length: number): DataView {
    return new DataView(this.#module.wasmMemory.buffer, this.#pointer, length);
  }
  write(source: Uint8Array): void {
    this.reserve(source.byteLength);
    this.bytes(source.byteLength).set(source);
  }
  dispose(): void {
    if (this.#pointer !== 0) this.#module._sl_free(this.#pointer);
    this.#pointer = 0;
    this.#capacity = 0;
  }
}

/** Text of the last failure of a decoder, renderer or archive; handle 0: of the last sl_renderer_create. */
export function errorText(module: SlModule, handle: number): string {
  const buffer = new HeapBuffer(module, 512);
  try {
    const length = module._sl_error_text(handle, buffer.pointer, 512);
    // A copy: TextDecoder refuses views of a growable memory in some engines.
    return new TextDecoder().decode(buffer.bytes(Math.max(0, Math.min(length, 511))).slice());
  } finally {
    buffer.dispose();
  }
}
/** Throws SlError when `code` is not 0. */
export function check(module: SlModule, handle: number, code: number): void {
  if (code !== 0) throw new SlError(errcName(code), errorText(module, handle));
}
