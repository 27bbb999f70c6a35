import { t } from "../i18n/translate.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import { isVideo } from "../shared/video.ts";
import {
  lettersFromCosines,
  lettersFromPatientOrientation,
  type EdgeLetters,
  type ScreenAxes,
} from "../tools/orientation.ts";
import { formatLength, formatSlideLength, scaleBar } from "../tools/scale_bar.ts";
import type { ChromeModel } from "./chrome_model.ts";
import { cornerText, shownLines, type Corner, type CornerLine } from "./corner_text.ts";
import { documentOf, objectOf } from "./document_of.ts";
import { viewportPanel } from "./panel_text.ts";
import { profileState, profileTitle } from "./profile_text.ts";
import { qualityLabel } from "./quality_label.ts";

const CORNERS: readonly Corner[] = ["topLeft", "topRight", "bottomLeft", "bottomRight"];
const EDGES = ["top", "right", "bottom", "left"] as const;

/** Text, letters, scale and badge over the picture. Plain DOM: it changes with every mouse move. */
export class OverlayView {
  readonly #model: ChromeModel;
  readonly #host = document.createElement("div");
  readonly #corners = new Map<Corner, HTMLElement>();
  readonly #letters = new Map<(typeof EDGES)[number], HTMLElement>();
  readonly #scale = document.createElement("div");
  readonly #scaleText = document.createElement("span");
  readonly #badge = document.createElement("div");
  readonly #keyMark = document.createElement("div");
  readonly #resize: ResizeObserver;
  readonly #end: () => void;
  #probe = "";

