import { EN } from "./en.ts";

/** Every text that the product shows comes through `t`. A language is a table with the keys of en.ts. */
export type MessageKey = keyof typeof EN;
export type Catalogue = Readonly<Record<MessageKey, string>>;

let catalogue: Catalogue = EN;
let plurals = new Intl.PluralRules("en");

/** Takes another language; call before anything is mounted. */
export function setCatalogue(next: Catalogue, language: string): void {
  catalogue = next;
  plurals = new Intl.PluralRules(language);
}

/** The text of a key with `{name}` filled in. A key ending in "#" is chosen by `n`: "one|other". */
export function t(key: MessageKey, values: Readonly<Record<string, string | number>> = {}): string {
  let text: string = catalogue[key];
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
