// OHIF and Cornerstone3D, as they come from npm, on our DICOMweb: the list, the viewer, the stored values of every frame.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Server, Store, launch, openPage, realDicom } from "../harness.ts";
import { writeCtSeries } from "../phantoms/phantoms.mjs";
import { OhifHost } from "./ohif_host.ts";
import { type RealFile, distinctFiles, readTable } from "./real_files.ts";

const host = new OhifHost();
const real = realDicom();
let browser: Browser;

beforeAll(async () => {
  await host.start();
  browser = await launch();
}, 300_000);
afterAll(async () => {
  await browser.close();
  host.stop();
});

/** A store of these files, its server, and OHIF's page on them. */
async function withOhif<T>(
  paths: readonly string[],
  path: string,
  work: (page: Page, problems: string[]) => Promise<T>,
): Promise<T> {
  const store = new Store();
  const server = new Server(store, ["--cors-origin", host.origin]);
  try {
    store.run("import", ...paths);
    await server.start();
    host.serviceUri = `${server.origin}/dicom-web`;
    const { page, problems } = await openPage(browser, `${host.origin}${path}`);
    const result = await work(page, problems);
    await page.context().close();
    return result;
  } finally {
    await server.stop();
    store.dispose();
  }
}

test("OHIF lists a study and shows its pictures", async () => {
  const dicom = mkdtempSync(join(tmpdir(), "sightline-ohif-"));
  const ct = writeCtSeries(dicom, { slices: 12, size: 64, study: 61, patient: "Web^Wanda" });
  await withOhif([dicom], "/", async (page, problems) => {
    await page.getByText("Web, Wanda").first().waitFor({ timeout: 30_000 });
    await page.goto(`${host.origin}/viewer?StudyInstanceUIDs=${ct.study}`);
    // The overlay counts the series' images once OHIF has its metadata and its first frame.
    await page
      .getByText(/\(\d+\/12\)/)
      .first()
      .waitFor({ timeout: 60_000 });
    const drawn = await page.waitForFunction(
      () => {
        const canvas = document.querySelector<HTMLCanvasElement>(".viewport-element canvas");
        const pixels = canvas
          ?.getContext("2d")
          ?.getImageData(0, 0, canvas.width, canvas.height).data;
        return pixels !== undefined && new Set(pixels).size > 8;
      },
      undefined,
      { timeout: 60_000 },
    );
    expect(await drawn.jsonValue()).toBe(true);
    expect(problems).toEqual([]);
  });
  rmSync(dicom, { recursive: true, force: true });
});

interface Expected extends RealFile {
  frame: number;
  bytes: number;
  sha256: string;
}
/** Why Cornerstone3D does not give this row's stored values; empty when it must. */
function excuse(row: Record<string, string>, file: Record<string, string>): string {
  const syntax = row["transfer_syntax"] ?? "";
  if (row["form"] === "bit-unpacked-to-u8") return "keeps bits packed";
  if (/^float/.test(row["form"] ?? "")) return "no Float Pixel Data";
  if (/palette/i.test(file["photometric"] ?? "")) return "applies the palette";
  if (/ybr/i.test(file["photometric"] ?? "")) return "converts the colour";
  if (/\.4\.(50|51|53|55|81|91|203|11[0-2])$|\.8\.1$/.test(syntax)) return "lossy, or no decoder";
  if (Number(file["bits_allocated"] ?? "0") > 16) return "no 32-bit pixels";
  return "";
}

/** Frames whose bytes Cornerstone3D takes from us as they are in the file, and reads otherwise. */
const READ_OTHERWISE: readonly [name: RegExp, reason: string][] = [
  [/^broken\/MR_truncated/, "fills what is missing with something else"],
  [/^modality\/op\/sample-op/, "its JPEG lossless decoder gives the planes another order"],
  [/12bitSigned_0x0F0F|mlut_18/, "keeps bits above Bits Stored"],
  [/J2K_pixelrep_mismatch/, "takes the sign from the data set, not from the codestream"],
  [/JPEGProcess14SV1TransferSyntax/, "its JPEG lossless decoder gives values without the sign"],
  [/SC_rgb_rle_16bit/, "makes bytes of 16-bit colour"],
];

