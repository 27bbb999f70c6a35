/** Bytes that the page may hold. A browser does not say what is free; DESIGN.md section 4 gives the two sizes. */
export interface MemoryBudget {
  /** streams and decoded blocks */
  readonly tileBytes: number;
  /** textures */
  readonly textureBytes: number;
}
const MIB = 1024 * 1024;
/** A finger is the main pointer and the screen is small. */
const PHONE = "(pointer: coarse) and (max-width: 900px)";

export function memoryBudget(): MemoryBudget {
  // GiB, rounded by the browser; only Chromium tells
  const deviceMemory =
    (navigator as Navigator & { readonly deviceMemory?: number }).deviceMemory ?? 8;
  const isSmall = deviceMemory <= 2 || window.matchMedia(PHONE).matches;
  return isSmall
    ? { tileBytes: 256 * MIB, textureBytes: 64 * MIB }
    : { tileBytes: 1024 * MIB, textureBytes: 256 * MIB };
}
