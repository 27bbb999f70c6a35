import { html, nothing, type TemplateResult } from "lit";
import { t } from "../i18n/translate.ts";
import type { StudyPresentation } from "../layers/study_presentations.ts";
import { formatDate } from "../tools/dates.ts";
import { keyOf } from "../tools/keymap.ts";
import { parsePersonName } from "../tools/person_name.ts";
import type { ChromeModel } from "./chrome_model.ts";
import { objectsMenu } from "./objects_menu.ts";
import { subtractionMenu, subtractionSignature } from "./subtraction_menu.ts";
import { profileDetail, profileState, profileTitle } from "./profile_text.ts";

/** What the menu reads of the model, as text. */
export function layersSignature(model: ChromeModel): string {
  const { layers, viewport } = model;
  const { shown } = viewport;
  if (layers.value === null || shown === null) return "";
  const { stack, presentations, chosen, objects } = layers.value;
  const profile = profileState(model);
  return [
    stack.areAllHidden,
    ...stack
      .of(shown)
      .map((layer) => [layer.id, stack.isShown(layer.id), layer.problem(shown)?.code].join()),
    chosen?.sopInstanceUID ?? "",
    presentations.all.length,
    ...objects.all.map(({ instance, view }) => [instance.hash, view?.isShown].join()),
    profile === null ? "" : profileTitle(profile),
    subtractionSignature(model),
  ].join("|");
}

/** What lies over the picture, each with a switch; and how others wanted the picture to be seen. */
export function layersMenu(model: ChromeModel): TemplateResult {
  const layers = model.layers.value;
  const { shown } = model.viewport;
  const hasLayers = layers !== null && shown !== null && layers.stack.of(shown).length > 0;
  const hasStates = layers !== null && layers.presentations.all.length > 0;
  return html`<div class="menu layers-menu">
    ${hasLayers ? switches(model) : html`<p class="panel-note">${t("layers.none")}</p>`}
    ${subtractionMenu(model)} ${objectsMenu(model)} ${colorProfile(model)} ${hasStates ? presentations(model) : nothing}
  </div>`;
}

function colorProfile(model: ChromeModel): TemplateResult | typeof nothing {
  const state = profileState(model);
  if (state === null) return nothing;
  const isFailed = state.kind === "failed";
  return html`<hr />
    <button
      type="button"
      role="switch"
      aria-checked=${!isFailed && state.kind !== "off"}
      ?disabled=${isFailed}
      @click=${() => {
        model.toggleColors();
      }}
    >
      <span class="label">${t("command.toggleColors")}</span>
      <kbd>${keyOf("toggleColors")}</kbd>
    </button>
    <p class=${isFailed ? "panel-note warn" : "panel-note"}><bdi>${profileDetail(state)}</bdi></p>`;
}

function switches(model: ChromeModel): TemplateResult {
  const stack = model.layers.value?.stack;
  const { shown } = model.viewport;
  if (stack === undefined || shown === null) return html``;
  return html`<div role="group" aria-label=${t("layers.heading")}>
    ${stack.of(shown).map((layer) => {
      const problem = layer.problem(shown);
      return html`<button
        type="button"
        role="switch"
        aria-checked=${stack.isShown(layer.id)}
        @click=${() => {
          stack.toggle(layer.id);
        }}
      >
        <span class="label">${t(layer.label)}</span>
        ${
          problem === null
            ? nothing
            : html`<span class="detail warn">${t("layers.problem", { reason: t(`reason.${problem.code === "ok" ? "corrupt" : problem.code}`) })}</span>`
        }
      </button>`;
    })}
    <hr />
    <button
      type="button"
      role="switch"
      aria-checked=${!stack.areAllHidden}
      @click=${() => {
        stack.toggleAll();
      }}
    ><span class="label">${t("layers.all")}</span><kbd>${keyOf("toggleLayers")}</kbd></button>
  </div>`;
}

function presentations(model: ChromeModel): TemplateResult {
  const layers = model.layers.value;
  const { shown } = model.viewport;
  if (layers === null || shown === null) return html``;
  const here = layers.presentations.of(shown);
  const elsewhere = layers.presentations.all.filter((one) => !here.includes(one));
  return html`<h3 id="presentation-heading">${t("presentation.heading")}</h3>
    <div role="radiogroup" aria-labelledby="presentation-heading">
      <button
        type="button"
        role="radio"
        aria-checked=${layers.chosen === null}
        @click=${() => {
          layers.choose(null);
        }}
      ><span class="label">${t("presentation.none")}</span></button>
      ${here.map((one) => choice(model, one))}
      ${elsewhere.length === 0 ? nothing : html`<p class="panel-note">${t("presentation.elsewhere")}</p>`}
      ${elsewhere.map((one) => choice(model, one))}
    </div>
    ${note(model)}`;
}
function choice(model: ChromeModel, { state, error }: StudyPresentation): TemplateResult {
  const layers = model.layers.value;
  const name = state === null ? t("presentation.unreadable") : presentationName(state);
  const detail =
    error === null || error.code === "ok"
      ? [formatDate(state?.date ?? ""), parsePersonName(state?.creator ?? "").alphabetic]
          .filter(Boolean)
          .join(" · ")
      : t(`reason.${error.code}`);
  return html`<button
    type="button"
    role="radio"
    aria-checked=${state !== null && layers?.chosen === state}
    ?disabled=${state === null}
    @click=${() => {
      layers?.choose(state);
    }}
  ><span class="label"><bdi>${name}</bdi></span><span class="detail"><bdi>${detail}</bdi></span></button>`;
}
/** Its description, else its label. */
export function presentationName({
  description,
  label,
}: {
  readonly description: string;
  readonly label: string;
}): string {
  return description || label || t("presentation.unnamed");
}
/** What of the chosen state is not shown. */
function note(model: ChromeModel): TemplateResult | typeof nothing {
  const state = model.layers.value?.chosen ?? null;
  const notes = [
    state?.leftOut ?? "",
    state !== null && model.layers.value?.subtraction.leavesOut(state) === true
      ? t("presentation.mask")
      : "",
    state?.areas.some(({ mode }) => mode === "TRUE SIZE") === true
      ? t("presentation.trueSize")
      : "",
  ].filter(Boolean);
  return notes.length === 0 ? nothing : html`<p class="panel-note warn">${notes.join(" ")}</p>`;
}
