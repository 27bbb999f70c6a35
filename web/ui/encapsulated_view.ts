import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { t } from "../i18n/translate.ts";
import { rgbOfLab } from "../layers/display_color.ts";
import type { MeshColor } from "../mesh/mesh_color.ts";
import type { EncapsulatedDocument } from "../shared/document.ts";
import { SlError } from "../shared/errc.ts";
import type { ManifestInstance } from "../shared/manifest.ts";
import { formatDate, formatTime } from "../tools/dates.ts";
import { meaningOf } from "../tools/coded_text.ts";
import "../styles/encapsulated.css";
import { DocumentView } from "./document_view.ts";
import { icon } from "./icons.ts";
import { reasonText } from "./panel_text.ts";
import { baseType, safeFileName, saveFile } from "./saved_file.ts";

/** PS3.3 C.24.2 and the type that came before it. */
const STL_TYPES: readonly string[] = ["model/stl", "application/sla", "model/x.stl-binary"];
const MOST_TEXT_BYTES = 64 * 1024;
const XML_TYPES: readonly string[] = ["text/xml", "application/xml", "application/hl7-cda+xml"];

/** A PDF, a CDA document or another one inside a DICOM object, PS3.3 C.24.2. */
@customElement("sl-encapsulated-view")
export class EncapsulatedView extends DocumentView<EncapsulatedDocument> {
  @state() private bytes: Uint8Array<ArrayBuffer> | null = null;
  @state() private failure = "";
  @state() private color: MeshColor | null = null;

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("shown")) return;
    this.bytes = null;
    this.failure = "";
    if (this.#viewer() !== "none" && this.shown.reason === undefined) void this.#load();
  }
  /** What its type is shown with. */
  #viewer(): "pdf" | "cda" | "stl" | "obj" | "text" | "none" {
    const type = baseType(typeOf(this.shown));
    if (type === "application/pdf") return "pdf";
    if (STL_TYPES.includes(type)) return "stl";
    if (type === "model/obj") return "obj";
    if (type === "model/mtl" || type === "text/plain") return "text";
    return XML_TYPES.includes(type) ? "cda" : "none";
  }
  async #load(): Promise<void> {
    const { instance } = this;
    try {
      const viewer = this.#viewer();
      if (viewer === "pdf") await import("./pdf_pages.ts");
      else if (viewer === "stl" || viewer === "obj") await import("./stl_model.ts");
      else if (viewer === "cda") await import("./cda_document.ts");
      const bytes = await this.model.documents.part(instance, 0);
      if (viewer === "stl" || viewer === "obj") this.color = await this.#recommendedColor(instance);
      if (this.instance === instance) this.bytes = bytes;
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      this.failure = reasonText(error.code);
    }
  }
  /** Recommended Display CIELab Value (0062,000D) of a surface or a model. */
  async #recommendedColor(instance: ManifestInstance): Promise<MeshColor | null> {
    const attributes = await this.model.documents.attributes(instance);
    const lab = attributes["0062000D"]?.Value?.map(Number) ?? [];
    const [l, a, b] = lab;
    if (lab.length !== 3 || l === undefined || a === undefined || b === undefined) return null;
    if (![l, a, b].every((value) => value >= 0 && value <= 65535)) return null;
    const [red, green, blue] = rgbOfLab([l, a, b]);
    return [red / 255, green / 255, blue / 255];
  }
  async #download(): Promise<void> {
    const { documentTitle = "" } = this.shown;
    const mimeType = typeOf(this.shown);
    try {
      const bytes = this.bytes ?? (await this.model.documents.part(this.instance, 0));
      const title =
        documentTitle || meaningOf(this.shown.concept) || this.instance.series.seriesDescription;
      saveFile(bytes.slice(), safeFileName(title, mimeType), mimeType);
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      this.failure = reasonText(error.code);
    }
  }

  protected override render(): TemplateResult {
    const { documentTitle, concept, reason } = this.shown;
    const title = documentTitle || meaningOf(concept) || t("encapsulated.untitled");
    return html`<article class="encapsulated">
      <h2><bdi>${title}</bdi></h2>
      ${this.#facts()}
      ${this.shown.burnedIn === "YES" ? html`<p class="document-warning">${icon("warning")} ${t("encapsulated.burnedIn")}</p>` : nothing}
      ${
        reason === undefined
          ? html`<p><button type="button" class="secondary encapsulated-save" @click=${() => {
              void this.#download();
            }}>${icon("download")} ${t("encapsulated.download")}</button></p>`
          : html`<p class="document-warning" role="alert">${icon("warning")} ${reason}</p>`
      }
      ${this.failure === "" ? nothing : html`<p class="document-warning" role="alert">${icon("warning")} ${this.failure}</p>`}
      ${this.#content()}
    </article>`;
  }
  #facts(): TemplateResult {
    const {
      length,
      hl7Identifier,
      concept,
      documentTitle,
      verification,
      contentDate = "",
      contentTime = "",
    } = this.shown;
    const rows: (readonly [string, string])[] = [
      [t("sr.date"), [formatDate(contentDate), formatTime(contentTime)].filter(Boolean).join(" ")],
      [
        meaningOf(concept) === "" || documentTitle === undefined ? "" : t("tags.name"),
        meaningOf(concept),
      ],
      [t("encapsulated.type"), typeText(this.shown)],
      [t("encapsulated.size"), length === undefined ? "" : t("tags.bytes#", { n: length })],
      [t("encapsulated.hl7"), hl7Identifier ?? ""],
      [
        t("sr.verification"),
        verification === "VERIFIED"
          ? t("sr.VERIFIED")
          : verification === "UNVERIFIED"
            ? t("sr.UNVERIFIED")
            : "",
      ],
    ];
    return html`<dl class="document-facts">${rows
      .filter(([name, value]) => name !== "" && value !== "")
      .map(([name, value]) => html`<div><dt>${name}</dt><dd><bdi>${value}</bdi></dd></div>`)}</dl>`;
  }
  #content(): TemplateResult | typeof nothing {
    const viewer = this.#viewer();
    if (viewer === "none") return html`<p class="document-note">${t("encapsulated.noView")}</p>`;
    if (this.shown.reason !== undefined || this.failure !== "") return nothing;
    if (this.bytes === null)
      return html`<p class="document-wait" role="status"><span class="spinner large" aria-hidden="true"></span>${t("document.loading")}</p>`;
    if (viewer === "stl" || viewer === "obj")
      return html`<sl-stl-model .bytes=${this.bytes} .format=${viewer} .color=${this.color}></sl-stl-model>`;
    if (viewer === "text") return plainText(this.bytes);
    return viewer === "pdf"
      ? html`<sl-pdf-pages .bytes=${this.bytes} .startWorker=${this.model.startScript}></sl-pdf-pages>`
      : html`<sl-cda-document .bytes=${this.bytes}></sl-cda-document>`;
  }
}

/** As much as can be read at a glance; all of it is in the download. */
function plainText(bytes: Uint8Array): TemplateResult {
  const text = new TextDecoder().decode(bytes.subarray(0, MOST_TEXT_BYTES));
  return html`<pre class="encapsulated-text" tabindex="0" dir="auto">${text}</pre>
    ${bytes.length > MOST_TEXT_BYTES ? html`<p class="document-note">${t("encapsulated.textCut")}</p>` : nothing}`;
}
/** What the document is: as its bytes or its SOP class have it, else as it is said to be. */
function typeOf({ contentType, mimeType = "" }: EncapsulatedDocument): string {
  return contentType ?? mimeType;
}
/** With what the object says instead. */
function typeText(shown: EncapsulatedDocument): string {
  const [type, stated] = [typeOf(shown), shown.mimeType ?? ""];
  const isSame = stated === "" || familyOf(baseType(stated)) === familyOf(baseType(type));
  return isSame ? stated || type : t("encapsulated.typeStated", { type, stated });
}
/** Types that are one by another name. */
function familyOf(type: string): string {
  return [STL_TYPES, XML_TYPES].find((types) => types.includes(type))?.[0] ?? type;
}
