import { html, nothing, type TemplateResult } from "lit";
import { ref } from "lit/directives/ref.js";
import { t } from "../i18n/translate.ts";
import type { ManifestSeries } from "../shared/manifest.ts";
import type { ChromeModel } from "./chrome_model.ts";

/** The thumbnails of the series; the strip and the phone's sheet both show them. */
export function seriesCards(model: ChromeModel, onPicked: () => void): TemplateResult {
  const { manifest } = model.viewer;
  const shown = model.viewport.state.seriesInstanceUID;
  return html`<ul class="series-cards" aria-label=${t("strip.label")}>
    ${(manifest?.series ?? []).map(
      (series) =>
        html`<li>${seriesCard(model, series, series.seriesInstanceUID === shown, onPicked)}</li>`,
    )}
  </ul>`;
}

function seriesCard(
  model: ChromeModel,
  series: ManifestSeries,
  isShown: boolean,
  onPicked: () => void,
): TemplateResult {
  const description = series.seriesDescription || series.protocolName || t("strip.noDescription");
  const number = series.seriesNumber === null ? "" : `${String(series.seriesNumber)} `;
  const count = countText(series);
  return html`<button
    type="button"
    class="series-card"
    aria-current=${isShown ? "true" : nothing}
    title=${`${number}${description}, ${count}`}
    @click=${() => {
      model.viewport.showSeries(series.seriesInstanceUID);
      onPicked();
    }}
  >
    <span class="thumb">
      <span class="modality">${series.modality}</span>
      ${thumbnail(model, series)}
      <span class="count">${series.frames.length === 0 ? "–" : String(series.frames.length)}</span>
    </span>
    <span class="description"><bdi>${description}</bdi></span>
    <span class="detail">${count}</span>
  </button>`;
}

/** "135 images", "96 frames", or why there are none. */
function countText(series: ManifestSeries): string {
  if (series.instances.length > 0 && series.instances.every((instance) => instance.pending))
    return t("strip.pending");
  if (series.frames.length === 0) return t("strip.none");
  const isMultiFrame = series.frames.length > series.instances.length;
  return t(isMultiFrame ? "strip.frames#" : "strip.images#", { n: series.frames.length });
}

function thumbnail(model: ChromeModel, series: ManifestSeries): TemplateResult | typeof nothing {
  const { manifest } = model.viewer;
  // Files of this computer have no thumbnail on the server, which must not even learn their names.
  const isLocal = series.instances.some((instance) => instance.isLocal);
  if (!manifest || isLocal || series.frames.length === 0) return nothing;
  const study = encodeURIComponent(manifest.study.studyInstanceUID);
  const address = `/dicom-web/studies/${study}/series/${encodeURIComponent(series.seriesInstanceUID)}/thumbnail`;
  return html`<img src=${address} alt="" loading="lazy" decoding="async" draggable="false" ${ref(hideWhenBroken)} />`;
}

/** No thumbnail: the modality's letters behind it stay. */
function hideWhenBroken(element: Element | undefined): void {
  if (!(element instanceof HTMLImageElement) || element.dataset["watched"] !== undefined) return;
  element.dataset["watched"] = "";
  element.addEventListener("error", () => {
    element.hidden = true;
  });
  element.addEventListener("load", () => {
    element.hidden = false;
  });
}
