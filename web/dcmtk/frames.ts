import { photometricCode } from "../shared/photometric.ts";
import { fromBytes, type Ranged } from "./byte_ranges.ts";
import { DicomError } from "./dicom_error.ts";
import type { Span } from "./events.ts";
import { decodeBytes, inflateFrame, type DecodeOptions, type DecodedFrame } from "./frame_codec.ts";
import { NO_PIXELS, type FrameFormat } from "./frame_description.ts";
import {
  frameOfCodestream,
  indexFrames,
  isFullResolution422,
  isJpeg2000,
  nativeRange,
  spannedFrames,
  type FrameIndex,
  type TabledFrames,
} from "./frame_index.ts";
import { markFrame } from "./frame_mark.ts";
import { readLayout, type PixelLayout } from "./pixel_layout.ts";

/** A frame larger than this is refused, as everywhere in Sightline. */
const MOST_FRAME_BYTES = 2 ** 30;
const ITEM_TAG = 0xe000fffe; // FFFE,E000 as it lies in the file
const ITEM_HEADER_BYTES = 8;
const YBR_FULL = photometricCode("YBR_FULL");
const YBR_FULL_422 = photometricCode("YBR_FULL_422");

/** Where a frame lies in its object. */
export interface FrameRange {
  /** Counts from 1. */
  readonly number: number;
  /** Of its first byte; encapsulated: of its first item. */
  readonly offset: number;
  /** Up to its last byte, items' headers included; 0 when the object ends before the frame. */
  readonly length: number;
}

function rangesOf(index: FrameIndex, isEncapsulated: boolean): FrameRange[] {
  return Array.from({ length: index.count }, (_, i): FrameRange => {
    const number = i + 1;
    if (index.kind === "native") return { number, ...nativeRange(index, i) };
    if (index.kind === "tabled") {
      const offset = index.starts[i] ?? 0;
      return { number, offset, length: (index.ends[i] ?? 0) - offset };
    }
    const [first] = index.spans[i] ?? [];
    const last = index.spans[i]?.at(-1);
    if (!first || !last) return { number, offset: 0, length: 0 };
    const offset = first.offset - (isEncapsulated ? ITEM_HEADER_BYTES : 0);
    return { number, offset, length: last.offset + last.length - offset };
  });
}

/** The fragments that fill [0, bytes.length) with their headers; undefined when they do not. */
function fragmentsWithin(bytes: Uint8Array): Span[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const spans: Span[] = [];
  for (let offset = 0; offset < bytes.length;) {
    if (offset + ITEM_HEADER_BYTES > bytes.length || view.getUint32(offset, true) !== ITEM_TAG)
      return undefined;
    const length = view.getUint32(offset + 4, true);
    offset += ITEM_HEADER_BYTES;
    if (length > bytes.length - offset) return undefined;
    spans.push({ offset, length });
    offset += length;
  }
  return spans;
}

/** The frame's bits from the lowest bit of the first byte on. Twin of align_bits in wasm/dicom/frame_bytes.cpp. */
function alignedBits(bytes: Uint8Array, firstBit: number, bits: number): Uint8Array<ArrayBuffer> {
  const aligned = new Uint8Array(Math.min(bytes.length, Math.ceil(bits / 8)));
  for (let i = 0; i < aligned.length; ++i)
    aligned[i] = (((bytes[i + 1] ?? 0) << 8) | (bytes[i] ?? 0)) >> firstBit;
  return aligned;
}

/** Bytes of an OW in Big Endian, in the order of the samples; `bytes` begin with a whole word. Source: PS3.5 7.3, 8.1.1. */
function swappedWords(bytes: Uint8Array, from: number, length: number): Uint8Array<ArrayBuffer> {
  const swapped = new Uint8Array(length);
  for (let i = 0; i < length; ++i) {
    const at = from + i;
    swapped[i] = bytes[at ^ 1] ?? bytes[at] ?? 0;
  }
  return swapped;
}

/** The frames of an object of which only the wanted bytes are asked for. */
export class Frames {
  readonly layout: PixelLayout;
  readonly #size: number;
  readonly #isFar: boolean;
  #index: FrameIndex | undefined;

  /** `isFar`: bytes are dear. */
  constructor(layout: PixelLayout, size: number, isFar: boolean) {
    this.layout = layout;
    this.#size = layout.inflated?.length ?? size;
    this.#isFar = isFar && layout.inflated === undefined;
  }

