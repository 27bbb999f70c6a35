import type { ViewportController } from "../shared/api.ts";
import { isMonochrome } from "./presets.ts";
import type { Tool, ToolSettings } from "./tool_settings.ts";
import { WheelSteps, wheelZoomFactor } from "./wheel_steps.ts";
import { dragWindow, maxWidthFor } from "./window_drag.ts";

/** Parts of the viewport that take pointers for themselves carry this attribute. */
const NO_TOOLS = "[data-no-tools]";

const ACCELERATION = 4;
const DOUBLE_TAP_MS = 320;
const TAP_SLOP_PX = 14;
/** Zoom by drag: CSS pixels for a factor of e. */
const ZOOM_PIXELS_PER_E = 160;

interface Contact {
  readonly type: string;
  x: number;
  y: number;
}
interface Drag {
  readonly tool: Tool;
  readonly startX: number;
  readonly startY: number;
  /** part of an image that scrolling still owes */
  rest: number;
  moved: boolean;
}

/** Mouse, pen and touch on one viewport. Left or one finger: the tool; middle: pan; right: zoom; wheel: scroll;
 *  Ctrl+wheel: zoom; two fingers: zoom and pan; double click or tap: fit <-> 1:1. */
export class PointerTools {
  readonly #area: HTMLElement;
  readonly #viewport: () => ViewportController;
  readonly #settings: ToolSettings;
  readonly #wheel = new WheelSteps();
  readonly #contacts = new Map<number, Contact>();
  readonly #abort = new AbortController();
  #drag: Drag | null = null;
  /** the last contact was a finger: its double taps are counted here, as not every browser makes a dblclick of them */
  #isTouch = false;
  #lastTap: { time: number; x: number; y: number } | null = null;

  constructor(area: HTMLElement, viewport: () => ViewportController, settings: ToolSettings) {
    this.#area = area;
    this.#viewport = viewport;
    this.#settings = settings;
    const { signal } = this.#abort;
    area.addEventListener(
      "pointerdown",
      (event) => {
        this.#onDown(event);
      },
      { signal },
    );
    area.addEventListener(
      "pointermove",
      (event) => {
        this.#onMove(event);
      },
      { signal },
    );
    area.addEventListener(
      "pointerup",
      (event) => {
        this.#onUp(event);
      },
      { signal },
    );
    area.addEventListener(
      "pointercancel",
      (event) => {
        this.#onUp(event);
      },
      { signal },
    );
    area.addEventListener(
      "wheel",
      (event) => {
        this.#onWheel(event);
      },
      { signal, passive: false },
    );
    area.addEventListener(
      "dblclick",
      (event) => {
        if (!isControl(event) && !this.#isTouch) this.#toggleFit(event.clientX, event.clientY);
      },
      { signal },
    );
    area.addEventListener(
      "contextmenu",
      (event) => {
        if (!isControl(event)) event.preventDefault();
      },
      { signal },
    );
  }

  dispose(): void {
    this.#abort.abort();
  }

  #onDown(event: PointerEvent): void {
    if (isControl(event)) return;
    this.#isTouch = event.pointerType === "touch";
    this.#contacts.set(event.pointerId, {
      type: event.pointerType,
      x: event.clientX,
      y: event.clientY,
    });
    this.#area.setPointerCapture(event.pointerId);
    if (this.#contacts.size > 1) {
      // A second finger turns the gesture into zoom and pan until all fingers are up.
      this.#drag = null;
      return;
    }
    const tool = toolFor(event, this.#settings, this.#viewport());
    if (!tool) return;
    // Middle button: the browser would start its own scrolling.
    if (event.pointerType === "mouse" && event.button !== 0) event.preventDefault();
    this.#drag = { tool, startX: event.clientX, startY: event.clientY, rest: 0, moved: false };
    this.#area.dataset["dragging"] = tool;
  }

  #onMove(event: PointerEvent): void {
    const contact = this.#contacts.get(event.pointerId);
    if (!contact) return;
    if (this.#contacts.size === 2) {
      this.#pinch(event, contact);
    } else if (this.#drag) {
      const [dx, dy] = [event.clientX - contact.x, event.clientY - contact.y];
      if (Math.hypot(event.clientX - this.#drag.startX, event.clientY - this.#drag.startY) > 3)
        this.#drag.moved = true;
      this.#apply(this.#drag, dx, dy, event);
    }
    contact.x = event.clientX;
    contact.y = event.clientY;
  }

  #onUp(event: PointerEvent): void {
    const contact = this.#contacts.get(event.pointerId);
    if (!contact) return;
    this.#contacts.delete(event.pointerId);
    if (contact.type === "touch" && event.type === "pointerup" && this.#drag && !this.#drag.moved)
      this.#tap(event);
    this.#drag = null;
    if (this.#contacts.size === 0) delete this.#area.dataset["dragging"];
  }

  #tap(event: PointerEvent): void {
    const last = this.#lastTap;
    this.#lastTap = { time: event.timeStamp, x: event.clientX, y: event.clientY };
    if (!last || event.timeStamp - last.time > DOUBLE_TAP_MS) return;
    if (Math.hypot(event.clientX - last.x, event.clientY - last.y) > 3 * TAP_SLOP_PX) return;
    this.#lastTap = null;
    this.#toggleFit(event.clientX, event.clientY);
  }

  #toggleFit(clientX: number, clientY: number): void {
    const viewport = this.#viewport();
    if (!viewport.shown) return;
    if (!viewport.state.fit) {
      viewport.fitToWindow();
      return;
    }
    const at = this.#toDevice(clientX, clientY);
    viewport.zoomAt(1 / viewport.state.zoom, at.x, at.y);
  }

  #onWheel(event: WheelEvent): void {
    if (isControl(event)) return;
    event.preventDefault();
    const viewport = this.#viewport();
    // A slide has more below its surface than beside it.
    if (event.ctrlKey || event.metaKey || viewport.shown?.slide !== undefined) {
      const at = this.#toDevice(event.clientX, event.clientY);
      viewport.zoomAt(wheelZoomFactor(event), at.x, at.y);
      return;
    }
    const steps = this.#wheel.add(event);
    if (steps !== 0) viewport.scroll(steps);
  }

  #pinch(event: PointerEvent, moving: Contact): void {
    const still = [...this.#contacts.entries()].find(([id]) => id !== event.pointerId)?.[1];
    if (!still) return;
    const viewport = this.#viewport();
    const before = Math.hypot(moving.x - still.x, moving.y - still.y);
    const after = Math.hypot(event.clientX - still.x, event.clientY - still.y);
    // Below 20 px the ratio of distances is noise.
    const factor = before > 20 && after > 20 ? after / before : 1;
    const at = this.#toDevice((event.clientX + still.x) / 2, (event.clientY + still.y) / 2);
    viewport.zoomAt(factor, at.x, at.y);
    this.#panBy(viewport, (event.clientX - moving.x) / 2, (event.clientY - moving.y) / 2);
  }

  #apply(drag: Drag, dx: number, dy: number, event: PointerEvent): void {
    const viewport = this.#viewport();
    switch (drag.tool) {
      case "window":
        windowBy(viewport, dx, dy, event.ctrlKey ? ACCELERATION : 1);
        return;
      case "pan":
        this.#panBy(viewport, dx, dy);
        return;
      case "zoom": {
        const at = this.#toDevice(drag.startX, drag.startY);
        viewport.zoomAt(Math.exp(-dy / ZOOM_PIXELS_PER_E), at.x, at.y);
        return;
      }
      case "scroll": {
        // A finger moves the stack like paper (up = next); a mouse moves through it (down = next).
        drag.rest += event.pointerType === "touch" ? -dy : dy;
        const perImage = pixelsPerImage(this.#area.clientHeight, viewport.state.stackLength);
        const steps = Math.trunc(drag.rest / perImage);
        drag.rest -= steps * perImage;
        if (steps !== 0) viewport.scroll(steps);
        return;
      }
    }
  }

  #panBy(viewport: ViewportController, dx: number, dy: number): void {
    if (!viewport.shown || (dx === 0 && dy === 0)) return;
    const ratio = this.#devicePixelRatio(viewport);
    const { pan } = viewport.state;
    viewport.set({ fit: false, pan: { x: pan.x + dx * ratio, y: pan.y + dy * ratio } });
  }

  #devicePixelRatio(viewport: ViewportController): number {
    return this.#area.clientWidth > 0 ? viewport.state.deviceWidth / this.#area.clientWidth : 1;
  }

  #toDevice(clientX: number, clientY: number): { x: number; y: number } {
    const box = this.#area.getBoundingClientRect();
    const ratio = this.#devicePixelRatio(this.#viewport());
    return { x: (clientX - box.left) * ratio, y: (clientY - box.top) * ratio };
  }
}

