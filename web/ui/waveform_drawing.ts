import {
  EDGE_MM,
  MARGIN_MM,
  type PaperPoint,
  type Segment,
  type WaveformPaper,
} from "../tools/waveform_layout.ts";

export interface PaperColours {
  readonly paper: string;
  readonly fine: string;
  readonly coarse: string;
  readonly ink: string;
  readonly label: string;
  readonly mark: string;
}
export const DARK_PAPER: PaperColours = {
  paper: "#0d090a",
  fine: "#2b1a1c",
  coarse: "#4d2c2f",
  ink: "#eaf3ee",
  label: "#9fd8e2",
  mark: "#ecb855",
};
export const PRINTED_PAPER: PaperColours = {
  paper: "#ffffff",
  fine: "#f6dada",
  coarse: "#e6a9a9",
  ink: "#000000",
  label: "#143a66",
  mark: "#8a5a00",
};
/** A moment that an annotation names, on the paper of every segment that shows it. */
export interface PaperMark {
  readonly trace: Segment["trace"] | null;
  readonly seconds: number;
  readonly text: string;
}
export interface DrawnPaper {
  readonly paper: WaveformPaper;
  readonly frequencyHz: number;
  readonly speed: number;
  readonly gain: number;
  /** CSS pixels for a millimetre of the grid, in both directions */
  readonly pxPerMm: number;
  /** mm at the left and upper edge of the canvas */
  readonly left: number;
  readonly top: number;
  readonly marks: readonly PaperMark[];
  readonly caliper: readonly [PaperPoint, PaperPoint] | null;
  readonly colours: PaperColours;
}

