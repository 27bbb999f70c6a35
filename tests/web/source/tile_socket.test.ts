import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TileSocket, type SocketEvents } from "../../../web/source/tile_socket.ts";
import type { TileSink, TileWant } from "../../../web/source/tile_source.ts";
import {
  encodeServerMessage,
  parseClientMessage,
  wholeStudy,
  type ClientMessage,
  type ServerMessage,
} from "../../../web/source/wire.ts";
import { recordingSink } from "./recording_sink.ts";

/** The server's end of connections that exist in memory only. */
class FakeServer {
  readonly connections: { events: SocketEvents; sent: ClientMessage[]; isClosed: boolean }[] = [];
  readonly connect = (events: SocketEvents) => {
    const connection = { events, sent: [] as ClientMessage[], isClosed: false };
    this.connections.push(connection);
    return {
      send: (bytes: Uint8Array<ArrayBuffer>) => {
        connection.sent.push(parseClientMessage(bytes));
      },
      close: () => {
        connection.isClosed = true;
      },
    };
  };
  get last() {
    const last = this.connections[this.connections.length - 1];
    if (last === undefined) throw new Error("nobody has connected");
    return last;
  }
  say(message: ServerMessage): void {
    this.last.events.message(encodeServerMessage(message));
  }
  /** Accepts, and answers the latest `open`. */
  open(revision = "7"): number {
    this.last.events.open();
    return this.answerOpen(revision);
  }
  answerOpen(revision = "7"): number {
    const slot = this.last.sent.filter((message) => message.type === "open").at(-1)?.slot ?? 0;
    this.say({ type: "opened", slot, revision, frameCount: 3 });
    return slot;
  }
}
const WANTS: TileWant[] = [
  { frame: 2, firstLevel: 0, lastLevel: 1 },
  { frame: 0, firstLevel: 0, lastLevel: 0 },
];
let server: FakeServer;
let socket: TileSocket;
let seen: ReturnType<typeof recordingSink>;

function start(sink?: TileSink): void {
  server = new FakeServer();
  seen = recordingSink();
  socket = new TileSocket({
    connect: server.connect,
    studyInstanceUID: "1.2.3",
    revision: () => "7",
    random: () => 0.5,
  });
  socket.start(sink ?? seen.sink);
}
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  socket.dispose();
  vi.useRealTimers();
});

test("opens the study by its revision, then sends what is wanted, in order", () => {
  start();
  socket.want(WANTS);
  const slot = server.open();
  expect(server.last.sent[0]).toEqual({
    type: "open",
    slot,
    revision: "7",
    studyInstanceUID: "1.2.3",
  });
  expect(server.last.sent[1]).toMatchObject({
    type: "want",
    entries: WANTS.map((want) => ({ ...want, slot })),
  });
  expect(seen.log).toEqual(["state live", "requested 2:0-1 0:0-0"]);
  expect(socket.state).toBe("live");
});
test("each want has a higher epoch than the one before", () => {
  start();
  server.open();
  socket.want(WANTS);
  socket.want(WANTS.slice(1));
  const epochs = server.last.sent.flatMap((message) =>
    message.type === "want" ? [message.epoch] : [],
  );
  expect(epochs).toEqual([1, 2]);
});
test("tiles, refusals and the end of an epoch reach the owner", () => {
  start();
  const slot = server.open();
  socket.want(WANTS);
  server.say({
    type: "tile",
    slot,
    epoch: 1,
    frame: 2,
    firstLevel: 0,
    lastLevel: 1,
    offset: 0,
    payload: new Uint8Array([1, 2, 3]),
  });
  server.say({ type: "refused", slot, epoch: 1, frame: 0, code: "pending", detail: "" });
  server.say({ type: "done", epoch: 1 });
  server.say({ type: "done", epoch: 99 });
  expect(seen.log.slice(2)).toEqual(["tile 2:0-1 3", "refused 0 pending", "drained"]);
});
test("a refused study is said as such", () => {
  start();
  server.last.events.open();
  server.say({
    type: "refused",
    slot: 1,
    epoch: 0,
    frame: wholeStudy,
    code: "forbidden",
    detail: "",
  });
  expect(seen.log).toEqual(["studyRefused forbidden"]);
});

