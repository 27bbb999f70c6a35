// Several programs on one store at once: each does its work, waits, or is refused with a sentence; nothing is lost.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { retrievedSha256, stow } from "../crash/dicomweb_client.ts";
import { Random } from "../crash/random.ts";
import { type SentObject, makeObject } from "../crash/sent_objects.ts";
import { Server, Store, program } from "./harness.ts";

type Ended = { code: number | null; output: string };

const ROUNDS = 3;
const store = new Store();
const server = new Server(store, ["--workers", "1"]);
const random = new Random(11);
const outside = mkdtempSync(join(tmpdir(), "sightline-several-"));
const backup = join(outside, "backup");
const sent: SentObject[] = [];

const objects = (study: string, count: number): SentObject[] => {
  const made = Array.from({ length: count }, (_, i) => makeObject(random, `11.${study}`, i + 1));
  sent.push(...made);
  return made;
};

function run(...args: string[]): Promise<Ended> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => {
    child.on("close", (code) => {
      resolve({ code, output });
    });
  });
}
const onStore = (command: string, ...args: string[]): Promise<Ended> =>
  run(command, "--store", store.folder, ...args);

function importOf(list: readonly SentObject[]): Promise<Ended> {
  const folder = mkdtempSync(join(outside, "import-"));
  list.forEach((object, i) => {
    writeFileSync(join(folder, `${String(i)}.dcm`), object.file);
  });
  return onStore("import", "--workers", "1", folder);
}

const expectDone = ({ code, output }: Ended): void => {
  expect(code, output).toBe(0);
};
/** True when it was done. */
const expectDoneOrRefused = ({ code, output }: Ended, sentence: RegExp): boolean => {
  if (code === 0) return true;
  expect(code, output).toBe(1);
  expect(output).toMatch(sentence);
  return false;
};

beforeAll(async () => {
  await server.start();
});
afterAll(async () => {
  await server.stop();
  store.dispose();
  rmSync(outside, { recursive: true });
});

test("a server, imports, stores, checks and copies at once", async () => {
  for (let round = 1; round <= ROUNDS; ++round) {
    const posted = objects(`${String(round)}.1`, 6);
    const imported = objects(`${String(round)}.2`, 8);
    const both = imported.slice(0, 4); // by two imports and the server
    const [replies, done, reindex, copies] = await Promise.all([
      Promise.all(
        [posted.slice(0, 3), posted.slice(3), both].map((list) =>
          stow(
            server.origin,
            list.map(({ file }) => file),
          ),
        ),
      ),
      Promise.all([
        importOf(imported),
        importOf(both),
        onStore("verify", "--quick"),
        onStore("verify"),
        onStore("list"),
      ]),
      onStore("reindex"),
      Promise.all([onStore("backup", backup), onStore("backup", backup)]),
    ]);
    for (const reply of replies) expect(reply.status).toBe(200);
    done.forEach(expectDone);
    expect(expectDoneOrRefused(reindex, /another sightline has this store open/)).toBe(false);
    const made = copies.map((copy) =>
      expectDoneOrRefused(copy, /another sightline has the copy open/),
    );
    expect(made).toContain(true);
    expectDone(await run("verify", "--quick", "--store", backup)); // taken at one moment, while it grew
  }
}, 240_000);

test("reindex and everything else: one at a time, and who is refused says why", async () => {
  await server.stop();
  const more = objects("9", 6);
  const [reindex, ...others] = await Promise.all([
    onStore("reindex"),
    importOf(more),
    onStore("verify", "--quick"),
    onStore("backup", backup),
  ]);
  const refusals = [reindex, ...others].filter(
    (ended) =>
      !expectDoneOrRefused(
        ended,
        /another sightline has this store open|the store's index is being made again/,
      ),
  );
  expect(refusals.length).toBeLessThan(4);
  expectDone(await onStore("reindex"));
  expectDone(await importOf(more));
}, 120_000);

test("nothing is lost", async () => {
  expectDone(await onStore("verify"));
  await server.start();
  for (const object of sent)
    expect(await retrievedSha256(server.origin, object)).toBe(object.sha256);
  expectDone(await onStore("backup", backup));
  const restored = join(outside, "restored");
  expectDone(await run("restore", backup, "--store", restored));
  const checked = await run("verify", "--quick", "--store", restored);
  expectDone(checked);
  expect(checked.output).toContain(`${String(sent.length)} originals`);
}, 120_000);
