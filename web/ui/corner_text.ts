import { t } from "../i18n/translate.ts";
import type { ViewportState } from "../shared/api.ts";
import type { ManifestFrame, ManifestSeries, ManifestStudy } from "../shared/manifest.ts";
import type { Slide } from "../shared/slide.ts";
import { formatDate, formatTime } from "../tools/dates.ts";
import { mainForm, otherForms, parsePersonName } from "../tools/person_name.ts";
import { formatLevel, isMonochrome, matchingPreset, presetsFor } from "../tools/presets.ts";
import type { OverlayMode } from "./chrome_model.ts";
import { formatAge, formatSex } from "./patient_text.ts";

/** The text in the four corners of a picture. Pure; overlay_view.ts draws it. Source: UI.md section 2, four-corner text. */
export interface CornerLine {
  readonly text: string;
  /** 1 stays in the smallest viewport and in "minimal"; 2 and 3 are dropped first */
  readonly priority: 1 | 2 | 3;
  readonly strong?: boolean;
  readonly warn?: boolean;
}
export type Corner = "topLeft" | "topRight" | "bottomLeft" | "bottomRight";
export type Corners = Readonly<Record<Corner, readonly CornerLine[]>>;

export interface CornerInput {
  readonly study: ManifestStudy;
  readonly series: ManifestSeries;
  readonly frame: ManifestFrame | null;
  readonly state: ViewportState;
  /** what the pointer is over; "" when it is nowhere */
  readonly probe: string;
}

export function cornerText(input: CornerInput): Corners {
  return {
    topLeft: kept(patientLines(input.study)),
    topRight: kept(studyLines(input)),
    bottomLeft: kept(viewLines(input)),
    bottomRight: kept(seriesLines(input)),
  };
}

/** The lines for a mode and size: small viewports lose lines by priority. Units: CSS pixels. */
export function shownLines(
  lines: readonly CornerLine[],
  mode: OverlayMode,
  size: { readonly width: number; readonly height: number },
): readonly CornerLine[] {
  if (mode === "none") return [];
  const small = size.width < 520 || size.height < 300;
  const medium = size.width < 820 || size.height < 420;
  const lowest = mode === "minimal" || small ? 1 : medium ? 2 : 3;
  return lines.filter((line) => line.priority <= lowest);
}

function line(text: string, priority: 1 | 2 | 3, extra: Partial<CornerLine> = {}): CornerLine {
  return { text, priority, ...extra };
}

function kept(lines: readonly CornerLine[]): readonly CornerLine[] {
  return lines.filter((candidate) => candidate.text.trim() !== "");
}

function patientLines(study: ManifestStudy): CornerLine[] {
  const { patient } = study;
  const name = parsePersonName(patient.name);
  const birth = formatDate(patient.birthDate);
  const age = formatAge(patient.birthDate, study.studyDate);
  const born =
    birth === "" ? "" : t("corner.born", { date: age === "" ? birth : `${birth} (${age})` });
  return [
    line(mainForm(name), 1, { strong: true }),
    line(otherForms(name), 2),
    line(patient.id === "" ? "" : t("corner.id", { id: patient.id }), 2),
    line([born, formatSex(patient.sex)].filter(Boolean).join(" · "), 3),
  ];
}

function studyLines({ study, frame }: CornerInput): CornerLine[] {
  const text = frame?.instance.text ?? {};
  // When the picture was made; the study's own date where the object does not say.
  const date = text["acquisitionDate"] || text["contentDate"] || study.studyDate;
  const time = text["acquisitionTime"] || text["contentTime"] || study.studyTime;
  return [
    line(study.institutionName, 3),
    line(study.studyDescription, 2),
    line(
      study.accessionNumber === ""
        ? ""
        : t("corner.accession", { accession: study.accessionNumber }),
      3,
    ),
    line([formatDate(date), formatTime(time, true)].filter(Boolean).join(" "), 1),
  ];
}

function viewLines({ frame, state, probe }: CornerInput): CornerLine[] {
  if (!frame) return [];
  // The state flips before it rotates: a quarter turn makes a left-right flip of the picture a top-bottom one on screen.
  const isQuarter = state.rotation === 90 || state.rotation === 270;
  const turned = [
    state.rotation === 0 ? "" : t("corner.rotated", { degrees: state.rotation }),
    (isQuarter ? state.flipVertical : state.flipHorizontal) ? t("corner.flippedH") : "",
    (isQuarter ? state.flipHorizontal : state.flipVertical) ? t("corner.flippedV") : "",
    state.inverted ? t("corner.inverted") : "",
  ];
  const isMultiFrame = frame.instance.frames.length > 1;
  const position = { n: state.stackIndex + 1, count: state.stackLength };
  return [
    line(probe, 2),
    line(turned.filter(Boolean).join(" · "), 2),
    frame.slide === undefined
      ? line(t("corner.zoom", { percent: formatZoom(state.zoom) }), 3)
      : line(magnificationLine(frame.slide, state.zoom), 1, { strong: true }),
    line(missingParts(frame.slide?.missingParts ?? []), 1, { warn: true }),
    line(windowLine(frame, state), 1),
    frame.slide === undefined
      ? line(t(isMultiFrame ? "corner.frame" : "corner.image", position), 1, { strong: true })
      : line(frame.slide.label, 1),
  ];
}

