// What was acknowledged is kept: rounds of kill -9 (`npm run test:crash` does 500), and the order of
// system calls by which one import makes an object durable.
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Call, checkOrder, parseTrace } from "../crash/call_order.ts";
import { KillRounds } from "../crash/kill_rounds.ts";
import { Random } from "../crash/random.ts";
import { makeObject } from "../crash/sent_objects.ts";
import { program } from "./harness.ts";

test("20 imports and stores, killed at any moment, lose nothing and leave nothing half there", async () => {
  const rounds = new KillRounds(20_261_124);
  while (rounds.tally.rounds < 20) await rounds.round();
  expect(await rounds.end()).toMatch(/: 0 findings$/);
  expect(rounds.tally.acknowledged).toBeGreaterThan(0);
  expect(rounds.tally.killed).toBeGreaterThan(5);
  expect(rounds.tally.imports).toBeGreaterThan(2);
  expect(rounds.tally.imports).toBeLessThan(18);
  rounds.dispose();
}, 240_000);

test.each([
  [
    "gone",
    /404|rows/,
    (file: string) => {
      rmSync(file);
    },
  ],
  [
    "changed",
    /not what was sent/,
    (file: string) => {
      appendFileSync(file, "x");
    },
  ],
])("the rounds see an original that is %s", async (_what, message, damage) => {
  const rounds = new KillRounds(1);
  await rounds.round(); // the first of a kind is not killed
  expect(rounds.tally.acknowledged).toBe(rounds.tally.sent);
  const originals = join(rounds.folder, "originals");
  const name = readdirSync(originals, { recursive: true, encoding: "utf8" }).find((path) =>
    /[0-9a-f]{64}$/.test(path),
  );
  damage(join(originals, name ?? "none"));
  await expect(rounds.end()).rejects.toThrow(message);
  rounds.dispose();
});

describe("the order of system calls", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "sightline-order-")));
  const root = join(folder, "store");
  const object = makeObject(new Random(1), "1", 1);
  let calls: Call[] = [];

  beforeAll(() => {
    const file = join(folder, "one.dcm");
    const trace = join(folder, "trace");
    writeFileSync(file, object.file);
    const { status, stderr } = spawnSync(
      "strace",
      [
        ...["-f", "-y", "-s", "200", "-o", trace],
        ...["-e", "trace=write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,mkdir"],
        ...[program, "import", "--verbose", "--workers", "1", "--store", root, file],
      ],
      { encoding: "utf8" },
    );
    expect(status, stderr).toBe(0);
    calls = parseTrace(readFileSync(trace, "utf8"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const check = (list: readonly Call[]) => () => {
    checkOrder(list, root, object.sha256);
  };
  const original = `originals/${object.sha256.slice(0, 2)}/${object.sha256.slice(2, 4)}`;
  const without = (wanted: (call: Call) => boolean): Call[] => {
    expect(calls.some(wanted)).toBe(true);
    return calls.filter((call) => !wanted(call));
  };

  test("data, sync, name, folder, rows, sync, acknowledgement", () => {
    expect(check(calls)).not.toThrow();
  });

  test.each([
    ["no acknowledgement", /acknowledged/, ({ args }: Call) => args.startsWith("1<")],
    [
      "no bytes",
      /bytes were not written/,
      ({ name, args }: Call) => name === "write" && args.includes("/store/tmp/"),
    ],
    [
      "no sync of the bytes",
      /bytes were not synced/,
      ({ name, args }: Call) => name === "fdatasync" && args.includes("/store/tmp/"),
    ],
    ["no rename", /did not get its name/, ({ name }: Call) => name.startsWith("rename")],
    [
      "no sync of the folder",
      /folder was not synced/,
      ({ name, args }: Call) => name === "fsync" && args.includes(`${original}>`),
    ],
    [
      "no sync of the folder above",
      /folder above/,
      ({ name, args }: Call) => name === "fsync" && args.includes("/originals>"),
    ],
    ["no rows", /no row/, ({ name, args }: Call) => name === "pwrite64" && args.includes("-wal>")],
    [
      "no sync of the rows",
      /rows were not synced/,
      ({ name, args }: Call) => name.endsWith("sync") && args.includes("index.sqlite-wal>"),
    ],
  ])("the check sees %s", (_what, message, wanted) => {
    expect(check(without(wanted))).toThrow(message);
  });

  test.each([
    ["the bytes", ({ name, args }: Call) => name === "fdatasync" && args.includes("/store/tmp/")],
    [
      "the rows",
      ({ name, args }: Call) => name.endsWith("sync") && args.includes("index.sqlite-wal>"),
    ],
    ["the folder", ({ name, args }: Call) => name === "fsync" && args.includes(`${original}>`)],
  ])("the check sees that %s were synced too late, or in vain", (_what, wanted) => {
    const late = [...without(wanted), ...calls.filter(wanted)];
    expect(check(late)).toThrow();
    expect(
      check(calls.map((call) => (wanted(call) ? { ...call, isDone: false } : call))),
    ).toThrow();
  });

  test("a call that strace tells in two pieces is one", () => {
    const text = [
      "7  fdatasync(5</s/tmp/a> <unfinished ...>",
      '8  write(1</dev/null>, "x", 1) = 1',
      "7  <... fdatasync resumed>) = 0",
      "8  fsync(3</s>) = -1 EIO (Input/output error)",
    ].join("\n");
    expect(parseTrace(text)).toEqual([
      { thread: "8", name: "write", args: '1</dev/null>, "x", 1', isDone: true },
      { thread: "7", name: "fdatasync", args: "5</s/tmp/a>", isDone: true },
      { thread: "8", name: "fsync", args: "3</s>", isDone: false },
    ]);
  });
});
