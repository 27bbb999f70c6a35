import { beforeEach, describe, expect, test } from "vitest";
import type { SampleBlock } from "../../../web/shared/messages.ts";
import { SlError } from "../../../web/shared/errc.ts";
import { TableCache, TextureCache, type TextureOwner } from "../../../web/view/texture_cache.ts";

/** Counts what lives on the GPU. */
class FakeOwner implements TextureOwner {
  readonly alive = new Set<number>();
  isFull = false;
  #last = 0;
  putTexture(): number {
    if (this.isFull) throw new SlError("limit_exceeded");
    this.alive.add(++this.#last);
    return this.#last;
  }
  dropTexture(texture: number): void {
    this.alive.delete(texture);
  }
  putLut(): number {
    this.alive.add(++this.#last);
    return this.#last;
  }
  putPalette(): number {
    return this.putLut();
  }
  dropLut(lut: number): void {
    this.alive.delete(lut);
  }
}
function block(bytes: number): SampleBlock {
  return {
    rows: 1,
    cols: bytes,
    samples: 1,
    bitsAllocated: 8,
    signed: false,
    isRgb: false,
    isFloat: false,
    missing: null,
    values: new Uint8Array(bytes),
  };
}
let owner: FakeOwner;
let dropped: number[];
let cache: TextureCache;

beforeEach(() => {
  owner = new FakeOwner();
  dropped = [];
  cache = new TextureCache(owner, 300, (frame) => {
    dropped.push(frame);
  });
});

test("the least recently used goes first", () => {
  for (const frame of [1, 2, 3]) cache.put(frame, block(100), 0);
  cache.use(1);
  cache.put(4, block(100), 0);
  expect(dropped).toEqual([2]);
  expect([cache.bytes, cache.count, owner.alive.size]).toEqual([300, 3, 3]);
});
test("a higher level replaces a lower one", () => {
  cache.put(1, block(10), 0);
  cache.put(1, block(40), 1);
  expect([cache.level(1), cache.bytes, owner.alive.size]).toEqual([1, 40, 1]);
});
test("the newest stays even when it is larger than the budget", () => {
  cache.put(1, block(100), 0);
  cache.put(2, block(1000), 0);
  expect([dropped, cache.count, cache.level(2)]).toEqual([[1], 1, 0]);
});
test("an upload that fails leaves the older texture", () => {
  cache.put(1, block(10), 0);
  owner.isFull = true;
  expect(() => cache.put(1, block(40), 1)).toThrow(SlError);
  expect([cache.level(1), cache.bytes, owner.alive.size]).toEqual([0, 10, 1]);
});
test("what others take of the budget is taken from the longest unseen, but not from what is shown", () => {
  for (const frame of [1, 2, 3]) cache.put(frame, block(100), 0);
  cache.reserve(150, 1);
  expect([dropped, cache.bytes]).toEqual([[2, 3], 100]);
  cache.reserve(0, 1);
  cache.put(4, block(200), 0);
  expect([dropped, cache.bytes]).toEqual([[2, 3], 300]);
});
test("nothing is left after clear", () => {
  cache.put(1, block(10), 0);
  cache.put(2, block(10), 0);
  cache.clear();
  expect([owner.alive.size, cache.bytes, dropped]).toEqual([0, 0, [1, 2]]);
});
describe("tables", () => {
  const lut = () => ({ first: 0, bits: 8, entries: new Uint16Array(1), explanation: "" });
  test("the same table is put once; none is 0", () => {
    const tables = new TableCache(owner);
    const one = lut();
    expect([tables.lut(one), tables.lut(one), tables.lut(null), tables.palette(null)]).toEqual([
      1, 1, 0, 0,
    ]);
  });
  test("only so many stay", () => {
    const tables = new TableCache(owner);
    for (let i = 0; i < 100; i++) tables.lut(lut());
    expect(owner.alive.size).toBe(24);
    tables.clear();
    expect(owner.alive.size).toBe(0);
  });
});
