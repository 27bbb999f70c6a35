import { SlError } from "../shared/errc.ts";
import type { Lut } from "../shared/manifest.ts";
import type { SampleBlock } from "../shared/messages.ts";
import { rasterOf } from "./raster.ts";

/** How stored values become those that are subtracted: the modality transformation stands before the mask, PS3.4 N.2. */
export interface MaskSettings {
  readonly rescaleSlope: number;
  readonly rescaleIntercept: number;
  readonly modalityLut: Lut | null;
  /** Values are proportional to the beam's intensity (LIN): their logarithms are subtracted, scaled so that 0 … 2^n − 1
   *  stays that range. 0: values are subtracted as they are. PS3.3 C.8.7.1.1.2. */
  readonly linearBits: number;
  /** of the mask: rows down, columns to the right; bilinear between pixels */
  readonly shift: readonly [number, number];
}
/** The mean of some frames, ready to be subtracted. */
export interface MeanFrame {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float64Array;
}

/** Drawn as background: wasm/pixel/real_value.hpp. */
const NO_VALUE = -3.4028234663852886e38;

/** Throws SlError: frames of different shapes, or in colour. */
export function meanFrame(frames: readonly SampleBlock[], settings: MaskSettings): MeanFrame {
  const [like] = frames;
  if (like === undefined) throw new SlError("invalid_argument", "no frames to subtract");
  const { rows, cols } = like;
  const values = new Float64Array(rows * cols);
  for (const frame of frames) {
    if (frame.rows !== rows || frame.cols !== cols || frame.samples !== 1 || frame.isFloat)
      throw new SlError("invalid_argument", "frames of a subtraction differ");
    const stored = rasterOf(frame).values;
    const valueOf = transformOf(settings, stored.length);
    for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) + valueOf(stored[i] ?? 0);
  }
  if (frames.length > 1)
    for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) / frames.length;
  return { rows, cols, values };
}

/** Each value is worked out once where there are fewer of them than pixels. */
function transformOf(settings: MaskSettings, pixels: number): (stored: number) => number {
  const { linearBits } = settings;
  if (linearBits === 0) return (stored) => modality(stored, settings);
  const most = 2 ** linearBits - 1;
  const scale = most / Math.log1p(most);
  const logarithm = (stored: number): number =>
    scale * Math.log1p(Math.max(0, modality(stored, settings)));
  if (linearBits > 16 || pixels < most) return logarithm;
  const table = Float64Array.from({ length: most + 1 }, (_, stored) => logarithm(stored));
  return (stored) => table[stored] ?? logarithm(stored);
}
function modality(stored: number, settings: MaskSettings): number {
  const { modalityLut, rescaleSlope, rescaleIntercept } = settings;
  if (modalityLut === null) return stored * rescaleSlope + rescaleIntercept;
  const { first, entries } = modalityLut;
  return entries[Math.min(entries.length - 1, Math.max(0, stored - first))] ?? 0;
}

/** Two neighbours along one axis, and the share of the second; null: beyond the frame. */
interface Between {
  readonly first: number;
  readonly second: number;
  readonly share: number;
}
function between(place: number, side: number): Between | null {
  const first = Math.floor(place);
  const share = place - first;
  const second = share > 0 ? first + 1 : first;
  return first < 0 || second >= side ? null : { first, second, share };
}

/** The contrast less the mask, as 32-bit real numbers; where the shifted mask does not reach there is no value. Twin of
 *  pixel::subtract_mask. PS3.3 C.7.6.10.1. */
export function subtractMask(
  contrast: MeanFrame,
  mask: MeanFrame,
  shift: readonly [number, number],
): SampleBlock {
  const { rows, cols } = contrast;
  if (mask.rows !== rows || mask.cols !== cols)
    throw new SlError("invalid_argument", "frames of a subtraction differ");
  const difference = new Float32Array(rows * cols);
  const across = Array.from({ length: cols }, (_, col) => between(col - shift[1], cols));
  for (let row = 0; row < rows; row++) {
    const down = between(row - shift[0], rows);
    for (let col = 0; col < cols; col++) {
      const at = row * cols + col;
      const x = across[col] ?? null;
      difference[at] =
        down === null || x === null ? NO_VALUE : (contrast.values[at] ?? 0) - behind(mask, down, x);
    }
  }
  return {
    rows,
    cols,
    samples: 1,
    bitsAllocated: 32,
    signed: true,
    isFloat: true,
    isRgb: false,
    missing: null,
    values: new Uint8Array(difference.buffer),
  };
}
/** So many of the values are looked at. */
const MAX_SAMPLES = 65536;

/** The size that one value in 200 is above, whatever its sign: an edge that has moved is not to set the window. Twin of
 *  pixel::extent_of_difference. */
export function extentOf({ values }: SampleBlock): number {
  const all = new Float32Array(values.buffer);
  const step = Math.ceil(all.length / MAX_SAMPLES) | 1; // odd: not the same columns in each row
  const sizes = new Float32Array(Math.ceil(all.length / step));
  let count = 0;
  for (let i = 0; i < all.length; i += step) {
    const value = all[i] ?? NO_VALUE;
    if (value > NO_VALUE) sizes[count++] = Math.abs(value);
  }
  const sorted = sizes.subarray(0, count).sort();
  return sorted[Math.ceil(0.995 * count) - 1] ?? 0;
}
function behind({ values, cols }: MeanFrame, y: Between, x: Between): number {
  const along = (row: number): number => {
    const left = values[row * cols + x.first] ?? 0;
    return x.share === 0 ? left : left + x.share * ((values[row * cols + x.second] ?? 0) - left);
  };
  const upper = along(y.first);
  return y.share === 0 ? upper : upper + y.share * (along(y.second) - upper);
}
