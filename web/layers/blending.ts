import type { Lut, VoiFunction, Window } from "../shared/manifest.ts";
import { SlError } from "../shared/errc.ts";
import type { JsonDataSet } from "../source/documents.ts";
import { bytesOfBase64 } from "../source/json_shape.ts";

/** A set of pictures that a blending presentation state blends. */
export interface BlendedInput {
  /** Series Instance UID */
  readonly series: string;
  /** SOP Instance UIDs; empty: all of the series */
  readonly images: ReadonlySet<string>;
  /** of a state of two sets; "": of an advanced one, which numbers them */
  readonly position: "UNDERLYING" | "SUPERIMPOSED" | "";
  readonly number: number;
  /** as the state states it; null: it does not */
  readonly window: Window | null;
  readonly voiFunction: VoiFunction;
  readonly rescale: { readonly slope: number; readonly intercept: number } | null;
  /** its values or its window go through a table */
  readonly hasTable: boolean;
}
export interface Blending {
  readonly inputs: readonly BlendedInput[];
  /** of the superimposed pictures, 0 … 1; null: not said */
  readonly opacity: number | null;
  /** red, green, blue of the superimposed pictures; null: not stated, or not so that it is read */
  readonly palette: readonly [Lut, Lut, Lut] | null;
}
/** One picture over another, and all that is needed for it. */
export interface Blend {
  readonly underlying: readonly BlendedInput[];
  readonly superimposed: readonly BlendedInput[];
  readonly opacity: number;
  readonly palette: readonly [Lut, Lut, Lut];
}

const REFERENCED_SERIES = "00081115";
const REFERENCED_IMAGES = "00081140";
const IMAGE = "00081155";
const SERIES = "0020000E";
const CENTER = "00281050";
const WIDTH = "00281051";
const INTERCEPT = "00281052";
const SLOPE = "00281053";
const VOI_FUNCTION = "00281056";
const MODALITY_LUT = "00283000";
const VOI_LUT = "00283010";
const SOFTCOPY_VOI = "00283110";
const BLENDING = "00700402";
const OPACITY = "00700403";
const POSITION = "00700405";
const ADVANCED = "00701B01";
const INPUT_NUMBER = "00701B02";
const DESCRIPTORS = ["00281101", "00281102", "00281103"] as const;
const DATA = ["00281201", "00281202", "00281203"] as const;

/** What a Blending (PS3.3 C.11.14) or Advanced Blending Presentation State (C.11.30) says that it blends. */
export function blendingOf(attributes: JsonDataSet): Blending {
  const inputs = [
    ...itemsOf(attributes, BLENDING).flatMap((item, index) =>
      itemsOf(item, REFERENCED_SERIES).map((series) => inputOf(item, series, index)),
    ),
    ...itemsOf(attributes, ADVANCED).map((item, index): BlendedInput => {
      const number = numbersOf(item, INPUT_NUMBER)[0] ?? index + 1;
      return { ...inputOf(item, item, index), position: "", number };
    }),
  ];
  const [opacity] = numbersOf(attributes, OPACITY);
  return {
    inputs: inputs.filter(({ series }) => series !== ""),
    opacity: opacity !== undefined && opacity >= 0 && opacity <= 1 ? opacity : null,
    palette: paletteOf(attributes),
  };
}
/** null: the state lacks something, or has what is not applied: tables, segmented or large palettes. */
export function blendOf({ inputs, opacity, palette }: Blending): Blend | null {
  const underlying = inputs.filter(({ position }) => position === "UNDERLYING");
  const superimposed = inputs.filter(({ position }) => position === "SUPERIMPOSED");
  const isWhole = underlying.length > 0 && superimposed.length > 0;
  if (!isWhole || opacity === null || palette === null || inputs.some(({ hasTable }) => hasTable))
    return null;
  return { underlying, superimposed, opacity, palette };
}

function inputOf(item: JsonDataSet, series: JsonDataSet, index: number): BlendedInput {
  const position = textOf(item, POSITION);
  const [voi] = itemsOf(item, SOFTCOPY_VOI);
  const [center] = voi === undefined ? [] : numbersOf(voi, CENTER);
  const [width] = voi === undefined ? [] : numbersOf(voi, WIDTH);
  const [slope] = numbersOf(item, SLOPE);
  const [intercept] = numbersOf(item, INTERCEPT);
  const stated = voi === undefined ? "" : textOf(voi, VOI_FUNCTION);
  const isWindow = center !== undefined && width !== undefined && width > 0;
  return {
    series: textOf(series, SERIES),
    images: new Set(itemsOf(series, REFERENCED_IMAGES).map((image) => textOf(image, IMAGE))),
    position: position === "UNDERLYING" || position === "SUPERIMPOSED" ? position : "",
    number: index + 1,
    window: isWindow ? { center, width, explanation: "" } : null,
    voiFunction: stated === "SIGMOID" || stated === "LINEAR_EXACT" ? stated : "LINEAR",
    rescale: slope === undefined || slope === 0 ? null : { slope, intercept: intercept ?? 0 },
    hasTable: item[MODALITY_LUT] !== undefined || voi?.[VOI_LUT] !== undefined,
  };
}
/** PS3.3 C.7.9. Entries of 8 bits lie two to a word, the first in the low byte. */
function paletteOf(attributes: JsonDataSet): readonly [Lut, Lut, Lut] | null {
  const luts = DESCRIPTORS.map((tag, i): Lut | null => {
    const [stated, first, bits] = numbersOf(attributes, tag);
    const binary = attributes[DATA[i] ?? ""]?.InlineBinary;
    if (stated === undefined || first === undefined || binary === undefined) return null;
    if (bits !== 8 && bits !== 16) return null;
    const count = stated === 0 ? 65536 : stated;
    const bytes = inlineBytes(binary);
    // some have a word for each entry of 8 bits
    const isWords = bits === 16 || bytes.length >= 2 * count;
    if (bytes.length < (isWords ? 2 : 1) * count) return null;
    const entries = Uint16Array.from({ length: count }, (_, at) =>
      isWords ? (bytes[2 * at] ?? 0) | ((bytes[2 * at + 1] ?? 0) << 8) : (bytes[at] ?? 0),
    );
    return { first, bits, entries, explanation: "" };
  });
  const [red, green, blue] = luts;
  return red && green && blue ? [red, green, blue] : null;
}
function inlineBytes(binary: string): Uint8Array {
  try {
    return bytesOfBase64(binary, "palette");
  } catch (error) {
    if (error instanceof SlError) return new Uint8Array();
    throw error;
  }
}
function itemsOf(dataSet: JsonDataSet, tag: string): JsonDataSet[] {
  return (dataSet[tag]?.Value ?? []).filter(
    (item): item is JsonDataSet => typeof item === "object" && item !== null,
  );
}
function textOf(dataSet: JsonDataSet, tag: string): string {
  const [value] = dataSet[tag]?.Value ?? [];
  return typeof value === "string" ? value : "";
}
function numbersOf(dataSet: JsonDataSet, tag: string): number[] {
  return (dataSet[tag]?.Value ?? []).map(Number).filter(Number.isFinite);
}
