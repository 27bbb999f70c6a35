import type { DicomDataSet } from "../../../web/dcmtk/element.ts";
import { isSame, type Difference } from "./differences.ts";

/** Why dcmjs 0.52.2 gives something else, and where the standard says what is right. */
export const reasons = {
  noForm: "dcmjs wants a preamble, meta information with its length, and a transfer syntax",
  charset:
    "PS3.3 C.12.1.1.2, PS3.5 6.1.2: all values of Specific Character Set count, with escape sequences, in items too; dcmjs takes the first, and Latin-1 in items",
  emptyNumber: "PS3.5 7.4.5: an element of length 0 has no value; dcmjs makes one up",
  oneValue: "PS3.5 6.2: ST, LT, UT and UR have one value, in which a backslash is a character",
  privateCreator: "PS3.5 7.8.1: (gggg,0010-00FF) is a private creator, VR LO; dcmjs keeps UN",
  groupLength: "PS3.5 7.2: (gggg,0000) is a group length, VR UL; dcmjs has no such entry",
  signed: "PS3.3 C.7.6.3.1: US or SS goes by Pixel Representation; dcmjs takes US",
  emptyItem: "PS3.5 7.5.1: an item may be empty; dcmjs leaves it out",
  newVr:
    "PS3.5 6.2: OL, OV and SV are VRs; dcmjs reads and writes UN, and UL for OL in Implicit VR",
  dictionary:
    "PS3.6 6: UL and SQ, as pydicom and DCMTK have them; dcmjs' dictionary says FL and CS",
  noVr: "letters that are no VR, or UN: read as what PS3.6 lists (PS3.5 6.2.2); dcmjs gives bytes",
  endsEarly: "dcmjs stops at what it cannot parse (ignoreErrors); it is legal, or repaired here",
} as const;
export type Reason = keyof typeof reasons;

const newVrs = new Set(["OL", "OV", "SV"]);
/** What dcmjs' dictionary has wrong, in Implicit VR. */
const misread = new Set(["0070150C", "00760034"]);
const textVrs = new Set(["PN", "LO", "SH", "LT", "ST", "UT", "UC"]);
const hasOtherThanAscii = (value: unknown): boolean => /[^\x20-\x7e\r\n\t]/.test(textOf(value));
const textOf = (value: unknown): string => JSON.stringify(value).replace(/\\[rntf"\\]/g, " ");

function isEmptyItem(item: unknown): boolean {
  return typeof item === "object" && item !== null && Object.keys(item).length === 0;
}

/** The reason of a difference; "" when none is known. `theirs`: what dcmjs gave. */
export function reasonOf(
  { path, what, ours, theirs }: Difference,
  dcmjs: DicomDataSet,
): Reason | "" {
  const tag = path.slice(-8);
  const isPrivate = "13579BDF".includes(tag[3] ?? "");
  const [, mine = "", its = ""] = /^VR (\w\w) (\w\w)$/.exec(what) ?? [];
  if (what === "is here only") {
    const last = Object.keys(dcmjs).sort().at(-1) ?? "";
    return path.slice(0, 8) > last || path.includes("/") ? "endsEarly" : "";
  }
  if (what === "number of items" && Array.isArray(ours) && Array.isArray(theirs))
    return ours.filter((item) => !isEmptyItem(item)).length === theirs.length ? "emptyItem" : "";
  if (mine === "UL" && its === "UN" && tag.endsWith("0000")) return "groupLength";
  if (mine === "SS" && its === "US") return "signed";
  if (mine === "LO" && isPrivate && /^00[1-9A-F]/.test(tag.slice(4))) return "privateCreator";
  if (newVrs.has(mine)) return "newVr";
  if (misread.has(tag) && what.startsWith("VR")) return "dictionary";
  if (its === "UN" && !isPrivate) return "noVr";
  const vr = /^value of (\w\w)$/.exec(what)?.[1] ?? "";
  if (Array.isArray(ours) && ours.length === 0 && Array.isArray(theirs) && !textVrs.has(vr))
    return isSame(theirs, [0]) || isSame(theirs, [undefined]) ? "emptyNumber" : "";
  if (["ST", "LT", "UT", "UR"].includes(vr) && Array.isArray(theirs) && theirs.length > 1)
    return textOf(ours) === textOf([theirs.join("\\")]) ? "oneValue" : "";
  if (textVrs.has(vr) && (hasOtherThanAscii(ours) || hasOtherThanAscii(theirs))) return "charset";
  return "";
}
