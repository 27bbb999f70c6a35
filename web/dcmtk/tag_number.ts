import { runInModule } from "./module.ts";

/** "UN" as sl_dictionary_vr has it. */
const UNKNOWN = 0x4e55;

function isListed(tag: number): boolean {
  return runInModule((module) => module.call.sl_dictionary_vr(tag)) !== UNKNOWN;
}

/** The tag that a text means where a value of AT belongs: "00280010" of DICOM JSON, or the decimal digits that dcmjs'
 *  denaturalizeDataset makes of a number. Eight digits that could be either are the former where the dictionary has that tag.
 *  NaN when it is neither. */
export function tagNumber(text: string): number {
  const trimmed = text.trim();
  if (/^[0-9A-Fa-f]{8}$/.test(trimmed)) {
    const tag = parseInt(trimmed, 16);
    if (/^0|[A-Fa-f]/.test(trimmed) || isListed(tag)) return tag;
  }
  return /^\d{1,10}$/.test(trimmed) ? Number(trimmed) : NaN;
}
