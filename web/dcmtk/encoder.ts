import { ByteSink } from "./byte_sink.ts";
import type { DicomDataSet, DicomElement } from "./element.ts";
import { isEncapsulatedValue } from "./elements.ts";
import { UNDEFINED_LENGTH } from "./events.ts";
import type { TransferSyntax } from "./transfer_syntax.ts";
import {
  bad,
  bulkBytes,
  bulkJsonOf,
  bulkVrs,
  bytesOf,
  firstValue,
  isNumberVr,
  longVrs,
  numberBytes,
  shortVrs,
  textBytes,
  valuesOf,
} from "./value_bytes.ts";

/** dcmjs' options of DicomDict.write. */
export interface WriteOptions {
  /** Values longer than PS3.5 6.2 allows are written; else they are refused, unless the file had them. */
  allowInvalidVRLength?: boolean;
  /** A frame becomes fragments of 20 KiB. Default false: one fragment, as RLE and most readers want it (dcmjs: true). */
  fragmentMultiframe?: boolean;
}

const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const FRAGMENT_BYTES = 20 * 1024;
const MOST_DEPTH = 32;
const MOST_SHORT = 0xfffe;
const CHARACTER_SET = "00080005";
const PIXEL_DATA = "7FE00010";
const OFFSETS = "7FE00001";
const LENGTHS = "7FE00002";
const MOST_SIGNED = 0x7fff;
const META_GROUP = "0002";
/** Delimiters (FFFE) are no elements. */
const isKey = /^(?!FFFE)[0-9A-F]{8}$/;

/** US or SS: what holds the values; where both do, by Pixel Representation. Source: PS3.3 C.7.6.3.1. */
function shortVr(element: DicomElement, signed: unknown): string {
  const numbers = valuesOf(element).map(Number);
  if (numbers.some((number) => number < 0)) return "SS";
  return Number(signed) === 1 && numbers.every((number) => number <= MOST_SIGNED) ? "SS" : "US";
}

/** Not bytes, dates, maps or lists, whose elements would be none. */
function isDataSet(item: unknown): item is DicomDataSet {
  return Object.prototype.toString.call(item) === "[object Object]";
}

/** Writes a data set in Explicit VR Little Endian, which DCMTK then makes the file's. */
export class Encoder {
  readonly sink = new ByteSink();
  readonly #options: Required<WriteOptions>;
  readonly #encapsulated: boolean;
  readonly #bigEndian: boolean;
  #hasOtherText = false;

  /** `syntax`: whether Pixel Data is fragments, and the byte order of bulk values. */
  constructor(options: WriteOptions, syntax: Pick<TransferSyntax, "encapsulated" | "bigEndian">) {
    this.#options = { allowInvalidVRLength: false, fragmentMultiframe: false, ...options };
    this.#encapsulated = syntax.encapsulated;
    this.#bigEndian = syntax.bigEndian;
  }

  /** True once a text that is not ASCII has been written: then (0008,0005) must say UTF-8. */
  get hasOtherText(): boolean {
    return this.#hasOtherText;
  }

  /** The File Meta Information: elements of group 0002 (PS3.10 7.1), which a data set has not. */
  meta(elements: DicomDataSet): void {
    const other = Object.keys(elements).find((key) => !key.startsWith(META_GROUP));
    if (other !== undefined) throw bad(other, "no tag of the meta information");
    this.#elements(elements, 0, 0);
  }

  /** The elements ascending. `holder`: Pixel Representation of what holds them. */
  dataSet(dataSet: DicomDataSet, depth = 0, holder: unknown = 0): void {
    const signed = firstValue(dataSet["00280103"]) ?? holder;
    const ofMeta = Object.keys(dataSet).find((key) => key.startsWith(META_GROUP));
    if (ofMeta !== undefined) throw bad(ofMeta, "a tag of the meta information");
    this.#elements(dataSet, depth, signed);
  }

