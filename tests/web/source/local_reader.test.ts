import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { SlError } from "../../../web/shared/errc.ts";
import type { FromReader, LocalFile } from "../../../web/shared/messages.ts";
import { LocalArchive } from "../../../web/source/local_archive.ts";
import { DocumentParser } from "../../../web/source/document_parser.ts";
import { LocalReader } from "../../../web/source/local_reader.ts";
import type { StoreArchive } from "../../../web/source/stow_archive.ts";
import { parseManifest } from "../../../web/source/manifest.ts";
import { readerModule } from "../decode/reader_module.ts";
import { mediaDirectory, picture } from "./dicom_file.ts";
import { zipFile } from "./zip_file.ts";

type Told<T extends FromReader["type"]> = Extract<FromReader, { type: T }>;

/** Keeps what it is sent. */
function emptyStore(): StoreArchive & { readonly sent: string[] } {
  const sent: string[] = [];
  return {
    sent,
    stored: () => Promise.resolve(new Set()),
    store: (items) => {
      sent.push(...items.map(({ path, sopInstanceUID }) => `${path} ${sopInstanceUID}`));
      return Promise.resolve([]);
    },
  };
}
/** A reader in this thread, and what it posted. */
function reader(openArchive = openReal, store: StoreArchive = emptyStore()) {
  const posted: FromReader[] = [];
  const openParser = async () => new DocumentParser(await readerModule());
  const made = new LocalReader({
    openArchive,
    openParser,
    store,
    post: (message) => posted.push(message),
  });
  const of = <T extends FromReader["type"]>(type: T): Told<T>[] =>
    posted.filter((message): message is Told<T> => message.type === type);
  return {
    reader: made,
    of,
    refused: (): string[] =>
      of("progress").flatMap(({ refused }) => refused.map(({ path, code }) => `${path} ${code}`)),
  };
}
async function openReal(): Promise<LocalArchive> {
  return new LocalArchive(await readerModule());
}
function file(path: string, bytes: Uint8Array<ArrayBuffer>): LocalFile {
  return { path, file: new File([bytes], path.split("/").at(-1) ?? path) };
}
const slice = (number: number): Uint8Array<ArrayBuffer> =>
  picture({ instance: `1.2.3.1.${String(number)}`, number }, [number, 2, 3, 4, 5, 6]);

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

test("a batch ends with the studies, and with the rest and its reasons", async () => {
  const { reader: one, of, refused } = reader();
  await one.add(1, [
    file("a/1", slice(1)),
    file("a/notes.txt", new Uint8Array([104, 105])),
    file("a/empty", new Uint8Array()),
    file("a/again", slice(1)),
    file("a/2", slice(2)),
  ]);
  expect(of("added").map(({ batch }) => batch)).toEqual([1]);
  expect(of("studies").map(({ manifests }) => manifests.map(parseManifest))).toMatchObject([
    [{ frames: { length: 2 } }],
  ]);
  expect(refused().sort()).toEqual(["a/again stale", "a/empty not_dicom", "a/notes.txt not_dicom"]);
  expect(of("progress").at(-1)).toMatchObject({ total: 5, done: 5, pictures: 2 });
});

test("frames are read from the file again, by the file's digest", async () => {
  const { reader: one } = reader();
  await one.add(1, [file("2", slice(2)), file("1", slice(1))]);
  for (const number of [1, 2])
    expect(
      Array.from(await one.part({ type: "frame", hash: hashOf(slice(number)), frameIndex0: 0 })),
    ).toEqual([number, 2, 3, 4, 5, 6]);
  await expect(
    one.part({ type: "frame", hash: hashOf(slice(1)), frameIndex0: 1 }),
  ).rejects.toMatchObject({ code: "not_found" });
  await expect(
    one.part({ type: "frame", hash: hashOf(slice(3)), frameIndex0: 0 }),
  ).rejects.toMatchObject({ code: "not_found" });
});

