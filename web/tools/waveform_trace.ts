import type { WaveformChannel, WaveformGroup } from "../shared/document.ts";

/** One channel in its own unit. */
export interface Trace {
  /** "aVR", or what the object calls the channel */
  readonly label: string;
  /** UCUM code, "" when the object gives no sensitivity: then values are relative */
  readonly unit: string;
  /** its unit in mV; null: not a voltage */
  readonly perMv: number | null;
  /** NaN where nothing was recorded */
  readonly values: Float32Array;
  readonly min: number;
  readonly max: number;
}

const MILLIVOLTS: ReadonlyMap<string, number> = new Map([
  ["nV", 1e-6],
  ["uV", 1e-3],
  ["mV", 1],
  ["V", 1e3],
]);
/** The twelve leads as everyone orders them. */
export const TWELVE_LEADS = [
  ...["I", "II", "III", "aVR", "aVL", "aVF"],
  ...["V1", "V2", "V3", "V4", "V5", "V6"],
] as const;

/** Stored samples of one group (reader.wasm: all of a channel together) as traces. value = stored × sensitivity × correction
 *  factor + baseline, PS3.3 C.10.9.1.4. */
export function tracesOf(group: WaveformGroup, samples: Uint8Array<ArrayBuffer>): Trace[] {
  const words = wordsOf(group, samples);
  return Array.from({ length: group.channelCount }, (_, index) =>
    traceOf(
      group.channels[index] ?? {},
      index,
      words.subarray(index * group.samples, (index + 1) * group.samples),
      group.padding,
    ),
  );
}
function wordsOf(
  { bitsAllocated, interpretation }: WaveformGroup,
  samples: Uint8Array<ArrayBuffer>,
): Int32Array | Uint32Array | Float64Array {
  const { buffer, byteOffset, byteLength } = samples;
  if (bitsAllocated === 64) {
    const aligned = samples.slice().buffer;
    return interpretation === "UV"
      ? Float64Array.from(new BigUint64Array(aligned), Number)
      : Float64Array.from(new BigInt64Array(aligned), Number);
  }
  return interpretation === "UL"
    ? new Uint32Array(buffer, byteOffset, byteLength >> 2)
    : new Int32Array(buffer, byteOffset, byteLength >> 2);
}
function traceOf(
  channel: WaveformChannel,
  index: number,
  stored: Int32Array | Uint32Array | Float64Array,
  padding: number | undefined,
): Trace {
  const { sensitivity, correction = 1, baseline = 0 } = channel;
  const scale = (sensitivity ?? 1) * correction;
  const values = new Float32Array(stored.length);
  let [min, max] = [Infinity, -Infinity];
  for (let i = 0; i < stored.length; ++i) {
    const sample = stored[i] ?? 0;
    const value = sample === padding ? NaN : sample * scale + baseline;
    values[i] = value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const unit = sensitivity === undefined ? "" : (channel.unit?.value ?? "");
  const isEmpty = min > max;
  return {
    label: leadName(channel) ?? channelName(channel, index),
    unit,
    perMv: MILLIVOLTS.get(unit) ?? null,
    values,
    min: isEmpty ? 0 : min,
    max: isEmpty ? 0 : max,
  };
}
/** One of TWELVE_LEADS, of "Lead I (Einthoven)", "LEAD_AVR" or the label; null for all other channels. */
export function leadName({ label, source }: WaveformChannel): string | null {
  for (const text of [source?.meaning, label, source?.value]) {
    const match = /^(?:lead[ _]+)?(I{1,3}|aV[RLF]|V[1-6])(?=$|[ ,(_])/i.exec(text?.trim() ?? "");
    const name = match?.[1]?.toLowerCase();
    const lead = TWELVE_LEADS.find((one) => one.toLowerCase() === name);
    if (lead !== undefined) return lead;
  }
  return null;
}
function channelName({ label, source }: WaveformChannel, index: number): string {
  return label ?? source?.meaning ?? String(index + 1);
}
