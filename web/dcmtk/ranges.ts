import { DicomDict } from "./dicom_dict.ts";
import { DicomError } from "./dicom_error.ts";
import { needsMore, type ReadOptions } from "./reader.ts";

/** An object somewhere else: bytes [offset, offset + length) of it, or what there is of them. */
export type RangeSource = (offset: number, length: number) => Promise<ArrayBuffer | Uint8Array>;

const FIRST_BYTES = 64 * 1024;
const GROWTH = 4;
const MOST_BYTES = 256 * 1024 * 1024;

/** Reads the header of an object by ranges, as few and short as do: up to Pixel Data, or to `untilTag`. Errors: as
 *  DicomMessage.readFile; limit_exceeded (no such tag in the first 256 MiB). */
export async function readRanges(
  source: RangeSource,
  options: ReadOptions = {},
): Promise<DicomDict> {
  const until = { stopOnGreaterTag: true, ...options, untilTag: options.untilTag ?? "7FE00010" };
  let bytes = new Uint8Array(0);
  for (let wanted = FIRST_BYTES; wanted <= MOST_BYTES; wanted *= GROWTH) {
    const more = await source(bytes.length, wanted - bytes.length);
    const part = more instanceof Uint8Array ? more : new Uint8Array(more);
    const longer = new Uint8Array(bytes.length + part.length);
    longer.set(bytes);
    longer.set(part, bytes.length);
    bytes = longer;
    const isAll = part.length < wanted - (bytes.length - part.length);
    const object = attempt(bytes, until, isAll);
    if (object) return object;
  }
  throw new DicomError("limit_exceeded", "the header does not end");
}

/** Nothing when more bytes may help. */
function attempt(bytes: Uint8Array, options: ReadOptions, isAll: boolean): DicomDict | undefined {
  if (!isAll && needsMore(bytes, options)) return undefined;
  try {
    const object = DicomDict.read(bytes, options);
    return isAll || object.stoppedAtTag ? object : undefined;
  } catch (error) {
    const isShort =
      error instanceof DicomError &&
      (error.code === "truncated" || error.code === "corrupt" || error.code === "not_dicom");
    if (isAll || !isShort) throw error;
    return undefined;
  }
}
