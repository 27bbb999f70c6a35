import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { t, type MessageKey } from "../i18n/translate.ts";
import { KEYMAP, shownKeys } from "../tools/keymap.ts";
import { matchingPreset, presetsFor, type WindowPreset } from "../tools/presets.ts";
import type { PanelName } from "./chrome_model.ts";
import { ChromePart } from "./chrome_part.ts";
import { objectOf } from "./document_of.ts";
import { icon } from "./icons.ts";
import { layersMenu, layersSignature } from "./layers_menu.ts";
import { seriesCards } from "./series_cards.ts";
import "./session_entry.ts";
import { ACTIONS, titleWithKey, TOOL_COMMANDS } from "./top_bar.ts";
import { TOOLS } from "../tools/tool_settings.ts";

const HEADINGS: Readonly<Record<PanelName, MessageKey>> = {
  presets: "preset.heading",
  more: "bar.more",
  series: "bar.series",
  help: "help.title",
  tags: "tags.title",
  layers: "layers.heading",
};
const GROUPS = ["stack", "window", "geometry", "tools", "general"] as const;
const MOUSE: readonly (readonly [MessageKey, MessageKey])[] = [
  ["help.left", "help.leftText"],
  ["help.middle", "tool.pan"],
  ["help.right", "tool.zoom"],
  ["help.wheel", "help.wheelText"],
  ["help.double", "help.doubleText"],
];
const TOUCH: readonly (readonly [MessageKey, MessageKey])[] = [
  ["help.oneFinger", "help.oneFingerText"],
  ["help.twoFingers", "help.twoFingersText"],
  ["help.doubleTap", "help.doubleText"],
];

/** The one dialog of the chrome: a menu under its button on a desk, a sheet from below on a phone. */
@customElement("sl-panels")
export class Panels extends ChromePart {
  /** drawn last: stays while the dialog closes */
  #shown: PanelName | null = null;

  protected override signature(): string {
    const { openPanel, viewport, viewer, tools, overlayMode } = this.model;
    const { state } = viewport;
    if (openPanel.value === null) return "";
    return [
      openPanel.value,
      viewer.manifest?.revision ?? "",
      state.seriesInstanceUID,
      viewport.shown?.id ?? -1,
      tools.picked.value ?? "",
      overlayMode.value,
      state.windowCenter,
      state.windowWidth,
      state.voiLut,
      state.inverted,
      state.fit,
      layersSignature(this.model),
    ].join("|");
  }

