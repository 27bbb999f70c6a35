import { t, type MessageKey } from "../i18n/translate.ts";
import type { ViewChange, ViewState } from "../shared/api.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import { SUV_UPPER, suvWindow } from "../view/default_window.ts";

/** One line of the window menu. */
export interface WindowPreset {
  readonly id: string;
  readonly label: string;
  /** "400 / 40", or "" where there are no numbers */
  readonly detail: string;
  /** digit that picks it, or "" */
  readonly key: string;
  readonly kind: "dicom" | "voiLut" | "auto" | "table";
  /** what to set on the viewport; null for "auto" */
  readonly change: ViewChange | null;
}

interface TableRow {
  readonly id: string;
  readonly label: MessageKey;
  readonly width: number;
  readonly center: number;
}

/** Hounsfield windows: the usual ones, in the order of the digits. */
export const CT_PRESETS: readonly TableRow[] = [
  { id: "softTissue", label: "preset.softTissue", width: 400, center: 40 },
  { id: "lung", label: "preset.lung", width: 1500, center: -600 },
  { id: "bone", label: "preset.bone", width: 2000, center: 400 },
  { id: "brain", label: "preset.brain", width: 80, center: 40 },
  { id: "liver", label: "preset.liver", width: 150, center: 90 },
  { id: "mediastinum", label: "preset.mediastinum", width: 400, center: 40 },
  { id: "angio", label: "preset.angio", width: 600, center: 300 },
  { id: "stroke", label: "preset.stroke", width: 40, center: 40 },
  { id: "subdural", label: "preset.subdural", width: 200, center: 80 },
  { id: "temporalBone", label: "preset.temporalBone", width: 4000, center: 600 },
];

/** What PET is read with: upper ends of windows from 0. Units: g/ml, SUV by body weight. */
const SUV_UPPER_ENDS: readonly number[] = [SUV_UPPER, 3, 7, 10, 15, 20];

export function isMonochrome(frame: ManifestFrame): boolean {
  return frame.instance.samples === 1 && frame.instance.photometric !== "PALETTE COLOR";
}

/** Stored values become Hounsfield units. Source: PS3.3 C.8.2.1 (CT Image: HU unless Rescale Type says otherwise). */
export function isHounsfield(frame: ManifestFrame): boolean {
  const type = frame.display.rescaleType.trim().toUpperCase();
  if (frame.display.isSlopeZero) return false;
  return (
    isMonochrome(frame) && frame.instance.series.modality === "CT" && (type === "" || type === "HU")
  );
}

/** What the frame offers, in the menu's order: DICOM windows, VOI LUTs, auto, then the table for CT or PET. */
export function presetsFor(frame: ManifestFrame): WindowPreset[] {
  if (!isMonochrome(frame)) return [];
  const table = isHounsfield(frame) ? ctPresets() : suvPresets(frame);
  const own = ownPresets(frame);
  // Digits belong to the table where there is one; elsewhere to what the picture brings.
  const digit = (index: number): string => (index < 9 ? String(index + 1) : "");
  return [
    ...own.map((preset, index) => ({ ...preset, key: table.length === 0 ? digit(index) : "" })),
    {
      id: "auto",
      label: t("preset.auto"),
      detail: "",
      key: "0",
      kind: "auto" as const,
      change: null,
    },
    ...table.map((preset, index) => ({ ...preset, key: digit(index) })),
  ];
}

function ctPresets(): WindowPreset[] {
  return CT_PRESETS.map((row) => ({
    id: row.id,
    label: t(row.label),
    detail: formatWindow(row.width, row.center),
    key: "",
    kind: "table" as const,
    change: {
      windowCenter: row.center,
      windowWidth: row.width,
      voiFunction: "LINEAR" as const,
      voiLut: null,
    },
  }));
}

function suvPresets(frame: ManifestFrame): WindowPreset[] {
  return SUV_UPPER_ENDS.flatMap((upper) => {
    const change = suvWindow(frame, upper);
    if (change === null) return [];
    const { windowWidth, windowCenter } = change;
    return [
      {
        id: `suv${String(upper)}`,
        label: t("preset.suv", { upper: String(upper) }),
        detail: formatWindow(windowWidth ?? 1, windowCenter ?? 0),
        key: "",
        kind: "table" as const,
        change,
      },
    ];
  });
}

function ownPresets(frame: ManifestFrame): WindowPreset[] {
  const { windows, voiLuts, voiFunction } = frame.display;
  const fromWindows = windows.map((window, index) => ({
    id: `dicom${String(index)}`,
    label: window.explanation.trim() || unnamed(index, windows.length),
    detail: formatWindow(window.width, window.center),
    key: "",
    kind: "dicom" as const,
    change: { windowCenter: window.center, windowWidth: window.width, voiFunction, voiLut: null },
  }));
  const fromLuts = voiLuts.map((lut, index) => ({
    id: `voiLut${String(index)}`,
    label: lut.explanation.trim() || t("preset.voiLut", { n: index + 1 }),
    detail: t("preset.curve"),
    key: "",
    kind: "voiLut" as const,
    change: { voiLut: index },
  }));
  return [...fromWindows, ...fromLuts];
}

function unnamed(index: number, count: number): string {
  return count > 1 ? t("preset.dicomOf", { n: index + 1 }) : t("preset.dicom");
}

/** The preset that the state shows, the picture's own first; null when none does. */
export function matchingPreset(
  state: ViewState,
  presets: readonly WindowPreset[],
): WindowPreset | null {
  const matches = (preset: WindowPreset): boolean => {
    const change = preset.change;
    if (!change) return false;
    if (typeof change.voiLut === "number") return state.voiLut === change.voiLut;
    return (
      state.voiLut === null &&
      state.windowCenter === change.windowCenter &&
      state.windowWidth === change.windowWidth &&
      state.voiFunction === change.voiFunction
    );
  };
  return presets.find(matches) ?? null;
}

/** Two decimals for narrow windows (SUV, ADC), none for wide ones. */
export function formatLevel(value: number, width: number): string {
  const digits = width >= 20 ? 0 : width >= 2 ? 1 : width >= 0.2 ? 2 : 4;
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text.replace("-", "\u2212");
}

export function formatWindow(width: number, center: number): string {
  return `${formatLevel(width, width)} / ${formatLevel(center, width)}`;
}
