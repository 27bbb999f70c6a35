import type { ViewChange, ViewState, ViewerController, ViewportController } from "../shared/api.ts";
import { presetsFor } from "./presets.ts";
import { MAGNIFICATIONS, magnifyTo, moveView } from "./slide_moves.ts";
import type { ToolSettings } from "./tool_settings.ts";

/** What only the chrome can do. */
export interface ChromeActions {
  cycleOverlay(): void;
  toggleLayers(): void;
  toggleColors(): void;
  toggleSubtraction(): void;
  useAsMask(): void;
  toggleStrip(): void;
  toggleHelp(): void;
  toggleTags(): void;
  toggleCine(): void;
  toggleFullScreen(): void;
  closePanels(): void;
}
export interface CommandContext {
  readonly viewer: ViewerController;
  readonly tools: ToolSettings;
  readonly chrome: ChromeActions;
}

const ZOOM_STEP = 1.25;

type Run = (viewport: ViewportController, context: CommandContext, digit: number | null) => void;

const ANYWHERE = {
  previousImage: (viewport) => {
    if (isSlide(viewport)) moveView(viewport, 0, -1);
    else viewport.scroll(-1);
  },
  nextImage: (viewport) => {
    if (isSlide(viewport)) moveView(viewport, 0, 1);
    else viewport.scroll(1);
  },
  previousTen: (viewport) => {
    viewport.scroll(isSlide(viewport) ? -1 : -10);
  },
  nextTen: (viewport) => {
    viewport.scroll(isSlide(viewport) ? 1 : 10);
  },
  panLeft: (viewport) => {
    if (isSlide(viewport)) moveView(viewport, -1, 0);
  },
  panRight: (viewport) => {
    if (isSlide(viewport)) moveView(viewport, 1, 0);
  },
  firstImage: (viewport) => {
    viewport.scrollTo(0);
  },
  lastImage: (viewport) => {
    viewport.scrollTo(Math.max(0, viewport.state.stackLength - 1));
  },
  previousSeries: (viewport, { viewer }) => {
    stepSeries(viewer, viewport, -1);
  },
  nextSeries: (viewport, { viewer }) => {
    stepSeries(viewer, viewport, 1);
  },
  toolWindow: (_viewport, { tools }) => {
    tools.pick("window");
  },
  toolPan: (_viewport, { tools }) => {
    tools.pick("pan");
  },
  toolZoom: (_viewport, { tools }) => {
    tools.pick("zoom");
  },
  toolScroll: (_viewport, { tools }) => {
    tools.pick("scroll");
  },
  toggleCine: (_viewport, { chrome }) => {
    chrome.toggleCine();
  },
  cycleOverlay: (_viewport, { chrome }) => {
    chrome.cycleOverlay();
  },
  toggleLayers: (_viewport, { chrome }) => {
    chrome.toggleLayers();
  },
  toggleColors: (_viewport, { chrome }) => {
    chrome.toggleColors();
  },
  toggleSubtraction: (_viewport, { chrome }) => {
    chrome.toggleSubtraction();
  },
  useAsMask: (_viewport, { chrome }) => {
    chrome.useAsMask();
  },
  toggleStrip: (_viewport, { chrome }) => {
    chrome.toggleStrip();
  },
  fullScreen: (_viewport, { chrome }) => {
    chrome.toggleFullScreen();
  },
  toggleHelp: (_viewport, { chrome }) => {
    chrome.toggleHelp();
  },
  toggleTags: (_viewport, { chrome }) => {
    chrome.toggleTags();
  },
  closePanels: (_viewport, { chrome }) => {
    chrome.closePanels();
  },
} satisfies Record<string, Run>;

