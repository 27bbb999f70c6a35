/** How a model is looked at. Angles in radians; a parallel projection, so that sizes do not depend on depth. */
export interface MeshCamera {
  /** 3 × 3, by columns: model to view */
  readonly turn: readonly number[];
  /** 1: the model fills the view */
  readonly zoom: number;
  /** shares of half the view's shorter side, right and up */
  readonly pan: readonly [number, number];
}

const MIN_ZOOM = 0.1;
const MAX_ZOOM = 50;

/** From the front: LPS+ (PS3.3 C.35) with the head up. */
export const FRONT: MeshCamera = {
  turn: [1, 0, 0, 0, 0, -1, 0, 1, 0],
  zoom: 1,
  pan: [0, 0],
};

/** Turned about the view's own axes: to the right about the vertical one, down about the horizontal one. */
export function turned(camera: MeshCamera, right: number, down: number): MeshCamera {
  const [c, s] = [Math.cos(right), Math.sin(right)];
  const [d, e] = [Math.cos(down), Math.sin(down)];
  const vertical = [c, 0, -s, 0, 1, 0, s, 0, c];
  const horizontal = [1, 0, 0, 0, d, e, 0, -e, d];
  return { ...camera, turn: times(horizontal, times(vertical, camera.turn)) };
}
export function zoomed(camera: MeshCamera, factor: number): MeshCamera {
  return { ...camera, zoom: Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, camera.zoom * factor)) };
}
export function panned(camera: MeshCamera, right: number, up: number): MeshCamera {
  return { ...camera, pan: [camera.pan[0] + right, camera.pan[1] + up] };
}
/** 4 × 4, by columns: model to clip space of a view of this shape. */
export function placement(
  camera: MeshCamera,
  center: readonly [number, number, number],
  radius: number,
  aspect: number,
): number[] {
  const scale = (0.95 * camera.zoom) / radius;
  const [across, down] = aspect > 1 ? [1 / aspect, 1] : [1, aspect];
  const t = (row: number, col: number): number => camera.turn[3 * col + row] ?? 0;
  const rows = [
    [scale * across, camera.pan[0] * across],
    [scale * down, camera.pan[1] * down],
    // nearer is less; never cut, however large it is drawn
    [-0.9 / radius, 0],
  ] as const;
  const out = new Array<number>(16).fill(0);
  rows.forEach(([factor, shift], row) => {
    let moved = shift;
    for (let col = 0; col < 3; col++) {
      out[4 * col + row] = factor * t(row, col);
      moved -= factor * t(row, col) * (center[col] ?? 0);
    }
    out[12 + row] = moved;
  });
  out[15] = 1;
  return out;
}
/** a · b, 3 × 3 by columns. */
function times(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: 9 }, (_, i) => {
    const [row, col] = [i % 3, Math.floor(i / 3)];
    return [0, 1, 2].reduce((sum, k) => sum + (a[3 * k + row] ?? 0) * (b[3 * col + k] ?? 0), 0);
  });
}
