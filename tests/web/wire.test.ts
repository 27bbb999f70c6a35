import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { SlError } from "../../web/shared/errc.ts";
import {
  encodeClientMessage,
  encodeOpen,
  encodeServerMessage,
  encodeWant,
  parseClientMessage,
  parseServerMessage,
  wholeStudy,
} from "../../web/source/wire.ts";
import type { ClientMessage, ServerMessage } from "../../web/source/wire.ts";
import { fixtureBytes, fixtureNames, fixtureText } from "./wire_fixture.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const isClient = (bytes: Uint8Array): boolean => (bytes[0] ?? 0) < 0x80;

/** A message in the words of the fixtures' .txt files. */
function describeMessage(message: ClientMessage | ServerMessage): string {
  const lines = ((): string[] => {
    switch (message.type) {
      case "open":
        return [
          `slot=${message.slot}`,
          `revision=${message.revision}`,
          `study=${message.studyInstanceUID}`,
        ];
      case "want":
        return [
          `epoch=${message.epoch}`,
          ...message.entries.map(
            (e) => `entry=${e.frame},${e.slot},${e.firstLevel},${e.lastLevel}`,
          ),
        ];
      case "close":
        return [`slot=${message.slot}`];
      case "opened":
        return [
          `slot=${message.slot}`,
          `frames=${message.frameCount}`,
          `revision=${message.revision}`,
        ];
      case "tile":
        return [
          `slot=${message.slot}`,
          `epoch=${message.epoch}`,
          `frame=${message.frame}`,
          `levels=${message.firstLevel},${message.lastLevel}`,
          `offset=${message.offset}`,
          `payload=${hex(message.payload)}`,
        ];
      case "refused":
        return [
          `slot=${message.slot}`,
          `epoch=${message.epoch}`,
          `frame=${message.frame}`,
          `code=${message.code}`,
          `detail=${message.detail}`,
        ];
      case "done":
        return [`epoch=${message.epoch}`];
      case "changed":
        return [`slot=${message.slot}`, `revision=${message.revision}`];
    }
  })();
  return [`type=${message.type}`, ...lines, ""].join("\n");
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof SlError) return error.code;
    throw error;
  }
  return "ok";
}

describe("golden messages", () => {
  const names = fixtureNames("golden");
  test("are all there", () => {
    expect(names.length).toBeGreaterThanOrEqual(12);
  });
  test.each(names)("%s parses and encodes to its bytes", (name) => {
    const bytes = fixtureBytes(`golden/${name}.bin`);
    const description = fixtureText(`golden/${name}.txt`);
    if (isClient(bytes)) {
      const message = parseClientMessage(bytes);
      expect(describeMessage(message)).toBe(description);
      expect(hex(encodeClientMessage(message))).toBe(hex(bytes));
    } else {
      const message = parseServerMessage(bytes);
      expect(describeMessage(message)).toBe(description);
      expect(hex(encodeServerMessage(message))).toBe(hex(bytes));
    }
  });
  test.each(names)("%s has no prefix that is a message", (name) => {
    const bytes = fixtureBytes(`golden/${name}.bin`);
    const parse = isClient(bytes) ? parseClientMessage : parseServerMessage;
    for (let size = 0; size < bytes.length; size++)
      expect(codeOf(() => parse(bytes.subarray(0, size)))).toBe("corrupt");
  });
});

describe("negative messages", () => {
  const names = fixtureNames("negative");
  test("are all there", () => {
    expect(names.length).toBeGreaterThanOrEqual(45);
  });
  test.each(names)("%s fails with the code in its name", (name) => {
    const [, code, side] = /^(.*?)_(client|server)_/.exec(name) ?? [];
    const bytes = fixtureBytes(`negative/${name}.bin`);
    expect(
      codeOf(() => (side === "client" ? parseClientMessage(bytes) : parseServerMessage(bytes))),
    ).toBe(code);
  });
});

test("a tile's payload is a view into the message, wherever that lies in its buffer", () => {
  const bytes = fixtureBytes("golden/tile.bin");
  const inside = new Uint8Array(bytes.length + 3);
  inside.set(bytes, 3);
  const message = parseServerMessage(inside.subarray(3));
  if (message.type !== "tile") throw new Error("not a tile");
  expect(message.payload.buffer).toBe(inside.buffer);
  expect(message.payload.byteOffset).toBe(3 + 24);
  expect(hex(message.payload)).toBe(hex(bytes.subarray(24)));
});

test("a refusal of the whole study is told from that of a frame", () => {
  const message = parseServerMessage(fixtureBytes("golden/refused_study.bin"));
  expect(message).toMatchObject({ type: "refused", frame: wholeStudy });
});

test("what does not fit its field is not sent", () => {
  const entry = { frame: 0, slot: 0, firstLevel: 0, lastLevel: 0 };
  expect(codeOf(() => encodeOpen(65536, "1", "1.2"))).toBe("invalid_argument");
  expect(codeOf(() => encodeOpen(1, "18446744073709551616", "1.2"))).toBe("invalid_argument");
  expect(codeOf(() => encodeOpen(1, "-1", "1.2"))).toBe("invalid_argument");
  expect(codeOf(() => encodeOpen(1, "1", ""))).toBe("invalid_argument");
  expect(codeOf(() => encodeOpen(1, "1", "1".repeat(65)))).toBe("invalid_argument");
  expect(codeOf(() => encodeWant(1.5, []))).toBe("invalid_argument");
  expect(codeOf(() => encodeWant(1, [{ ...entry, frame: -1 }]))).toBe("invalid_argument");
  expect(codeOf(() => encodeWant(1, [{ ...entry, firstLevel: 1 }]))).toBe("invalid_argument");
  expect(codeOf(() => encodeWant(1, new Array(65537).fill(entry)))).toBe("limit_exceeded");
});

test("the fixtures are what their generator writes", () => {
  const generator = fileURLToPath(new URL("../fixtures/wire/make_fixtures.mjs", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [generator, "--check"], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});
