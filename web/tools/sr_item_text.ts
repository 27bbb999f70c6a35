import { t, type MessageKey } from "../i18n/translate.ts";
import type { ContentItem } from "../shared/document.ts";
import { formatDate, formatTime } from "./dates.ts";
import { formatPersonName } from "./person_name.ts";
import { meaningOf, unitText } from "./coded_text.ts";

/** A DT (PS3.5 6.2) for people; the raw text when it is none. */
export function formatDateTime(value: string): string {
  const match = /^(\d{8})(\d{2,6}(?:\.\d+)?)?([+-]\d{4})?$/.exec(value.trim());
  if (!match) return value;
  const [, date = "", time = "", zone = ""] = match;
  return [formatDate(date), time === "" ? "" : formatTime(time, true), zone]
    .filter(Boolean)
    .join(" ");
}
/** What an item says beside its name, as one text; "" for containers and references. */
export function valueText(item: ContentItem): string {
  switch (item.type) {
    case "TEXT":
    case "UIDREF":
      return item.text ?? "";
    case "DATE":
      return formatDate(item.text ?? "");
    case "TIME":
      return formatTime(item.text ?? "", true);
    case "DATETIME":
      return formatDateTime(item.text ?? "");
    case "PNAME":
      return formatPersonName(item.text ?? "");
    case "CODE":
      return meaningOf(item.code);
    case "NUM":
      return numberText(item);
    case "SCOORD":
    case "SCOORD3D":
      return graphicText(item);
    case "TCOORD":
      return temporalText(item);
    default:
      return "";
  }
}
function numberText(item: ContentItem): string {
  const numbers = item.numbers ?? [];
  const unit = unitText(item.unit);
  const qualifier = meaningOf(item.qualifier);
  const value =
    numbers.length > 0
      ? numbers.map(readable).join(", ")
      : item.exact === undefined
        ? t("sr.noValue")
        : String(item.exact);
  const spaced = unit === "°" ? `${value}°` : [value, unit].filter(Boolean).join(" ");
  return qualifier === "" ? spaced : `${spaced} (${qualifier})`;
}
/** Digits beyond what anyone can have measured are cut; the tooltip has them all. */
function readable(number: string): string {
  const digits = number.replace(/e.*$/i, "").replace(/\D/g, "").replace(/^0+/, "");
  return digits.length > 7 ? String(Number(Number(number).toPrecision(6))) : number;
}
/** The number as the file has it, where valueText() shows fewer digits; else "". */
export function exactText({ type, numbers = [] }: ContentItem): string {
  return type === "NUM" && numbers.some((one) => readable(one) !== one) ? numbers.join(", ") : "";
}
function graphicText({ type, graphicType = "", graphicData = [] }: ContentItem): string {
  const n = Math.floor(graphicData.length / (type === "SCOORD3D" ? 3 : 2));
  const name = graphicType.charAt(0) + graphicType.slice(1).toLowerCase();
  return t("sr.points", { type: name, points: t("sr.points#", { n }) });
}
function temporalText(item: ContentItem): string {
  const { rangeType = "", samplePositions, timeOffsets, dateTimes } = item;
  const name = rangeType.charAt(0) + rangeType.slice(1).toLowerCase();
  const where =
    samplePositions !== undefined
      ? t("sr.samples", { list: samplePositions.join(", ") })
      : timeOffsets !== undefined
        ? t("sr.offsets", { list: timeOffsets.join(", ") })
        : (dateTimes ?? []).map(formatDateTime).join(", ");
  return [name, where].filter(Boolean).join(", ");
}
/** The points of a graphic, row by row: for those who ask for them. */
export function coordinateText({ type, graphicData = [] }: ContentItem): string {
  const width = type === "SCOORD3D" ? 3 : 2;
  const points: string[] = [];
  for (let i = 0; i + width <= graphicData.length; i += width)
    points.push(`(${graphicData.slice(i, i + width).join(", ")})`);
  return points.join(" ");
}
/** "inferred from" before an item; "" where the tree itself says it. */
export function relationText(relationship: string | undefined): string {
  if (relationship === undefined || relationship === "CONTAINS") return "";
  const known = `sr.relation.${relationship}`;
  return RELATIONS.has(known) ? t(known as MessageKey) : relationship.toLowerCase();
}
const RELATIONS: ReadonlySet<string> = new Set<MessageKey>([
  "sr.relation.HAS OBS CONTEXT",
  "sr.relation.HAS ACQ CONTEXT",
  "sr.relation.HAS CONCEPT MOD",
  "sr.relation.HAS PROPERTIES",
  "sr.relation.INFERRED FROM",
  "sr.relation.SELECTED FROM",
]);
