import { personNames } from "./person_name.ts";

/** How text becomes values, as dcmjs 0.52 does: its ValueRepresentation.js is the model. */

/** Those that dcmjs refuses to write; of LO and SH it does not. */
const MOST_CHARACTERS: Readonly<Record<string, number>> = {
  AE: 16,
  AS: 4,
  CS: 16,
  DA: 8,
  DS: 16,
  DT: 26,
  IS: 12,
  TM: 16,
  UI: 64,
};
const MOST_OF_GROUP = 64;
const isDecimal = /^ *[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)? *$/;
const isInteger = /^[-+]?\d+$/;
const notOfDecimal = /[^0-9.\\\-+e]/gi;
const notOfUid = /[^0-9.]/g;

function finite(text: string): number | null {
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

export function decimalOf(text: string): number | null {
  if (isDecimal.test(text)) return finite(text);
  const cleaned = text.trim().replace(notOfDecimal, "");
  return cleaned === "" ? null : finite(cleaned);
}
export function integerOf(text: string): number | null {
  const trimmed = text.trim();
  return isInteger.test(trimmed) ? finite(trimmed) : null;
}
const withoutTrailing = (text: string): string => text.trimEnd();

/** The last of several values may carry the byte that made the length even. */
function withoutPad(values: string[], pad: string): string[] {
  const last = values.length - 1;
  const text = values[last] ?? "";
  if (pad !== "" && last > 0 && text.length % 2 !== 0 && text.endsWith(pad))
    values[last] = text.slice(0, -1);
  return values;
}

function split(text: string, pad: string): string[] {
  return text.includes("\\") ? withoutPad(text.split("\\"), pad) : [text];
}

export interface TextValues {
  value: unknown[];
  raw: unknown;
}

function formatted(raw: string[], format: (text: string) => unknown): TextValues {
  return { value: raw.map(format), raw };
}

/** `pad`: "" where values have no greatest length, so that none is left out. */
function trimmedWhole(text: string, trim: (text: string) => string, pad = " "): TextValues {
  return { value: split(trim(text), pad), raw: split(text, pad) };
}

/** The values of an element whose VR is one of text. */
export function textValues(vr: string, text: string): TextValues {
  switch (vr) {
    case "DS":
      return formatted(split(text, " "), decimalOf);
    case "IS":
      return formatted(split(text, " "), integerOf);
    case "CS":
      return formatted(split(text, " "), (each) => each.trim());
    case "UI": {
      const whole = text.endsWith("\0") ? text.slice(0, -1) : text;
      return formatted(split(whole, "\0"), (uid) => uid.replace(notOfUid, ""));
    }
    case "PN": {
      const raw = text.endsWith(" ") ? text.slice(0, -1) : text;
      return { value: personNames(raw), raw };
    }
    case "AE":
    case "LO":
    case "SH":
      return trimmedWhole(text, (each) => each.trim());
    case "TM":
      return trimmedWhole(text, withoutTrailing);
    case "UC":
      return trimmedWhole(text, withoutTrailing, "");
    case "ST":
    case "LT":
    case "UT": // PS3.5 6.2: one value, in which a backslash is a character like any other.
      return { value: [withoutTrailing(text)], raw: [text] };
    case "UR":
      return { value: [text], raw: [text] };
    default: {
      const raw = split(text, " ");
      return { value: raw.slice(), raw };
    }
  }
}

/** True for a text that is too long for one value of its VR. Source: PS3.5 6.2; ranges of queries: PS3.4 C.2.2.2.5. */
export function isTooLong(vr: string, text: string): boolean {
  if (vr === "PN") return text.split(/[\\=]/).some((group) => group.length > MOST_OF_GROUP);
  const most = MOST_CHARACTERS[vr];
  if (most === undefined || text.length <= most) return false;
  const isRange = (vr === "DA" || vr === "DT" || vr === "TM") && text.includes("-");
  return !isRange || text.length > 2 * most + 2;
}
