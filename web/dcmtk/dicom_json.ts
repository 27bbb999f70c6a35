import { toBase64, fromBase64 } from "./base64.ts";
import { DicomError } from "./dicom_error.ts";
import { nameElement, type DicomDataSet, type DicomElement } from "./element.ts";
import { isEncapsulatedValue } from "./elements.ts";
import { personNames, type PersonName } from "./person_name.ts";
import { tagNumber } from "./tag_number.ts";
import {
  bulkBytes,
  bulkJsonOf,
  bulkVrs,
  isNumberVr,
  longVrs,
  shortVrs,
  swapped,
  valuesOf,
} from "./value_bytes.ts";

export interface JsonElement {
  vr: string;
  Value?: unknown[];
  InlineBinary?: string;
  BulkDataURI?: string;
}
/** The DICOM JSON model of a data set: PS3.18 F. */
export type DicomJson = Record<string, JsonElement>;

export interface JsonOptions {
  /** Gives the URI of a bulk value, or undefined to have it inline. `path`: "00880200/1/7FE00010". */
  bulkDataURI?: (path: string, vr: string) => string | undefined;
  /** Leaves out Pixel Data (7FE0,xxxx) of the data set itself. */
  withoutPixelData?: boolean;
}

/** `bigEndian`: how bulk values of the data set are; those of the model are not. Source: PS3.18 F.2.7. */
interface ModelOptions extends JsonOptions {
  readonly bigEndian: boolean;
}

const MOST_DEPTH = 32;

/** Group lengths and group 0002 are not of the model. Source: PS3.18 F.2.2. */
function isLeftOut(key: string): boolean {
  return key.endsWith("0000") || key.startsWith("0002");
}

export function toDicomJson(
  dict: DicomDataSet,
  options: ModelOptions,
  path = "",
  depth = 0,
): DicomJson {
  if (depth > MOST_DEPTH) throw new DicomError("limit_exceeded", "sequences are nested too deeply");
  const json: DicomJson = {};
  for (const key of Object.keys(dict).sort()) {
    const element = dict[key];
    if (!element || isLeftOut(key)) continue;
    if (options.withoutPixelData && depth === 0 && key.startsWith("7FE0")) continue;
    json[key] = jsonElement(key, element, options, path + key, depth);
  }
  return json;
}

function jsonElement(
  key: string,
  element: DicomElement,
  options: ModelOptions,
  path: string,
  depth: number,
): JsonElement {
  const { vr } = element;
  const values = valuesOf(element);
  if (bulkVrs.has(vr)) return bulkJson(key, element, values, options, path);
  if (vr === "SQ") {
    const items = values.map((item, i) =>
      toDicomJson(item as DicomDataSet, options, `${path}/${String(i + 1)}/`, depth + 1),
    );
    return items.length > 0 ? { vr, Value: items } : { vr };
  }
  if (key === "00080005") return { vr, Value: ["ISO_IR 192"] };
  const json = values.map((value, i) => jsonValue(vr, value, rawText(element, i)));
  if (json.every((value) => value === null) && json.length < 2) return { vr };
  return { vr, Value: json };
}

function rawText(element: DicomElement, index: number): string | undefined {
  const raw: unknown = Array.isArray(element._rawValue) ? element._rawValue[index] : undefined;
  return typeof raw === "string" ? raw : undefined;
}

function bulkJson(
  key: string,
  element: DicomElement,
  values: unknown[],
  options: ModelOptions,
  path: string,
): JsonElement {
  const { vr } = element;
  const json = bulkJsonOf(values.length > 0 ? values[0] : element);
  if (json) return { vr, ...json };
  const uri = options.bulkDataURI?.(path, vr);
  if (uri !== undefined) return { vr, BulkDataURI: uri };
  if (values.length > 1 || isEncapsulatedValue(element.Value))
    throw new DicomError(
      "unsupported",
      `${key}: encapsulated pixels have no inline form; give bulkDataURI or withoutPixelData`,
    );
  const bytes = bulkBytes(key, vr, values[0], options.bigEndian);
  return bytes.length > 0 ? { vr, InlineBinary: toBase64(bytes) } : { vr };
}