  constructor(area: HTMLElement, model: ChromeModel) {
    this.#model = model;
    this.#host.className = "overlay";
    for (const corner of CORNERS) this.#corners.set(corner, child(this.#host, `corner ${corner}`));
    for (const edge of EDGES) this.#letters.set(edge, child(this.#host, `letter ${edge}`));
    this.#scale.className = "scale";
    this.#scale.setAttribute("role", "img");
    this.#scale.append(this.#scaleText);
    this.#badge.className = "quality";
    this.#badge.setAttribute("role", "status");
    this.#keyMark.className = "key-mark";
    this.#host.append(this.#scale, this.#badge, this.#keyMark);
    area.append(this.#host);
    this.#end = model.subscribe(() => {
      this.update();
    });
    this.#resize = new ResizeObserver(() => {
      this.update();
    });
    this.#resize.observe(area);
    this.update();
  }

  dispose(): void {
    this.#end();
    this.#resize.disconnect();
    this.#host.remove();
  }

  /** What the pointer is over, for the lower left corner. */
  setProbe(text: string): void {
    if (text === this.#probe) return;
    this.#probe = text;
    this.update();
  }

  update(): void {
    const { viewer, viewport, overlayMode } = this.#model;
    const { manifest } = viewer;
    const { series, shown, state } = viewport;
    const mode = overlayMode.value;
    const size = { width: this.#host.clientWidth, height: this.#host.clientHeight };
    this.#host.dataset["mode"] = mode;
    this.#host.hidden = documentOf(this.#model) !== null; // it says itself what it is
    const corners =
      manifest && series
        ? cornerText({ study: manifest.study, series, frame: shown, state, probe: this.#probe })
        : null;
    for (const [corner, element] of this.#corners)
      setLines(element, corners ? shownLines(corners[corner], mode, size) : []);
    // Letters and scale belong to a picture; where a panel says why there is none, they would be noise.
    const isPictured = shown !== null && (state.quality !== "none" || !hasPanel(this.#model));
    const letters = isPictured ? edgeLetters(shown, this.#screenAxes()) : null;
    for (const [edge, element] of this.#letters) setText(element, letters?.[edge] ?? "");
    this.#updateScale(isPictured ? shown : null, mode !== "none", size.width);
    this.#updateBadge(isPictured ? shown : null);
    const title = shown === null ? null : this.#model.keyImages.titleOf(shown);
    setText(this.#keyMark, title === null ? "" : `★ ${t("key.starTitle", { title })}`);
  }

  #updateBadge(shown: ManifestFrame | null): void {
    const label = qualityLabel(this.#model.viewport.state.quality, shown);
    this.#badge.hidden = shown === null || isVideo(shown.instance); // it has a mark of its own
    this.#badge.dataset["quality"] = label.kind;
    const profile = profileState(this.#model);
    this.#badge.title = [label.title, profile === null ? "" : profileTitle(profile)]
      .filter(Boolean)
      .join("\n");
    setText(
      this.#badge,
      profile === null ? label.text : `${label.text} · ${t(`color.${profile.kind}`)}`,
    );
  }

  #updateScale(shown: ManifestFrame | null, isWanted: boolean, widthPx: number): void {
    const mmPerPx = shown ? this.#mmPerCssPixel(shown) : 0;
    const bar = isWanted ? scaleBar(mmPerPx, widthPx * 0.24) : null;
    this.#scale.hidden = bar === null;
    if (!bar || !shown) return;
    const length =
      shown.slide === undefined ? formatLength(bar.lengthMm) : formatSlideLength(bar.lengthMm);
    const label = scaleLabel(length, shown.geometry.spacingSource);
    this.#scale.dataset["parts"] = String(bar.parts);
    this.#scale.style.setProperty("--scale-length", `${bar.lengthPx.toFixed(2)}px`);
    this.#scale.style.setProperty("--scale-part", `${(bar.lengthPx / bar.parts).toFixed(3)}px`);
    this.#scale.setAttribute("aria-label", t("scale.label", { length: label }));
    setText(this.#scaleText, label);
  }

  /** Millimetres per CSS pixel across the screen; 0 when the picture has no spacing. */
  #mmPerCssPixel(shown: ManifestFrame): number {
    const spacing = shown.geometry.spacing;
    const { state } = this.#model.viewport;
    if (!spacing || !(state.zoom > 0) || !(this.#host.clientWidth > 0)) return 0;
    const { right } = this.#screenAxes();
    const perDevicePixel = Math.hypot(right.row * spacing[0], right.col * spacing[1]);
    return (perDevicePixel * state.deviceWidth) / this.#host.clientWidth;
  }

  /** Image steps for one device pixel to the right and down, measured on the viewport's own mapping. */
  #screenAxes(): ScreenAxes {
    const { viewport } = this.#model;
    const origin = viewport.toImage(0, 0);
    const along = (point: { row: number; col: number }): { row: number; col: number } => ({
      row: (point.row - origin.row) / 100,
      col: (point.col - origin.col) / 100,
    });
    return { right: along(viewport.toImage(100, 0)), down: along(viewport.toImage(0, 100)) };
  }
}

function hasPanel(model: ChromeModel): boolean {
  const { viewer, viewport, shownError } = model;
  const { series, shown, state } = viewport;
  return (
    viewportPanel({
      manifest: viewer.manifest,
      series,
      shown,
      error: shownError,
      quality: state.quality,
      object: objectOf(model),
      refusal: model.refusal,
    }) !== null
  );
}

/** By the cosines, else by PatientOrientation (0020,0020). */
function edgeLetters(frame: ManifestFrame, axes: ScreenAxes): EdgeLetters | null {
  const { orientation } = frame.geometry;
  if (orientation) return lettersFromCosines(orientation, axes);
  const stated = frame.instance.text["patientOrientation"] ?? "";
  return stated === "" ? null : lettersFromPatientOrientation(stated, axes);
}

function scaleLabel(length: string, source: ManifestFrame["geometry"]["spacingSource"]): string {
  if (source === "ImagerPixelSpacing") return t("scale.detector", { length });
  return source === "UltrasoundRegion" ? t("scale.region", { length }) : length;
}

function child(host: HTMLElement, className: string): HTMLElement {
  const element = document.createElement("div");
  element.className = className;
  host.append(element);
  return element;
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function setLines(host: HTMLElement, lines: readonly CornerLine[]): void {
  while (host.childElementCount > lines.length) host.lastElementChild?.remove();
  lines.forEach((line, index) => {
    const element = (host.children[index] as HTMLElement | undefined) ?? child(host, "line");
    element.className = `line${line.strong ? " strong" : ""}${line.warn ? " warn" : ""}`;
    // Hostile or bidirectional text must not reorder its neighbours.
    element.dir = "auto";
    setText(element, line.text);
  });
}
