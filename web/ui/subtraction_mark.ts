import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { t } from "../i18n/translate.ts";
import { ChromePart } from "./chrome_part.ts";
import { icon } from "./icons.ts";
import { subtractionSignature, subtractionText } from "./subtraction_menu.ts";

/** Over a picture that a mask is subtracted from, or can be as its object says: that it is so, and the switch. */
@customElement("sl-subtraction-mark")
export class SubtractionMark extends ChromePart {
  protected override signature(): string {
    return [subtractionSignature(this.model), this.model.viewport.state.level < 0].join();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { layers, viewport } = this.model;
    const { shown } = viewport;
    if (layers.value === null || shown === null) return nothing;
    const { subtraction } = layers.value;
    const { difference } = shown;
    if (difference === undefined && !subtraction.isStated(shown)) return nothing;
    const text =
      difference === undefined
        ? t("subtraction.offer")
        : viewport.state.level < 0
          ? t("subtraction.loading")
          : subtractionText(difference);
    return html`<button
      type="button"
      class="presentation-mark subtraction-mark"
      data-no-tools
      data-applied=${difference !== undefined}
      aria-pressed=${difference !== undefined}
      title=${t(difference === undefined ? "subtraction.available" : "subtraction.applied")}
      @click=${() => {
        subtraction.toggle();
      }}
    >${icon(difference === undefined ? "layers" : "check")}<bdi>${text}</bdi></button>`;
  }
}
