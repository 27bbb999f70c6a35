import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readProfile } from "../../../web/decode/profile_reader.ts";
import { SlError } from "../../../web/shared/errc.ts";
import { profileModule } from "./profile_module.ts";

const folder = mkdtempSync(join(tmpdir(), "sightline-icc-"));
const profile = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(join(folder, `${name}.icc`)));

beforeAll(() => {
  const generator = join(import.meta.dirname, "../../color/icc_profiles.py");
  const { status, stderr } = spawnSync("/usr/bin/python3", [generator, folder], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("curves and matrix: exact in two nodes", async () => {
  const { table, description } = readProfile(await profileModule(), profile("wide"));
  expect(description).toBe("Sightline wide");
  expect(table).toMatchObject({ curveEntries: 4081, side: 2 });
  // white is white; the gamma of the profile is 563/256
  expect([...(table?.light.subarray(21) ?? [])].map((value) => value.toFixed(3))).toEqual([
    "1.000",
    "1.000",
    "1.000",
  ]);
  expect(table?.curves[3 * 2040]).toBeCloseTo(0.5 ** (563 / 256), 5);
});
test("tables are sampled", async () => {
  const { table } = readProfile(await profileModule(), profile("scanner"));
  expect(table).toMatchObject({ curveEntries: 4081, side: 65 });
  expect(table?.light.length).toBe(65 ** 3 * 3);
});
test("the screen's own profile makes none", async () => {
  expect(readProfile(await profileModule(), profile("srgb")).table).toBeNull();
});
test("what is no profile is refused, and the module lives on", async () => {
  const module = await profileModule();
  const whole = profile("scanner");
  for (const bytes of [new Uint8Array(132), whole.slice(0, 200), profile("gray"), profile("bare")])
    expect(() => readProfile(module, bytes)).toThrow(SlError);
  expect(readProfile(module, whole).table).not.toBeNull();
});
