import { html, type TemplateResult } from "lit";
import { t } from "../i18n/translate.ts";
import type { SopReference } from "../shared/document.ts";
import type { ManifestInstance } from "../shared/manifest.ts";
import { addressOf } from "../view/page_address.ts";
import type { ChromeModel } from "./chrome_model.ts";
import { icon } from "./icons.ts";
import type { SrLinks } from "./sr_links.ts";

/** Links for single frames of one reference; a tracked lesion may name hundreds. */
const MAX_FRAME_LINKS = 12;

/** Shows an object of the open study in the viewport. */
export function showInstance(model: ChromeModel, instance: ManifestInstance, frame: number): void {
  const { manifest, active } = model.viewer;
  if (manifest === null) return;
  const { series, sopInstanceUID } = instance;
  model.viewer
    .open({
      study: manifest.study.studyInstanceUID,
      series: series.seriesInstanceUID,
      instance: sopInstanceUID,
      frame: instance.frames.length > 0 ? frame : 1,
    })
    .catch(() => undefined); // it was looked up in this very manifest; a newer one shows by itself
  active.canvas.parentElement?.focus({ preventScroll: true });
}
/** "MR, series 3, image 12, frame 2" */
export function instanceLabel(instance: ManifestInstance, frame: number | null): string {
  const { series } = instance;
  const values = {
    modality: series.modality || "?",
    series: series.seriesNumber === null ? "–" : String(series.seriesNumber),
    image: instance.instanceNumber === null ? "–" : String(instance.instanceNumber),
    frame: frame ?? 1,
  };
  if (instance.frames.length === 0) return t("sr.linkObject", values);
  return frame === null ? t("sr.link", values) : t("sr.linkFrame", values);
}

/** The objects that a content item means, as links that open them. */
export function referenceLinks(
  model: ChromeModel,
  links: SrLinks,
  references: readonly SopReference[] | undefined,
): TemplateResult {
  if (references === undefined || references.length === 0)
    return html`<span class="sr-missing">${t("sr.linkNone")}</span>`;
  return html`<span class="sr-links">${references.map((one) => referenceLink(model, links, one))}</span>`;
}
function referenceLink(
  model: ChromeModel,
  links: SrLinks,
  reference: SopReference,
): TemplateResult {
  const target = links.find(reference);
  const { segments = [], channels = [] } = reference;
  const more = [
    segments.length > 0 ? t("sr.segments", { list: segments.join(", ") }) : "",
    channels.length > 0 ? t("sr.channels", { list: channelList(channels) }) : "",
  ].filter(Boolean);
  const detail = more.length === 0 ? "" : html` <span class="sr-detail">${more.join(", ")}</span>`;
  switch (target.kind) {
    case "missing":
      return html`<span class="sr-missing"><bdi>${t("sr.linkMissing", { uid: target.uid })}</bdi></span>`;
    case "elsewhere": {
      const { study, series, instance, frame } = target;
      const address = addressOf({ study, series, instance, frame });
      return html`<a class="sr-link" href=${address} target="_blank" rel="noopener">${icon("external")}<span>${t("sr.linkElsewhere")}</span></a>${detail}`;
    }
    case "here": {
      const { instance, frames } = target;
      const isMulti = instance.frames.length > 1 && frames.length > 0;
      const shown = isMulti ? frames.slice(0, MAX_FRAME_LINKS) : [null];
      const rest = isMulti ? frames.length - shown.length : 0;
      return html`${shown.map(
        (frame) =>
          html`<button type="button" class="sr-link" @click=${() => {
            showInstance(model, instance, frame ?? 1);
          }}>${icon(instance.frames.length > 0 ? "image" : "document")}<span>${instanceLabel(instance, frame)}</span></button>`,
      )}${rest > 0 ? html` <span class="sr-detail">${t("sr.moreFrames#", { n: rest })}</span>` : ""}${detail}`;
    }
  }
}
/** Pairs of multiplex group and channel. */
function channelList(channels: readonly number[]): string {
  const pairs: string[] = [];
  for (let i = 0; i + 1 < channels.length; i += 2)
    pairs.push(`${String(channels[i])}:${String(channels[i + 1])}`);
  return pairs.join(", ");
}
