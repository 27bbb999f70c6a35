// The drawn canvas, at 1:1, against an independent reference (reference.py: pydicom/GDCM and the formulas of PS3.3 C.11).
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Server, Store, launch, openPage, realDicom } from "./harness.ts";
import { type Case, type Judged, comparison, drawnAgainst, judge } from "./pixel_judge.ts";
import { writePhantoms } from "./phantoms/phantoms.mjs";

/** Real files, one per kind, none sharing a SOP Instance UID with another. Windows: [] lets the reference choose four by percentiles. */
const REAL: Case[] = [
  "ct-series/ge-head-gantry-tilt/05.dcm",
  "ct-series/ge-head-gantry-tilt/10.dcm",
  "ct-series/hires-abdomen-3/02.dcm",
  "enhanced-multiframe/6_1.dcm",
  "enhanced-multiframe/emri_small.dcm",
  "enhanced-multiframe/IMAGES/BRFSMPRS",
  "enhanced-multiframe/IMAGES/BRMULTI",
  "enhanced-multiframe/0001_1.3.12.2.1107.5.2.43.67093.2022071112123439621008676.dcm",
  "modality/ct/CT-JPEGLosslessSV1.dcm",
  "modality/ct/GH342.dcm",
  "modality/ct/ct.dcm",
  "modality/ct/mr.dcm",
  "modality/dx/image.dcm",
  "modality/mg/GH133.dcm",
  "modality/nm/NM-MONO2-16-13x-heart",
  "modality/op/sample-op.dcm",
  "modality/pt/GH184.dcm",
  "modality/pt/GH610.dcm",
  "modality/tg18/ot-1-tg18-ct_0001.dcm",
  "modality/tg18/ot-2-tg18-ln_0008.dcm",
  "photometric/bits/12bitUnsigned.dcm",
  "photometric/bits/gdcm-CR-MONO1-10-chest.dcm",
  "photometric/bits/gdcm-CT-MONO2-8-abdo.dcm",
  "photometric/lut-overlay/examples_overlay.dcm",
  "photometric/lut-overlay/mlut_18.dcm",
  "photometric/lut-overlay/vlut_04.dcm",
  "photometric/rgb-ybr/SC_rgb_small_odd.dcm",
  "photometric/rgb-ybr/SC_rgb_rle_2frame.dcm",
  "photometric/rgb-ybr/SC_rgb_32bit.dcm",
  "photometric/palette/examples_palette.dcm",
  "photometric/rgb-ybr/examples_rgb_color.dcm",
  "photometric/test-pattern/TestPattern_RGB.dcm",
  "sr-seg-rt-pr/roi-gsps-ko/aspect01.dcm",
  "sr-seg-rt-pr/seg/ct_image.dcm",
  "sr-seg-rt-pr/rt/ct.0.dcm",
  "sr-seg-rt-pr/rt/rtdose_1frame.dcm",
  "sr-seg-rt-pr/rt/rtdose_expb.dcm",
  "transfer-syntax/jpeg-lossless/JPEGLossless_1s_1f_u_16_12.dcm",
  "transfer-syntax/fragments/CT1_UNC.fragmented_bot_jpeg_ls.80.dcm",
]
  .map((path): Case => ({ path, frames: [1], windows: [] }))
  // looked at in another order than they are stored in
  .concat({ path: "enhanced-multiframe/mf.dcm", frames: [1, 2, 3], windows: [] });

/** Pictures of up to this many rows and columns are seen whole in the small viewport: a drawing takes as long as it is large. */
const SMALL = 512;
const isSmall = ({ rows, cols }: Judged): boolean => Math.max(rows, cols) <= SMALL;
const VIEWPORTS = {
  small: { width: 900, height: 560 },
  large: { width: 1100, height: 800 },
};

