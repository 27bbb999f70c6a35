// What a reader is given: ZIP files of every writer, and discs with a DICOMDIR, whole and faulty. Python judges what is in them.
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Server, Store, launch, openPage, realDicom } from "./harness.ts";
import { choose, drawn, listedStudies, missing, openStudy, refusals } from "./local_hands.ts";
import { writePhantoms } from "./phantoms/phantoms.mjs";

const folder = mkdtempSync(join(tmpdir(), "sightline-media-"));
const zips = join(folder, "zips");
const store = new Store();
const server = new Server(store);
let browser: Browser;
let page: Page;
let problems: string[] = [];

function python(script: string, ...args: string[]): string {
  return execFileSync("/usr/bin/python3", [join(import.meta.dirname, script), ...args], {
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8" },
  });
}

beforeAll(async () => {
  const written = writePhantoms(join(folder, "phantoms"));
  const paths = ["u8 ramp", "u10 sigmoid", "rgb planar"].map(
    (name) => written.find((one) => one.name === name)?.path ?? "",
  );
  store.import(...paths);
  mkdirSync(zips);
  python("zip_files.py", zips, ...paths);
  await server.start();
  browser = await launch();
  ({ page, problems } = await openPage(browser, server.origin));
}, 120_000);
afterAll(async () => {
  await browser.close();
  await server.stop();
  store.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens in a page that has nothing open. */
async function openAfresh(paths: string | string[], what: "files" | "folder"): Promise<void> {
  await page.goto(server.origin);
  await choose(page, paths, what);
}

const note = "Ordner/Übersicht – 画像.txt";
const whole = [
  "deflated.zip",
  "stored.zip",
  "comment.zip",
  "described.zip", // sizes behind the data
  "zip64.zip",
  "prefix.zip",
  "prefix.exe", // unpacks itself
];
/** of each file that lies, or is cut off, what is listed behind its name */
const reasons: Readonly<Record<string, string>> = {
  "deep.zip": "/2.zip/3.zip/4.zip – a ZIP file within more ZIP files than are opened",
  "longer_than_stated.zip": "/zeros – it is longer than stated",
  "shorter_than_stated.zip": "/picture – it is shorter than stated",
  "bomb_by_ratio.zip": "/picture – its sizes in the ZIP file contradict",
  "bomb_honest.zip": "/zeros – not a DICOM file", // 64 MiB of nothing
  "over_1_gib.zip": "/zeros – the file is over 1 GiB",
  "beyond_the_end.zip": "/picture – the ZIP file is cut off",
  "overlapping.zip": " – members of the ZIP file overlap",
  "checksum.zip": "/picture – its checksum in the ZIP file is another one",
  "cut_off.zip": " – the ZIP file has no end",
  "no_directory.zip": " – the ZIP file's directory is damaged",
  "junk.zip": " – not a DICOM file",
  "junk.exe": " – not a DICOM file",
};

describe("ZIP files", () => {
  test.each(whole)("%s: its pictures are opened, its note is listed", async (name) => {
    await openAfresh(join(zips, name), "files");
    expect((await listedStudies(page)).length).toBe(3);
    expect(await refusals(page)).toEqual([`${name}/${note} – not a DICOM file`]);
    expect(problems).toEqual([]);
  });

  test.each(["deflated.zip", "stored.zip"])(
    "%s: pictures are drawn as the server's are",
    async (name) => {
      await openAfresh(join(zips, name), "files");
      for (const study of await listedStudies(page)) {
        await openStudy(page, study);
        const local = await drawn(page);
        const remote = await openPage(browser, `${server.origin}/view/${study}`);
        expect([study, local]).toEqual([study, await drawn(remote.page)]);
        await remote.page.context().close();
        await page.locator("a.back").click();
        await page.locator(".local-study").first().waitFor();
      }
    },
  );

  test("what cannot be read is listed with the reason, the rest is opened", async () => {
    await openAfresh(join(zips, "encrypted.zip"), "files");
    expect((await listedStudies(page)).length).toBe(2);
    expect((await refusals(page)).sort()).toEqual([
      `encrypted.zip/${note} – not a DICOM file`,
      "encrypted.zip/u10_sigmoid.dcm – it is encrypted",
    ]);
    await openAfresh(join(zips, "bzip2.zip"), "files");
    expect(await listedStudies(page)).toEqual([]);
    expect(await refusals(page)).toContain("bzip2.zip/u10_sigmoid.dcm – it is compressed by bzip2");
  });

  test("one that lies, or is cut off, is refused with the reason, and costs nothing", async () => {
    const names = Object.keys(reasons);
    await openAfresh(
      [...names, "empty.zip"].map((name) => join(zips, name)),
      "files",
    );
    const expected = names.map((name) => `${name}${reasons[name] ?? ""}`);
    expect((await refusals(page)).sort()).toEqual(expected.sort());
    expect(await listedStudies(page)).toEqual([]);
    expect(problems).toEqual([]);
  });
});

/** What an import stores of a path, and what it leaves out, as `path – reason`. */
function imported(path: string): { stored: number; left: string[] } {
  const own = new Store();
  const { stdout } = own.run("import", path);
  own.dispose();
  const counts = /imported (\d+), already there (\d+), conflicts (\d+)/.exec(stdout);
  const left = [...stdout.matchAll(/^ {2}(.+): (?:\w+: )(.+)$/gm)].map(
    ([, file = "", reason = ""]) => `${basename(path)}${file.slice(path.length)} – ${reason}`,
  );
  return { stored: Number(counts?.[1]), left: left.sort() };
}
const notDicom = "neither a Part 10 file nor a data set";

describe("an import takes what the page opens", () => {
  test.each(whole)("%s", (name) => {
    expect(imported(join(zips, name))).toEqual({
      stored: 3,
      left: [`${name}/${note} – ${notDicom}`],
    });
  });
  test("what cannot be read is named with the reason, the rest is stored", () => {
    expect(imported(join(zips, "encrypted.zip"))).toEqual({
      stored: 2,
      left: [
        `encrypted.zip/${note} – ${notDicom}`,
        "encrypted.zip/u10_sigmoid.dcm – it is encrypted",
      ],
    });
  });
  test.each(Object.entries(reasons))("%s", (name, reason) => {
    const said = reason
      .replace("not a DICOM file", notDicom)
      .replace("the file is over 1 GiB", "the ZIP file is cut off"); // there is no such limit: nothing is held in memory
    const { stored, left } = imported(join(zips, name));
    expect([stored, left]).toEqual([0, [`${name}${said}`]]);
  });
});

interface Judged {
  readonly studies: Readonly<Record<string, number>>;
  readonly missing: readonly string[];
}
const real = realDicom();
describe.skipIf(real === null)("media with a DICOMDIR", () => {
  /** What is listed: study -> pictures, and what is missing. */
  async function listed(): Promise<{ studies: string[]; missing: string[] }> {
    return { studies: (await listedStudies(page)).sort(), missing: (await missing(page)).sort() };
  }
  function judged(path: string): { studies: string[]; missing: string[] } {
    const { studies, missing: absent } = JSON.parse(python("media_judge.py", path)) as Judged;
    return { studies: Object.keys(studies).sort(), missing: [...absent] };
  }
  const set = (name: string): string => join(real ?? "", name);

  test.each(["media-dicomdir", "media-dicomdir/tiny-alpha", "enhanced-multiframe"])(
    "%s: all that the folder has is opened",
    async (name) => {
      await openAfresh(set(name), "folder");
      expect(await listed()).toEqual(judged(set(name)));
      expect(problems).toEqual([]);
    },
  );

  test("a ZIP file of the folder is the same", async () => {
    const zip = join(folder, "disc.zip");
    execFileSync("/usr/bin/python3", ["-m", "zipfile", "-c", zip, set("media-dicomdir")]);
    await openAfresh(set("media-dicomdir"), "folder");
    const { studies } = await listed();
    const refused = (await refusals(page)).length;
    await openAfresh(zip, "files");
    expect(await listed()).toEqual({ studies, missing: [] });
    expect((await refusals(page)).length).toBe(refused);
  });

  test.each([
    "DICOMDIR",
    "DICOMDIR-nopatient",
    "DICOMDIR-empty.dcm",
    "DICOMDIR-implicit",
    "DICOMDIR-reordered",
    "DICOMDIR-bigEnd",
  ])("%s without half of its files: the rest is opened, the others are named", async (variant) => {
    const disc = join(folder, `disc-${basename(variant, ".dcm")}`);
    mkdirSync(disc);
    copyFileSync(join(set("media-dicomdir"), variant), join(disc, "DICOMDIR"));
    cpSync(join(set("media-dicomdir"), "77654033"), join(disc, "77654033"), { recursive: true });
    await openAfresh(disc, "folder");
    expect(await refusals(page)).toEqual([]);
    expect(await listed()).toEqual(judged(disc));
    expect(problems).toEqual([]);
  });

  test("a damaged DICOMDIR is listed with the reason, the files are opened", async () => {
    const disc = join(folder, "disc-damaged");
    mkdirSync(disc);
    copyFileSync(join(set("media-dicomdir"), "DICOMDIR-nooffset"), join(disc, "DICOMDIR")); // its last record is cut off
    cpSync(join(set("media-dicomdir"), "77654033"), join(disc, "77654033"), { recursive: true });
    await openAfresh(disc, "folder");
    expect(await refusals(page)).toEqual([
      "disc-damaged/DICOMDIR – a damaged DICOMDIR: whether files of the medium are missing is not known",
    ]);
    expect(await listed()).toEqual({ studies: judged(disc).studies, missing: [] });
  });
});
