import { SlError } from "../shared/errc.ts";
import type { Lut, Window } from "../shared/manifest.ts";

/** Reads parts of JSON that came from elsewhere: each is what it should be, or SlError "corrupt" is thrown. */

const maxLutEntries = 65536;

export type Json = Readonly<Record<string, unknown>>;

export function refuse(what: string): never {
  throw new SlError("corrupt", `JSON: ${what}`);
}
export function objectOf(value: unknown, what: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    refuse(`${what} is not an object`);
  return value as Json;
}
export function arrayOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) refuse(`${what} is not an array`);
  return value;
}
export function textOf(value: unknown, what: string): string {
  if (value === undefined) return "";
  if (typeof value !== "string") refuse(`${what} is not text`);
  return value;
}
export function flagOf(value: unknown, what: string): boolean {
  if (value === undefined) return false;
  if (typeof value !== "boolean") refuse(`${what} is not a flag`);
  return value;
}
export function numberOf(value: unknown, what: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) refuse(`${what} is not a number`);
  return value;
}
export function integerOf(value: unknown, what: string, min: number, max: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max)
    refuse(`${what} is not an integer in range`);
  return value;
}
export function optional<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === undefined ? null : read(value);
}
export function oneOf<T extends string>(
  value: unknown,
  allowed: readonly T[],
  fallback: T,
  what: string,
): T {
  if (value === undefined) return fallback;
  return allowed.find((candidate) => candidate === value) ?? refuse(`${what} is unknown`);
}
export function numbersOf(value: unknown, count: number, what: string): readonly number[] {
  const numbers = arrayOf(value, what).map((item) => numberOf(item, what));
  if (numbers.length !== count) refuse(`${what} has the wrong length`);
  return numbers;
}
export const int32 = (value: unknown, what: string): number =>
  integerOf(value, what, -2147483648, 2147483647);

export function bytesOfBase64(text: string, what: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    refuse(`${what} is not base64`);
  }
  // by index: an iterator over millions of characters takes seconds
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

export function parseLut(value: unknown): Lut {
  const json = objectOf(value, "lut");
  const bytes = bytesOfBase64(textOf(json["entries"], "entries"), "entries");
  if (bytes.length === 0 || bytes.length % 2 !== 0 || bytes.length > 2 * maxLutEntries)
    refuse("entries have the wrong length");
  const view = new DataView(bytes.buffer);
  const entries = Uint16Array.from({ length: bytes.length / 2 }, (_, i) =>
    view.getUint16(2 * i, true),
  );
  return {
    first: json["first"] === undefined ? 0 : int32(json["first"], "first"),
    bits: integerOf(json["bits"], "bits", 1, 16),
    entries,
    explanation: textOf(json["explanation"], "explanation"),
  };
}

export function parseWindow(value: unknown): Window {
  const [center, width, explanation] = arrayOf(value, "window");
  return {
    center: numberOf(center, "center"),
    width: numberOf(width, "width"),
    explanation: textOf(explanation, "explanation"),
  };
}
