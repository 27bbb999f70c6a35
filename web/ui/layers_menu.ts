import { html, nothing, type TemplateResult } from "lit";
import { t } from "../i18n/translate.ts";
import { keyOf } from "../tools/keymap.ts";
import type { ChromeModel } from "./chrome_model.ts";

/** What the menu reads of the model, as text. */
export function layersSignature({ layers, viewport }: ChromeModel): string {
  const { shown } = viewport;
  if (layers.value === null || shown === null) return "";
  const { stack } = layers.value;
  return [
    stack.areAllHidden,
    ...stack.of(shown).map(({ id }) => `${id}=${String(stack.isShown(id))}`),
  ].join();
}

/** What lies over the picture, each with a switch. */
export function layersMenu(model: ChromeModel): TemplateResult {
  const stack = model.layers.value?.stack;
  const { shown } = model.viewport;
  const layers = stack === undefined || shown === null ? [] : stack.of(shown);
  if (stack === undefined || layers.length === 0)
    return html`<p class="panel-note">${t("layers.none")}</p>`;
  return html`<div class="menu layers" role="group" aria-label=${t("layers.heading")}>
    ${layers.map(
      ({ id, label }) => html`<button type="button" role="switch" aria-checked=${stack.isShown(id)}
        @click=${() => {
          stack.toggle(id);
        }}><span class="label">${t(label)}</span></button>`,
    )}
    ${
      layers.length < 2
        ? nothing
        : html`<hr />
      <button type="button" role="switch" aria-checked=${!stack.areAllHidden} @click=${() => {
        stack.toggleAll();
      }}><span class="label">${t("layers.all")}</span><kbd>${keyOf("toggleLayers")}</kbd></button>`
    }
  </div>`;
}
