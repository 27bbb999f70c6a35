import { html, nothing, type TemplateResult } from "lit";
import { t } from "../i18n/translate.ts";
import type { StudyObject } from "../layers/study_objects.ts";
import { formatDate } from "../tools/dates.ts";
import { parsePersonName } from "../tools/person_name.ts";
import type { ChromeModel } from "./chrome_model.ts";
import { objectKindText, objectName } from "./object_text.ts";

/** The study's segmentations, structures, doses and maps, each with a switch; those that lie over the picture first. */
export function objectsMenu(model: ChromeModel): TemplateResult | typeof nothing {
  const layers = model.layers.value;
  const { shown } = model.viewport;
  if (layers === null || layers.objects.all.length === 0) return nothing;
  const isHere = ({ view }: StudyObject): boolean =>
    view !== null && shown !== null && view.isOver(shown);
  const here = layers.objects.all.filter(isHere);
  const elsewhere = layers.objects.all.filter((one) => !isHere(one));
  return html`<h3 id="objects-heading">${t("object.heading")}</h3>
    <div role="group" aria-labelledby="objects-heading">
      ${here.map((one) => choice(model, one))}
      ${elsewhere.length === 0 ? nothing : html`<p class="panel-note">${t("object.elsewhere")}</p>`}
      ${elsewhere.map((one) => choice(model, one))}
    </div>`;
}
function choice(model: ChromeModel, one: StudyObject): TemplateResult {
  const { instance, view, error } = one;
  const { object } = view ?? {};
  const detail =
    error === null || error.code === "ok"
      ? [
          objectKindText(instance.sopClassUID),
          formatDate(object?.date ?? ""),
          parsePersonName(object?.creator ?? "").alphabetic,
        ]
          .filter(Boolean)
          .join(" · ")
      : t(`reason.${error.code}`);
  return html`<button
    type="button"
    role="switch"
    class="object-choice"
    aria-checked=${view?.isShown === true}
    ?disabled=${view === null}
    @click=${() => {
      if (view?.isShown === true) view.show(false);
      else void model.openObject(instance);
    }}
  ><span class="label"><bdi>${objectName(one)}</bdi></span><span class="detail"><bdi>${detail}</bdi></span></button>`;
}