/** The values that Cornerstone3D loads, each in as many bytes as the stored one has, hashed. */
async function loadFrames(page: Page, serviceUri: string, wanted: Expected[]): Promise<string[]> {
  return page.evaluate(
    async ([root, rows]) => {
      interface Loaded {
        getPixelData(): ArrayLike<number>;
      }
      const { cornerstone, extensionManager } = window as unknown as {
        cornerstone: { imageLoader: { loadImage(id: string, options: object): Promise<Loaded> } };
        extensionManager: {
          getActiveDataSource(): {
            retrieve: { series: { metadata(of: object): Promise<unknown> } };
          }[];
        };
      };
      const [source] = extensionManager.getActiveDataSource();
      const hex = (bytes: ArrayBuffer) =>
        Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, "0")).join("");
      const found: string[] = [];
      const studies = new Set(rows.map(({ uids }) => uids[0]));
      for (const study of studies)
        await source?.retrieve.series.metadata({ ["StudyInstanceUID"]: study });
      await new Promise((later) => setTimeout(later, 500)); // it files them after its promise
      for (const { uids, frame, bytes } of rows) {
        const [study, series, instance] = uids;
        const id = `wadors:${root}/studies/${study}/series/${series}/instances/${instance}/frames/${String(frame)}`;
        try {
          const image = await cornerstone.imageLoader.loadImage(id, {
            preScale: { enabled: false },
          });
          const values = image.getPixelData();
          const out = new Uint8Array(bytes);
          const width = bytes / values.length; // of 16-bit pixels in a small range it makes bytes
          for (let i = 0; i < values.length; ++i)
            for (let b = 0; b < width; ++b)
              out[i * width + b] = ((values[i] ?? 0) >> (8 * b)) & 255;
          found.push(hex(await crypto.subtle.digest("SHA-256", out)));
        } catch (error) {
          found.push(`failed: ${String((error as { error?: unknown }).error ?? error)}`);
        }
      }
      return found;
    },
    [serviceUri, wanted] as const,
  );
}

test.skipIf(!real)(
  "Cornerstone3D loads the stored values that other decoders gave",
  async () => {
    const folder = real ?? "";
    const files = new Map(readTable(join(folder, "MANIFEST.tsv")).map((row) => [row["path"], row]));
    const rows = readTable(join(folder, "EXPECT.tsv"));
    const temporary = mkdtempSync(join(tmpdir(), "sightline-ohif-"));
    const byName = new Map(
      (await distinctFiles(folder, temporary)).map((file) => [file.name, file]),
    );
    const wanted = rows.flatMap((row): Expected[] => {
      const file = byName.get(row["path"] ?? "");
      if (!file || excuse(row, files.get(row["path"]) ?? {}) !== "") return [];
      const [frame, bytes] = [Number(row["frame"]), Number(row["bytes"])];
      return [{ ...file, frame, bytes, sha256: row["sha256"] ?? "" }];
    });
    const paths = [...new Set(wanted.map(({ path }) => path))];
    const differing: string[] = [];
    let equal = 0;
    await withOhif(paths, "/", async (page) => {
      await page.waitForFunction(() => "cornerstone" in window && "extensionManager" in window);
      const found = await loadFrames(page, host.serviceUri, wanted);
      wanted.forEach(({ name, frame, sha256 }, i) => {
        if (found[i] === sha256) ++equal;
        else if (!READ_OTHERWISE.some(([known]) => known.test(name)))
          differing.push(`${name} ${String(frame)}: ${(found[i] ?? "").slice(0, 120)}`);
      });
    });
    rmSync(temporary, { recursive: true, force: true });
    console.log(`Cornerstone3D: ${String(equal)} frames equal`);
    expect(differing).toEqual([]);
    expect(equal).toBeGreaterThan(500);
  },
  600_000,
);
