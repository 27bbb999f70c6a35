import { t } from "../i18n/translate.ts";
import type { StudyObject } from "../layers/study_objects.ts";
import { layerObjectKind } from "../shared/sop_class.ts";

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
export function objectKindText(sopClassUID: string): string {
  const kind = layerObjectKind(sopClassUID);
  return kind === null ? "" : t(`object.kind.${kind}`);
}
