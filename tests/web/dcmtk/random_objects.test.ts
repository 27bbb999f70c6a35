import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import dcmjs from "dcmjs";
import { beforeAll, describe, expect, test } from "vitest";
import { DicomDict } from "../../../web/dcmtk/dicom_dict.ts";
import type { DicomDataSet } from "../../../web/dcmtk/element.ts";
import { breathe, provideBuiltModule, silenceDcmjs } from "./dcmtk_module.ts";
import { differencesOf, type Difference } from "./differences.ts";
import { reasonOf } from "./explained.ts";

const SEED = 1;
const COUNT = 1000;
/** dcmjs takes its time: of every so manieth what is dear; five syntaxes come in turn. */
const SOME = 3;
const DEFLATED = "1.2.840.10008.1.2.1.99";
const python = "/usr/bin/python3";
const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Frames with a length of four bytes before each. */
function framed(files: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    files.flatMap((file) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(file.length);
      return [length, file];
    }),
  );
}
function unframed(all: Buffer): ArrayBuffer[] {
  const files: ArrayBuffer[] = [];
  for (let at = 0; at < all.length;) {
    const length = all.readUInt32LE(at);
    files.push(Uint8Array.from(all.subarray(at + 4, at + 4 + length)).buffer);
    at += 4 + length;
  }
  return files;
}

let files: ArrayBuffer[] = [];
beforeAll(() => {
  silenceDcmjs(dcmjs);
  provideBuiltModule();
  const { stdout, status } = spawnSync(
    python,
    [script("random_objects.py"), String(SEED), String(COUNT)],
    { maxBuffer: 1 << 28 },
  );
  expect(status).toBe(0);
  files = unframed(stdout);
});

/** A PN whose last blank has become the padding, which UTF-8 asks for elsewhere. */
function isPadding({ what, ours, theirs }: Difference): boolean {
  const trimmed = (value: unknown): string => JSON.stringify(value).replace(/ +"/g, '"');
  return what === "value of PN" && trimmed(ours) === trimmed(theirs);
}

/** By what dcmjs gave and what we gave, the differences that no rule of explained.ts explains. */
class Unexplained {
  readonly lines: string[] = [];
  readonly reasons = new Map<string, number>();
  add(label: string, differences: readonly Difference[], dcmjsDict?: DicomDataSet): void {
    for (const difference of differences) {
      const reason = dcmjsDict ? reasonOf(difference, dcmjsDict) : "";
      if (reason !== "") this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
      else this.lines.push(`${label} ${difference.path}: ${difference.what}`);
    }
  }
}

const theirsOf = (file: ArrayBuffer): DicomDict =>
  dcmjs.data.DicomMessage.readFile(file, { ignoreErrors: true }) as unknown as DicomDict;

describe("a thousand random objects of pydicom", () => {
  test("have the tags, VRs and values that dcmjs gives, but for known reasons", async () => {
    const found = new Unexplained();
    for (const [i, file] of files.entries()) {
      if (i % 100 === 0) await breathe();
      const theirs = theirsOf(file);
      found.add(String(i), differencesOf(DicomDict.read(file).dict, theirs.dict), theirs.dict);
    }
    expect(files).toHaveLength(COUNT);
    expect(found.lines).toEqual([]);
    expect([...found.reasons.keys()].sort()).toEqual(
      ["charset", "dictionary", "emptyItem", "emptyNumber", "endsEarly", "newVr"].sort(),
    );
  });

  test("written again are what they were, for us, dcmjs and pydicom", async () => {
    const found = new Unexplained();
    const written: Uint8Array[] = [];
    for (const [i, file] of files.entries()) {
      if (i % 100 === 0) await breathe();
      const object = DicomDict.read(file);
      const again = object.write();
      written.push(new Uint8Array(file), new Uint8Array(again));
      const { dict } = DicomDict.read(again);
      found.add(
        `${String(i)} ours`,
        differencesOf(dict, object.dict).filter((difference) => !isPadding(difference)),
      );
      if (i % SOME !== 0) continue;
      const theirs = theirsOf(again);
      found.add(`${String(i)} dcmjs`, differencesOf(dict, theirs.dict), theirs.dict);
    }
    expect(found.lines).toEqual([]);
    const { stdout, status } = spawnSync(python, [script("same_objects.py")], {
      input: framed(written),
      encoding: "utf8",
    });
    expect([status, stdout]).toEqual([0, `${String(COUNT)} pairs\n`]);
  });

  test("made natural by dcmjs, changed back and written are what dcmjs writes", async () => {
    const { DicomMetaDictionary: dictionary } = dcmjs.data;
    const found = new Unexplained();
    let compared = 0;
    for (const [i, file] of files.entries()) {
      if (i % 100 === 0) await breathe();
      if (i % SOME !== 0) continue;
      const [object, theirs] = [DicomDict.read(file), theirsOf(file)];
      // dcmjs does not deflate, makes empty UV what it cannot write, and takes items of a sequence in its dictionary's VR for text.
      const isTheirFault =
        object.meta["00020010"]?.Value[0] === DEFLATED ||
        /"vr":"UV","Value":\[0\]/.test(JSON.stringify(theirs.dict, bigText)) ||
        "00760034" in object.dict;
      if (isTheirFault) continue;
      const natural = (dict: DicomDataSet): DicomDataSet =>
        dictionary.denaturalizeDataset(dictionary.naturalizeDataset(dict)) as DicomDataSet;
      const other = new dcmjs.data.DicomDict(theirs.meta);
      try {
        other.dict = natural(theirs.dict);
      } catch {
        continue; // an empty value between others, which dcmjs reads as null and does not take back
      }
      object.dict = natural(object.dict);
      const options = { allowInvalidVRLength: true };
      const ours = DicomDict.read(object.write(options)).dict;
      const its = DicomDict.read(other.write(options)).dict;
      found.add(String(i), differencesOf(ours, its).filter(isNoMatterOfForm), its);
      ++compared;
    }
    expect(found.lines).toEqual([]);
    expect(compared).toBeGreaterThan(100);
  });
});

function bigText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
/** What dcmjs had lost or made up when it read. */
function isNoMatterOfForm({ what, ours, theirs }: Difference): boolean {
  const isEmpty = Array.isArray(ours) && ours.length === 0;
  const isMadeUp =
    isEmpty && Array.isArray(theirs) && theirs.length === 1 && Number(theirs[0]) === 0;
  const isLost = isEmpty && what === "is here only"; // AT
  return !isMadeUp && !isLost && !/^VR (OL|SV|OV) |^value of (OL|SV)$/.test(what);
}
