import { SlError } from "../shared/errc.ts";
import {
  arrayOf,
  bytesOfBase64,
  flagOf,
  integerOf,
  numberOf,
  numbersOf,
  objectOf,
  oneOf,
  optional,
  refuse,
  textOf,
  type Json,
} from "../source/json_shape.ts";
import { parseLab } from "../source/layer_json.ts";
import { parseGroup, type AnnotationGroup } from "./annotation_group.ts";
import { parseContentTree, parseReferences } from "./content_tree.ts";
import type { Rgb } from "./display_color.ts";
import { marksOf, type ReportMarks } from "./report_marks.ts";

/** An image that is meant, by its SOP Instance UID; frames: 1-based, empty: all. */
export interface ImageReference {
  readonly image: string;
  readonly frames: readonly number[];
}
/** What a frame of the object itself is of. */
export interface FrameNote {
  /** of a segment; null: of all of them (label maps), or of none */
  readonly segment: number | null;
  readonly mapping: number | null;
  readonly images: readonly ImageReference[];
}
interface Head {
  readonly sopInstanceUID: string;
  readonly frameOfReferenceUID: string;
  readonly label: string;
  readonly description: string;
  readonly date: string;
  readonly creator: string;
  /** all images that it names */
  readonly images: ReadonlySet<string>;
  readonly frames: readonly FrameNote[];
}
export interface Segment {
  readonly number: number;
  readonly label: string;
  readonly description: string;
  readonly algorithm: string;
  readonly algorithmName: string;
  readonly category: string;
  readonly type: string;
  readonly lab: readonly [number, number, number] | null;
}
/** PS3.3 C.8.20. */
export interface Segmentation extends Head {
  readonly kind: "SEGMENTATION";
  readonly segmentationType: "BINARY" | "FRACTIONAL" | "LABELMAP";
  readonly maximumFractionalValue: number;
  readonly segments: readonly Segment[];
}
export type ContourType = "C" | "X" | "O" | "N" | "P";
export interface Contour {
  readonly type: ContourType;
  readonly image: ImageReference | null;
  /** x, y, z, x, y, z, … mm */
  readonly points: Float32Array;
}
export interface StructureRegion {
  readonly number: number;
  readonly label: string;
  readonly description: string;
  readonly algorithm: string;
  readonly type: string;
  readonly frameOfReferenceUID: string;
  readonly rgb: Rgb | null;
  readonly contours: readonly Contour[];
}
/** PS3.3 C.8.8.5, C.8.8.6. */
export interface StructureSet extends Head {
  readonly kind: "STRUCTURE_SET";
  readonly regions: readonly StructureRegion[];
  readonly isIncomplete: boolean;
}
/** PS3.3 C.8.8.3. */
export interface DoseGrid extends Head {
  readonly kind: "DOSE";
  readonly units: string;
  readonly type: string;
  readonly summation: string;
  readonly scaling: number;
  /** mm along the normal, of each plane from the first */
  readonly offsets: readonly number[];
  readonly histograms: readonly DoseHistogram[];
  /** histograms that are broken, or too many */
  readonly leftOut: number;
  /** SOP Instance UID; "": the object names none */
  readonly structureSet: string;
}
/** A dose-volume histogram as it is stated. PS3.3 C.8.8.4. */
export interface DoseHistogram {
  readonly type: "CUMULATIVE" | "DIFFERENTIAL" | "NATURAL";
  readonly doseUnits: string;
  readonly doseType: string;
  readonly volumeUnits: string;
  /** ROI Numbers of the structure set whose volumes are added, and taken off */
  readonly regions: readonly number[];
  readonly excluded: readonly number[];
  /** doses at the edges of the bins, one more than there are volumes */
  readonly edges: Float64Array;
  readonly volumes: Float64Array;
  /** as stated; null: not said */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
}
/** PS3.3 C.7.6.16.2.11. */
export interface ValueMapping {
  readonly first: number | null;
  readonly last: number | null;
  readonly slope: number | null;
  readonly intercept: number | null;
  /** of first, first + 1, … last; null: slope and intercept say it */
  readonly lut: Float64Array | null;
  readonly label: string;
  readonly unit: string;
}
/** PS3.3 C.8.32. */
export interface ParametricMap extends Head {
  readonly kind: "PARAMETRIC_MAP";
  readonly mappings: readonly ValueMapping[];
}
/** PS3.3 C.17.3: what of a structured report lies over images. */
export interface Report extends Head, ReportMarks {
  readonly kind: "REPORT";
}
/** PS3.3 A.87. */
export interface BulkAnnotations extends Head {
  readonly kind: "ANNOTATIONS";
  /** pixels of images, or mm of the Frame of Reference */
  readonly coordinates: "2D" | "3D";
  /** of one frame, not of the whole */
  readonly isOfFrame: boolean;
  readonly references: readonly ImageReference[];
  readonly groups: readonly AnnotationGroup[];
}
export type LayerObject =
  Segmentation | StructureSet | DoseGrid | ParametricMap | Report | BulkAnnotations;

/** Frames, segments, regions that one object may have. */
const MAX_ITEMS = 100_000;

