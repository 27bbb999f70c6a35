import type { ManifestFrame } from "../shared/manifest.ts";
import type { SampleBlock } from "../shared/messages.ts";
import {
  hasWindow,
  isRangeKnown,
  isReadAsPet,
  modalityOf,
  rangeWindow,
  type WindowSettings,
} from "./default_window.ts";
import { shapeOf, toImage } from "./geometry.ts";
import { storedRange, wholeRange, type BlockRegion } from "./stored_value.ts";
import type { ViewModel } from "./view_state.ts";

/** A window over the stored values that are on screen, padding left out. Without a block: of the whole frame, as the
 *  manifest says. null: colour, or nothing but padding on screen. */
export function autoWindowOf(
  frame: ManifestFrame,
  block: SampleBlock | null,
  model: ViewModel,
): WindowSettings | null {
  if (!hasWindow(frame) || frame.stream === null) return null;
  const region = visibleRegion(frame, block, model);
  const range =
    block !== null && (region !== null || !isRangeKnown(frame))
      ? storedRange(block, frame.display.padding, region ?? wholeOf(block))
      : ([frame.stream.min, frame.stream.max] as const);
  if (range === null) return null;
  const [min, max] = modalityOf(frame, range[0], range[1]);
  return rangeWindow(frame, min, max);
}
interface Measured {
  readonly samples: number;
  readonly range: readonly [number, number] | null;
}
/** of the largest block that there was of each frame: its texture may be on screen longer than its block is held */
const measured = new WeakMap<ManifestFrame, Measured>();

/** The model with a window over the values of the frame's block, or of the one that was held before, where neither the object has a window nor the manifest a
 *  range, and nobody has chosen one. */
export function withMeasuredWindow(
  model: ViewModel,
  frame: ManifestFrame,
  block: SampleBlock | null,
): ViewModel {
  const { windows, voiLuts } = frame.display;
  const isPet = isReadAsPet(frame) && frame.instance.suvFactor !== undefined;
  const isTold = windows.length > 0 || voiLuts.length > 0 || isPet || isRangeKnown(frame);
  if (model.isWindowChosen || isTold || !hasWindow(frame)) return model;
  const range = rangeOf(frame, block);
  if (range === null) return model;
  const [min, max] = modalityOf(frame, range[0], range[1]);
  const window = rangeWindow(frame, min, max);
  const { view } = model;
  const isSame =
    view.windowCenter === window.windowCenter && view.windowWidth === window.windowWidth;
  return isSame ? model : { ...model, view: { ...view, ...window } };
}
/** Of a difference nothing is in the middle, whatever the largest values are. */
function rangeOf(
  frame: ManifestFrame,
  block: SampleBlock | null,
): readonly [number, number] | null {
  const { difference, display } = frame;
  if (difference !== undefined)
    return difference.extent === null ? null : [-difference.extent, difference.extent];
  const before = measured.get(frame);
  const samples = block === null ? 0 : block.rows * block.cols;
  if (block === null || (before !== undefined && before.samples >= samples))
    return before?.range ?? null;
  const range = wholeRange(block, display.padding);
  measured.set(frame, { samples, range });
  return range;
}
function wholeOf(block: SampleBlock): BlockRegion {
  return { firstRow: 0, endRow: block.rows, firstCol: 0, endCol: block.cols };
}
/** Part of the block that is on screen; null when all of the picture is. */
function visibleRegion(
  frame: ManifestFrame,
  block: SampleBlock | null,
  model: ViewModel,
): BlockRegion | null {
  if (block === null) return null;
  const shape = shapeOf(frame);
  const a = toImage({ x: 0, y: 0 }, shape, model.view, model.size);
  const b = toImage({ x: model.size.width, y: model.size.height }, shape, model.view, model.size);
  const clip = (value: number, most: number): number => Math.min(most, Math.max(0, value));
  const rows = [
    clip(Math.min(a.row, b.row), shape.rows),
    clip(Math.max(a.row, b.row), shape.rows),
  ] as const;
  const cols = [
    clip(Math.min(a.col, b.col), shape.cols),
    clip(Math.max(a.col, b.col), shape.cols),
  ] as const;
  if (rows[0] <= 0 && cols[0] <= 0 && rows[1] >= shape.rows && cols[1] >= shape.cols) return null;
  const down = block.rows / shape.rows;
  const across = block.cols / shape.cols;
  return {
    firstRow: Math.floor(rows[0] * down),
    endRow: Math.ceil(rows[1] * down),
    firstCol: Math.floor(cols[0] * across),
    endCol: Math.ceil(cols[1] * across),
  };
}
