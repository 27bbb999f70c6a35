import { SlError } from "../shared/errc.ts";
import type {
  DisplayShutter,
  Lut,
  ManifestFrame,
  MaskOperation,
  OverlayPlane,
  VoiFunction,
  Window,
} from "../shared/manifest.ts";
import {
  arrayOf,
  bytesOfBase64,
  flagOf,
  int32,
  integerOf,
  numberOf,
  numbersOf,
  objectOf,
  oneOf,
  optional,
  parseLut,
  parseWindow,
  refuse,
  textOf,
  type Json,
} from "../source/json_shape.ts";
import { parseLab, parseMask, parseOverlay, parseShutter } from "../source/layer_json.ts";
import { parseAnnotations, type GraphicAnnotation } from "./annotation_json.ts";
import { OverlayBitmap } from "./overlay_bitmap.ts";
import { parseImages, refersTo, type ReferencedImages } from "./referenced_images.ts";

export interface SoftcopyVoi {
  readonly images: ReferencedImages;
  readonly windows: readonly Window[];
  readonly voiFunction: VoiFunction;
  readonly lut: Lut | null;
}
export interface DisplayedArea {
  readonly images: ReferencedImages;
  /** column, row: pixels from 1, as they appear */
  readonly topLeft: readonly [number, number];
  readonly bottomRight: readonly [number, number];
  readonly mode: "SCALE TO FIT" | "TRUE SIZE" | "MAGNIFY";
  readonly magnification: number | null;
  readonly spacing: readonly [number, number] | null;
  readonly aspect: readonly [number, number] | null;
}
export interface GraphicLayer {
  readonly name: string;
  readonly order: number;
  readonly gray: number | null;
  readonly lab: readonly [number, number, number] | null;
}
/** As docs/wire_format.md has it. PS3.3 A.33. */
export interface PresentationState {
  readonly kind: "GRAYSCALE" | "COLOR" | "PSEUDO_COLOR" | "XA_XRF";
  readonly sopInstanceUID: string;
  readonly label: string;
  readonly description: string;
  readonly date: string;
  readonly time: string;
  readonly creator: string;
  readonly images: ReferencedImages;
  readonly modality: {
    readonly lut: Lut | null;
    readonly slope: number;
    readonly intercept: number;
    readonly type: string;
  } | null;
  readonly voi: readonly SoftcopyVoi[];
  readonly shape: "IDENTITY" | "INVERSE" | "";
  readonly presentationLut: Lut | null;
  readonly palette: readonly [Lut, Lut, Lut] | null;
  readonly rotation: 0 | 90 | 180 | 270;
  readonly flip: boolean;
  readonly areas: readonly DisplayedArea[];
  readonly shutter: DisplayShutter | null;
  readonly overlays: readonly { readonly plane: OverlayPlane; readonly bitmap: OverlayBitmap }[];
  /** groups of overlays that are shown, by the layer that each is in */
  readonly activated: ReadonlyMap<number, string>;
  readonly layers: ReadonlyMap<string, GraphicLayer>;
  readonly annotations: readonly GraphicAnnotation[];
  readonly mask: MaskOperation | null;
  readonly leftOut: string;
}

export function appliesTo({ images }: PresentationState, frame: ManifestFrame): boolean {
  return images.size > 0 && refersTo(images, frame);
}