/** Numbers that JSON has not are texts. Source: PS3.18 F.2.3. */
function jsonNumber(value: number | bigint): number | string {
  if (typeof value === "bigint")
    return BigInt.asIntN(54, value) === value ? Number(value) : value.toString();
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

function jsonValue(vr: string, value: unknown, raw: string | undefined): unknown {
  if (vr === "PN") return personJson(value);
  if (vr === "DS" || vr === "IS") {
    if (typeof value === "string") return decimalJson(value);
    if (typeof value === "number") return jsonNumber(value);
    const text = raw?.trim() ?? "";
    return text === "" ? null : text;
  }
  if (value === null || value === undefined || value === "") return null;
  if (vr === "AT") return tagJson(value);
  if (isNumberVr(vr))
    return typeof value === "number" || typeof value === "bigint"
      ? jsonNumber(value)
      : decimalJson(String(value));
  const text = String(value).replace(/\0+$/, "");
  const short = "ST LT UT".includes(vr) ? text.trimEnd() : text.trim();
  return short === "" ? null : short;
}

function tagJson(value: unknown): string | null {
  const tag = typeof value === "number" ? value : tagNumber(String(value));
  return Number.isNaN(tag) ? null : tag.toString(16).toUpperCase().padStart(8, "0");
}

function decimalJson(text: string): number | string | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : trimmed;
}

function personJson(value: unknown): PersonName | null {
  const isText = typeof value === "string" || value instanceof String;
  const name = isText ? personNames(value.valueOf())[0] : (value as PersonName | null | undefined);
  if (!name) return null;
  const json: PersonName = {};
  for (const group of ["Alphabetic", "Ideographic", "Phonetic"] as const) {
    const text = name[group]?.replace(/[\^ \0]+$/, "").trim();
    if (text) json[group] = text;
  }
  return Object.keys(json).length > 0 ? json : null;
}

/** A data set from its DICOM JSON; `bigEndian`: how its bulk values are to be. Errors: invalid_argument. */
export function fromDicomJson(json: unknown, bigEndian: boolean, depth = 0): DicomDataSet {
  if (depth > MOST_DEPTH) throw new DicomError("limit_exceeded", "sequences are nested too deeply");
  if (json === null || typeof json !== "object" || Array.isArray(json))
    throw new DicomError("invalid_argument", "no DICOM JSON object");
  const dict: DicomDataSet = {};
  for (const [key, element] of Object.entries(json as Record<string, unknown>)) {
    if (!/^[0-9A-Fa-f]{8}$/.test(key)) throw new DicomError("invalid_argument", "no tag");
    dict[key.toUpperCase()] = elementOf(key, element, bigEndian, depth);
  }
  return dict;
}

function elementOf(key: string, given: unknown, bigEndian: boolean, depth: number): DicomElement {
  const {
    vr,
    Value: list,
    InlineBinary: inline,
    BulkDataURI: elsewhere,
  } = (given ?? {}) as Partial<JsonElement>;
  if (typeof vr !== "string" || (!longVrs.has(vr) && !shortVrs.has(vr)))
    throw new DicomError("invalid_argument", `${key}: no VR`);
  if (list !== undefined && !Array.isArray(list))
    throw new DicomError("invalid_argument", `${key}: Value is no array`);
  if (vr === "SQ")
    return {
      vr,
      Value: (list ?? []).map((item) => fromDicomJson(item ?? {}, bigEndian, depth + 1)),
    };
  if (typeof inline === "string") {
    const bytes = fromBase64(inline);
    return { vr, Value: [(bigEndian ? swapped(bytes, vr) : bytes).buffer] };
  }
  if (typeof elsewhere === "string") return { vr, BulkDataURI: elsewhere } as DicomElement;
  const values = list ?? [];
  if (vr === "PN") return nameElement(values.map((name) => name ?? ""));
  if (vr === "AT") return { vr, Value: values.map((tag) => parseInt(String(tag), 16)) };
  if (vr === "UV" || vr === "SV") return { vr, Value: values.map((value) => bigOf(key, value)) };
  if (vr === "FL" || vr === "FD" || vr === "DS" || vr === "IS")
    return {
      vr,
      Value: values.map((value) => (typeof value === "string" ? Number(value) : value)),
    };
  if (isNumberVr(vr))
    return { vr, Value: values.map((value) => (value === null ? null : Number(value))) };
  return { vr, Value: values.map((value) => (value === null ? "" : value)) };
}

function bigOf(key: string, value: unknown): bigint {
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === "string" && /^-?\d{1,20}$/.test(value)) return BigInt(value);
  throw new DicomError("invalid_argument", `${key}: no whole number`);
}