  /** What the decoder is told of them. */
  get format(): FrameFormat {
    const { format } = this.layout;
    return format.photometric === YBR_FULL_422 && isFullResolution422(this.layout, this.#size)
      ? { ...format, photometric: YBR_FULL }
      : format;
  }

  /** Errors: no_pixels, unsupported (they cannot be told apart), limit_exceeded. */
  *index(): Ranged<FrameIndex> {
    return (this.#index ??= yield* this.#find());
  }
  *#find(): Ranged<FrameIndex> {
    const { reason, element, spans, isVideo } = this.layout;
    if (reason === NO_PIXELS) throw new DicomError("no_pixels", reason);
    if (!element && spans.length > 0) return { kind: "spanned", count: spans.length, spans };
    if (reason !== "" && !isVideo && (!element || element.length !== undefined))
      throw new DicomError("unsupported", reason);
    return yield* indexFrames(this.layout, this.#size, this.#isFar);
  }

  *ranges(): Ranged<FrameRange[]> {
    const index = yield* this.index();
    return rangesOf(index, this.layout.element?.length === undefined);
  }

  /** What the decoder takes of a frame; fragments joined, bits and words in its order. `number` counts from 1. Errors: as index;
   *  not_found, truncated, limit_exceeded. */
  *encoded(number: number): Ranged<Uint8Array<ArrayBuffer>> {
    const index = yield* this.index();
    if (!Number.isInteger(number) || number < 1 || number > index.count)
      throw new DicomError("not_found", "there is no such frame");
    const { format, layout } = this;
    if (index.kind === "native") return yield* this.#native(index, number - 1);
    const joined =
      index.kind === "tabled"
        ? yield* this.#tabled(index, number - 1)
        : yield* this.#joined(index.spans[number - 1] ?? []);
    const shared =
      index.kind === "spanned" && isJpeg2000(layout)
        ? frameOfCodestream(index.spans, number - 1)
        : undefined;
    if (shared !== undefined) return markFrame(joined, shared);
    return layout.isDeflatedFrame ? inflateFrame(joined, format) : joined;
  }

  *#native(
    index: FrameIndex & { kind: "native" },
    index0: number,
  ): Ranged<Uint8Array<ArrayBuffer>> {
    const { bitsAllocated } = this.format;
    const { isBigEndian, element } = this.layout;
    const { offset, length } = nativeRange(index, index0);
    const isSwapped = isBigEndian && bitsAllocated <= 8 && element?.vr === "OW";
    const lead = isSwapped ? (offset - index.begin) % 2 : 0;
    const tail =
      isSwapped && offset + length < index.begin + index.length ? (lead + length) % 2 : 0;
    checkFrame(length);
    const read = yield { offset: offset - lead, length: lead + length + tail };
    const bytes = isSwapped ? swappedWords(read, lead, length) : read.slice();
    if (bitsAllocated !== 1) return bytes as Uint8Array<ArrayBuffer>;
    return alignedBits(bytes, (index0 * index.frameBits) % 8, index.frameBits);
  }

  *#joined(spans: readonly Span[]): Ranged<Uint8Array<ArrayBuffer>> {
    const length = spans.reduce((sum, span) => sum + span.length, 0);
    checkFrame(length);
    const joined = new Uint8Array(length);
    let at = 0;
    for (const span of spans) {
      joined.set(yield span, at);
      at += span.length;
    }
    return joined;
  }

  /** In one piece; where the table turns out to be wrong, every fragment is looked for. */
  *#tabled(index: TabledFrames, index0: number): Ranged<Uint8Array<ArrayBuffer>> {
    const offset = index.starts[index0] ?? 0;
    const length = (index.ends[index0] ?? 0) - offset;
    checkFrame(length);
    const read = yield { offset, length };
    const spans = fragmentsWithin(read);
    const stated = index.lengths[index0];
    const [only] = spans ?? [];
    if (spans && (stated === undefined || (spans.length === 1 && only)))
      return fromBytes(
        this.#joined(stated !== undefined && only ? [{ ...only, length: stated }] : spans),
        read,
      );
    this.#index = yield* spannedFrames(this.layout, this.layout.element?.offset ?? 0, this.#size);
    return yield* this.encoded(index0 + 1);
  }

  /** Errors: unsupported, corrupt, limit_exceeded, out_of_memory, module_died. */
  decode(bytes: Uint8Array, { keepUnusedBits = false }: DecodeOptions): DecodedFrame {
    const { format } = this;
    const { bitsAllocated, bitsStored } = format;
    const isReal = bitsStored === 0;
    const read =
      keepUnusedBits && !isReal
        ? { ...format, bitsStored: bitsAllocated, highBit: bitsAllocated - 1 }
        : format;
    const frame = decodeBytes(bytes, this.layout.encoding, read);
    if (frame.missing?.step !== undefined) return { ...frame, bitsStored: frame.bitsAllocated };
    return { ...frame, bitsStored: isReal ? bitsAllocated : bitsStored };
  }

  /** Throws why nothing of it can be decoded. Errors: no_pixels, unsupported. */
  checkDecodable(): void {
    const { reason } = this.layout;
    if (reason === NO_PIXELS) throw new DicomError("no_pixels", reason);
    if (reason !== "") throw new DicomError("unsupported", reason);
  }
}

function checkFrame(length: number): void {
  if (length > MOST_FRAME_BYTES) throw new DicomError("limit_exceeded", "the frame is too large");
  if (length <= 0) throw new DicomError("truncated", "the file ends before this frame");
}

/** The frames of a Part 10 file in memory. */
export class FrameReader {
  readonly #bytes: Uint8Array;
  readonly #frames: Frames;

  /** Errors: as readFile. */
  constructor(file: Uint8Array) {
    const layout = fromBytes(readLayout(file.length, file.length), file);
    this.#bytes = layout.inflated ?? file;
    this.#frames = new Frames(layout, file.length, false);
  }
  get format(): FrameFormat {
    return this.#frames.format;
  }
  /** Why nothing can be decoded, or nothing. */
  get reason(): string {
    return this.#frames.layout.reason;
  }
  /** Errors: no_pixels, unsupported. */
  get count(): number {
    return fromBytes(this.#frames.index(), this.#bytes).count;
  }
  /** As Frames.encoded. */
  encoded(number: number): Uint8Array<ArrayBuffer> {
    return fromBytes(this.#frames.encoded(number), this.#bytes);
  }
  /** Errors: as `encoded`; unsupported, corrupt, limit_exceeded, out_of_memory, module_died. */
  decode(number: number, options: DecodeOptions = {}): DecodedFrame {
    this.#frames.checkDecodable();
    return this.#frames.decode(this.encoded(number), options);
  }
}
