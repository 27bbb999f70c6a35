/** Person names (VR PN) for people. Source: PS3.5 6.2.1. */

export interface PersonName {
  /** "Doe, John Q., MD" */
  readonly alphabetic: string;
  /** as its script writes it, family name first */
  readonly ideographic: string;
  readonly phonetic: string;
}

export function parsePersonName(value: string): PersonName {
  const [alphabetic = "", ideographic = "", phonetic = ""] = value.split("=");
  return {
    alphabetic: formatAlphabetic(alphabetic),
    ideographic: spaced(ideographic),
    phonetic: spaced(phonetic),
  };
}

/** One line: the alphabetic form, or what there is; "" for an empty name. */
export function formatPersonName(value: string): string {
  return mainForm(parsePersonName(value));
}
export function mainForm(name: PersonName): string {
  return name.alphabetic || name.ideographic || name.phonetic;
}
/** The other representations, for a second line: "山田 太郎 · やまだ たろう"; "" when there is none. */
export function otherForms(name: PersonName): string {
  const forms = new Set([name.alphabetic, name.ideographic, name.phonetic].filter(Boolean));
  forms.delete(mainForm(name));
  return [...forms].join(" · ");
}

function components(group: string): string[] {
  return group.split("^").map((part) => part.trim());
}

function formatAlphabetic(group: string): string {
  const [family = "", given = "", middle = "", prefix = "", suffix = ""] = components(group);
  const first = [prefix, given, middle].filter(Boolean).join(" ");
  return [family, first, suffix].filter(Boolean).join(", ");
}

function spaced(group: string): string {
  const [family = "", given = "", middle = "", prefix = "", suffix = ""] = components(group);
  return [prefix, family, given, middle, suffix].filter(Boolean).join(" ");
}
