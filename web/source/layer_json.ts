import type {
  DisplayShutter,
  MaskModule,
  MaskOperation,
  OverlayPlane,
} from "../shared/manifest.ts";
import {
  arrayOf,
  flagOf,
  int32,
  integerOf,
  numbersOf,
  objectOf,
  oneOf,
  optional,
  textOf,
  type Json,
} from "./json_shape.ts";

/** Overlay planes, masks and shutters, as docs/wire_format.md writes them. */

const maxFrames = 100_000;
const maxVertices = 16_384;
/** Bits of one frame: kMaxOverlayPixels of wasm/dicom/overlay_plane.hpp. */
const maxPixels = 2 ** 26;

export function parseOverlay(value: unknown): OverlayPlane {
  const json = objectOf(value, "overlay");
  const read = (key: string, fallback: number, min: number, max: number): number =>
    json[key] === undefined ? fallback : integerOf(json[key], key, min, max);
  const rows = integerOf(json["rows"], "rows", 1, 65535);
  const cols = integerOf(json["cols"], "cols", 1, 65535);
  integerOf(rows * cols, "pixels of an overlay", 1, maxPixels);
  const origin = optional(json["origin"], (v) => numbersOf(v, 2, "origin")) ?? [1, 1];
  return {
    group: integerOf(json["group"], "group", 0x6000, 0x601e),
    rows,
    cols,
    originRow: integerOf(origin[0], "origin", -32768, 32767),
    originCol: integerOf(origin[1], "origin", -32768, 32767),
    frames: read("frames", 1, 1, maxFrames),
    imageFrameOrigin: read("imageFrameOrigin", 0, 0, 2 ** 31),
    isRoi: flagOf(json["roi"], "roi"),
    label: textOf(json["label"], "label"),
    description: textOf(json["description"], "description"),
  };
}

const place = (value: unknown): number => integerOf(value, "edge", -(2 ** 20), 2 ** 20);

export function parseShutter(value: unknown): DisplayShutter {
  const json = objectOf(value, "shutter");
  const places = (key: string, count: number): readonly number[] | null =>
    optional(json[key], (v) => numbersOf(v, count, key).map(place));
  const [left, right, upper, lower] = places("rectangle", 4) ?? [];
  const [centerRow, centerCol, radius] = places("circle", 3) ?? [];
  const vertices = json["polygon"] === undefined ? [] : arrayOf(json["polygon"], "polygon");
  integerOf(vertices.length, "vertices", 0, maxVertices);
  return {
    rectangle:
      left === undefined || right === undefined || upper === undefined || lower === undefined
        ? null
        : { left, right, upper, lower },
    circle:
      centerRow === undefined || centerCol === undefined || radius === undefined
        ? null
        : { centerRow, centerCol, radius },
    polygon: vertices.map((vertex) => {
      const [row, col] = numbersOf(vertex, 2, "vertex");
      return { row: place(row), col: place(col) };
    }),
    overlayGroup: optional(json["group"], (v) => integerOf(v, "group", 0, 0xffff)),
    presentationValue: optional(json["value"], (v) => integerOf(v, "value", 0, 0xffff)),
    cielab: optional(json["lab"], parseLab),
  };
}

const maxMaskFrames = 1024;

export function parseMask(value: unknown): MaskOperation {
  const json = objectOf(value, "mask");
  const frames = (key: string): readonly number[] => {
    const list = json[key] === undefined ? [] : arrayOf(json[key], key);
    integerOf(list.length, key, 0, maxMaskFrames);
    return list.map((frame) => integerOf(frame, key, 1, 65535));
  };
  const [down, right] = optional(json["shift"], (v) => numbersOf(v, 2, "shift")) ?? [];
  return {
    kind: oneOf(json["operation"], ["AVG_SUB", "TID", "REV_TID"] as const, "AVG_SUB", "operation"),
    applicable: frames("applicable"),
    masks: frames("masks"),
    averaging: optional(json["averaging"], (v) => integerOf(v, "averaging", 1, maxMaskFrames)) ?? 1,
    shift: [down ?? 0, right ?? 0],
    offset: optional(json["offset"], (v) => int32(v, "offset")) ?? 1,
    explanation: textOf(json["explanation"], "explanation"),
  };
}
/** Of an image; nothing where it says nothing of subtraction. */
export function parseMaskModule(json: Json): { readonly mask?: MaskModule } {
  const operations =
    json["masks"] === undefined ? [] : arrayOf(json["masks"], "masks").map(parseMask);
  const isRecommended = flagOf(json["subtract"], "subtract");
  const intensity = textOf(json["intensity"], "intensity");
  if (operations.length === 0 && !isRecommended && intensity === "") return {};
  return { mask: { operations, isRecommended, intensity } };
}

export function parseLab(value: unknown): readonly [number, number, number] {
  const [l, a, b] = numbersOf(value, 3, "lab").map((part) => integerOf(part, "lab", 0, 0xffff));
  return [l ?? 0, a ?? 0, b ?? 0];
}
