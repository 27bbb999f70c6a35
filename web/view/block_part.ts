import type { FrameRegion, SampleBlock } from "../shared/messages.ts";

/** A part of what is left of a block when each step leaves out every second row and column: sample i is that of pixel i × 2^steps,
 *  where a resolution level has its samples too (wasm/pixel/transform.hpp). Stored values, as they are. */
export function blockPart(block: SampleBlock, steps: number, region: FrameRegion): SampleBlock {
  const { x, y, cols, rows } = region;
  const pixel = block.samples * (block.bitsAllocated >> 3);
  const stride = block.cols * pixel;
  const step = pixel * 2 ** steps;
  const values = new Uint8Array(rows * cols * pixel);
  let to = 0;
  for (let row = y; row < y + rows; row++) {
    let from = row * 2 ** steps * stride + x * step;
    if (steps === 0) {
      values.set(block.values.subarray(from, from + cols * pixel), to);
      to += cols * pixel;
      continue;
    }
    for (let col = 0; col < cols; col++, from += step)
      for (let byte = 0; byte < pixel; byte++) values[to++] = block.values[from + byte] ?? 0;
  }
  return { ...block, rows, cols, values };
}
/** Sides of what is left. */
export function reducedSides(
  { rows, cols }: Pick<SampleBlock, "rows" | "cols">,
  steps: number,
): { rows: number; cols: number } {
  return { rows: Math.ceil(rows / 2 ** steps), cols: Math.ceil(cols / 2 ** steps) };
}
/** The block, with as many steps left out as it takes to keep within both limits. */
export function reducedBlock(
  block: SampleBlock,
  maxSide: number,
  maxBytes: number,
): { readonly block: SampleBlock; readonly steps: number } {
  let steps = 0;
  let { rows, cols } = block;
  const pixel = block.values.byteLength / (rows * cols);
  while (Math.max(rows, cols) > Math.max(1, maxSide) || rows * cols * pixel > maxBytes) {
    if (rows * cols <= 1) break;
    ({ rows, cols } = reducedSides(block, ++steps));
  }
  return {
    block: steps === 0 ? block : blockPart(block, steps, { x: 0, y: 0, cols, rows }),
    steps,
  };
}
