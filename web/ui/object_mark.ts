import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { t } from "../i18n/translate.ts";
import type { ObjectView } from "../layers/object_view.ts";
import { ChromePart } from "./chrome_part.ts";
import { icon } from "./icons.ts";

/** Over a picture that segmentations or others lie over, while none of them is shown: that there are some. */
@customElement("sl-object-mark")
export class ObjectMark extends ChromePart {
  protected override signature(): string {
    return this.#offered()
      .map((view) => `${view.instance.hash}/${this.#what(view)}`)
      .join();
  }
  #offered(): readonly ObjectView[] {
    const { layers, viewport } = this.model;
    if (layers.value === null || viewport.shown === null) return [];
    if (layers.value.objects.shown.length > 0 || layers.value.blended.placed !== null) return [];
    return layers.value.objects.of(viewport.shown);
  }

  #what({ object, marks }: ObjectView): string {
    const { shown } = this.model.viewport;
    if (marks === null || shown === null) return t(`object.kind.${object.kind}`);
    const regions = new Set(marks.of(shown).map(({ mark }) => mark.region));
    return t("object.findings#", { n: regions.size });
  }

  /** What is offered now: a study that was opened again has the same objects anew. */
  readonly #open = (): void => {
    const [first, ...others] = this.#offered();
    if (others.length > 0) this.model.openPanel.set("layers");
    else first?.show(true);
  };

  protected override render(): TemplateResult | typeof nothing {
    const offered = this.#offered();
    const [first] = offered;
    if (first === undefined) return nothing;
    const isOne = offered.length === 1;
    return html`<button
      type="button"
      class="presentation-mark object-mark"
      data-no-tools
      data-panel=${isOne ? nothing : "layers"}
      aria-haspopup=${isOne ? nothing : "dialog"}
      title=${t("object.available")}
      @click=${this.#open}
    >${icon("segments")}<bdi>${isOne ? this.#what(first) : t("object.count#", { n: offered.length })}</bdi></button>`;
  }
}
