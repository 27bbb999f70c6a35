import { LitElement } from "lit";
import { property } from "lit/decorators.js";
import type { ChromeModel } from "./chrome_model.ts";

/** A panel of the chrome: light DOM, drawn again when its signature changes and not at every mouse move. */
export abstract class ChromePart extends LitElement {
  @property({ attribute: false }) model!: ChromeModel;
  #end: (() => void) | null = null;
  #signature = "";

  protected override createRenderRoot(): this {
    return this;
  }
  override connectedCallback(): void {
    super.connectedCallback();
    this.#end = this.model.subscribe(() => {
      const next = this.signature();
      if (next === this.#signature) return;
      this.#signature = next;
      this.requestUpdate();
    });
  }
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end?.();
  }
  /** Everything that render() reads of the model, as text. */
  protected abstract signature(): string;
}

/** Makes a part and gives it its model before it is connected. */
export function createPart<T extends ChromePart>(tag: string, model: ChromeModel): T {
  const part = document.createElement(tag) as T;
  part.model = model;
  return part;
}
