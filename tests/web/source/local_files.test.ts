import { beforeEach, expect, test } from "vitest";
import type { Manifest } from "../../../web/shared/manifest.ts";
import type { FromReader, LocalFile, ToReader } from "../../../web/shared/messages.ts";
import { LocalFiles } from "../../../web/source/local_files.ts";
import { recordingSink } from "./recording_sink.ts";

/** A reading worker that a test drives by hand. */
class FakeReader {
  onmessage: ((event: { data: FromReader }) => void) | null = null;
  onerror: ((event: { preventDefault(): void }) => void) | null = null;
  readonly received: ToReader[] = [];
  isTerminated = false;
  postMessage(message: ToReader): void {
    this.received.push(message);
  }
  terminate(): void {
    this.isTerminated = true;
  }
  say(message: FromReader): void {
    this.onmessage?.({ data: message });
  }
}
let workers: FakeReader[] = [];
let changes = 0;
beforeEach(() => {
  workers = [];
  changes = 0;
});
function open(): LocalFiles {
  return new LocalFiles({
    makeWorker: () => {
      workers.push(new FakeReader());
      return workers.at(-1) as unknown as Worker;
    },
    readerUrl: "reader.wasm",
    changed: () => changes++,
    rest: () => Promise.resolve(),
  });
}
const one = (path: string): LocalFile => ({ file: new File([], path), path });
const counts = (total: number, done: number): FromReader => ({
  type: "progress",
  total,
  done,
  pictures: done,
  refused: [],
});

test("the worker is started by the first files, and told of them when it listens", () => {
  const files = open();
  expect(workers).toHaveLength(0);
  files.add([one("a")]);
  expect(workers[0]?.received).toEqual([]);
  workers[0]?.say({ type: "ready" });
  expect(workers[0]?.received.map(({ type }) => type)).toEqual(["init", "add"]);
});
test("files that are given while others are read are read after them", async () => {
  const files = open();
  files.add([one("a")]);
  workers[0]?.say({ type: "ready" });
  files.add([one("b"), one("c")]);
  expect(files.progress).toMatchObject({ total: 3, isReading: true });
  await settle();
  expect(handed().map(([batch]) => batch)).toEqual([1, 2]);
  workers[0]?.say(counts(3, 1));
  workers[0]?.say({ type: "added", batch: 1, missing: [] });
  expect(files.progress).toMatchObject({ total: 3, done: 1, isReading: true });
  workers[0]?.say(counts(3, 3));
  workers[0]?.say({ type: "added", batch: 2, missing: ["IM1"] });
  expect(files.progress).toMatchObject({ total: 3, done: 3, isReading: false });
  expect(files.missing).toEqual(["IM1"]);
});
/** Lets what was promised come to pass. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
function handed(): (readonly [batch: number, files: number, isLast: boolean])[] {
  return (workers.at(-1)?.received ?? []).flatMap((sent) =>
    sent.type === "add" ? [[sent.batch, sent.files.length, sent.isLast] as const] : [],
  );
}
const many = (count: number): LocalFile[] => Array.from({ length: count }, (_, i) => one(`${i}`));
test("many files are handed over in portions, between which the page rests", async () => {
  const files = open();
  files.add(many(40));
  files.add(many(1));
  workers[0]?.say({ type: "ready" });
  expect(handed()).toEqual([[1, 16, false]]);
  await settle();
  expect(handed()).toEqual([
    [1, 16, false],
    [1, 16, false],
    [1, 8, true],
    [2, 1, true],
  ]);
});
test("what was not handed over when it is cancelled never is; the batch ends all the same", async () => {
  const files = open();
  files.add(many(40));
  workers[0]?.say({ type: "ready" });
  files.cancel();
  await settle();
  expect(handed()).toEqual([
    [1, 16, false],
    [1, 0, true],
  ]);
});
test("a dead worker's files are not handed to the next one", async () => {
  const files = open();
  files.add(many(40));
  workers[0]?.say({ type: "ready" });
  workers[0]?.say({ type: "died", detail: "trap" });
  files.add(many(2));
  await settle();
  expect(handed()).toEqual([]);
  workers[1]?.say({ type: "ready" });
  await settle();
  expect(handed()).toEqual([[2, 2, true]]);
});
test("what the page itself could not look at is listed without any worker", () => {
  const files = open();
  files.add([], [{ path: "locked", code: "io", detail: "the browser could not read it" }]);
  expect(files.refused.map(({ path }) => path)).toEqual(["locked"]);
  expect([workers.length, changes, files.progress.isReading]).toEqual([0, 1, false]);
});
test("cancel names the newest batch, and nothing when nothing is read", () => {
  const files = open();
  files.cancel();
  files.add([one("a")]);
  files.add([one("b")]);
  workers[0]?.say({ type: "ready" });
  files.cancel();
  expect(workers[0]?.received.at(-1)).toEqual({ type: "cancel", batch: 2 });
});
test("a dead worker fails its frames, says why, and the next files begin anew", async () => {
  const files = open();
  files.add([one("a")]);
  workers[0]?.say({ type: "ready" });
  const { sink, log } = recordingSink();
  const study = {
    study: { studyInstanceUID: "1.2.3" },
    frames: [{ frameNumber: 1, instance: { hash: "00" } }],
  };
  const source = files.source(study as unknown as Manifest, {
    newer: () => undefined,
    refused: () => undefined,
  });
  source.link.start(sink);
  source.link.want([{ frame: 0, firstLevel: 0, lastLevel: 0 }]);
  await Promise.resolve();
  workers[0]?.say({ type: "died", detail: "module: HTTP 404" });
  for (let i = 0; i < 10; i++) await Promise.resolve();
  expect(log).toContain("refused 0 module_died");
  expect(files.failure).toBe("module: HTTP 404");
  expect(workers[0]?.isTerminated).toBe(true);
  files.add([one("b")]);
  expect([workers.length, files.failure, files.progress.total]).toEqual([2, "", 1]);
});
