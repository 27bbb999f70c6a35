// JPEG 2000 Part 2: frames that are components of codestreams, as they are and mixed by a transform; what opj_compress was given
// is what the browser and the native decoder find, what DICOMweb gives, and what pages show, served and of this computer. Where
// the transform cannot be undone, the components as opj_decompress finds them are shown, and said to be no more than that.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { ConformanceBrowser } from "../conformance/browser_engine.ts";
import type { Engine } from "../conformance/engine.ts";
import { NativeEngine } from "../conformance/native_engine.ts";
import { table } from "../conformance/table.ts";
import { untilQuality } from "./harness.ts";
import { Stand } from "./stand.ts";
import { choose, openStudy } from "./local_hands.ts";
import {
  COLS,
  ROWS,
  STUDY,
  codestream,
  decoded,
  differences,
  frames,
  halves,
  mixed,
  multiComponentFile,
  uidOf,
} from "./phantoms/multi_component.ts";

const stand = new Stand();
const { server, folder } = stand;

const OBJECTS = { plain: [codestream, 1], mixed: [mixed, 2] } as const;
const REVERSIBLE = 3;
const WITHOUT =
  "components before their multi-component transform (reversible array-based decorrelation)";
const OCTETS = 'multipart/related; type="application/octet-stream"';

function writeFiles(): void {
  const write = (name: string, number: number, collections: Buffer[], samples: 1 | 3 = 1): void => {
    writeFileSync(join(folder, `${name}.dcm`), multiComponentFile(number, samples, collections));
  };
  for (const [name, [encode, number]] of Object.entries(OBJECTS))
    write(
      name,
      number,
      halves.map((half) => encode(half)),
    );
  write(
    "reversible",
    REVERSIBLE,
    halves.map((half) => mixed(half, 1)),
  );
  write("colour", 4, [codestream(frames)], 3);
}
writeFiles();

/** Those of the reversible object, as they are coded. */
const components = halves.flatMap((half) => decoded(differences(half)));

async function textOf(engine: Engine): Promise<string> {
  try {
    return await table(folder, [engine], () => undefined);
  } finally {
    await engine.close();
  }
}

test("each frame has the values that were encoded, in the browser and natively", async () => {
  const conformance = await ConformanceBrowser.open();
  try {
    const native = await textOf(new NativeEngine());
    expect(await textOf(await conformance.engine())).toBe(native);
    const rows = native.trimEnd().split("\n").slice(1);
    const lines = (name: string, status: string, reason: string, all: readonly Buffer[]) =>
      all.map((values, i) => {
        const digest = createHash("sha256").update(values).digest("hex");
        return [name, String(i + 1), status, reason, digest];
      });
    const colours = halves.map((half) =>
      Buffer.from(
        Array.from({ length: 3 * ROWS * COLS }, (_, i) => half[i % 3]?.[(i / 3) | 0] ?? 0),
      ),
    );
    expect(
      rows.map((row) => row.split("\t").filter((_, i) => [0, 1, 2, 3, 9].includes(i))),
    ).toEqual([
      ...lines("colour.dcm", "ok", "", colours),
      ...lines("mixed.dcm", "ok", "", frames),
      ...lines("plain.dcm", "ok", "", frames),
      ...lines("reversible.dcm", "partial", `unsupported: ${WITHOUT}`, components),
    ]);
  } finally {
    await conformance.close();
  }
}, 60_000);

const frameUrl = (number: number, frame: number): string =>
  `${server.origin}/dicom-web/studies/${STUDY}/series/${STUDY}.1/instances/${uidOf(number)}/frames/${String(frame)}`;

test("DICOMweb gives each frame decoded, and none whose transform cannot be undone", async () => {
  for (const [, number] of Object.values(OBJECTS)) {
    for (const [i, values] of frames.entries()) {
      const answer = await fetch(frameUrl(number, i + 1), { headers: { accept: OCTETS } });
      expect(answer.status).toBe(200);
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect(bytes.includes(values)).toBe(true);
    }
  }
  const answer = await fetch(frameUrl(REVERSIBLE, 1), { headers: { accept: OCTETS } });
  expect([answer.status, (await answer.json()) as object]).toMatchObject([406, { status: 406 }]);
});

/** A row of stored values, and what is said over the picture. */
async function expectFrame(
  page: Page,
  [number, frame]: readonly [number, number],
  quality: string,
  values: Buffer,
): Promise<void> {
  await page.evaluate(
    ([uid, frame]) => window.sightline.viewports()[0]?.set({ sopInstanceUID: uid, frame }),
    [uidOf(number), frame] as const,
  );
  expect(await untilQuality(page, "lossless")).toBe(quality);
  // values are fetched when they are first asked for, where the picture alone was held
  const seen = () =>
    page.evaluate((cols) => {
      const viewport = window.sightline.viewports()[0];
      return Array.from({ length: cols }, (_, col) => viewport?.storedValue(7, col) ?? null);
    }, COLS);
  await expect.poll(seen, { timeout: 30_000 }).toEqual([...values.subarray(7 * COLS, 8 * COLS)]);
}

/** Every frame of both objects on a page, and one of that whose transform cannot be undone. */
async function expectFrames(page: Page, quality: string): Promise<void> {
  for (const [, number] of Object.values(OBJECTS)) {
    for (const [i, values] of frames.entries()) {
      await expectFrame(page, [number, i + 1], quality, values);
    }
  }
  await expectFrame(page, [REVERSIBLE, 2], "incomplete", components[1] ?? Buffer.of());
  await expect
    .poll(() => page.locator(".banner.bad").allTextContents())
    .toEqual([expect.stringContaining(`Not the picture itself, but ${WITHOUT}`)]);
}

test("pages show each frame, served and of this computer", async () => {
  const served = await stand.open(`/view/${STUDY}`);
  await expectFrames(served.page, "lossless");
  expect(served.problems).toEqual([]);
  await served.page.context().close();
  const local = await stand.open("/");
  await choose(local.page, [
    join(folder, "plain.dcm"),
    join(folder, "mixed.dcm"),
    join(folder, "reversible.dcm"),
  ]);
  await openStudy(local.page, STUDY);
  await expectFrames(local.page, "original");
  expect(local.problems).toEqual([]);
  await local.page.context().close();
}, 60_000);
