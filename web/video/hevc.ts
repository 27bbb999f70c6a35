import { SlError } from "../shared/errc.ts";
import { BitReader, unescaped } from "./bit_reader.ts";
import type { CodecConfiguration, NalRole, PictureStart, VideoCodec } from "./codec.ts";
import { hevcProfile } from "./mp4_times.ts";
import { ParameterSets } from "./parameter_sets.ts";

const [VPS, SPS, PPS] = [32, 33, 34];
const [RASL_N, RASL_R, BLA_W_LP, IDR_W_RADL, IDR_N_LP, CRA] = [8, 9, 16, 19, 20, 21];
const MAX_SIDE = 16_384;

interface Sps {
  /** profile_tier_level(): the general part, 12 bytes */
  readonly profile: Uint8Array;
  readonly layers: number;
  readonly isNested: boolean;
  readonly chromaFormat: number;
  readonly separatePlanes: boolean;
  readonly bitDepthLuma: number;
  readonly bitDepthChroma: number;
  readonly pocLsbBits: number;
  readonly width: number;
  readonly height: number;
}
interface Pps {
  readonly sps: number;
  readonly extraBits: number;
  readonly hasOutputFlag: boolean;
}
interface Vps {
  readonly rate: number | null;
}

/** HEVC. ISO/IEC 23008-2: NAL units 7.3.1, slices 7.3.6, order of pictures 8.3.1; ISO/IEC 14496-15 8.3.3. */
export class HevcCodec implements VideoCodec {
  readonly #vps = new ParameterSets<Vps>();
  readonly #sps = new ParameterSets<Sps>();
  readonly #pps = new ParameterSets<Pps>();
  #sequence = 0;
  #previousLsb = 0;
  #previousMsb = 0;
  /** leading pictures that need what came before the first one are not to be had */
  #skipsLeading = false;

