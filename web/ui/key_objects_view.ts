import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { ref } from "lit/directives/ref.js";
import { t } from "../i18n/translate.ts";
import type { SopReference, SrDocument } from "../shared/document.ts";
import { codeOf } from "../tools/coded_text.ts";
import { DocumentView } from "./document_view.ts";
import { icon } from "./icons.ts";
import { keyObjectsOf } from "./key_objects.ts";
import { instanceLabel, referenceLinks, showInstance } from "./reference_links.ts";
import { reportHeader } from "./report_view.ts";
import { hideWhenBroken, thumbnailAddress } from "./series_cards.ts";
import { SrLinks } from "./sr_links.ts";

/** A key object selection: what is meant, as cards that open it. */
@customElement("sl-key-objects-view")
export class KeyObjectsView extends DocumentView<SrDocument> {
  protected override render(): TemplateResult | typeof nothing {
    const { manifest } = this.model.viewer;
    if (manifest === null) return nothing;
    const links = new SrLinks(manifest, this.shown);
    const { title, description, references } = keyObjectsOf(this.shown);
    return html`<article class="sr">
      <h2 title=${codeOf(this.shown.root.concept) || nothing}>${icon("star")} <bdi>${title || t("key.title")}</bdi></h2>
      ${reportHeader(this.shown)}
      ${description === "" ? nothing : html`<p class="key-description" dir="auto">${description}</p>`}
      <p class="document-note">${t("key.images#", { n: references.length })}</p>
      <ul class="key-cards">${references.map((one) => html`<li>${this.#card(links, one)}</li>`)}</ul>
    </article>`;
  }

  #card(links: SrLinks, reference: SopReference): TemplateResult {
    const target = links.find(reference);
    if (target.kind !== "here" || target.instance.frames.length === 0)
      return html`<div class="key-card plain">${referenceLinks(this.model, links, [reference])}</div>`;
    const { instance, frames } = target;
    const all = instance.frames.length > 1 && frames.length > 0 ? frames : [null];
    return html`${all.map(
      (frame) => html`<button type="button" class="key-card" @click=${() => {
        showInstance(this.model, instance, frame ?? 1);
      }}>
        <span class="thumb">${
          instance.isLocal
            ? icon("image")
            : html`<img src=${thumbnailAddress(this.model, instance, frame)} alt="" loading="lazy" decoding="async" ${ref(hideWhenBroken)} />`
        }</span>
        <span>${instanceLabel(instance, frame)}</span>
      </button>`,
    )}`;
  }
}
