// Objects of 4.5 GiB: the page, the server and the table of `npm run conformance` read of them what they need and no more.
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from "node:fs";
import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConformanceBrowser } from "../conformance/browser_engine.ts";
import { NativeEngine } from "../conformance/native_engine.ts";
import { table } from "../conformance/table.ts";
import { Server, Store, launch, openPage, program, untilQuality } from "./harness.ts";
import { choose, openStudy } from "./local_hands.ts";
import { writeCtSeries } from "./phantoms/phantoms.mjs";
import {
  LAST_FRAME,
  REAL_FRAMES,
  rleFrame,
  SIDE,
  valuesOf,
  writeLargeObject,
  type OffsetTable,
} from "./phantoms/large_object.ts";

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const folder = mkdtempSync(join(tmpdir(), "sightline-large-"));
const TABLES: readonly OffsetTable[] = ["basic", "extended", "none"];
const uidOf = (table: OffsetTable): string => `2.25.4450${String(TABLES.indexOf(table))}`;
const pathOf = (table: OffsetTable): string => join(folder, `${table}.dcm`);
const sizes = TABLES.map((table) =>
  writeLargeObject({ path: pathOf(table), table, uid: uidOf(table) }),
);
const free = statfsSync(folder);
/** Holes take no room here, and what is done all the same has room. */
const hasRoom =
  free.bavail * free.bsize > 12 * GIB && statSync(pathOf("none")).blocks * 512 < 100 * MIB;

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A field of /proc/PID/NAME; 0 when the process is gone. */
function procNumber(pid: number | string, name: string, field: string): number {
  try {
    const text = readFileSync(`/proc/${String(pid)}/${name}`, "utf8");
    return Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
/** Bytes that all processes below this one have read, and the largest memory that one of them had. */
function measured(): { read: number; peak: number } {
  const parents = new Map<string, string>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
    parents.set(pid, String(procNumber(pid, "status", "PPid")));
  const isOurs = (pid: string): boolean => {
    for (let at: string | undefined = pid; at !== undefined; at = parents.get(at))
      if (at === String(process.pid)) return true;
    return false;
  };
  const below = [...parents.keys()].filter((pid) => pid !== String(process.pid) && isOurs(pid));
  return {
    read: below.reduce((sum, pid) => sum + procNumber(pid, "io", "rchar"), 0),
    peak: Math.max(0, ...below.map((pid) => procNumber(pid, "status", "VmHWM") * 1024)),
  };
}
/** Runs the program to its end; the largest memory that it had without pages of files. */
async function runMeasured(args: string[]): Promise<{ code: number | null; peak: number }> {
  const child: ChildProcess = spawn(program, args, { stdio: "ignore" });
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, procNumber(child.pid ?? 0, "status", "RssAnon") * 1024);
  }, 20);
  const code = await new Promise<number | null>((ended) => child.once("exit", ended));
  clearInterval(watch);
  return { code, peak };
}
/** Shows the last frame, and proves that its stored values are there. */
async function expectLastFrame(page: Page): Promise<void> {
  await page.evaluate((frame) => {
    window.sightline.viewports()[0]?.set({ frame });
  }, LAST_FRAME);
  await page.waitForFunction(
    (frame) => window.sightline.viewports()[0]?.state.frame === frame,
    LAST_FRAME,
  );
  await untilQuality(page, "lossless");
  const values = await page.evaluate((side) => {
    const viewport = window.sightline.viewports()[0];
    return Array.from({ length: side * side }, (_, i) =>
      Number(viewport?.storedValue(Math.floor(i / side), i % side)),
    );
  }, SIDE);
  expect(sha256(Uint8Array.from(values))).toBe(sha256(valuesOf(LAST_FRAME)));
}

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!hasRoom)("with 12 GiB of room, and a disk that keeps holes", () => {
  test("they are as large as that", () => {
    for (const size of sizes) expect(size).toBeGreaterThan(4.5 * GIB);
  });

  test("the tables of browser and native decoders have the frames beyond 4 GiB", async () => {
    const native = new NativeEngine();
    const pages = await ConformanceBrowser.open();
    try {
      const before = measured().read;
      const rows = await table(folder, [native], () => undefined);
      const { read, peak } = measured();
      expect(read - before).toBeLessThan(16 * MIB);
      expect(peak).toBeLessThan(GIB);
      await native.close();
      expect(await table(folder, [await pages.engine()], () => undefined)).toBe(rows);
      const lines = rows.trimEnd().split("\n").slice(1);
      expect(lines.length).toBe(TABLES.length * LAST_FRAME);
      for (const line of lines) {
        const [, frame, status, reason, rowCount, , , , , digest] = line.split("\t");
        if (REAL_FRAMES.includes(Number(frame))) {
          expect([status, rowCount, digest]).toEqual([
            "ok",
            String(SIDE),
            sha256(valuesOf(Number(frame))),
          ]);
        } else {
          expect([status, reason]).toEqual(["refused", "limit_exceeded: the frame is too large"]);
        }
      }
    } finally {
      await pages.close();
    }
  });

  test("a page shows the last frame of a local one, and has read a few MB", async () => {
    const store = new Store();
    const archived = mkdtempSync(join(tmpdir(), "sightline-archived-"));
    writeCtSeries(archived, { slices: 1, size: 16 }); // a patient whom the log must not name
    store.import(archived);
    const server = new Server(store);
    await server.start();
    try {
      const { page, problems } = await openPage(browser, server.origin);
      await page.locator("input[data-open=files]").waitFor({ state: "attached" });
      const before = measured().read;
      await choose(page, pathOf("none"));
      await openStudy(page, uidOf("none"));
      await untilQuality(page, "lossless");
      await expectLastFrame(page);
      const { read, peak } = measured();
      console.info(
        `local: ${((read - before) / MIB).toFixed(1)} MiB read by all processes, ${(peak / MIB).toFixed(0)} MiB peak of one`,
      );
      expect(read - before).toBeLessThan(256 * MIB); // the browser reads its modules too
      expect(peak).toBeLessThan(GIB);
      expect(problems).toEqual([]);
      await page.context().close();
    } finally {
      await server.stop();
      store.dispose();
      rmSync(archived, { recursive: true, force: true });
    }
  });

  test("the server takes one in, and gives frames, ranges and the whole of it", async () => {
    const store = new Store();
    const server = new Server(store);
    const started = performance.now();
    const { code, peak } = await runMeasured([
      "import",
      "--store",
      store.folder,
      pathOf("extended"),
    ]);
    console.info(
      `import: ${((performance.now() - started) / 1000).toFixed(1)} s, ${(peak / MIB).toFixed(0)} MiB peak`,
    );
    expect(code).toBe(0);
    expect(peak).toBeLessThan(256 * MIB);
    await server.start();
    try {
      const [uid, size] = [uidOf("extended"), sizes[TABLES.indexOf("extended")] ?? 0];
      const { page, problems } = await openPage(browser, `${server.origin}/view/${uid}`);
      await untilQuality(page, "lossless");
      await expectLastFrame(page);
      expect(problems).toEqual([]);
      await page.context().close();

      const instance = `${server.origin}/dicom-web/studies/${uid}/series/${uid}.1/instances/${uid}.1.1`;
      const frame = await fetch(`${instance}/frames/${String(LAST_FRAME)}`, {
        headers: { Accept: "image/dicom-rle" },
      });
      expect(frame.status).toBe(200);
      expect(sha256(new Uint8Array(await frame.arrayBuffer()))).toBe(
        sha256(rleFrame(valuesOf(LAST_FRAME))),
      );

      const tableValue = await fetch(`${instance}/bulkdata/7FE00001`, {
        headers: { Accept: "application/octet-stream", Range: "bytes=48-55" },
      });
      expect(tableValue.status).toBe(206);
      const offset = new DataView(await tableValue.arrayBuffer()).getBigUint64(0, true);
      expect(Number(offset)).toBeGreaterThan(4 * GIB);

      const whole = new AbortController();
      const object = await fetch(instance, {
        headers: { Accept: "application/dicom; transfer-syntax=*" },
        signal: whole.signal,
      });
      expect(Number(object.headers.get("content-length"))).toBe(size);
      whole.abort();
    } finally {
      await server.stop();
      store.dispose();
    }
  });
});