/** Without a picture there is nothing to turn; the viewport refuses changes then. */
const ON_PICTURE = {
  preset: (viewport, _context, digit) => {
    if (isSlide(viewport)) magnifyBy(viewport, digit);
    else applyPreset(viewport, digit === null ? "" : String(digit));
  },
  autoWindow: (viewport) => {
    if (isSlide(viewport)) magnifyBy(viewport, 0);
    else viewport.autoWindow();
  },
  invert: (viewport) => {
    viewport.set({ inverted: !viewport.state.inverted });
  },
  rotateRight: (viewport) => {
    viewport.set(turned(viewport.state.rotation, 90));
  },
  rotateLeft: (viewport) => {
    viewport.set(turned(viewport.state.rotation, 270));
  },
  flipHorizontal: (viewport) => {
    viewport.set(mirrored(viewport.state, "leftRight"));
  },
  flipVertical: (viewport) => {
    viewport.set(mirrored(viewport.state, "topBottom"));
  },
  fit: (viewport) => {
    viewport.fitToWindow();
  },
  oneToOne: (viewport) => {
    viewport.oneToOne();
  },
  zoomIn: (viewport) => {
    zoomCentre(viewport, ZOOM_STEP);
  },
  zoomOut: (viewport) => {
    zoomCentre(viewport, 1 / ZOOM_STEP);
  },
  reset: (viewport) => {
    viewport.reset();
  },
} satisfies Record<string, Run>;

export type CommandId = keyof typeof ANYWHERE | keyof typeof ON_PICTURE;

/** Runs a command on the active viewport. `digit` picks the preset. */
export function runCommand(
  command: CommandId,
  context: CommandContext,
  digit: number | null = null,
): void {
  const viewport = context.viewer.active;
  const anywhere: Readonly<Record<string, Run>> = ANYWHERE;
  const onPicture: Readonly<Record<string, Run>> = ON_PICTURE;
  const run = anywhere[command] ?? (viewport.shown ? onPicture[command] : undefined);
  run?.(viewport, context, digit);
}

function isSlide(viewport: ViewportController): boolean {
  return viewport.shown?.slide !== undefined;
}
/** The digit a magnification begins with; 0 for 10x, as 1 is taken. */
function magnifyBy(viewport: ViewportController, digit: number | null): void {
  const wanted = MAGNIFICATIONS.find((factor) =>
    digit === 0 ? factor === 10 : factor !== 10 && String(factor).startsWith(String(digit)),
  );
  if (wanted !== undefined) magnifyTo(viewport, wanted);
}
function turned(rotation: 0 | 90 | 180 | 270, by: 90 | 270): ViewChange {
  const turns = [0, 90, 180, 270] as const;
  return { rotation: turns[((rotation + by) / 90) % 4] ?? 0 };
}

/** Mirrors what the eye sees. The state flips before it rotates (web/view/geometry.ts), so a quarter turn swaps the axes. */
export function mirrored(state: ViewState, axis: "leftRight" | "topBottom"): ViewChange {
  const isTurned = state.rotation === 90 || state.rotation === 270;
  return (axis === "leftRight") !== isTurned
    ? { flipHorizontal: !state.flipHorizontal }
    : { flipVertical: !state.flipVertical };
}

function zoomCentre(viewport: ViewportController, factor: number): void {
  viewport.zoomAt(factor, viewport.state.deviceWidth / 2, viewport.state.deviceHeight / 2);
}

/** Picks the preset with this digit; does nothing when the picture has none. */
function applyPreset(viewport: ViewportController, key: string): void {
  if (!viewport.shown) return;
  const preset = presetsFor(viewport.shown).find(
    (candidate) => candidate.key !== "" && candidate.key === key,
  );
  if (preset?.change) viewport.set(preset.change);
  else if (preset) viewport.autoWindow();
}

function stepSeries(viewer: ViewerController, viewport: ViewportController, step: 1 | -1): void {
  const all = viewer.manifest?.series ?? [];
  const index = all.findIndex(
    (series) => series.seriesInstanceUID === viewport.state.seriesInstanceUID,
  );
  const next = all[index + step];
  if (next) viewport.showSeries(next.seriesInstanceUID);
}
