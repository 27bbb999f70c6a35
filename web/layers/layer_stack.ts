import type { LayerView } from "../shared/api.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import type { Layer, LayerId } from "./layer.ts";

/** The layers, the lowest first, and which of them are switched off. */
export class LayerStack {
  readonly #layers: readonly Layer[];
  readonly #hidden = new Set<LayerId>();
  readonly #changed: () => void;
  #areAllHidden = false;

  constructor(layers: readonly Layer[], changed: () => void) {
    this.#layers = layers;
    this.#changed = changed;
  }
  /** Those that have something over this picture. */
  of(frame: ManifestFrame): readonly Layer[] {
    return this.#layers.filter((layer) => layer.has(frame));
  }
  isShown(id: LayerId): boolean {
    return !this.#areAllHidden && !this.#hidden.has(id);
  }
  /** All at once: to look beneath them, and back. */
  get areAllHidden(): boolean {
    return this.#areAllHidden;
  }
  toggleAll(): void {
    this.#areAllHidden = !this.#areAllHidden;
    this.#changed();
  }
  /** Of hidden ones the one that is chosen comes back alone. */
  toggle(id: LayerId): void {
    if (this.#areAllHidden) {
      this.#areAllHidden = false;
      for (const layer of this.#layers) this.#hidden.add(layer.id);
    }
    if (!this.#hidden.delete(id)) this.#hidden.add(id);
    this.#changed();
  }
  /** What is drawn over this picture now. */
  shownOf(frame: ManifestFrame): readonly Layer[] {
    return this.of(frame).filter(({ id }) => this.isShown(id));
  }
  draw(context: CanvasRenderingContext2D, view: LayerView, layers: readonly Layer[]): void {
    for (const layer of layers) {
      context.save();
      layer.draw(context, view);
      context.restore();
    }
  }
  dispose(): void {
    for (const layer of this.#layers) layer.dispose();
  }
}
