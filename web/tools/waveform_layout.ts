import { TWELVE_LEADS, type Trace } from "./waveform_trace.ts";

export type WaveformLayoutName = "12x1" | "6x2" | "3x4" | "stacked";
/** A piece of one trace on the paper; all lengths in mm of the grid. */
export interface Segment {
  readonly trace: Trace;
  /** seconds of the recording */
  readonly begin: number;
  readonly end: number;
  readonly x: number;
  /** of the baseline, from the top */
  readonly y: number;
  /** mm for one of the trace's units, upwards */
  readonly gain: number;
  /** value that lies on y */
  readonly zero: number;
}
export interface WaveformPaper {
  readonly segments: readonly Segment[];
  readonly width: number;
  readonly height: number;
  readonly rowHeight: number;
  /** every trace is a voltage and drawn at the gain that is named */
  readonly isCalibrated: boolean;
}
export interface PaperSettings {
  readonly layout: WaveformLayoutName;
  /** mm/s */
  readonly speed: number;
  /** mm/mV */
  readonly gain: number;
}

/** Room for the name and the calibration pulse at the left. */
export const MARGIN_MM = 12;
/** Above the first and below the last row, for complexes that leave theirs. */
export const EDGE_MM = 6;
const NORMAL_GAIN = 10;
/** A trace in another unit fills this at the normal gain. */
const OTHER_UNIT_MM = 24;
const MIN_ROW_MM = 15;
/** Height of a row: most complexes stay within it. */
const ROW_MV = 2.5;

/** Which layouts these traces can have; the first one is what they are shown in. */
export function layoutsOf(traces: readonly Trace[]): readonly WaveformLayoutName[] {
  const isTwelve = TWELVE_LEADS.every((lead) => traces.some(({ label }) => label === lead));
  return isTwelve ? ["3x4", "6x2", "12x1"] : ["stacked"];
}

export function layOut(
  traces: readonly Trace[],
  frequencyHz: number,
  { layout, speed, gain }: PaperSettings,
): WaveformPaper {
  const seconds = Math.max(0, ...traces.map(({ values }) => values.length / frequencyHz));
  const isCalibrated = traces.every(({ perMv }) => perMv !== null);
  const rowHeight = isCalibrated
    ? Math.max(MIN_ROW_MM, ROW_MV * gain)
    : Math.max(MIN_ROW_MM, (OTHER_UNIT_MM * gain) / NORMAL_GAIN + 4);
  const rows = rowsOf(traces, layout);
  const segments = rows.flatMap((row, index) =>
    row.map((trace, column): Segment => {
      const part = seconds / row.length;
      return {
        trace,
        begin: column * part,
        end: (column + 1) * part,
        x: MARGIN_MM + column * part * speed,
        y: EDGE_MM + (index + 0.5) * rowHeight,
        ...scaleOf(trace, gain),
      };
    }),
  );
  return {
    segments,
    width: MARGIN_MM + seconds * speed,
    height: rows.length * rowHeight + 2 * EDGE_MM,
    rowHeight,
    isCalibrated,
  };
}
function rowsOf(traces: readonly Trace[], layout: WaveformLayoutName): Trace[][] {
  if (layout === "stacked") return traces.map((trace) => [trace]);
  const leads = TWELVE_LEADS.flatMap((lead) => traces.find(({ label }) => label === lead) ?? []);
  const columns = layout === "12x1" ? 1 : layout === "6x2" ? 2 : 4;
  const height = leads.length / columns;
  const rows = Array.from({ length: height }, (_, row) =>
    Array.from({ length: columns }, (_unused, column) => leads[column * height + row]).filter(
      (trace) => trace !== undefined,
    ),
  );
  const rhythm = leads[1];
  return layout === "3x4" && rhythm !== undefined ? [...rows, [rhythm]] : rows;
}
function scaleOf(trace: Trace, gain: number): { gain: number; zero: number } {
  if (trace.perMv !== null) return { gain: trace.perMv * gain, zero: 0 };
  const range = trace.max - trace.min;
  const millimetres = (OTHER_UNIT_MM * gain) / NORMAL_GAIN;
  return { gain: range > 0 ? millimetres / range : 1, zero: (trace.max + trace.min) / 2 };
}

export interface PaperPoint {
  readonly x: number;
  readonly y: number;
}
export interface Measurement {
  readonly ms: number;
  /** null for no length */
  readonly perMinute: number | null;
  /** up is positive; null where no gain is known */
  readonly millivolts: number | null;
}
/** What lies between two points of the paper. */
export function measure(
  from: PaperPoint,
  to: PaperPoint,
  { speed, gain }: PaperSettings,
  isCalibrated: boolean,
): Measurement {
  const ms = (Math.abs(to.x - from.x) / speed) * 1000;
  return {
    ms,
    perMinute: ms > 0 ? 60_000 / ms : null,
    millivolts: isCalibrated ? (from.y - to.y) / gain : null,
  };
}
