import type { CodedEntry } from "../shared/document.ts";
import {
  arrayOf,
  bytesOfBase64,
  flagOf,
  integerOf,
  objectOf,
  oneOf,
  optional,
  refuse,
  textOf,
  type Json,
} from "../source/json_shape.ts";
import { parseLab } from "../source/layer_json.ts";
import { meaningOf } from "../tools/coded_text.ts";
import { parseCode } from "./content_tree.ts";

export type AnnotationShape = "POINT" | "RECTANGLE" | "ELLIPSE" | "POLYGON" | "POLYLINE";
export interface AnnotationMeasurement {
  readonly concept: CodedEntry;
  readonly unit: CodedEntry;
  /** one for each annotation, or for each of `indexes`; null: they cannot be had */
  readonly values: Float32Array | null;
  /** annotations, from 0 */
  readonly indexes: Uint32Array | null;
}
/** Many figures of one kind. PS3.3 C.37.1.2. */
export interface AnnotationGroup {
  readonly number: number;
  readonly label: string;
  readonly description: string;
  readonly algorithm: string;
  readonly type: string;
  readonly lab: readonly [number, number, number] | null;
  /** optical paths that it is about; null: all */
  readonly paths: readonly string[] | null;
  readonly shape: AnnotationShape;
  readonly count: number;
  /** coordinates to a point */
  readonly dimension: 2 | 3;
  readonly points: Float32Array;
  /** first point of each figure; null: all have the same number */
  readonly starts: Uint32Array | null;
  readonly measurements: readonly AnnotationMeasurement[];
  /** its points are broken, or too many */
  readonly isLeftOut: boolean;
}
const SHAPES = ["POINT", "RECTANGLE", "ELLIPSE", "POLYGON", "POLYLINE"] as const;

/** Points of a figure: the first one's number, and that after the last. */
export function figureOf(group: AnnotationGroup, index: number): readonly [number, number] {
  const { starts, shape, points, dimension } = group;
  if (starts === null) {
    const each = shape === "POINT" ? 1 : 4;
    return [index * each, (index + 1) * each];
  }
  return [starts[index] ?? 0, starts[index + 1] ?? points.length / dimension];
}
/** What was measured of one annotation; null: this was not. */
export function measuredValue(
  { values, indexes }: AnnotationMeasurement,
  annotation: number,
): number | null {
  const at = indexes === null ? annotation : indexes.indexOf(annotation);
  const value = values?.[at];
  return value === undefined || !Number.isFinite(value) ? null : value;
}

export function parseGroup(value: unknown): AnnotationGroup {
  const json = objectOf(value, "group");
  const isLeftOut = flagOf(json["leftOut"], "leftOut");
  const dimension = integerOf(json["dimension"], "dimension", 2, 3) === 3 ? 3 : 2;
  const head = {
    number: integerOf(json["number"] ?? 0, "number", 0, 65535),
    label: textOf(json["label"], "label"),
    description: textOf(json["description"], "description"),
    algorithm:
      textOf(json["algorithmName"], "algorithmName") || textOf(json["algorithm"], "algorithm"),
    type: meaningOf(codeOf(json, "type")) || meaningOf(codeOf(json, "category")),
    lab: optional(json["lab"], parseLab),
    paths: optional(json["paths"], (v) => arrayOf(v, "paths").map((path) => textOf(path, "path"))),
    dimension,
    isLeftOut,
  } as const;
  if (isLeftOut) {
    const count = integerOf(json["count"] ?? 0, "count", 0, 2 ** 32);
    const none = { points: new Float32Array(0), starts: null, measurements: [] };
    return { ...head, shape: "POINT", count, ...none };
  }
  const shape = oneOf(textOf(json["graphicType"], "graphicType"), SHAPES, "POINT", "graphicType");
  const points = new Float32Array(wordsOf(json, "points"));
  const hasStarts = shape === "POLYGON" || shape === "POLYLINE";
  const starts = hasStarts ? new Uint32Array(wordsOf(json, "starts")) : null;
  const total = points.length / dimension;
  const count = starts === null ? total / (shape === "POINT" ? 1 : 4) : starts.length;
  if (!Number.isInteger(total) || !Number.isInteger(count) || !points.every(Number.isFinite))
    refuse("points of a group");
  starts?.forEach((start, i) => {
    if (start >= total || start <= (starts[i - 1] ?? -1)) refuse("starts of figures");
  });
  const list = json["measurements"] === undefined ? [] : arrayOf(json["measurements"], "measures");
  return {
    ...head,
    shape,
    points,
    starts,
    count,
    measurements: list.map((m) => parseMeasured(m, count)),
  };
}
function codeOf(json: Json, key: string): CodedEntry {
  return json[key] === undefined ? {} : parseCode(json[key]);
}
function parseMeasured(value: unknown, count: number): AnnotationMeasurement {
  const json = objectOf(value, "measurement");
  const read = (key: string): ArrayBuffer | null =>
    json[key] === undefined ? null : wordsOf(json, key);
  const [valueWords, indexWords] = [read("values"), read("indexes")];
  const values = valueWords === null ? null : new Float32Array(valueWords);
  const indexes = indexWords === null ? null : new Uint32Array(indexWords);
  if (values !== null && values.length !== (indexes?.length ?? count)) refuse("measured values");
  return { concept: codeOf(json, "concept"), unit: codeOf(json, "unit"), values, indexes };
}
/** Little-endian, as all machines that run this are. */
function wordsOf(json: Json, key: string): ArrayBuffer {
  const bytes = bytesOfBase64(textOf(json[key], key), key);
  if (bytes.length % 4 !== 0) refuse(`${key} have the wrong length`);
  return bytes.buffer as ArrayBuffer;
}
