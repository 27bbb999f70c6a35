import { html, nothing, type TemplateResult } from "lit";
import { t } from "../i18n/translate.ts";
import type { Manifest } from "../shared/manifest.ts";
import type { RefusedFile, UploadProgress } from "../shared/messages.ts";
import "../styles/local_files.css";
import { formatDate } from "../tools/dates.ts";
import { mainForm, otherForms, parsePersonName } from "../tools/person_name.ts";
import { chosenFiles } from "./dropped_files.ts";
import { icon } from "./icons.ts";
import type { LocalPage } from "./local_page.ts";

/** Names that are listed; a disk of junk may have a hundred thousand. */
const MAX_LISTED = 500;

/** "Open files", "Open folder": buttons that stand for the browser's own controls. */
export function openButtons(page: LocalPage): TemplateResult {
  return html`<div class="local-buttons">
    ${openButton(page, "files")} ${openButton(page, "folder")}
  </div>`;
}
function openButton(page: LocalPage, what: "files" | "folder"): TemplateResult {
  const label = t(what === "files" ? "local.openFiles" : "local.openFolder");
  return html`<label class="local-button">
    ${icon(what === "files" ? "series" : "strip")}<span>${label}</span>
    <input
      type="file"
      multiple
      class="local-input"
      data-open=${what}
      aria-label=${label}
      ?webkitdirectory=${what === "folder"}
      @change=${(event: Event) => {
        const input = event.target as HTMLInputElement;
        if (input.files !== null) page.add(chosenFiles(input.files));
        input.value = ""; // the same files may be chosen again
      }}
    />
  </label>`;
}

