import { t } from "../i18n/translate.ts";
import { measuredValue } from "../layers/annotation_group.ts";
import type { MarkHit } from "../layers/mark_layer.ts";
import type { ObjectView, ShownRegion } from "../layers/object_view.ts";
import { meaningOf, unitText } from "../tools/coded_text.ts";
import { exactText, valueText } from "../tools/sr_item_text.ts";

/** Measurements of one finding that stand in the list; the report has all. */
const MOST_LINES = 8;
/** Digits that a stored single-precision number has. */
const DIGITS = 7;

/** What was measured, as it is stated. */
export interface ValueLine {
  readonly name: string;
  readonly value: string;
  /** all digits, where `value` has fewer */
  readonly exact: string;
}

/** Of a finding its measurements, of a group of annotations what was measured of each. */
export function valueLines(
  view: ObjectView,
  region: ShownRegion,
): { lines: readonly ValueLine[]; more: number } {
  const lines = region.values.map((item) => ({
    name: meaningOf(item.concept),
    value: valueText(item),
    exact: exactText(item),
  }));
  const { object } = view;
  if (object.kind === "ANNOTATIONS")
    for (const { concept, unit, values } of object.groups[region.number - 1]?.measurements ?? [])
      lines.push({
        name: [meaningOf(concept), unitText(unit)].filter(Boolean).join(", "),
        value: t("object.measured#", { n: values?.length ?? 0 }),
        exact: "",
      });
  const shown = lines.slice(0, MOST_LINES);
  return { lines: shown, more: lines.length - shown.length };
}
/** Of what is under the pointer. */
export function hitLines({ view, region, annotation }: MarkHit): readonly ValueLine[] {
  const { object } = view;
  if (annotation === null || object.kind !== "ANNOTATIONS") return valueLines(view, region).lines;
  const measurements = object.groups[region.number - 1]?.measurements ?? [];
  return measurements.slice(0, MOST_LINES).flatMap((measurement) => {
    const value = measuredValue(measurement, annotation);
    if (value === null) return [];
    const unit = unitText(measurement.unit);
    return [
      {
        name: meaningOf(measurement.concept),
        value: [String(Number(value.toPrecision(DIGITS))), unit].filter(Boolean).join(" "),
        exact: "",
      },
    ];
  });
}
