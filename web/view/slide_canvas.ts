import { SlError } from "../shared/errc.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import type { Clip, HeldTile, PixelSize, TileCanvas, TilePlace } from "../shared/slide.ts";
import { fullLevel } from "../tiles/levels.ts";
import type { TileStore } from "../tiles/tile_store.ts";
import type { Picture } from "./picture.ts";
import type { ViewModel } from "./view_state.ts";

/** The canvas of a viewport while it draws a slide. */
export class SlideCanvas implements TileCanvas {
  readonly textureBytes: number;
  readonly #picture: Picture;
  readonly #store: TileStore | null;
  readonly #model: ViewModel;
  /** what the GPU has refused; told once, after the draw */
  refusal: SlError | null = null;

  constructor(picture: Picture, store: TileStore | null, model: ViewModel, textureBytes: number) {
    this.#picture = picture;
    this.#store = store;
    this.#model = model;
    this.textureBytes = textureBytes;
  }
  get size(): PixelSize {
    return this.#model.size;
  }
  clear(): void {
    this.#picture.draw(this.#model, null);
  }
  fill(clip: Clip, rgb: number): void {
    this.#picture.fill(clip, rgb);
  }
  hold(frame: ManifestFrame, mayUpload: boolean): HeldTile {
    const held = this.#store?.held(frame.id) ?? null;
    const isUnknown = frame.stream === null && frame.instance.streamsApart !== undefined;
    let hasFailed =
      (frame.stream === null && !isUnknown) ||
      (frame.stream?.failure ?? null) !== null ||
      (held?.failure ?? null) !== null;
    if (held?.failure === "digest_mismatch") this.#picture.drop(frame.id);
    else if (mayUpload) hasFailed = !this.#upload(frame) || hasFailed;
    return {
      isDrawable: !isUnknown && this.#picture.level(frame) >= Math.max(0, fullLevel(frame)),
      isVerified: held?.verified ?? false,
      isIncomplete: (held?.missing ?? null) !== null || this.#picture.isReduced(frame),
      hasFailed,
    };
  }
  draw(frame: ManifestFrame, place: TilePlace): void {
    this.#store?.touch(frame.id);
    this.#picture.drawTile(this.#model, frame, place);
  }
  /** False: the GPU does not take it. */
  #upload(frame: ManifestFrame): boolean {
    try {
      this.#picture.upload(frame);
      return true;
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      this.refusal = error;
      return false;
    }
  }
}
