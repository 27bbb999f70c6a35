import { t } from "../i18n/translate.ts";
import type { Layers } from "../layers/layers.ts";
import type { StudyObject } from "../layers/study_objects.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import { layerObjectKind } from "../shared/sop_class.ts";
import { formatNumber } from "../tools/pixel_value.ts";

/** The object's own name, else its series', else what it is. */
export function objectName({ instance, view }: StudyObject): string {
  const object = view?.object;
  return (
    object?.description ||
    instance.series.seriesDescription ||
    object?.label ||
    objectKindText(instance.sopClassUID) ||
    t("object.kind.REPORT")
  );
}
/** "Dose 41.2 Gy" of what is coloured at this pixel; "" where nothing is. */
export function valuesOver(
  layers: Pick<Layers, "stack" | "values"> | null,
  frame: ManifestFrame,
  row: number,
  col: number,
): string {
  if (layers?.stack.isShown("values") !== true) return "";
  return layers.values
    .valuesAt(frame, row, col)
    .map(({ view, value, unit }) => {
      const name = objectName({ instance: view.instance, view, error: null });
      return `${name} ${formatNumber(value)} ${unit}`.trim();
    })
    .join("  ");
}
export function objectKindText(sopClassUID: string): string {
  const kind = layerObjectKind(sopClassUID);
  return kind === null ? "" : t(`object.kind.${kind}`);
}
