import type { ViewChange, ViewState, ViewerController, ViewportController } from "../shared/api.ts";
import { presetsFor } from "./presets.ts";
import type { ToolSettings } from "./tool_settings.ts";

export type CommandId =
  | "previousImage" | "nextImage" | "previousTen" | "nextTen" | "firstImage" | "lastImage"
  | "previousSeries" | "nextSeries" | "toggleCine"
  | "toolWindow" | "toolPan" | "toolZoom" | "toolScroll"
  | "preset" | "autoWindow" | "invert"
  | "rotateRight" | "rotateLeft" | "flipHorizontal" | "flipVertical"
  | "fit" | "oneToOne" | "zoomIn" | "zoomOut" | "reset"
  | "cycleOverlay" | "toggleStrip" | "fullScreen" | "toggleHelp" | "closePanels";

/** What only the chrome can do. */
export interface ChromeActions {
  cycleOverlay(): void;
  toggleStrip(): void;
  toggleHelp(): void;
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

/** Runs a command on the active viewport. `digit` picks the preset. */
export function runCommand(command: CommandId, context: CommandContext, digit: number | null = null): void {
  const viewport = context.viewer.active;
  if (runStack(command, context, viewport) || runTool(command, context.tools)) return;
  // Without a picture there is nothing to turn; the viewport refuses changes then.
  if (viewport.shown && (runWindow(command, viewport, digit) || runGeometry(command, viewport))) return;
  runChrome(command, context.chrome);
}

function runStack(command: CommandId, context: CommandContext, viewport: ViewportController): boolean {
  switch (command) {
    case "previousImage": viewport.scroll(-1); return true;
    case "nextImage": viewport.scroll(1); return true;
    case "previousTen": viewport.scroll(-10); return true;
    case "nextTen": viewport.scroll(10); return true;
    case "firstImage": viewport.scrollTo(0); return true;
    case "lastImage": viewport.scrollTo(Math.max(0, viewport.state.stackLength - 1)); return true;
    case "previousSeries": stepSeries(context.viewer, viewport, -1); return true;
    case "nextSeries": stepSeries(context.viewer, viewport, 1); return true;
    default: return false;
  }
}

function runTool(command: CommandId, tools: ToolSettings): boolean {
  switch (command) {
    case "toolWindow": tools.pick("window"); return true;
    case "toolPan": tools.pick("pan"); return true;
    case "toolZoom": tools.pick("zoom"); return true;
    case "toolScroll": tools.pick("scroll"); return true;
    default: return false;
  }
}

function runWindow(command: CommandId, viewport: ViewportController, digit: number | null): boolean {
  switch (command) {
    case "preset": applyPreset(viewport, digit === null ? "" : String(digit)); return true;
    case "autoWindow": viewport.autoWindow(); return true;
    case "invert": viewport.set({ inverted: !viewport.state.inverted }); return true;
    default: return false;
  }
}

function runGeometry(command: CommandId, viewport: ViewportController): boolean {
  const { state } = viewport;
  switch (command) {
    case "rotateRight": viewport.set(turned(state.rotation, 90)); return true;
    case "rotateLeft": viewport.set(turned(state.rotation, 270)); return true;
    case "flipHorizontal": viewport.set(mirrored(state, "leftRight")); return true;
    case "flipVertical": viewport.set(mirrored(state, "topBottom")); return true;
    case "fit": viewport.fitToWindow(); return true;
    case "oneToOne": viewport.oneToOne(); return true;
    case "zoomIn": zoomCentre(viewport, ZOOM_STEP); return true;
    case "zoomOut": zoomCentre(viewport, 1 / ZOOM_STEP); return true;
    case "reset": viewport.reset(); return true;
    default: return false;
  }
}

function runChrome(command: CommandId, chrome: ChromeActions): void {
  switch (command) {
    case "toggleCine": chrome.toggleCine(); break;
    case "cycleOverlay": chrome.cycleOverlay(); break;
    case "toggleStrip": chrome.toggleStrip(); break;
    case "fullScreen": chrome.toggleFullScreen(); break;
    case "toggleHelp": chrome.toggleHelp(); break;
    case "closePanels": chrome.closePanels(); break;
    default: break;
  }
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
export function applyPreset(viewport: ViewportController, key: string): void {
  if (!viewport.shown) return;
  const preset = presetsFor(viewport.shown).find((candidate) => candidate.key !== "" && candidate.key === key);
  if (preset?.change) viewport.set(preset.change);
  else if (preset) viewport.autoWindow();
}

function stepSeries(viewer: ViewerController, viewport: ViewportController, step: 1 | -1): void {
  const all = viewer.manifest?.series ?? [];
  const index = all.findIndex((series) => series.seriesInstanceUID === viewport.state.seriesInstanceUID);
  const next = all[index + step];
  if (next) viewport.showSeries(next.seriesInstanceUID);
}
