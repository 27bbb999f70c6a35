/** One person name as DICOM JSON has it: PS3.18 F.2.2. */
export interface PersonName {
  Alphabetic?: string;
  Ideographic?: string;
  Phonetic?: string;
}

/** "A^B=C=D\E^F" as objects; empty names are left out, as dcmjs does. */
export function personNames(text: string): PersonName[] {
  return text
    .split("\\")
    .filter((name) => name !== "")
    .map((name) => {
      const [alphabetic, ideographic, phonetic] = name.split("=");
      return {
        ...(alphabetic ? { Alphabetic: alphabetic } : {}),
        ...(ideographic ? { Ideographic: ideographic } : {}),
        ...(phonetic ? { Phonetic: phonetic } : {}),
      };
    });
}

/** dcmjs boxes texts, to give them accessors. */
interface Text {
  valueOf(): string;
}
export function isText(value: unknown): value is Text {
  return typeof value === "string" || value instanceof String;
}

/** Objects, texts or both as the text of a PN. */
export function personNameText(value: unknown): string {
  if (isText(value)) return value.valueOf();
  const names: unknown[] = Array.isArray(value) ? value : [value];
  return names
    .filter((name) => name !== null && name !== undefined && name !== "")
    .map((name) => {
      if (isText(name)) return name.valueOf();
      const groups = name as PersonName;
      return [groups.Alphabetic ?? "", groups.Ideographic ?? "", groups.Phonetic ?? ""]
        .join("=")
        .replace(/=+$/, "");
    })
    .join("\\");
}

/** What dcmjs gives the value of a PN: it prints as Part 10 text and serialises as DICOM JSON, whatever it was set to. The
 *  marker is dcmjs' own, so that its functions leave the value alone. */
export function withNameAccessors(given: unknown): unknown {
  const value: unknown = typeof given === "string" ? new String(given) : given;
  if (value === null || typeof value !== "object" || "__hasValueAccessors" in value) return value;
  const target: object = value;
  Object.defineProperties(target, {
    __hasValueAccessors: { value: true },
    toString: { value: () => personNameText(target) },
    toJSON: {
      value: () => {
        if (isText(target)) return personNames(target.valueOf());
        if (!Array.isArray(target)) return [{ ...target }];
        return target
          .filter(Boolean)
          .map((name: unknown) => (isText(name) ? personNames(name.valueOf())[0] : name));
      },
    },
  });
  return target;
}
