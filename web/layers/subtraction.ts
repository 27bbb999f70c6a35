import type { Subtractor, ViewerController } from "../shared/api.ts";
import { SlError } from "../shared/errc.ts";
import type { Difference, ManifestFrame, MaskOperation } from "../shared/manifest.ts";
import type { SampleBlock } from "../shared/messages.ts";
import { maskedFrames, type MaskedFrames } from "./masked_frames.ts";
import {
  extentOf,
  meanFrame,
  subtractMask,
  type MaskSettings,
  type MeanFrame,
} from "./mask_subtraction.ts";
import { appliesTo, type PresentationState } from "./presentation_state.ts";
import { refersTo } from "./referenced_images.ts";

/** Masks whose mean is held. */
const MAX_MASKS = 4;
/** Decoded frames that are held beside the viewer's own: as many as one picture may need. */
const MAX_FRAMES = 32;
/** Differences that are held beside their textures: for what is read out of them. */
const MAX_BYTES = 64 * 1024 ** 2;

/** Digital subtraction: pictures of a run are drawn less a mask. PS3.3 C.7.6.10, PS3.4 N.2. */
export class Subtraction implements Subtractor {
  readonly #viewer: ViewerController;
  readonly #tell: () => void;
  readonly #frames = new Map<ManifestFrame, SampleBlock | SlError | "loading">();
  readonly #masks = new Map<string, MeanFrame>();
  /** by the hash of an instance: the frame that the user has chosen */
  readonly #chosen = new Map<string, number>();
  #made = new WeakMap<ManifestFrame, ManifestFrame>();
  /** of a difference: the picture that it is made of */
  readonly #origins = new WeakMap<ManifestFrame, ManifestFrame>();
  #state: PresentationState | null = null;
  #isOn = false;
  #shift: readonly [number, number] = [0, 0];
  #lastKey = 0;
  /** by key, in order of use */
  readonly #differences = new Map<number, SampleBlock>();

