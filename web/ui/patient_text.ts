import { t } from "../i18n/translate.ts";
import { ageAt } from "../tools/dates.ts";

/** "45 y", or "" when it cannot be said. */
export function formatAge(birthDate: string, atDate: string): string {
  const age = ageAt(birthDate, atDate);
  return age ? t(`age.${age.unit}`, { n: age.value }) : "";
}

export function formatSex(value: string): string {
  const code = value.trim().toUpperCase();
  return code === "M" || code === "F" || code === "O" ? t(`sex.${code}`) : value.trim();
}
