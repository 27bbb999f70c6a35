import type { Ranged } from "./byte_ranges.ts";
import { ByteSink } from "./byte_sink.ts";
import { UNDEFINED_LENGTH } from "./events.ts";
import { describeFrames, type FrameDescription } from "./frame_description.ts";
import { readHeader, type Part10 } from "./reader.ts";
import { uid } from "./transfer_syntax.ts";
import { longVrs } from "./value_bytes.ts";

/** The element that holds the pixels. Source: PS3.3 C.7.6.3, C.7.6.24, C.7.6.25. */
export interface PixelElement {
  readonly tag: number;
  /** "" in Implicit VR. */
  readonly vr: string;
  /** Of its value, or of its first item. */
  readonly offset: number;
  /** Undefined: encapsulated. */
  readonly length: number | undefined;
}

/** Where the pixels of an object lie, and what its data set says of them. */
export interface PixelLayout extends FrameDescription {
  readonly element: PixelElement | undefined;
  /** Number of Frames (0028,0008), when it is one. */
  readonly stated: number | undefined;
  /** Extended Offset Table (7FE0,0001) and its Lengths (7FE0,0002); empty when there is none. */
  readonly extendedOffsets: readonly number[];
  readonly extendedLengths: readonly number[];
  /** The data set of a deflated object, from whose beginning offsets count. */
  readonly inflated: Uint8Array | undefined;
}

const PIXEL_TAGS = [0x7fe00008, 0x7fe00009, 0x7fe00010];
const FIRST_PIXEL_TAG = "7FE00008";
const EXPLICIT = 1;
const BIG_ENDIAN = 2;
const MOST_FRAMES = 100_000;
/** An object with a broken header is looked at whole. */
export const MOST_WHOLE_BYTES = 2 ** 30;
const isVr = /^[A-Z]{2}$/;

/** The header at `at`; the reader stopped there, so it is whole. Source: PS3.5 7.1. */
function pixelElement(bytes: Uint8Array, at: number, flags: number): PixelElement | undefined {
  if (at + 8 > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = (flags & BIG_ENDIAN) === 0;
  const tag = ((view.getUint16(at, little) << 16) | view.getUint16(at + 2, little)) >>> 0;
  if (!PIXEL_TAGS.includes(tag)) return undefined;
  const element = (vr: string, length: number, headerBytes: number): PixelElement => ({
    tag,
    vr,
    offset: at + headerBytes,
    length: length === UNDEFINED_LENGTH ? undefined : length,
  });
  const letters = String.fromCharCode(bytes[at + 4] ?? 0, bytes[at + 5] ?? 0);
  if ((flags & EXPLICIT) === 0 || !isVr.test(letters))
    return element("", view.getUint32(at + 4, little), 8);
  if (!longVrs.has(letters)) return element(letters, view.getUint16(at + 6, little), 8);
  return at + 12 > bytes.length ? undefined : element(letters, view.getUint32(at + 8, little), 12);
}

/** The data set with next to no pixels, as a file: what the module has to see to describe them. */
function descriptiveFile(
  bytes: Uint8Array,
  { dataSetOffset, flags, syntax, inflated }: Part10,
  end: number,
  element: PixelElement | undefined,
): Uint8Array {
  const stated = inflated ? uid.explicitLittle : syntax;
  const name = stated.length % 2 === 0 ? stated : `${stated}\0`;
  const sink = new ByteSink((element?.offset ?? end) - dataSetOffset + 512);
  sink.room(128);
  sink.text("DICM");
  sink.tag(0x00020000);
  sink.text("UL");
  sink.u16(4);
  sink.u32(8 + name.length);
  sink.tag(0x00020010);
  sink.text("UI");
  sink.u16(name.length);
  sink.text(name);
  sink.bytes(bytes.subarray(dataSetOffset, element?.offset ?? end));
  if (element === undefined || element.length === 0) return sink.view();
  if (element.length === undefined) {
    sink.tag(0xfffee000); // an empty offset table, and a fragment of two bytes
    sink.u32(0);
    sink.tag(0xfffee000);
    sink.u32(2);
  } else {
    const isShort = element.vr !== "" && !longVrs.has(element.vr);
    const at = sink.length - (isShort ? 2 : 4);
    const length = new DataView(new ArrayBuffer(4));
    if (isShort) length.setUint16(0, 2, (flags & BIG_ENDIAN) === 0);
    else length.setUint32(0, 2, (flags & BIG_ENDIAN) === 0);
    for (let i = 0; i < (isShort ? 2 : 4); ++i) sink.patch8(at + i, length.getUint8(i));
  }
  sink.u16(0);
  return sink.view();
}

/** Unsigned numbers of 64 bits; none when there are more than frames may be. Over 2^53 they are of no object. */
function offsetsOf(value: unknown): number[] {
  if (!(value instanceof Uint8Array) || value.length > 8 * MOST_FRAMES) return [];
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return Array.from({ length: Math.floor(value.length / 8) }, (_, i) =>
    Number(view.getBigUint64(8 * i, true)),
  );
}

function statedFrames(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value < 2 ** 31
    ? value
    : undefined;
}

const noElement = {
  element: undefined,
  stated: undefined,
  extendedOffsets: [],
  extendedLengths: [],
};

/** Reads the header of an object of `size` bytes, of which `first` are at hand. One whose header is broken is described as it is,
 *  whole. Errors: as readObject. */
export function* readLayout(size: number, first?: number): Ranged<PixelLayout> {
  const options = { untilTag: FIRST_PIXEL_TAG, stopOnGreaterTag: true, noCopy: true };
  const { bytes, dict, error, stopped, part10, end } = yield* readHeader(size, options, first);
  const { inflated } = part10;
  if (error) {
    if (size > MOST_WHOLE_BYTES) throw error;
    return { ...describeFrames(yield { offset: 0, length: size }), ...noElement, inflated };
  }
  const held = inflated ?? bytes;
  const element = stopped ? pixelElement(held, end, part10.flags) : undefined;
  const bulk = (key: string): unknown => dict[key]?.Value[0];
  return {
    ...describeFrames(descriptiveFile(held, part10, stopped ? end : held.length, element)),
    element,
    stated: statedFrames(dict["00280008"]?.Value[0]),
    extendedOffsets: offsetsOf(bulk("7FE00001")),
    extendedLengths: offsetsOf(bulk("7FE00002")),
    inflated,
  };
}
