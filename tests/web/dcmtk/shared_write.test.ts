import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import dcmjs from "dcmjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DicomDict } from "../../../web/dcmtk/dicom_dict.ts";
import {
  breathe,
  hasSharedFiles,
  provideBuiltModule,
  sharedFile,
  sharedFiles,
  sharedFolder,
  silenceDcmjs,
} from "./dcmtk_module.ts";
import { differencesOf, type Difference } from "./differences.ts";
import { reasonOf } from "./explained.ts";

/** dcmjs' writing takes a while: of every so manieth file. */
const EVERY = 12;
const BATCH = 100;
const folder = mkdtempSync(join(tmpdir(), "sightline-dcmtk-"));
/** Path in the shared folder -> file that was written. */
const written = new Map<string, string>();

beforeAll(() => {
  silenceDcmjs(dcmjs);
  provideBuiltModule();
  mkdirSync(folder, { recursive: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function readable(path: string): DicomDict | undefined {
  try {
    return DicomDict.read(sharedFile(path));
  } catch {
    return undefined;
  }
}

/** Bytes of the file at which records of a DICOMDIR begin. */
const isDirectoryOffset = /0004(1200|1202|1400|1420)$/;

/** Differences that a write makes on purpose. */
function isMeant({ path, what }: Difference): boolean {
  // Group lengths are made right (PS3.5 7.2); encapsulated pixels are OB (PS3.5 A.4), whatever the file said; groups 0001 to
  // 0007 are nobody's (PS3.5 7.8), and DCMTK writes a sequence of them as UN.
  return (
    isDirectoryOffset.test(path) ||
    path.endsWith("0000") ||
    (path === "7FE00010" && what === "VR OB OW") ||
    path.startsWith("0001")
  );
}

/** Sequences of group 0001, see isMeant: as UN they count for one. */
const hasIllegalGroups = new Set(["broken/meta_missing_tsyntax.dcm", "broken/nested_priv_SQ.dcm"]);

/** Other programs look for the prefix where it belongs, and do not read what has none. */
function isPart10(path: string): boolean {
  return Buffer.from(sharedFile(path).slice(128, 132)).toString("latin1") === "DICM";
}

/** Files that dcmdump does not read to their end. */
function refusedByDcmdump(files: readonly string[]): string[] {
  const refused: string[] = [];
  for (let i = 0; i < files.length; i += BATCH) {
    const batch = files.slice(i, i + BATCH);
    const { status } = spawnSync("dcmdump", ["-q", ...batch], { stdio: "ignore" });
    if (status !== 0)
      refused.push(
        ...batch.filter(
          (file) => spawnSync("dcmdump", ["-q", file], { stdio: "ignore" }).status !== 0,
        ),
      );
  }
  return refused;
}

const PYDICOM = `
import sys, warnings
import pydicom
warnings.simplefilter("ignore")
for line in sys.stdin:
    path = line.rstrip("\\n")
    try:
        count = 0
        for element in pydicom.dcmread(path).iterall():
            if element.tag.element != 0: count += 1
        print(count, flush=True)
    except Exception as error:
        print(type(error).__name__, flush=True)
`;
/** For each file how many elements pydicom reads, or the name of its exception. */
function pydicom(files: readonly string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const python = execFile("/usr/bin/python3", ["-c", PYDICOM], (error, stdout) => {
      if (error) reject(error);
      else resolve(stdout.trimEnd().split("\n"));
    });
    python.stdin?.end(`${files.join("\n")}\n`);
  });
}

/** What dciodvfy says when it gives up: then it has not looked at the rest of the file. */
const GIVEN_UP = ["Error - Dicom dataset read failed", "Error - killed"];

/** Lines that begin with "Error"; its exit code says that there are some, or that it was killed by a fault of its own. */
function dciodvfyErrors(file: string): Promise<Set<string>> {
  return new Promise((resolve, reject) => {
    execFile("dciodvfy", [file], { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number" && !error.signal) return reject(error);
      const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line.startsWith("Error"));
      return resolve(new Set(error?.signal ? [...lines, "Error - killed"] : lines));
    });
  });
}

/** Errors of a written file that its original has not; "given up" where the original was not read to its end, and nothing can be
 *  compared but that. */
async function newErrors(path: string, file: string): Promise<string[] | "given up"> {
  const after = await dciodvfyErrors(file);
  if (after.size === 0) return [];
  const before = await dciodvfyErrors(join(sharedFolder, path));
  if (GIVEN_UP.some((line) => before.has(line))) return "given up";
  return [...after].filter((error) => !before.has(error)).map((error) => `${path}: ${error}`);
}

describe.skipIf(!hasSharedFiles)("the real files of ../shared/dicom, written again", () => {
  test("are equal to what was read, for us and for dcmjs", { timeout: 120_000 }, async () => {
    const problems: string[] = [];
    for (const path of sharedFiles()) {
      await breathe();
      const object = readable(path);
      if (!object) continue;
      const file = object.write();
      const name = join(folder, `${String(written.size)}.dcm`);
      writeFileSync(name, new Uint8Array(file));
      written.set(path, name);
      const again = DicomDict.read(file);
      for (const difference of differencesOf(again.dict, object.dict))
        if (!isMeant(difference)) problems.push(`${path} ${difference.path}: ${difference.what}`);
      const theirs = dcmjs.data.DicomMessage.readFile(file, { ignoreErrors: true });
      const dict = theirs.dict as typeof again.dict;
      for (const difference of differencesOf(again.dict, dict))
        if (!isMeant(difference) && reasonOf(difference, dict) === "")
          problems.push(`${path} ${difference.path}: dcmjs ${difference.what}`);
    }
    expect(problems.slice(0, 40)).toEqual([]);
    expect(written.size).toBeGreaterThan(850);
  });

  test("what dcmjs writes is read as it was", { timeout: 60_000 }, async () => {
    const problems: string[] = [];
    let count = 0;
    for (const path of sharedFiles().filter((_, i) => i % EVERY === 0)) {
      await breathe();
      const object = readable(path);
      // dcmjs does not deflate what it writes as deflated.
      if (!object || object.meta["00020010"]?.Value[0] === "1.2.840.10008.1.2.1.99") continue;
      const theirs = new dcmjs.data.DicomDict(object.meta);
      theirs.dict = object.dict;
      const file = theirs.write({ allowInvalidVRLength: true });
      ++count;
      for (const difference of differencesOf(DicomDict.read(file).dict, object.dict))
        if (!isMeant(difference)) problems.push(`${path} ${difference.path}: ${difference.what}`);
    }
    expect(problems.slice(0, 20)).toEqual([]);
    expect(count).toBeGreaterThan(60);
  });

  test("dcmdump reads them", { timeout: 60_000 }, () => {
    expect(refusedByDcmdump([...written.values()])).toEqual([]);
  });

  test(
    "pydicom reads them, and as many elements as of the originals",
    { timeout: 120_000 },
    async () => {
      const after = await pydicom([...written.values()]);
      const refused = [...written.keys()].filter((_, i) => !/^\d+$/.test(after[i] ?? ""));
      expect(refused).toEqual([]);
      const some = [...written.keys()].filter(
        (path, i) => i % 4 === 0 && isPart10(path) && !hasIllegalGroups.has(path),
      );
      const before = await pydicom(some.map((path) => join(sharedFolder, path)));
      const paths = [...written.keys()];
      const lost = some.flatMap((path, i) => {
        const now = after[paths.indexOf(path)] ?? "";
        const isCounted = /^\d+$/.test(before[i] ?? "");
        return isCounted && now !== before[i] ? [`${path}: ${before[i] ?? ""} ${now}`] : [];
      });
      expect(lost).toEqual([]);
    },
  );

  test("dciodvfy finds nothing that the originals have not", { timeout: 180_000 }, async () => {
    const found: string[] = [];
    let compared = 0;
    let givenUp = 0;
    const files = [...written].filter(([path]) => isPart10(path)).values();
    const work = async (): Promise<void> => {
      for (const [path, file] of files) {
        const errors = await newErrors(path, file);
        if (errors === "given up") ++givenUp;
        else found.push(...errors);
        ++compared;
      }
    };
    await Promise.all([work(), work()]);
    expect(found).toEqual([]);
    expect(compared - givenUp).toBeGreaterThan(850);
    expect(givenUp).toBeLessThan(30);
  });
});
