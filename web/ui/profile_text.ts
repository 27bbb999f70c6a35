import { t } from "../i18n/translate.ts";
import type { ProfileState } from "../layers/color_profiles.ts";
import type { ChromeModel } from "./chrome_model.ts";

/** Of the picture that is shown; null: it has no colour profile, or it is not known yet. */
export function profileState({ colors, viewport }: ChromeModel): ProfileState | null {
  return viewport.shown === null ? null : (colors.value?.state(viewport.shown) ?? null);
}
/** What is to be said of it beyond its kind: the profile's own name, or why it could not be used. */
export function profileDetail(state: ProfileState): string {
  if (state.kind !== "failed") return state.description || t("color.unnamed");
  return t(`reason.${state.error.code === "ok" ? "corrupt" : state.error.code}`);
}
/** All that is shown of it, in one line. */
export function profileTitle(state: ProfileState): string {
  return `${t(`color.${state.kind}Title`)}: ${profileDetail(state)}`;
}
