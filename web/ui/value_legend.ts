import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { ref } from "lit/directives/ref.js";
import { t } from "../i18n/translate.ts";
import { css } from "../layers/display_color.ts";
import type { ObjectView } from "../layers/object_view.ts";
import type { ValueScale } from "../layers/value_layer.ts";
import { ChromePart } from "./chrome_part.ts";
import { objectName } from "./object_text.ts";

const TICKS = 5;

/** Beside the picture: what the colours of doses and maps mean. */
@customElement("sl-value-legend")
export class ValueLegend extends ChromePart {
  protected override signature(): string {
    return this.#scales()
      .map(({ view, scale }) => [view.instance.hash, scale.low, scale.high].join())
      .join("|");
  }
  #scales(): { readonly view: ObjectView; readonly scale: ValueScale }[] {
    const { layers, viewport } = this.model;
    const { shown } = viewport;
    const value = layers.value;
    if (value === null || shown === null || !value.stack.isShown("values")) return [];
    return value.objects.shown
      .filter((view) => view.isOver(shown))
      .flatMap((view) => {
        const scale = value.values.scaleOf(view);
        return scale === null ? [] : [{ view, scale }];
      });
  }

  protected override render(): TemplateResult | typeof nothing {
    const scales = this.#scales();
    if (scales.length === 0) return nothing;
    return html`<div class="value-legends">${scales.map(({ view, scale }) => legend(view, scale))}</div>`;
  }
}

function legend(view: ObjectView, scale: ValueScale): TemplateResult {
  const name = objectName({ instance: view.instance, view, error: null });
  const unit = scale.unit || t(view.object.kind === "DOSE" ? "object.relative" : "object.noUnit");
  const ticks = Array.from(
    { length: TICKS },
    (_, i) => scale.high - ((scale.high - scale.low) * i) / (TICKS - 1),
  );
  const label = t("object.legend", {
    name,
    low: tickText(scale.low, scale),
    high: tickText(scale.high, scale),
    unit,
  });
  return html`<figure class="value-legend" role="img" aria-label=${label}>
    <figcaption>${unit}</figcaption>
    <i class="bar" ${ref(graded(scale))}></i>
    <ol>${ticks.map((tick) => html`<li>${tickText(tick, scale)}</li>`)}</ol>
  </figure>`;
}
/** As many digits as tell the ticks apart. */
function tickText(value: number, { low, high }: Pick<ValueScale, "low" | "high">): string {
  const span = Math.abs(high - low) || Math.abs(high) || 1;
  const digits = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(span))));
  return value.toFixed(digits);
}
function graded({ colors }: ValueScale): (element: Element | undefined) => void {
  return (element) => {
    if (element instanceof HTMLElement)
      element.style.setProperty(
        "background",
        `linear-gradient(to top, ${colors.map(css).join(", ")})`,
      );
  };
}
