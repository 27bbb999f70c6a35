import { SlError } from "../shared/errc.ts";
import type { SampleBlock } from "../shared/messages.ts";

/** Stored values of one frame of an object, one per pixel. */
export interface Raster {
  readonly rows: number;
  readonly cols: number;
  readonly values: ArrayLike<number> & Iterable<number> & { readonly byteLength: number };
}

/** Throws SlError: colour has more than one value to a pixel. */
export function rasterOf({
  rows,
  cols,
  samples,
  bitsAllocated,
  signed,
  isFloat,
  values,
}: SampleBlock): Raster {
  if (samples !== 1) throw new SlError("unsupported", "an object in colour");
  // the values' buffer is their own, and begins with them
  const { buffer, byteOffset, byteLength } = values;
  const count = rows * cols;
  const of = <T>(
    make: new (buffer: ArrayBufferLike, offset: number, length: number) => T,
    bytes: number,
  ): T => {
    if (byteLength < count * bytes) throw new SlError("truncated", "a frame of an object");
    return new make(buffer, byteOffset, count);
  };
  const typed = (): Raster["values"] => {
    if (isFloat) return bitsAllocated === 64 ? of(Float64Array, 8) : of(Float32Array, 4);
    switch (bitsAllocated) {
      case 16:
        return signed ? of(Int16Array, 2) : of(Uint16Array, 2);
      case 32:
        return signed ? of(Int32Array, 4) : of(Uint32Array, 4);
      default:
        return signed ? of(Int8Array, 1) : of(Uint8Array, 1);
    }
  };
  return { rows, cols, values: typed() };
}
