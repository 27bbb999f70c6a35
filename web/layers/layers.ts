import type { ViewerController } from "../shared/api.ts";
import { LayerCanvas } from "./layer_canvas.ts";
import { LayerStack } from "./layer_stack.ts";

/** All that lies over the picture of a viewer: what can be shown, what is, and who draws it. Fetched after the first picture. */
export class Layers {
  readonly stack: LayerStack;
  readonly #viewer: ViewerController;
  readonly #canvas: LayerCanvas;
  readonly #listeners = new Set<() => void>();

  constructor(viewer: ViewerController) {
    this.#viewer = viewer;
    this.stack = new LayerStack([], () => {
      this.#tell();
    });
    this.#canvas = new LayerCanvas(viewer.active.canvas, this.stack);
    viewer.active.useLayers(this.#canvas);
  }
  /** Something has been switched, or has arrived. Returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  dispose(): void {
    this.#viewer.active.useLayers(null);
    this.stack.dispose();
    this.#canvas.dispose();
    this.#listeners.clear();
  }
  #tell(): void {
    this.#viewer.active.redraw();
    for (const listener of [...this.#listeners]) listener();
  }
}

/** The layers of a viewer's active viewport, drawn from now on. */
export function attachLayers(viewer: ViewerController): Layers {
  return new Layers(viewer);
}