function parseReference(value: unknown, uids: readonly string[]): ImageReference {
  const [image, ...frames] = arrayOf(value, "image");
  const uid = uids[integerOf(image, "image", 0, uids.length - 1)] ?? refuse("image");
  return { image: uid, frames: frames.map((frame) => integerOf(frame, "frame", 1, MAX_ITEMS)) };
}
function listOf(json: Json, key: string): readonly unknown[] {
  const list = json[key] === undefined ? [] : arrayOf(json[key], key);
  if (list.length > MAX_ITEMS) throw new SlError("limit_exceeded", key);
  return list;
}
function parseNote(value: unknown, uids: readonly string[]): FrameNote {
  const json = objectOf(value, "frame");
  return {
    segment: optional(json["segment"], (v) => integerOf(v, "segment", 0, 65535)),
    mapping: optional(json["mapping"], (v) => integerOf(v, "mapping", 0, MAX_ITEMS)),
    images: listOf(json, "images").map((image) => parseReference(image, uids)),
  };
}
function parseSegment(value: unknown): Segment {
  const json = objectOf(value, "segment");
  return {
    number: integerOf(json["number"], "number", 0, 65535),
    label: textOf(json["label"], "label"),
    description: textOf(json["description"], "description"),
    algorithm: textOf(json["algorithm"], "algorithm"),
    algorithmName: textOf(json["algorithmName"], "algorithmName"),
    category: textOf(json["category"], "category"),
    type: textOf(json["type"], "type"),
    lab: optional(json["lab"], parseLab),
  };
}
function parseContours(value: unknown, uids: readonly string[]): Contour[] {
  const json = objectOf(value, "contours");
  const types = textOf(json["types"], "types");
  const counts = arrayOf(json["counts"], "counts").map((n) => integerOf(n, "count", 1, 2_000_000));
  const images = arrayOf(json["images"], "images");
  const bytes = bytesOfBase64(textOf(json["points"], "points"), "points");
  const total = counts.reduce((sum, n) => sum + n, 0);
  if (types.length !== counts.length || images.length !== counts.length)
    refuse("contours do not match");
  if (bytes.length !== 12 * total) refuse("points have the wrong length");
  const view = new DataView(bytes.buffer);
  const all = Float32Array.from({ length: 3 * total }, (_, i) => view.getFloat32(4 * i, true));
  if (!all.every(Number.isFinite)) refuse("a point is nowhere");
  let at = 0;
  return counts.map((count, index) => {
    const points = all.subarray(at, at + 3 * count);
    at += 3 * count;
    const image = images[index];
    return {
      type: oneOf(types[index], ["C", "X", "O", "N", "P"] as const, "C", "type"),
      image: image === null ? null : parseReference(image, uids),
      points,
    };
  });
}
function parseRegion(value: unknown, uids: readonly string[]): StructureRegion {
  const json = objectOf(value, "region");
  return {
    number: integerOf(json["number"], "number", -2147483648, 2147483647),
    label: textOf(json["label"], "label"),
    description: textOf(json["description"], "description"),
    algorithm: textOf(json["algorithm"], "algorithm"),
    type: textOf(json["type"], "type"),
    frameOfReferenceUID: textOf(json["frameOfReferenceUID"], "frameOfReferenceUID"),
    rgb: optional(json["rgb"], (v) => {
      const [red = 0, green = 0, blue = 0] = numbersOf(v, 3, "rgb");
      return [red, green, blue];
    }),
    contours: optional(json["contours"], (v) => parseContours(v, uids)) ?? [],
  };
}
function parseMapping(value: unknown): ValueMapping {
  const json = objectOf(value, "mapping");
  const number = (key: string): number | null => optional(json[key], (v) => numberOf(v, key));
  return {
    first: number("first"),
    last: number("last"),
    slope: number("slope"),
    intercept: number("intercept"),
    lut: optional(json["lut"], (v) => doublesOf(v, "lut")),
    label: textOf(json["explanation"], "explanation") || textOf(json["label"], "label"),
    unit: textOf(json["unit"], "unit") || textOf(json["unitMeaning"], "unitMeaning"),
  };
}
/** base64 of f64 little-endian */
function doublesOf(value: unknown, what: string): Float64Array {
  const bytes = bytesOfBase64(textOf(value, what), what);
  if (bytes.length % 8 !== 0) refuse(`${what} have the wrong length`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
}
function parseHistogram(value: unknown): DoseHistogram {
  const json = objectOf(value, "histogram");
  const number = (key: string): number | null => optional(json[key], (v) => numberOf(v, key));
  const roi = (v: unknown): number => integerOf(v, "region", -2147483648, 2147483647);
  const bins = doublesOf(json["bins"], "bins");
  if (bins.length % 2 !== 0 || !bins.every(Number.isFinite)) refuse("bins are no pairs");
  const volumes = bins.filter((_, i) => i % 2 === 1);
  const scaling = numberOf(json["scaling"], "scaling");
  const edges = new Float64Array(volumes.length + 1);
  volumes.forEach((_, i) => {
    edges[i + 1] = (edges[i] ?? 0) + (bins[2 * i] ?? 0) * scaling;
  });
  return {
    type: oneOf(
      json["type"],
      ["CUMULATIVE", "DIFFERENTIAL", "NATURAL"] as const,
      "CUMULATIVE",
      "type",
    ),
    doseUnits: textOf(json["doseUnits"], "doseUnits"),
    doseType: textOf(json["doseType"], "doseType"),
    volumeUnits: textOf(json["volumeUnits"], "volumeUnits"),
    regions: listOf(json, "regions").map(roi),
    excluded: listOf(json, "excluded").map(roi),
    edges,
    volumes,
    min: number("min"),
    max: number("max"),
    mean: number("mean"),
  };
}
const KINDS = [
  "SEGMENTATION",
  "STRUCTURE_SET",
  "DOSE",
  "PARAMETRIC_MAP",
  "REPORT",
  "ANNOTATIONS",
] as const;
/** As docs/wire_format.md has it. Throws SlError. */
export function parseLayerObject(text: string): LayerObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    refuse("no JSON");
  }
  const json = objectOf(value, "layer");
  if (json["format"] !== "sightline.layer.v1") refuse("unknown format");
  const uids = listOf(json, "images").map((uid) => textOf(uid, "image"));
  const head: Head = {
    sopInstanceUID: textOf(json["sopInstanceUID"], "sopInstanceUID"),
    frameOfReferenceUID: textOf(json["frameOfReferenceUID"], "frameOfReferenceUID"),
    label: textOf(json["label"], "label"),
    description: textOf(json["description"], "description"),
    date: textOf(json["date"], "date"),
    creator: textOf(json["creator"], "creator"),
    images: new Set(uids),
    frames: listOf(json, "frames").map((frame) => parseNote(frame, uids)),
  };
  switch (oneOf(textOf(json["kind"], "kind"), KINDS, "SEGMENTATION", "kind")) {
    case "REPORT":
      return report(head, json);
    case "ANNOTATIONS":
      return bulkAnnotations(head, json);
    case "SEGMENTATION":
      return segmentation(head, json);
    case "STRUCTURE_SET":
      return {
        ...head,
        kind: "STRUCTURE_SET",
        regions: listOf(json, "regions").map((region) => parseRegion(region, uids)),
        isIncomplete: flagOf(json["incomplete"], "incomplete"),
      };
    case "DOSE":
      return {
        ...head,
        kind: "DOSE",
        units: textOf(json["units"], "units"),
        type: textOf(json["type"], "type"),
        summation: textOf(json["summation"], "summation"),
        scaling: numberOf(json["scaling"], "scaling"),
        offsets: listOf(json, "offsets").map((offset) => numberOf(offset, "offset")),
        histograms: listOf(json, "histograms").map(parseHistogram),
        leftOut: optional(json["leftOut"], (v) => integerOf(v, "leftOut", 0, 2 ** 32)) ?? 0,
        structureSet: textOf(json["structureSet"], "structureSet"),
      };
    case "PARAMETRIC_MAP":
      return {
        ...head,
        kind: "PARAMETRIC_MAP",
        mappings: listOf(json, "mappings").map(parseMapping),
      };
  }
}
function segmentation(head: Head, json: Json): Segmentation {
  const types = ["BINARY", "FRACTIONAL", "LABELMAP"] as const;
  const segments = listOf(json, "segments").map(parseSegment);
  const segmentationType = oneOf(json["segmentationType"], types, "BINARY", "segmentationType");
  // frames that do not say of which segment they are: of the only one
  const [lone] = segments.length === 1 && segmentationType !== "LABELMAP" ? segments : [];
  const frames =
    lone === undefined
      ? head.frames
      : head.frames.map((note) => ({ ...note, segment: note.segment ?? lone.number }));
  return {
    ...head,
    kind: "SEGMENTATION",
    frames,
    segmentationType,
    maximumFractionalValue:
      optional(json["maximumFractionalValue"], (v) => integerOf(v, "maximum", 1, 65535)) ?? 255,
    segments,
  };
}
function report(head: Head, json: Json): Report {
  const found: ReportMarks =
    json["root"] === undefined
      ? { regions: [], marks: [], isIncomplete: false }
      : marksOf(parseContentTree(json["root"]));
  const images = found.marks.flatMap((mark) => mark.images.map(({ image }) => image));
  const isIncomplete = found.isIncomplete || flagOf(json["incomplete"], "incomplete");
  return { ...head, ...found, kind: "REPORT", images: new Set(images), isIncomplete };
}
function bulkAnnotations(head: Head, json: Json): BulkAnnotations {
  const named = parseReferences(json, "references");
  const references = (named.length > 0 ? named : parseReferences(json, "instances")).map(
    ({ sopInstance = "", frames = [] }) => ({ image: sopInstance, frames }),
  );
  return {
    ...head,
    kind: "ANNOTATIONS",
    coordinates: oneOf(json["coordinates"], ["2D", "3D"] as const, "2D", "coordinates"),
    isOfFrame: textOf(json["origin"], "origin") === "FRAME",
    references,
    images: new Set(references.map(({ image }) => image)),
    groups: listOf(json, "groups").map(parseGroup),
  };
}
