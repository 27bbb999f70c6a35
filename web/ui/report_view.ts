import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { t, type MessageKey } from "../i18n/translate.ts";
import type { ContentItem, Observer, SrDocument } from "../shared/document.ts";
import { formatDate, formatTime } from "../tools/dates.ts";
import { formatPersonName } from "../tools/person_name.ts";
import { codeOf, meaningOf } from "../tools/coded_text.ts";
import { DocumentView } from "./document_view.ts";
import "../styles/report_levels.css";
import { icon } from "./icons.ts";
import { referenceLinks } from "./reference_links.ts";
import {
  coordinateText,
  exactText,
  formatDateTime,
  relationText,
  valueText,
} from "../tools/sr_item_text.ts";
import { SrLinks } from "./sr_links.ts";

/** Headings of this level (the title has 2) and those below it are not moved to the right any more. */
const MOST_INDENTED = 12;

/** A structured report as a tree for readers, PS3.3 C.17.3. */
@customElement("sl-report-view")
export class ReportView extends DocumentView<SrDocument> {
  /** the items that by-reference relationships name */
  #items = new Map<string, ContentItem>();
  #links: SrLinks | null = null;
  /** items whose graphics lie on no picture of the study */
  @state() private missing: ReadonlySet<string> = new Set();

  protected override render(): TemplateResult | typeof nothing {
    const { manifest } = this.model.viewer;
    if (manifest === null) return nothing;
    const { root } = this.shown;
    this.#items = itemsById(root);
    this.#links = new SrLinks(manifest, this.shown);
    return html`<article class="sr">
      <h2 title=${codeOf(root.concept) || nothing}><bdi>${meaningOf(root.concept) || t("sr.untitled")}</bdi></h2>
      ${reportHeader(this.shown)}
      ${(root.children ?? []).map((item) => this.#item(item, 3))}
    </article>`;
  }

  /** Opened at an item: from a graphic on a picture. */
  protected override updated(): void {
    const { reportItem } = this.model;
    const wanted = reportItem.value;
    if (wanted?.hash !== this.instance.hash) return;
    reportItem.set(null);
    requestAnimationFrame(() => {
      this.#jump(wanted.item);
    });
  }

