import { t } from "../i18n/translate.ts";
import {
  measure,
  type PaperPoint,
  type PaperSettings,
  type WaveformPaper,
} from "../tools/waveform_layout.ts";
import {
  DARK_PAPER,
  drawPaper,
  PRINTED_PAPER,
  type PaperColours,
  type PaperMark,
} from "./waveform_drawing.ts";

export interface PaneContent {
  readonly paper: WaveformPaper;
  readonly settings: PaperSettings;
  readonly frequencyHz: number;
  readonly pxPerMm: number;
  readonly marks: readonly PaperMark[];
  /** a finger measures; else it scrolls */
  readonly isMeasuring: boolean;
}
/** Above it the paper is shown part by part, and the pane scrolls. */
const MAX_HEIGHT_SHARE = 0.72;
/** A step of the arrow keys, mm. */
const KEY_STEP_MM = 0.2;

/** The canvas that scrolls over the paper, and the caliper on it. Only what is in view is drawn, however long the recording. */
export class WaveformPane {
  readonly scroller: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #extent: HTMLElement;
  readonly #tell: (text: string) => void;
  readonly #resize: ResizeObserver;
  readonly #ends = new AbortController();
  #content: PaneContent | null = null;
  #caliper: [PaperPoint, PaperPoint] | null = null;
  #colours: PaperColours = DARK_PAPER;
  #isDragging = false;
  #frame = 0;

