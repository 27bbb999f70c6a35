import { SlError } from "../shared/errc.ts";
import type {
  Presentation,
  PresentedFrame,
  Subtractor,
  ViewChange,
  ViewState,
} from "../shared/api.ts";
import type { ManifestFrame, ManifestInstance, ManifestSeries } from "../shared/manifest.ts";
import { defaultWindow, hasWindow, isReadAsPet, type WindowSettings } from "./default_window.ts";
import {
  fitZoom,
  shapeOf,
  toViewport,
  zoomedAbout,
  type ViewportPoint,
  type ViewportSize,
} from "./geometry.ts";

/** All that decides what is drawn; immutable, changed by the functions of this file only. */
export interface ViewModel {
  readonly view: ViewState;
  readonly series: ManifestSeries;
  /** 0-based position in series.frames */
  readonly index: number;
  readonly size: ViewportSize;
  /** the user chose the window: it stays while scrolling; else each picture has its own */
  readonly isWindowChosen: boolean;
  /** how somebody else wants these pictures to be seen */
  readonly presentation: Presentation | null;
  /** which of them are seen as differences, and the window that they had before */
  readonly subtraction: Subtraction | null;
}
interface Subtraction {
  readonly by: Subtractor;
  readonly before: Pick<ViewModel, "isWindowChosen"> & { readonly window: WindowSettings };
}

export const MIN_ZOOM = 1 / 64;
/** A slide of 2^19 pixels is a thumbnail then. */
const MIN_SLIDE_ZOOM = 1 / 4096;
export const MAX_ZOOM = 64;
const ROTATIONS: readonly number[] = [0, 90, 180, 270];
const VOI_FUNCTIONS: readonly string[] = ["LINEAR", "LINEAR_EXACT", "SIGMOID"];

