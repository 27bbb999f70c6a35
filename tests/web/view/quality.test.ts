import { expect, test } from "vitest";
import { qualityOf, reaches } from "../../../web/view/quality.ts";
import { buildManifest, type SeriesOptions } from "../manifest_builder.ts";

function frame(options: SeriesOptions = {}) {
  const first = buildManifest([{ ends: [1, 2, 3, 4], ...options }]).frames[0];
  if (first === undefined) throw new Error("no frame");
  return first;
}
const exact = frame();
const lossy = frame({ instance: { lossy: { ratio: "10", method: "ISO_10918_1" } } });
const withoutDigest = frame({ digest: null });

test.each([
  ["nothing is drawn", exact, -1, false, 1, "none"],
  ["a level below the screen's", exact, 1, false, 1, "preview"],
  ["the screen's level", exact, 2, false, 0.5, "screen"],
  ["a level above the screen's", exact, 2, false, 0.25, "screen"],
  ["the full level, proven", exact, 3, true, 1, "lossless"],
  ["the full level, proven, though the screen shows less", exact, 3, true, 0.1, "lossless"],
  ["the full level, not proven", exact, 3, false, 1, "screen"],
  ["proven, but a lower level is drawn", exact, 2, true, 1, "preview"],
  ["the full level of a lossy source", lossy, 3, true, 1, "lossy"],
  ["a lower level of a lossy source", lossy, 1, false, 1, "preview"],
  ["the full level of a stream without a digest", withoutDigest, 3, false, 1, "lossy"],
] as const)("%s", (_name, of, level, verified, zoom, quality) => {
  expect(qualityOf({ frame: of, level, verified, incomplete: false, zoom })).toBe(quality);
});
test.each([exact, lossy, withoutDigest])(
  "what its file does not hold whole is incomplete, whatever else it is",
  (of) => {
    const drawn = { frame: of, level: 3, verified: true, incomplete: true, zoom: 1 };
    expect(qualityOf(drawn)).toBe("incomplete");
    expect(qualityOf({ ...drawn, level: 1 })).toBe("preview");
    expect(reaches("incomplete", "lossless")).toBe(true);
  },
);
test("lossy is the best that a lossy source can reach", () => {
  expect(reaches("lossy", "lossless")).toBe(true);
  expect(reaches("screen", "lossless")).toBe(false);
  expect(reaches("none", "preview")).toBe(false);
});
