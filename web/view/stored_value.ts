import type { SampleBlock } from "../shared/messages.ts";

/** Stored value of one pixel: a number, or one per sample. 0-based row and column of this block; null outside of it. */
export function storedValueAt(
  block: SampleBlock,
  row: number,
  col: number,
): number | number[] | null {
  if (!Number.isInteger(row) || !Number.isInteger(col)) return null;
  if (row < 0 || col < 0 || row >= block.rows || col >= block.cols) return null;
  const bytes = block.bitsAllocated >> 3;
  const view = new DataView(block.values.buffer, block.values.byteOffset, block.values.byteLength);
  const first = (row * block.cols + col) * block.samples * bytes;
  const values: number[] = [];
  for (let sample = 0; sample < block.samples; sample++)
    values.push(valueAt(view, first + sample * bytes, block));
  return block.samples === 1 ? (values[0] ?? null) : values;
}
function valueAt(
  view: DataView,
  at: number,
  { bitsAllocated, signed, isFloat }: SampleBlock,
): number {
  if (isFloat) return bitsAllocated === 64 ? view.getFloat64(at, true) : view.getFloat32(at, true);
  switch (bitsAllocated) {
    case 8:
      return signed ? view.getInt8(at) : view.getUint8(at);
    case 16:
      return signed ? view.getInt16(at, true) : view.getUint16(at, true);
    default:
      return signed ? view.getInt32(at, true) : view.getUint32(at, true);
  }
}
/** Rows and columns of a block; the ends are not part of it. */
export interface BlockRegion {
  readonly firstRow: number;
  readonly endRow: number;
  readonly firstCol: number;
  readonly endCol: number;
}

/** Beyond this only every n-th row and column is looked at: the page must not stand still. */
const MAX_SAMPLES = 1 << 20;

/** Drawn as background, as NaN is: wasm/pixel/real_value.hpp. */
export const NO_VALUE = -3.4028234663852886e38;

/** Smallest and largest stored value of a region, without those in the padding range (PS3.3 C.7.5.1.1.2) and, of real
 *  numbers, those that are none. null: nothing but padding. */
export function storedRange(
  block: SampleBlock,
  padding: readonly [number, number] | null,
  region: BlockRegion,
): [number, number] | null {
  const view = new DataView(block.values.buffer, block.values.byteOffset, block.values.byteLength);
  const bytes = block.bitsAllocated >> 3;
  const low = padding === null ? Infinity : Math.min(padding[0], padding[1]);
  const high = padding === null ? -Infinity : Math.max(padding[0], padding[1]);
  const area = (region.endRow - region.firstRow) * (region.endCol - region.firstCol);
  const step = Math.max(1, Math.ceil(Math.sqrt(area / MAX_SAMPLES)));
  let min = Infinity;
  let max = -Infinity;
  for (let row = region.firstRow; row < Math.min(region.endRow, block.rows); row += step) {
    for (let col = region.firstCol; col < Math.min(region.endCol, block.cols); col += step) {
      const value = valueAt(view, (row * block.cols + col) * block.samples * bytes, block);
      if (value >= low && value <= high) continue;
      if (block.isFloat && (!Number.isFinite(value) || value <= NO_VALUE)) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return min > max ? null : [min, max];
}

type Samples =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

function samplesOf({ values, bitsAllocated, signed, isFloat }: SampleBlock): Samples {
  const bytes = values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength);
  if (isFloat) return bitsAllocated === 64 ? new Float64Array(bytes) : new Float32Array(bytes);
  if (bitsAllocated === 8) return signed ? new Int8Array(bytes) : new Uint8Array(bytes);
  if (bitsAllocated === 16) return signed ? new Int16Array(bytes) : new Uint16Array(bytes);
  return signed ? new Int32Array(bytes) : new Uint32Array(bytes);
}
/** The same of a whole block, every sample looked at: what the server says of a frame (value_range.cpp). */
export function wholeRange(
  block: SampleBlock,
  padding: readonly [number, number] | null,
): [number, number] | null {
  const low = padding === null ? Infinity : Math.min(padding[0], padding[1]);
  const high = padding === null ? -Infinity : Math.max(padding[0], padding[1]);
  let min = Infinity;
  let max = -Infinity;
  for (const value of samplesOf(block)) {
    if (value >= low && value <= high) continue;
    if (block.isFloat && (!Number.isFinite(value) || value <= NO_VALUE)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min > max ? null : [min, max];
}
