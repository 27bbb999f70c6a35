import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { t } from "../i18n/translate.ts";
import { isMotion, MAX_FPS, MIN_FPS } from "../tools/cine.ts";
import { titleWithKey } from "./top_bar.ts";
import { ChromePart } from "./chrome_part.ts";
import { icon } from "./icons.ts";

/** Play, pause and speed; there where frames are moments, and for all others once they play. */
@customElement("sl-cine-bar")
export class CineBar extends ChromePart {
  protected override signature(): string {
    const { playing, fps } = this.model.cine.state.value;
    return [this.#isWanted(), playing, fps].join("|");
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.#isWanted()) return nothing;
    const { playing, fps } = this.model.cine.state.value;
    const shownFps = String(Number(fps.toFixed(1)));
    return html`<div class="cine" role="group" aria-label=${t("cine.label")} data-no-tools>
      <button
        type="button"
        class="bar-button"
        title=${titleWithKey("command.toggleCine", "toggleCine")}
        aria-label=${t(playing ? "cine.pause" : "cine.play")}
        @click=${() => {
          this.model.toggleCine();
        }}
      >${icon(playing ? "pause" : "play")}</button>
      <input
        type="range"
        min=${MIN_FPS}
        max=${MAX_FPS}
        step="1"
        .value=${String(Math.round(fps))}
        aria-label=${t("cine.rate")}
        aria-valuetext=${t("cine.fps", { fps: shownFps })}
        @input=${this.#onRate}
      />
      <output>${t("cine.fps", { fps: shownFps })}</output>
    </div>`;
  }

  #isWanted(): boolean {
    if (!this.model.cine.range || this.model.cine.hasPlayer) return false;
    const instance = this.model.viewport.shown?.instance ?? null;
    return this.model.cine.state.value.playing || (instance !== null && isMotion(instance));
  }

  readonly #onRate = (event: Event): void => {
    if (event.target instanceof HTMLInputElement)
      this.model.cine.setFps(Number(event.target.value));
  };
}
