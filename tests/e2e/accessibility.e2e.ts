// WCAG 2.1 A and AA by axe-core, on the list and in the viewer, at desktop and phone size.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { untilQuality } from "./harness.ts";
import { Stand } from "./stand.ts";
import { axeViolations } from "./axe_violations.ts";
import { choose, openStudy } from "./local_hands.ts";
import { writeCtSeries } from "./phantoms/phantoms.mjs";

const stand = new Stand();
const { folder: dicom } = stand;
const ct = writeCtSeries(dicom, { slices: 5, size: 128, study: 41, patient: "Access^Ada" });

beforeAll(() => {
  writeFileSync(join(dicom, "notes.txt"), "not a picture"); // behind the import, which would refuse it
});

describe.each([
  ["desktop", { width: 1366, height: 768 }, false],
  ["phone", { width: 390, height: 844 }, true],
] as const)("on a %s", (_name, size, touch) => {
  test("the study list", async () => {
    const { page } = await stand.open("/", size, touch);
    await page.locator('a[href^="/view/"]').first().waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.context().close();
  });
  test("the sign-in", async () => {
    const { page } = await stand.open("/login", size, touch);
    await page.getByLabel("Password").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.context().close();
  });
  test("files of this computer", async () => {
    const { page } = await stand.open("/", size, touch);
    await choose(page, dicom, "folder");
    await page.getByRole("button", { name: "Upload to this archive" }).waitFor();
    await page.locator(".local-refused summary").click();
    expect(await axeViolations(page)).toEqual([]);
    await openStudy(page, ct.study);
    await untilQuality(page, "lossless");
    expect(await axeViolations(page)).toEqual([]);
    await page.context().close();
  });
  test("the viewer", async () => {
    const { page } = await stand.open(`/view/${ct.study}`, size, touch);
    await untilQuality(page, "lossless");
    expect(await axeViolations(page)).toEqual([]);
    await page.context().close();
  });
});
