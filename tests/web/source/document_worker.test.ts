import { expect, test } from "vitest";
import { SlError } from "../../../web/shared/errc.ts";
import type { FromReader, ToReader } from "../../../web/shared/messages.ts";
import { DocumentWorker } from "../../../web/source/document_worker.ts";

/** A worker that keeps what it is sent, and says what the test says. */
class FakeWorker {
  readonly received: ToReader[] = [];
  onmessage: ((event: { data: FromReader }) => void) | null = null;
  onerror: ((event: { preventDefault: () => void }) => void) | null = null;
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
function desk() {
  const workers: FakeWorker[] = [];
  const made = new DocumentWorker(() => {
    const worker = new FakeWorker();
    workers.push(worker);
    return worker as unknown as Worker;
  }, "/reader.wasm");
  return { desk: made, workers };
}
const bytes = (...values: number[]): ArrayBuffer => new Uint8Array(values).buffer;

test("nothing is started before something is asked, and nothing is sent before the worker listens", async () => {
  const { desk: one, workers } = desk();
  expect(workers).toHaveLength(0);
  const asked = one.document(bytes(1), "model");
  expect(workers[0]!.received).toEqual([]);
  workers[0]!.say({ type: "ready" });
  expect(workers[0]!.received.map(({ type }) => type)).toEqual(["init", "document"]);
  workers[0]!.say({ type: "part", job: 1, bytes: bytes(7) });
  expect(Array.from(await asked)).toEqual([7]);
});
test("answers find their questions, refusals theirs", async () => {
  const { desk: one, workers } = desk();
  const [first, second] = [one.document(bytes(1), 0), one.keywords([1])];
  workers[0]!.say({ type: "ready" });
  workers[0]!.say({ type: "part", job: 2, bytes: bytes(2) });
  workers[0]!.say({ type: "failed", job: 1, code: "unsupported", detail: "no" });
  await expect(first).rejects.toEqual(new SlError("unsupported", "no"));
  expect(Array.from(await second)).toEqual([2]);
});
test("a worker that dies fails what waits, and another one begins", async () => {
  const { desk: one, workers } = desk();
  const asked = one.document(bytes(1), "model");
  workers[0]!.say({ type: "died", detail: "trap" });
  await expect(asked).rejects.toMatchObject({ code: "module_died" });
  expect(workers[0]!.isTerminated).toBe(true);
  const again = one.document(bytes(1), "model");
  workers[1]!.say({ type: "ready" });
  workers[1]!.say({ type: "part", job: 2, bytes: bytes(9) });
  expect(Array.from(await again)).toEqual([9]);
});
