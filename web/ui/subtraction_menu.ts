import { html, nothing, type TemplateResult } from "lit";
import { t, type MessageKey } from "../i18n/translate.ts";
import type { Difference } from "../shared/manifest.ts";
import { keyOf } from "../tools/keymap.ts";
import type { ChromeModel } from "./chrome_model.ts";
import { icon } from "./icons.ts";

/** Pixels that a click moves the mask by. */
const STEP = 0.5;
const MOVES: readonly (readonly [label: MessageKey, arrow: string, down: number, right: number])[] =
  [
    ["subtraction.left", "\u2190", 0, -STEP],
    ["subtraction.up", "\u2191", -STEP, 0],
    ["subtraction.down", "\u2193", STEP, 0],
    ["subtraction.right", "\u2192", 0, STEP],
  ];

/** "Subtracted, mask frame 3", "Subtracted, mask frames 1, 2". */
export function subtractionText({ masks, shift }: Difference): string {
  const text = t(masks.length === 1 ? "subtraction.mask" : "subtraction.masks", {
    frames: masks.join(", "),
  });
  return isMoved(shift) ? `${text} \u00b7 ${shiftText(shift)}` : text;
}
export function subtractionSignature({ layers, viewport }: ChromeModel): string {
  const { shown } = viewport;
  if (layers.value === null || shown === null) return "";
  const { subtraction } = layers.value;
  const text = shown.difference === undefined ? "" : subtractionText(shown.difference);
  return [subtraction.isPossible(shown), subtraction.isOn, text, ...subtraction.shift].join();
}
/** A switch, the choice of the mask, and its place. */
export function subtractionMenu(model: ChromeModel): TemplateResult | typeof nothing {
  const { shown } = model.viewport;
  const subtraction = model.layers.value?.subtraction;
  if (subtraction === undefined || shown === null || !subtraction.isPossible(shown)) return nothing;
  return html`<hr />
    <button
      type="button"
      role="switch"
      aria-checked=${subtraction.isOn}
      @click=${() => {
        subtraction.toggle();
      }}
    >
      <span class="label">${t("command.toggleSubtraction")}</span>
      <kbd>${keyOf("toggleSubtraction")}</kbd>
    </button>
    <button
      type="button"
      @click=${() => {
        subtraction.useAsMask();
      }}
    >
      <span class="label">${t("command.useAsMask")}</span><kbd>${keyOf("useAsMask")}</kbd>
    </button>
    ${
      shown.difference === undefined
        ? nothing
        : html`<p class="panel-note">${subtractionText(shown.difference)}</p>${mover(model)}`
    }`;
}
function mover(model: ChromeModel): TemplateResult | typeof nothing {
  const subtraction = model.layers.value?.subtraction;
  if (subtraction === undefined) return nothing;
  return html`<div class="mask-mover" role="group" aria-label=${t("subtraction.move")}>
    <span class="label">${t("subtraction.move")}</span>
    ${MOVES.map(
      ([label, arrow, down, right]) => html`<button
        type="button"
        aria-label=${t(label)}
        title=${t(label)}
        @click=${() => {
          subtraction.moveMask(down, right);
        }}
      >${arrow}</button>`,
    )}
    <button
      type="button"
      aria-label=${t("subtraction.resetShift")}
      title=${t("subtraction.resetShift")}
      ?disabled=${!isMoved(subtraction.shift)}
      @click=${() => {
        subtraction.resetShift();
      }}
    >${icon("reset")}</button>
  </div>`;
}
function isMoved([down, right]: readonly [number, number]): boolean {
  return down !== 0 || right !== 0;
}
/** "moved \u2192 0.5 \u2193 2": pixels. */
function shiftText([down, right]: readonly [number, number]): string {
  const part = (value: number, forth: string, back: string): string =>
    value === 0
      ? ""
      : `${value > 0 ? forth : back}\u2009${String(Math.abs(Number(value.toFixed(2))))}`;
  const parts = [part(right, "\u2192", "\u2190"), part(down, "\u2193", "\u2191")].filter(Boolean);
  return t("subtraction.moved", { shift: parts.join(" ") });
}
