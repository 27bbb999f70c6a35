import type { TextObject } from "./annotation_json.ts";
import type { Point, ToDevice } from "./graphic_path.ts";

/** CSS pixels. */
const FONT_PX = 14;
const LINE_HEIGHT = 1.25;
/** Between an anchor and a text that has no place of its own. */
const OFFSET_PX = 6;
/** No more of a text is drawn: it would cover the picture, and the menu says what it is. */
const MAX_LINES = 60;
const MAX_LINE_CHARACTERS = 240;

export interface TextStyle {
  readonly color: string;
  readonly halo: string;
  readonly pixelRatio: number;
}
interface Placed {
  readonly lines: readonly string[];
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Draws a text at its box or anchor, upright whatever the picture's turn, and the line to the anchor. PS3.3 C.10.5.1.1. */
export function drawText(
  context: CanvasRenderingContext2D,
  text: TextObject,
  to: (units: "PIXEL" | "DISPLAY") => ToDevice,
  style: TextStyle,
): void {
  const size = FONT_PX * style.pixelRatio;
  context.font = `500 ${String(size)}px system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif`;
  context.textBaseline = "top";
  context.textAlign = "left";
  const placed = place(context, text, to, size);
  if (placed === null) return;
  if (text.anchor?.isVisible === true)
    leader(context, placed, to(text.anchor.units)(text.anchor.x, text.anchor.y), style);
  placed.lines.forEach((line, index) => {
    const space = placed.width - context.measureText(line).width;
    const justification = text.box?.justification ?? "LEFT";
    const shift = justification === "RIGHT" ? space : justification === "CENTER" ? space / 2 : 0;
    const [x, y] = [placed.left + shift, placed.top + index * size * LINE_HEIGHT];
    context.lineWidth = 3 * style.pixelRatio;
    context.lineJoin = "round";
    context.strokeStyle = style.halo;
    context.strokeText(line, x, y);
    context.fillStyle = style.color;
    context.fillText(line, x, y);
  });
}
/** Lines as they are drawn: control characters are no text. */
export function linesOf(text: string): string[] {
  return text
    .split(/\r\n|\r|\n|\f/)
    .slice(0, MAX_LINES)
    .map((line) => line.replace(/\p{Cc}/gu, " ").trimEnd())
    .map((line) =>
      line.length > MAX_LINE_CHARACTERS ? `${line.slice(0, MAX_LINE_CHARACTERS)}…` : line,
    );
}

function place(
  context: CanvasRenderingContext2D,
  { text, box, anchor }: TextObject,
  to: (units: "PIXEL" | "DISPLAY") => ToDevice,
  size: number,
): Placed | null {
  const lines = linesOf(text);
  const widest = Math.max(0, ...lines.map((line) => context.measureText(line).width));
  const height = lines.length * size * LINE_HEIGHT;
  if (box !== null) {
    const map = to(box.units);
    const [a, b] = [map(box.left, box.top), map(box.right, box.bottom)];
    const left = Math.min(a[0], b[0]);
    const right = Math.max(a[0], b[0]);
    const width = Math.max(widest, right - left);
    // a text that is wider than its box keeps the side that it is set to
    const spare = Math.max(0, widest - (right - left));
    const shift =
      box.justification === "RIGHT" ? spare : box.justification === "CENTER" ? spare / 2 : 0;
    return { lines, left: left - shift, top: Math.min(a[1], b[1]), width, height };
  }
  if (anchor === null) return null;
  const [x, y] = to(anchor.units)(anchor.x, anchor.y);
  const offset = (OFFSET_PX * size) / FONT_PX;
  return { lines, left: x + offset, top: y + offset, width: widest, height };
}
/** From the anchor to the nearest point of the text's frame. */
function leader(
  context: CanvasRenderingContext2D,
  { left, top, width, height }: Placed,
  [x, y]: Point,
  { color, halo, pixelRatio }: TextStyle,
): void {
  const near: Point = [
    Math.min(left + width, Math.max(left, x)),
    Math.min(top + height, Math.max(top, y)),
  ];
  for (const [stroke, width] of [
    [halo, 3],
    [color, 1.25],
  ] as const) {
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(...near);
    context.strokeStyle = stroke;
    context.lineWidth = width * pixelRatio;
    context.stroke();
  }
}
