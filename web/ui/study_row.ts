import { html, nothing, type TemplateResult } from "lit";
import { formatCount, t, type MessageKey } from "../i18n/translate.ts";
import { formatDate, formatTime } from "../tools/dates.ts";
import { mainForm, otherForms, parsePersonName } from "../tools/person_name.ts";
import { icon } from "./icons.ts";
import { formatAge, formatSex } from "./patient_text.ts";
import type { Sort, StudySummary } from "./study_api.ts";

/** Columns of the study list, left to right. */
export interface Column {
  readonly id: string;
  readonly label: MessageKey;
  /** null: cannot be sorted by */
  readonly sort: Sort | null;
}

export const COLUMNS: readonly Column[] = [
  { id: "patient", label: "list.patient", sort: "patientName" },
  { id: "id", label: "list.patientId", sort: "patientID" },
  { id: "birth", label: "list.birthDate", sort: null },
  { id: "sex", label: "list.sex", sort: null },
  { id: "date", label: "list.date", sort: "date" },
  { id: "modality", label: "list.modality", sort: "modality" },
  { id: "description", label: "list.description", sort: "description" },
  { id: "accession", label: "list.accession", sort: null },
  { id: "series", label: "list.series", sort: null },
  { id: "images", label: "list.images", sort: "instances" },
  { id: "state", label: "list.state", sort: null },
];

function studyHref(studyInstanceUID: string): string {
  return `/view/${encodeURIComponent(studyInstanceUID)}`;
}

/** The cells of one study; the link in the first covers the row. */
export function studyCells(study: StudySummary, focusable: boolean): TemplateResult {
  const name = parsePersonName(study.patientName);
  const shownName = mainForm(name) || t("list.noName");
  const second = otherForms(name);
  return html`
    <div role="gridcell" class="c-patient" title=${shownName}>
      <a
        class="study-link"
        href=${studyHref(study.studyInstanceUID)}
        tabindex=${focusable ? 0 : -1}
        ><bdi class="name" ?data-empty=${study.patientName === ""}>${shownName}</bdi></a
      >
      ${second === "" ? nothing : html`<bdi class="second" title=${second}>${second}</bdi>`}
    </div>
    <div role="gridcell" class="c-id" title=${study.patientID}><bdi>${study.patientID}</bdi></div>
    <div role="gridcell" class="c-birth">
      ${formatDate(study.patientBirthDate)}
      <span class="dim">${formatAge(study.patientBirthDate, study.studyDate)}</span>
    </div>
    <div role="gridcell" class="c-sex" title=${formatSex(study.patientSex)}>${study.patientSex}</div>
    <div role="gridcell" class="c-date">
      ${formatDate(study.studyDate)} <span class="dim">${formatTime(study.studyTime)}</span>
    </div>
    <div role="gridcell" class="c-modality">
      ${study.modalities.map((modality) => html`<span class="chip" data-modality=${modality}>${modality}</span>`)}
    </div>
    <div role="gridcell" class="c-description" title=${study.studyDescription}>
      ${
        study.studyDescription === ""
          ? html`<span class="faint">${t("list.noDescription")}</span>`
          : html`<bdi>${study.studyDescription}</bdi>`
      }
    </div>
    <div role="gridcell" class="c-accession" title=${study.accessionNumber}><bdi>${study.accessionNumber}</bdi></div>
    <div role="gridcell" class="c-series">${formatCount(study.series)}</div>
    <div role="gridcell" class="c-images">${imageCounts(study)}</div>
    <div role="gridcell" class="c-state">${studyState(study)}</div>
  `;
}

/** A number in the table; with its unit and the series beside it on a card. */
function imageCounts(study: StudySummary): TemplateResult {
  const images = Math.max(study.frames, study.instances);
  return html`<span class="in-table">${formatCount(images)}</span
    ><span class="in-card"
      >${study.frames > 0 ? t("list.imagesShort#", { n: images }) : t("document.count#", { n: images })} · ${t("list.seriesShort#", { n: study.series })}</span
    >`;
}

function studyState(study: StudySummary): TemplateResult {
  const done =
    study.instances > 0
      ? Math.floor((100 * (study.instances - study.pending)) / study.instances)
      : 0;
  return html`
    ${
      study.pending > 0
        ? html`<span class="state pending" title=${t("list.preparingTitle#", { n: study.pending })}
          ><progress max="100" value=${done} aria-label=${t("list.preparingTitle#", { n: study.pending })}></progress
          >${t("list.preparing", { n: done })}</span
        >`
        : nothing
    }
    ${
      study.failed > 0
        ? html`<span class="state failed" title=${t("list.failedTitle#", { n: study.failed })}
          >${icon("warning")}${t("list.failed", { n: study.failed })}</span
        >`
        : nothing
    }
    ${
      study.conflicts > 0
        ? html`<span class="state conflict" title=${t("list.conflictTitle#", { n: study.conflicts })}
          >${icon("warning")}${t("list.conflict#", { n: study.conflicts })}</span
        >`
        : nothing
    }
    ${
      study.pending + study.failed + study.conflicts === 0
        ? html`<span class="visually-hidden">${t("list.ready")}</span>`
        : nothing
    }
  `;
}

/** Grey bars in the place of a study that is on its way. */
export function placeholderCells(): TemplateResult {
  return html`${COLUMNS.map(
    (column) =>
      html`<div role="gridcell" class="c-${column.id}"><span class="bar" aria-hidden="true"></span></div>`,
  )}`;
}
