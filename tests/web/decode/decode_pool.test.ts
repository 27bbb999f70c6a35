import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  DecodePool,
  type DecodeJob,
  type DecodePoolOptions,
} from "../../../web/decode/decode_pool.ts";
import type { FromWorker, ToWorker } from "../../../web/shared/messages.ts";

/** A worker that a test drives by hand. */
class FakeWorker {
  onmessage: ((event: { data: FromWorker }) => void) | null = null;
  onerror: ((event: { preventDefault(): void }) => void) | null = null;
  onmessageerror: (() => void) | null = null;
  readonly received: ToWorker[] = [];
  terminated = false;
  postMessage(message: ToWorker): void {
    this.received.push(message);
  }
  terminate(): void {
    this.terminated = true;
  }
  say(message: FromWorker): void {
    this.onmessage?.({ data: message });
  }
  get jobs(): number[] {
    return this.received.flatMap((message) => (message.type === "decode" ? [message.job] : []));
  }
  finish(job: number): void {
    const block = {
      rows: 1,
      cols: 1,
      samples: 1,
      bitsAllocated: 8,
      signed: false,
      isRgb: false,
      isFloat: false,
      missing: null,
      values: new Uint8Array([job]),
    };
    this.say({ type: "decoded", job, epoch: 0, block, digestEqual: null, decodeMs: 1 });
  }
}
let made: FakeWorker[] = [];
function pool(options: Partial<DecodePoolOptions> = {}): DecodePool {
  const makeWorker = (): Worker => {
    made.push(new FakeWorker());
    return made.at(-1) as unknown as Worker;
  };
  return new DecodePool({
    viewer: {} as WebAssembly.Module,
    urls: { dicom: "dicom.wasm", jxl: "jxl.wasm" },
    workers: 2,
    makeWorker,
    ...options,
  });
}
const format = {
  rows: 1,
  cols: 1,
  samples: 1,
  bitsAllocated: 8,
  bitsStored: 8,
  highBit: 7,
  signed: false,
  planar: 0,
  photometric: "MONOCHROME2",
};
const job = (epoch = 1): DecodeJob => ({
  epoch,
  encoding: 3,
  format,
  discardLevels: 0,
  bytes: new ArrayBuffer(1),
  digest: null,
});
const worker = (index: number): FakeWorker => {
  const found = made[index];
  if (found === undefined) throw new Error(`no worker ${index}`);
  return found;
};

