import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { t, type MessageKey } from "../i18n/translate.ts";
import type { CommandId } from "../tools/commands.ts";
import { formatDate } from "../tools/dates.ts";
import { keyOf } from "../tools/keymap.ts";
import { mainForm, otherForms, parsePersonName } from "../tools/person_name.ts";
import { formatWindow, matchingPreset, presetsFor } from "../tools/presets.ts";
import { TOOLS, type Tool } from "../tools/tool_settings.ts";
import { HOME } from "../view/page_address.ts";
import { ChromePart } from "./chrome_part.ts";
import { icon, type IconName } from "./icons.ts";
import { formatAge, formatSex } from "./patient_text.ts";
import "./session_entry.ts";

export const TOOL_COMMANDS: Readonly<Record<Tool, CommandId>> = {
  window: "toolWindow",
  pan: "toolPan",
  zoom: "toolZoom",
  scroll: "toolScroll",
};

interface Action {
  readonly command: CommandId;
  readonly icon: IconName;
  readonly label: MessageKey;
}
export const ACTIONS: readonly Action[] = [
  { command: "invert", icon: "invert", label: "command.invert" },
  { command: "rotateLeft", icon: "rotateLeft", label: "command.rotateLeft" },
  { command: "rotateRight", icon: "rotateRight", label: "command.rotateRight" },
  { command: "flipHorizontal", icon: "flipHorizontal", label: "command.flipHorizontal" },
  { command: "flipVertical", icon: "flipVertical", label: "command.flipVertical" },
  { command: "fit", icon: "fit", label: "command.fit" },
  { command: "oneToOne", icon: "oneToOne", label: "command.oneToOne" },
  { command: "reset", icon: "reset", label: "command.reset" },
];

/** "Rotate right (R)" */
export function titleWithKey(label: MessageKey, command: CommandId): string {
  const key = keyOf(command);
  return key === "" ? t(label) : `${t(label)} (${key})`;
}

/** Whose study this is, and the tools. */
@customElement("sl-top-bar")
export class TopBar extends ChromePart {
  protected override signature(): string {
    const { viewer, viewport, tools, overlayMode, openPanel } = this.model;
    const { state } = viewport;
    return [
      viewer.manifest?.revision ?? "",
      viewer.manifest?.study.studyInstanceUID ?? "",
      viewport.shown?.id ?? -1,
      tools.picked.value ?? "",
      overlayMode.value,
      openPanel.value ?? "",
      state.inverted,
      state.fit,
      state.zoom === 1,
      this.#presetName(),
      this.#layersCount(),
    ].join("|");
  }

  protected override render(): TemplateResult {
    return html`
      <a class="bar-button back" href=${HOME} title=${t("bar.back")} aria-label=${t("bar.back")}>${icon("back")}</a>
      ${this.#patient()} ${this.#study()}
      <div class="bar-tools">
        <div class="bar-group" role="radiogroup" aria-label=${t("bar.tools")}>${TOOLS.map((tool) => this.#toolButton(tool))}</div>
        ${this.#presetButton()}
        <div class="bar-group actions" role="group" aria-label=${t("bar.actions")}>
          ${ACTIONS.map((action) => this.#actionButton(action))}
        </div>
        <div class="bar-group">
          <button
            type="button"
            class="bar-button"
            title=${`${t(`overlay.${this.model.overlayMode.value}`)} (${keyOf("cycleOverlay")})`}
            aria-label=${t(`overlay.${this.model.overlayMode.value}`)}
            data-overlay=${this.model.overlayMode.value}
            @click=${() => {
              this.model.cycleOverlay();
            }}
          >${icon("overlay")}</button>
          ${this.#layersButton()}
          <button
            type="button"
            class="bar-button more"
            data-panel="more"
            title=${t("bar.more")}
            aria-label=${t("bar.more")}
            aria-haspopup="dialog"
            @click=${() => {
              this.model.openPanel.set("more");
            }}
          >${icon("more")}</button>
          <button
            type="button"
            class="bar-button help"
            title=${titleWithKey("command.toggleHelp", "toggleHelp")}
            aria-label=${t("command.toggleHelp")}
            aria-haspopup="dialog"
            @click=${() => {
              this.model.toggleHelp();
            }}
          >${icon("help")}</button>
        </div>
        <sl-session-entry></sl-session-entry>
      </div>
    `;
  }

