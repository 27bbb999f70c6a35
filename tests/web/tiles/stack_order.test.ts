import { expect, test } from "vitest";
import { stackOrder } from "../../../web/tiles/stack_order.ts";

test("without a direction: outwards from the current picture", () => {
  expect(stackOrder(7, 3, 0)).toEqual([3, 4, 2, 5, 1, 6, 0]);
});
test("while scrolling down: two ahead for each one behind", () => {
  expect(stackOrder(8, 2, 1)).toEqual([2, 3, 4, 1, 5, 6, 0, 7]);
});
test("while scrolling up: the same, the other way", () => {
  expect(stackOrder(8, 5, -1)).toEqual([5, 4, 3, 6, 2, 1, 7, 0]);
});
test.each([
  [0, 0],
  [1, 0],
  [5, 0],
  [5, 4],
  [301, 150],
])("every picture of %i comes once from %i", (length, current) => {
  for (const direction of [-1, 0, 1] as const) {
    const order = stackOrder(length, current, direction);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
  }
});
