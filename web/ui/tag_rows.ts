import type { JsonDataSet, JsonElement } from "../source/documents.ts";

/** One line of the tag browser. */
export interface TagRow {
  /** "00100010" */
  readonly tag: string;
  readonly vr: string;
  readonly depth: number;
  readonly value: TagValue;
}
export type TagValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "items"; readonly count: number }
  | { readonly kind: "item"; readonly number: number }
  | { readonly kind: "bytes"; readonly bytes: number }
  | { readonly kind: "bulk" };

const MAX_ROWS = 200_000;
/** Characters of one value that are shown. */
const MAX_VALUE = 2_000;

/** The attributes of a data set, those of items below them. */
export function tagRows(dataSet: JsonDataSet): TagRow[] {
  const rows: TagRow[] = [];
  addRows(rows, dataSet, 0);
  return rows;
}
function addRows(rows: TagRow[], dataSet: JsonDataSet, depth: number): void {
  for (const [tag, element] of Object.entries(dataSet)) {
    if (rows.length >= MAX_ROWS) return;
    rows.push({ tag, vr: element.vr, depth, value: valueOf(element) });
    if (element.vr !== "SQ") continue;
    (element.Value ?? []).forEach((item, index) => {
      if (rows.length >= MAX_ROWS || typeof item !== "object" || item === null) return;
      rows.push({ tag, vr: "", depth: depth + 1, value: { kind: "item", number: index + 1 } });
      addRows(rows, item as JsonDataSet, depth + 2);
    });
  }
}
function valueOf({
  vr,
  Value: values,
  InlineBinary: binary,
  BulkDataURI: bulk,
}: JsonElement): TagValue {
  if (bulk !== undefined) return { kind: "bulk" };
  if (binary !== undefined) return { kind: "bytes", bytes: Math.floor((binary.length * 3) / 4) };
  if (vr === "SQ") return { kind: "items", count: values?.length ?? 0 };
  let text = "";
  for (const value of values ?? []) {
    text += (text === "" ? "" : " \\ ") + textOf(value);
    if (text.length > MAX_VALUE) break;
  }
  return { kind: "text", text: text.slice(0, MAX_VALUE) };
}
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null) return "";
  return Object.values(value)
    .filter((part) => typeof part === "string")
    .join(" = ");
}
/** "(0010,0010)" */
export function tagText(tag: string): string {
  return `(${tag.slice(0, 4)},${tag.slice(4)})`;
}
/** "Patient Name" of "PatientName", for people; "SOP Class UID" of "SOPClassUID". */
export function nameOfKeyword(keyword: string): string {
  return keyword.replace(/([a-z\d])([A-Z])/g, "$1 $2").replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2");
}
