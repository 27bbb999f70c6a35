// Drawn pixels and their judge (reference.py: pydicom/GDCM and the formulas of PS3.3 C.11), for every browser.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { ViewChange } from "../../web/shared/api.ts";

export type Look =
  [number, number, "LINEAR" | "LINEAR_EXACT" | "SIGMOID"] | { voiLut: number } | null;
export interface Judged {
  path: string;
  error?: string;
  study: string;
  series: string;
  instance: string;
  rows: number;
  cols: number;
  looks: { frame: number; look: Look; file: string; stored: number | number[] }[];
}
export interface Case {
  path: string;
  frames: number[];
  windows: Look[];
}

/** What a reader should see of these files, as raw RGB8 files in `out`. */
export function judge(files: Case[], out: string): Judged[] {
  const { status, stdout, stderr } = spawnSync(
    "/usr/bin/python3",
    [join(import.meta.dirname, "reference.py")],
    {
      input: JSON.stringify({ out, files }),
      encoding: "utf8",
      maxBuffer: 1 << 26,
      env: { PATH: "/usr/bin:/bin" },
    },
  );
  if (status !== 0) throw new Error(`reference.py failed: ${stderr}`);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Judged);
}

/** What drawnAgainst() is given: values alone, so that any browser's driver can send it. */
export interface Comparison {
  readonly change: ViewChange;
  readonly rows: number;
  readonly cols: number;
  /** the middle of the reference, RGB8 */
  readonly base64: string;
  readonly middle: Middle;
}
/** A part of a picture. */
interface Middle {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly cols: number;
}
/** No viewport of the suites is larger, so that no more of a large picture is sent to the browser. */
const MOST_SEEN = 1400;
function middleOf(rows: number, cols: number): Middle {
  const [seenRows, seenCols] = [Math.min(rows, MOST_SEEN), Math.min(cols, MOST_SEEN)];
  const [top, left] = [(rows - seenRows) >> 1, (cols - seenCols) >> 1];
  return { top, left, rows: seenRows, cols: seenCols };
}
export interface Compared {
  worst: number;
  differing: number;
  compared: number;
  /** of the last row and column */
  stored: number | number[] | null;
}

export function comparison(
  judged: Judged,
  { look }: Judged["looks"][number],
  rgb: Buffer,
): Comparison {
  const change: ViewChange =
    look === null
      ? {}
      : Array.isArray(look)
        ? { windowCenter: look[0], windowWidth: look[1], voiFunction: look[2], voiLut: null }
        : { voiLut: look.voiLut };
  const { rows, cols } = judged;
  const middle = middleOf(rows, cols);
  const seen = Array.from({ length: middle.rows }, (_, row) => {
    const at = 3 * ((middle.top + row) * cols + middle.left);
    return rgb.subarray(at, at + 3 * middle.cols);
  });
  return { change, rows, cols, base64: Buffer.concat(seen).toString("base64"), middle };
}

/** Runs in the page: shows one look at 1:1 and compares the part of the image that fits in the viewport with the reference. */
export async function drawnAgainst(comparison: Comparison): Promise<Compared> {
  const { change, rows, cols, base64, middle } = comparison;
  const viewport = window.sightline.viewports()[0];
  if (!viewport) throw new Error("no viewport");
  viewport.set({
    zoom: 1,
    pan: { x: 0, y: 0 },
    rotation: 0,
    flipHorizontal: false,
    flipVertical: false,
    inverted: false,
    ...change,
  });
  await viewport.whenQuality("lossless");
  const shot = viewport.capture();
  const want = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const top = Math.floor((shot.height - rows) / 2),
    left = Math.floor((shot.width - cols) / 2);
  let worst = 0,
    differing = 0,
    compared = 0;
  for (let y = Math.max(0, top); y < Math.min(shot.height, top + rows); ++y) {
    for (let x = Math.max(0, left); x < Math.min(shot.width, left + cols); ++x) {
      for (let s = 0; s < 3; ++s) {
        const difference = Math.abs(
          (shot.data[(y * shot.width + x) * 4 + s] ?? -1) -
            (want[((y - top - middle.top) * middle.cols + (x - left - middle.left)) * 3 + s] ?? -1),
        );
        worst = Math.max(worst, difference);
        if (difference > 1) ++differing;
        ++compared;
      }
    }
  }
  return { worst, differing, compared, stored: viewport.storedValue(rows - 1, cols - 1) };
}