function parseSeries(value: unknown): ReferencedImages {
  const all = new Map<string, ReadonlySet<number> | null>();
  for (const item of arrayOf(value, "series"))
    for (const [uid, frames] of parseImages(objectOf(item, "series")["images"]))
      all.set(uid, frames);
  return all;
}
function parseVoi(value: unknown): SoftcopyVoi {
  const json = objectOf(value, "voi");
  return {
    images: parseImages(json["images"]),
    windows: listOf(json, "windows").map(parseWindow),
    voiFunction: oneOf(
      json["function"],
      ["LINEAR", "LINEAR_EXACT", "SIGMOID"] as const,
      "LINEAR",
      "function",
    ),
    lut: optional(json["lut"], parseLut),
  };
}
function parseArea(value: unknown): DisplayedArea {
  const json = objectOf(value, "area");
  const pair = (key: string): readonly [number, number] | null =>
    optional(json[key], (v) => numbersOf(v, 2, key) as [number, number]);
  const spacing = pair("spacing");
  const aspect = pair("aspect");
  for (const ratio of [spacing, aspect])
    if (ratio !== null && !(ratio[0] > 0 && ratio[1] > 0)) refuse("an aspect is not positive");
  return {
    images: parseImages(json["images"]),
    topLeft: pair("topLeft") ?? refuse("topLeft is missing"),
    bottomRight: pair("bottomRight") ?? refuse("bottomRight is missing"),
    mode: oneOf(
      json["mode"],
      ["SCALE TO FIT", "TRUE SIZE", "MAGNIFY"] as const,
      "SCALE TO FIT",
      "mode",
    ),
    magnification: optional(json["magnification"], (v) => numberOf(v, "magnification")),
    spacing,
    aspect,
  };
}
function parseOverlayWithBits(value: unknown): PresentationState["overlays"][number] {
  const plane = parseOverlay(value);
  const bits = bytesOfBase64(textOf(objectOf(value, "overlay")["bits"], "bits"), "bits");
  if (bits.length < Math.ceil((plane.rows * plane.cols) / 8)) refuse("bits are missing");
  return { plane, bitmap: new OverlayBitmap(plane.rows, plane.cols, bits) };
}
function parseLayers(json: Json): ReadonlyMap<string, GraphicLayer> {
  const layers = new Map<string, GraphicLayer>();
  for (const item of listOf(json, "layers")) {
    const layer = objectOf(item, "layer");
    const name = textOf(layer["name"], "name");
    layers.set(name, {
      name,
      order: optional(layer["order"], (v) => int32(v, "order")) ?? 0,
      gray: optional(layer["gray"], (v) => integerOf(v, "gray", 0, 65535)),
      lab: optional(layer["lab"], parseLab),
    });
  }
  return layers;
}
function parsePalette(value: unknown): readonly [Lut, Lut, Lut] {
  const [red, green, blue] = arrayOf(value, "palette").map(parseLut);
  if (red === undefined || green === undefined || blue === undefined)
    refuse("palette does not have three tables");
  return [red, green, blue];
}
function listOf(json: Json, key: string): readonly unknown[] {
  return json[key] === undefined ? [] : arrayOf(json[key], key);
}
function parseModality(value: unknown): NonNullable<PresentationState["modality"]> {
  const json = objectOf(value, "modality");
  return {
    lut: optional(json["lut"], parseLut),
    slope: optional(json["slope"], (v) => numberOf(v, "slope")) ?? 1,
    intercept: optional(json["intercept"], (v) => numberOf(v, "intercept")) ?? 0,
    type: textOf(json["type"], "type"),
  };
}

/** Errors: corrupt, unsupported (another version of the format). */
export function parsePresentation(text: string): PresentationState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    refuse("not JSON");
  }
  const json = objectOf(value, "the whole");
  if (json["format"] !== "sightline.presentation.v1")
    throw new SlError("unsupported", "a presentation of another version");
  const named = (key: string): string => textOf(json[key], key);
  return {
    kind: oneOf(
      json["kind"],
      ["GRAYSCALE", "COLOR", "PSEUDO_COLOR", "XA_XRF"] as const,
      "GRAYSCALE",
      "kind",
    ),
    sopInstanceUID: named("sopInstanceUID"),
    label: named("label"),
    description: named("description"),
    date: named("date"),
    time: named("time"),
    creator: named("creator"),
    images: parseSeries(json["series"]),
    modality: optional(json["modality"], parseModality),
    voi: listOf(json, "voi").map(parseVoi),
    shape: oneOf(json["shape"], ["IDENTITY", "INVERSE", ""] as const, "", "shape"),
    presentationLut: optional(json["presentationLut"], parseLut),
    palette: optional(json["palette"], parsePalette),
    rotation: ([0, 90, 180, 270] as const).find((turn) => turn === (json["rotation"] ?? 0)) ?? 0,
    flip: flagOf(json["flip"], "flip"),
    areas: listOf(json, "areas").map(parseArea),
    shutter: optional(json["shutter"], parseShutter),
    overlays: listOf(json, "overlays").map(parseOverlayWithBits),
    activated: new Map(
      listOf(json, "activations").map((one) => {
        const [group, layer] = arrayOf(one, "activation");
        return [integerOf(group, "group", 0, 0xffff), textOf(layer, "layer")] as const;
      }),
    ),
    layers: parseLayers(json),
    annotations: listOf(json, "annotations").map(parseAnnotations),
    mask: optional(json["mask"], parseMask),
    leftOut: named("leftOut"),
  };
}
