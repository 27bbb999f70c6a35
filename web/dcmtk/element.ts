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
  const keep = (value: DicomValue[]): void => {
    Object.defineProperty(element, "Value", {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  };
  const element: DicomElement = {
    vr,
    get Value(): DicomValue[] {
      const value = make();
      keep(value);
      return value;
    },
    set Value(value: DicomValue[]) {
      keep(value);
    },
    _rawValue: undefined,
  };
  return element;
}

/** A PN: what is assigned to its Value gets the accessors, as in dcmjs. */
export function nameElement(names: unknown, rawValue?: string): DicomElement {
  let value = withNameAccessors(names) as DicomValue[];
  const get = (): DicomValue[] => value;
  const set = (given: unknown): void => {
    value = withNameAccessors(given) as DicomValue[];
  };
  if (rawValue === undefined)
    return {
      vr: "PN",
      get Value() {
        return get();
      },
      set Value(given) {
        set(given);
      },
    };
  return {
    vr: "PN",
    get Value() {
      return get();
    },
    set Value(given) {
      set(given);
    },
    _rawValue: rawValue,
  };
}

/** An element of a caller. */
export function newElement(vr: string, value: unknown): DicomElement {
  return vr === "PN" ? nameElement(value) : { vr, Value: value as DicomValue[] };
}
