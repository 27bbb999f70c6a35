import type { DicomDataSet } from "../../../web/dcmtk/element.ts";

export interface Difference {
  /** "00280010", or in items "00089215/1/00080100" */
  path: string;
  what: string;
  ours: unknown;
  theirs: unknown;
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (value instanceof Uint8Array) return value;
  return undefined;
}

export function isSame(ours: unknown, theirs: unknown): boolean {
  if (Object.is(ours, theirs) || ours === theirs) return true;
  const [mine, its] = [bytesOf(ours), bytesOf(theirs)];
  if (mine && its) return Buffer.compare(mine, its) === 0;
  if (Array.isArray(ours) && Array.isArray(theirs))
    return ours.length === theirs.length && ours.every((value, i) => isSame(value, theirs[i]));
  if (ours === null || theirs === null || typeof ours !== "object" || typeof theirs !== "object")
    return false;
  return JSON.stringify(ours) === JSON.stringify(theirs);
}

/** Every tag, VR and value in which two data sets differ. */
export function differencesOf(ours: DicomDataSet, theirs: DicomDataSet, path = ""): Difference[] {
  const found: Difference[] = [];
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const [mine, its] = [ours[key], theirs[key]];
    const add = (what: string): void => {
      found.push({ path: path + key, what, ours: mine?.Value, theirs: its?.Value });
    };
    if (!mine) add("is missing here");
    else if (!its) add("is here only");
    else if (mine.vr !== its.vr) add(`VR ${mine.vr} ${its.vr}`);
    else if (mine.vr !== "SQ" || !Array.isArray(its.Value)) {
      if (!isSame(mine.Value, its.Value)) add(`value of ${mine.vr}`);
    } else if (mine.Value.length !== its.Value.length) add("number of items");
    else
      mine.Value.forEach((item, i) => {
        const other = its.Value[i] as DicomDataSet;
        found.push(
          ...differencesOf(item as DicomDataSet, other, `${path}${key}/${String(i + 1)}/`),
        );
      });
  }
  return found;
}
