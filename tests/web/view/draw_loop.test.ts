import { afterEach, expect, test, vi } from "vitest";
import { DrawLoop } from "../../../web/view/draw_loop.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("what waits for the next frame can be drawn now, once", () => {
  const frames: (() => void)[] = [];
  vi.stubGlobal("requestAnimationFrame", (frame: () => void) => frames.push(frame));
  const draw = vi.fn();
  const loop = new DrawLoop(draw, () => false);
  loop.drawPending();
  expect(draw).not.toHaveBeenCalled();
  loop.invalidate();
  expect(draw).not.toHaveBeenCalled();
  loop.drawPending();
  expect(draw).toHaveBeenCalledTimes(1);
  for (const frame of frames) frame();
  expect(draw).toHaveBeenCalledTimes(1);
});
