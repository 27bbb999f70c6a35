import { expect, test } from "vitest";
import {
  canMove,
  IllegalTransition,
  moved,
  type TileState,
} from "../../../web/tiles/tile_state.ts";

test("a tile goes from wanted to the GPU through every station", () => {
  const way: TileState[] = ["absent", "wanted", "requested", "received", "decoded", "on_gpu"];
  let state: TileState = "absent";
  for (const next of way.slice(1)) state = moved(state, next);
  expect(state).toBe("on_gpu");
});
test.each<[TileState, TileState]>([
  ["absent", "decoded"],
  ["absent", "on_gpu"],
  ["wanted", "received"],
  ["requested", "decoded"],
  ["received", "on_gpu"],
  ["failed", "received"],
  ["evicted", "received"],
  ["on_gpu", "absent"],
])("%s -> %s is refused", (from, to) => {
  expect(canMove(from, to)).toBe(false);
  expect(() => moved(from, to)).toThrow(IllegalTransition);
});
test("what was evicted or has failed can be wanted again", () => {
  expect(canMove("evicted", "wanted")).toBe(true);
  expect(canMove("failed", "wanted")).toBe(true);
});