  #patient(): TemplateResult {
    const study = this.model.viewer.manifest?.study;
    if (!study) return html`<div class="bar-patient"></div>`;
    const { patient } = study;
    const name = parsePersonName(patient.name);
    const shown = mainForm(name);
    const second = otherForms(name);
    const age = formatAge(patient.birthDate, study.studyDate);
    const birth = formatDate(patient.birthDate);
    const details = [
      patient.id,
      age === "" || birth === "" ? birth : `${birth} (${age})`,
      formatSex(patient.sex),
    ];
    return html`<div class="bar-patient">
      <h1 title=${[shown, second].filter(Boolean).join(" · ")}>
        ${shown === "" ? html`<em>${t("bar.unknownPatient")}</em>` : html`<bdi>${shown}</bdi>`}
        ${second === "" ? nothing : html`<bdi class="second">${second}</bdi>`}
      </h1>
      <p>${details.filter(Boolean).map((detail, index) => html`${index > 0 ? " · " : nothing}<bdi>${detail}</bdi>`)}</p>
    </div>`;
  }

  #study(): TemplateResult {
    const study = this.model.viewer.manifest?.study;
    if (!study) return html`<div class="bar-study"></div>`;
    const description = study.studyDescription || t("bar.noStudy");
    return html`<div class="bar-study">
      <p class="description" title=${description}><bdi>${description}</bdi></p>
      <p>${formatDate(study.studyDate)}</p>
    </div>`;
  }

  #toolButton(tool: Tool): TemplateResult {
    const isActive = this.model.tools.forPointer("mouse") === tool;
    return html`<button
      type="button"
      class="bar-button"
      role="radio"
      aria-checked=${isActive}
      title=${titleWithKey(`tool.${tool}`, TOOL_COMMANDS[tool])}
      aria-label=${t(`tool.${tool}`)}
      @click=${() => {
        this.model.run(TOOL_COMMANDS[tool]);
      }}
    >${icon(tool)}</button>`;
  }

  #layersCount(): number {
    const { layers, viewport } = this.model;
    return viewport.shown === null ? 0 : (layers.value?.stack.of(viewport.shown).length ?? 0);
  }
  #layersButton(): TemplateResult {
    return html`<button
      type="button"
      class="bar-button layers-button"
      data-panel="layers"
      title=${t("layers.heading")}
      aria-label=${t("layers.heading")}
      aria-haspopup="dialog"
      aria-expanded=${this.model.openPanel.value === "layers"}
      data-marked=${this.#layersCount() > 0}
      @click=${() => {
        this.model.openPanel.set("layers");
      }}
    >${icon("layers")}</button>`;
  }

  #presetButton(): TemplateResult {
    const isOpen = this.model.openPanel.value === "presets";
    return html`<button
      type="button"
      class="bar-button presets"
      data-panel="presets"
      title=${t("bar.presets")}
      aria-haspopup="dialog"
      aria-expanded=${isOpen}
      ?disabled=${this.#presetName() === ""}
      @click=${() => {
        this.model.openPanel.set("presets");
      }}
    >${icon("sliders")}<span>${this.#presetName() || t("toolShort.window")}</span>${icon("down")}</button>`;
  }

  #presetName(): string {
    const { shown, state } = this.model.viewport;
    if (!shown) return "";
    const presets = presetsFor(shown);
    if (presets.length === 0) return "";
    const { windowWidth, windowCenter } = state;
    const numbers =
      windowWidth === null || windowCenter === null ? "" : formatWindow(windowWidth, windowCenter);
    return matchingPreset(state, presets)?.label ?? numbers;
  }

  #actionButton(action: Action): TemplateResult {
    const { state } = this.model.viewport;
    const pressed =
      action.command === "invert"
        ? state.inverted
        : action.command === "fit"
          ? state.fit
          : action.command === "oneToOne"
            ? state.zoom === 1
            : null;
    return html`<button
      type="button"
      class="bar-button"
      title=${titleWithKey(action.label, action.command)}
      aria-label=${t(action.label)}
      aria-pressed=${pressed ?? nothing}
      ?disabled=${!this.model.viewport.shown}
      @click=${() => {
        this.model.run(action.command);
      }}
    >${icon(action.icon)}</button>`;
  }
}
