import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SlError } from "../../../web/shared/errc.ts";
import type { RangeRequest } from "../../../web/source/range_fetch.ts";
import { mergeAdjacent, TileRanges } from "../../../web/source/tile_ranges.ts";
import type { TileWant } from "../../../web/source/tile_source.ts";
import { buildManifest } from "../manifest_builder.ts";
import { recordingSink } from "./recording_sink.ts";

const ENDS = [10, 40, 160];
const manifest = buildManifest([{ frames: 12, ends: ENDS }]);

/** Answers when the test says so. */
class FakeFetch {
  readonly requests: {
    request: RangeRequest;
    onBytes: (bytes: Uint8Array) => void;
    done: () => void;
    fail: (error: unknown) => void;
  }[] = [];
  readonly fetchRange = (
    request: RangeRequest,
    onBytes: (bytes: Uint8Array) => void,
  ): Promise<void> =>
    new Promise((resolve, reject) => {
      this.requests.push({ request, onBytes, done: resolve, fail: reject });
      request.signal.addEventListener("abort", () => {
        reject(new SlError("io", "aborted"));
      });
    });
  at(index: number) {
    const one = this.requests[index];
    if (one === undefined) throw new Error(`no request ${String(index)}`);
    return one;
  }
  async answer(index: number): Promise<void> {
    const { request, onBytes, done } = this.at(index);
    onBytes(new Uint8Array(request.end - request.begin));
    done();
    await settle();
  }
}
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}
const want = (frame: number, firstLevel = 0, lastLevel = firstLevel): TileWant => ({
  frame,
  firstLevel,
  lastLevel,
});
let fake: FakeFetch;
let ranges: TileRanges;
let seen: ReturnType<typeof recordingSink>;

beforeEach(() => {
  vi.useFakeTimers();
  fake = new FakeFetch();
  seen = recordingSink();
  ranges = new TileRanges({ fetchRange: fake.fetchRange, manifest: () => manifest });
  ranges.start(seen.sink);
});
afterEach(() => {
  ranges.dispose();
  vi.useRealTimers();
});

test("adjacent levels of one frame, next to each other in the list, are one range", () => {
  const merged = mergeAdjacent([
    want(1, 0, 0),
    want(1, 1, 1),
    want(1, 2, 2),
    want(2, 0, 0),
    want(1, 2, 2),
  ]);
  expect(merged.map((range) => [range.frame, range.parts.length])).toEqual([
    [1, 3],
    [2, 1],
    [1, 1],
  ]);
});
test("a range names the original by its hash, and the bytes of the levels", () => {
  ranges.want([want(3, 1, 2)]);
  expect(fake.at(0).request).toMatchObject({
    hash: "hash-1.2.3.1.4",
    frameNumber: 1,
    begin: 10,
    end: 160,
  });
});
test("each part of a merged range is given out as soon as its bytes are here", async () => {
  ranges.want([want(0, 0, 0), want(0, 1, 1), want(0, 2, 2)]);
  fake.at(0).onBytes(new Uint8Array(25));
  expect(seen.log.slice(1)).toEqual(["tile 0:0-0 10"]);
  fake.at(0).onBytes(new Uint8Array(20));
  expect(seen.log.slice(2)).toEqual(["tile 0:1-1 30"]);
  fake.at(0).onBytes(new Uint8Array(115));
  fake.at(0).done();
  await settle();
  expect(seen.log.slice(3)).toEqual(["tile 0:2-2 120", "state fallback", "drained"]);
});
test("at most five at a time, in the order of the list", async () => {
  ranges.want(Array.from({ length: 9 }, (_, frame) => want(frame)));
  expect(fake.requests.length).toBe(5);
  await fake.answer(2);
  expect(fake.requests.map(({ request }) => request.hash.split(".").at(-1))).toEqual([
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
  ]);
});
test("a new list aborts what is not in it and lets the rest go on", async () => {
  ranges.want([want(0), want(1), want(2)]);
  ranges.want([want(1), want(5)]);
  expect(fake.requests.slice(0, 3).map(({ request }) => request.signal.aborted)).toEqual([
    true,
    false,
    true,
  ]);
  expect(fake.requests.length).toBe(4);
  await settle();
  await fake.answer(1);
  expect(seen.log.filter((line) => line.startsWith("tile"))).toEqual(["tile 1:0-0 10"]);
});
test.each(["not_found", "pending", "forbidden"] as const)(
  "%s is said of the frame, and the others go on",
  async (code) => {
    ranges.want([want(0), want(1)]);
    fake.at(0).fail(new SlError(code));
    await settle();
    await fake.answer(1);
    expect(seen.log.filter((line) => /refused|tile/.test(line))).toEqual([
      `refused 0 ${code}`,
      "tile 1:0-0 10",
    ]);
  },
);
test("without an answer the connection is lost, and the same frame is first again, later and later", async () => {
  ranges.want([want(0)]);
  for (const delay of [500, 1000, 2000]) {
    const before = fake.requests.length;
    fake.at(before - 1).fail(new SlError("io"));
    await settle();
    expect(ranges.state).toBe("lost");
    vi.advanceTimersByTime(delay - 1);
    expect(fake.requests.length).toBe(before);
    vi.advanceTimersByTime(1);
    expect(fake.requests.length).toBe(before + 1);
  }
  await fake.answer(3);
  expect(ranges.state).toBe("fallback");
});
test("what had come of a broken range is not fetched again", async () => {
  ranges.want([want(0, 0, 0), want(0, 1, 1)]);
  fake.at(0).onBytes(new Uint8Array(12));
  fake.at(0).fail(new SlError("io"));
  await settle();
  vi.advanceTimersByTime(500);
  expect(fake.at(1).request).toMatchObject({ begin: 10, end: 40 });
});
