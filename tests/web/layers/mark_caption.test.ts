import { expect, test } from "vitest";
import { placeCaption, type TextBox } from "../../../web/layers/mark_caption.ts";

const area = { left: 10, top: 10, right: 390, bottom: 290 };
const words = { width: 80, height: 16 };
const graphic = { left: 100, top: 100, right: 140, bottom: 120 };

test("words stand to the right of their graphic, at its middle", () => {
  expect(placeCaption(graphic, words, 8, area, [], [])).toEqual({ left: 148, top: 102, ...words });
});
test("to its left where the right is too narrow, and never beyond the edge", () => {
  const far = { left: 330, top: 100, right: 380, bottom: 120 };
  expect(placeCaption(far, words, 8, area, [], [])).toEqual({ left: 242, top: 102, ...words });
  const corner = placeCaption({ left: 0, top: 0, right: 400, bottom: 300 }, words, 8, area, [], []);
  expect(corner.left).toBeGreaterThanOrEqual(area.left);
  expect(corner.left + corner.width).toBeLessThanOrEqual(area.right);
  expect(corner.top).toBeGreaterThanOrEqual(area.top);
});
test("not on the words of another: four find a place", () => {
  const taken: TextBox[] = [];
  for (let count = 0; count < 4; count++) {
    const box = placeCaption(graphic, words, 8, area, taken, []);
    for (const other of taken)
      expect(
        box.left >= other.left + other.width ||
          other.left >= box.left + box.width ||
          box.top >= other.top + other.height ||
          other.top >= box.top + box.height,
      ).toBe(true);
    taken.push(box);
  }
});
test("nor on another graphic, while there is a place; on words never for its sake", () => {
  const beside = { left: 150, top: 90, right: 200, bottom: 130 };
  expect(placeCaption(graphic, words, 8, area, [], [beside]).left).toBe(12);
  const everywhere = { left: 0, top: 0, right: 400, bottom: 300 };
  expect(placeCaption(graphic, words, 8, area, [], [everywhere])).toEqual({
    left: 148,
    top: 102,
    ...words,
  });
});
