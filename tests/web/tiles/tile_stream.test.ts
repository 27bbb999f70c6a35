import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DecodeJob, DecodeResult } from "../../../web/decode/decode_pool.ts";
import { SlError } from "../../../web/shared/errc.ts";
import type { SampleBlock } from "../../../web/shared/messages.ts";
import type { LinkState, TileSink, TileSource, TileWant } from "../../../web/source/tile_source.ts";
import { TileStore } from "../../../web/tiles/tile_store.ts";
import { TileStream, type FrameDecoder } from "../../../web/tiles/tile_stream.ts";
import { buildManifest } from "../manifest_builder.ts";

const ENDS = [10, 20, 60, 200, 800];
const manifest = buildManifest([
  { frames: 9, ends: ENDS },
  { frames: 2, ends: ENDS },
]);
const frames = manifest.series[0]?.frames ?? [];

class FakeSource implements TileSource {
  readonly state: LinkState = "live";
  readonly lists: (readonly TileWant[])[] = [];
  sink: TileSink | null = null;
  starts = 0;
  start(sink: TileSink): void {
    this.starts++;
    this.sink = sink;
  }
  want(list: readonly TileWant[]): void {
    this.lists.push(list);
    this.sink?.requested(list);
  }
  dispose(): void {
    this.sink = null;
  }
  get last(): readonly TileWant[] {
    return this.lists.at(-1) ?? [];
  }
  send(frame: number, firstLevel: number, lastLevel: number): void {
    const offset = firstLevel === 0 ? 0 : (ENDS[firstLevel - 1] ?? 0);
    this.sink?.tile({
      frame,
      firstLevel,
      lastLevel,
      offset,
      payload: new Uint8Array((ENDS[lastLevel] ?? 0) - offset),
    });
  }
}
/** Workers whose answers the test gives. */
class FakeDecoder implements FrameDecoder {
  readonly size = 2;
  readonly jobs: {
    job: DecodeJob;
    resolve: (result: DecodeResult) => void;
    reject: (error: SlError) => void;
  }[] = [];
  epoch = 0;
  stale = 0;
  decode(job: DecodeJob): Promise<DecodeResult> {
    return new Promise((resolve, reject) => {
      if (job.epoch < this.epoch) {
        this.stale++;
        reject(new SlError("stale", "epoch"));
        return;
      }
      this.jobs.push({ job, resolve, reject });
    });
  }
  beginEpoch(): number {
    return ++this.epoch;
  }
  async finish(index: number, digestEqual: boolean | null = null): Promise<void> {
    const values = new Uint8Array(8);
    this.jobs[index]?.resolve({
      decodeMs: 1,
      digestEqual,
      block: {
        rows: 2,
        cols: 2,
        samples: 1,
        bitsAllocated: 16,
        signed: false,
        isRgb: false,
        isFloat: false,
        missing: null,
        values,
      },
    });
    for (let i = 0; i < 4; i++) await Promise.resolve();
  }
}
let source: FakeSource;
let decoder: FakeDecoder;
let store: TileStore;
let stream: TileStream;
let changedFrames: number[];
let onFrame: (frame: number) => void;
const look = (current: number, zoom = 1): void => {
  stream.look({
    viewports: [{ frames, current, direction: 0, zoom, needFull: false }],
    otherSeries: [manifest.series[1]?.frames ?? []],
  });
};

beforeEach(() => {
  vi.useFakeTimers();
  source = new FakeSource();
  decoder = new FakeDecoder();
  changedFrames = [];
  onFrame = () => undefined;
  store = new TileStore(manifest, 1024 ** 3);
  stream = new TileStream(store, source, {
    frame: (frame) => {
      changedFrames.push(frame);
      onFrame(frame);
    },
    link: () => undefined,
    changed: () => undefined,
    studyRefused: () => undefined,
  });
  stream.start();
  stream.useDecoder(decoder);
  look(4);
});
afterEach(() => {
  stream.dispose();
  vi.useRealTimers();
});