beforeEach(() => {
  made = [];
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("every worker is given the module before anything else", () => {
  pool();
  expect(made.map((one) => one.received[0])).toEqual([
    { type: "init", viewer: {}, urls: { dicom: "dicom.wasm", jxl: "jxl.wasm" } },
    { type: "init", viewer: {}, urls: { dicom: "dicom.wasm", jxl: "jxl.wasm" } },
  ]);
});
test("jobs wait for a ready worker and are answered with its block", async () => {
  const decoded = pool().decode(job());
  expect(worker(0).jobs).toEqual([]);
  worker(0).say({ type: "ready" });
  expect(worker(0).jobs).toEqual([1]);
  worker(0).finish(1);
  await expect(decoded).resolves.toMatchObject({
    digestEqual: null,
    decodeMs: 1,
    block: { rows: 1 },
  });
});
test("a worker has one job at a time; idle workers are used first", () => {
  const decodes = pool();
  made.forEach((one) => {
    one.say({ type: "ready" });
  });
  for (let i = 0; i < 4; i++) void decodes.decode(job());
  expect([worker(0).jobs, worker(1).jobs]).toEqual([[1], [2]]);
  expect(decodes.pending).toBe(4);
  worker(1).finish(2);
  expect([worker(0).jobs, worker(1).jobs]).toEqual([[1], [2, 3]]);
});
test("a region that somebody looks at overtakes whole frames that wait", () => {
  const decodes = pool({ workers: 1 });
  worker(0).say({ type: "ready" });
  for (let i = 0; i < 3; i++) void decodes.decode(job());
  const region = { x: 1, y: 2, cols: 3, rows: 4 };
  void decodes.decode({ ...job(), region });
  worker(0).finish(1);
  expect(worker(0).jobs).toEqual([1, 4]);
  expect(worker(0).received.at(-1)).toMatchObject({ type: "decode", region });
  worker(0).finish(4);
  expect(worker(0).received.at(-1)).toMatchObject({ job: 2, region: null });
});
test("jobs of older epochs that have not started are stale", async () => {
  const decodes = pool({ workers: 1 });
  worker(0).say({ type: "ready" });
  const first = decodes.beginEpoch();
  const running = decodes.decode(job(first));
  const old = decodes.decode(job(first));
  const current = decodes.decode(job(decodes.beginEpoch()));
  await expect(old).rejects.toMatchObject({ code: "stale" });
  await expect(decodes.decode(job(first))).rejects.toMatchObject({ code: "stale" });
  worker(0).finish(1);
  await expect(running).resolves.toBeDefined();
  worker(0).finish(3);
  await expect(current).resolves.toBeDefined();
});
test("a job that the worker dropped is stale", async () => {
  const decoded = pool({ workers: 1 }).decode(job());
  worker(0).say({ type: "ready" });
  worker(0).say({ type: "dropped", job: 1 });
  await expect(decoded).rejects.toMatchObject({ code: "stale" });
});
test("a refused frame keeps its code and the worker", async () => {
  const decodes = pool({ workers: 1 });
  worker(0).say({ type: "ready" });
  const decoded = decodes.decode(job());
  worker(0).say({ type: "failed", job: 1, epoch: 1, code: "corrupt", detail: "no SOD" });
  await expect(decoded).rejects.toMatchObject({ code: "corrupt", message: "corrupt: no SOD" });
  expect(made.length).toBe(1);
  expect(worker(0).terminated).toBe(false);
});
test("a worker that trapped is replaced and only its own job fails", async () => {
  const decodes = pool({ workers: 1 });
  worker(0).say({ type: "ready" });
  const trapped = decodes.decode(job());
  const next = decodes.decode(job());
  worker(0).say({ type: "failed", job: 1, epoch: 1, code: "module_died", detail: "RuntimeError" });
  await expect(trapped).rejects.toMatchObject({ code: "module_died" });
  expect(worker(0).terminated).toBe(true);
  worker(1).say({ type: "ready" });
  expect(worker(1).jobs).toEqual([2]);
  worker(1).finish(2);
  await expect(next).resolves.toBeDefined();
});
test("a job over its time is ended with its worker", async () => {
  const decodes = pool({ workers: 1, timeCapMs: 30_000 });
  worker(0).say({ type: "ready" });
  const endless = decodes.decode(job());
  const rejected = expect(endless).rejects.toMatchObject({ code: "module_died" });
  vi.advanceTimersByTime(29_999);
  expect(worker(0).terminated).toBe(false);
  vi.advanceTimersByTime(1);
  await rejected;
  expect(worker(0).terminated).toBe(true);
  expect(made.length).toBe(2);
});
test("a browser that cannot start the module gets an answer, not a loop", async () => {
  const decodes = pool({ workers: 2 });
  const waiting = [decodes.decode(job()), decodes.decode(job()), decodes.decode(job())];
  const rejected = Promise.all(
    waiting.map((one) => expect(one).rejects.toMatchObject({ code: "module_died" })),
  );
  for (let i = 0; i < made.length && i < 20; i++)
    worker(i).onerror?.({ preventDefault: () => undefined });
  await rejected;
  expect(made.length).toBeLessThan(10);
  await expect(decodes.decode(job())).rejects.toMatchObject({ code: "module_died" });
});
test("after dispose no worker and no promise is left", async () => {
  const decodes = pool();
  worker(0).say({ type: "ready" });
  const waiting = [decodes.decode(job()), decodes.decode(job()), decodes.decode(job())];
  const rejected = Promise.all(
    waiting.map((one) => expect(one).rejects.toMatchObject({ code: "module_died" })),
  );
  decodes.dispose();
  await rejected;
  expect(made.every((one) => one.terminated)).toBe(true);
  expect(decodes.pending).toBe(0);
});
