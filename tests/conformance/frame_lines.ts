/** What became of one frame: a line of the table. */
export interface FrameLine {
  /** counted from 1; 0: the file as a whole */
  readonly frame: number;
  readonly status: "ok" | "partial" | "refused";
  /** why it was refused, or what is missing; "" otherwise */
  readonly reason: string;
  /** null when refused */
  readonly values: FrameValues | null;
}
/** Stored values as ../shared/dicom/README.md defines them for EXPECT.tsv. */
export interface FrameValues {
  readonly rows: number;
  readonly cols: number;
  readonly samples: number;
  readonly bitsAllocated: number;
  readonly signed: boolean;
  /** over the values as little-endian integers of Bits Allocated, colour interleaved, single bits as bytes 0 and 1 */
  readonly sha256: string;
  readonly min: string;
  readonly max: string;
}

export const COLUMNS = [
  "path",
  "frame",
  "status",
  "reason",
  "rows",
  "cols",
  "samples",
  "bits_allocated",
  "signed",
  "sha256",
  "min",
  "max",
] as const;

/** A text from a file's parser, safe in a column. */
function cell(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]+/g, " ").trim();
}

/** One line of the table, without its end. */
export function tableLine(path: string, { frame, status, reason, values }: FrameLine): string {
  const numbers =
    values === null
      ? Array<string>(8).fill("")
      : [
          values.rows,
          values.cols,
          values.samples,
          values.bitsAllocated,
          values.signed ? 1 : 0,
          values.sha256,
          values.min,
          values.max,
        ];
  return [cell(path), frame, status, cell(reason), ...numbers].join("\t");
}

export function refused(frame: number, reason: string): FrameLine {
  return { frame, status: "refused", reason, values: null };
}
