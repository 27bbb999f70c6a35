import { rgbOfLab, type Rgb } from "./display_color.ts";

/** Far from each other and from greys, also for eyes that do not tell red from green: the first twelve differ in lightness, too. */
const DEFAULTS: readonly Rgb[] = [
  [255, 99, 71],
  [64, 196, 255],
  [255, 214, 64],
  [120, 230, 120],
  [224, 130, 255],
  [255, 160, 60],
  [60, 220, 200],
  [255, 130, 180],
  [170, 200, 60],
  [140, 150, 255],
  [210, 170, 120],
  [200, 240, 255],
];

/** What the object recommends, if it can be seen on a grey picture; else the next of our own. */
export function regionColor(
  index: number,
  lab: readonly [number, number, number] | null,
  rgb: Rgb | null,
): Rgb {
  const stated = rgb ?? (lab === null ? null : rgbOfLab(lab));
  if (stated !== null && Math.max(...stated) >= 60) return stated;
  return DEFAULTS[index % DEFAULTS.length] ?? [255, 214, 64];
}
