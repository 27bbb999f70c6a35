import type { LayerView } from "../shared/api.ts";
import { SlError } from "../shared/errc.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import { colorAt, DOSE_SCALE, MAP_SCALE, scaleTable, type ColorScale } from "./color_scale.ts";
import { css, type Rgb } from "./display_color.ts";
import { isoLines } from "./iso_lines.ts";
import type { Layer } from "./layer.ts";
import type { DoseGrid, ParametricMap } from "./layer_object.ts";
import type { ObjectFrames } from "./object_frames.ts";
import { ObjectResults } from "./object_results.ts";
import type { ObjectView } from "./object_view.ts";
import type { Raster } from "./raster.ts";
import { doseField, mapField, rangeOf, unitOf, type ValueRange } from "./value_field.ts";

const MAX_BYTES = 48 * 1024 ** 2;
/** Pixels of one picture: a canvas of it is made. */
const MOST_PIXELS = 2 ** 25;
/** Of the highest dose: less is not coloured. */
const LEAST_DOSE = 0.1;

/** Of the highest dose: where lines of equal dose run. */
const LINE_DOSES = [0.1, 0.3, 0.5, 0.7, 0.9];
/** CSS pixels. */
const LINE_PX = 1.5;

/** What colours mean. */
export interface ValueScale {
  readonly colors: ColorScale;
  /** values of the first and the last colour; below the first nothing is coloured */
  readonly low: number;
  readonly high: number;
  readonly unit: string;
}
interface Field {
  readonly canvas: HTMLCanvasElement;
  /** of each pixel of the picture, in the object's unit; NaN where there is none */
  readonly values: Float32Array;
  /** of a dose: lines of equal dose, in pixels of the picture */
  readonly lines: readonly { readonly path: Path2D; readonly color: Rgb }[];
}
type ValueObject = DoseGrid | ParametricMap;

/** Doses as a colour wash, and parametric maps. PS3.3 C.8.8.3, C.8.32. */
export class ValueLayer implements Layer {
  readonly id = "values";
  readonly label = "layers.values";
  readonly #shown: () => readonly ObjectView[];
  readonly #frames: ObjectFrames;
  readonly #fields: ObjectResults<Field>;
  readonly #arrived: () => void;
  /** by the SHA-256 of the object */
  readonly #ranges = new Map<string, ValueRange>();

  constructor(shown: () => readonly ObjectView[], frames: ObjectFrames, arrived: () => void) {
    this.#shown = shown;
    this.#frames = frames;
    this.#arrived = arrived;
    this.#fields = new ObjectResults(
      ({ canvas }) => 8 * canvas.width * canvas.height,
      MAX_BYTES,
      arrived,
    );
  }
  has(frame: ManifestFrame): boolean {
    return this.#over(frame).length > 0;
  }
  problem(frame: ManifestFrame): SlError | null {
    for (const view of this.#over(frame)) {
      const problem = this.#fields.problem(keyOf(view, frame));
      if (problem !== null) return problem;
    }
    return null;
  }
  /** null: not known yet. */
  scaleOf({ object, instance }: ObjectView): ValueScale | null {
    const range = this.#ranges.get(instance.hash);
    if (range === undefined || !isValueObject(object)) return null;
    return object.kind === "DOSE"
      ? { colors: DOSE_SCALE, low: LEAST_DOSE * range.max, high: range.max, unit: unitOf(object) }
      : { colors: MAP_SCALE, low: range.min, high: range.max, unit: unitOf(object) };
  }
  /** What the shown objects hold at a pixel of a picture, as far as it is known. */
  valuesAt(
    frame: ManifestFrame,
    row: number,
    col: number,
  ): readonly { readonly view: ObjectView; readonly value: number; readonly unit: string }[] {
    return this.#over(frame).flatMap((view) => {
      const value = this.#get(view, frame)?.values[row * frame.instance.cols + col] ?? NaN;
      if (Number.isNaN(value) || !isValueObject(view.object)) return [];
      return [{ view, value, unit: unitOf(view.object) }];
    });
  }
  draw(context: CanvasRenderingContext2D, view: LayerView): void {
    for (const shown of this.#over(view.frame)) {
      const field = this.#get(shown, view.frame);
      if (field === null) continue;
      if (shown.isFilled) wash(context, view, field, shown.opacity);
      if (shown.hasOutline) lines(context, view, field);
    }
  }
  retry(): void {
    this.#fields.forgetProblems();
  }
  dispose(): void {
    this.#fields.clear();
    this.#ranges.clear();
  }
  #over(frame: ManifestFrame): readonly ObjectView[] {
    return this.#shown().filter((view) => isValueObject(view.object) && view.isOver(frame));
  }
  #get(view: ObjectView, frame: ManifestFrame): Field | null {
    return this.#fields.get(keyOf(view, frame), async () => {
      const { object, instance } = view;
      const { rows, cols } = frame.instance;
      if (!isValueObject(object) || rows * cols > MOST_PIXELS)
        throw new SlError("limit_exceeded", "a picture this large");
      // all of them: what the colours mean depends on the highest value
      const rasters = await this.#frames.rasters(
        instance,
        instance.frames.map((_, index) => index),
      );
      const isNews = !this.#ranges.has(instance.hash);
      const range = rangeOf(object, rasters);
      if (range === null) throw new SlError("corrupt", "no values");
      this.#ranges.set(instance.hash, range);
      if (isNews) this.#arrived();
      const scale = this.scaleOf(view);
      if (scale === null) throw new SlError("corrupt", "no values");
      const values = fieldOf(view, object, frame, rasters);
      return {
        canvas: colored(values, rows, cols, scale),
        values,
        lines: object.kind === "DOSE" ? linesOf(values, rows, cols, scale) : [],
      };
    });
  }
}

