import { EN } from "./en.ts";

/** Every text that the product shows comes through `t`. */
export type MessageKey = keyof typeof EN;

const plurals = new Intl.PluralRules("en");

/** The text of a key with `{name}` filled in. A key ending in "#" is chosen by `n`: "one|other". */
export function t(key: MessageKey, values: Readonly<Record<string, string | number>> = {}): string {
  let text: string = EN[key];
  if (key.endsWith("#")) {
    const [one = "", other = one] = text.split("|");
    text = plurals.select(Number(values["n"])) === "one" ? one : other;
  }
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? "";
    return typeof value === "number" ? formatCount(value) : value;
  });
}

const counts = new Intl.NumberFormat();

/** 12345 -> "12,345" in the reader's locale. */
export function formatCount(value: number): string {
  return counts.format(value);
}
