import {
  arrayOf,
  bytesOfBase64,
  flagOf,
  numberOf,
  numbersOf,
  objectOf,
  oneOf,
  optional,
  refuse,
  textOf,
} from "../source/json_shape.ts";
import { parseLab } from "../source/layer_json.ts";
import { parseImages, type ReferencedImages } from "./referenced_images.ts";

/** What the numbers count: pixels of the image, or parts of the displayed area. */
export type AnnotationUnits = "PIXEL" | "DISPLAY";
export interface TextObject {
  readonly text: string;
  readonly box: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
    readonly units: AnnotationUnits;
    readonly justification: "LEFT" | "CENTER" | "RIGHT";
  } | null;
  readonly anchor: {
    readonly x: number;
    readonly y: number;
    readonly units: AnnotationUnits;
    readonly isVisible: boolean;
  } | null;
}
export interface GraphicObject {
  readonly type: "POINT" | "POLYLINE" | "INTERPOLATED" | "CIRCLE" | "ELLIPSE";
  readonly units: AnnotationUnits;
  readonly isFilled: boolean;
  /** x, y, x, y, … */
  readonly points: Float32Array;
  readonly lineLab: readonly [number, number, number] | null;
  readonly fillLab: readonly [number, number, number] | null;
  readonly thickness: number | null;
  readonly isDashed: boolean;
}
export interface GraphicAnnotation {
  readonly images: ReferencedImages;
  readonly layer: string;
  readonly texts: readonly TextObject[];
  readonly graphics: readonly GraphicObject[];
}

const units = ["PIXEL", "DISPLAY"] as const;

function parseText(value: unknown): TextObject {
  const json = objectOf(value, "text");
  const [left, top, right, bottom] = optional(json["box"], (v) => numbersOf(v, 4, "box")) ?? [];
  const [x, y] = optional(json["anchor"], (v) => numbersOf(v, 2, "anchor")) ?? [];
  return {
    text: textOf(json["text"], "text"),
    box:
      left === undefined || top === undefined || right === undefined || bottom === undefined
        ? null
        : {
            left,
            top,
            right,
            bottom,
            units: oneOf(json["boxUnits"], units, "PIXEL", "units"),
            justification: oneOf(
              json["justification"],
              ["LEFT", "CENTER", "RIGHT"] as const,
              "LEFT",
              "justification",
            ),
          },
    anchor:
      x === undefined || y === undefined
        ? null
        : {
            x,
            y,
            units: oneOf(json["anchorUnits"], units, "PIXEL", "units"),
            isVisible: flagOf(json["anchorVisible"], "anchorVisible"),
          },
  };
}
function parsePoints(value: unknown): Float32Array {
  const bytes = bytesOfBase64(textOf(value, "points"), "points");
  if (bytes.length === 0 || bytes.length % 8 !== 0) refuse("points have the wrong length");
  const view = new DataView(bytes.buffer);
  const points = Float32Array.from({ length: bytes.length / 4 }, (_, i) =>
    view.getFloat32(4 * i, true),
  );
  if (!points.every(Number.isFinite)) refuse("a point is nowhere");
  return points;
}
function parseGraphic(value: unknown): GraphicObject {
  const json = objectOf(value, "graphic");
  return {
    type: oneOf(
      json["type"],
      ["POINT", "POLYLINE", "INTERPOLATED", "CIRCLE", "ELLIPSE"] as const,
      "POLYLINE",
      "type",
    ),
    units: oneOf(json["units"], units, "PIXEL", "units"),
    isFilled: flagOf(json["filled"], "filled"),
    points: parsePoints(json["points"]),
    lineLab: optional(json["lineLab"], parseLab),
    fillLab: optional(json["fillLab"], parseLab),
    thickness: optional(json["thickness"], (v) => numberOf(v, "thickness")),
    isDashed: flagOf(json["dashed"], "dashed"),
  };
}
export function parseAnnotations(value: unknown): GraphicAnnotation {
  const json = objectOf(value, "annotation");
  const list = (key: string): readonly unknown[] =>
    json[key] === undefined ? [] : arrayOf(json[key], key);
  return {
    images: parseImages(json["images"]),
    layer: textOf(json["layer"], "layer"),
    texts: list("texts").map(parseText),
    graphics: list("graphics").map(parseGraphic),
  };
}
