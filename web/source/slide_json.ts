import type { SlideTiling } from "../shared/slide.ts";
import {
  arrayOf,
  bytesOfBase64,
  integerOf,
  numberOf,
  numbersOf,
  objectOf,
  optional,
  refuse,
  textOf,
} from "./json_shape.ts";

/** The matrix of a whole-slide image, as docs/wire_format.md writes it. */

const largestSide = 2 ** 31 - 1;
const mostLayers = 256;

export function parseSlide(value: unknown, frames: number): SlideTiling {
  const json = objectOf(value, "slide");
  const side = (key: string): number => integerOf(json[key], key, 1, largestSide);
  const paths = arrayOf(json["paths"], "paths").map((path) => {
    const [identifier, description] = arrayOf(path, "path");
    return { identifier: textOf(identifier, "path"), description: textOf(description, "path") };
  });
  const planes = optional(json["planes"], (v) => integerOf(v, "planes", 1, mostLayers)) ?? 1;
  if (paths.length === 0 || paths.length > mostLayers) refuse("paths have the wrong length");
  const positive = (v: unknown, what: string): number => {
    const number = numberOf(v, what);
    return number > 0 ? number : refuse(`${what} is not positive`);
  };
  return {
    cols: side("cols"),
    rows: side("rows"),
    planes,
    paths,
    tiles: optional(json["tiles"], (v) => parsePlaces(v, frames)),
    layers: optional(json["layers"], (v) => parseLayers(v, frames, paths.length, planes)),
    concatenation: textOf(json["concatenation"], "concatenation"),
    part: optional(json["part"], (v) => integerOf(v, "part", 0, 65535)) ?? 0,
    offset: optional(json["offset"], (v) => integerOf(v, "offset", 0, 2 ** 32 - 1)) ?? 0,
    objective: optional(json["objective"], (v) => positive(v, "objective")),
    volume: optional(json["volume"], (v) => {
      const [width, height] = numbersOf(v, 2, "volume");
      return [positive(width, "volume"), positive(height, "volume")] as const;
    }),
    absent: optional(json["absent"], (v) => {
      const [l, a, b] = numbersOf(v, 3, "absent").map((n) => integerOf(n, "absent", 0, 65535));
      return [l ?? 0, a ?? 0, b ?? 0] as const;
    }),
    pyramid: textOf(json["pyramid"], "pyramid"),
  };
}
function parsePlaces(value: unknown, frames: number): Int32Array {
  const bytes = bytesOfBase64(textOf(value, "tiles"), "tiles");
  if (bytes.length !== 8 * frames) refuse("tiles have the wrong length");
  const view = new DataView(bytes.buffer);
  return Int32Array.from({ length: 2 * frames }, (_, i) => view.getInt32(4 * i, true));
}
function parseLayers(value: unknown, frames: number, paths: number, planes: number): Uint8Array {
  const bytes = bytesOfBase64(textOf(value, "layers"), "layers");
  if (bytes.length !== 2 * frames) refuse("layers have the wrong length");
  if (bytes.some((layer, i) => layer >= (i % 2 === 0 ? paths : planes)))
    refuse("a layer is out of range");
  return bytes;
}
