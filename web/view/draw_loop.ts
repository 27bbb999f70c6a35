/** Runs `draw` on the next animation frame after it was asked for, and `idle` while there is time left in a frame. */
export class DrawLoop {
  readonly #draw: () => void;
  readonly #idle: (deadlineMs: number) => boolean;
  #request = 0;
  #isDirty = false;
  #isIdleWanted = false;
  /** Time for texture uploads in one frame, beyond the picture that is shown. */
  static readonly uploadBudgetMs = 4;

  /** idle: does a little until the deadline (performance.now()); true when there is more to do. */
  constructor(draw: () => void, idle: (deadlineMs: number) => boolean) {
    this.#draw = draw;
    this.#idle = idle;
  }
  invalidate(): void {
    this.#isDirty = true;
    this.#schedule();
  }
  /** At once, instead of on the next frame. */
  drawNow(): void {
    this.#isDirty = false;
    this.#draw();
  }
  /** What waits for the next frame, now. */
  drawPending(): void {
    if (this.#isDirty) this.drawNow();
  }
  wantIdle(): void {
    this.#isIdleWanted = true;
    this.#schedule();
  }
  dispose(): void {
    cancelAnimationFrame(this.#request);
    this.#request = -1;
  }
  #schedule(): void {
    if (this.#request === 0)
      this.#request = requestAnimationFrame(() => {
        this.#frame();
      });
  }
  #frame(): void {
    this.#request = 0;
    const started = performance.now();
    if (this.#isDirty) {
      this.#isDirty = false;
      this.#draw();
    }
    if (this.#isIdleWanted && performance.now() - started < DrawLoop.uploadBudgetMs) {
      this.#isIdleWanted = this.#idle(started + DrawLoop.uploadBudgetMs);
    }
    if (this.#isIdleWanted) this.#schedule();
  }
}