function isValueObject(object: ObjectView["object"]): object is ValueObject {
  return object.kind === "DOSE" || object.kind === "PARAMETRIC_MAP";
}
function keyOf({ instance }: ObjectView, frame: ManifestFrame): string {
  return `${instance.hash}/${frame.instance.hash}/${String(frame.frameNumber)}`;
}
function fieldOf(
  view: ObjectView,
  object: ValueObject,
  frame: ManifestFrame,
  rasters: ReadonlyMap<number, Raster>,
): Float32Array {
  if (object.kind === "PARAMETRIC_MAP") return mapField(object, view.over(frame), frame, rasters);
  const { volume } = view.placement;
  if (volume === null) throw new SlError("unsupported", "a dose without a position");
  return doseField(object, volume, frame, rasters);
}
function linesOf(
  values: Float32Array,
  rows: number,
  cols: number,
  { colors, low, high }: ValueScale,
): Field["lines"] {
  return LINE_DOSES.map((share) => {
    const level = share * high;
    const path = new Path2D();
    const pieces = isoLines(values, { rows, cols }, level);
    for (let at = 0; at < pieces.length; at += 4) {
      path.moveTo(pieces[at] ?? 0, pieces[at + 1] ?? 0);
      path.lineTo(pieces[at + 2] ?? 0, pieces[at + 3] ?? 0);
    }
    return { path, color: colorAt(colors, (level - low) / (high - low || 1)) };
  });
}
function wash(
  context: CanvasRenderingContext2D,
  view: LayerView,
  { canvas }: Field,
  opacity: number,
): void {
  context.save();
  context.globalAlpha = opacity;
  context.setTransform(...view.matrix);
  // each pixel has the value of its centre, no other
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0);
  context.restore();
}
function lines(context: CanvasRenderingContext2D, view: LayerView, field: Field): void {
  context.lineWidth = LINE_PX * view.pixelRatio;
  context.lineCap = "round";
  for (const { path, color } of field.lines) {
    const placed = new Path2D();
    placed.addPath(path, new DOMMatrix([...view.matrix]));
    context.strokeStyle = css(color);
    context.stroke(placed);
  }
}
function colored(
  values: Float32Array,
  rows: number,
  cols: number,
  { colors, low, high }: ValueScale,
): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = cols;
  canvas.height = rows;
  const image = new ImageData(cols, rows);
  const pixels = new Uint32Array(image.data.buffer);
  const table = scaleTable(colors);
  const scale = high > low ? (table.length - 1) / (high - low) : 0;
  values.forEach((value, pixel) => {
    if (value >= low) pixels[pixel] = table[Math.round((Math.min(value, high) - low) * scale)] ?? 0;
  });
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}
