// Rendered presentation states with overlay planes and pseudo-colours, against pictures that numpy made (rendered_states.py).
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Server, Store, madeByPython } from "./harness.ts";

const store = new Store();
const server = new Server(store);
const folder = mkdtempSync(join(tmpdir(), "sightline-states-"));
interface Known {
  study: string;
  series: string;
  grey: string;
  colored: string;
  rows: number;
  cols: number;
  drawn: string;
  painted: string;
}
let known: Known;

beforeAll(async () => {
  known = madeByPython("rendered_states.py", folder) as Known;
  store.import(folder);
  await server.start();
});
afterAll(async () => {
  await server.stop();
  store.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** A PNG's pixels as ffmpeg reads them. */
async function pixels(instance: string, format: "gray" | "rgb24"): Promise<Buffer> {
  const path = `/dicom-web/studies/${known.study}/series/${known.series}/instances/${instance}/rendered`;
  const response = await fetch(server.origin + path, { headers: { accept: "image/png" } });
  expect(response.status).toBe(200);
  const { status, stdout } = spawnSync(
    "ffmpeg",
    ["-v", "error", "-i", "-", "-f", "rawvideo", "-pix_fmt", format, "-"],
    { input: Buffer.from(await response.arrayBuffer()), maxBuffer: 1 << 24 },
  );
  expect(status).toBe(0);
  return stdout;
}

test("activated overlay planes of image and state are drawn in the order and grey of their layers", async () => {
  const drawn = await pixels(known.grey, "gray");
  expect(drawn.length).toBe(known.rows * known.cols);
  expect(drawn.equals(Buffer.from(known.drawn, "base64"))).toBe(true);
});

test("a pseudo-colour state paints grey values with its palette", async () => {
  const painted = await pixels(known.colored, "rgb24");
  expect(painted.length).toBe(known.rows * known.cols * 3);
  expect(painted.equals(Buffer.from(known.painted, "base64"))).toBe(true);
});
