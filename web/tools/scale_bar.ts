import { t } from "../i18n/translate.ts";

/** The length of a scale bar. Pure; web/ui/scale_bar_view.ts draws it. */

export interface ScaleBar {
  readonly lengthMm: number;
  /** CSS pixels */
  readonly lengthPx: number;
  /** equal parts that the ticks mark */
  readonly parts: number;
}

/** The longest of 1, 2, 5 x 10^n mm that fits into maxPx; null when no spacing is known or nothing fits sensibly.
 *  Units: mmPerPx is millimetres per CSS pixel along the bar. */
export function scaleBar(mmPerPx: number, maxPx: number): ScaleBar | null {
  if (!(mmPerPx > 0) || !Number.isFinite(mmPerPx) || !(maxPx >= 24)) return null;
  const longest = mmPerPx * maxPx;
  const decade = 10 ** Math.floor(Math.log10(longest));
  const leading = longest / decade;
  // 1 - 1e-9: a length that is exactly on the step must not fall to the next lower one by rounding.
  const step = [5, 2, 1].find((candidate) => leading >= candidate * (1 - 1e-9)) ?? 1;
  const lengthMm = step * decade;
  return { lengthMm, lengthPx: lengthMm / mmPerPx, parts: step === 2 ? 4 : step === 1 ? 10 : 5 };
}

/** "200 µm", "2 mm": of a slide. */
export function formatSlideLength(lengthMm: number): string {
  return lengthMm < 0.9995
    ? t("slide.micrometre", { n: String(Number((lengthMm * 1000).toPrecision(1))) })
    : formatLength(lengthMm);
}
/** "50 mm", "0.5 mm": no digits that the step does not have. */
export function formatLength(lengthMm: number): string {
  return `${Number(lengthMm.toPrecision(1)).toString()} mm`;
}
