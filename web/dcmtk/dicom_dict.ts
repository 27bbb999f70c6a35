import { plainBytes } from "./byte_ranges.ts";
import { DicomError } from "./dicom_error.ts";
import { fromDicomJson, toDicomJson, type DicomJson, type JsonOptions } from "./dicom_json.ts";
import { newElement, type DicomDataSet, type DicomElement } from "./element.ts";
import type { WriteOptions } from "./encoder.ts";
import type { DecodeOptions, DecodedFrame } from "./frame_codec.ts";
import { FrameReader } from "./frames.ts";
import { readObject, type ReadOptions } from "./reader.ts";
import { SourceFile } from "./source_file.ts";
import { transcoded } from "./transcode.ts";
import { findProblems, type Finding } from "./validate.ts";
import { isBigEndian, syntaxOf, writeFile } from "./writer.ts";

/** An object as dcmjs' DicomDict, and more. Values are those of the file until they are changed. */
export class DicomDict {
  meta: DicomDataSet;
  dict: DicomDataSet = {};
  /** With `ignoreErrors`: why reading ended early. */
  readError: DicomError | undefined = undefined;
  /** True when reading ended at `untilTag` (or, with `stopOnGreaterTag`, behind its place). */
  stoppedAtTag = false;
  #source: SourceFile | undefined;
  #frames: FrameReader | undefined;

  constructor(meta: DicomDataSet = {}) {
    this.meta = meta;
  }

  /** Reads a Part 10 file, or a bare data set. Errors: not_dicom, truncated, corrupt, limit_exceeded, out_of_memory, module_died. */
  static read(buffer: ArrayBuffer | Uint8Array, options: ReadOptions = {}): DicomDict {
    const bytes = plainBytes(buffer);
    const { meta, dict, error, stopped } = readObject(bytes, options);
    if (error && !options.ignoreErrors) throw error;
    const object = new DicomDict(meta);
    object.dict = dict;
    object.readError = error;
    object.stoppedAtTag = stopped;
    object.#source = new SourceFile(bytes, meta, dict);
    return object;
  }

  /** A data set from its DICOM JSON (PS3.18 F), to be written in Explicit VR Little Endian unless `meta` says otherwise.
   *  Errors: invalid_argument. */
  static fromDicomJson(json: unknown, meta: DicomDataSet = {}): DicomDict {
    const object = new DicomDict(meta);
    object.dict = fromDicomJson(json, isBigEndian(meta));
    return object;
  }

  /** Sets an element's value, or adds the element. */
  upsertTag(tag: string, vr: string, values: unknown): void {
    const there = this.dict[tag];
    if (there) there.Value = values as DicomElement["Value"];
    else this.dict[tag] = newElement(vr, values);
  }

  /** A Part 10 file in the transfer syntax that `meta` names. Errors: invalid_argument (a value that its VR has not, or that
   *  is too long for it), limit_exceeded, out_of_memory. */
  write(options: WriteOptions = {}): ArrayBuffer {
    return writeFile(this, options);
  }

  /** How many frames there are. Errors: as `readFrames`. */
  get frameCount(): number {
    return this.#reader().count;
  }

  /** The encoded frames, fragments joined; of native pixels their bytes, little-endian where the file was deflated or of
   *  single bits. Of frames that are components of one JPEG 2000 codestream each is all of it, with a comment that says which. `numbers` count from 1. Errors: no_pixels, not_found, truncated. */
  readFrames(numbers?: readonly number[]): Uint8Array<ArrayBuffer>[] {
    const reader = this.#reader();
    if (numbers !== undefined && !Array.isArray(numbers))
      throw new DicomError("invalid_argument", "numbers of frames are wanted as an array");
    const all = numbers ?? Array.from({ length: reader.count }, (_, i) => i + 1);
    return all.map((number) => reader.encoded(number));
  }

  /** The stored values of a frame. `number` counts from 1, as DICOM does. Errors: no_pixels, not_found, unsupported, truncated,
   *  corrupt, limit_exceeded, out_of_memory, module_died. */
  decodeFrame(number: number, options: DecodeOptions = {}): DecodedFrame {
    return this.#reader().decode(number, options);
  }

  /** The object in another transfer syntax of `transcodeTargets`, every stored value kept. Errors: unsupported; as decodeFrame. */
  transcode(transferSyntaxUID: string): DicomDict {
    const from = syntaxOf(this.meta);
    const result = transcoded(this, from, transferSyntaxUID, () => this.#reader());
    return DicomDict.read(writeFile(result, { allowInvalidVRLength: true }, transferSyntaxUID));
  }

  /** Errors: unsupported (encapsulated pixels without bulkDataURI or withoutPixelData). */
  toDicomJson(options: JsonOptions = {}): DicomJson {
    return toDicomJson(this.dict, { ...options, bigEndian: isBigEndian(this.meta) });
  }

  /** What DCMTK finds wrong with the values; empty when nothing. */
  validate(): Finding[] {
    return findProblems(this.dict, syntaxOf(this.meta));
  }

  /** Of the file while its pixels are as they were, else of what a write would give. */
  #reader(): FrameReader {
    if (this.#source?.isUnchanged(this.meta, this.dict))
      return (this.#frames ??= new FrameReader(this.#source.bytes));
    return new FrameReader(new Uint8Array(this.write({ allowInvalidVRLength: true })));
  }
}
