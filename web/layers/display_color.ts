/** Colours of presentation states as a canvas takes them. */

export type Rgb = readonly [number, number, number];

/** A P-value 0 … 65535 as a grey. PS3.3 C.7.6.11. */
export function grayOf(presentationValue: number): Rgb {
  const level = Math.round((presentationValue / 65535) * 255);
  return [level, level, level];
}
/** CIELab as PS3.3 C.10.7.1.1 scales it (D50), in sRGB. */
export function rgbOfLab([l, a, b]: readonly [number, number, number]): Rgb {
  const lightness = (l / 65535) * 100;
  const fy = (lightness + 16) / 116;
  const fx = fy + ((a / 65535) * 255 - 128) / 500;
  const fz = fy - ((b / 65535) * 255 - 128) / 200;
  const cubed = (t: number): number => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29));
  const [x, y, z] = [0.96422 * cubed(fx), cubed(fy), 0.82521 * cubed(fz)];
  // D50 to linear sRGB, Bradford-adapted
  return [
    encoded(3.1338561 * x - 1.6168667 * y - 0.4906146 * z),
    encoded(-0.9787684 * x + 1.9161415 * y + 0.033454 * z),
    encoded(0.0719453 * x - 0.2289914 * y + 1.4052427 * z),
  ];
}
function encoded(linear: number): number {
  const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, Math.max(0, value)));
}
export function css([red, green, blue]: Rgb): string {
  return `rgb(${String(red)} ${String(green)} ${String(blue)})`;
}