  protected override render(): TemplateResult {
    const name = this.model.openPanel.value;
    return html`<dialog
      class="panel ${name ?? ""}"
      aria-label=${name === null ? nothing : t(HEADINGS[name])}
      @close=${() => {
        this.model.closePanels();
      }}
      @click=${this.#onClick}
      @keydown=${this.#onKey}
    >
      ${
        name === null
          ? nothing
          : html`
        <header>
          <h2>${t(HEADINGS[name])}</h2>
          <button type="button" class="bar-button" aria-label=${t("help.close")} title=${`${t("help.close")} (Esc)`}
            @click=${() => {
              this.model.closePanels();
            }}>${icon("close")}</button>
        </header>
        <div class="panel-body">${this.#body(name)}</div>`
      }
    </dialog>`;
  }

  protected override updated(): void {
    const dialog = this.querySelector("dialog");
    const name = this.model.openPanel.value;
    if (!dialog || name === this.#shown) return;
    this.#shown = name;
    if (dialog.open) dialog.close();
    if (name === null) return;
    this.#place(dialog, name);
    dialog.showModal();
    dialog.querySelector<HTMLElement>("[aria-checked=true], [aria-current]")?.focus();
  }

  /** Under the button that opens it, kept inside the window. */
  #place(dialog: HTMLDialogElement, name: PanelName): void {
    const anchor = [...document.querySelectorAll(`[data-panel="${name}"]`)].find(
      (button) => button.getClientRects().length > 0,
    );
    const box = anchor?.getBoundingClientRect();
    dialog.classList.toggle("anchored", box !== undefined);
    if (!box) return;
    dialog.style.setProperty("--panel-top", `${(box.bottom + 6).toFixed(0)}px`);
    dialog.style.setProperty(
      "--panel-right",
      `${Math.max(8, innerWidth - box.right).toFixed(0)}px`,
    );
  }

  #body(name: PanelName): TemplateResult {
    switch (name) {
      case "presets":
        return this.#presets();
      case "more":
        return this.#more();
      case "series":
        return seriesCards(this.model, () => {
          this.model.closePanels();
        });
      case "help":
        return help();
      case "tags":
        return this.#tags();
      case "layers":
        return layersMenu(this.model);
    }
  }

  #tags(): TemplateResult {
    const instance = this.model.viewport.shown?.instance ?? objectOf(this.model);
    if (instance === null) return html`<p class="panel-note">${t("tags.none")}</p>`;
    void import("./tag_browser.ts"); // the element is filled when it is known
    return html`<sl-tag-browser .model=${this.model} .instance=${instance}></sl-tag-browser>`;
  }

  #presets(): TemplateResult {
    const { shown, state } = this.model.viewport;
    const presets = shown ? presetsFor(shown) : [];
    if (presets.length === 0) return html`<p class="panel-note">${t("preset.none")}</p>`;
    const current = matchingPreset(state, presets);
    return html`<div class="menu" role="radiogroup" aria-label=${t("preset.heading")}>
      ${presets.map(
        (
          preset,
          index,
        ) => html`${index > 0 && preset.kind !== presets[index - 1]?.kind ? html`<hr />` : nothing}
          <button type="button" role="radio" aria-checked=${preset === current} @click=${() => {
            this.#pick(preset);
          }}>
            <span class="label"><bdi>${preset.label}</bdi></span>
            <span class="detail">${preset.detail}</span>
            ${preset.key === "" ? nothing : html`<kbd>${preset.key}</kbd>`}
          </button>`,
      )}
    </div>`;
  }

  #pick(preset: WindowPreset): void {
    if (preset.change) this.model.viewport.set(preset.change);
    else this.model.viewport.autoWindow();
    this.model.closePanels();
    // The hands go on with the picture: Space must reset it, not open the menu again.
    this.model.viewport.canvas.parentElement?.focus({ preventScroll: true });
  }

  #more(): TemplateResult {
    return html`<div class="tiles">
      ${TOOLS.map(
        (tool) => html`<button type="button" aria-pressed=${this.model.tools.picked.value === tool}
          @click=${() => {
            this.model.run(TOOL_COMMANDS[tool]);
            this.model.closePanels();
          }}>${icon(tool)}<span>${t(`tool.${tool}`)}</span></button>`,
      )}
      ${ACTIONS.map(
        (
          action,
        ) => html`<button type="button" title=${titleWithKey(action.label, action.command)} ?disabled=${!this.model.viewport.shown}
          aria-pressed=${action.command === "invert" ? this.model.viewport.state.inverted : nothing}
          @click=${() => {
            this.model.run(action.command);
          }}>${icon(action.icon)}<span>${t(action.label)}</span></button>`,
      )}
      <button type="button" title=${titleWithKey("command.toggleCine", "toggleCine")} ?disabled=${!this.model.cine.range}
        @click=${() => {
          this.model.toggleCine();
          this.model.closePanels();
        }}>
        ${icon("play")}<span>${t("command.toggleCine")}</span></button>
      <button type="button" @click=${() => {
        this.model.cycleOverlay();
      }}>
        ${icon("overlay")}<span>${t(`overlay.${this.model.overlayMode.value}`)}</span></button>
      <button type="button" @click=${() => {
        this.model.openPanel.set("layers");
      }}>
        ${icon("layers")}<span>${t("layers.heading")}</span></button>
      <button type="button" @click=${() => {
        this.model.toggleFullScreen();
        this.model.closePanels();
      }}>
        ${icon("fullScreen")}<span>${t("command.fullScreen")}</span></button>
      <button type="button" title=${titleWithKey("command.tags", "toggleTags")} @click=${() => {
        this.model.openPanel.set("tags");
      }}>
        ${icon("tags")}<span>${t("tags.title")}</span></button>
      <button type="button" @click=${() => {
        this.model.openPanel.set("help");
      }}>
        ${icon("help")}<span>${t("command.toggleHelp")}</span></button>
    </div>
    <sl-session-entry></sl-session-entry>`;
  }

  /** A click on the backdrop closes. */
  readonly #onClick = (event: MouseEvent): void => {
    if (event.target instanceof HTMLDialogElement) this.model.closePanels();
  };

  /** Arrows walk through a menu; a digit picks its preset; ? closes the help it opened. */
  readonly #onKey = (event: KeyboardEvent): void => {
    const name = this.model.openPanel.value;
    if (name === "help" && event.key === "?") {
      // Taken here: the document's keys would open it again.
      event.preventDefault();
      this.model.closePanels();
    }
    if (name !== "presets" && name !== "layers") return;
    const buttons = [...this.querySelectorAll<HTMLButtonElement>(".menu button")];
    const index = buttons.findIndex((button) => button === document.activeElement);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const { shown } = this.model.viewport;
    const picked =
      shown && name === "presets"
        ? presetsFor(shown).find((preset) => preset.key !== "" && preset.key === event.key)
        : undefined;
    if (step !== 0) buttons[(index + step + buttons.length) % buttons.length]?.focus();
    else if (picked) this.#pick(picked);
    else return;
    event.preventDefault();
  };
}

function help(): TemplateResult {
  const pairs = (rows: readonly (readonly [MessageKey, MessageKey])[]): TemplateResult[] =>
    rows.map(
      ([what, does]) => html`<div class="help-row"><dt>${t(what)}</dt><dd>${t(does)}</dd></div>`,
    );
  return html`<div class="help-columns">
    ${GROUPS.map(
      (group) => html`<section>
        <h3>${t(`help.group.${group}`)}</h3>
        <dl>
          ${KEYMAP.filter((binding) => binding.group === group).map(
            (binding) =>
              html`<div class="help-row"><dt><kbd>${shownKeys(binding)}</kbd></dt><dd>${t(binding.label)}</dd></div>`,
          )}
        </dl>
      </section>`,
    )}
    <section class="help-pointer"><h3>${t("help.mouse")}</h3><dl>${pairs(MOUSE)}</dl></section>
    <section class="help-pointer"><h3>${t("help.touch")}</h3><dl>${pairs(TOUCH)}</dl></section>
  </div>`;
}
