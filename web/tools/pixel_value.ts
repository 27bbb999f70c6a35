import { t } from "../i18n/translate.ts";
import type { DisplayPipeline, ManifestFrame } from "../shared/manifest.ts";
import { isHounsfield } from "./presets.ts";

/** Stored value to modality value. Source: PS3.3 C.11.1. */
export function modalityValue(display: DisplayPipeline, storedValue: number): number {
  const lut = display.modalityLut;
  if (!lut) return storedValue * display.rescaleSlope + display.rescaleIntercept;
  const index = Math.min(Math.max(storedValue - lut.first, 0), lut.entries.length - 1);
  return lut.entries[index] ?? storedValue;
}

/** The unit of modality values; "" where the object states none. Source: PS3.3 C.11.1.1.2 (US = unspecified). */
function modalityUnit(frame: ManifestFrame): string {
  if (isHounsfield(frame)) return "HU";
  const type = frame.display.rescaleType.trim();
  return type.toUpperCase() === "US" ? "" : type;
}

/** "−312 HU", "R 12 G 40 B 9". */
export function formatPixelValue(frame: ManifestFrame, value: number | readonly number[]): string {
  if (typeof value !== "number") {
    const names = value.length === 3 ? ["R", "G", "B"] : [];
    return value
      .map((sample, index) => `${names[index] ?? ""} ${String(sample)}`.trim())
      .join("  ");
  }
  if (frame.display.isSlopeZero && frame.difference === undefined)
    return t("corner.storedValue", { value: formatNumber(value) });
  const unit = modalityUnit(frame);
  const number = formatNumber(modalityValue(frame.display, value));
  const factor = frame.instance.suvFactor;
  if (factor !== undefined && frame.difference === undefined)
    return suvText(modalityValue(frame.display, value), factor, unit);
  // less a mask: no value of the object's
  const text = frame.difference === undefined ? number : `\u0394 ${number}`;
  const modality = unit === "" ? text : `${text} ${unit}`;
  return frame.difference === undefined
    ? [modality, ...realWorldTexts(frame.display, value, number)].join("  ")
    : modality;
}
/** "ADC 0.00105 mm2/s" of each Real World Value Mapping of the stored value. UCUM writes {} around what is no unit, and 1 for
 *  none. What says the modality value again is left out. */
function realWorldTexts(display: DisplayPipeline, value: number, modality: string): string[] {
  const texts = (display.realWorld ?? [])
    .filter(({ range: [first, last] }) => value >= first && value <= last)
    .map(({ slope, intercept, label, unit }) => {
      const number = formatNumber(value * slope + intercept);
      const isPlain = unit === "" || unit === "1" || isHounsfieldUnit(unit);
      if (isPlain && number === modality) return "";
      return [label.trim(), number, isPlain ? "" : unit].filter(Boolean).join(" ");
    });
  return [...new Set(texts)].filter(Boolean);
}
/** Source: UCUM, and DCM's context group 82. */
function isHounsfieldUnit(unit: string): boolean {
  return unit === "[hnsf'U]" || unit === "hnsf'U";
}

/** "4380 Bq/ml  SUVbw 1.84": a factor of 1 stands for values that are SUV already, any other for Bq/ml or, of Philips, counts. */
function suvText(value: number, factor: number, unit: string): string {
  const suv = `SUVbw ${(value * factor).toFixed(2).replace("-", "\u2212")}`;
  if (factor === 1 && unit !== "CNTS") return suv;
  return `${formatNumber(value)} ${unit === "CNTS" ? "counts" : "Bq/ml"}  ${suv}`;
}

export function formatNumber(value: number): string {
  const size = Math.abs(value);
  const digits = Number.isInteger(value) || size >= 1000 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 3 : 5;
  const text = digits === 0 ? String(Math.round(value)) : String(Number(value.toFixed(digits)));
  return text.replace("-", "\u2212");
}
