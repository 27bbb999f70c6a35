import { SlError } from "../shared/errc.ts";
import { BitReader, unescaped } from "./bit_reader.ts";
import type { CodecConfiguration, NalRole, PictureStart, VideoCodec } from "./codec.ts";
import { ParameterSets } from "./parameter_sets.ts";

/** Profiles whose parameter sets name their chroma format. ISO/IEC 14496-10 7.3.2.1.1. */
const HIGH_PROFILES: readonly number[] = [100, 110, 122, 244, 44, 83, 86, 118, 128];
const MAX_SIDE = 16_384;

interface Sps {
  readonly profile: number;
  readonly compatibility: number;
  readonly level: number;
  readonly chromaFormat: number;
  readonly bitDepthLuma: number;
  readonly bitDepthChroma: number;
  readonly separatePlanes: boolean;
  readonly frameNumBits: number;
  readonly pocType: number;
  readonly pocLsbBits: number;
  readonly framesOnly: boolean;
  readonly width: number;
  readonly height: number;
  readonly rate: number | null;
}
interface Pps {
  readonly sps: number;
}
interface Slice {
  readonly firstMacroblock: number;
  readonly frameNum: number;
  readonly isField: boolean;
  readonly isBottom: boolean;
  readonly isIdr: boolean;
  readonly isReference: boolean;
  readonly pocLsb: number;
}

/** H.264. ISO/IEC 14496-10: NAL units 7.3.1, order of pictures 8.2.1; ISO/IEC 14496-15 5.3.3 for what an MP4 file says. */
export class AvcCodec implements VideoCodec {
  readonly #sps = new ParameterSets<Sps>();
  readonly #pps = new ParameterSets<Pps>();
  #last: Slice | null = null;
  /** the last slice was of a first field that waits for the second */
  #isHalf = false;
  #sequence = 0;
  #previousMsb = 0;
  #previousLsb = 0;
  #decoded = 0;

