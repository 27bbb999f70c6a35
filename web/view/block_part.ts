import type { FrameRegion, SampleBlock } from "../shared/messages.ts";

/** A part of what is left of a block when each step leaves out every second row and column: sample i is that of pixel i × 2^steps,
 *  where a resolution level has its samples too (wasm/pixel/transform.hpp). Stored values, as they are. */
export function blockPart(block: SampleBlock, steps: number, region: FrameRegion): SampleBlock {
  const { x, y, cols, rows } = region;
  const pixel = block.samples * (block.bitsAllocated >> 3);
  const values = new Uint8Array(rows * cols * pixel);
  const from = wordsOf(block.values, pixel);
  const to = wordsOf(values, pixel);
  const words = (pixel * to.length) / values.byteLength;
  const step = words * 2 ** steps;
  for (let row = 0; row < rows; row++) {
    let at = ((y + row) * 2 ** steps * block.cols + x * 2 ** steps) * words;
    const first = row * cols * words;
    if (steps === 0) to.set(from.subarray(at, at + cols * words), first);
    else
      for (let col = 0; col < cols; col++, at += step)
        for (let word = 0; word < words; word++)
          to[first + col * words + word] = from[at + word] ?? 0;
  }
  return { ...block, rows, cols, values };
}
/** The same memory (a copy, where it begins between words) in the largest words that a pixel is made of. */
function wordsOf(bytes: Uint8Array, pixel: number): Uint8Array | Uint16Array | Uint32Array {
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  if (pixel % 4 === 0) return new Uint32Array(buffer, byteOffset, byteLength / 4);
  if (pixel % 2 === 0) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  return bytes;
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