test("batches follow each other, and are counted together", async () => {
  const { reader: one, of } = reader();
  await Promise.all([one.add(1, [file("1", slice(1))]), one.add(2, [file("2", slice(2))])]);
  expect(of("added").map(({ batch }) => batch)).toEqual([1, 2]);
  expect(of("progress").at(-1)).toMatchObject({ total: 2, done: 2, pictures: 2 });
});

test("portions of a batch that wait are read in one go, and end it once", async () => {
  const { reader: one, of } = reader();
  const before = one.add(1, [file("1", slice(1))]);
  const portions = [2, 3, 4].map((n) => one.add(2, [file(`${n}`, slice(n))], n === 4));
  expect(new Set(portions).size).toBe(1);
  await Promise.all([before, ...portions]);
  expect(of("added").map(({ batch }) => batch)).toEqual([1, 2]);
  expect(of("progress").at(-1)).toMatchObject({ total: 4, done: 4, pictures: 4 });
});

test("only studies that have grown are told again", async () => {
  const { reader: one, of } = reader();
  const other = picture({ study: "1.2.4", series: "1.2.4.1", instance: "1.2.4.1.1" });
  await one.add(1, [file("1", slice(1)), file("other", other)]);
  await one.add(2, [file("2", slice(2))]);
  await one.add(3, [file("2", slice(2))]);
  const told = of("studies").map(({ manifests }) =>
    manifests
      .map(parseManifest)
      .map(({ study, frames }) => [study.studyInstanceUID, frames.length]),
  );
  expect(told).toEqual([
    [
      ["1.2.3", 1],
      ["1.2.4", 1],
    ],
    [["1.2.3", 2]],
  ]);
});

test("a cancelled batch ends with what it has", async () => {
  const { reader: one, of } = reader();
  const reading = one.add(1, [file("1", slice(1)), file("2", slice(2))]);
  one.cancel(1);
  await reading;
  expect(of("added")).toHaveLength(1);
  expect(of("progress").at(-1)).toMatchObject({ total: 0, done: 0 });
  await one.add(2, [file("3", slice(3))]);
  expect(of("progress").at(-1)).toMatchObject({ total: 1, done: 1, pictures: 1 });
});

test("a DICOMDIR is not refused: it tells which files are missing", async () => {
  const { reader: one, of, refused } = reader();
  const directory = mediaDirectory([
    { path: "IMAGES/IM1", instance: "1.2.3.1.1" },
    { path: "IMAGES/IM2", instance: "1.2.3.1.2" },
  ]);
  await one.add(1, [file("disc/DICOMDIR", directory)]);
  expect(of("added").at(-1)?.missing).toEqual(["disc/IMAGES/IM1", "disc/IMAGES/IM2"]);
  await one.add(2, [file("disc/IMAGES/IM1", slice(1)), file("elsewhere", slice(2))]);
  expect(of("added").at(-1)?.missing).toEqual([]);
  expect(refused()).toEqual([]);
});

test("ZIP files open as folders do, and what is refused in them is named", async () => {
  const { reader: one, of, refused } = reader();
  const zip = zipFile([
    { name: "in/1", bytes: slice(1) },
    { name: "in/2", bytes: slice(2), method: 8 },
    { name: "readme.txt", bytes: new Uint8Array([1]) },
    { name: "locked", bytes: slice(3), flags: 1 },
  ]);
  await one.add(1, [file("all.zip", zip), file("3", slice(3)), file("cut.zip", zip.slice(0, 99))]);
  expect(of("progress").at(-1)).toMatchObject({ total: 6, done: 6, pictures: 3 });
  expect(refused().sort()).toEqual([
    "all.zip/locked unsupported",
    "all.zip/readme.txt not_dicom",
    "cut.zip truncated",
  ]);
  for (const number of [1, 2, 3])
    expect(
      Array.from(await one.part({ type: "frame", hash: hashOf(slice(number)), frameIndex0: 0 })),
    ).toEqual([number, 2, 3, 4, 5, 6]);
});

