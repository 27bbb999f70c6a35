import { expect, test } from "vitest";
import type { ContentItem, DocumentModel, SrDocument } from "../../../web/shared/document.ts";
import { SlError } from "../../../web/shared/errc.ts";
import type { Documents } from "../../../web/source/documents.ts";
import { KeyImages } from "../../../web/ui/key_images.ts";
import { SrLinks } from "../../../web/ui/sr_links.ts";
import { buildManifest } from "../manifest_builder.ts";

const manifest = buildManifest([{ uid: "1.2.3.1", frames: 3 }]);
const [first] = manifest.series[0]!.instances;
const sopInstance = first!.sopInstanceUID;
const links = new SrLinks(manifest, {
  evidence: [
    { study: "9.1", series: "9.1.1", instances: [{ sopInstance: "9.1.1.1" }] },
    {
      study: manifest.study.studyInstanceUID,
      series: "1.2.3.9",
      instances: [{ sopInstance: "1.2.3.9.1" }],
    },
    { study: "no uid!", series: "x y!", instances: [{ sopInstance: "8.1" }] },
  ],
});

test("an object of the open study, with the frames that it has", () => {
  expect(links.find({ sopInstance, frames: [1, 99, 0] })).toEqual({
    kind: "here",
    instance: first,
    frames: [1],
  });
});
test("of another study, as the evidence says", () => {
  expect(links.find({ sopInstance: "9.1.1.1", frames: [4] })).toEqual({
    kind: "elsewhere",
    study: "9.1",
    series: "9.1.1",
    instance: "9.1.1.1",
    frame: 4,
  });
});
test.each(["1.2.3.9.1", "8.1", "7.7", ""])("'%s' is nowhere", (uid) => {
  expect(links.find({ sopInstance: uid })).toEqual({ kind: "missing", uid });
});

test("coordinates on images of other studies alone are drawn elsewhere", () => {
  const image = (id: string, uid: string) => ({
    id,
    type: "IMAGE",
    references: [{ sopInstance: uid }],
  });
  const items = new Map([["1.9", image("1.9", "9.1.1.1")]]);
  const on = (...children: ContentItem[]) =>
    links.isDrawnElsewhere({ id: "1.1", type: "SCOORD", children }, items);
  expect(on(image("1.1.1", "7.7"), { id: "1.1.2", target: "1.9" })).toBe(true);
  expect(on(image("1.1.1", "7.7"), image("1.1.2", sopInstance))).toBe(false);
  expect(on()).toBe(false); // SCOORD3D names none
});

const KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59";
function selection(title: string, uids: string[]): SrDocument {
  return {
    kind: "sr",
    observers: [],
    evidence: [],
    predecessors: [],
    root: {
      id: "1",
      concept: { value: "113000", scheme: "DCM", meaning: title },
      children: uids.map((uid, index) => ({
        id: `1.${String(index + 1)}`,
        type: "IMAGE",
        references: [{ sopInstance: uid }],
      })),
    },
  };
}
test("key images are found once for a study; a broken selection hinders none", async () => {
  const series = manifest.series[0]!;
  const objects = ["a", "b"].map((hash) => ({
    ...first!,
    hash,
    sopClassUID: KEY_OBJECTS,
    frames: [],
  }));
  const withSelections = {
    ...manifest,
    series: [series, { ...series, seriesInstanceUID: "1.2.3.7", frames: [], instances: objects }],
  };
  const asked: string[] = [];
  const documents = {
    model: ({ hash }: { hash: string }): Promise<DocumentModel> => {
      asked.push(hash);
      if (hash === "a") return Promise.reject(new SlError("corrupt", "broken"));
      return Promise.resolve(selection("Of Interest", [sopInstance]));
    },
  } as unknown as Documents;
  let told = 0;
  const keyImages = new KeyImages(documents, () => told++);
  keyImages.follow(withSelections);
  keyImages.follow(withSelections);
  await new Promise((resolve) => setTimeout(resolve));
  expect([asked, told]).toEqual([["a", "b"], 1]);
  expect(keyImages.titleOf(series.frames[0]!)).toBe("Of Interest");
  expect(keyImages.count(series)).toBe(
    series.frames.filter(({ instance }) => instance.sopInstanceUID === sopInstance).length,
  );
  keyImages.follow(null);
  expect(keyImages.titleOf(series.frames[0]!)).toBeNull();
});
