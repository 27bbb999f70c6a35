import type { Size } from "./plane_stack.ts";

/** Lines along which a field has one value, in pixels of the picture (centres at .5): x, y, x, y of each piece. Between four centres
 *  the field is linear along the edges; where two lines are possible, the mean of the four decides. Nothing where one is not known. */
export function isoLines(values: Float32Array, { rows, cols }: Size, level: number): Float32Array {
  const lines: number[] = [];
  const at = (row: number, col: number): number => values[row * cols + col] ?? NaN;
  for (let row = 0; row + 1 < rows; row++)
    for (let col = 0; col + 1 < cols; col++) {
      const [a, b] = [at(row, col), at(row, col + 1)];
      const [c, d] = [at(row + 1, col + 1), at(row + 1, col)];
      // none crosses most cells; what is not known is neither
      const isCrossed = Math.min(a, b, c, d) < level && Math.max(a, b, c, d) >= level;
      if (!isCrossed) continue;
      const corners = [a, b, c, d] as const;
      for (const [from, to] of pieces(corners, level)) {
        const [x0, y0] = crossing(corners, from, level);
        const [x1, y1] = crossing(corners, to, level);
        lines.push(col + 0.5 + x0, row + 0.5 + y0, col + 0.5 + x1, row + 0.5 + y1);
      }
    }
  return Float32Array.from(lines);
}
type Corners = readonly [number, number, number, number];
/** Edges of a cell: top, right, bottom, left; edge i is between corners i and i + 1. */
type Edge = 0 | 1 | 2 | 3;

function pieces(corners: Corners, level: number): readonly (readonly [Edge, Edge])[] {
  const above = corners.map((value) => value >= level);
  const edges = ([0, 1, 2, 3] as const).filter((i) => above[i] !== above[(i + 1) % 4]);
  const [a, b] = edges;
  if (a === undefined || b === undefined) return [];
  if (edges.length === 2) return [[a, b]];
  const isMeanAbove = corners.reduce((sum, value) => sum + value, 0) / 4 >= level;
  // the corners that are alone on their side are cut off: the first and the third, or the other two
  return isMeanAbove === above[0]
    ? [
        [0, 1],
        [2, 3],
      ]
    : [
        [3, 0],
        [1, 2],
      ];
}
function crossing(corners: Corners, edge: Edge, level: number): readonly [number, number] {
  const a = corners[edge];
  const b = corners[((edge + 1) % 4) as Edge];
  const share = (level - a) / (b - a);
  switch (edge) {
    case 0:
      return [share, 0];
    case 1:
      return [1, share];
    case 2:
      return [1 - share, 1];
    case 3:
      return [0, 1 - share];
  }
}
