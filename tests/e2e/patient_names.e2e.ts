// Patient names in three representations and many scripts, as pydicom and DCMTK read them (expect/charset.tsv): in the list, over the
// picture, in the bar, and in DICOM JSON.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { realDicom } from "./harness.ts";
import { Stand } from "./stand.ts";

const real = realDicom();
/** "Yamada^Tarou=山田^太郎=やまだ^たろう", one for each file */
const expected =
  real === null
    ? []
    : readFileSync(join(real, "expect/charset.tsv"), "utf8")
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => line.split("\t")[2] ?? "")
        .filter((name) => name !== "");

/** PS3.5 6.2.1.1: the alphabetic representation with a comma, the others as their scripts write them. */
function shown(name: string): string[] {
  const [alphabetic = "", ...others] = name.split("=");
  const second = others.map((group) => group.split("^").filter(Boolean).join(" ")).filter(Boolean);
  return [alphabetic.split("^").filter(Boolean).join(", "), second.join(" · ")].filter(Boolean);
}

describe.skipIf(real === null)("patient names", () => {
  const stand = new Stand({ imported: () => [join(real ?? "", "charset")] });
  /** study -> name, as the test's own reading of the archive's JSON has it */
  let studies: { uid: string; name: string }[] = [];

  beforeAll(async () => {
    const found = await fetch(`${stand.server.origin}/dicom-web/studies`, {
      headers: { Accept: "application/dicom+json" },
    });
    type Name = { Alphabetic?: string; Ideographic?: string; Phonetic?: string };
    const list = (await found.json()) as Record<string, { Value?: (Name | string)[] }>[];
    studies = list.map((study) => {
      const name = (study["00100010"]?.Value?.[0] ?? {}) as Name;
      const groups = [name.Alphabetic ?? "", name.Ideographic ?? "", name.Phonetic ?? ""];
      return {
        uid: String(study["0020000D"]?.Value?.[0]),
        name: groups.join("=").replace(/=+$/, ""),
      };
    });
  });

  test("are three members of a DICOM JSON name", () => {
    const found = new Set(studies.map(({ name }) => name));
    for (const name of found) if (name !== "") expect(expected).toContain(name);
    for (const name of expected) expect(found).toContain(name);
  });

  test("stand in the list", async () => {
    const { page, problems } = await stand.open("/");
    await page.locator(".study-link").first().waitFor();
    const rows = await page
      .locator(".c-patient:has(.study-link)")
      .evaluateAll((cells) =>
        cells.map((cell) => [...cell.querySelectorAll("bdi")].map((text) => text.textContent)),
      );
    for (const name of expected) expect(rows).toContainEqual(shown(name));
    expect(problems).toEqual([]);
    await page.context().close();
  });

  test("stand over the picture and in the bar", async () => {
    const several = studies.filter(({ name }) => name.includes("="));
    expect(several.length).toBeGreaterThan(3);
    const { page, problems } = await stand.open("/");
    for (const { uid, name } of several) {
      await page.goto(`${stand.server.origin}/view/${uid}`);
      await page.locator(".topLeft .line").first().waitFor();
      const lines = await page.locator(".topLeft .line").allTextContents();
      expect(lines.slice(0, 2)).toEqual(shown(name));
      expect(await page.locator(".bar-patient h1 bdi").allTextContents()).toEqual(shown(name));
    }
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
