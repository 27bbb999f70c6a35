import { withNameAccessors } from "./person_name.ts";

/** What a value may be: text, number, PN, tag number, bytes, an item, or nothing. */
export type DicomValue = unknown;

/** One element in dcmjs' shape. */
export interface DicomElement {
  vr: string;
  Value: DicomValue[];
  /** Text as it stands in the file, for a write that changes nothing; what dcmjs calls so. */
  _rawValue?: unknown;
  /** In what came from DICOM JSON. */
  InlineBinary?: string;
  BulkDataURI?: string;
}
/** A data set or an item: "GGGGEEEE" to element. */
export type DicomDataSet = Record<string, DicomElement>;

/** An element whose value is made when it is first looked at, and kept. */
export function lazyElement(vr: string, make: () => DicomValue[]): DicomElement {
  const element = { vr, Value: undefined as unknown, _rawValue: undefined };
  const keep = (value: unknown): void => {
    Object.defineProperty(element, "Value", {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  };
  Object.defineProperty(element, "Value", {
    get(): unknown {
      const value = make();
      keep(value);
      return value;
    },
    set: keep,
    enumerable: true,
    configurable: true,
  });
  return element as DicomElement;
}

/** A PN: what is assigned to its Value gets the accessors, as in dcmjs. */
export function nameElement(names: unknown, rawValue?: string): DicomElement {
  const element = (rawValue === undefined
    ? { vr: "PN", Value: undefined }
    : { vr: "PN", Value: undefined, _rawValue: rawValue }) as unknown as DicomElement;
  let value = withNameAccessors(names);
  return Object.defineProperty(element, "Value", {
    get: (): unknown => value,
    set: (given: unknown) => {
      value = withNameAccessors(given);
    },
    enumerable: true,
    configurable: true,
  });
}

/** An element of a caller. */
export function newElement(vr: string, value: unknown): DicomElement {
  return vr === "PN" ? nameElement(value) : { vr, Value: value as DicomValue[] };
}