test("ZIP files within ZIP files and gzip files open too, not too deep", async () => {
  const { reader: one, of, refused } = reader();
  const zipOf = (name: string, bytes: Uint8Array, method = 8): Uint8Array<ArrayBuffer> =>
    zipFile([{ name, bytes, method }]);
  const gz = gzipSync(slice(3));
  const inner = zipFile([
    { name: "1", bytes: slice(1) },
    { name: "2.gz", bytes: gzipSync(slice(2)), method: 8 },
    { name: "no.zip", bytes: new Uint8Array([1, 2]) },
  ]);
  await one.add(1, [
    file("a.zip", zipOf("b.ZIP", zipOf("c.zip", inner), 0)),
    file("3.dcm.gz", new Uint8Array(gz)),
    file("cut.gz", new Uint8Array(gz.subarray(0, 60))),
    file("deep.zip", zipOf("1.zip", zipOf("2.zip", zipOf("3.zip", zipOf("4", slice(4)))))),
    file("other.zip", zipOf("unnamed", inner)),
  ]);
  expect(of("progress").at(-1)).toMatchObject({ total: 7, done: 7, pictures: 3 });
  expect(refused().sort()).toEqual([
    "a.zip/b.ZIP/c.zip/no.zip not_dicom",
    "cut.gz corrupt",
    "deep.zip/1.zip/2.zip/3.zip unsupported",
    "other.zip/unnamed unsupported",
  ]);
  for (const number of [3, 2, 1, 2])
    expect(
      Array.from(await one.part({ type: "frame", hash: hashOf(slice(number)), frameIndex0: 0 })),
    ).toEqual([number, 2, 3, 4, 5, 6]);
});

test("what was read is uploaded, under the names of the files", async () => {
  const store = emptyStore();
  const { reader: one, of } = reader(openReal, store);
  await one.add(1, [file("a/1", slice(1)), file("a/2", slice(2)), file("junk", slice(1))]);
  await one.upload();
  expect(store.sent.sort()).toEqual(["a/1 1.2.3.1.1", "a/2 1.2.3.1.2"]);
  expect(of("upload").at(-1)?.progress).toMatchObject({ state: "done", total: 2, stored: 2 });
});

test("a file that kills the parser is named; what was read before is read again", async () => {
  let opened = 0;
  const {
    reader: one,
    of,
    refused,
  } = reader(async () => {
    opened++;
    const archive = await openReal();
    const add = archive.add.bind(archive);
    archive.add = (bytes) =>
      bytes.length === 4 ? Promise.reject(new WebAssembly.RuntimeError("unreachable")) : add(bytes);
    return archive;
  });
  await one.add(1, [file("1", slice(1))]);
  await one.add(2, [file("bomb", new Uint8Array(4)), file("2", slice(2))]);
  expect(opened).toBe(2);
  expect(refused()).toEqual(["bomb module_died"]);
  expect(of("studies").at(-1)?.manifests.map(parseManifest)[0]?.frames).toHaveLength(2);
  expect(
    Array.from(await one.part({ type: "frame", hash: hashOf(slice(1)), frameIndex0: 0 })),
  ).toEqual([1, 2, 3, 4, 5, 6]);
});

test("a file that vanished is named", async () => {
  const { reader: one, refused } = reader();
  const gone = file("gone", slice(1));
  gone.file.arrayBuffer = () => Promise.reject(new DOMException("gone", "NotFoundError"));
  await one.add(1, [gone]);
  expect(refused()).toEqual(["gone io"]);
});

test("without a module nothing can be read, and the batch says so", async () => {
  const { reader: one } = reader(() => Promise.reject(new SlError("io", "module: HTTP 404")));
  await expect(one.add(1, [file("1", slice(1))])).rejects.toMatchObject({ code: "io" });
});