test("what is looked at is asked for at once, the shown picture first", () => {
  expect(source.last[0]).toEqual({ frame: 4, firstLevel: 0, lastLevel: 1 });
  expect(store.held(4)?.states[0]).toBe("requested");
});
test("who begins to fetch again opens no second connection", () => {
  stream.start();
  expect(source.starts).toBe(1);
});
test("scrolling to a picture that is not here asks anew, with it first", () => {
  look(7);
  expect(source.lists.length).toBe(2);
  expect(source.last[0]?.frame).toBe(7);
});
test("while the shown picture is complete, new plans are sent at most each 100 ms", async () => {
  source.send(4, 0, 4);
  await decoder.finish(0, true);
  const before = source.lists.length;
  for (let i = 0; i < 20; i++) look(4, 1 + i / 100);
  expect(source.lists.length).toBe(before);
  vi.advanceTimersByTime(100);
  expect(source.lists.length).toBe(before + 1);
});
test("a level that comes is decoded with the levels above it left out", async () => {
  source.send(4, 0, 1);
  expect(decoder.jobs[0]?.job).toMatchObject({ discardLevels: 3, digest: null, encoding: 1 });
  expect(decoder.jobs[0]?.job.bytes.byteLength).toBe(20);
  await decoder.finish(0);
  expect(store.held(4)?.decoded).toBe(1);
  expect(changedFrames).toContain(4);
});
test("levels that came while the workers were busy are decoded as one", async () => {
  for (const [frame, last] of [
    [0, 1],
    [1, 1],
    [2, 1],
    [3, 1],
  ] as const)
    source.send(frame, 0, last); // four jobs: two run, two wait
  source.send(4, 0, 1);
  source.send(4, 2, 2);
  source.send(4, 3, 3);
  await decoder.finish(0);
  expect(decoder.jobs[4]?.job).toMatchObject({ discardLevels: 1 });
});
test("the shown picture is decoded before others that came earlier", async () => {
  for (const frame of [0, 1, 2, 3, 5, 6]) source.send(frame, 0, 1);
  source.send(4, 0, 1);
  await decoder.finish(0);
  const fifth = decoder.jobs[4]?.job;
  expect(fifth).toBeDefined();
  expect(store.held(4)?.decoding).toBe(1);
  expect(store.held(6)?.decoding).toBe(-1);
});
test("pictures that show nothing yet are decoded before others get better", async () => {
  look(0);
  source.send(0, 0, 4);
  await decoder.finish(0, true);
  for (const frame of [1, 2]) {
    source.send(frame, 0, 1);
    await decoder.finish(decoder.jobs.length - 1);
  }
  for (const frame of [3, 5, 6, 7]) source.send(frame, 0, 1); // busy
  source.send(1, 2, 4);
  source.send(8, 0, 1);
  await decoder.finish(3);
  expect(store.held(8)?.decoding).toBe(1);
  expect(store.held(1)?.decoding).toBe(-1);
});
test("the full level is decoded with its digest; a wrong one is a failure of this frame only", async () => {
  source.send(4, 0, 4);
  expect(decoder.jobs[0]?.job.digest).toEqual(new Uint8Array(32).fill(7));
  await decoder.finish(0, false);
  expect(store.held(4)?.failure).toBe("digest_mismatch");
  source.send(5, 0, 4);
  await decoder.finish(1, true);
  expect(store.held(5)?.verified).toBe(true);
});
test("a part that is asked for when its bytes come is decoded before the whole", async () => {
  source.send(4, 0, 3);
  await decoder.finish(0);
  const region = { x: 10, y: 20, cols: 30, rows: 40 };
  let part: Promise<SampleBlock> | undefined;
  onFrame = (frame) => {
    if (frame === 4) part ??= stream.decodePart(4, 4, region);
  };
  source.send(4, 4, 4);
  expect(decoder.jobs.slice(1).map(({ job }) => job)).toMatchObject([
    { discardLevels: 0, digest: null, region },
  ]);
  expect(decoder.jobs[1]?.job.bytes.byteLength).toBe(800);
  expect(store.held(4)).toMatchObject({ decoded: 3, decoding: -1 });
  await decoder.finish(1);
  expect((await part)?.rows).toBe(2);
  // now all of it, with its digest
  expect(decoder.jobs[2]?.job.region).toBeUndefined();
  expect(decoder.jobs[2]?.job.digest).not.toBeNull();
  await decoder.finish(2, true);
  expect(store.held(4)).toMatchObject({ decoded: 4, verified: true });
});
test("a part of a level that is not here is not decoded", async () => {
  source.send(4, 0, 3);
  const region = { x: 0, y: 0, cols: 1, rows: 1 };
  await expect(stream.decodePart(4, 4, region)).rejects.toMatchObject({ code: "stale" });
  await expect(stream.decodePart(7, 0, region)).rejects.toMatchObject({ code: "stale" });
  expect(decoder.jobs.length).toBe(1);
});
test("a worker that dies reports its frame, which is not tried for ever", async () => {
  source.send(4, 0, 1);
  decoder.jobs[0]?.reject(new SlError("module_died", "trap"));
  await decoder.finish(99);
  expect(store.held(4)?.failure).toBe("module_died");
  expect(decoder.jobs.length).toBe(1);
});
test("a job of a passed epoch is given again when it is its turn", async () => {
  source.send(4, 0, 1);
  look(5);
  expect(decoder.epoch).toBeGreaterThan(0);
  decoder.jobs[0]?.reject(new SlError("stale"));
  await decoder.finish(99);
  expect(store.held(4)?.failure).toBeNull();
  expect(decoder.jobs.length).toBe(2);
});
test("workers that served a study before serve the next one", async () => {
  for (let i = 0; i < 9; i++) look(i);
  expect(decoder.epoch).toBeGreaterThan(5);
  stream.dispose();
  source = new FakeSource();
  stream = new TileStream(new TileStore(manifest, 1024 ** 3), source, {
    frame: () => undefined,
    link: () => undefined,
    changed: () => undefined,
    studyRefused: () => undefined,
  });
  stream.start();
  look(4);
  stream.useDecoder(decoder);
  source.send(4, 0, 1);
  expect(decoder.jobs.length).toBe(1);
  await decoder.finish(0);
  expect(decoder.stale).toBe(0);
});
test("a study that was left gives its workers nothing more", async () => {
  source.send(4, 0, 1);
  source.send(5, 0, 1);
  source.send(3, 0, 1);
  stream.dispose();
  const given = decoder.jobs.length;
  await decoder.finish(0);
  expect(decoder.jobs.length).toBe(given);
});
test("a frame that is not ready yet is asked for again after 2 s, and the others meanwhile", () => {
  source.sink?.refused(4, "pending", "");
  expect(store.held(4)?.failure).toBeNull();
  look(3);
  expect(source.last.some((want) => want.frame === 4)).toBe(false);
  vi.advanceTimersByTime(2000);
  expect(source.last.some((want) => want.frame === 4)).toBe(true);
});
test("a refused frame is not asked for again", () => {
  source.sink?.refused(4, "not_found", "");
  look(3);
  expect(source.last.some((want) => want.frame === 4)).toBe(false);
  expect(changedFrames).toContain(4);
});
test("a tile that contradicts the manifest fails its frame", () => {
  source.sink?.tile({
    frame: 4,
    firstLevel: 0,
    lastLevel: 0,
    offset: 0,
    payload: new Uint8Array(3),
  });
  expect(store.held(4)?.failure).toBe("corrupt");
});
test("when all has come, the same list is not sent again in circles", () => {
  const before = source.lists.length;
  source.sink?.drained();
  source.sink?.drained();
  expect(source.lists.length).toBe(before);
});

