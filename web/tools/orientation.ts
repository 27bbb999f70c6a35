/** Which way the patient lies on the screen. Pure; web/ui/orientation_letters.ts draws it. */

/** Image steps (rows down, columns right) for one step on the screen. */
export interface ScreenAxes {
  readonly right: { readonly row: number; readonly col: number };
  readonly down: { readonly row: number; readonly col: number };
}
export interface EdgeLetters {
  readonly top: string;
  readonly right: string;
  readonly bottom: string;
  readonly left: string;
}
export type Cosines = readonly [number, number, number, number, number, number];

/** A direction within asin(0.2) = 11.5 degrees of an axis carries that axis' letter alone. */
const LETTER_THRESHOLD = 0.2;

/** Letters of a direction in the patient, the strongest first: [0.8, 0.6, 0] -> "LP".
 *  Source: PS3.3 C.7.6.2.1.1 (x grows to the left, y to the back, z to the head), C.7.6.1.1.1 (order of letters). */
export function directionLetters(x: number, y: number, z: number): string {
  const length = Math.hypot(x, y, z);
  if (!Number.isFinite(length) || length < 1e-6) return "";
  const parts = [
    { size: Math.abs(x) / length, letter: x > 0 ? "L" : "R" },
    { size: Math.abs(y) / length, letter: y > 0 ? "P" : "A" },
    { size: Math.abs(z) / length, letter: z > 0 ? "H" : "F" },
  ];
  return parts
    .filter((part) => part.size >= LETTER_THRESHOLD)
    .sort((a, b) => b.size - a.size)
    .map((part) => part.letter)
    .join("");
}

const OPPOSITE: Readonly<Record<string, string>> = {
  A: "P",
  P: "A",
  R: "L",
  L: "R",
  H: "F",
  F: "H",
};

/** "AL" -> "PR"; "" when a letter has no opposite (quadrupeds' codes are not turned by guess). */
export function oppositeLetters(letters: string): string {
  let out = "";
  for (const letter of letters) {
    const opposite = OPPOSITE[letter];
    if (opposite === undefined) return "";
    out += opposite;
  }
  return out;
}

/** Edge letters from ImageOrientationPatient (0020,0037); null when the cosines or axes say nothing. */
export function lettersFromCosines(cosines: Cosines, axes: ScreenAxes): EdgeLetters | null {
  const toward = (step: { row: number; col: number }): string =>
    directionLetters(
      step.col * cosines[0] + step.row * cosines[3],
      step.col * cosines[1] + step.row * cosines[4],
      step.col * cosines[2] + step.row * cosines[5],
    );
  return edges(toward(unit(axes.right)), toward(unit(axes.down)));
}

/** Edge letters from PatientOrientation (0020,0020), "row direction\\column direction", for projections.
 *  Source: PS3.3 C.7.6.1.1.1. */
export function lettersFromPatientOrientation(value: string, axes: ScreenAxes): EdgeLetters | null {
  const [alongRow = "", alongColumn = ""] = value
    .toUpperCase()
    .split("\\")
    .map((part) => part.trim());
  const valid = /^[APRLHF]{0,3}$/;
  if (!valid.test(alongRow) || !valid.test(alongColumn) || alongRow + alongColumn === "")
    return null;
  const toward = (raw: { row: number; col: number }): string => {
    const step = unit(raw);
    // Rotation is by quarters, so a screen step runs along one image axis.
    const [amount, letters] =
      Math.abs(step.col) >= Math.abs(step.row) ? [step.col, alongRow] : [step.row, alongColumn];
    return amount >= 0 ? letters : oppositeLetters(letters);
  };
  return edges(toward(axes.right), toward(axes.down));
}

function edges(right: string, bottom: string): EdgeLetters | null {
  if (right === "" && bottom === "") return null;
  return { right, left: oppositeLetters(right), bottom, top: oppositeLetters(bottom) };
}

function unit(step: { readonly row: number; readonly col: number }): { row: number; col: number } {
  const length = Math.hypot(step.row, step.col);
  return length > 0 ? { row: step.row / length, col: step.col / length } : { row: 0, col: 0 };
}
