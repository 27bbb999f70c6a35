import type { DicomDataSet, DicomElement } from "./element.ts";
import { itemOrigin } from "./elements.ts";

const RECORDS = "00041220";
/** First and last record of the root entity; next record, and first of the lower level. Source: PS3.3 F.3.2.2. */
const ROOT_OFFSETS = ["00041200", "00041202"];
const RECORD_OFFSETS = ["00041400", "00041420"];

/** The records of a DICOMDIR point at each other by their bytes in the file. Given how the same data set was written, a copy of it
 *  that points where the records are now; undefined when it is no directory, or points there already. Records that were made, not
 *  read, are pointed at by nothing: their offsets are the caller's. */
export function withDirectoryOffsets(
  dict: DicomDataSet,
  written: DicomDataSet,
): DicomDataSet | undefined {
  const records = (dict[RECORDS]?.Value ?? []) as DicomDataSet[];
  const moved = new Map<unknown, number>();
  records.forEach((record, i) => {
    const from = itemOrigin(record);
    const to = itemOrigin((written[RECORDS]?.Value[i] ?? {}) as DicomDataSet);
    if (from !== undefined && to !== undefined && from !== to) moved.set(from, to);
  });
  if (moved.size === 0) return undefined;
  const pointed = (dataSet: DicomDataSet, keys: string[]): DicomDataSet => {
    const copy = { ...dataSet };
    for (const key of keys) {
      const element = dataSet[key];
      if (element) copy[key] = follow(element, moved);
    }
    return copy;
  };
  const root = pointed(dict, ROOT_OFFSETS);
  const value = records.map((record) => pointed(record, RECORD_OFFSETS));
  return { ...root, [RECORDS]: { vr: "SQ", Value: value } };
}

function follow(element: DicomElement, moved: ReadonlyMap<unknown, number>): DicomElement {
  return { vr: element.vr, Value: element.Value.map((offset) => moved.get(offset) ?? offset) };
}
