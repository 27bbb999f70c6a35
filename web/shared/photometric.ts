/** Photometric Interpretations by the numbers of wasm/base/sample_block.hpp; 0 is unknown. PS3.3 C.7.6.3.1.2. */
export const PHOTOMETRICS = [
  "",
  "MONOCHROME1",
  "MONOCHROME2",
  "RGB",
  "PALETTE COLOR",
  "YBR_FULL",
  "YBR_FULL_422",
  "YBR_PARTIAL_420",
  "YBR_ICT",
  "YBR_RCT",
  "YBR_PARTIAL_422",
] as const;
export type Photometric = (typeof PHOTOMETRICS)[number];

/** 0 for a name that is none of them. */
export function photometricCode(name: string): number {
  return Math.max(0, PHOTOMETRICS.indexOf(name as Photometric));
}
