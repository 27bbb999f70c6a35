import { fromBase64 } from "./base64.ts";
import { ByteSink } from "./byte_sink.ts";
import { DicomError } from "./dicom_error.ts";
import type { DicomElement } from "./element.ts";
import { isText, personNameText, personNames } from "./person_name.ts";
import { tagNumber } from "./tag_number.ts";
import { decimalOf, integerOf, isTooLong, textValues } from "./value_text.ts";

export interface ValueOptions {
  allowInvalidVRLength: boolean;
}

const utf8 = new TextEncoder();
const MOST_DS = 16;
/** A surrogate without its other half, for which UTF-8 has no bytes. */
const hasHalfCharacter = /\p{Surrogate}/u;

export const longVrs: ReadonlySet<string> = new Set([
  ..."OB OD OF OL OV OW SQ SV UC UN UR UT UV".split(" "),
]);
export const shortVrs: ReadonlySet<string> = new Set([
  ..."AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split(" "),
]);
export const bulkVrs: ReadonlySet<string> = new Set("OB OD OF OL OV OW UN".split(" "));
const encodedVrs: ReadonlySet<string> = new Set("LO SH PN UC ST LT UT".split(" "));

export function bad(key: string, detail: string): DicomError {
  return new DicomError("invalid_argument", `${key}: ${detail}`);
}

export function valuesOf(element: DicomElement): unknown[] {
  const value: unknown = element.Value;
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
/** Undefined too when there is no such element, or when it is empty. */
export function firstValue(element: DicomElement | undefined): unknown {
  return element && valuesOf(element)[0];
}

/** A number of at most 16 characters, as precise as they allow. dcmjs' rule. Source: PS3.5 6.2. */
export function decimalText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  const number = Number(value);
  const text = String(value);
  if (text.length <= MOST_DS || !Number.isFinite(number)) return text;
  for (let digits = MOST_DS; digits > 0; --digits) {
    const rounded = Number(number.toPrecision(digits));
    if (!Number.isFinite(rounded)) continue; // over the largest number
    const forms = [String(rounded), number.toExponential(digits - 1)];
    const short = forms.find((form) => form.length <= MOST_DS);
    if (short !== undefined) return short;
  }
  return text;
}

function sameNumbers(values: unknown[], raw: string[], format: (text: string) => unknown): boolean {
  return values.length === raw.length && values.every((value, i) => value === format(raw[i] ?? ""));
}

/** What the file held, when nobody has changed the value since. */
function unchangedText(vr: string, element: DicomElement, values: unknown[]): string | undefined {
  const raw = element._rawValue;
  if (vr === "PN") {
    if (typeof raw !== "string") return undefined;
    return JSON.stringify(personNames(raw)) === JSON.stringify(values) ? raw : undefined;
  }
  if (!Array.isArray(raw) || !raw.every((text) => typeof text === "string")) return undefined;
  const texts = raw as string[];
  if (sameNumbers(values, texts, (text) => text)) return texts.join("\\");
  if (vr === "DS") return sameNumbers(values, texts, decimalOf) ? texts.join("\\") : undefined;
  if (vr === "IS") return sameNumbers(values, texts, integerOf) ? texts.join("\\") : undefined;
  const before = textValues(vr, texts.join("\\")).value;
  return sameNumbers(values, before as string[], (text) => text) ? texts.join("\\") : undefined;
}

/** What has one text: dcmjs boxes some. */
function isSimple(value: unknown): boolean {
  return (
    value instanceof String || ["string", "number", "bigint", "boolean"].includes(typeof value)
  );
}
const nameGroups = ["Alphabetic", "Ideographic", "Phonetic"];
function isPersonName(value: unknown): boolean {
  if (value === null || value === undefined || isText(value)) return true;
  if (Object.prototype.toString.call(value) !== "[object Object]") return false;
  const name = value as Record<string, unknown>;
  const groups = nameGroups.map((key) => name[key] ?? "");
  return groups.every(isSimple) && Object.keys(name).every((key) => nameGroups.includes(key));
}

