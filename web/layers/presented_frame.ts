import type { ImageArea, PresentedFrame } from "../shared/api.ts";
import type { DisplayPipeline, Lut, ManifestFrame, ManifestInstance } from "../shared/manifest.ts";
import { modalityOf, rangeWindow } from "../view/default_window.ts";
import { composedTable, type GrayPipeline } from "./composed_table.ts";
import type { DisplayedArea, PresentationState } from "./presentation_state.ts";
import { refersTo } from "./referenced_images.ts";

/** A display of 96 pixels to the inch, CSS' own: what is not calibrated cannot be known better. */
const CSS_PIXELS_PER_MM = 96 / 25.4;

const OPPOSITE = { 0: 0, 90: 270, 180: 180, 270: 90 } as const;

/** The picture as the state wants it to be seen; the state must be about it. PS3.3 A.33, PS3.4 N.2. */
export function presentedFrame(
  state: PresentationState,
  frame: ManifestFrame,
  pixelRatio: number,
  profileHash: string | null = null,
): PresentedFrame {
  const area = state.areas.find(({ images }) => refersTo(images, frame)) ?? null;
  const aspect = area === null ? null : aspectOf(area);
  const seen: ManifestFrame = {
    ...frame,
    ...(aspect === null ? {} : { presentationAspect: aspect }),
    ...grayOf(state, frame),
    ...(profileHash === null ? {} : { profileHash }),
  };
  return {
    frame: seen,
    // a state turns, then mirrors; the viewport mirrors, then turns: the other way round it is the same. PS3.3 C.10.6
    rotation: state.flip ? OPPOSITE[state.rotation] : state.rotation,
    flipHorizontal: state.flip,
    area: area === null ? null : edgesOf(area),
    zoom: area === null ? null : zoomOf(area, frame, pixelRatio),
  };
}

function aspectOf({ spacing, aspect }: DisplayedArea): number | null {
  const pair = spacing ?? aspect;
  return pair === null ? null : pair[0] / pair[1];
}
/** Both corner pixels belong to the area; which is left and which is right depends on the mirroring. */
function edgesOf({ topLeft, bottomRight }: DisplayedArea): ImageArea {
  return {
    left: Math.min(topLeft[0], bottomRight[0]) - 1,
    top: Math.min(topLeft[1], bottomRight[1]) - 1,
    right: Math.max(topLeft[0], bottomRight[0]),
    bottom: Math.max(topLeft[1], bottomRight[1]),
  };
}
/** Device pixels per image column; null: as the viewport allows. */
function zoomOf(area: DisplayedArea, frame: ManifestFrame, pixelRatio: number): number | null {
  if (area.mode === "MAGNIFY") return area.magnification;
  if (area.mode !== "TRUE SIZE") return null;
  const spacing = area.spacing ?? frame.geometry.spacing;
  return spacing === null ? null : spacing[1] * CSS_PIXELS_PER_MM * pixelRatio;
}

