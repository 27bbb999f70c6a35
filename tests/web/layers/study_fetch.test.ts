import { expect, test } from "vitest";
import { StudyFetch } from "../../../web/layers/study_fetch.ts";
import type { LayerSource } from "../../../web/shared/api.ts";
import { SlError } from "../../../web/shared/errc.ts";
import type { Manifest, ManifestInstance } from "../../../web/shared/manifest.ts";
import { buildManifest } from "../manifest_builder.ts";

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** A study of one series, whose instances have these hashes. */
function study(uid: string, revision: string, hashes: readonly string[]): Manifest {
  const manifest = buildManifest(
    hashes.map((hash) => ({ uid: `1.${hash}`, frames: 1, instance: { hash } })),
    revision,
  );
  return { ...manifest, study: { ...manifest.study, studyInstanceUID: uid } };
}
function instanceOf(manifest: Manifest, index: number): ManifestInstance {
  const instance = manifest.series[index]?.instances[0];
  if (instance === undefined) throw new Error("no such instance");
  return instance;
}
/** A fetcher whose answers come when they are let through. */
function fetcher(most = 100) {
  const asked: string[] = [];
  const doors = new Map<string, (error?: Error) => void>();
  const moved: string[] = [];
  let changes = 0;
  const fetched = new StudyFetch<string>(() => ({}) as LayerSource, {
    most,
    isWanted: ({ hash }) => hash !== "picture",
    fetch: ({ hash }) => {
      asked.push(hash);
      return new Promise((resolve, reject) => {
        doors.set(hash, (error) => {
          if (error === undefined) resolve(`of ${hash}`);
          else reject(error);
        });
      });
    },
    failed: ({ hash }, { code }) => `${hash}: ${code}`,
    moved: (held) => moved.push(held),
    changed: () => changes++,
  });
  const answer = async (hash: string, error?: Error): Promise<void> => {
    doors.get(hash)?.(error);
    await settle();
  };
  return { fetched, asked, moved, answer, changes: () => changes };
}

test("two at a time; what is awaited comes before others", async () => {
  const { fetched, asked, answer, changes } = fetcher();
  const manifest = study("1", "a", ["a", "picture", "b", "c", "d"]);
  expect(fetched.follow(manifest)).toBe(true);
  expect(asked).toEqual(["a", "b"]);
  const found = fetched.find(instanceOf(manifest, 4));
  await answer("a");
  expect(asked).toEqual(["a", "b", "d"]);
  await answer("d");
  expect(await found).toBe("of d");
  await answer("b", new SlError("corrupt", "broken"));
  await answer("c");
  expect(fetched.all).toEqual(["of a", "of d", "b: corrupt", "of c"]);
  expect(changes()).toBe(4);
  expect(await fetched.find(instanceOf(manifest, 2))).toBe("b: corrupt");
});
test("what the study has not, or not among those that are asked for, is null", async () => {
  const { fetched } = fetcher(2);
  const manifest = study("1", "a", ["a", "picture", "b", "c"]);
  fetched.follow(manifest);
  expect(await fetched.find(instanceOf(manifest, 1))).toBeNull();
  expect(await fetched.find(instanceOf(manifest, 3))).toBeNull();
  expect(await fetched.find(instanceOf(study("2", "a", ["x"]), 0))).toBeNull();
});
test("who waits for an object of a study that is left is told so, whether it was asked for or not", async () => {
  const { fetched, asked, answer } = fetcher();
  const first = study("1", "a", ["a", "b", "c"]);
  fetched.follow(first);
  const waits = [0, 1, 2].map((index) => fetched.find(instanceOf(first, index)));
  expect(fetched.follow(study("2", "a", ["b", "d"]))).toBe(true);
  expect(await waits[0]).toBeNull();
  expect(await waits[2]).toBeNull();
  // the other study has this one, too: it is asked for again, with what that study says
  await answer("a");
  expect(asked).toEqual(["a", "b", "b"]);
  await answer("b");
  expect(asked).toEqual(["a", "b", "b", "d"]);
  expect(await waits[1]).toBe("of b");
  expect(fetched.all).toEqual(["of b"]);
});
test("who waits is told when the viewer goes, or no study is open", async () => {
  const { fetched } = fetcher();
  const manifest = study("1", "a", ["a"]);
  fetched.follow(manifest);
  const left = fetched.find(instanceOf(manifest, 0));
  fetched.follow(null);
  expect(await left).toBeNull();
  fetched.follow(manifest);
  const gone = fetched.find(instanceOf(manifest, 0));
  fetched.dispose();
  expect(await gone).toBeNull();
  expect(fetched.all).toEqual([]);
});
test("a study that grows keeps what is here, and asks for nothing twice", async () => {
  const { fetched, asked, moved, answer } = fetcher();
  fetched.follow(study("1", "a", ["a", "b"]));
  await answer("a");
  const grown = study("1", "b", ["a", "b", "c"]);
  expect(fetched.follow(grown)).toBe(false);
  const waits = [1, 2].map((index) => fetched.find(instanceOf(grown, index)));
  expect(asked).toEqual(["a", "b", "c"]);
  expect(moved).toEqual(["of a"]);
  await answer("b");
  await answer("c");
  expect(await Promise.all(waits)).toEqual(["of b", "of c"]);
  expect(fetched.follow(study("1", "c", ["c"]))).toBe(false);
  expect(fetched.all).toEqual(["of c"]);
});
