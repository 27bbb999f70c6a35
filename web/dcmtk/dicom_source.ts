import { RangedBytes, fromBytes, type ObjectSource, type Ranged } from "./byte_ranges.ts";
import { DicomDict } from "./dicom_dict.ts";
import type { DicomError } from "./dicom_error.ts";
import { toDicomJson, type DicomJson, type JsonOptions } from "./dicom_json.ts";
import type { DicomDataSet } from "./element.ts";
import { wantsJpegXl, type DecodeOptions, type DecodedFrame } from "./frame_codec.ts";
import { Frames, type FrameRange } from "./frames.ts";
import { loadJpegXl } from "./module.ts";
import { readLayout } from "./pixel_layout.ts";
import { readHeader, stopTagOf, type ReadOptions } from "./reader.ts";
import { isBigEndian } from "./writer.ts";

/** Reading ends here at the latest. */
const FIRST_PIXEL_TAG = "7FE00008";

/** An object that stays where it is: its header is read, and of its pixels the frames that are asked for. */
export class DicomSource {
  /** As DicomDict's, without the pixels. */
  readonly meta: DicomDataSet;
  readonly dict: DicomDataSet;
  /** With `ignoreErrors`: why reading ended early. */
  readonly readError: DicomError | undefined;
  readonly #bytes: RangedBytes;
  #frames: Promise<Frames> | undefined;

  private constructor(
    bytes: RangedBytes,
    {
      meta,
      dict,
      error,
    }: { meta: DicomDataSet; dict: DicomDataSet; error?: DicomError | undefined },
  ) {
    this.meta = meta;
    this.dict = dict;
    this.readError = error;
    this.#bytes = bytes;
  }

  /** Errors: as DicomMessage.readFile; limit_exceeded (the header is longer than 256 MiB), and what the source throws. */
  static async open(source: ObjectSource, options: ReadOptions = {}): Promise<DicomSource> {
    const until = stopTagOf(options);
    const isEarlier = until !== undefined && until < parseInt(FIRST_PIXEL_TAG, 16);
    const within: ReadOptions = isEarlier
      ? options
      : {
          ...options,
          untilTag: FIRST_PIXEL_TAG,
          includeUntilTagValue: false,
          stopOnGreaterTag: true,
        };
    const bytes = await RangedBytes.open(source);
    const read = await bytes.run(readHeader(bytes.size, within));
    if (read.error && !options.ignoreErrors) throw read.error;
    return new DicomSource(bytes, read);
  }

  /** Bytes of the object. */
  get size(): number {
    return this.#bytes.size;
  }

  /** Where each frame lies. Reads the offset table; without one, the header of each fragment. Errors: no_pixels, unsupported (they
   *  cannot be told apart), limit_exceeded. */
  async listFrames(): Promise<FrameRange[]> {
    const frames = await this.#open();
    return this.#run(frames, frames.ranges());
  }

  /** As DicomDict.readFrames, of the frames that are named. Only their bytes are read. */
  async readFrames(numbers: readonly number[]): Promise<Uint8Array<ArrayBuffer>[]> {
    const frames = await this.#open();
    const read: Uint8Array<ArrayBuffer>[] = [];
    for (const number of numbers) read.push(await this.#run(frames, frames.encoded(number)));
    return read;
  }

  /** As DicomDict.decodeFrame. The decoder of JPEG XL is loaded when it is needed. */
  async decodeFrame(number: number, options: DecodeOptions = {}): Promise<DecodedFrame> {
    const frames = await this.#open();
    frames.checkDecodable();
    const encoded = await this.#run(frames, frames.encoded(number));
    if (wantsJpegXl(frames.layout.encoding)) await loadJpegXl();
    return frames.decode(encoded, options);
  }

  /** The header in the DICOM JSON model; the pixels are not in it. Errors: as DicomDict.toDicomJson. */
  toDicomJson(options: JsonOptions = {}): DicomJson {
    return toDicomJson(this.dict, { ...options, bigEndian: isBigEndian(this.meta) });
  }

  /** The whole object, to be changed and written. Errors: as DicomMessage.readFile. */
  async readObject(options: ReadOptions = {}): Promise<DicomDict> {
    const all = this.#bytes.run(
      (function* (size): Ranged<Uint8Array> {
        return yield { offset: 0, length: size };
      })(this.#bytes.size),
    );
    return DicomDict.read(await all, options);
  }

  /** What failed is tried again by the next call: a source may be away for a while. */
  #open(): Promise<Frames> {
    return (this.#frames ??= this.#find());
  }
  async #find(): Promise<Frames> {
    try {
      const layout = await this.#bytes.run(readLayout(this.#bytes.size));
      return new Frames(layout, this.#bytes.size, true);
    } catch (error) {
      this.#frames = undefined;
      throw error;
    }
  }

  #run<T>({ layout }: Frames, work: Ranged<T>): Promise<T> {
    if (!layout.inflated) return this.#bytes.run(work);
    const { inflated } = layout;
    return Promise.resolve().then(() => fromBytes(work, inflated));
  }
}