function isControl(event: Event): boolean {
  return event.target instanceof Element && event.target.closest(NO_TOOLS) !== null;
}

function toolFor(
  event: PointerEvent,
  settings: ToolSettings,
  viewport: ViewportController,
): Tool | null {
  if (event.pointerType !== "touch" && event.button === 1) return "pan";
  if (event.pointerType !== "touch" && event.button === 2) return "zoom";
  if (event.button !== 0) return null;
  const tool = settings.forPointer(event.pointerType);
  // One picture that is zoomed in: a finger has nothing to scroll, so it moves the picture.
  const nothingToScroll =
    tool === "scroll" && settings.picked.value === null && viewport.state.stackLength <= 1;
  return nothingToScroll ? "pan" : tool;
}

/** A long stack is crossed in four fifths of the height; a short one needs a steady hand's worth per image. */
export function pixelsPerImage(heightPx: number, stackLength: number): number {
  return Math.min(Math.max((0.8 * heightPx) / Math.max(stackLength, 1), 4), 26);
}

/** Moves window and level of a greyscale picture; while a VOI LUT is shown, the drag starts from the auto window. */
function windowBy(viewport: ViewportController, dx: number, dy: number, factor: number): void {
  const frame = viewport.shown;
  if (!frame || !isMonochrome(frame) || (dx === 0 && dy === 0)) return;
  if (viewport.state.windowWidth === null || viewport.state.voiLut !== null) viewport.autoWindow();
  const { windowCenter, windowWidth, voiFunction } = viewport.state;
  if (windowCenter === null || windowWidth === null) return;
  const next = dragWindow({ center: windowCenter, width: windowWidth }, dx, dy, {
    factor,
    linear: voiFunction === "LINEAR",
    // real numbers have no bits that would bound the window: a drag starts anew at each move
    maxWidth:
      frame.instance.bitsStored === 0
        ? windowWidth * 1e4
        : maxWidthFor(frame.instance.bitsStored, frame.display.rescaleSlope),
  });
  viewport.set({ windowCenter: next.center, windowWidth: next.width, voiLut: null });
}