/** What is open of this computer, above the studies of the server. isAlone: there is no server. */
export function localPart(page: LocalPage, isAlone: boolean): TemplateResult {
  const { progress, studies, refused, missing, failure } = page.files;
  const isUsed = progress.total > 0 || refused.length > 0 || failure !== "";
  return html`
    ${
      isUsed
        ? html`<section class="local" ?data-alone=${isAlone} aria-label=${t("local.title")}>
      <header>
        <h2>${t("local.title")}</h2>
        <p>${t(page.files.upload === null ? "local.promise" : "local.forgotten")}</p>
      </header>
      ${failure === "" ? nothing : html`<p role="alert">${icon("warning")}${t("local.failed", { reason: failure })}</p>`}
      ${progressLine(page)}
      ${studies.length === 0 ? nothing : uploadPart(page)}
      ${missing.length === 0 ? nothing : missingList(missing)}
      ${refused.length === 0 ? nothing : refusedList(refused)}
      ${studies.length === 0 ? nothing : html`<ul class="local-studies">${studies.map((study) => studyRow(page, study))}</ul>`}
    </section>`
        : nothing
    }
    ${
      !isUsed && isAlone
        ? html`<section class="list-empty">
      ${icon("series")}
      <h2>${t("local.emptyTitle")}</h2>
      <p>${t("local.emptyText")}</p>
      <p>${t("local.promise")}</p>
    </section>`
        : nothing
    }
    ${page.isDropTarget ? html`<div class="local-drop"><p>${t("local.drop")}<small>${t("local.dropNote")}</small></p></div>` : nothing}
  `;
}
function progressLine(page: LocalPage): TemplateResult {
  const { done, total, pictures, isReading } = page.files.progress;
  return html`<div class="local-progress">
    <p role="status" aria-live=${isReading ? "off" : "polite"}>${isReading ? t("local.reading", { done, total, pictures }) : t("local.read", { done, pictures })}</p>
    ${
      isReading
        ? html`<progress max=${total} .value=${done} aria-label=${t("local.title")}></progress>
          <button type="button" class="secondary" @click=${() => {
            page.files.cancel();
          }}>${t("local.cancel")}</button>`
        : nothing
    }
  </div>`;
}
function studyRow(page: LocalPage, manifest: Manifest): TemplateResult {
  const { study, series, frames } = manifest;
  const forms = parsePersonName(study.patient.name);
  const name = mainForm(forms) || t("list.noName");
  const second = otherForms(forms);
  const objects = series.reduce((sum, one) => sum + one.instances.length, 0);
  const modalities = [...new Set(series.map((one) => one.modality).filter(Boolean))].join(", ");
  return html`<li>
    <button
      type="button"
      class="local-study"
      data-study=${study.studyInstanceUID}
      title=${t("local.open", { name })}
      @click=${() => {
        void page.open(study.studyInstanceUID);
      }}
    >
      <span class="name"><bdi>${name}</bdi>${second === "" ? nothing : html` <bdi class="second">${second}</bdi>`}</span>
      <bdi>${study.patient.id}</bdi>
      <span>${formatDate(study.studyDate)}</span>
      <span>${modalities}</span>
      <bdi class="description">${study.studyDescription || t("list.noDescription")}</bdi>
      <span>${frames.length > 0 ? t("list.imagesShort#", { n: frames.length }) : t("document.count#", { n: objects })}</span>
    </button>
  </li>`;
}
function uploadPart(page: LocalPage): TemplateResult | typeof nothing {
  const { upload } = page.files;
  if (!page.canUpload && upload === null) return nothing;
  const isUnderWay = upload?.state === "sending" || upload?.state === "waiting";
  return html`<div class="local-upload">
    ${upload === null ? nothing : html`<p role="status">${uploadText(upload)}</p>`}
    ${
      isUnderWay
        ? html`<progress max=${upload.total} .value=${upload.stored + upload.alreadyThere + upload.failures.length} aria-label=${t("local.upload")}></progress>
          <button type="button" class="secondary" @click=${() => {
            page.files.stopUpload();
          }}>${t("local.uploadStop")}</button>`
        : html`<button type="button" class="secondary" ?disabled=${page.files.progress.isReading} @click=${() => {
            page.files.startUpload();
          }}>${t(upload === null ? "local.upload" : "local.uploadAgain")}</button>`
    }
    ${
      upload === null || upload.failures.length === 0
        ? nothing
        : html`<details class="local-refused" open>
      <summary>${t("local.uploadFailed#", { n: upload.failures.length })}</summary>
      ${pathList(upload.failures.map(({ path, detail }) => html`<bdi>${path}</bdi> – ${detail}`))}
    </details>`
    }
  </div>`;
}
function uploadText({ state, total, stored, alreadyThere, detail }: UploadProgress): string {
  const counts = { done: stored + alreadyThere, total, there: alreadyThere };
  switch (state) {
    case "sending":
      return t("local.uploading", counts);
    case "waiting":
      return t("local.uploadWaiting", counts);
    case "done":
      return t("local.uploaded", counts);
    case "stopped":
      return t("local.uploadStopped", counts);
    case "refused":
      return t("local.uploadRefused", { ...counts, reason: detail });
  }
}
function missingList(missing: readonly string[]): TemplateResult {
  return html`<details class="local-refused local-missing">
    <summary>${t("local.missing#", { n: missing.length })}</summary>
    <p>${t("local.missingNote")}</p>
    ${pathList(missing.map((path) => html`<bdi>${path}</bdi>`))}
  </details>`;
}
function refusedList(refused: readonly RefusedFile[]): TemplateResult {
  return html`<details class="local-refused">
    <summary>${t("local.refused#", { n: refused.length })}</summary>
    ${pathList(refused.map(({ path, code, detail }) => html`<bdi>${path}</bdi> – ${reasonOf(code, detail)}`))}
  </details>`;
}
function pathList(lines: readonly TemplateResult[]): TemplateResult {
  const rest = lines.length - MAX_LISTED;
  return html`<ul>${lines.slice(0, MAX_LISTED).map((line) => html`<li>${line}</li>`)}</ul>
    ${rest > 0 ? html`<p>${t("local.more#", { n: rest })}</p>` : nothing}`;
}
function reasonOf(code: RefusedFile["code"], detail: string): string {
  if (code === "not_dicom") return t("local.refused.not_dicom");
  if (code === "stale") return t("local.refused.stale");
  return t("local.refused.other", { reason: detail || code });
}
