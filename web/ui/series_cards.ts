import { html, nothing, type TemplateResult } from "lit";
import { ref } from "lit/directives/ref.js";
import { t } from "../i18n/translate.ts";
import { documentKind } from "../shared/document.ts";
import type { ManifestInstance, ManifestSeries } from "../shared/manifest.ts";
import {
  isLayerObject,
  isOpenedOverPictures,
  isPresentationState,
  otherObjectKind,
} from "../shared/sop_class.ts";
import { objectsBeside } from "../view/objects_beside.ts";
import type { ChromeModel } from "./chrome_model.ts";
import { icon } from "./icons.ts";
import { objectKindText } from "./object_text.ts";

/** The thumbnails of the series; the strip and the phone's sheet both show them. */
export function seriesCards(model: ChromeModel, onPicked: () => void): TemplateResult {
  const { manifest } = model.viewer;
  const shown = model.viewport.state.seriesInstanceUID;
  return html`<ul class="series-cards" aria-label=${t("strip.label")}>
    ${(manifest?.series ?? []).flatMap((whole) =>
      [whole, objectsBeside(whole)].flatMap((series) => {
        if (series === null) return [];
        const isObjects = model.viewport.series?.frames.length === 0;
        const isSame = whole.seriesInstanceUID === shown;
        const isShown = isSame && (series.frames.length === 0) === isObjects;
        return [html`<li>${seriesCard(model, series, isShown, onPicked)}</li>`];
      }),
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
      showCard(model, series);
      onPicked();
    }}
  >
    <span class="thumb">
      <span class="modality">${series.modality}</span>
      ${thumbnail(model, series)} ${objectIcon(series)} ${keyStar(model, series)}
      <span class="count">${String(series.frames.length || series.instances.length)}</span>
    </span>
    <span class="description"><bdi>${description}</bdi></span>
    <span class="detail">${count}</span>
  </button>`;
}

/** Objects that have pictures beside them are named by the first of them: the series alone means its pictures. */
function showCard(model: ChromeModel, series: ManifestSeries): void {
  const [first] = series.instances;
  const isBeside = first !== undefined && first.series !== series && series.frames.length === 0;
  if (first !== undefined && isOpenedOverPictures(first.sopClassUID)) {
    void model.openObject(first);
    return;
  }
  if (!isBeside) {
    model.viewport.showSeries(series.seriesInstanceUID);
    return;
  }
  const study = model.viewer.manifest?.study.studyInstanceUID ?? "";
  const { seriesInstanceUID } = series;
  model.viewer
    .open({ study, series: seriesInstanceUID, instance: first.sopInstanceUID })
    .catch(() => undefined); // it stands in this manifest
}
/** "135 images", "96 frames", or why there are none. */
function countText(series: ManifestSeries): string {
  if (series.instances.length > 0 && series.instances.every((instance) => instance.pending))
    return t("strip.pending");
  if (series.frames.length === 0 || objectKindText(series.instances[0]?.sopClassUID ?? "") !== "")
    return objectText(series);
  if (series.frames[0]?.slide !== undefined) return t("slide.one");
  const isMultiFrame = series.frames.length > series.instances.length;
  return t(isMultiFrame ? "strip.frames#" : "strip.images#", { n: series.frames.length });
}

/** "2 × Structured report": what a series without pictures holds. */
function objectText(series: ManifestSeries): string {
  const [first] = series.instances;
  if (first === undefined) return t("strip.none");
  const document = documentKind(first.sopClassUID);
  const kind =
    objectKindText(first.sopClassUID) ||
    (document === null
      ? t(`strip.kind.${otherObjectKind(first.sopClassUID)}`)
      : t(`document.kind.${document}`));
  const n = series.instances.length;
  return n === 1 ? kind : t("strip.objects", { n, kind });
}
function objectIcon(series: ManifestSeries): TemplateResult | typeof nothing {
  const [first] = series.instances;
  if (first === undefined) return nothing;
  if (isLayerObject(first.sopClassUID))
    return html`<span class="object-icon">${icon("segments")}</span>`;
  if (series.frames.length > 0) return nothing;
  const kind = documentKind(first.sopClassUID);
  const name = isPresentationState(first.sopClassUID)
    ? "layers"
    : kind === null
      ? "object"
      : kind === "keyObjects"
        ? "star"
        : kind === "waveform"
          ? "waveform"
          : "document";
  return html`<span class="object-icon">${icon(name)}</span>`;
}
/** How many of its pictures someone has marked as key images. */
function keyStar(model: ChromeModel, series: ManifestSeries): TemplateResult | typeof nothing {
  const n = model.keyImages.count(series);
  if (n === 0) return nothing;
  const label = t("key.count#", { n });
  return html`<span class="key-star" role="img" aria-label=${label} title=${label}>★</span>`;
}
export function thumbnailAddress(
  model: ChromeModel,
  { series, sopInstanceUID }: ManifestInstance,
  frame: number | null,
): string {
  const study = encodeURIComponent(model.viewer.manifest?.study.studyInstanceUID ?? "");
  const instance = `/dicom-web/studies/${study}/series/${encodeURIComponent(series.seriesInstanceUID)}/instances/${encodeURIComponent(sopInstanceUID)}`;
  return frame === null ? `${instance}/thumbnail` : `${instance}/frames/${String(frame)}/thumbnail`;
}
function thumbnail(model: ChromeModel, series: ManifestSeries): TemplateResult | typeof nothing {
  const { manifest } = model.viewer;
  // Files of this computer have no thumbnail on the server, which must not even learn their names.
  const isLocal = series.instances.some((instance) => instance.isLocal);
  const isOver = series.instances.some(({ sopClassUID }) => isLayerObject(sopClassUID));
  const isDrawable = series.frames.some(
    ({ instance, stream }) => instance.reason === "" && stream?.failure == null,
  );
  if (!manifest || isLocal || isOver || !isDrawable) return nothing;
  const study = encodeURIComponent(manifest.study.studyInstanceUID);
  const ofSeries = `/dicom-web/studies/${study}/series/${encodeURIComponent(series.seriesInstanceUID)}/thumbnail`;
  // of a slide: the first tile of its smallest level, which is often the only one
  const [shown] = series.frames;
  const smallest = [...(shown?.slide?.instances ?? [])].pop();
  const address =
    shown === undefined || smallest === undefined
      ? ofSeries
      : thumbnailAddress(model, { ...shown.instance, sopInstanceUID: smallest }, null);
  return html`<img src=${address} alt="" loading="lazy" decoding="async" draggable="false" ${ref(hideWhenBroken)} />`;
}

/** No thumbnail: the modality's letters behind it stay. */
export function hideWhenBroken(element: Element | undefined): void {
  if (!(element instanceof HTMLImageElement) || element.dataset["watched"] !== undefined) return;
  element.dataset["watched"] = "";
  element.addEventListener("error", () => {
    element.hidden = true;
  });
  element.addEventListener("load", () => {
    element.hidden = false;
  });
}
