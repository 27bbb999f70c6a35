/** Turns wheel events of mice and trackpads into whole images. */

/** A mouse's notch in Chromium (100 or 120) and Firefox (3 lines of 16 px). */
const NOTCH_PX = 100;
const LINE_PX = NOTCH_PX / 3;
/** Trackpads send a stream of small deltas: this many pixels per image. */
const TRACKPAD_PX_PER_IMAGE = 28;
/** A pause after which a new gesture begins. */
const GESTURE_PAUSE_MS = 180;

export interface WheelInput {
  readonly deltaY: number;
  /** WheelEvent.DOM_DELTA_PIXEL 0, LINE 1, PAGE 2 */
  readonly deltaMode: number;
  readonly timeStamp: number;
}

export class WheelSteps {
  #rest = 0;
  #lastTime = -Infinity;
  #isTrackpad = false;

  /** Images to scroll for this event, negative = back; keeps what is less than one image for the next. */
  add(event: WheelInput): number {
    const delta =
      event.deltaMode === 0
        ? event.deltaY
        : event.deltaY * (event.deltaMode === 1 ? LINE_PX : 3 * NOTCH_PX);
    if (delta === 0 || !Number.isFinite(delta)) return 0;
    const fresh = event.timeStamp - this.#lastTime > GESTURE_PAUSE_MS;
    this.#lastTime = event.timeStamp;
    if (fresh || Math.sign(this.#rest) === -Math.sign(delta)) this.#rest = 0;
    if (fresh) this.#isTrackpad = event.deltaMode === 0 && Math.abs(delta) < 0.6 * NOTCH_PX;
    // One notch is one image at once; fast wheels merge notches into one event.
    if (!this.#isTrackpad)
      return Math.sign(delta) * Math.max(1, Math.round(Math.abs(delta) / (1.2 * NOTCH_PX)));
    this.#rest += delta;
    // + 0: a negative rest of less than one image is no step, not minus zero
    const steps = Math.trunc(this.#rest / TRACKPAD_PX_PER_IMAGE) + 0;
    this.#rest -= steps * TRACKPAD_PX_PER_IMAGE;
    return steps;
  }
}

/** Zoom factor of a Ctrl+wheel or pinch event of a trackpad; up = in. */
export function wheelZoomFactor(event: WheelInput): number {
  const delta = event.deltaMode === 0 ? event.deltaY : event.deltaY * LINE_PX;
  // Pinches arrive as small deltas, notches as large ones: the exponent is capped so that a notch is 20 %.
  const exponent = Math.min(Math.max(-delta * 0.01, -0.18), 0.18);
  return Math.exp(exponent);
}
