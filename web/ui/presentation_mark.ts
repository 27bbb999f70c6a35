import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { t } from "../i18n/translate.ts";
import { ChromePart } from "./chrome_part.ts";
import { icon } from "./icons.ts";
import { presentationName } from "./layers_menu.ts";

/** Over a picture that somebody wanted to be seen in another way: that it is so, and whether it is seen so. */
@customElement("sl-presentation-mark")
export class PresentationMark extends ChromePart {
  protected override signature(): string {
    const { layers, viewport } = this.model;
    const { shown } = viewport;
    if (layers.value === null || shown === null) return "";
    const { presentations, chosen } = layers.value;
    const here = presentations.of(shown);
    return [here.length, here.some(({ state }) => state === chosen), chosen?.sopInstanceUID].join();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { layers, viewport } = this.model;
    const { shown } = viewport;
    if (layers.value === null || shown === null) return nothing;
    const { presentations, chosen } = layers.value;
    const here = presentations.of(shown);
    if (here.length === 0) return nothing;
    const isApplied = here.some(({ state }) => state === chosen);
    const text =
      isApplied && chosen !== null
        ? presentationName(chosen)
        : t("presentation.count#", { n: here.length });
    return html`<button
      type="button"
      class="presentation-mark"
      data-no-tools
      data-panel="layers"
      data-applied=${isApplied}
      aria-haspopup="dialog"
      title=${isApplied ? t("presentation.applied") : t("presentation.available")}
      @click=${() => {
        this.model.openPanel.set("layers");
      }}
    >${icon(isApplied ? "check" : "layers")}<bdi>${text}</bdi></button>`;
  }
}