describe("a lost connection", () => {
  test("is tried again after 0.5 s, 1 s, 2 s … at most 10 s", () => {
    start();
    const delays: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) {
      const before = server.connections.length;
      const at = Date.now();
      server.last.events.close();
      while (server.connections.length === before) vi.advanceTimersByTime(100);
      delays.push(Date.now() - at);
    }
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
    expect(socket.failures).toBe(7);
  });
  test("the waiting times are spread", () => {
    const waits = [0, 1].map((random) => {
      const fake = new FakeServer();
      const one = new TileSocket({
        connect: fake.connect,
        studyInstanceUID: "1",
        revision: () => "1",
        random: () => random,
      });
      one.start(recordingSink().sink);
      const at = Date.now();
      fake.last.events.close();
      while (fake.connections.length === 1) vi.advanceTimersByTime(25);
      one.dispose();
      return Date.now() - at;
    });
    expect(waits).toEqual([375, 625]);
  });
  test("then the study is opened and the same list wanted again", () => {
    start();
    server.open();
    socket.want(WANTS);
    server.last.events.close();
    expect(seen.log.at(-1)).toBe("state lost");
    vi.advanceTimersByTime(600);
    const slot = server.open();
    expect(server.last.sent.map((message) => message.type)).toEqual(["open", "want"]);
    expect(server.last.sent[1]).toMatchObject({
      entries: WANTS.map((want) => ({ ...want, slot })),
    });
    expect(seen.log.slice(-2)).toEqual(["state live", "requested 2:0-1 0:0-0"]);
  });
  test("an attempt that hangs for 3 s has failed", () => {
    start();
    vi.advanceTimersByTime(3000);
    expect(server.last.isClosed).toBe(true);
    expect(socket.failures).toBe(1);
  });
  test("late events of a connection that was given up are ignored", () => {
    start();
    const first = server.last;
    vi.advanceTimersByTime(3000);
    first.events.open();
    first.events.close();
    expect(first.sent).toEqual([]);
    expect(socket.failures).toBe(1);
  });
  test("a browser that throws at once counts as a failed attempt", () => {
    socket = new TileSocket({
      connect: () => {
        throw new Error("blocked");
      },
      studyInstanceUID: "1",
      revision: () => "1",
    });
    seen = recordingSink();
    socket.start(seen.sink);
    expect(seen.log).toEqual(["state lost"]);
  });
});

test("bytes that are not of the protocol end the connection", () => {
  start();
  server.open();
  server.last.events.message(new Uint8Array([0x82, 1, 0]));
  expect(server.last.isClosed).toBe(true);
  expect(seen.log.at(-1)).toBe("state lost");
});
describe("a newer revision", () => {
  test("is told, whether in mid-study or as the answer to open", () => {
    start();
    server.last.events.open();
    server.say({ type: "changed", slot: 1, revision: "8" });
    expect(seen.log).toEqual(["state live", "changed"]);
  });
  test("gets a slot of its own, so that a late tile is not taken for another frame", () => {
    start();
    const old = server.open();
    socket.want([]);
    socket.reopen();
    const fresh = server.answerOpen("8");
    expect(fresh).not.toBe(old);
    expect(server.last.sent.slice(-2).map((message) => message.type)).toEqual(["close", "open"]);
    server.say({
      type: "tile",
      slot: old,
      epoch: 1,
      frame: 0,
      firstLevel: 0,
      lastLevel: 0,
      offset: 0,
      payload: new Uint8Array(1),
    });
    expect(seen.log.filter((line) => line.startsWith("tile"))).toEqual([]);
  });
});
