import { expect, test } from "vitest";
import { SlError } from "../../../web/shared/errc.ts";
import type { RefusedFile, UploadProgress } from "../../../web/shared/messages.ts";
import { BlobSource } from "../../../web/source/byte_source.ts";
import type { StoreArchive, StoreItem } from "../../../web/source/stow_archive.ts";
import { StowUpload } from "../../../web/source/stow_upload.ts";

const MIB = 1024 ** 2;

function item(name: string, bytes = 10, uid = name): StoreItem {
  const source = new BlobSource(new Blob([new Uint8Array(bytes)]));
  return { path: name, sha256: `hash-${name}`, sopInstanceUID: uid, source };
}
const names = (items: readonly StoreItem[]): string[] => items.map(({ path }) => path);

/** An archive that keeps what it is sent, after `failures` lost connections, and the upload's end. */
async function upload(
  items: readonly StoreItem[],
  { there = [] as string[], lost = 0, refuse = [] as RefusedFile[], forbidden = false } = {},
) {
  const requests: string[][] = [];
  const kept = new Set(there);
  const waits: number[] = [];
  const told: UploadProgress[] = [];
  const archive: StoreArchive = {
    stored: () => Promise.resolve(kept),
    store: (batch) => {
      if (lost-- > 0) return Promise.reject(new SlError("io", "the server does not answer"));
      if (forbidden)
        return Promise.reject(new SlError("forbidden", "the archive takes nothing in"));
      requests.push(names(batch));
      return Promise.resolve(refuse.filter(({ path }) => names(batch).includes(path)));
    },
  };
  const made = new StowUpload({
    archive,
    changed: (progress) => told.push(progress),
    wait: (ms) => {
      waits.push(ms);
      if (waits.length === 20) made.stop();
      return Promise.resolve();
    },
  });
  await made.run([{ studyInstanceUID: "1.2.3", items }]);
  return { requests, waits, told, end: told.at(-1) };
}

test("a large object's digest is asked for where the archive has something of the study", async () => {
  const asked: string[] = [];
  const large = (name: string): StoreItem => ({
    ...item(name),
    sha256: () => {
      asked.push(name);
      return name === "gone"
        ? Promise.reject(new SlError("io", "gone"))
        : Promise.resolve(`hash-${name}`);
    },
  });
  const fresh = await upload([large("a"), large("b")]);
  expect([asked, fresh.requests]).toEqual([[], [["a", "b"]]]);
  const again = await upload([large("a"), large("b"), large("gone")], { there: ["hash-a"] });
  expect([asked, again.requests]).toEqual([["a", "b", "gone"], [["b", "gone"]]]);
  expect(again.end).toMatchObject({ state: "done", stored: 2, alreadyThere: 1 });
});

test("everything goes in requests of at most 100 objects and 16 MiB", async () => {
  const small = Array.from({ length: 150 }, (_, i) => item(`s${String(i)}`));
  const many = await upload(small);
  expect(many.requests.map((request) => request.length)).toEqual([100, 50]);
  const { requests, end } = await upload([
    item("a", 10 * MIB),
    item("b", 10 * MIB),
    item("c", 20 * MIB),
    item("d"),
  ]);
  expect(requests).toEqual([["a"], ["b"], ["c"], ["d"]]);
  expect(end).toMatchObject({ state: "done", total: 4, stored: 4, alreadyThere: 0 });
});
test("what the archive has is not sent again", async () => {
  const { requests, end } = await upload([item("a"), item("b")], { there: ["hash-a"] });
  expect(requests).toEqual([["b"]]);
  expect(end).toMatchObject({ state: "done", stored: 1, alreadyThere: 1 });
});
test("a lost connection is waited for, longer each time, and the request sent again", async () => {
  const { requests, waits, told, end } = await upload([item("a")], { lost: 7 });
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16000, 30000, 30000]);
  expect(requests).toEqual([["a"]]);
  expect(told.some(({ state }) => state === "waiting")).toBe(true);
  expect(end).toMatchObject({ state: "done", stored: 1 });
});
test("stopped while it waits, it ends as stopped", async () => {
  const { requests, end } = await upload([item("a")], { lost: 1000 });
  expect([requests, end?.state]).toEqual([[], "stopped"]);
});
test("an object that is refused is listed with its reason; the others are stored", async () => {
  const refused = { path: "b", code: "corrupt" as const, detail: "the archive cannot read it" };
  const { end } = await upload([item("a"), item("b"), item("c")], { refuse: [refused] });
  expect(end).toMatchObject({ state: "done", stored: 2, failures: [refused] });
});
test("a full archive ends the upload", async () => {
  const full = { path: "a", code: "no_space" as const, detail: "no room" };
  const { requests, end } = await upload([item("a", 10 * MIB), item("b", 10 * MIB)], {
    refuse: [full],
  });
  expect(requests).toEqual([["a"]]);
  expect(end).toMatchObject({ state: "refused", detail: "the archive is full", failures: [full] });
});
test("a read-only archive ends the upload, with the reason", async () => {
  const { end } = await upload([item("a")], { forbidden: true });
  expect(end).toMatchObject({ state: "refused", detail: "the archive takes nothing in" });
});
test("two files of one SOP Instance UID go in two requests", async () => {
  const { requests } = await upload([item("a", 10, "1.1"), item("b", 10, "1.1")]);
  expect(requests).toEqual([["a"], ["b"]]);
});