  inspect(nal: Uint8Array): NalRole {
    const type = (nal[0] ?? 0) & 0x1f;
    switch (type) {
      case 1:
      case 2: // the first partition of a slice
      case 5:
        return {
          role: "slice",
          picture: this.#picture(readSlice(nal, type, this.#sps, this.#pps)),
        };
      case 3:
      case 4:
        return { role: "after" };
      case 7: {
        const bits = new BitReader(unescaped(nal.subarray(1)));
        const [id, sps] = readSps(bits);
        return { role: this.#sps.add(id, nal, sps) ? "before" : "drop" };
      }
      case 8: {
        const bits = new BitReader(unescaped(nal.subarray(1), 64));
        const id = bits.unsigned();
        return { role: this.#pps.add(id, nal, { sps: bits.unsigned() }) ? "before" : "drop" };
      }
      case 6:
      case 9:
        return { role: "before" };
      case 10:
      case 11:
        return { role: "after" };
      default: // filler data; of another view or layer (14, 15, 20, 21): the base view is what browsers show
        return { role: "drop" };
    }
  }
  configuration(): CodecConfiguration {
    const sps = this.#sps.leading;
    if (sps === undefined || this.#pps.first.length === 0)
      throw new SlError("corrupt", "the video has no parameter sets");
    const numbers = [sps.profile, sps.compatibility, sps.level];
    return {
      entry: this.#sps.isChanged || this.#pps.isChanged ? "avc3" : "avc1",
      box: "avcC",
      record: record(sps, this.#sps.first, this.#pps.first),
      codec: `avc1.${numbers.map((n) => n.toString(16).padStart(2, "0")).join("")}`,
      width: sps.width,
      height: sps.height,
      rate: sps.rate,
    };
  }

  #picture(slice: Slice & { readonly sps: Sps }): PictureStart {
    const last = this.#last;
    const isSecondField =
      this.#isHalf &&
      last !== null &&
      slice.isField &&
      slice.frameNum === last.frameNum &&
      slice.isBottom !== last.isBottom;
    const isFirstSlice = slice.firstMacroblock === 0;
    const isNew = isFirstSlice && !isSecondField;
    if (isFirstSlice) this.#isHalf = slice.isField && !isSecondField;
    this.#last = slice;
    if (isNew && slice.isIdr) this.#sequence++;
    const order = isFirstSlice ? this.#order(slice, slice.sps) : 0;
    return { isNew, isKey: slice.isIdr, sequence: this.#sequence, order };
  }
  /** PicOrderCnt, 8.2.1.1 and 8.2.1.3. */
  #order(slice: Slice, sps: Sps): number {
    if (sps.pocType === 2) return this.#decoded++;
    if (slice.isIdr) this.#previousMsb = this.#previousLsb = 0;
    const span = 2 ** sps.pocLsbBits;
    let msb = this.#previousMsb;
    if (slice.pocLsb < this.#previousLsb && this.#previousLsb - slice.pocLsb >= span / 2)
      msb += span;
    else if (slice.pocLsb > this.#previousLsb && slice.pocLsb - this.#previousLsb > span / 2)
      msb -= span;
    if (slice.isReference) {
      this.#previousMsb = msb;
      this.#previousLsb = slice.pocLsb;
    }
    return msb + slice.pocLsb;
  }
}

/** slice_header(), 7.3.3, as far as it tells pictures apart. */
function readSlice(
  nal: Uint8Array,
  type: number,
  all: ParameterSets<Sps>,
  pictures: ParameterSets<Pps>,
): Slice & { readonly sps: Sps } {
  const bits = new BitReader(unescaped(nal.subarray(1), 64));
  const firstMacroblock = bits.unsigned();
  bits.unsigned(); // slice_type
  const sps = all.get(pictures.get(bits.unsigned())?.sps ?? -1);
  if (sps === undefined) throw new SlError("corrupt", "a picture comes before its parameter sets");
  if (sps.separatePlanes) bits.skip(2);
  const frameNum = bits.bits(sps.frameNumBits);
  const isField = !sps.framesOnly && bits.flag();
  const isBottom = isField && bits.flag();
  const isIdr = type === 5;
  if (isIdr) bits.unsigned(); // idr_pic_id
  const pocLsb = sps.pocType === 0 ? bits.bits(sps.pocLsbBits) : 0;
  const isReference = ((nal[0] ?? 0) & 0x60) !== 0;
  return { firstMacroblock, frameNum, isField, isBottom, isIdr, isReference, pocLsb, sps };
}

/** seq_parameter_set_data(), 7.3.2.1.1. */
function readSps(bits: BitReader): [id: number, sps: Sps] {
  const [profile, compatibility, level] = [bits.bits(8), bits.bits(8), bits.bits(8)];
  const id = bits.unsigned();
  let [chromaFormat, bitDepthLuma, bitDepthChroma] = [1, 8, 8];
  let separatePlanes = false;
  if (HIGH_PROFILES.includes(profile)) {
    chromaFormat = bits.unsigned();
    separatePlanes = chromaFormat === 3 && bits.flag();
    bitDepthLuma = 8 + bits.unsigned();
    bitDepthChroma = 8 + bits.unsigned();
    bits.skip(1);
    if (bits.flag()) skipScalingLists(bits, chromaFormat === 3 ? 12 : 8);
  }
  const frameNumBits = 4 + bits.unsigned();
  const pocType = bits.unsigned();
  if (pocType !== 0 && pocType !== 2)
    throw new SlError(
      "unsupported",
      "the order of the video's pictures is of a kind that is not read",
    );
  const pocLsbBits = pocType === 0 ? 4 + bits.unsigned() : 0;
  if (frameNumBits > 16 || pocLsbBits > 16)
    throw new SlError("corrupt", "a parameter set is broken");
  bits.unsigned(); // max_num_ref_frames
  bits.skip(1);
  const columns = bits.unsigned() + 1;
  const mapUnits = bits.unsigned() + 1;
  const framesOnly = bits.flag();
  if (!framesOnly) bits.skip(1);
  bits.skip(1); // direct_8x8_inference_flag
  const crop = bits.flag()
    ? [bits.unsigned(), bits.unsigned(), bits.unsigned(), bits.unsigned()]
    : [0, 0, 0, 0];
  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const across = chromaFormat === 1 || chromaFormat === 2 ? 2 : 1;
  const down = (chromaFormat === 1 ? 2 : 1) * (framesOnly ? 1 : 2);
  const width = 16 * columns - across * (left + right);
  const height = 16 * mapUnits * (framesOnly ? 1 : 2) - down * (top + bottom);
  if (!(width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE))
    throw new SlError("corrupt", "the video has an impossible size");
  const rate = bits.flag() ? readRate(bits) : null;
  return [
    id,
    {
      ...{ profile, compatibility, level, chromaFormat, bitDepthLuma, bitDepthChroma },
      ...{ separatePlanes, frameNumBits, pocType, pocLsbBits, framesOnly, width, height, rate },
    },
  ];
}
function skipScalingLists(bits: BitReader, lists: number): void {
  for (let list = 0; list < lists; list++) {
    if (!bits.flag()) continue;
    let [last, next] = [8, 8];
    for (let i = 0; i < (list < 6 ? 16 : 64); i++) {
      if (next !== 0) next = (last + bits.signed() + 256) % 256;
      if (next !== 0) last = next;
    }
  }
}
/** vui_parameters(), E.1.1: two ticks to a frame. */
function readRate(bits: BitReader): number | null {
  if (bits.flag() && bits.bits(8) === 255) bits.skip(32);
  if (bits.flag()) bits.skip(1);
  if (bits.flag()) {
    bits.skip(4);
    if (bits.flag()) bits.skip(24);
  }
  if (bits.flag()) {
    bits.unsigned();
    bits.unsigned();
  }
  if (!bits.flag()) return null;
  const [ticks, scale] = [bits.bits(32), bits.bits(32)];
  const rate = scale / (2 * ticks);
  return rate >= 0.1 && rate <= 1000 ? rate : null;
}

/** AVCDecoderConfigurationRecord, ISO/IEC 14496-15 5.3.3.1.2. */
function record(
  sps: Sps,
  sets: readonly Uint8Array[],
  pictures: readonly Uint8Array[],
): Uint8Array {
  const bytes = [1, sps.profile, sps.compatibility, sps.level, 0xff];
  const add = (nal: Uint8Array): void => {
    bytes.push(nal.length >> 8, nal.length & 0xff, ...nal);
  };
  bytes.push(0xe0 | Math.min(sets.length, 31));
  sets.slice(0, 31).forEach(add);
  bytes.push(Math.min(pictures.length, 255));
  pictures.slice(0, 255).forEach(add);
  if (HIGH_PROFILES.includes(sps.profile)) {
    bytes.push(0xfc | sps.chromaFormat, 0xf8 | (sps.bitDepthLuma - 8));
    bytes.push(0xf8 | (sps.bitDepthChroma - 8), 0);
  }
  return Uint8Array.from(bytes);
}
