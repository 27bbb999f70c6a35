// The user's cache: every item is built beside its place and renamed into it, so what is there is
// whole. Several clones share it; a lock lets one of them build at a time.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const CACHE_ROOT = join(
  process.env.XDG_CACHE_HOME || join(homedir(), ".cache"),
  "sightline",
);
export const CCACHE_DIR = join(CACHE_ROOT, "ccache");
const STAMP = ".sightline-complete.json";

export function logPath(name) {
  return join(CACHE_ROOT, "logs", `${name}.log`);
}

/** First ten hex digits of the SHA-256 of the parts; names a folder after its recipe. */
export function shortHash(...parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part}\0`);
  return hash.digest("hex").slice(0, 10);
}

/** The facts recorded when the item was finished, or null if it is not there or not whole. */
export function readItem(path) {
  const stamp = join(path, STAMP);
  return existsSync(stamp) ? JSON.parse(readFileSync(stamp, "utf8")) : null;
}

/** Finished items `<prefix>…` in a folder of the cache. */
export function listItems(folder, prefix) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({ path: join(folder, name), facts: readItem(join(folder, name)) }))
    .filter(({ facts }) => facts !== null);
}

/** Lets `build(temporary)` fill a folder and moves it to `path`. The caller holds the lock. */
export async function buildItem(path, facts, build) {
  const temporary = join(dirname(path), `.part-${basename(path)}`);
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  await build(temporary);
  writeFileSync(join(temporary, STAMP), `${JSON.stringify(facts, null, 2)}\n`);
  rmSync(path, { recursive: true, force: true });
  renameSync(temporary, path);
}

function isHeld(lock) {
  try {
    const pid = Number(readFileSync(join(lock, "pid"), "utf8"));
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (error.code === "EPERM") return true;
    if (error.code === "ESRCH") return false;
    // No pid yet: the owner is between its two calls, or died there.
    return existsSync(lock) && Date.now() - statSync(lock).mtimeMs < 10_000;
  }
}

/** Removes a dead owner's lock. Only one process may, or it could remove the next owner's. */
function breakLock(lock) {
  const breaking = `${lock}-breaking`;
  try {
    mkdirSync(breaking);
  } catch {
    const age = statSync(breaking, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - age > 10_000) rmSync(breaking, { recursive: true, force: true });
    return;
  }
  if (!isHeld(lock)) rmSync(lock, { recursive: true, force: true });
  rmSync(breaking, { recursive: true, force: true });
}

/** Runs `work` while no other set-up of this user does. A lock whose owner died is taken over. */
export async function withLock(work) {
  const lock = join(CACHE_ROOT, "lock");
  mkdirSync(CACHE_ROOT, { recursive: true });
  let told = false;
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (!isHeld(lock)) {
      breakLock(lock);
      continue;
    }
    if (!told) console.log(`Another set-up is running (${lock}); waiting for it.`);
    told = true;
    await sleep(1000);
  }
  writeFileSync(join(lock, "pid"), String(process.pid));
  const release = () => rmSync(lock, { recursive: true, force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}
