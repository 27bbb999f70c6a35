import type { ViewportController } from "../shared/api.ts";

/** Share of the viewport that an arrow key moves. */
const STEP = 0.25;

/** Magnifications that a microscope's turret has. */
export const MAGNIFICATIONS = [1, 5, 10, 20, 40] as const;

/** What the slide is magnified by now; null: there is none, or nobody knows the size of its pixels. */
export function magnificationNow(viewport: ViewportController): number | null {
  const base = viewport.shown?.slide?.magnification ?? null;
  return base === null ? null : base * viewport.state.zoom;
}
/** Magnifies what is in the middle. */
export function magnifyTo(viewport: ViewportController, magnification: number): void {
  const now = magnificationNow(viewport);
  if (now === null) return;
  const { deviceWidth, deviceHeight } = viewport.state;
  viewport.zoomAt(magnification / now, deviceWidth / 2, deviceHeight / 2);
}
/** Moves what is seen by a quarter of the viewport; dx, dy: 1 shows what lies to the right, below. */
export function moveView(viewport: ViewportController, dx: number, dy: number): void {
  const { pan, deviceWidth, deviceHeight } = viewport.state;
  viewport.set({
    fit: false,
    pan: {
      x: Math.round(pan.x - dx * STEP * deviceWidth),
      y: Math.round(pan.y - dy * STEP * deviceHeight),
    },
  });
}
