import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { t } from "../i18n/translate.ts";
import { SlError } from "../shared/errc.ts";
import type { ManifestInstance, ManifestSeries } from "../shared/manifest.ts";
import type { JsonDataSet } from "../source/documents.ts";
import type { ChromeModel } from "./chrome_model.ts";

/** A set of pictures that a blending presentation state blends. */
export interface BlendedInput {
  readonly series: string;
  /** of a state of two sets; "": of an advanced one, which numbers them */
  readonly position: "UNDERLYING" | "SUPERIMPOSED" | "";
  readonly number: number;
}
export interface Blending {
  readonly inputs: readonly BlendedInput[];
  /** of the superimposed pictures, 0 … 1; null: not said */
  readonly opacity: number | null;
}

const BLENDING = "00700402";
const POSITION = "00700405";
const OPACITY = "00700403";
const ADVANCED = "00701B01";
const INPUT_NUMBER = "00701B02";
const REFERENCED_SERIES = "00081115";
const SERIES = "0020000E";

/** What a Blending (PS3.3 C.11.14) or Advanced Blending Presentation State (C.11.30) says that it blends. */
export function blendingOf(attributes: JsonDataSet): Blending {
  const opacity = numberOf(attributes, OPACITY);
  const inputs = [
    ...itemsOf(attributes, BLENDING).flatMap((item, index) =>
      itemsOf(item, REFERENCED_SERIES).map((series): BlendedInput => {
        const position = textOf(item, POSITION);
        return {
          series: textOf(series, SERIES),
          position: position === "UNDERLYING" || position === "SUPERIMPOSED" ? position : "",
          number: index + 1,
        };
      }),
    ),
    ...itemsOf(attributes, ADVANCED).map((item, index): BlendedInput => {
      const number = numberOf(item, INPUT_NUMBER) ?? index + 1;
      return { series: textOf(item, SERIES), position: "", number };
    }),
  ];
  return { inputs: inputs.filter(({ series }) => series !== ""), opacity };
}
function itemsOf(dataSet: JsonDataSet, tag: string): JsonDataSet[] {
  return (dataSet[tag]?.Value ?? []).filter(
    (item): item is JsonDataSet => typeof item === "object" && item !== null,
  );
}
function textOf(dataSet: JsonDataSet, tag: string): string {
  const [value] = dataSet[tag]?.Value ?? [];
  return typeof value === "string" ? value : "";
}
function numberOf(dataSet: JsonDataSet, tag: string): number | null {
  const [value] = dataSet[tag]?.Value ?? [];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** The sets of pictures of a blending presentation state, each to be opened by itself. */
@customElement("sl-blended-series")
export class BlendedSeries extends LitElement {
  @property({ attribute: false }) model!: ChromeModel;
  @property({ attribute: false }) instance!: ManifestInstance;
  @state() private blending: Blending | null = null;

  protected override createRenderRoot(): this {
    return this;
  }
  protected override willUpdate(changed: PropertyValues): void {
    const before = changed.get("instance") as ManifestInstance | undefined;
    if (!changed.has("instance") || before?.hash === this.instance.hash) return;
    this.blending = null;
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
    const series = this.model.viewer.manifest?.series ?? [];
    return html`<ul class="blended">${inputs.map((input) => {
      const found = series.find((one) => one.seriesInstanceUID === input.series);
      return html`<li><span>${roleOf(input, opacity)}</span>${this.#button(found)}</li>`;
    })}</ul>`;
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
