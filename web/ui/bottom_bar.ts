import { html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { t } from "../i18n/translate.ts";
import type { Tool } from "../tools/tool_settings.ts";
import type { PanelName } from "./chrome_model.ts";
import { ChromePart } from "./chrome_part.ts";
import { icon, type IconName } from "./icons.ts";
import { TOOL_COMMANDS } from "./top_bar.ts";

/** A phone's five large targets. */
@customElement("sl-bottom-bar")
export class BottomBar extends ChromePart {
  protected override signature(): string {
    const { tools, openPanel, viewport } = this.model;
    return [tools.picked.value ?? "", openPanel.value ?? "", viewport.shown !== null].join("|");
  }

  protected override render(): TemplateResult {
    return html`
      ${this.#panelButton("series", "series", t("bar.series"))}
      ${this.#toolButton("scroll")}
      ${this.#toolButton("window")}
      ${this.#panelButton("presets", "sliders", t("bar.presetsShort"))}
      ${this.#panelButton("more", "more", t("bar.more"))}
    `;
  }

  #toolButton(tool: Tool): TemplateResult {
    return html`<button
      type="button"
      aria-pressed=${this.model.tools.forPointer("touch") === tool}
      @click=${() => {
        this.model.run(TOOL_COMMANDS[tool]);
      }}
    >${icon(tool)}<span>${t(`toolShort.${tool}`)}</span></button>`;
  }

  #panelButton(panel: PanelName, iconName: IconName, label: string): TemplateResult {
    return html`<button
      type="button"
      aria-haspopup="dialog"
      aria-expanded=${this.model.openPanel.value === panel}
      @click=${() => {
        this.model.openPanel.set(panel);
      }}
    >${icon(iconName)}<span>${label}</span></button>`;
  }
}