/** The grey pipeline of a state replaces that of the picture; colour pictures keep theirs. */
function grayOf(
  state: PresentationState,
  frame: ManifestFrame,
): Pick<ManifestFrame, "display" | "instance"> | null {
  const { instance } = frame;
  const isGray = instance.samples === 1 && instance.photometric.startsWith("MONOCHROME");
  if (!isGray || state.kind === "COLOR") return null;
  const pipeline = pipelineOf(state, frame);
  if (state.palette !== null && instance.bitsStored <= 16)
    return paletteOf(pipeline, state.palette, frame);
  if (pipeline.presentationLut !== null && instance.bitsStored <= 16)
    return {
      display: { ...displayOf(pipeline, frame), ...composed(pipeline, frame) },
      instance,
    };
  return { display: displayOf(pipeline, frame), instance };
}
function pipelineOf(state: PresentationState, frame: ManifestFrame): GrayPipeline {
  const voi = state.voi.find(({ images }) => refersTo(images, frame)) ?? null;
  const { modality } = state;
  const values = {
    rescaleSlope: modality?.slope ?? 1,
    rescaleIntercept: modality?.intercept ?? 0,
    rescaleType: modality?.type ?? "",
    modalityLut: readAs(frame.instance.signed, modality?.lut ?? null),
  };
  const range = wholeRange({ ...frame, display: { ...frame.display, ...values } });
  const isSigned = values.modalityLut === null && range[0] < 0;
  return {
    ...values,
    window: voi === null || voi.lut !== null ? null : (voi.windows[0] ?? null),
    windows: voi?.lut != null ? [] : (voi?.windows ?? []),
    voiFunction: voi?.voiFunction ?? "LINEAR",
    voiLut: readAs(isSigned, voi?.lut ?? null),
    range,
    presentationLut: state.presentationLut,
    isInverse: state.shape === "INVERSE",
  };
}
/** In Implicit VR the first value of a table may be either sign; the state does not know the images, which know. PS3.3 C.11.1.1. */
function readAs(isSigned: boolean, lut: Lut | null): Lut | null {
  return lut !== null && isSigned && lut.first >= 32768
    ? { ...lut, first: lut.first - 65536 }
    : lut;
}
/** All modality values that the picture could hold. */
function wholeRange(frame: ManifestFrame): readonly [number, number] {
  const { bitsStored, signed } = frame.instance;
  const lowest = signed ? -(2 ** (bitsStored - 1)) : 0;
  return modalityOf(frame, lowest, lowest + 2 ** bitsStored - 1);
}
/** Without a VOI transformation all values are seen: PS3.3 C.11.8. */
function displayOf(pipeline: GrayPipeline, frame: ManifestFrame): DisplayPipeline {
  const { rescaleSlope, rescaleIntercept, rescaleType, modalityLut, voiLut } = pipeline;
  const mapped = { ...frame, display: { ...frame.display, rescaleSlope, modalityLut } };
  const { windowCenter, windowWidth, voiFunction } = rangeWindow(mapped, ...pipeline.range);
  const whole = { center: windowCenter ?? 0, width: windowWidth ?? 1, explanation: "" };
  const isWhole = voiLut === null && pipeline.windows.length === 0;
  return {
    ...frame.display,
    isSlopeZero: false, // the state's own takes its place
    rescaleSlope,
    rescaleIntercept,
    rescaleType,
    modalityLut,
    windows: isWhole ? [whole] : voiLut === null ? pipeline.windows : [],
    voiFunction: isWhole ? voiFunction : pipeline.voiFunction,
    voiLuts: voiLut === null ? [] : [voiLut],
    presentationInverse: isTurned(pipeline.isInverse, frame.instance),
  };
}
/** The state alone says which end is white: what MONOCHROME1 says is undone. PS3.4 N.2.1. */
function isTurned(isInverse: boolean, { photometric }: ManifestInstance): boolean {
  return isInverse !== (photometric === "MONOCHROME1");
}
/** One table from stored values to P-values, with all that stands before them. */
function composed(pipeline: GrayPipeline, frame: ManifestFrame): Partial<DisplayPipeline> {
  return {
    rescaleSlope: 1,
    rescaleIntercept: 0,
    rescaleType: "",
    modalityLut: null,
    windows: [],
    voiFunction: "LINEAR",
    voiLuts: [composedTable(pipeline, frame.instance)],
    presentationInverse: isTurned(false, frame.instance),
  };
}
/** A pseudo-colour state's tables, of stored values. PS3.3 A.33.3. */
function paletteOf(
  pipeline: GrayPipeline,
  palette: readonly [Lut, Lut, Lut],
  frame: ManifestFrame,
): Pick<ManifestFrame, "display" | "instance"> {
  const input = composedTable({ ...pipeline, presentationLut: null }, frame.instance);
  const through = (table: Lut): Lut => ({
    ...table,
    first: input.first,
    entries: input.entries.map((value) => {
      const last = table.entries.length - 1;
      return table.entries[Math.round((value / 65535) * last)] ?? 0;
    }),
  });
  return {
    display: { ...frame.display, padding: null, presentationInverse: false },
    instance: {
      ...frame.instance,
      photometric: "PALETTE COLOR",
      palette: [through(palette[0]), through(palette[1]), through(palette[2])],
    },
  };
}
