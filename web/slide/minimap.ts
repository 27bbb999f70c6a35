import { t } from "../i18n/translate.ts";
import type { ViewportController } from "../shared/api.ts";
import type { Slide } from "../shared/slide.ts";

const LONGEST_SIDE_PX = 168;
const LONGEST_SIDE_PHONE_PX = 104;
const PHONE = "(max-width: 820px)";
/** A picture that lacks tiles is drawn again so often. */
const RETRY_MS = 250;
/** CSS pixels: a rectangle that is smaller could not be seen. */
const SMALLEST_MARK_PX = 6;

/** The whole slide, small, with what is seen of it: a click or drag goes there. */
export class Minimap {
  readonly element = document.createElement("div");
  readonly #viewport: () => ViewportController;
  readonly #canvas = document.createElement("canvas");
  readonly #mark = document.createElement("div");
  readonly #abort = new AbortController();
  #slide: Slide | null = null;
  #isWhole = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(viewport: () => ViewportController) {
    this.#viewport = viewport;
    this.element.className = "slide-map";
    this.element.setAttribute("role", "img"); // the arrow keys move as well
    this.element.setAttribute("aria-label", t("slide.overview"));
    this.element.title = t("slide.overview");
    this.#mark.className = "slide-map-mark";
    this.element.append(this.#canvas, this.#mark);
    const { signal } = this.#abort;
    const { element } = this;
    const go = (event: PointerEvent): void => {
      const box = this.#canvas.getBoundingClientRect();
      this.#goTo((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    };
    element.addEventListener(
      "pointerdown",
      (event) => {
        element.setPointerCapture(event.pointerId);
        go(event);
      },
      { signal },
    );
    element.addEventListener(
      "pointermove",
      (event) => {
        if (element.hasPointerCapture(event.pointerId)) go(event);
      },
      { signal },
    );
    window.addEventListener(
      "resize",
      () => {
        this.#slide = null;
        this.update();
      },
      { signal },
    );
  }
  dispose(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
    this.element.remove();
  }
  update(): void {
    const viewport = this.#viewport();
    const slide = viewport.shown?.slide ?? null;
    if (slide !== this.#slide) {
      this.#slide = slide;
      this.#isWhole = false;
      if (slide !== null) this.#resize(viewport);
    }
    if (slide === null) return;
    this.#paint(viewport);
    this.#placeMark(viewport);
  }
  #resize(viewport: ViewportController): void {
    const { rows = 1, cols = 1 } = viewport.shown?.instance ?? {};
    const side = window.matchMedia(PHONE).matches ? LONGEST_SIDE_PHONE_PX : LONGEST_SIDE_PX;
    const scale = side / Math.max(rows, cols);
    const [width, height] = [Math.max(8, cols * scale), Math.max(8, rows * scale)];
    const ratio = window.devicePixelRatio;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    this.element.style.setProperty("--map-width", `${width.toFixed(1)}px`);
    this.element.style.setProperty("--map-height", `${height.toFixed(1)}px`);
  }
  /** Until all of it is there. */
  #paint(viewport: ViewportController): void {
    if (this.#isWhole || this.#timer !== undefined) return;
    const context = this.#canvas.getContext("2d");
    if (context === null) return;
    this.#isWhole = viewport.overview(context);
    if (this.#isWhole) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.update();
    }, RETRY_MS);
  }
  #placeMark(viewport: ViewportController): void {
    const { rows = 1, cols = 1 } = viewport.shown?.instance ?? {};
    const { deviceWidth, deviceHeight } = viewport.state;
    const a = viewport.toImage(0, 0);
    const b = viewport.toImage(deviceWidth, deviceHeight);
    const share = (value: number, whole: number): number => Math.min(1, Math.max(0, value / whole));
    const [left, right] = [
      share(Math.min(a.col, b.col), cols),
      share(Math.max(a.col, b.col), cols),
    ];
    const [top, bottom] = [
      share(Math.min(a.row, b.row), rows),
      share(Math.max(a.row, b.row), rows),
    ];
    const { style } = this.#mark;
    const box = { width: this.#canvas.clientWidth, height: this.#canvas.clientHeight };
    const width = Math.max(SMALLEST_MARK_PX, (right - left) * box.width);
    const height = Math.max(SMALLEST_MARK_PX, (bottom - top) * box.height);
    style.width = `${width.toFixed(1)}px`;
    style.height = `${height.toFixed(1)}px`;
    style.transform = `translate(${(left * box.width).toFixed(1)}px, ${(top * box.height).toFixed(1)}px)`;
  }
  /** x and y: shares of the slide. */
  #goTo(x: number, y: number): void {
    const viewport = this.#viewport();
    const { rows = 1, cols = 1 } = viewport.shown?.instance ?? {};
    const { pan, deviceWidth, deviceHeight } = viewport.state;
    const inside = (value: number): number => Math.min(1, Math.max(0, value));
    const at = viewport.toViewport(inside(y) * rows, inside(x) * cols);
    viewport.set({
      fit: false,
      pan: {
        x: Math.round(pan.x + deviceWidth / 2 - at.x),
        y: Math.round(pan.y + deviceHeight / 2 - at.y),
      },
    });
  }
}