function changedText(key: string, vr: string, values: unknown[], options: ValueOptions): string {
  const checked = (text: string): string => {
    if (!options.allowInvalidVRLength && isTooLong(vr, text))
      throw bad(key, `a value is too long for ${vr}`);
    return text;
  };
  if (vr === "PN") {
    if (!values.every(isPersonName)) throw bad(key, "no value of PN");
    return checked(personNameText(values));
  }
  const texts = values.map((value) => {
    if (value === null || value === undefined) return "";
    if (!isSimple(value)) throw bad(key, `no value of ${vr}`);
    const isNumber = typeof value === "number";
    if (isNumber && vr === "IS" && !Number.isInteger(value)) throw bad(key, "no number of IS");
    if (isNumber && vr === "DS" && !Number.isFinite(value)) throw bad(key, "no number of DS");
    return vr === "DS" ? decimalText(value) : String(value);
  });
  // ST, LT, UT and UR too: of several dcmjs made one that has a backslash.
  return texts.map(checked).join("\\");
}

export interface TextBytes {
  bytes: Uint8Array;
  isAscii: boolean;
}

/** The bytes of a text, padded to even length. */
export function textBytes(
  key: string,
  vr: string,
  element: DicomElement,
  options: ValueOptions,
): TextBytes {
  const values = valuesOf(element);
  const text = unchangedText(vr, element, values) ?? changedText(key, vr, values, options);
  if (hasHalfCharacter.test(text)) throw bad(key, "half of a character");
  const encoded = utf8.encode(text);
  const isAscii = encoded.length === text.length;
  if (!isAscii && !encodedVrs.has(vr)) {
    // What a file holds against the rules goes back as it came.
    const codes = Array.from(text, (c) => c.codePointAt(0) ?? 0);
    if (codes.some((code) => code > 0xff)) throw bad(key, `a character that ${vr} has not`);
    return { bytes: padded(Uint8Array.from(codes), vr), isAscii: true };
  }
  return { bytes: padded(encoded, vr), isAscii };
}

function padded(bytes: Uint8Array, vr: string): Uint8Array {
  if (bytes.length % 2 === 0) return bytes;
  const even = new Uint8Array(bytes.length + 1);
  even.set(bytes);
  even[bytes.length] = vr === "UI" ? 0 : 0x20;
  return even;
}

interface NumberForm {
  size: number;
  low: number;
  high: number;
  put: (view: DataView, at: number, value: number) => void;
}
const integers: Readonly<Record<string, NumberForm>> = {
  US: { size: 2, low: 0, high: 0xffff, put: (v, at, x) => v.setUint16(at, x, true) },
  SS: { size: 2, low: -0x8000, high: 0x7fff, put: (v, at, x) => v.setInt16(at, x, true) },
  UL: { size: 4, low: 0, high: 0xffffffff, put: (v, at, x) => v.setUint32(at, x, true) },
  SL: { size: 4, low: -0x80000000, high: 0x7fffffff, put: (v, at, x) => v.setInt32(at, x, true) },
  AT: {
    size: 4,
    low: 0,
    high: 0xffffffff,
    put: (v, at, x) => {
      v.setUint16(at, x >>> 16, true);
      v.setUint16(at + 2, x & 0xffff, true);
    },
  },
};

/** NaN for what is none: blanks and dates are not 0. */
function numberOf(value: unknown): number {
  if (!isSimple(value) || String(value).trim() === "") return NaN;
  return Number(value);
}

