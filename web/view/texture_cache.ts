import type { Lut } from "../shared/manifest.ts";
import type { SampleBlock } from "../shared/messages.ts";

/** What the caches need of the renderer. */
export interface TextureOwner {
  putTexture(block: SampleBlock): number;
  dropTexture(texture: number): void;
  putLut(lut: Lut): number;
  putPalette(palette: readonly [Lut, Lut, Lut]): number;
  dropLut(lut: number): void;
}
export interface CachedTexture {
  readonly texture: number;
  readonly level: number;
  /** highest resolutions of the frame that it leaves out */
  readonly discard: number;
  readonly bytes: number;
  /** a texture of RGB samples, whatever the photometric interpretation says */
  readonly isRgb: boolean;
}

/** Textures of frames on the GPU, least recently used first out. One per frame: a higher level replaces a lower one. */
export class TextureCache {
  readonly #owner: TextureOwner;
  readonly #budgetBytes: number;
  readonly #onDrop: (frame: number) => void;
  /** in order of use, oldest first */
  readonly #textures = new Map<number, CachedTexture>();
  #bytes = 0;
  #reserved = 0;

  constructor(owner: TextureOwner, budgetBytes: number, onDrop: (frame: number) => void) {
    this.#owner = owner;
    this.#budgetBytes = budgetBytes;
    this.#onDrop = onDrop;
  }
  get count(): number {
    return this.#textures.size;
  }
  get bytes(): number {
    return this.#bytes;
  }
  level(frame: number): number {
    return this.#textures.get(frame)?.level ?? -1;
  }
  get(frame: number): CachedTexture | null {
    return this.#textures.get(frame) ?? null;
  }
  /** The frame's texture, which is now the most recently used one. */
  use(frame: number): CachedTexture | null {
    const cached = this.#textures.get(frame);
    if (cached === undefined) return null;
    this.#textures.delete(frame);
    this.#textures.set(frame, cached);
    return cached;
  }
  /** Uploads. Throws SlError: graphics, limit_exceeded, unsupported; then the older texture stays. */
  put(frame: number, block: SampleBlock, level: number, discard = 0): CachedTexture {
    const texture = this.#owner.putTexture(block);
    this.drop(frame);
    const cached = { texture, level, discard, bytes: block.values.byteLength, isRgb: block.isRgb };
    this.#textures.set(frame, cached);
    this.#bytes += cached.bytes;
    this.#evict(frame);
    return cached;
  }
  /** Bytes of the budget that others take from now on; the texture of `frame` stays all the same. */
  reserve(bytes: number, frame: number): void {
    this.#reserved = bytes;
    this.#evict(frame);
  }
  drop(frame: number): void {
    const cached = this.#textures.get(frame);
    if (cached === undefined) return;
    this.#textures.delete(frame);
    this.#bytes -= cached.bytes;
    this.#owner.dropTexture(cached.texture);
    this.#onDrop(frame);
  }
  #evict(kept: number): void {
    for (const oldest of [...this.#textures.keys()]) {
      if (this.#bytes + this.#reserved <= this.#budgetBytes) return;
      if (oldest !== kept) this.drop(oldest);
    }
  }
  clear(): void {
    for (const frame of [...this.#textures.keys()]) this.drop(frame);
  }
}

const MAX_TABLES = 24;

/** Lookup tables on the GPU, by the manifest's own objects. */
export class TableCache {
  readonly #owner: TextureOwner;
  readonly #tables = new Map<object, number>();

  constructor(owner: TextureOwner) {
    this.#owner = owner;
  }
  lut(lut: Lut | null | undefined): number {
    return lut === null || lut === undefined ? 0 : this.#id(lut, () => this.#owner.putLut(lut));
  }
  palette(palette: readonly [Lut, Lut, Lut] | null): number {
    return palette === null ? 0 : this.#id(palette, () => this.#owner.putPalette(palette));
  }
  clear(): void {
    for (const id of this.#tables.values()) this.#owner.dropLut(id);
    this.#tables.clear();
  }
  #id(key: object, put: () => number): number {
    const known = this.#tables.get(key);
    if (known !== undefined) {
      this.#tables.delete(key);
      this.#tables.set(key, known);
      return known;
    }
    const id = put();
    this.#tables.set(key, id);
    const oldest = this.#tables.keys().next();
    if (this.#tables.size > MAX_TABLES && oldest.done !== true) {
      this.#owner.dropLut(this.#tables.get(oldest.value) ?? 0);
      this.#tables.delete(oldest.value);
    }
    return id;
  }
}
