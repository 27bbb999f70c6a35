import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { t } from "../i18n/translate.ts";
import { SlError } from "../shared/errc.ts";
import type { ManifestInstance } from "../shared/manifest.ts";
import "../styles/documents.css";
import "../styles/tag_browser.css";
import type { ChromeModel } from "./chrome_model.ts";
import { icon } from "./icons.ts";
import { reasonText } from "./panel_text.ts";
import { nameOfKeyword, tagRows, tagText, type TagRow, type TagValue } from "./tag_rows.ts";

/** Rows that are drawn at first, and more each time they are asked for. */
const PAGE = 300;
/** Of tag_browser.css. */
const DEEPEST_INDENT = 8;

interface NamedRow extends TagRow {
  readonly name: string;
  /** all of it in lower case, for the search */
  readonly haystack: string;
}

/** Every attribute of one object, to be searched. */
@customElement("sl-tag-browser")
export class TagBrowser extends LitElement {
  @property({ attribute: false }) model!: ChromeModel;
  @property({ attribute: false }) instance!: ManifestInstance;
  @state() private rows: readonly NamedRow[] | null = null;
  @state() private failure = "";
  @state() private search = "";
  @state() private limit = PAGE;

  protected override createRenderRoot(): this {
    return this;
  }
  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("instance")) return;
    const before = changed.get("instance") as ManifestInstance | undefined;
    if (before?.hash === this.instance.hash) return;
    this.rows = null;
    this.failure = "";
    this.limit = PAGE;
    void this.#load();
  }
  async #load(): Promise<void> {
    const { instance } = this;
    const { documents } = this.model;
    try {
      const rows = tagRows(await documents.attributes(instance));
      const tags = [...new Set(rows.map(({ tag }) => tag))];
      const keywords = await documents.keywords(tags.map((tag) => parseInt(tag, 16)));
      if (this.instance.hash !== instance.hash) return;
      const names = new Map(tags.map((tag, index) => [tag, nameOfKeyword(keywords[index] ?? "")]));
      this.rows = rows.map((row) => {
        const name = row.vr === "" ? "" : (names.get(row.tag) ?? "");
        const text = row.value.kind === "text" ? row.value.text : "";
        const haystack = `${row.tag} ${tagText(row.tag)} ${name} ${name.replaceAll(" ", "")} ${text}`;
        return { ...row, name, haystack: haystack.toLowerCase() };
      });
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      this.failure = reasonText(error.code);
    }
  }

  protected override render(): TemplateResult {
    if (this.failure !== "")
      return html`<p class="document-warning" role="alert">${icon("warning")} ${this.failure}</p>`;
    if (this.rows === null)
      return html`<p class="document-wait" role="status"><span class="spinner large" aria-hidden="true"></span>${t("tags.loading")}</p>`;
    const words = this.search.toLowerCase().split(/\s+/).filter(Boolean);
    const found =
      words.length === 0
        ? this.rows
        : this.rows.filter(({ haystack }) => words.every((word) => haystack.includes(word)));
    const more = found.length - this.limit;
    return html`<div class="tag-search">
        <input type="search" autofocus .value=${this.search} placeholder=${t("tags.search")} aria-label=${t("tags.search")} @input=${(
          event: Event,
        ) => {
          this.search = (event.target as HTMLInputElement).value;
          this.limit = PAGE;
        }} />
        <output aria-live="polite">${t("tags.found#", { n: found.length })}</output>
      </div>
      <div class="tag-scroll" tabindex="0" role="region" aria-label=${t("tags.title")}>
        ${found.length === 0 ? html`<p class="document-note">${t("tags.none")}</p>` : table(found.slice(0, this.limit), words.length > 0)}
        ${
          more > 0
            ? html`<button type="button" class="secondary" @click=${() => {
                this.limit += PAGE * 4;
              }}>${t("tags.more", { n: Math.min(more, PAGE * 4) })}</button>`
            : nothing
        }
      </div>`;
  }
}
function table(rows: readonly NamedRow[], isFlat: boolean): TemplateResult {
  return html`<table class="tags"><thead><tr>
      <th scope="col">${t("tags.tag")}</th><th scope="col">${t("tags.name")}</th><th scope="col">${t("tags.vr")}</th><th scope="col">${t("tags.value")}</th>
    </tr></thead><tbody>${rows.map((row) =>
      row.value.kind === "item"
        ? html`<tr class="tag-item" data-depth=${depthOf(row, isFlat)}><td colspan="4">${itemText(row, row.value.number)}</td></tr>`
        : html`<tr data-depth=${depthOf(row, isFlat)}>
      <td class="tag">${tagText(row.tag)}</td><td class="tag-name">${row.name}</td><td>${row.vr}</td><td class="tag-value"><bdi>${valueText(row.value)}</bdi></td></tr>`,
    )}</tbody></table>`;
}
function depthOf({ depth }: NamedRow, isFlat: boolean): number {
  return isFlat ? 0 : Math.min(depth, DEEPEST_INDENT);
}
/** Deeper than indentation shows, the level is a number. */
function itemText({ depth }: NamedRow, n: number): string {
  return depth > DEEPEST_INDENT
    ? t("tags.itemOfLevel", { n, level: (depth + 1) / 2 })
    : t("tags.item", { n });
}
function valueText(value: TagValue): string {
  switch (value.kind) {
    case "text":
      return value.text;
    case "items":
      return t("tags.items#", { n: value.count });
    case "bytes":
      return t("tags.bytes#", { n: value.bytes });
    case "bulk":
      return t("tags.bulk");
    case "item":
      return t("tags.item", { n: value.number });
  }
}
