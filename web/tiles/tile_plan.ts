import type { ManifestFrame } from "../shared/manifest.ts";
import type { TileWant } from "../source/tile_source.ts";
import {
  blockBytes,
  coarseLevel,
  fullLevel,
  hasLevels,
  prefixBytes,
  screenLevel,
} from "./levels.ts";
import { stackOrder, type ScrollDirection } from "./stack_order.ts";

/** What a viewport looks at, as far as the plan cares. */
export interface PlannedViewport {
  readonly frames: readonly ManifestFrame[];
  /** 0-based index into frames */
  readonly current: number;
  readonly direction: ScrollDirection;
  /** device pixels per image column */
  readonly zoom: number;
  /** the full level of the shown frame is asked for (measured, exported, whenQuality("lossless")) */
  readonly needFull: boolean;
  /** of a slide: the frames that it needs, in order of need, instead of the stack's */
  readonly tiles?: readonly ManifestFrame[];
}
export interface PlanInput {
  /** active one first */
  readonly viewports: readonly PlannedViewport[];
  /** stacks that no viewport shows */
  readonly otherSeries: readonly (readonly ManifestFrame[])[];
  /** highest level whose bytes are here, -1 = none */
  readonly heldLevel: (frame: number) => number;
  /** failed, refused, or with nothing to stream */
  readonly isUnavailable: (frame: number) => boolean;
  /** for streams and decoded blocks together */
  readonly budgetBytes: number;
  readonly maxEntries: number;
}

const NEIGHBOURS = 8;
/** Share of the budget that is planned; the rest is room for what is in flight. */
const PLANNED_SHARE = 0.9;

/** Collects wants in order; never asks twice for a level, nor for more than the memory can hold. */
class PlanBuilder {
  readonly list: TileWant[] = [];
  readonly #input: PlanInput;
  readonly #planned = new Map<number, number>();
  #bytes = 0;

  constructor(input: PlanInput) {
    this.#input = input;
  }
  get isFull(): boolean {
    return (
      this.list.length >= this.#input.maxEntries ||
      this.#bytes >= this.#input.budgetBytes * PLANNED_SHARE
    );
  }
  /** Wants the frame up to `level`, in one tile. `always`: what is on screen is wanted whatever the memory says. */
  upTo(frame: ManifestFrame | undefined, level: number, always = false): void {
    if (frame === undefined || level < 0 || frame.stream === null) return;
    if (this.#input.isUnavailable(frame.id) || (this.isFull && !always)) return;
    const before = this.#planned.get(frame.id) ?? -1;
    if (level <= before) return;
    const growth = cost(frame, level) - cost(frame, before);
    if (!always && this.#bytes + growth > this.#input.budgetBytes * PLANNED_SHARE) return;
    this.#planned.set(frame.id, level);
    this.#bytes += growth;
    const firstLevel = Math.max(before, this.#input.heldLevel(frame.id)) + 1;
    if (firstLevel <= level) this.list.push({ frame: frame.id, firstLevel, lastLevel: level });
  }
  /** Coarse levels together, then each level alone, so that every step can be shown. */
  stepwise(frame: ManifestFrame | undefined, level: number, always = false): void {
    if (frame === undefined) return;
    const first = Math.min(coarseLevel(frame), level);
    for (let step = first; step <= level; step++) this.upTo(frame, step, always);
  }
}
function cost(frame: ManifestFrame, level: number): number {
  return prefixBytes(frame, level) + blockBytes(frame, level);
}
function planNeighbours(plan: PlanBuilder, view: PlannedViewport): void {
  const ahead = view.direction === 0 ? NEIGHBOURS : NEIGHBOURS + NEIGHBOURS / 2;
  const behind = view.direction === 0 ? NEIGHBOURS : NEIGHBOURS / 2;
  const [before, after] = view.direction < 0 ? [ahead, behind] : [behind, ahead];
  for (const index of stackOrder(view.frames.length, view.current, view.direction)) {
    if (index < view.current - before || index > view.current + after) continue;
    const frame = view.frames[index];
    if (frame !== undefined) plan.upTo(frame, screenLevel(frame, view.zoom));
  }
}
function planCoarse(
  plan: PlanBuilder,
  frames: readonly ManifestFrame[],
  order: readonly number[],
): void {
  for (const index of order) {
    const frame = frames[index];
    if (frame !== undefined && hasLevels(frame)) plan.upTo(frame, coarseLevel(frame));
  }
}
/** 1/4 for all, 1/2 for all, full for all: each pass nearest first. */
function planStack(plan: PlanBuilder, view: PlannedViewport, order: readonly number[]): void {
  for (let below = 2; below >= 0 && !plan.isFull; below--) {
    for (const index of order) {
      const frame = view.frames[index];
      if (frame !== undefined && (hasLevels(frame) || below === 0))
        plan.upTo(frame, fullLevel(frame) - below);
    }
  }
}
function order(view: PlannedViewport): number[] {
  return stackOrder(view.frames.length, view.current, view.direction);
}

/** The ordered want-list. Pure. The order is that of DESIGN.md section 4; docs/wire_format.md says how it is sent. */
export function planTiles(input: PlanInput): TileWant[] {
  const plan = new PlanBuilder(input);
  for (const view of input.viewports) {
    for (const tile of view.tiles ?? []) plan.upTo(tile, fullLevel(tile), true);
    const frame = view.frames[view.current];
    if (frame === undefined || view.tiles !== undefined) continue;
    if (view.needFull) plan.stepwise(frame, fullLevel(frame), true);
    plan.stepwise(frame, screenLevel(frame, view.zoom), true);
  }
  const [active, ...others] = input.viewports.filter((view) => view.tiles === undefined);
  if (active !== undefined) {
    planCoarse(plan, active.frames, order(active));
    planNeighbours(plan, active);
  }
  for (const view of others) {
    planCoarse(plan, view.frames, order(view));
    planNeighbours(plan, view);
  }
  for (const view of [active, ...others])
    if (view !== undefined) planStack(plan, view, order(view));
  for (const frames of input.otherSeries)
    planCoarse(plan, frames, stackOrder(frames.length, frames.length >> 1, 0));
  return plan.list;
}
