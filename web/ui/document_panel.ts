import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { t, type MessageKey } from "../i18n/translate.ts";
import "../styles/documents.css";
import "../styles/waveforms.css";
import { documentKind, type DocumentKind, type DocumentModel } from "../shared/document.ts";
import { SlError } from "../shared/errc.ts";
import type { ManifestInstance } from "../shared/manifest.ts";
import { formatDate } from "../tools/dates.ts";
import { formatPersonName } from "../tools/person_name.ts";
import { ChromePart } from "./chrome_part.ts";
import { documentOf, stepDocument } from "./document_of.ts";
import { icon, type IconName } from "./icons.ts";
import { failureText, reasonText } from "./panel_text.ts";
import { safeFileName, saveFile } from "./saved_file.ts";

const DOCUMENT_ICONS: Readonly<Record<DocumentKind, IconName>> = {
  report: "document",
  keyObjects: "star",
  waveform: "waveform",
  encapsulated: "document",
};
interface Opened {
  readonly key: string;
  readonly model: DocumentModel | null;
  readonly error: SlError | null;
}

/** In the place of the picture: an object without pictures as itself, or why it cannot be. */
@customElement("sl-document-panel")
export class DocumentPanel extends ChromePart {
  @state() private opened: Opened | null = null;
  #asked = "";
  #focused = "";

