import type { Rgb } from "./display_color.ts";

/** Colours from low to high, at even distances. */
export type ColorScale = readonly Rgb[];

/** Cold to hot, as doses are shown. */
export const DOSE_SCALE: ColorScale = [
  [40, 60, 220],
  [0, 160, 255],
  [0, 210, 150],
  [120, 225, 40],
  [255, 225, 0],
  [255, 140, 0],
  [230, 20, 20],
];
/** Each step is as much lighter as the one before. */
export const MAP_SCALE: ColorScale = [
  [48, 18, 90],
  [95, 30, 128],
  [160, 50, 120],
  [215, 80, 90],
  [245, 130, 60],
  [250, 190, 70],
  [252, 250, 190],
];
const STEPS = 256;

/** 256 pixels as canvases hold them. */
export function scaleTable(scale: ColorScale): Uint32Array {
  const bytes = new Uint8Array(4 * STEPS);
  for (let step = 0; step < STEPS; step++)
    bytes.set([...colorAt(scale, step / (STEPS - 1)), 255], 4 * step);
  return new Uint32Array(bytes.buffer);
}
/** share: 0 … 1 */
export function colorAt(scale: ColorScale, share: number): Rgb {
  const at = Math.min(1, Math.max(0, share)) * (scale.length - 1);
  const low = Math.floor(at);
  const [a, b] = [scale[low] ?? [0, 0, 0], scale[Math.min(low + 1, scale.length - 1)] ?? [0, 0, 0]];
  const mix = (i: 0 | 1 | 2): number => Math.round(a[i] + (b[i] - a[i]) * (at - low));
  return [mix(0), mix(1), mix(2)];
}
