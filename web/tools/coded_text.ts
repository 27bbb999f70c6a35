import type { CodedEntry } from "../shared/document.ts";

/** The meaning of a code, or what there is of it. */
export function meaningOf(code: CodedEntry | undefined): string {
  if (code === undefined) return "";
  return code.meaning ?? code.value ?? "";
}
/** "121060, DCM": for a tooltip. */
export function codeOf(code: CodedEntry | undefined): string {
  if (code === undefined) return "";
  return [code.value, code.scheme].filter(Boolean).join(", ");
}
/** A unit behind a number: "mm", not "millimeter"; nothing for the unity of UCUM, the meaning of its annotations. PS3.16 B. */
export function unitText(unit: CodedEntry | undefined): string {
  const value = unit?.value ?? "";
  if (value === "" || value === "1") return value === "" ? meaningOf(unit) : "";
  if (unit?.scheme !== "UCUM" || /^\{.*\}$/.test(value)) return meaningOf(unit);
  return UCUM_SIGNS.get(value) ?? value;
}
/** UCUM codes whose letters are not how people write the unit. */
const UCUM_SIGNS = new Map([
  ["cm2", "cm²"],
  ["cm3", "cm³"],
  ["mm2", "mm²"],
  ["mm3", "mm³"],
  ["um", "µm"],
  ["um2", "µm²"],
  ["um3", "µm³"],
  ["uV", "µV"],
  ["deg", "°"],
  ["[hnsf'U]", "HU"],
  ["mm[Hg]", "mmHg"],
  ["Cel", "°C"],
  ["/min", "/min"],
  ["{H.B.}/min", "/min"],
]);