  protected override signature(): string {
    const { viewer, viewport } = this.model;
    return [viewer.manifest?.revision ?? "", this.#key(), viewport.state.seriesInstanceUID].join(
      "|",
    );
  }
  #key(): string {
    const instance = documentOf(this.model);
    return instance === null ? "" : instance.hash;
  }

  protected override render(): TemplateResult | typeof nothing {
    const instance = documentOf(this.model);
    if (instance === null) return nothing;
    this.#ask(instance);
    const kind = documentKind(instance.sopClassUID) ?? "encapsulated";
    return html`<section class="document" data-no-tools aria-label=${t("document.label")}>
      ${this.#bar(instance, kind)}
      ${this.#patient()}
      <div class="document-body" tabindex="0" role="region" aria-label=${t(`document.kind.${kind}`)}>${this.#body(instance, kind)}</div>
    </section>`;
  }

  /** Keys scroll the document that has come, unless the focus is in some other control. */
  protected override updated(): void {
    if (this.#key() === "") this.#focused = ""; // a picture is shown
    const key = this.opened?.key ?? "";
    if (key === this.#focused || key !== this.#key()) return;
    this.#focused = key;
    const { activeElement } = document;
    const isFree = activeElement === document.body || activeElement?.id === "viewport";
    if (isFree) this.querySelector<HTMLElement>(".document-body")?.focus({ preventScroll: true });
  }

  /** For paper only: the top bar is not printed. */
  #patient(): TemplateResult {
    const { study } = this.model.viewer.manifest ?? {};
    const { name = "", id = "", birthDate = "" } = study?.patient ?? {};
    const born = formatDate(birthDate);
    const parts = [
      formatPersonName(name),
      id === "" ? "" : t("corner.id", { id }),
      born === "" ? "" : t("corner.born", { date: born }),
      formatDate(study?.studyDate ?? ""),
      study?.studyDescription ?? "",
    ];
    return html`<p class="document-patient"><bdi>${parts.filter(Boolean).join(" · ")}</bdi></p>`;
  }

  #bar(instance: ManifestInstance, kind: DocumentKind): TemplateResult {
    const { seriesDescription } = instance.series;
    const instances = this.model.viewport.series?.instances ?? [instance];
    const index = instances.indexOf(instance);
    const button = (
      name: IconName,
      label: MessageKey,
      act: () => void,
      off = false,
    ): TemplateResult =>
      html`<button type="button" class="bar-button" title=${t(label)} aria-label=${t(label)} ?disabled=${off} @click=${act}>${icon(name)}</button>`;
    return html`<header class="document-bar">
      <span class="document-kind">${icon(DOCUMENT_ICONS[kind])}<span>${t(`document.kind.${kind}`)}</span></span>
      <span class="document-title"><bdi>${seriesDescription}</bdi></span>
      ${
        instances.length < 2
          ? nothing
          : html`<span class="document-steps" role="group" aria-label=${t("document.label")}>
        ${button(
          "back",
          "document.previous",
          () => {
            stepDocument(this.model, -1);
          },
          index === 0,
        )}
        <output>${t("document.position", { n: index + 1, count: instances.length })}</output>
        ${button(
          "forward",
          "document.next",
          () => {
            stepDocument(this.model, 1);
          },
          index === instances.length - 1,
        )}
      </span>`
      }
      ${
        kind === "encapsulated"
          ? nothing
          : button("print", "document.print", () => {
              print();
            })
      }
      ${button("download", "document.download", () => {
        void this.#download(instance);
      })}
      ${button("tags", "document.tags", () => {
        this.model.openPanel.set("tags");
      })}
    </header>`;
  }

  #body(instance: ManifestInstance, kind: DocumentKind): TemplateResult {
    const opened = this.opened?.key === instance.hash ? this.opened : null;
    if (opened === null)
      return html`<p class="document-wait" role="status"><span class="spinner large" aria-hidden="true"></span>${t("document.loading")}</p>`;
    if (opened.model === null) return failure(instance, opened.error);
    return html`${opened.model.incomplete ? html`<p class="document-warning" role="alert">${icon("warning")} ${t("document.incomplete")}</p>` : nothing}
      ${"deeper" in opened.model ? html`<p class="document-warning" role="alert">${icon("warning")} ${t("document.deeper")}</p>` : nothing}
      ${this.#view(instance, opened.model, kind)}`;
  }
  /** By what is in it: a SOP class may be private. */
  #view(instance: ManifestInstance, shown: DocumentModel, kind: DocumentKind): TemplateResult {
    const { model } = this;
    if (shown.kind === "waveform")
      return html`<sl-waveform-view .model=${model} .instance=${instance} .shown=${shown}></sl-waveform-view>`;
    if (shown.kind === "encapsulated")
      return html`<sl-encapsulated-view .model=${model} .instance=${instance} .shown=${shown}></sl-encapsulated-view>`;
    return kind === "keyObjects"
      ? html`<sl-key-objects-view .model=${model} .instance=${instance} .shown=${shown}></sl-key-objects-view>`
      : html`<sl-report-view .model=${model} .instance=${instance} .shown=${shown}></sl-report-view>`;
  }

  #ask(instance: ManifestInstance): void {
    if (this.#asked === instance.hash) return;
    this.#asked = instance.hash;
    void this.#open(instance).then((opened) => {
      if (this.#asked === instance.hash) this.opened = opened;
    });
  }
  async #open(instance: ManifestInstance): Promise<Opened> {
    const key = instance.hash;
    try {
      const model = await this.model.documents.model(instance);
      await loadView(model);
      return { key, model, error: null };
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      return { key, model: null, error };
    }
  }
  async #download(instance: ManifestInstance): Promise<void> {
    const { seriesDescription, modality } = instance.series;
    try {
      const bytes = await this.model.documents.original(instance);
      const type = "application/dicom";
      saveFile(bytes, safeFileName(seriesDescription || modality, type), type);
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      this.opened = { key: instance.hash, model: null, error };
    }
  }
}

async function loadView(model: DocumentModel): Promise<void> {
  switch (model.kind) {
    case "waveform":
      await import("./waveform_view.ts");
      return;
    case "encapsulated":
      await import("./encapsulated_view.ts");
      return;
    case "sr":
      await Promise.all([import("./report_view.ts"), import("./key_objects_view.ts")]);
      return;
  }
}
function failure(instance: ManifestInstance, error: SlError | null): TemplateResult {
  const code = error?.code ?? "corrupt";
  const why = ["not_found", "forbidden", "io"].includes(code)
    ? failureText(code)
    : reasonText(code);
  return html`<div class="document-failure" role="alert">${icon("warning")}
    <h2>${t("document.failed")}</h2>
    <p>${why}</p>
    ${instance.reason === "" ? nothing : html`<p class="note"><bdi>${instance.reason}</bdi></p>`}
  </div>`;
}
