// Which frames of ../shared/dicom Cornerstone3D has to load with the values that other decoders gave.
import { join } from "node:path";
import { type RealFile, distinctFiles, readTable } from "./real_files.ts";

export interface ExpectedFrame extends RealFile {
  frame: number;
  bytes: number;
  sha256: string;
}

/** Why Cornerstone3D does not give this row's stored values; empty when it must. */
function excuse(row: Record<string, string>, file: Record<string, string>): string {
  const syntax = row["transfer_syntax"] ?? "";
  if (row["form"] === "bit-unpacked-to-u8") return "keeps bits packed";
  if (/^float/.test(row["form"] ?? "")) return "no Float Pixel Data";
  if (/palette/i.test(file["photometric"] ?? "")) return "applies the palette";
  if (/ybr/i.test(file["photometric"] ?? "")) return "converts the colour";
  if (/\.4\.(50|51|53|55|81|91|203|11[0-2])$|\.8\.1$/.test(syntax)) return "lossy, or no decoder";
  if (Number(file["bits_allocated"] ?? "0") > 16) return "no 32-bit pixels";
  return "";
}

/** Frames whose bytes Cornerstone3D takes from us as they are in the file, and reads otherwise. */
const READ_OTHERWISE: readonly [name: RegExp, reason: string][] = [
  [/^broken\/MR_truncated/, "fills what is missing with something else"],
  [/^modality\/op\/sample-op/, "its JPEG lossless decoder gives the planes another order"],
  [/12bitSigned_0x0F0F|mlut_18/, "keeps bits above Bits Stored"],
  [/J2K_pixelrep_mismatch/, "takes the sign from the data set, not from the codestream"],
  [/JPEGProcess14SV1TransferSyntax/, "its JPEG lossless decoder gives values without the sign"],
  [/SC_rgb_rle_16bit/, "makes bytes of 16-bit colour"],
];

/** `temporary`: where copies with other UIDs go. */
export async function expectedFrames(folder: string, temporary: string): Promise<ExpectedFrame[]> {
  const files = new Map(readTable(join(folder, "MANIFEST.tsv")).map((row) => [row["path"], row]));
  const byName = new Map((await distinctFiles(folder, temporary)).map((file) => [file.name, file]));
  return readTable(join(folder, "EXPECT.tsv")).flatMap((row): ExpectedFrame[] => {
    const file = byName.get(row["path"] ?? "");
    if (!file || excuse(row, files.get(row["path"]) ?? {}) !== "") return [];
    const [frame, bytes] = [Number(row["frame"]), Number(row["bytes"])];
    return [{ ...file, frame, bytes, sha256: row["sha256"] ?? "" }];
  });
}

/** What was found where something else was expected, and how many were as expected. */
export function compareFrames(
  wanted: readonly ExpectedFrame[],
  found: readonly string[],
): { equal: number; differing: string[] } {
  const differing: string[] = [];
  let equal = 0;
  wanted.forEach(({ name, frame, sha256 }, i) => {
    if (found[i] === sha256) ++equal;
    else if (!READ_OTHERWISE.some(([known]) => known.test(name)))
      differing.push(`${name} ${String(frame)}: ${(found[i] ?? "").slice(0, 120)}`);
  });
  return { equal, differing };
}
