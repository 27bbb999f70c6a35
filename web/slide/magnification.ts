/** Magnification as a microscope's: 10 µm to a pixel is 1x. */
const MM_AT_1 = 0.01;
/** The objective's number is believed where the size of the pixels says about the same. */
const NOMINAL_TOLERANCE = 0.3;

/** At one pixel of the finest level to one of the screen. spacingMm: between its columns. */
export function magnificationOf(spacingMm: number | null, objective: number | null): number | null {
  if (spacingMm === null || !(spacingMm > 0)) return objective;
  const measured = MM_AT_1 / spacingMm;
  const isNominal = objective !== null && Math.abs(objective / measured - 1) <= NOMINAL_TOLERANCE;
  return isNominal ? objective : measured;
}