  inspect(nal: Uint8Array): NalRole {
    const type = ((nal[0] ?? 0) >> 1) & 0x3f;
    const layer = (((nal[0] ?? 0) & 1) << 5) | ((nal[1] ?? 0) >> 3);
    if (layer !== 0) return { role: "drop" };
    if (type <= RASL_R || (type >= BLA_W_LP && type <= CRA)) return this.#slice(nal, type);
    if (type === VPS || type === SPS || type === PPS) return this.#parameters(nal, type);
    if (type === 35 || type === 39) return { role: "before" };
    if (type === 36 || type === 37 || type === 40) return { role: "after" };
    return { role: "drop" };
  }
  configuration(): CodecConfiguration {
    const sps = this.#sps.leading;
    if (sps === undefined || this.#pps.first.length === 0)
      throw new SlError("corrupt", "the video has no parameter sets");
    const isChanged = [this.#vps, this.#sps, this.#pps].some((sets) => sets.isChanged);
    const arrays = [
      [VPS, this.#vps.first],
      [SPS, this.#sps.first],
      [PPS, this.#pps.first],
    ] as const;
    return {
      entry: isChanged ? "hev1" : "hvc1",
      box: "hvcC",
      record: record(sps, arrays),
      codec: `hvc1.${hevcProfile(sps.profile)}`,
      width: sps.width,
      height: sps.height,
      rate: this.#vps.leading?.rate ?? null,
    };
  }

  #parameters(nal: Uint8Array, type: number): NalRole {
    const bits = new BitReader(unescaped(nal.subarray(2)));
    let isKept = false;
    if (type === VPS) {
      const id = bits.bits(4);
      isKept = this.#vps.add(id, nal, readVps(bits));
    } else if (type === SPS) {
      const [id, sps] = readSps(bits, unescaped(nal.subarray(2), 32));
      isKept = this.#sps.add(id, nal, sps);
    } else {
      const id = bits.unsigned();
      const sps = bits.unsigned();
      bits.skip(1);
      const hasOutputFlag = bits.flag();
      isKept = this.#pps.add(id, nal, { sps, hasOutputFlag, extraBits: bits.bits(3) });
    }
    return { role: isKept ? "before" : "drop" };
  }
  #slice(nal: Uint8Array, type: number): NalRole {
    const bits = new BitReader(unescaped(nal.subarray(2), 64));
    const isNew = bits.flag();
    const isIrap = type >= BLA_W_LP && type <= CRA;
    if (isNew && isIrap) {
      const begins = type !== CRA || this.#sequence === 0;
      if (begins) this.#sequence++;
      this.#skipsLeading = begins && type !== IDR_W_RADL && type !== IDR_N_LP;
    }
    if (this.#skipsLeading && (type === RASL_N || type === RASL_R)) return { role: "drop" };
    const order = isNew ? this.#order(bits, nal, type) : 0;
    const picture: PictureStart = { isNew, isKey: isIrap, sequence: this.#sequence, order };
    return { role: "slice", picture };
  }
  /** PicOrderCntVal, 8.3.1. */
  #order(bits: BitReader, nal: Uint8Array, type: number): number {
    const isIrap = type >= BLA_W_LP && type <= CRA;
    if (isIrap) bits.skip(1); // no_output_of_prior_pics_flag
    const pps = this.#pps.get(bits.unsigned());
    const sps = pps === undefined ? undefined : this.#sps.get(pps.sps);
    if (pps === undefined || sps === undefined)
      throw new SlError("corrupt", "a picture comes before its parameter sets");
    bits.skip(pps.extraBits);
    bits.unsigned(); // slice_type
    if (pps.hasOutputFlag) bits.skip(1);
    if (sps.separatePlanes) bits.skip(2);
    const isIdr = type === IDR_W_RADL || type === IDR_N_LP;
    const lsb = isIdr ? 0 : bits.bits(sps.pocLsbBits);
    const span = 2 ** sps.pocLsbBits;
    let msb = this.#previousMsb;
    if (isIrap && (type !== CRA || this.#skipsLeading)) msb = 0;
    else if (lsb < this.#previousLsb && this.#previousLsb - lsb >= span / 2) msb += span;
    else if (lsb > this.#previousLsb && lsb - this.#previousLsb > span / 2) msb -= span;
    const isBase = ((nal[1] ?? 0) & 7) === 1; // TemporalId 0
    // leading pictures and sub-layer non-reference ones (even types below 16) are no anchors
    const isAnchor = isBase && (type >= BLA_W_LP || (type % 2 === 1 && type < 6));
    if (isAnchor) [this.#previousMsb, this.#previousLsb] = [msb, lsb];
    return msb + lsb;
  }
}

/** video_parameter_set_rbsp(), 7.3.2.1, behind its number, up to the timing. */
function readVps(bits: BitReader): Vps {
  bits.skip(2 + 6);
  const layers = bits.bits(3) + 1;
  bits.skip(1 + 16);
  skipProfile(bits, layers);
  for (let i = bits.flag() ? 0 : layers - 1; i < layers; i++) {
    bits.unsigned();
    bits.unsigned();
    bits.unsigned();
  }
  const lastLayer = bits.bits(6);
  const sets = bits.unsigned();
  if (sets > 1023) throw new SlError("corrupt", "a parameter set is broken");
  bits.skip(sets * (lastLayer + 1));
  if (!bits.flag()) return { rate: null };
  const [ticks, scale] = [bits.bits(32), bits.bits(32)];
  const rate = scale / ticks;
  return { rate: rate >= 0.1 && rate <= 1000 ? rate : null };
}
/** profile_tier_level(1, …), 7.3.3. */
function skipProfile(bits: BitReader, layers: number): void {
  bits.skip(96);
  const flags = Array.from({ length: layers - 1 }, () => [bits.flag(), bits.flag()] as const);
  if (layers > 1) bits.skip(2 * (9 - layers));
  for (const [hasProfile, hasLevel] of flags) bits.skip((hasProfile ? 88 : 0) + (hasLevel ? 8 : 0));
}
/** seq_parameter_set_rbsp(), 7.3.2.2. */
function readSps(bits: BitReader, bytes: Uint8Array): [id: number, sps: Sps] {
  bits.skip(4);
  const layers = bits.bits(3) + 1;
  const isNested = bits.flag();
  const profile = bytes.slice(1, 13);
  skipProfile(bits, layers);
  const id = bits.unsigned();
  const chromaFormat = bits.unsigned();
  const separatePlanes = chromaFormat === 3 && bits.flag();
  const [codedWidth, codedHeight] = [bits.unsigned(), bits.unsigned()];
  const crop = bits.flag()
    ? [bits.unsigned(), bits.unsigned(), bits.unsigned(), bits.unsigned()]
    : [0, 0, 0, 0];
  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const width = codedWidth - (chromaFormat === 1 || chromaFormat === 2 ? 2 : 1) * (left + right);
  const height = codedHeight - (chromaFormat === 1 ? 2 : 1) * (top + bottom);
  const [bitDepthLuma, bitDepthChroma] = [8 + bits.unsigned(), 8 + bits.unsigned()];
  const pocLsbBits = 4 + bits.unsigned();
  const isPossible = width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE;
  if (!isPossible || pocLsbBits > 16 || profile.length < 12)
    throw new SlError("corrupt", "a parameter set is broken");
  return [
    id,
    {
      ...{ profile, layers, isNested, chromaFormat, separatePlanes, bitDepthLuma, bitDepthChroma },
      ...{ pocLsbBits, width, height },
    },
  ];
}

/** HEVCDecoderConfigurationRecord, ISO/IEC 14496-15 8.3.3.1.2. */
function record(
  sps: Sps,
  arrays: readonly (readonly [type: number, sets: readonly Uint8Array[]])[],
): Uint8Array {
  const bytes = [1, ...sps.profile, 0xf0, 0, 0xfc, 0xfc | sps.chromaFormat];
  bytes.push(0xf8 | (sps.bitDepthLuma - 8), 0xf8 | (sps.bitDepthChroma - 8), 0, 0);
  bytes.push((sps.layers << 3) | (sps.isNested ? 4 : 0) | 3);
  const filled = arrays.filter(([, sets]) => sets.length > 0);
  bytes.push(filled.length);
  for (const [type, sets] of filled) {
    bytes.push(0x80 | type, sets.length >> 8, sets.length & 0xff);
    for (const nal of sets) bytes.push(nal.length >> 8, nal.length & 0xff, ...nal);
  }
  return Uint8Array.from(bytes);
}
