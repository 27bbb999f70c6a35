import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TileLink } from "../../../web/source/tile_link.ts";
import { TileRanges } from "../../../web/source/tile_ranges.ts";
import { TileSocket, type SocketEvents } from "../../../web/source/tile_socket.ts";
import { encodeServerMessage, parseClientMessage } from "../../../web/source/wire.ts";
import { buildManifest } from "../manifest_builder.ts";
import { recordingSink } from "./recording_sink.ts";

const manifest = buildManifest([{ frames: 4, ends: [10, 40] }]);
const WANTS = [{ frame: 1, firstLevel: 0, lastLevel: 0 }];
let connections: SocketEvents[];
let wantsSent: number;
let fetched: string[];
let isServerThere: boolean;
let link: TileLink;
let seen: ReturnType<typeof recordingSink>;

/** The network: a socket that the test opens or closes, and ranges that work while the server is there. */
function start(): void {
  connections = [];
  wantsSent = 0;
  fetched = [];
  isServerThere = true;
  const socket = new TileSocket({
    connect: (events) => {
      connections.push(events);
      return {
        send: (bytes) => {
          const message = parseClientMessage(bytes);
          if (message.type === "want") wantsSent++;
          else if (message.type === "open") {
            events.message(
              encodeServerMessage({
                type: "opened",
                slot: message.slot,
                revision: "1",
                frameCount: 4,
              }),
            );
          }
        },
        close: () => undefined,
      };
    },
    studyInstanceUID: "1.2.3",
    revision: () => "1",
    random: () => 0.5,
  });
  const ranges = new TileRanges({
    manifest: () => manifest,
    fetchRange: (request, onBytes) => {
      fetched.push(request.hash);
      onBytes(new Uint8Array(request.end - request.begin));
      return Promise.resolve();
    },
  });
  link = new TileLink(socket, ranges, () => Promise.resolve(isServerThere));
  seen = recordingSink();
  link.start(seen.sink);
  link.want(WANTS);
}
const closeLast = (): void => {
  connections.at(-1)?.close();
};
const openLast = (): void => {
  connections.at(-1)?.open();
};
const states = (): string[] => seen.log.filter((line) => line.startsWith("state"));

beforeEach(() => {
  vi.useFakeTimers();
  start();
});
afterEach(() => {
  link.dispose();
  vi.useRealTimers();
});

test("a socket that opens serves, and ranges are not touched", async () => {
  openLast();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([link.state, wantsSent, fetched.length]).toEqual(["live", 1, 0]);
});
test("two failed attempts: ranges serve", async () => {
  closeLast();
  await vi.advanceTimersByTimeAsync(600);
  expect(fetched).toEqual([]);
  closeLast();
  await vi.advanceTimersByTimeAsync(1);
  expect([link.state, fetched.length]).toEqual(["fallback", 1]);
});
test("3 s without a socket: ranges serve", async () => {
  await vi.advanceTimersByTimeAsync(3001);
  expect([link.state, fetched.length]).toEqual(["fallback", 1]);
});
test("meanwhile the socket is tried each 30 s, and serves again once it opens", async () => {
  await vi.advanceTimersByTimeAsync(3001);
  const before = connections.length;
  await vi.advanceTimersByTimeAsync(29_000);
  expect(connections.length).toBe(before);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(connections.length).toBe(before + 1);
  openLast();
  expect([link.state, wantsSent]).toEqual(["live", 1]);
  expect(states()).toEqual(["state fallback", "state live"]);
});
test("nobody answers: lost, until the server is back", async () => {
  openLast();
  isServerThere = false;
  closeLast();
  await vi.advanceTimersByTimeAsync(600);
  closeLast();
  await vi.advanceTimersByTimeAsync(1);
  expect(link.state).toBe("lost");
  isServerThere = true;
  await vi.advanceTimersByTimeAsync(1_100);
  openLast();
  expect([link.state, wantsSent]).toEqual(["live", 2]);
  expect(states()).toEqual(["state live", "state lost", "state live"]);
});
test("a short interruption is not worth a word", async () => {
  openLast();
  closeLast();
  await vi.advanceTimersByTimeAsync(600);
  openLast();
  expect(states()).toEqual(["state live"]);
  expect(wantsSent).toBe(2);
});
