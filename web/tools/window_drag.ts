/** Window and level by drag: right = wider, up = lower level = brighter. Pure. */

export interface WindowValues {
  readonly center: number;
  readonly width: number;
}

/** CSS pixels of drag that change the width by a factor of e. */
const PIXELS_PER_E = 300;
/** Smallest width of LINEAR: PS3.3 C.11.2.1.2.1 demands >= 1. */
const MIN_LINEAR_WIDTH = 1;

/** The window after a drag step of dx, dy CSS pixels. The speed follows the width, so that a narrow brain window and a
 *  16-bit radiograph feel alike; `factor` accelerates (Ctrl).
 *  Units: center and width in modality units. Errors: none; the width stays within its function's range. */
export function dragWindow(
  start: WindowValues,
  dx: number,
  dy: number,
  options: { readonly factor: number; readonly linear: boolean; readonly maxWidth: number },
): WindowValues {
  const least = options.linear ? MIN_LINEAR_WIDTH : options.maxWidth * 1e-6;
  const speed = options.factor / PIXELS_PER_E;
  const width = Math.min(
    Math.max(start.width * Math.exp(dx * speed), least),
    Math.max(options.maxWidth, least),
  );
  // Width 1 must still let the level move: half a unit per pixel at least for LINEAR.
  const levelStep = Math.max(width, options.linear ? 50 : 0) * speed;
  return { center: start.center + dy * levelStep, width };
}

/** Widest useful window: four times the range of the modality values that the stored bits can hold. */
export function maxWidthFor(bitsStored: number, rescaleSlope: number): number {
  return 4 * 2 ** Math.min(Math.max(bitsStored, 1), 32) * Math.max(Math.abs(rescaleSlope), 1e-12);
}