  constructor(viewer: ViewerController, tell: () => void) {
    this.#viewer = viewer;
    this.#tell = tell;
  }
  get isOn(): boolean {
    return this.#isOn;
  }
  /** What the user has added to the mask's own shift: rows down, columns to the right. */
  get shift(): readonly [number, number] {
    return this.#shift;
  }
  /** Whether something can be subtracted from the frame. */
  isPossible(frame: ManifestFrame): boolean {
    return this.#planOf(this.#origins.get(frame) ?? frame) !== null;
  }
  /** Whether the object, or the presentation state that is applied, says itself what is to be subtracted. */
  isStated(frame: ManifestFrame): boolean {
    return this.#planOf(this.#origins.get(frame) ?? frame)?.isStated === true;
  }
  toggle(): void {
    this.#set(!this.#isOn);
  }
  /** The picture that is shown becomes the mask of its run, and the mask is subtracted. */
  useAsMask(): void {
    const { shown } = this.#viewer.active;
    if (shown === null || !canBeSubtracted(this.#origins.get(shown) ?? shown)) return;
    this.#chosen.set(shown.instance.hash, shown.frameNumber);
    this.#set(true);
  }
  /** Moves the mask by so many pixels. */
  moveMask(down: number, right: number): void {
    this.#shift = [this.#shift[0] + down, this.#shift[1] + right];
    this.#apply();
  }
  resetShift(): void {
    this.#shift = [0, 0];
    this.#apply();
  }
  /** A state that says what is to be subtracted was chosen to be followed. */
  follow(state: PresentationState | null): void {
    const hadMask = this.#state?.mask != null;
    this.#state = state;
    if (state?.mask != null) this.#set(true);
    else if (hadMask) this.#set(false);
  }
  /** Whether the state has a mask that is not subtracted. */
  leavesOut(state: PresentationState): boolean {
    return state.mask !== null && hasTable(state);
  }
  /** Another study. */
  clear(): void {
    this.#frames.clear();
    this.#masks.clear();
    this.#chosen.clear();
    this.#state = null;
    this.#shift = [0, 0];
    this.#set(false);
  }
  /** What could not be had may be there by now. */
  retry(): void {
    for (const [frame, held] of this.#frames)
      if (held instanceof SlError) this.#frames.delete(frame);
  }
  /** The picture less its mask; null: nothing is subtracted from this one. */
  of(frame: ManifestFrame): ManifestFrame | null {
    if (!this.#isOn) return null;
    const known = this.#made.get(frame);
    if (known !== undefined) return known;
    const plan = this.#planOf(frame);
    if (plan === null) return null;
    const made = this.#subtracted(frame, plan);
    this.#made.set(frame, made);
    this.#origins.set(made, frame);
    return made;
  }

  #set(isOn: boolean): void {
    this.#isOn = isOn;
    this.#apply();
  }
  #apply(): void {
    this.#made = new WeakMap();
    this.#differences.clear();
    this.#viewer.active.subtract(this.#isOn ? this : null);
    this.#tell();
  }
  #planOf(frame: ManifestFrame): Plan | null {
    if (!canBeSubtracted(frame)) return null;
    const { mask, frames, hash } = frame.instance;
    const plan = (operation: MaskOperation, isStated: boolean): Plan | null => {
      const masked = maskedFrames(operation, frame.frameNumber, frames.length);
      return masked === null ? null : { ...masked, shift: operation.shift, isStated };
    };
    const chosen = this.#chosen.get(hash);
    if (chosen !== undefined) return plan(averageOf(chosen), false);
    const state = this.#state;
    if (state !== null && appliesTo(state, frame))
      return state.mask === null || hasTable(state) ? null : plan(state.mask, true);
    for (const operation of mask?.operations ?? []) {
      const found = plan(operation, true);
      if (found !== null) return found;
    }
    return (mask?.operations.length ?? 0) > 0 ? null : plan(averageOf(1), false);
  }
  #subtracted(frame: ManifestFrame, plan: Plan): ManifestFrame {
    const { display, instance, stream } = frame;
    const linearBits = instance.mask?.intensity === "LIN" ? instance.bitsStored : 0;
    const shift = [plan.shift[0] + this.#shift[0], plan.shift[1] + this.#shift[1]] as const;
    const { rescaleSlope, rescaleIntercept, modalityLut } = display;
    const settings = { rescaleSlope, rescaleIntercept, modalityLut, linearBits, shift };
    const hasVoi =
      this.#state !== null &&
      appliesTo(this.#state, frame) &&
      this.#state.voi.some(({ images }) => refersTo(images, frame));
    return {
      ...frame,
      display: {
        ...display,
        rescaleSlope: 1,
        rescaleIntercept: 0,
        rescaleType: "",
        modalityLut: null,
        padding: null,
        ...(hasVoi ? {} : { windows: [], voiLuts: [] }),
      },
      instance: { ...instance, bitsAllocated: 32, bitsStored: 0, signed: true },
      // which values there are is known when they are here
      stream: stream === null ? null : { ...stream, min: 0, max: 0 },
      difference: this.#difference(frame, plan, settings),
    };
  }
  #difference(frame: ManifestFrame, plan: Plan, settings: MaskSettings): Difference {
    const { frames, hash } = frame.instance;
    const framesOf = (numbers: readonly number[]): readonly ManifestFrame[] =>
      numbers.flatMap((number) => frames[number - 1] ?? []);
    const contrast = framesOf(plan.contrast);
    const masks = framesOf(plan.masks);
    const maskKey = JSON.stringify([hash, plan.masks, { ...settings, shift: null }]);
    const key = --this.#lastKey;
    let extent: number | null = null;
    const block: Difference["block"] = (held) => {
      const known = this.#differences.get(key);
      if (known !== undefined) return known;
      if (contrast.length + masks.length > MAX_FRAMES)
        throw new SlError("limit_exceeded", "a mask of too many frames");
      // those beside the picture that is looked at are made of what is here
      const isLookedAt = this.#viewer.active.shown?.difference?.key === key;
      const from: Frames = { held, fetch: isLookedAt ? frame.frameNumber : null };
      const shown = this.#blocks(contrast, from);
      const mask = this.#maskOf(maskKey, masks, from, settings);
      if (shown === null || mask === null) return null;
      const made = subtractMask(meanFrame(shown, settings), mask, settings.shift);
      extent = extentOf(made);
      this.#keep(key, made);
      return made;
    };
    return {
      key,
      masks: plan.masks,
      shift: settings.shift,
      block,
      get extent() {
        return extent;
      },
    };
  }
  #keep(key: number, made: SampleBlock): void {
    this.#differences.set(key, made);
    let bytes = [...this.#differences.values()].reduce(
      (sum, { values }) => sum + values.byteLength,
      0,
    );
    for (const [oldest, { values }] of this.#differences) {
      if (bytes <= MAX_BYTES || oldest === key) return;
      bytes -= values.byteLength;
      this.#differences.delete(oldest);
    }
  }
  #maskOf(
    key: string,
    frames: readonly ManifestFrame[],
    from: Frames,
    settings: MaskSettings,
  ): MeanFrame | null {
    const known = this.#masks.get(key);
    if (known !== undefined) return known;
    const blocks = this.#blocks(frames, from);
    if (blocks === null) return null;
    const mean = meanFrame(blocks, settings);
    this.#masks.set(key, mean);
    for (const oldest of this.#masks.keys()) {
      if (this.#masks.size <= MAX_MASKS) break;
      this.#masks.delete(oldest);
    }
    return mean;
  }
  /** null: some are not here. The frame that is looked at comes by itself. Throws SlError. */
  #blocks(
    frames: readonly ManifestFrame[],
    { held, fetch }: Frames,
  ): readonly SampleBlock[] | null {
    const blocks = frames.map((frame) => {
      const block = held(frame);
      if (block !== null) return block;
      const own = this.#frames.get(frame);
      if (own instanceof SlError) throw own;
      if (own !== undefined && own !== "loading") return own;
      if (own === undefined && fetch !== null && frame.frameNumber !== fetch)
        void this.#fetch(frame);
      return null;
    });
    return blocks.every((block) => block !== null) ? blocks : null;
  }
  async #fetch(frame: ManifestFrame): Promise<void> {
    this.#frames.set(frame, "loading");
    let result: SampleBlock | SlError;
    try {
      result = await this.#viewer.decode(frame);
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      result = error;
    }
    this.#frames.delete(frame);
    this.#frames.set(frame, result);
    for (const oldest of this.#frames.keys()) {
      if (this.#frames.size <= MAX_FRAMES) break;
      this.#frames.delete(oldest);
    }
    this.#viewer.active.redraw();
    this.#tell();
  }
}

