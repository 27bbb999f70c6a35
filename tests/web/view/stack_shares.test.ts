import { expect, test } from "vitest";
import { StackShares } from "../../../web/view/stack_shares.ts";
import { buildManifest } from "../manifest_builder.ts";

test("a picture's share stands at its place in the stack, whatever its number", () => {
  const { series, frames } = buildManifest([{ frames: 2 }, { frames: 3 }]);
  const [, stack] = series;
  const [a, b, c] = stack?.frames ?? [];
  if (stack === undefined || a === undefined || b === undefined || c === undefined)
    throw new Error("no stack");
  expect(frames.indexOf(a)).toBe(2);
  const failed = { ...a, stream: { ...a.stream!, failure: "corrupt" } };
  const shares = new StackShares();
  shares.begin({ ...stack, frames: [c, failed, b] }, null);
  expect(Array.from(shares.values)).toEqual([0, -1, 0]);
  shares.update(a.id, null);
  shares.update(frames[0]?.id ?? 0, null); // of another series
  expect(Array.from(shares.values)).toEqual([0, -1, 0]);
});
