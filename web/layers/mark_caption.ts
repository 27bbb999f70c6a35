/** A rectangle on the viewport, device pixels. */
export interface TextBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
export interface Extent {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where words of this size stand beside a graphic: to its right, left, above or below, on no other words and graphics, within `area`.
 *  Where nothing is free of both: of words; where nothing is, to its right. */
export function placeCaption(
  graphic: Extent,
  { width, height }: Pick<TextBox, "width" | "height">,
  gap: number,
  area: Extent,
  taken: readonly TextBox[],
  others: readonly Extent[],
): TextBox {
  const middleX = (graphic.left + graphic.right) / 2 - width / 2;
  const middleY = (graphic.top + graphic.bottom) / 2 - height / 2;
  const [right, left] = [graphic.right + gap, graphic.left - gap - width];
  const [above, below] = [graphic.top - gap - height, graphic.bottom + gap];
  const at = (x: number, y: number): TextBox => ({
    left: within(x, area.left, area.right - width),
    top: within(y, area.top, area.bottom - height),
    width,
    height,
  });
  const places = [
    [right, middleY],
    [left, middleY],
    [middleX, above],
    [middleX, below],
    [right, above],
    [right, below],
    [left, above],
    [left, below],
  ].map(([x = 0, y = 0]) => at(x, y));
  const isFree = (box: TextBox): boolean => !taken.some((other) => overlap(box, extentOf(other)));
  const isBeside = (box: TextBox): boolean => !overlap(box, graphic);
  const isClear = (box: TextBox): boolean => !others.some((other) => overlap(box, other));
  const free = places.filter((box) => isFree(box));
  return (
    free.find((box) => isBeside(box) && isClear(box)) ??
    free.find(isBeside) ??
    free[0] ??
    at(right, middleY)
  );
}
/** Pushed into the range; at its start when it is too large for it. */
function within(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
function extentOf({ left, top, width, height }: TextBox): Extent {
  return { left, top, right: left + width, bottom: top + height };
}
function overlap(box: TextBox, other: Extent): boolean {
  const one = extentOf(box);
  return (
    one.left < other.right &&
    other.left < one.right &&
    one.top < other.bottom &&
    other.top < one.bottom
  );
}