export function frameOf(model: ViewModel): ManifestFrame | null {
  return seenAt(model, model.index);
}
/** A picture of the stack as it is to be seen. */
export function seenAt(model: ViewModel, index: number): ManifestFrame | null {
  const frame = presentedOf(model, index)?.frame ?? model.series.frames[index] ?? null;
  return frame === null ? null : (model.subtraction?.by.of(frame) ?? frame);
}
function presentedOf(model: ViewModel, index = model.index): PresentedFrame | null {
  const frame = model.series.frames[index];
  return frame === undefined ? null : (model.presentation?.of(frame) ?? null);
}
/** A series as it is first shown: fitted, unrotated, with its own window. */
export function openSeries(
  studyInstanceUID: string,
  series: ManifestSeries,
  index: number,
  size: ViewportSize,
  presentation: Presentation | null = null,
  subtraction: Subtraction | null = null,
): ViewModel {
  const stated = series.frames[index] ?? null;
  const presented = stated === null ? null : (presentation?.of(stated) ?? null);
  const own = presented?.frame ?? stated;
  const frame = own === null ? null : (subtraction?.by.of(own) ?? own);
  const view: ViewState = {
    studyInstanceUID,
    seriesInstanceUID: series.seriesInstanceUID,
    sopInstanceUID: frame?.instance.sopInstanceUID ?? series.instances[0]?.sopInstanceUID ?? "",
    frame: frame?.frameNumber ?? 1,
    ...(frame === null
      ? { windowCenter: null, windowWidth: null, voiFunction: "LINEAR", voiLut: null }
      : defaultWindow(frame)),
    zoom: 1,
    fit: true,
    pan: { x: 0, y: 0 },
    rotation: presented?.rotation ?? 0,
    flipHorizontal: presented?.flipHorizontal ?? false,
    flipVertical: false,
    inverted: frame !== null && isReadAsPet(frame),
    interpolation: "linear",
  };
  return refit({
    view,
    series,
    index: frame === null ? 0 : index,
    size,
    isWindowChosen: false,
    presentation,
    subtraction,
  });
}
/** The same picture, as somebody wanted it to be seen, or as it says itself. */
export function present(model: ViewModel, presentation: Presentation | null): ViewModel {
  return reset({ ...model, presentation });
}
/** The same view of the same picture, as a difference or as it is, with the window that goes with that. */
export function subtract(model: ViewModel, by: Subtractor | null): ViewModel {
  const { view, isWindowChosen, subtraction } = model;
  const { windowCenter, windowWidth, voiFunction, voiLut } = view;
  const window = { windowCenter, windowWidth, voiFunction, voiLut };
  if (by === null) {
    if (subtraction === null) return model;
    const { before } = subtraction;
    const plain = { ...model, subtraction: null, isWindowChosen: before.isWindowChosen };
    const frame = frameOf(plain);
    const own = frame === null || before.isWindowChosen ? before.window : defaultWindow(frame);
    return { ...plain, view: { ...view, ...own } };
  }
  const before = subtraction?.before ?? { isWindowChosen, window };
  const changed = { ...model, subtraction: { by, before } };
  const frame = frameOf(changed);
  // a mask that is moved leaves the window as it is
  if (subtraction !== null || frame === null) return changed;
  return { ...changed, isWindowChosen: false, view: { ...view, ...defaultWindow(frame) } };
}
/** Of a series without pictures: this object. */
export function lookAt(model: ViewModel, { sopInstanceUID }: ManifestInstance): ViewModel {
  return { ...model, view: { ...model.view, sopInstanceUID } };
}
/** The same view of another picture of the stack. */
export function scrollTo(model: ViewModel, index: number): ViewModel {
  const last = model.series.frames.length - 1;
  const target = Math.min(last, Math.max(0, Math.round(index)));
  const frame = frameOf({ ...model, index: target });
  if (frame === null || target === model.index) return model;
  const { view: before, isWindowChosen } = model;
  if (!isPlacedAlike(presentedOf(model), presentedOf(model, target)))
    model = { ...reset({ ...model, index: target }), isWindowChosen };
  const window =
    isWindowChosen && hasWindow(frame) ? keptWindow(before, frame) : defaultWindow(frame);
  const view = {
    ...model.view,
    ...window,
    sopInstanceUID: frame.instance.sopInstanceUID,
    frame: frame.frameNumber,
  };
  return refit({ ...model, view, index: target });
}
function keptWindow(view: ViewState, frame: ManifestFrame): Partial<ViewState> {
  const { windowCenter, windowWidth, voiFunction, voiLut } = view;
  const isLutThere = voiLut === null || voiLut < frame.display.voiLuts.length;
  return isLutThere ? { windowCenter, windowWidth, voiFunction, voiLut } : defaultWindow(frame);
}
/** Between pictures that are to be seen alike the user's zoom, pan and turns stay. */
function isPlacedAlike(a: PresentedFrame | null, b: PresentedFrame | null): boolean {
  const key = (one: PresentedFrame | null): string =>
    one === null ? "" : JSON.stringify([one.rotation, one.flipHorizontal, one.zoom, one.area]);
  return a === b || key(a) === key(b);
}
export function resize(model: ViewModel, size: ViewportSize): ViewModel {
  if (size.width === model.size.width && size.height === model.size.height) return model;
  return refit({ ...model, size });
}
/** As it was first shown. */
export function reset(model: ViewModel): ViewModel {
  const { view, series, index, size, presentation, subtraction } = model;
  const first = openSeries(view.studyInstanceUID, series, index, size, presentation, subtraction);
  return { ...first, view: { ...first.view, interpolation: model.view.interpolation } };
}
export function fitToWindow(model: ViewModel): ViewModel {
  return refit({ ...model, view: { ...model.view, fit: true } });
}
/** Zoom 1, with what is in the middle staying there. */
export function oneToOne(model: ViewModel): ViewModel {
  const { width, height } = model.size;
  return zoomTo(model, 1, { x: width / 2, y: height / 2 });
}
export function zoomAt(model: ViewModel, factor: number, point: ViewportPoint): ViewModel {
  if (!(factor > 0) || !Number.isFinite(factor)) return model;
  return zoomTo(model, model.view.zoom * factor, point);
}
function zoomTo(model: ViewModel, zoom: number, point: ViewportPoint): ViewModel {
  const frame = frameOf(model);
  if (frame === null) return model;
  const bounded = Math.min(MAX_ZOOM, Math.max(minZoom(frame), zoom));
  const placed = zoomedAbout(point, bounded, shapeOf(frame), model.view, model.size);
  return { ...model, view: { ...model.view, ...placed, fit: false } };
}
function minZoom(frame: ManifestFrame | null): number {
  return frame?.slide === undefined ? MIN_ZOOM : MIN_SLIDE_ZOOM;
}
/** A window the user chose. */
export function useWindow(model: ViewModel, window: Partial<ViewState>): ViewModel {
  return { ...model, view: { ...model.view, ...window }, isWindowChosen: true };
}
/** Applies what `set` was given. Throws SlError: invalid_argument, not_found (no such picture in this series). */
export function applyChange(model: ViewModel, change: ViewChange): ViewModel {
  checkChange(model, change);
  const { sopInstanceUID, frame, windowCenter, windowWidth, voiFunction, voiLut, ...rest } = change;
  let next = model;
  if (sopInstanceUID !== undefined || frame !== undefined) {
    next = scrollTo(next, indexOf(model, sopInstanceUID ?? model.view.sopInstanceUID, frame ?? 1));
  }
  next = applyWindow(next, { windowCenter, windowWidth, voiFunction, voiLut });
  if (Object.keys(rest).length === 0) return next;
  const isPlaced = rest.zoom !== undefined || rest.pan !== undefined;
  const view = { ...next.view, ...rest, fit: rest.fit ?? (isPlaced ? false : next.view.fit) };
  return refit({ ...next, view });
}
interface WindowChange {
  readonly windowCenter: number | null | undefined;
  readonly windowWidth: number | null | undefined;
  readonly voiFunction: ViewState["voiFunction"] | undefined;
  readonly voiLut: number | null | undefined;
}
/** A VOI LUT and a window exclude each other: the one that was named last applies. */
function applyWindow(model: ViewModel, change: WindowChange): ViewModel {
  const frame = frameOf(model);
  const { windowCenter, windowWidth, voiFunction, voiLut } = change;
  const isNothing = [windowCenter, windowWidth, voiFunction, voiLut].every(
    (value) => value === undefined,
  );
  if (frame === null || isNothing || !hasWindow(frame)) return model;
  const names = voiFunction === undefined ? {} : { voiFunction };
  if (typeof voiLut === "number")
    return useWindow(model, { ...names, windowCenter: null, windowWidth: null, voiLut });
  const own = defaultWindow({ ...frame, display: { ...frame.display, voiLuts: [] } });
  const center = windowCenter ?? model.view.windowCenter ?? own.windowCenter;
  const width = windowWidth ?? model.view.windowWidth ?? own.windowWidth;
  const named = voiFunction ?? model.view.voiFunction;
  // LINEAR is not defined below 1: PS3.3 C.11.2.1.2.1
  const bounded = width === null ? null : named === "LINEAR" ? Math.max(1, width) : width;
  return useWindow(model, {
    voiFunction: named,
    windowCenter: center,
    windowWidth: bounded,
    voiLut: null,
  });
}
function indexOf(model: ViewModel, sopInstanceUID: string, frameNumber: number): number {
  const index = model.series.frames.findIndex(
    (frame) =>
      frame.instance.sopInstanceUID === sopInstanceUID && frame.frameNumber === frameNumber,
  );
  if (index < 0) throw new SlError("not_found", "no such picture in this series");
  return index;
}
/** While `fit` is on, zoom and pan follow the viewport and the picture. */
function refit(model: ViewModel): ViewModel {
  const frame = frameOf(model);
  if (!model.view.fit || frame === null) return model;
  const placed = fittedPlace(model, frame);
  const { zoom, pan } = model.view;
  if (placed.zoom === zoom && placed.pan.x === pan.x && placed.pan.y === pan.y) return model;
  return { ...model, view: { ...model.view, ...placed } };
}
/** All of the picture, or the area of it that is to be seen, in the middle of the viewport. */
function fittedPlace(model: ViewModel, frame: ManifestFrame): Pick<ViewState, "zoom" | "pan"> {
  const shape = shapeOf(frame);
  const { view, size } = model;
  const presented = presentedOf(model);
  const pan = { x: 0, y: 0 };
  if (presented === null || (presented.area === null && presented.zoom === null))
    return { zoom: fitZoom(shape, view.rotation, size), pan };
  const area = presented.area ?? { left: 0, top: 0, right: shape.cols, bottom: shape.rows };
  const extent = { ...shape, cols: area.right - area.left, rows: area.bottom - area.top };
  const wanted = presented.zoom ?? fitZoom(extent, view.rotation, size);
  const zoom = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, wanted));
  const middle = { row: (area.top + area.bottom) / 2, col: (area.left + area.right) / 2 };
  const at = toViewport(middle, shape, { ...view, zoom, pan }, size);
  return { zoom, pan: { x: size.width / 2 - at.x, y: size.height / 2 - at.y } };
}
/** The values come from other programs too (docs/embedding.md): types are checked, not believed. */
function checkChange(model: ViewModel, change: ViewChange): void {
  const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
  const isFlag = (value: unknown): boolean => typeof value === "boolean";
  const luts = frameOf(model)?.display.voiLuts.length ?? 0;
  const rules: Readonly<Record<keyof ViewChange, (value: unknown) => boolean>> = {
    sopInstanceUID: (value) => typeof value === "string",
    frame: (value) => Number.isInteger(value),
    windowCenter: (value) => value === null || isNumber(value),
    windowWidth: (value) => value === null || (isNumber(value) && Number(value) > 0),
    voiFunction: (value) => VOI_FUNCTIONS.includes(String(value)),
    voiLut: (value) =>
      value === null || (Number.isInteger(value) && Number(value) >= 0 && Number(value) < luts),
    zoom: (value) =>
      isNumber(value) && Number(value) >= minZoom(frameOf(model)) && Number(value) <= MAX_ZOOM,
    fit: isFlag,
    pan: (value) =>
      typeof value === "object" &&
      value !== null &&
      "x" in value &&
      "y" in value &&
      isNumber(value.x) &&
      isNumber(value.y),
    rotation: (value) => typeof value === "number" && ROTATIONS.includes(value),
    flipHorizontal: isFlag,
    flipVertical: isFlag,
    inverted: isFlag,
    interpolation: (value) => value === "linear" || value === "nearest",
  };
  for (const [key, value] of Object.entries(change) as [string, unknown][]) {
    const rule = Object.hasOwn(rules, key) ? rules[key as keyof ViewChange] : undefined;
    if (rule === undefined)
      throw new SlError("invalid_argument", `set: unknown field ${key.slice(0, 40)}`);
    if (!rule(value)) throw new SlError("invalid_argument", `set: ${key}`);
  }
}
