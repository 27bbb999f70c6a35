import { t } from "../i18n/translate.ts";
import type { ChromeModel } from "./chrome_model.ts";
import { shareRows } from "./share_rows.ts";

const POLL_MS = 300;
const MIN_THUMB_PX = 18;

/** The strip at the right edge: where in the stack, and what of it is here. Drag or click to go there. */
export class ImageScrollbar {
  readonly #model: ChromeModel;
  readonly #host = document.createElement("div");
  readonly #canvas = document.createElement("canvas");
  readonly #thumb = document.createElement("div");
  readonly #resize: ResizeObserver;
  readonly #end: () => void;
  readonly #timer: ReturnType<typeof setInterval>;
  #drawn = "";
  #isDragging = false;

  constructor(area: HTMLElement, model: ChromeModel) {
    this.#model = model;
    this.#host.className = "image-scrollbar";
    this.#host.dataset["noTools"] = "";
    this.#host.tabIndex = 0;
    this.#host.setAttribute("role", "slider");
    this.#host.setAttribute("aria-orientation", "vertical");
    this.#host.setAttribute("aria-label", t("scrollbar.label"));
    this.#thumb.className = "thumb";
    this.#host.append(this.#canvas, this.#thumb);
    area.append(this.#host);
    this.#host.addEventListener("pointerdown", (event) => {
      this.#onPointer(event);
    });
    this.#host.addEventListener("pointermove", (event) => {
      if (this.#isDragging) this.#onPointer(event);
    });
    this.#host.addEventListener("lostpointercapture", () => {
      this.#isDragging = false;
    });
    this.#host.addEventListener("keydown", (event) => {
      this.#onKey(event);
    });
    this.#end = model.subscribe(() => {
      this.update();
    });
    this.#resize = new ResizeObserver(() => {
      this.update();
    });
    this.#resize.observe(this.#host);
    // Arriving tiles raise no event of their own.
    this.#timer = setInterval(() => {
      if (!document.hidden) this.#drawTicks();
    }, POLL_MS);
    this.update();
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#end();
    this.#resize.disconnect();
    this.#host.remove();
  }

  update(): void {
    const { stackIndex, stackLength } = this.#model.viewport.state;
    this.#host.hidden = stackLength < 2;
    if (stackLength < 2) return;
    this.#host.setAttribute("aria-valuemin", "1");
    this.#host.setAttribute("aria-valuemax", String(stackLength));
    this.#host.setAttribute("aria-valuenow", String(stackIndex + 1));
    this.#host.setAttribute(
      "aria-valuetext",
      t("scrollbar.value", { n: stackIndex + 1, count: stackLength }),
    );
    const height = this.#host.clientHeight;
    const thumb = Math.max(MIN_THUMB_PX, height / stackLength);
    const top = ((height - thumb) * stackIndex) / (stackLength - 1);
    this.#thumb.style.setProperty("height", `${thumb.toFixed(1)}px`);
    this.#thumb.style.setProperty("transform", `translateY(${top.toFixed(1)}px)`);
    this.#drawTicks();
  }

  #drawTicks(): void {
    const { cached, state } = this.#model.viewport;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [
      Math.round(this.#host.clientWidth * ratio),
      Math.round(this.#host.clientHeight * ratio),
    ];
    if (state.stackLength < 2 || width === 0 || height === 0) return;
    const rows = shareRows(cached, height);
    const key = `${String(width)} ${rows.join()}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.#canvas.width = width;
    this.#canvas.height = height;
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    const style = getComputedStyle(this.#host);
    const colours = ["--tick-none", "--tick-part", "--tick-full", "--tick-failed"].map((name) =>
      style.getPropertyValue(name).trim(),
    );
    rows.forEach((kind, row) => {
      context.fillStyle = colours[kind] ?? "";
      context.fillRect(0, row, width, 1);
    });
  }

  #onPointer(event: PointerEvent): void {
    const { stackLength } = this.#model.viewport.state;
    if (event.type === "pointerdown") {
      this.#host.setPointerCapture(event.pointerId);
      this.#isDragging = true;
      event.preventDefault();
    }
    const box = this.#host.getBoundingClientRect();
    const share = (event.clientY - box.top) / Math.max(box.height, 1);
    this.#model.viewport.scrollTo(
      Math.min(Math.max(Math.floor(share * stackLength), 0), stackLength - 1),
    );
  }

  #onKey(event: KeyboardEvent): void {
    const { viewport } = this.#model;
    const steps: Readonly<Record<string, number>> = {
      ArrowUp: -1,
      ArrowLeft: -1,
      ArrowDown: 1,
      ArrowRight: 1,
      PageUp: -10,
      PageDown: 10,
    };
    const step = steps[event.key];
    if (step !== undefined) viewport.scroll(step);
    else if (event.key === "Home") viewport.scrollTo(0);
    else if (event.key === "End") viewport.scrollTo(viewport.state.stackLength - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
