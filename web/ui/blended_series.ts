import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { t } from "../i18n/translate.ts";
import {
  blendingOf,
  blendOf,
  type Blend,
  type BlendedInput,
  type Blending,
} from "../layers/blending.ts";
import { SlError } from "../shared/errc.ts";
import type { ManifestInstance, ManifestSeries } from "../shared/manifest.ts";
import type { ChromeModel } from "./chrome_model.ts";

/** The sets of pictures of a blending presentation state, each to be opened by itself. */
@customElement("sl-blended-series")
export class BlendedSeries extends LitElement {
  @property({ attribute: false }) model!: ChromeModel;
  @property({ attribute: false }) instance!: ManifestInstance;
  @state() private blending: Blending | null = null;
  /** it could not be applied to the pictures of this study */
  @state() private isRefused = false;

  protected override createRenderRoot(): this {
    return this;
  }
  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get("instance") as ManifestInstance | undefined;
    if (!changed.has("instance") || before?.hash === this.instance.hash) return;
    this.blending = null;
    this.isRefused = false;
    void this.#load();
  }
  async #load(): Promise<void> {
    const { instance } = this;
    try {
      const blending = blendingOf(await this.model.documents.attributes(instance));
      if (this.instance.hash === instance.hash) this.blending = blending;
    } catch (error) {
      if (!(error instanceof SlError)) throw error; // its attributes say why they cannot be had
    }
  }
  protected override render(): TemplateResult | typeof nothing {
    if (this.blending === null) return nothing;
    const { inputs, opacity } = this.blending;
    const blend = blendOf(this.blending);
    const series = this.model.viewer.manifest?.series ?? [];
    return html`${blend === null ? nothing : this.#apply(blend)}
      <ul class="blended">${inputs.map((input) => {
        const found = series.find((one) => one.seriesInstanceUID === input.series);
        return html`<li><span>${roleOf(input, opacity)}</span>${this.#button(found)}</li>`;
      })}</ul>`;
  }
  #apply(blend: Blend): TemplateResult {
    return html`<p class="choices"><button type="button" class="primary" data-no-tools @click=${() => {
      this.isRefused = this.model.layers.value?.blend(blend) !== true;
    }}>${t("blending.apply")}</button></p>
      ${this.isRefused ? html`<p role="alert">${t("blending.refused")}</p>` : nothing}`;
  }
  #button(series: ManifestSeries | undefined): TemplateResult {
    if (series === undefined) return html`<span class="note">${t("blending.missing")}</span>`;
    const number = series.seriesNumber === null ? "" : String(series.seriesNumber);
    const name = [number, series.modality, series.seriesDescription].filter(Boolean).join(" · ");
    return html`<button type="button" class="secondary" data-no-tools @click=${() => {
      this.model.viewport.showSeries(series.seriesInstanceUID);
    }}><bdi>${name || t("blending.series")}</bdi></button>`;
  }
}
function roleOf({ position, number }: BlendedInput, opacity: number | null): string {
  if (position === "UNDERLYING") return t("blending.underlying");
  if (position === "") return t("blending.input", { n: number });
  return opacity === null
    ? t("blending.superimposed")
    : t("blending.superimposedBy", { percent: Math.round(100 * opacity) });
}
