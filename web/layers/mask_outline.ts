import type { Size } from "./plane_stack.ts";

/** The edges between set and other pixels, in pixels of the picture: x, y, x, y of each line; lines are as long as they can be. */
export function maskEdges(bits: Uint8Array, { rows, cols }: Size): Float32Array {
  const isSet = (row: number, col: number): boolean => {
    if (row < 0 || col < 0 || row >= rows || col >= cols) return false;
    const bit = row * cols + col;
    return (((bits[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1;
  };
  const box = boundsOf(bits, { rows, cols });
  const lines: number[] = [];
  if (box === null) return new Float32Array();
  for (let y = box.top; y <= box.bottom; y++)
    runs(
      box.left,
      box.right,
      (x) => side(isSet(y - 1, x), isSet(y, x)),
      (from, to) => {
        lines.push(from, y, to, y);
      },
    );
  for (let x = box.left; x <= box.right; x++)
    runs(
      box.top,
      box.bottom,
      (y) => side(isSet(y, x - 1), isSet(y, x)),
      (from, to) => {
        lines.push(x, from, x, to);
      },
    );
  return Float32Array.from(lines);
}
/** Which side of an edge is set: lines end where it changes. */
function side(before: boolean, after: boolean): 0 | 1 | 2 {
  if (before === after) return 0;
  return before ? 1 : 2;
}
function runs(
  first: number,
  end: number,
  at: (position: number) => 0 | 1 | 2,
  line: (from: number, to: number) => void,
): void {
  let from = first;
  let current: 0 | 1 | 2 = 0;
  for (let position = first; position <= end; position++) {
    const next = position === end ? 0 : at(position);
    if (next === current) continue;
    if (current !== 0) line(from, position);
    [from, current] = [position, next];
  }
}
export interface MaskBounds {
  readonly left: number;
  readonly top: number;
  /** of the first pixel beyond */
  readonly right: number;
  readonly bottom: number;
}
/** null: no pixel is set. */
export function boundsOf(bits: Uint8Array, { rows, cols }: Size): MaskBounds | null {
  let [left, top, right, bottom] = [cols, rows, 0, 0];
  for (let byte = 0; byte < bits.length; byte++) {
    const value = bits[byte] ?? 0;
    if (value === 0) continue;
    for (let bit = 0; bit < 8; bit++) {
      if (((value >> bit) & 1) === 0) continue;
      const pixel = 8 * byte + bit;
      const [row, col] = [Math.floor(pixel / cols), pixel % cols];
      left = Math.min(left, col);
      top = Math.min(top, row);
      right = Math.max(right, col + 1);
      bottom = Math.max(bottom, row + 1);
    }
  }
  return right === 0 ? null : { left, top, right, bottom };
}
