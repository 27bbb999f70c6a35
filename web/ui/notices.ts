import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { t } from "../i18n/translate.ts";
import { otherPresentation } from "../shared/sop_class.ts";
import { HOME } from "../view/page_address.ts";
import "./blended_series.ts";
import { ChromePart } from "./chrome_part.ts";
import { objectOf } from "./document_of.ts";
import { icon } from "./icons.ts";
import {
  incompleteNotice,
  partialNotice,
  viewportPanel,
  type ViewportPanel,
} from "./panel_text.ts";

/** Over the viewport: banners for the study's state, and the panel that takes the place of a picture. */
@customElement("sl-notices")
export class Notices extends ChromePart {
  /** the fallback notice is information, not danger: it can be put away */
  @state() private isFallbackSeen = false;

  protected override signature(): string {
    const { viewer, viewport, shownError } = this.model;
    const { state: view } = viewport;
    return [
      viewer.connection,
      viewer.manifest?.study.studyInstanceUID ?? "",
      viewer.manifest?.revision ?? "",
      this.#pending(),
      view.seriesInstanceUID,
      objectOf(this.model)?.sopInstanceUID ?? "",
      this.model.refusal ?? "",
      viewport.shown?.id ?? -1,
      shownError?.code ?? "",
      shownError?.message ?? "",
      view.quality === "none",
      viewport.missing?.code ?? "",
      viewport.missing?.wholeRows ?? 0,
      viewport.missing?.step ?? "",
    ].join("|");
  }

  protected override render(): TemplateResult {
    const panel = this.#panel();
    return html`
      <div class="banners" role="status" aria-live="polite">${this.#banners()}</div>
      ${panel ? panelView(panel, objectOf(this.model) === null ? null : this.#showTags, this.#blended()) : nothing}
    `;
  }

  /** The series of a state that blends them, which are shown one by one. */
  #blended(): TemplateResult | typeof nothing {
    const object = objectOf(this.model);
    const kind = object === null ? null : otherPresentation(object.sopClassUID);
    if (kind !== "blending" && kind !== "advanced") return nothing;
    return html`<sl-blended-series .model=${this.model} .instance=${object}></sl-blended-series>`;
  }
  readonly #showTags = (): void => {
    this.model.openPanel.set("tags");
  };

  #panel(): ViewportPanel | null {
    const { viewer, viewport, shownError } = this.model;
    return viewportPanel({
      manifest: viewer.manifest,
      series: viewport.series,
      shown: viewport.shown,
      error: shownError,
      quality: viewport.state.quality,
      object: objectOf(this.model),
      refusal: this.model.refusal,
    });
  }

  #banners(): TemplateResult {
    const { viewer, viewport, shownError } = this.model;
    const partial = partialNotice(shownError, viewport.state.quality);
    const incomplete = incompleteNotice(viewport.missing, viewport.shown);
    const pending = this.#pending();
    return html`
      ${viewer.connection === "lost" ? html`<p class="banner bad">${icon("offline")}<span>${t("notice.lost")}</span></p>` : nothing}
      ${
        viewer.connection === "fallback" && !this.isFallbackSeen
          ? html`<p class="banner info">${icon("info")}<span>${t("notice.fallback")}</span>
            <button type="button" data-no-tools class="bar-button" aria-label=${t("notice.dismiss")} title=${t("notice.dismiss")}
              @click=${() => {
                this.isFallbackSeen = true;
              }}>${icon("close")}</button></p>`
          : nothing
      }
      ${partial === "" ? nothing : html`<p class="banner bad" role="alert">${icon("warning")}<span>${partial}</span></p>`}
      ${incomplete === "" ? nothing : html`<p class="banner bad" role="alert">${icon("warning")}<span>${incomplete}</span></p>`}
      ${
        pending > 0
          ? html`<p class="banner info"><span class="spinner" aria-hidden="true"></span><span>${t("notice.pending#", { n: pending })}</span></p>`
          : nothing
      }
    `;
  }

  #pending(): number {
    const series = this.model.viewer.manifest?.series ?? [];
    return series.reduce(
      (sum, one) => sum + one.instances.filter((instance) => instance.pending).length,
      0,
    );
  }
}

/** showTags: of an object without a view of its own, its attributes are offered. */
function panelView(
  panel: ViewportPanel,
  showTags: (() => void) | null,
  blended: TemplateResult | typeof nothing,
): TemplateResult {
  return html`<section class="viewport-panel ${panel.kind}" role=${panel.kind === "failed" ? "alert" : "status"}>
    ${panel.kind === "pending" ? html`<span class="spinner large" aria-hidden="true"></span>` : icon(panel.kind === "failed" ? "warning" : "info")}
    <h2>${panel.title}</h2>
    ${panel.reasons.map((reason) => html`<p><bdi>${reason}</bdi></p>`)}
    ${panel.note === "" ? nothing : html`<p class="note">${panel.note}</p>`}
    ${panel.isStudy ? nothing : blended}
    ${
      showTags === null || panel.isStudy
        ? nothing
        : html`<p class="choices" data-no-tools>
            <button type="button" class="secondary" @click=${showTags}>${t("document.tags")}</button>
          </p>`
    }
    ${
      panel.isStudy
        ? html`<p class="choices" data-no-tools>
          <button type="button" class="primary" @click=${() => {
            location.reload();
          }}>${t("failure.retry")}</button>
          <a class="secondary" href=${HOME}>${t("bar.back")}</a>
        </p>`
        : nothing
    }
  </section>`;
}
