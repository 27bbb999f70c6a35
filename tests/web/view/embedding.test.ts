import { beforeEach, describe, expect, test } from "vitest";
import { SlError } from "../../../web/shared/errc.ts";
import type {
  OpenRequest,
  SightlineApi,
  ViewChange,
  ViewportApi,
  ViewportState,
} from "../../../web/shared/api.ts";
import { allowedOrigins, EmbeddingPort, type ParentWindow } from "../../../web/view/embedding.ts";
import { emptyState } from "../../../web/view/viewport_state.ts";

const EHR = "https://ehr.example";

/** Keeps what was posted to it. */
class FakeParent implements ParentWindow {
  readonly posted: { message: unknown; origin: string }[] = [];
  postMessage(message: unknown, origin: string): void {
    this.posted.push({ message, origin });
  }
}
class FakeViewer implements SightlineApi {
  readonly version = "9.9";
  readonly opened: OpenRequest[] = [];
  state: ViewportState = emptyState;
  readonly listeners = new Map<string, ((event: never) => void)[]>();
  open(request: OpenRequest): Promise<void> {
    if (request.study === "404") return Promise.reject(new SlError("not_found", "no such study"));
    this.opened.push(request);
    return Promise.resolve();
  }
  viewports(): readonly ViewportApi[] {
    const owner = (): FakeViewer => this;
    return [
      {
        id: "1",
        get state() {
          return owner().state;
        },
        set: (change: ViewChange) => {
          this.state = { ...this.state, ...change };
        },
        whenQuality: () => Promise.resolve("lossless"),
        storedValue: (row, col) => row * 10 + col,
        capture: () =>
          ({
            width: 1,
            height: 1,
            data: new Uint8ClampedArray(4),
            colorSpace: "srgb",
          }) as unknown as ImageData,
        addEventListener: (type, listener) => {
          this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
        },
        removeEventListener: (type, listener) => {
          this.listeners.set(
            type,
            (this.listeners.get(type) ?? []).filter((one) => one !== listener),
          );
        },
      },
    ];
  }
}
let parent: FakeParent;
let viewer: FakeViewer;
let port: EmbeddingPort;
const send = (data: unknown, origin = EHR, source: unknown = parent): Promise<void> =>
  port.receive({ data, origin, source });
const call = (verb: string, ...args: unknown[]): Promise<void> =>
  send({ sightline: 1, id: 5, verb, args });
const answer = (): unknown => parent.posted.at(-1)?.message;

beforeEach(() => {
  parent = new FakeParent();
  viewer = new FakeViewer();
  port = new EmbeddingPort(viewer, parent, [EHR]);
});

describe("who is heard", () => {
  const open = { sightline: 1, id: 1, verb: "open", args: [{ study: "1.2" }] };
  test("the parent with an allowed origin", async () => {
    await send(open);
    expect(viewer.opened).toEqual([{ study: "1.2" }]);
    expect(parent.posted).toEqual([
      { message: { sightline: 1, id: 1, result: null }, origin: EHR },
    ]);
  });
  test.each([
    "https://evil.example",
    "http://ehr.example",
    "https://ehr.example:444",
    "https://ehr.example.evil.example",
    "null",
    "",
    "*",
  ])("not the origin %s", async (origin) => {
    await send(open, origin);
    expect([viewer.opened, parent.posted]).toEqual([[], []]);
  });
  test("not another window of an allowed origin", async () => {
    await send(open, EHR, new FakeParent());
    expect([viewer.opened, parent.posted]).toEqual([[], []]);
  });
  test.each([
    null,
    7,
    "open",
    [],
    { id: 1, verb: "open" },
    { sightline: 2, id: 1, verb: "open" },
    { sightline: 1, verb: "open" },
    { sightline: 1, id: 1 },
    { sightline: 1, id: {}, verb: "open" },
  ])("not what is no request: %j", async (data) => {
    await send(data);
    expect(parent.posted).toEqual([]);
  });
  test("answers and events go to the allowed origin and never to *", async () => {
    await call("subscribe", "statechange");
    port.announce();
    expect(parent.posted.every(({ origin }) => origin === EHR)).toBe(true);
  });
});
describe("the list of origins", () => {
  const page = (text: string | null) =>
    ({
      getElementById: () => (text === null ? null : { textContent: text }),
    }) as unknown as Document;
  test("comes from the page that the server made", () => {
    expect(
      allowedOrigins(page('{"embeddingOrigins":["https://a.example","http://b.example:8080"]}')),
    ).toEqual(["https://a.example", "http://b.example:8080"]);
  });
  test.each([
    null,
    "",
    "{",
    "[]",
    "{}",
    '{"embeddingOrigins":"https://a.example"}',
    '{"embeddingOrigins":["*","https://a.example/path","a.example","null",7]}',
  ])("%s allows nobody", (text) => {
    expect(allowedOrigins(page(text))).toEqual([]);
  });
});
describe("verbs", () => {
  test("set answers with the new state", async () => {
    await call("set", { inverted: true });
    expect(answer()).toMatchObject({ id: 5, result: { inverted: true } });
  });
  test("state, viewports, whenQuality, storedValue", async () => {
    await call("state");
    expect(answer()).toEqual({ sightline: 1, id: 5, result: emptyState });
    await call("viewports");
    expect(answer()).toEqual({ sightline: 1, id: 5, result: [{ id: "1", state: emptyState }] });
    await call("whenQuality", "lossless");
    expect(answer()).toMatchObject({ result: "lossless" });
    await call("storedValue", 4, 2);
    expect(answer()).toMatchObject({ result: 42 });
  });
  test("capture gives width, height and bytes", async () => {
    await call("capture");
    expect(answer()).toMatchObject({ result: { width: 1, height: 1, data: new ArrayBuffer(4) } });
  });
  test("an event is forwarded while it is subscribed, once", async () => {
    await call("subscribe", "presented");
    await call("subscribe", "presented");
    expect(viewer.listeners.get("presented")?.length).toBe(1);
    viewer.listeners.get("presented")?.[0]?.({ detail: { level: 3 } } as never);
    expect(answer()).toEqual({
      sightline: 1,
      event: "presented",
      viewport: "1",
      detail: { level: 3 },
    });
    await call("unsubscribe", "presented");
    expect(viewer.listeners.get("presented")).toEqual([]);
  });
  test("a failure is answered with its code", async () => {
    await call("open", { study: "404" });
    expect(answer()).toEqual({
      sightline: 1,
      id: 5,
      error: { code: "not_found", message: "not_found: no such study" },
    });
  });
  test.each<[string, unknown[]]>([
    ["explode", []],
    ["open", []],
    ["open", ["1.2"]],
    ["set", [null]],
    ["whenQuality", ["best"]],
    ["storedValue", ["1", 2]],
    ["subscribe", ["click"]],
  ])("%s %j is an invalid argument", async (verb, args) => {
    await call(verb, ...args);
    expect(answer()).toMatchObject({ id: 5, error: { code: "invalid_argument" } });
  });
  test("another viewport is not found", async () => {
    await send({ sightline: 1, id: 5, verb: "state", viewport: "2" });
    expect(answer()).toMatchObject({ error: { code: "not_found" } });
  });
});