function suite(name: string, cases: () => Case[]) {
  describe(name, () => {
    const store = new Store();
    const server = new Server(store);
    const out = mkdtempSync(join(tmpdir(), "sightline-reference-"));
    let browser: Browser;
    let judged: Judged[] = [];

    beforeAll(async () => {
      const files = cases();
      judged = judge(files, out);
      for (const { path } of files) store.import(path);
      await server.start();
      browser = await launch();
    }, 300_000);
    afterAll(async () => {
      await browser.close();
      await server.stop();
      store.dispose();
      rmSync(out, { recursive: true, force: true });
    });

    test("every file has a reference", () => {
      expect(judged.filter(({ error }) => error !== undefined)).toEqual([]);
    });

    test(
      "the drawn canvas equals the reference within one grey level",
      { timeout: 600_000 },
      async () => {
        const wrong: string[] = [];
        let looks = 0;
        // One page for all: a reader goes from study to study too, and a page's start is most of a study's time.
        const { page, problems } = await openPage(
          browser,
          `${server.origin}/view/${judged[0]?.study ?? ""}`,
          VIEWPORTS.small,
        );
        const inOrder = [...judged.filter(isSmall), ...judged.filter((file) => !isSmall(file))];
        for (const file of inOrder) {
          await page.setViewportSize(isSmall(file) ? VIEWPORTS.small : VIEWPORTS.large);
          for (const look of file.looks) {
            const label = `${file.path.split("/").slice(-2).join("/")} frame ${String(look.frame)} ${JSON.stringify(look.look)}`;
            try {
              await page.evaluate((request) => window.sightline.open(request), {
                study: file.study,
                series: file.series,
                instance: file.instance,
                frame: look.frame,
              });
              const result = await page.evaluate(
                drawnAgainst,
                comparison(file, look, readFileSync(join(out, look.file))),
              );
              ++looks;
              const least = isSmall(file) ? 3 * file.rows * file.cols : 1;
              if (result.worst > 1 || result.compared < least)
                wrong.push(
                  `${label}: worst ${String(result.worst)}, ${String(result.differing)} of ${String(result.compared)}`,
                );
              if (
                look.look !== null &&
                JSON.stringify(result.stored) !== JSON.stringify(look.stored)
              )
                wrong.push(
                  `${label}: storedValue ${JSON.stringify(result.stored)}, want ${JSON.stringify(look.stored)}`,
                );
            } catch (error) {
              wrong.push(`${label}: ${String(error)}`);
            }
          }
          wrong.push(...problems.splice(0).map((problem) => `${file.path}: ${problem}`));
        }
        const pet = judged.find(({ path }) => path.endsWith("modality/pt/GH184.dcm"));
        if (pet !== undefined) wrong.push(...(await petProblems(page, pet)));
        await page.context().close();
        console.log(
          `${name}: ${String(judged.length)} files, ${String(looks)} drawn looks compared, ${String(wrong.length)} wrong`,
          wrong,
        );
        expect(wrong).toEqual([]);
      },
    );
  });
}

/** dcmdump: 90 kg, 474592928 Bq at 9:32:00, half-life 6588 s, decay corrected to the start of the series at 11:00:36; no window.
 *  docs/display.md: it opens from 0 to 5 SUV, inverted. */
async function petProblems(page: Page, pet: Judged): Promise<string[]> {
  const { study, series, instance } = pet;
  // from another study: as a reader comes to it
  await page.evaluate((request) => window.sightline.open(request), { study, series, instance });
  const state = await page.evaluate(() => {
    const viewport = window.sightline.viewports()[0] as { reset?: () => void } | undefined;
    viewport?.reset?.();
    return window.sightline.viewports()[0]?.state;
  });
  const grams = 90_000 / (474592928 * 2 ** (-(88 * 60 + 36) / 6588));
  const suv = [state?.windowCenter ?? 0, state?.windowWidth ?? 0].map((value) =>
    Number((value * grams).toFixed(6)),
  );
  const seen = JSON.stringify([...suv, state?.voiFunction, state?.inverted]);
  return seen === '[2.5,5,"LINEAR_EXACT",true]' ? [] : [`PET opens with ${seen}`];
}

const phantomFolder = mkdtempSync(join(tmpdir(), "sightline-phantoms-"));
afterAll(() => {
  rmSync(phantomFolder, { recursive: true, force: true });
});
suite("pixels of the phantoms", () =>
  writePhantoms(phantomFolder).map(({ path, frames }) => ({ path, frames, windows: [] })),
);

const real = realDicom();
if (real === null) test.skip("pixels of real files (../shared/dicom is not here)", () => undefined);
else
  suite("pixels of real files", () => REAL.map((one) => ({ ...one, path: join(real, one.path) })));