function putNumber(key: string, vr: string, view: DataView, at: number, value: unknown): void {
  const form = integers[vr];
  if (form) {
    const number = typeof value === "string" && vr === "AT" ? tagNumber(value) : numberOf(value);
    if (!Number.isInteger(number) || number < form.low || number > form.high)
      throw bad(key, `no number of ${vr}`);
    form.put(view, at, number);
  } else if (vr === "FL" || vr === "FD") {
    const number = typeof value === "number" || typeof value === "string" ? numberOf(value) : NaN;
    if (Number.isNaN(number) && !Number.isNaN(value) && value !== "NaN")
      throw bad(key, `no number of ${vr}`);
    if (vr === "FL") view.setFloat32(at, number, true);
    else view.setFloat64(at, number, true);
  } else {
    putBig(key, vr, view, at, value);
  }
}

function putBig(key: string, vr: string, view: DataView, at: number, value: unknown): void {
  const isWhole =
    typeof value === "bigint" ||
    (typeof value === "number" && Number.isSafeInteger(value)) ||
    (typeof value === "string" && /^[-+]?\d{1,20}$/.test(value));
  const number = isWhole ? BigInt(value) : undefined;
  const fits = vr === "UV" ? BigInt.asUintN(64, number ?? 0n) : BigInt.asIntN(64, number ?? 0n);
  if (number === undefined || fits !== number) throw bad(key, `no number of ${vr}`);
  if (vr === "UV") view.setBigUint64(at, number, true);
  else view.setBigInt64(at, number, true);
}

const numberSizes: Readonly<Record<string, number>> = { FL: 4, FD: 8, UV: 8, SV: 8 };
export function isNumberVr(vr: string): boolean {
  return vr in integers || vr in numberSizes;
}

export function numberBytes(key: string, vr: string, element: DicomElement): Uint8Array {
  const all = valuesOf(element);
  const values = all.filter((value) => value !== null && value !== undefined && value !== "");
  if (values.length > 0 && values.length < all.length) throw bad(key, "a value is missing");
  const size = integers[vr]?.size ?? numberSizes[vr] ?? 0;
  const sink = new ByteSink(Math.max(1, values.length * size));
  const view = sink.room(values.length * size);
  values.forEach((value, i) => {
    putNumber(key, vr, view, i * size, value);
  });
  return sink.view();
}

/** What DICOM JSON has of a bulk value, which dcmjs' naturalizeDataset makes the value itself. */
export type BulkJson = Pick<DicomElement, "InlineBinary" | "BulkDataURI">;
/** Undefined when it is something else. */
export function bulkJsonOf(value: unknown): BulkJson | undefined {
  if (value === null || typeof value !== "object") return undefined;
  const { InlineBinary: inline, BulkDataURI: elsewhere } = value as BulkJson;
  if (typeof inline === "string") return { InlineBinary: inline };
  return typeof elsewhere === "string" ? { BulkDataURI: elsewhere } : undefined;
}

const wordBytes: Readonly<Record<string, number>> = { OW: 2, OF: 4, OL: 4, OD: 8, OV: 8 };

/** The words of a bulk value in the other byte order. Source: PS3.5 7.3. */
export function swapped(bytes: Uint8Array, vr: string): Uint8Array<ArrayBuffer> {
  const size = wordBytes[vr] ?? 1;
  const out = Uint8Array.from(bytes);
  for (let at = 0; at + size <= out.length && size > 1; at += size)
    out.subarray(at, at + size).reverse();
  return out;
}

/** The bytes of one bulk value in little-endian order. */
export function bulkBytes(key: string, vr: string, value: unknown, bigEndian: boolean): Uint8Array {
  const json = bulkJsonOf(value);
  if (json?.InlineBinary !== undefined) return fromBase64(json.InlineBinary);
  if (json) throw bad(key, "its bytes are elsewhere (BulkDataURI)");
  const bytes = bytesOf(key, value);
  return bigEndian ? swapped(bytes, vr) : bytes;
}

/** Bytes of whatever a caller puts where bytes belong. */
export function bytesOf(key: string, value: unknown): Uint8Array {
  if (ArrayBuffer.isView(value))
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (value === undefined || value === null || value === "") return new Uint8Array(0);
  throw bad(key, "no bytes");
}