function missingParts(parts: readonly number[]): string {
  if (parts.length === 0) return "";
  const most = 5;
  const named = parts.slice(0, most).join(", ") + (parts.length > most ? ", …" : "");
  return t("slide.missingPart#", { n: parts.length, parts: named });
}

/** "20× (50 %)": as a microscope's, and pixels of the finest level. */
function magnificationLine({ magnification }: Slide, zoom: number): string {
  const percent = formatZoom(zoom);
  if (magnification === null) return t("corner.zoom", { percent });
  return t("slide.zoom", { factor: formatMagnification(magnification * zoom), percent });
}
function formatMagnification(factor: number): string {
  return String(Number(factor.toPrecision(factor >= 10 ? 3 : 2)));
}

export function formatZoom(zoom: number): string {
  const percent = zoom * 100;
  return percent >= 10 ? String(Math.round(percent)) : percent.toFixed(1);
}

function windowLine(frame: ManifestFrame, state: ViewportState): string {
  if (!isMonochrome(frame)) return "";
  if (state.voiLut !== null) {
    const lut = frame.display.voiLuts[state.voiLut];
    return t("corner.curve", { name: lut?.explanation.trim() || String(state.voiLut + 1) });
  }
  if (state.windowCenter === null || state.windowWidth === null) return "";
  const text = t("corner.window", {
    width: formatLevel(state.windowWidth, state.windowWidth),
    center: formatLevel(state.windowCenter, state.windowWidth),
  });
  const factor = frame.instance.suvFactor;
  if (factor !== undefined) return `${text}  ${suvRange(state, factor)}`;
  const preset = matchingPreset(state, presetsFor(frame));
  const isNamed = preset !== null && preset.label !== t("preset.dicom");
  return isNamed ? `${text}  ${preset.label}` : text;
}

/** "SUV 0–5": the ends of the window in what PET is read in. */
function suvRange({ windowCenter, windowWidth }: ViewportState, factor: number): string {
  const [center, half] = [(windowCenter ?? 0) * factor, ((windowWidth ?? 0) * factor) / 2];
  const end = (value: number): string =>
    String(Number(value.toFixed(half >= 5 ? 1 : 2))).replace("-", "\u2212");
  return t("corner.suv", { low: end(center - half), high: end(center + half) });
}

function seriesLines({ series, frame }: CornerInput): CornerLine[] {
  const text = frame?.instance.text ?? {};
  const geometry = frame?.geometry;
  const number =
    series.seriesNumber === null ? "" : t("corner.series", { n: String(series.seriesNumber) });
  const physics = [
    measure("corner.kvp", "kv", series.modality === "CT" ? text["kvp"] : ""),
    measure("corner.repetition", "ms", text["repetitionTime"]),
    measure("corner.echo", "ms", text["echoTime"]),
    measure("corner.field", "tesla", tesla(text["magneticFieldStrength"])),
  ];
  const side = text["imageLaterality"] || series.laterality;
  const place = [
    geometry?.thickness == null ? "" : t("corner.thickness", { mm: formatMm(geometry.thickness) }),
    geometry?.location == null ? "" : t("corner.location", { mm: formatMm(geometry.location) }),
  ];
  return [
    line(frame?.instance.conflict ? t("corner.conflict") : "", 1, { warn: true }),
    line(frame?.display.isSlopeZero ? t("corner.slopeZero") : "", 1, { warn: true }),
    line(text["burnedIn"] === "YES" ? t("corner.burnedIn") : "", 3, { warn: true }),
    line(
      [
        text["viewPosition"] ? t("corner.view", { view: text["viewPosition"] }) : "",
        side === "" ? "" : t("corner.laterality", { side }),
      ]
        .filter(Boolean)
        .join(" · "),
      1,
    ),
    line(text["contrastAgent"] ? t("corner.contrast", { agent: text["contrastAgent"] }) : "", 3),
    line(physics.filter(Boolean).join(" · "), 3),
    line(place.filter(Boolean).join(" · "), 2),
    line([number, series.seriesDescription].filter(Boolean).join(": "), 1),
  ];
}

function measure(
  key: "corner.kvp" | "corner.repetition" | "corner.echo" | "corner.field",
  name: string,
  raw: string | undefined,
): string {
  const value = Number(raw);
  return raw === undefined || raw.trim() === "" || !Number.isFinite(value)
    ? ""
    : t(key, { [name]: String(Number(value.toFixed(2))) });
}

/** Magnetic Field Strength (0018,0087) is in tesla; files of the 1990s hold gauss ("15000"). No magnet has 100 T. */
function tesla(raw: string | undefined): string | undefined {
  const value = Number(raw);
  return value >= 100 ? String(value / 10_000) : raw;
}

function formatMm(value: number): string {
  return String(Number(value.toFixed(2))).replace("-", "\u2212");
}
