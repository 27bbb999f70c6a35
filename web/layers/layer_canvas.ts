import type { LayerPainter, LayerView } from "../shared/api.ts";
import type { LayerStack } from "./layer_stack.ts";

/** A transparent canvas over the picture's. It has no size while no layer has anything to show. */
export class LayerCanvas implements LayerPainter {
  readonly #canvas = document.createElement("canvas");
  readonly #context: CanvasRenderingContext2D | null;
  readonly #stack: LayerStack;

  /** picture: the canvas that it lies over. */
  constructor(picture: HTMLCanvasElement, stack: LayerStack) {
    this.#stack = stack;
    this.#canvas.className = "layer-canvas";
    this.#canvas.hidden = true;
    this.#canvas.width = this.#canvas.height = 1;
    this.#canvas.setAttribute("aria-hidden", "true");
    this.#context = this.#canvas.getContext("2d");
    picture.after(this.#canvas);
  }
  paint(view: LayerView | null): void {
    const layers = view === null ? [] : this.#stack.shownOf(view.frame);
    this.#canvas.hidden = layers.length === 0;
    if (view === null || layers.length === 0 || this.#context === null) return;
    if (this.#canvas.width !== view.width || this.#canvas.height !== view.height) {
      this.#canvas.width = view.width;
      this.#canvas.height = view.height;
    } else {
      this.#context.setTransform(1, 0, 0, 1, 0, 0);
      this.#context.clearRect(0, 0, view.width, view.height);
    }
    this.#stack.draw(this.#context, view, layers);
  }
  dispose(): void {
    this.#canvas.remove();
  }
}