describe("a frame that is looked at and shows nothing", () => {
  const answer = () => ({
    block: {
      rows: 2,
      cols: 2,
      samples: 1,
      bitsAllocated: 16,
      signed: false,
      isRgb: false,
      isFloat: false,
      missing: null,
      values: new Uint8Array(8),
    },
    digestEqual: null,
  });
  let calls: number;
  const decode = () => {
    calls++;
    return answer();
  };
  beforeEach(() => {
    calls = 0;
  });
  test("is left to the workers until one has decoded: the first call compiles the decoder", async () => {
    source.send(3, 0, 0);
    source.send(4, 0, 1);
    stream.decodeHere(4, decode);
    expect(calls).toBe(0);
    await decoder.finish(0);
    stream.decodeHere(4, decode);
    expect(calls).toBe(1);
  });
  test("gets the largest level that is here and small, while a worker has the whole", async () => {
    source.send(3, 0, 0);
    await decoder.finish(0);
    source.send(4, 0, 4);
    const jobs: DecodeJob[] = [];
    stream.decodeHere(4, (job) => {
      jobs.push(job);
      return answer();
    });
    expect(jobs).toHaveLength(1);
    expect(jobs[0]).toMatchObject({ discardLevels: 2, digest: null });
    expect(jobs[0]?.bytes.byteLength).toBe(60);
    expect(store.held(4)).toMatchObject({ decoded: 2, decoding: 4 });
    await decoder.finish(1, true);
    expect(store.held(4)).toMatchObject({ decoded: 4, decoding: -1, verified: true });
  });
  test("is left to the workers when its codestream is not the server's own", () => {
    const foreign = buildManifest([{ frames: 1, ends: ENDS, digest: null }]);
    const tiles = new TileStore(foreign, 1024 ** 3);
    const other = new TileStream(tiles, source, {
      frame: () => undefined,
      link: () => undefined,
      changed: () => undefined,
      studyRefused: () => undefined,
    });
    const workers = new FakeDecoder();
    other.useDecoder(workers);
    other.start();
    source.send(0, 0, 4);
    other.decodeHere(0, () => {
      throw new Error("decoded on the page's thread");
    });
    expect(tiles.held(0)?.failure).toBeNull();
    other.dispose();
  });
  test("is not decoded again once it shows something", async () => {
    source.send(3, 0, 0);
    await decoder.finish(0);
    source.send(4, 0, 1);
    stream.decodeHere(4, decode);
    stream.decodeHere(4, decode);
    expect(calls).toBe(1);
  });
});