/** Draws what of the paper lies under the canvas. Millimetres have one length in both directions, so the grid is square. */
export function drawPaper(canvas: HTMLCanvasElement, shown: DrawnPaper): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const ratio = canvas.width / Math.max(1, canvas.clientWidth);
  const scale = shown.pxPerMm * ratio;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = shown.colours.paper;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(scale, 0, 0, scale, -shown.left * scale, -shown.top * scale);
  const right = Math.min(shown.paper.width + MARGIN_MM, shown.left + canvas.width / scale);
  const view: View = { context, shown, right, bottom: shown.top + canvas.height / scale, scale };
  drawGrid(view);
  for (const segment of shown.paper.segments) drawSegment(view, segment);
  drawCaliper(view);
}
interface View {
  readonly context: CanvasRenderingContext2D;
  readonly shown: DrawnPaper;
  readonly right: number;
  readonly bottom: number;
  /** device pixels for a millimetre */
  readonly scale: number;
}
function drawGrid({ context, shown, right, bottom, scale }: View): void {
  const { left, top, colours, paper } = shown;
  const end = Math.min(bottom, paper.height);
  const lines = (step: number, colour: string, width: number): void => {
    context.strokeStyle = colour;
    context.lineWidth = width / scale;
    context.beginPath();
    for (let x = Math.ceil(left / step) * step; x <= right; x += step) {
      context.moveTo(x, Math.max(0, top));
      context.lineTo(x, end);
    }
    for (let y = Math.max(0, Math.ceil(top / step) * step); y <= end; y += step) {
      context.moveTo(left, y);
      context.lineTo(right, y);
    }
    context.stroke();
  };
  if (scale >= 2.5) lines(1, colours.fine, 1);
  lines(5, colours.coarse, 1);
}
function drawSegment(view: View, segment: Segment): void {
  const { context, shown, right, bottom, scale } = view;
  const { paper, speed, gain, colours } = shown;
  const width = (segment.end - segment.begin) * speed;
  const isAway =
    segment.x > right ||
    segment.x + width < shown.left - MARGIN_MM ||
    segment.y - paper.rowHeight > bottom ||
    segment.y + paper.rowHeight < shown.top;
  if (isAway) return;
  context.lineJoin = "round";
  context.strokeStyle = colours.ink;
  context.lineWidth = Math.max(0.28, 1.1 / scale);
  if (segment.x === MARGIN_MM && segment.trace.perMv !== null) drawPulse(context, segment, gain);
  if (segment.x > MARGIN_MM) drawBoundary(view, segment);
  drawTrace(view, segment);
  drawLabel(view, segment);
  drawMarks(view, segment);
}
/** 1 mV for 5 mm. */
function drawPulse(context: CanvasRenderingContext2D, { y }: Segment, gain: number): void {
  context.beginPath();
  context.moveTo(2, y);
  context.lineTo(3.5, y);
  context.lineTo(3.5, y - gain);
  context.lineTo(8.5, y - gain);
  context.lineTo(8.5, y);
  context.lineTo(10, y);
  context.stroke();
}
function drawBoundary({ context, shown }: View, { x, y }: Segment): void {
  context.beginPath();
  for (const [from, to] of [
    [-1, -0.7],
    [0.7, 1],
  ] as const) {
    context.moveTo(x, y + from * 5);
    context.lineTo(x, y + to * 5);
  }
  context.strokeStyle = shown.colours.label;
  context.stroke();
  context.strokeStyle = shown.colours.ink;
}
/** One line from sample to sample; where several fall on a pixel, from the lowest to the highest of each pixel. */
function drawTrace({ context, shown, right, scale }: View, segment: Segment): void {
  const { frequencyHz, speed, left } = shown;
  const { values } = segment.trace;
  const xOf = (sample: number): number =>
    segment.x + (sample / frequencyHz - segment.begin) * speed;
  const yOf = (value: number): number => segment.y - (value - segment.zero) * segment.gain;
  const sampleAt = (x: number): number => ((x - segment.x) / speed + segment.begin) * frequencyHz;
  const first = Math.max(Math.ceil(segment.begin * frequencyHz), Math.floor(sampleAt(left)));
  const last = Math.min(
    values.length - 1,
    Math.floor(segment.end * frequencyHz),
    Math.ceil(sampleAt(right)),
  );
  const perPixel = frequencyHz / (speed * scale);
  context.beginPath();
  let isDown = false;
  const to = (x: number, value: number): void => {
    if (Number.isNaN(value)) isDown = false;
    else if (isDown) context.lineTo(x, yOf(value));
    else context.moveTo(x, yOf(value));
    isDown = isDown || !Number.isNaN(value);
  };
  if (perPixel < 3) {
    for (let i = first; i <= last; ++i) to(xOf(i), values[i] ?? NaN);
  } else {
    const step = Math.max(2, Math.floor(perPixel));
    for (let i = first - (first % step); i <= last; i += step) {
      const [low, high] = extremes(values, Math.max(first, i), Math.min(last + 1, i + step));
      to(xOf(i), low);
      to(xOf(i), high);
    }
  }
  context.stroke();
}
function extremes(values: Float32Array, begin: number, end: number): [number, number] {
  let [low, high] = [NaN, NaN];
  for (let i = begin; i < end; ++i) {
    const value = values[i] ?? NaN;
    if (!(value >= low)) low = Number.isNaN(value) ? low : value;
    if (!(value <= high)) high = Number.isNaN(value) ? high : value;
  }
  return [low, high];
}
function drawLabel({ context, shown }: View, { trace, x, y }: Segment): void {
  const { paper, colours, left } = shown;
  context.fillStyle = colours.label;
  context.font = "600 3.6px sans-serif";
  const unit = trace.perMv === null && trace.unit !== "" ? ` (${trace.unit})` : "";
  // beside the pulse; in long recordings it stays in view
  const at = x === MARGIN_MM ? Math.max(x + 1.2, left + 1) : x + 1.2;
  context.fillText(trace.label + unit, at, y - paper.rowHeight / 2 + 4.4);
}
/** Under the traces that they are about; those of all channels once, under the lowest. Texts give way to those before. */
function drawMarks({ context, shown, right }: View, segment: Segment): void {
  const { marks, colours, speed, paper, left } = shown;
  const bottom = segment.y + paper.rowHeight / 2;
  const isLowest = bottom > paper.height - EDGE_MM - 0.5;
  context.fillStyle = colours.mark;
  context.strokeStyle = colours.mark;
  context.font = "2.6px sans-serif";
  let free = -Infinity;
  context.beginPath();
  for (const { trace, seconds, text } of marks) {
    if (trace === null ? !isLowest : trace !== segment.trace) continue;
    if (seconds < segment.begin || seconds >= segment.end) continue;
    const x = segment.x + (seconds - segment.begin) * speed;
    if (x < left || x > right) continue;
    context.moveTo(x, bottom - 6.2);
    context.lineTo(x, bottom - 3.4);
    if (x < free) continue;
    context.fillText(text, x + 0.5, bottom - 0.8);
    free = x + 1 + context.measureText(text).width;
  }
  context.stroke();
}
function drawCaliper({ context, shown, scale }: View): void {
  const { caliper, colours, paper } = shown;
  if (caliper === null) return;
  const [from, to] = caliper;
  context.strokeStyle = colours.mark;
  context.fillStyle = colours.mark;
  context.lineWidth = 1.5 / scale;
  context.beginPath();
  for (const { x } of caliper) {
    context.moveTo(x, 0);
    context.lineTo(x, paper.height);
  }
  context.moveTo(from.x, to.y);
  context.lineTo(to.x, to.y);
  context.moveTo(from.x, from.y);
  context.lineTo(from.x, to.y);
  context.stroke();
  for (const { x, y } of caliper) {
    context.beginPath();
    context.arc(x, y, 4 / scale, 0, 2 * Math.PI);
    context.fill();
  }
}
