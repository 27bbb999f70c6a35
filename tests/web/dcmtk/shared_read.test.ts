import { readFileSync } from "node:fs";
import dcmjs from "dcmjs";
import { beforeAll, describe, expect, test } from "vitest";
import { DicomDict } from "../../../web/dcmtk/dicom_dict.ts";
import {
  breathe,
  hasSharedFiles,
  provideBuiltModule,
  sharedFile,
  sharedFiles,
  silenceDcmjs,
} from "./dcmtk_module.ts";
import { differencesOf } from "./differences.ts";
import { reasonOf } from "./explained.ts";

beforeAll(() => {
  silenceDcmjs(dcmjs);
  provideBuiltModule();
});

const NATURAL_EVERY = 8;
function naturalized(dict: object): string {
  return JSON.stringify(
    dcmjs.data.DicomMetaDictionary.naturalizeDataset(dict),
    (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value),
  );
}

/** One line for each difference from dcmjs: file, path, what, reason (its name in explained.ts). */
const listFile = new URL("./dcmjs_differences.tsv", import.meta.url);

describe.skipIf(!hasSharedFiles)("the real files of ../shared/dicom", () => {
  test(
    "have the tags, VRs and values that dcmjs gives, but for the list",
    { timeout: 120_000 },
    async () => {
      const found: string[] = [];
      let compared = 0;
      for (const path of sharedFiles()) {
        await breathe();
        const file = sharedFile(path);
        let ours: DicomDict | undefined;
        let theirs: { dict: object; meta: object } | undefined;
        try {
          ours = DicomDict.read(file, { ignoreErrors: true });
        } catch {
          ours = undefined;
        }
        try {
          theirs = dcmjs.data.DicomMessage.readFile(file, { ignoreErrors: true });
        } catch {
          theirs = undefined;
        }
        if (!ours || !theirs) {
          if (ours) found.push([path, "-", "read here only", "noForm"].join("\t"));
          if (theirs) found.push([path, "-", "read by dcmjs only", ""].join("\t"));
          continue;
        }
        ++compared;
        const meta = differencesOf(ours.meta, theirs.meta as typeof ours.meta, "meta/");
        const dict = differencesOf(ours.dict, theirs.dict as typeof ours.dict);
        // dcmjs' own function makes the same of both.
        if (dict.length === 0 && compared % NATURAL_EVERY === 0)
          expect([path, naturalized(ours.dict)]).toEqual([path, naturalized(theirs.dict)]);
        for (const difference of [...meta, ...dict])
          found.push(
            [
              path,
              difference.path,
              difference.what,
              reasonOf(difference, theirs.dict as typeof ours.dict),
            ].join("\t"),
          );
      }
      const listed = readFileSync(listFile, "utf8")
        .trimEnd()
        .split("\n")
        .filter((line) => !line.startsWith("#"));
      expect(found.filter((line) => line.endsWith("\t"))).toEqual([]);
      expect(found).toEqual(listed);
      expect(compared).toBeGreaterThan(850);
    },
  );
});
