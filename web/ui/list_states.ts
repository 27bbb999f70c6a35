import { html, type TemplateResult } from "lit";
import { t } from "../i18n/translate.ts";
import { icon } from "./icons.ts";
import { ListError } from "./study_api.ts";

/** What stands in the place of the rows: nothing yet, nothing found, no answer. Each says what to do next. */
export function emptyStore(): TemplateResult {
  return html`<section class="list-empty">
    ${icon("series")}
    <h2>${t("list.emptyTitle")}</h2>
    <p>${t("list.emptyText")}</p>
    <p><code>${t("list.emptyImport")}</code></p>
    <p>${t("list.emptyDemoText")}</p>
    <p><code>${t("list.emptyDemo")}</code></p>
  </section>`;
}

export function noMatch(onClear: () => void): TemplateResult {
  return html`<section class="list-empty">
    ${icon("search")}
    <h2>${t("list.noneTitle")}</h2>
    <p>${t("list.noneText")}</p>
    <button type="button" class="primary" @click=${onClear}>${t("list.clear")}</button>
  </section>`;
}

export function listFailure(error: unknown, onRetry: () => void): TemplateResult {
  const reason = error instanceof ListError ? error.message : t("list.offline");
  return html`<section class="list-empty" role="alert">
    ${icon("offline")}
    <h2>${t("list.errorTitle")}</h2>
    <p>${t("list.errorText", { reason })}</p>
    <button type="button" class="primary" @click=${onRetry}>${t("list.retry")}</button>
  </section>`;
}