  #item(item: ContentItem, level: number): TemplateResult {
    return item.type === "CONTAINER" ? this.#section(item, level) : this.#leaf(item, level);
  }
  #section(item: ContentItem, level: number): TemplateResult {
    const name = meaningOf(item.concept) || t("sr.unnamed");
    const isDeep = level > MOST_INDENTED;
    return html`<section class=${isDeep ? "sr-section deep" : "sr-section"} data-item=${item.id} tabindex="-1">
      <div class="sr-heading" role="heading" aria-level=${Math.min(level, 6)} data-level=${Math.min(level, 6)} title=${codeOf(item.concept) || nothing}>
        ${relation(item)}<bdi>${name}</bdi>${observed(item)}${isDeep ? html`<span class="sr-detail">${t("sr.level", { n: level - 1 })}</span>` : nothing}
      </div>
      <div class=${item.continuous ? "sr-content continuous" : "sr-content"}>
        ${(item.children ?? []).map((child) => this.#item(child, level + 1))}${deeper(item)}
      </div>
    </section>`;
  }
  #leaf(item: ContentItem, level: number): TemplateResult {
    const name = meaningOf(item.concept);
    const children = item.children ?? [];
    return html`<div class="sr-item ${(item.type ?? "reference").toLowerCase()}" data-item=${item.id} tabindex="-1">
      ${relation(item)}
      ${name === "" ? nothing : html`<span class="sr-name" title=${codeOf(item.concept) || nothing}><bdi>${name}</bdi></span>`}
      ${this.#value(item)}${observed(item)}${deeper(item)}
      ${children.length === 0 ? nothing : html`<div class=${level > MOST_INDENTED ? "sr-children deep" : "sr-children"}>${children.map((child) => this.#item(child, level + 1))}</div>`}
    </div>`;
  }
  #value(item: ContentItem): TemplateResult {
    switch (item.type) {
      case undefined:
        return this.#reference(item);
      case "IMAGE":
      case "COMPOSITE":
      case "WAVEFORM":
        return this.#links === null
          ? html``
          : referenceLinks(this.model, this.#links, item.references);
      case "SCOORD":
      case "SCOORD3D": {
        const isMissing =
          this.missing.has(item.id) || this.#links?.isDrawnElsewhere(item, this.#items) === true;
        return html`<span class="sr-value">${valueText(item)}</span>
          <button type="button" class="sr-link" ?disabled=${isMissing} @click=${() => {
            void this.#showMark(item.id);
          }}>${icon("target")}<span>${t(isMissing ? "sr.notOnPicture" : "sr.showOnPicture")}</span></button>
          <details class="sr-coordinates"><summary>${t("sr.coordinates")}</summary>
            <p>${coordinateText(item)}</p>
            ${item.frameOfReference === undefined ? nothing : html`<p>${t("sr.inFrame", { uid: item.frameOfReference })}</p>`}
          </details>`;
      }
      case "TEXT":
      case "UIDREF":
      case "DATE":
      case "TIME":
      case "DATETIME":
      case "PNAME":
      case "CODE":
      case "NUM":
      case "TCOORD":
        return html`<span class="sr-value" title=${exactText(item) || codeOf(item.code) || nothing} dir="auto">${valueText(item)}</span>`;
      default:
        return html`<span class="sr-missing"><bdi>${t("sr.unknownType", { type: item.type })}</bdi></span>`;
    }
  }
  /** By reference: the item that is meant, elsewhere in this document. */
  #reference(item: ContentItem): TemplateResult {
    const target = this.#items.get(item.target ?? "");
    const what =
      target === undefined
        ? (item.target ?? "?")
        : [meaningOf(target.concept), valueText(target)].filter(Boolean).join(": ") || target.id;
    return html`<button type="button" class="sr-link" @click=${() => {
      this.#jump(target?.id);
    }}><bdi>${t("sr.reference", { what })}</bdi></button>`;
  }
  async #showMark(item: string): Promise<void> {
    const isShown = await this.model.openMark(this.instance, item);
    if (!isShown) this.missing = new Set([...this.missing, item]);
  }
  #jump(target: string | undefined): void {
    const element = [...this.querySelectorAll<HTMLElement>("[data-item]")].find(
      (one) => one.dataset["item"] === target,
    );
    element?.scrollIntoView({ block: "center" });
    element?.focus({ preventScroll: true });
  }
}

function relation(item: ContentItem): TemplateResult | typeof nothing {
  const text = relationText(item.relationship);
  return text === "" ? nothing : html`<span class="sr-relation">${text}</span>`;
}
function observed({ observed: when }: ContentItem): TemplateResult | typeof nothing {
  return when === undefined
    ? nothing
    : html`<span class="sr-detail">${t("sr.observed", { when: formatDateTime(when) })}</span>`;
}
function deeper(item: ContentItem): TemplateResult | typeof nothing {
  return item.deeper === true ? html`<span class="sr-missing">${t("sr.deeper")}</span>` : nothing;
}
function itemsById(root: ContentItem): Map<string, ContentItem> {
  const items = new Map<string, ContentItem>();
  const walk = (item: ContentItem): void => {
    items.set(item.id, item);
    item.children?.forEach(walk);
  };
  walk(root);
  return items;
}

/** Flags, dates, who has observed and verified. Key objects have the same. */
export function reportHeader(document: SrDocument): TemplateResult {
  const rows: (readonly [string, string])[] = [];
  const flag = (label: MessageKey, value: string | undefined): void => {
    if (value !== undefined) rows.push([t(label), flagText(value)]);
  };
  flag("sr.completion", document.completion);
  flag("sr.verification", document.verification);
  flag("sr.preliminary", document.preliminary);
  const date = [formatDate(document.contentDate ?? ""), formatTime(document.contentTime ?? "")];
  if (date.some(Boolean)) rows.push([t("sr.date"), date.filter(Boolean).join(" ")]);
  for (const observer of document.observers) {
    const text = observerText(observer);
    if (text !== "") rows.push([t(`sr.${observer.role}`), text]);
  }
  const equipment = [document.manufacturer, document.model, document.institution].filter(Boolean);
  if (equipment.length > 0) rows.push([t("sr.equipment"), equipment.join(", ")]);
  const earlier = document.predecessors.flatMap(({ instances = [] }) => instances);
  if (earlier.length > 0) rows.push([t("sr.predecessors"), String(earlier.length)]);
  if (rows.length === 0) return html``;
  return html`<dl class="document-facts">${rows.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd><bdi>${value}</bdi></dd></div>`,
  )}</dl>`;
}
const FLAGS = new Map<string, MessageKey>([
  ["COMPLETE", "sr.COMPLETE"],
  ["PARTIAL", "sr.PARTIAL"],
  ["VERIFIED", "sr.VERIFIED"],
  ["UNVERIFIED", "sr.UNVERIFIED"],
  ["PRELIMINARY", "sr.PRELIMINARY"],
  ["FINAL", "sr.FINAL"],
]);
function observerText({ name, organization, device, station, when }: Observer): string {
  return [
    formatPersonName(name ?? ""),
    organization ?? "",
    device ?? "",
    station ?? "",
    formatDateTime(when ?? ""),
  ]
    .filter(Boolean)
    .join(", ");
}
function flagText(value: string): string {
  const key = FLAGS.get(value);
  return key === undefined ? value : t(key);
}