  constructor(scroller: HTMLElement, tell: (text: string) => void) {
    this.scroller = scroller;
    this.#tell = tell;
    const canvas = scroller.querySelector("canvas");
    const extent = scroller.querySelector<HTMLElement>(".wave-extent");
    if (canvas === null || extent === null) throw new Error("the pane lacks its parts");
    this.#canvas = canvas;
    this.#extent = extent;
    this.#resize = new ResizeObserver(() => {
      this.#draw();
    });
    this.#resize.observe(scroller);
    this.#listen();
  }
  show(content: PaneContent): void {
    const before = this.#content;
    this.#content = content;
    // points of the paper mean something else on another one
    if (before !== null && !sameSettings(before.settings, content.settings)) this.#caliper = null;
    const { paper, pxPerMm } = content;
    const height = Math.round(paper.height * pxPerMm);
    this.#extent.style.setProperty("width", `${Math.ceil(paper.width * pxPerMm).toFixed(0)}px`);
    this.#extent.style.setProperty("height", `${height.toFixed(0)}px`);
    const shown = Math.min(height, Math.max(240, innerHeight * MAX_HEIGHT_SHARE));
    this.scroller.style.setProperty("--wave-height", `${shown.toFixed(0)}px`);
    this.#canvas.dataset["measuring"] = String(content.isMeasuring);
    this.#draw();
    this.#tellMeasurement();
  }
  dispose(): void {
    this.#ends.abort();
    this.#resize.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  #listen(): void {
    const { signal } = this.#ends;
    const canvas = this.#canvas;
    this.scroller.addEventListener(
      "scroll",
      () => {
        this.#drawSoon();
      },
      { signal, passive: true },
    );
    canvas.addEventListener(
      "pointerdown",
      (event) => {
        this.#begin(event);
      },
      { signal },
    );
    canvas.addEventListener(
      "pointermove",
      (event) => {
        this.#move(event);
      },
      { signal },
    );
    canvas.addEventListener(
      "lostpointercapture",
      () => {
        this.#isDragging = false;
      },
      { signal },
    );
    canvas.addEventListener(
      "keydown",
      (event) => {
        this.#onKey(event);
      },
      { signal },
    );
    const paint = (colours: PaperColours): void => {
      this.#colours = colours;
      this.#draw();
    };
    addEventListener(
      "beforeprint",
      () => {
        paint(PRINTED_PAPER);
      },
      { signal },
    );
    addEventListener(
      "afterprint",
      () => {
        paint(DARK_PAPER);
      },
      { signal },
    );
  }
  #pointOf(event: PointerEvent): PaperPoint {
    const box = this.#canvas.getBoundingClientRect();
    const scale = this.#content?.pxPerMm ?? 1;
    return this.#bounded({
      x: (event.clientX - box.left + this.scroller.scrollLeft) / scale,
      y: (event.clientY - box.top + this.scroller.scrollTop) / scale,
    });
  }
  #bounded({ x, y }: PaperPoint): PaperPoint {
    const { width = 0, height = 0 } = this.#content?.paper ?? {};
    return { x: Math.min(width, Math.max(0, x)), y: Math.min(height, Math.max(0, y)) };
  }
  #begin(event: PointerEvent): void {
    if (
      event.button !== 0 ||
      (event.pointerType === "touch" && this.#content?.isMeasuring !== true)
    )
      return;
    event.preventDefault();
    this.#canvas.focus({ preventScroll: true });
    this.#canvas.setPointerCapture(event.pointerId);
    this.#isDragging = true;
    const point = this.#pointOf(event);
    this.#setCaliper([point, point]);
  }
  #move(event: PointerEvent): void {
    if (this.#isDragging && this.#caliper !== null)
      this.#setCaliper([this.#caliper[0], this.#pointOf(event)]);
  }
  #onKey(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.#caliper !== null) {
      this.#setCaliper(null);
    } else {
      const [dx, dy] = KEY_STEPS[event.key] ?? [0, 0];
      if (dx === 0 && dy === 0) return;
      const caliper = this.#caliper ?? this.#inTheMiddle();
      const moved = (point: PaperPoint): PaperPoint =>
        this.#bounded({ x: point.x + dx * KEY_STEP_MM, y: point.y + dy * KEY_STEP_MM });
      this.#setCaliper(
        event.shiftKey ? [moved(caliper[0]), caliper[1]] : [caliper[0], moved(caliper[1])],
      );
    }
    event.preventDefault();
    event.stopPropagation(); // the viewer's keys are for pictures
  }
  #inTheMiddle(): [PaperPoint, PaperPoint] {
    const scale = this.#content?.pxPerMm ?? 1;
    const point = this.#bounded({
      x: (this.scroller.scrollLeft + this.#canvas.clientWidth / 2) / scale,
      y: (this.scroller.scrollTop + this.#canvas.clientHeight / 2) / scale,
    });
    return [point, point];
  }
  #setCaliper(caliper: [PaperPoint, PaperPoint] | null): void {
    this.#caliper = caliper;
    this.#drawSoon();
    this.#tellMeasurement();
  }
  #tellMeasurement(): void {
    const content = this.#content;
    if (content === null || this.#caliper === null) {
      this.#tell("");
      return;
    }
    const [from, to] = this.#caliper;
    const { ms, perMinute, millivolts } = measure(
      from,
      to,
      content.settings,
      content.paper.isCalibrated,
    );
    this.#tell(
      [
        t("wave.caliperValue", { ms: ms.toFixed(0) }),
        perMinute === null ? "" : t("wave.caliperRate", { bpm: perMinute.toFixed(0) }),
        millivolts === null ? "" : `${millivolts.toFixed(2)} mV`,
      ]
        .filter(Boolean)
        .join(" · "),
    );
  }
  #drawSoon(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      this.#draw();
    });
  }
  #draw(): void {
    const content = this.#content;
    if (content === null) return;
    const canvas = this.#canvas;
    const width = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
    const height = Math.max(1, Math.round(canvas.clientHeight * devicePixelRatio));
    if (canvas.width !== width || canvas.height !== height)
      [canvas.width, canvas.height] = [width, height];
    drawPaper(canvas, {
      paper: content.paper,
      frequencyHz: content.frequencyHz,
      speed: content.settings.speed,
      gain: content.settings.gain,
      pxPerMm: content.pxPerMm,
      left: this.scroller.scrollLeft / content.pxPerMm,
      top: this.scroller.scrollTop / content.pxPerMm,
      marks: content.marks,
      caliper: this.#caliper,
      colours: this.#colours,
    });
  }
}
const KEY_STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
function sameSettings(a: PaperSettings, b: PaperSettings): boolean {
  return a.layout === b.layout && a.speed === b.speed && a.gain === b.gain;
}