  #elements(dataSet: DicomDataSet, depth: number, signed: unknown): void {
    const keys = Object.keys(dataSet).map((key) => key.toUpperCase());
    for (const key of keys.sort()) {
      const element = dataSet[key] ?? dataSet[key.toLowerCase()];
      if (!isKey.test(key) || !element) throw bad(key, "no tag");
      const isOwn = depth === 0 && this.#encapsulated;
      if (isOwn && key === PIXEL_DATA) this.#pixelData(element, dataSet);
      else if (isOwn && (key === OFFSETS || key === LENGTHS)) this.#extendedTable(key, dataSet);
      else this.#element(key, element, depth, signed);
    }
  }

  #element(key: string, element: DicomElement, depth: number, signed: unknown): void {
    const vr = this.#vrOf(key, element, signed);
    if (vr === "SQ") return this.#sequence(key, element, depth, signed);
    if (bulkVrs.has(vr)) return this.#bulk(key, vr, element);
    if (isNumberVr(vr)) return this.#value(key, vr, numberBytes(key, vr, element));
    const { bytes, isAscii } = textBytes(key, vr, element, this.#options);
    if (!isAscii) this.#hasOtherText = true;
    this.#value(key, vr, bytes);
  }

  /** dcmjs' dictionary has VRs that depend on others; what it makes of a natural data set keeps them. */
  #vrOf(key: string, element: DicomElement, signed: unknown): string {
    const { vr } = element;
    if (vr === "ox" || vr === "lt") return "OW";
    if (vr === "xs") return shortVr(element, signed);
    if (vr === "up") return "UL";
    if (!longVrs.has(vr) && !shortVrs.has(vr)) throw bad(key, "no VR");
    return vr;
  }

  #value(key: string, vr: string, bytes: Uint8Array): void {
    const isOdd = bytes.length % 2 !== 0;
    this.#header(key, vr, bytes.length + (isOdd ? 1 : 0));
    this.sink.bytes(bytes);
    if (isOdd) this.sink.u8(0);
  }

  #header(key: string, vr: string, length: number): void {
    // PS3.5 6.2.2: what is too long for a length of 16 bits is UN.
    const stated = shortVrs.has(vr) && length > MOST_SHORT ? "UN" : vr;
    this.sink.tag(parseInt(key, 16));
    this.sink.u8(stated.charCodeAt(0));
    this.sink.u8(stated.charCodeAt(1));
    if (!longVrs.has(stated)) return this.sink.u16(length);
    this.sink.u16(0);
    this.sink.u32(length);
  }

  #sequence(key: string, element: DicomElement, depth: number, signed: unknown): void {
    if (depth >= MOST_DEPTH) throw bad(key, "sequences are nested too deeply");
    this.#header(key, "SQ", UNDEFINED_LENGTH);
    for (const item of valuesOf(element)) {
      if (!isDataSet(item)) throw bad(key, "no item");
      this.sink.tag(ITEM);
      this.sink.u32(UNDEFINED_LENGTH);
      this.dataSet(item, depth + 1, signed);
      this.sink.tag(ITEM_END);
      this.sink.u32(0);
    }
    this.sink.tag(SEQUENCE_END);
    this.sink.u32(0);
  }

  #bulk(key: string, vr: string, element: DicomElement): void {
    const values = valuesOf(element);
    if (isEncapsulatedValue(element.Value)) return this.#fragments(key, vr, values, false);
    if (values.length > 1) throw bad(key, `${vr} has one value`);
    const value = values.length > 0 ? values[0] : bulkJsonOf(element);
    this.#value(key, vr, bulkBytes(key, vr, value, this.#bigEndian));
  }

  /** Each value is a frame when there are as many as Number of Frames (0028,0008) says; else they are fragments. */
  #pixelData(element: DicomElement, dataSet: DicomDataSet): void {
    const values = valuesOf(element);
    if (values.length === 0 && element.InlineBinary !== undefined)
      throw bad(PIXEL_DATA, "this transfer syntax wants fragments");
    this.#fragments(PIXEL_DATA, "OB", values, this.#areFrames(values, dataSet));
  }

  #areFrames(values: unknown[], dataSet: DicomDataSet): boolean {
    return values.length === Number(firstValue(dataSet["00280008"]) ?? 1);
  }

  /** Source: PS3.5 A.4. */
  #fragments(key: string, vr: string, values: unknown[], areFrames: boolean): void {
    this.#header(key, vr, UNDEFINED_LENGTH);
    const frames = values.map((value) =>
      (Array.isArray(value) ? value : [value]).map((part: unknown) => bytesOf(key, part)),
    );
    const fragments = areFrames ? frames.map((frame) => this.#cut(frame)) : frames;
    this.sink.tag(ITEM);
    const table = this.sink.length + 4;
    this.sink.u32(areFrames ? 4 * frames.length : 0);
    if (areFrames) this.sink.room(4 * frames.length);
    const first = this.sink.length;
    fragments.forEach((frame, index) => {
      if (areFrames) this.sink.patch32(table + 4 * index, this.sink.length - first);
      for (const fragment of frame) {
        const isOdd = fragment.length % 2 !== 0;
        this.sink.tag(ITEM);
        this.sink.u32(fragment.length + (isOdd ? 1 : 0));
        this.sink.bytes(fragment);
        if (isOdd) this.sink.u8(0);
      }
    });
    this.sink.tag(SEQUENCE_END);
    this.sink.u32(0);
  }

  #cut(frame: Uint8Array[]): Uint8Array[] {
    if (!this.#options.fragmentMultiframe) return frame;
    return frame.flatMap((part) =>
      Array.from({ length: Math.max(1, Math.ceil(part.length / FRAGMENT_BYTES)) }, (_, i) =>
        part.subarray(i * FRAGMENT_BYTES, (i + 1) * FRAGMENT_BYTES),
      ),
    );
  }

  /** The offset table that is written is the Basic one: an Extended one beside it is not allowed. Source: PS3.3 C.7.6.3.1.8. */
  #extendedTable(key: string, dataSet: DicomDataSet): void {
    const pixels = dataSet[PIXEL_DATA];
    if (pixels && !this.#areFrames(valuesOf(pixels), dataSet))
      throw bad(key, "an offset table of frames that cannot be told apart");
  }

  /** True when (0008,0005) is missing and has to be added. */
  lacksCharacterSet(dataSet: DicomDataSet): boolean {
    return this.#hasOtherText && firstValue(dataSet[CHARACTER_SET]) !== "ISO_IR 192";
  }
}