/** Where stored values come from. */
interface Frames {
  readonly held: (frame: ManifestFrame) => SampleBlock | null;
  /** the frame that is looked at: what it needs is fetched; null: nothing is */
  readonly fetch: number | null;
}
interface Plan extends MaskedFrames {
  readonly shift: readonly [number, number];
  readonly isStated: boolean;
}
function averageOf(frame: number): MaskOperation {
  return {
    kind: "AVG_SUB",
    applicable: [],
    masks: [frame],
    averaging: 1,
    shift: [0, 0],
    offset: 1,
    explanation: "",
  };
}
/** Grey runs of X-rays, or of what says itself that it is to be subtracted. */
function canBeSubtracted({ instance, stream, slide }: ManifestFrame): boolean {
  const { samples, photometric, bitsStored, frames, series, mask } = instance;
  const isGray = samples === 1 && photometric.startsWith("MONOCHROME") && bitsStored > 0;
  const isRun = ["XA", "RF"].includes(series.modality) || (mask?.operations.length ?? 0) > 0;
  return isGray && isRun && frames.length > 1 && stream !== null && slide === undefined;
}
/** Values behind a table of P-values are no longer those that a mask is subtracted from. */
function hasTable({ presentationLut, palette }: PresentationState): boolean {
  return presentationLut !== null || palette !== null;
}
