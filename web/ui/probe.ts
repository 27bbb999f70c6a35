import { t } from "../i18n/translate.ts";
import type { ViewportController } from "../shared/api.ts";
import type { ManifestFrame } from "../shared/manifest.ts";
import { formatPixelValue } from "../tools/pixel_value.ts";

/** The pointer must rest this long on a new picture before its full resolution is asked for. */
const REST_MS = 250;

/** What lies over a pixel, as text; "": nothing. */
export type ValuesOver = (frame: ManifestFrame, row: number, col: number) => string;

/** Follows the mouse over the picture and says what is under it. */
export class Probe {
  readonly #area: HTMLElement;
  readonly #viewport: () => ViewportController;
  readonly #onText: (text: string) => void;
  readonly #over: ValuesOver;
  readonly #abort = new AbortController();
  #at: { x: number; y: number } | null = null;
  #frameId = -1;
  #restUntil = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    area: HTMLElement,
    viewport: () => ViewportController,
    onText: (text: string) => void,
    over: ValuesOver = () => "",
  ) {
    this.#over = over;
    this.#area = area;
    this.#viewport = viewport;
    this.#onText = onText;
    const { signal } = this.#abort;
    area.addEventListener(
      "pointermove",
      (event) => {
        if (event.pointerType === "touch") return;
        this.#at = { x: event.clientX, y: event.clientY };
        this.update();
      },
      { signal },
    );
    area.addEventListener(
      "pointerleave",
      () => {
        this.#at = null;
        this.#onText("");
      },
      { signal },
    );
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  /** Says it anew: another picture, another view, or finer data. */
  update(): void {
    const viewport = this.#viewport();
    const frame = viewport.shown;
    if (!this.#at || !frame) {
      this.#onText("");
      return;
    }
    const box = this.#area.getBoundingClientRect();
    const ratio = box.width > 0 ? viewport.state.deviceWidth / box.width : 1;
    const point = viewport.toImage((this.#at.x - box.left) * ratio, (this.#at.y - box.top) * ratio);
    const [row, col] = [Math.floor(point.row), Math.floor(point.col)];
    const isInside = row >= 0 && col >= 0 && row < frame.instance.rows && col < frame.instance.cols;
    if (!isInside) {
      this.#onText("");
      return;
    }
    if (frame.id !== this.#frameId) {
      // Scrolling under a resting mouse must not fetch every picture in full.
      this.#frameId = frame.id;
      this.#onText(position(row, col));
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.update();
      }, REST_MS);
      this.#restUntil = performance.now() + REST_MS;
      return;
    }
    if (performance.now() < this.#restUntil) {
      this.#onText(position(row, col));
      return;
    }
    const value = viewport.storedValue(row, col);
    const own =
      value === null
        ? position(row, col)
        : t("corner.probeValue", {
            row: String(row),
            col: String(col),
            value: formatPixelValue(frame, value),
          });
    this.#onText([own, this.#over(frame, row, col)].filter(Boolean).join("  "));
  }
}

function position(row: number, col: number): string {
  return t("corner.probe", { row: String(row), col: String(col) });
}
