import type { MessageKey } from "../i18n/translate.ts";
import type { CommandId } from "./commands.ts";

/** Keys, OHIF-like. The help dialog shows this table; keyboard.ts obeys it. */
export interface KeyBinding {
  readonly command: CommandId;
  /** KeyboardEvent.key, letters in lower case; "Digit" stands for 0-9 of either block */
  readonly keys: readonly string[];
  readonly shift?: boolean;
  readonly group: "stack" | "tools" | "window" | "geometry" | "general";
  readonly label: MessageKey;
  /** how the keys are written in the help; default: the keys themselves */
  readonly shown?: string;
}

export const KEYMAP: readonly KeyBinding[] = [
  {
    command: "previousImage",
    keys: ["ArrowUp"],
    group: "stack",
    label: "command.previousImage",
    shown: "↑",
  },
  {
    command: "nextImage",
    keys: ["ArrowDown"],
    group: "stack",
    label: "command.nextImage",
    shown: "↓",
  },
  {
    command: "previousTen",
    keys: ["ArrowUp"],
    shift: true,
    group: "stack",
    label: "command.previousTen",
    shown: "Shift ↑",
  },
  {
    command: "nextTen",
    keys: ["ArrowDown"],
    shift: true,
    group: "stack",
    label: "command.nextTen",
    shown: "Shift ↓",
  },
  { command: "firstImage", keys: ["Home"], group: "stack", label: "command.firstImage" },
  { command: "lastImage", keys: ["End"], group: "stack", label: "command.lastImage" },
  {
    command: "previousSeries",
    keys: ["PageUp"],
    group: "stack",
    label: "command.previousSeries",
    shown: "PgUp",
  },
  {
    command: "nextSeries",
    keys: ["PageDown"],
    group: "stack",
    label: "command.nextSeries",
    shown: "PgDn",
  },
  { command: "toggleCine", keys: ["c"], group: "stack", label: "command.toggleCine" },

  { command: "toolWindow", keys: ["w"], group: "tools", label: "tool.window" },
  { command: "toolPan", keys: ["p"], group: "tools", label: "tool.pan" },
  { command: "toolZoom", keys: ["z"], group: "tools", label: "tool.zoom" },
  { command: "toolScroll", keys: ["s"], group: "tools", label: "tool.scroll" },

  { command: "preset", keys: ["Digit"], group: "window", label: "command.preset", shown: "1 – 9" },
  { command: "autoWindow", keys: ["Digit0"], group: "window", label: "preset.auto", shown: "0" },
  { command: "invert", keys: ["i"], group: "window", label: "command.invert" },

  { command: "rotateRight", keys: ["r"], group: "geometry", label: "command.rotateRight" },
  { command: "rotateLeft", keys: ["l"], group: "geometry", label: "command.rotateLeft" },
  { command: "flipHorizontal", keys: ["h"], group: "geometry", label: "command.flipHorizontal" },
  { command: "flipVertical", keys: ["v"], group: "geometry", label: "command.flipVertical" },
  {
    command: "panLeft",
    keys: ["ArrowLeft"],
    group: "geometry",
    label: "command.panLeft",
    shown: "←",
  },
  {
    command: "panRight",
    keys: ["ArrowRight"],
    group: "geometry",
    label: "command.panRight",
    shown: "→",
  },
  { command: "fit", keys: ["="], group: "geometry", label: "command.fit" },
  { command: "oneToOne", keys: ["o"], group: "geometry", label: "command.oneToOne" },
  { command: "zoomIn", keys: ["+"], group: "geometry", label: "command.zoomIn" },
  { command: "zoomOut", keys: ["-"], group: "geometry", label: "command.zoomOut" },
  { command: "reset", keys: [" "], group: "geometry", label: "command.reset", shown: "Space" },

  // before the key without Shift: the first binding that fits is taken
  {
    command: "toggleTags",
    keys: ["t"],
    shift: true,
    group: "general",
    label: "command.tags",
    shown: "Shift T",
  },
  { command: "cycleOverlay", keys: ["t"], group: "general", label: "command.cycleOverlay" },
  { command: "toggleLayers", keys: ["g"], group: "general", label: "command.toggleLayers" },
  // before the key without Shift
  {
    command: "useAsMask",
    keys: ["d"],
    shift: true,
    group: "general",
    label: "command.useAsMask",
    shown: "Shift D",
  },
  {
    command: "toggleSubtraction",
    keys: ["d"],
    group: "general",
    label: "command.toggleSubtraction",
  },
  { command: "toggleColors", keys: ["k"], group: "general", label: "command.toggleColors" },
  { command: "toggleStrip", keys: ["n"], group: "general", label: "command.toggleStrip" },
  { command: "fullScreen", keys: ["f"], group: "general", label: "command.fullScreen" },
  { command: "toggleHelp", keys: ["?"], group: "general", label: "command.toggleHelp" },
  {
    command: "closePanels",
    keys: ["Escape"],
    group: "general",
    label: "command.closePanels",
    shown: "Esc",
  },
];

/** How a binding's keys are written for people. */
export function shownKeys(binding: KeyBinding): string {
  return (
    binding.shown ??
    binding.keys.map((key) => (key.length === 1 ? key.toUpperCase() : key)).join(" / ")
  );
}

/** The key of a command for tooltips; "" when it has none. */
export function keyOf(command: CommandId): string {
  const binding = KEYMAP.find((candidate) => candidate.command === command);
  return binding ? shownKeys(binding) : "";
}

export interface KeyInput {
  readonly key: string;
  readonly code: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}
export interface KeyMatch {
  readonly command: CommandId;
  /** the digit, for presets */
  readonly digit: number | null;
}

/** What a key press means; null when nothing, or when the browser or system owns the combination. */
export function matchKey(event: KeyInput): KeyMatch | null {
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  // By code, so that digits work where the layout needs Shift for them (AZERTY) and on the number block.
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  const typesDigit = digit !== undefined && (event.key === digit || /^[^\w+\-=?]$/.test(event.key));
  if (typesDigit && !(event.shiftKey && event.key !== digit)) {
    const value = Number(digit);
    return value === 0
      ? { command: "autoWindow", digit: null }
      : { command: "preset", digit: value };
  }
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const isNamed = event.key.length > 1;
  const found = KEYMAP.find(
    (binding) =>
      binding.keys.includes(key) &&
      (isNamed ? (binding.shift ?? false) === event.shiftKey : !binding.shift || event.shiftKey),
  );
  return found ? { command: found.command, digit: null } : null;
}
