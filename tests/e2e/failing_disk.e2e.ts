// A server whose disk fails or is full: it answers with the right status, loses nothing that it has acknowledged, goes on
// reading, and stores again when the disk is well. The calls of the operating system are failed one after the other by
// tests/crash/fault_shim.cpp; a disk that is really full is a small tmpfs.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { retrievedSha256, stow } from "../crash/dicomweb_client.ts";
import { Random } from "../crash/random.ts";
import { type SentObject, makeObject } from "../crash/sent_objects.ts";
import { Server, Store, repository } from "./harness.ts";

const shim = join(repository, "build/native/tests/crash/libsightline_fault_shim.so");
/** PS3.18 table I.2-2: refused, out of resources. */
const OUT_OF_RESOURCES = 0xa700;
const FLAGS = ["--workers", "1"];

describe.each([
  ["eio", "fails"],
  ["full", "and all after it that need space find none"],
])("one call that changes the store %s", (what) => {
  const outside = mkdtempSync(join(tmpdir(), "sightline-fault-"));
  const order = join(outside, "order");
  const log = join(outside, "log");
  const store = new Store();
  const server = new Server(store, FLAGS, {
    LD_PRELOAD: shim,
    SIGHTLINE_FAULT_ROOT: store.folder,
    SIGHTLINE_FAULT_ORDER: order,
    SIGHTLINE_FAULT_LOG: log,
  });
  const random = new Random(7);
  const sent: SentObject[] = [];
  const next = (): SentObject => {
    const object = makeObject(random, `7.${what === "eio" ? "1" : "2"}`, sent.length + 1);
    sent.push(object);
    return object;
  };
  const store1 = (object: SentObject) => stow(server.origin, [object.file]);
  /** Calls counted since the order was given. */
  const calls = (): number =>
    Number(readFileSync(log, "utf8").trim().split("\n").at(-1)?.split(" ")[0] ?? 0);
  let most = 0;
  let refusals = 0;
  let restarts = 0;

  beforeAll(async () => {
    await server.start();
    writeFileSync(order, "count 0 first");
    expect((await store1(next())).status).toBe(200);
    most = calls(); // with some of the pictures', which are made meanwhile
  });
  afterAll(async () => {
    await server.stop();
    store.dispose();
    rmSync(outside, { recursive: true });
  });

  test("is answered truly at every call, and stored when sent again", async () => {
    expect(most).toBeGreaterThan(10);
    for (let at = 1; at <= most + 3; ++at) {
      const object = next();
      writeFileSync(order, `${what} ${String(at)}`);
      const reply = await store1(object);
      writeFileSync(order, "");
      if (reply.status === 200) {
        expect(reply.stored).toEqual([object.sop]);
      } else {
        ++refusals;
        expect([reply.status, reply.stored, reply.reasons], `call ${String(at)}`).toEqual([
          507,
          [],
          [OUT_OF_RESOURCES],
        ]);
        const again = await store1(object);
        // After a sync that failed nothing is taken until a restart: what the system holds is not known.
        if (again.status !== 200) {
          expect(what).toBe("eio");
          expect(again.status).toBe(507);
          ++restarts;
          await server.stop();
          await server.start();
          expect((await store1(object)).status).toBe(200);
        }
      }
      expect(await retrievedSha256(server.origin, object)).toBe(object.sha256);
    }
    expect(refusals).toBeGreaterThan(3);
    expect(restarts).toBeLessThan(refusals);
  }, 240_000);

  test("nothing is lost", async () => {
    for (const object of sent)
      expect(await retrievedSha256(server.origin, object)).toBe(object.sha256);
    await server.stop();
    const { status, stdout } = store.run("verify");
    expect(status, stdout).toBe(0);
  });
});

const small = mkdtempSync(join(tmpdir(), "sightline-small-"));
const isMounted =
  spawnSync("mount", ["-t", "tmpfs", "-o", "size=24m", "sightline-test", small]).status === 0;

describe.runIf(isMounted)("a full disk (a tmpfs, where mount is allowed)", () => {
  const store = new Store(small);
  const server = new Server(store, FLAGS);
  const filler = join(small, "filler");
  const random = new Random(9);
  const object = (number: number, size = 256): SentObject =>
    makeObject(random, "9.1", number, size);
  const first = object(1);
  const big = object(2, 1024);
  const free = (): number => {
    const { bavail, bsize } = statfsSync(small);
    return bavail * bsize;
  };
  /** Leaves this many bytes. */
  const leave = (bytes: number): void => {
    rmSync(filler, { force: true });
    writeFileSync(filler, Buffer.alloc(Math.max(free() - bytes, 0)));
  };
  const status = async (): Promise<{ instances: number; pending: number }> =>
    (await (await fetch(`${server.origin}/api/status`)).json()) as {
      instances: number;
      pending: number;
    };
  const untilPrepared = async (): Promise<void> => {
    while ((await status()).pending > 0) await new Promise((later) => setTimeout(later, 100));
  };

  beforeAll(async () => {
    await server.start();
    expect((await stow(server.origin, [first.file])).status).toBe(200);
    await untilPrepared();
  });
  afterAll(async () => {
    await server.stop();
    spawnSync("umount", [small]);
    rmSync(small, { recursive: true, force: true });
  });

  test("STOW-RS answers 507 with the reason, and reads go on", async () => {
    leave(0);
    expect(await stow(server.origin, [big.file])).toEqual({
      status: 507,
      stored: [],
      reasons: [OUT_OF_RESOURCES],
    });
    expect(await retrievedSha256(server.origin, first)).toBe(first.sha256);
    expect((await status()).instances).toBe(1);
    for (const path of ["/", "/api/studies", `/api/studies/${first.study}/manifest`])
      expect((await fetch(`${server.origin}${path}`)).status, path).toBe(200);
  });

  test("import says what was not stored, and fails although some files are there", () => {
    const files = mkdtempSync(join(tmpdir(), "sightline-import-"));
    leave(256 << 10); // the small one is read again before it is known to be there
    writeFileSync(join(files, "1.dcm"), first.file);
    writeFileSync(join(files, "2.dcm"), big.file);
    const { status: code, stdout } = store.run("import", files);
    rmSync(files, { recursive: true });
    expect(stdout).toMatch(/imported 0, already there 1, conflicts 0, refused 1/);
    expect(stdout).toMatch(/1 files were not stored: the disk is full/);
    expect(stdout).toMatch(/no_space/);
    expect(code).toBe(1);
  });

  test("a running server stores again, and makes the pictures that it had no room for", async () => {
    // Room for the original, not for its pyramid: noise is as large again.
    let reply = { status: 507 };
    for (let room = big.file.length; reply.status === 507; room += 64 << 10) {
      leave(room);
      reply = await stow(server.origin, [big.file]);
    }
    expect(reply.status).toBe(200);
    expect(await retrievedSha256(server.origin, big)).toBe(big.sha256);
    await expect
      .poll(() => server.log, { timeout: 30_000 })
      .toMatch(/pictures cannot be made, and are tried again: no space left for a pyramid/);
    expect((await status()).pending).toBe(1);
    leave(16 << 20);
    await untilPrepared(); // tried again by itself
    const third = object(3);
    expect((await stow(server.origin, [third.file])).status).toBe(200);
    await untilPrepared();
    await server.stop();
    const { status: code, stdout } = store.run("verify");
    expect(stdout).toMatch(/3 originals .* 3 pyramids, 0 not built yet: 0 findings/);
    expect(code).toBe(0);
  }, 120_000);
});
