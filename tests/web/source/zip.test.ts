import { expect, test, vi } from "vitest";
import { SlError } from "../../../web/shared/errc.ts";
import { crc32 } from "../../../web/source/crc32.ts";
import { isZip, readZipDirectory } from "../../../web/source/zip_directory.ts";
import { LastInflated, ZipMember } from "../../../web/source/zip_member.ts";
import { zipFile, type ZipFileMember } from "./zip_file.ts";

const text = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value);
const long = text("the same words again and again, ".repeat(200));
const blob = (...args: Parameters<typeof zipFile>): Blob => new Blob([zipFile(...args)]);

async function contents(zip: Blob): Promise<Record<string, string>> {
  const last = new LastInflated();
  const read: Record<string, string> = {};
  for (const entry of await readZipDirectory(zip))
    read[entry.name] = new TextDecoder().decode(await new ZipMember(zip, entry, last).bytes());
  return read;
}
async function failureOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => "no failure",
    (reason: unknown) => reason,
  );
  return error instanceof SlError ? error.code : String(error);
}
const members: readonly ZipFileMember[] = [
  { name: "stored", bytes: text("as it is") },
  { name: "folder/", bytes: text("") },
  { name: "folder/deflated", bytes: long, method: 8 },
];
const empty: ZipFileMember = { name: "a", bytes: text("") };

test("CRC-32 of the check value", () => {
  expect(crc32(text("123456789"))).toBe(0xcbf43926);
  expect(crc32(text("6789"), crc32(text("12345")))).toBe(0xcbf43926);
});
test("a stored member is read by ranges once its checksum is proven, a deflated one is not", async () => {
  class Reader {
    readonly readAsArrayBuffer = (): ArrayBuffer => new ArrayBuffer(0); // of workers only
  }
  vi.stubGlobal("FileReaderSync", Reader);
  try {
    const zip = blob(members);
    const last = new LastInflated();
    const [stored, deflated] = (await readZipDirectory(zip)).map(
      (entry) => new ZipMember(zip, entry, last),
    );
    expect((await stored?.ranges())?.size).toBe(8);
    expect(await deflated?.ranges()).toBeNull();
    const broken = new Uint8Array(await zip.arrayBuffer());
    broken[broken.findIndex((_, i) => String.fromCharCode(...broken.slice(i, i + 5)) === "as it")] =
      66;
    const [damaged] = await readZipDirectory(new Blob([broken]));
    if (damaged === undefined) throw new Error("no member");
    expect(await failureOf(new ZipMember(new Blob([broken]), damaged, last).ranges())).toBe(
      "corrupt",
    );
  } finally {
    vi.unstubAllGlobals();
  }
});
test("a ZIP file is known by its beginning", async () => {
  expect(await isZip(blob(members), "study")).toBe(true);
  expect(await isZip(blob([]), "study")).toBe(true);
  expect(await isZip(new Blob(["PK"]), "study.zip")).toBe(false);
  expect(await isZip(new Blob(["plain text"]), "study.zip")).toBe(false);
});
test("a ZIP file with bytes before it is known by its end and its name", async () => {
  const behind = blob(members, { before: 1000, comment: "to be unpacked" });
  expect(await isZip(behind, "disc/STUDY.ZIP")).toBe(true);
  expect(await isZip(behind, "setup.exe")).toBe(true);
  expect(await isZip(behind, "picture")).toBe(false);
  expect(await isZip(new Blob([new Uint8Array(70_000)]), "viewer.exe")).toBe(false);
});
test("a DICOM file is no ZIP file, whatever its preamble pretends", async () => {
  const preamble = new Uint8Array(128);
  preamble.set([0x50, 0x4b, 3, 4]);
  expect(await isZip(new Blob([preamble, "DICM", zipFile(members)]), "both.zip")).toBe(false);
});
test("stored and deflated members are read, folders are none", async () => {
  const expected = { stored: "as it is", "folder/deflated": new TextDecoder().decode(long) };
  expect(await contents(blob(members))).toEqual(expected);
  expect(await contents(blob(members, { comment: "PK\u0005\u0006 in words" }))).toEqual(expected);
  expect(await contents(blob(members, { before: 1000 }))).toEqual(expected);
});
test("ZIP64: sizes in the extra field, and the end in 64 bits", async () => {
  const wide = members.map((member) => ({ ...member, isZip64: true }));
  for (const options of [{ isZip64: true }, { isZip64: true, before: 99 }])
    expect(Object.keys(await contents(blob(wide, options)))).toEqual(["stored", "folder/deflated"]);
});
test("spans of a member, inflated once for frames that follow each other", async () => {
  const zip = blob(members);
  const last = new LastInflated();
  const sources = (await readZipDirectory(zip)).map((entry) => new ZipMember(zip, entry, last));
  const spans = [
    { offset: 0, length: 2 },
    { offset: 3, length: 2 },
  ];
  expect(await Promise.all(sources.map((one) => one.join(spans)))).toEqual([
    text("asit"),
    text("th s"),
  ]);
  const [stored, deflated] = sources;
  if (stored === undefined || deflated === undefined) throw new Error("no members");
  expect(last.of(stored)).toBeNull();
  expect(await deflated.bytes()).toBe(last.of(deflated));
  expect(await (await sources[0]?.blob())?.text()).toBe("as it is");
});
test("what is encrypted or compressed otherwise is refused by name", async () => {
  const bytes = text("secret");
  const entries = await readZipDirectory(
    blob([
      { name: "locked", bytes, flags: 1 },
      { name: "lzma", bytes, method: 14 },
      { name: "unknown", bytes, method: 77 },
      { name: "bomb", bytes: text("x"), method: 8, size: 1 << 30 },
      { name: "contradiction", bytes, size: 7 },
    ]),
  );
  expect(entries.map(({ name, refusal }) => [name, refusal])).toEqual([
    ["locked", "it is encrypted"],
    ["lzma", "it is compressed by LZMA"],
    ["unknown", "it is compressed by method 77"],
    ["bomb", "its sizes in the ZIP file contradict"],
    ["contradiction", "its sizes in the ZIP file contradict"],
  ]);
});
test("a member that lies about its length or its checksum fails alone", async () => {
  const zip = blob([
    { name: "longer", bytes: long, method: 8, size: long.length - 1 },
    { name: "shorter", bytes: long, method: 8, size: long.length + 1 },
    { name: "flipped", bytes: text("a"), crc32: 1 },
  ]);
  const last = new LastInflated();
  const failures = (await readZipDirectory(zip)).map((entry) =>
    failureOf(new ZipMember(zip, entry, last).bytes()),
  );
  expect(await Promise.all(failures)).toEqual(["corrupt", "truncated", "corrupt"]);
});
test("a file that is cut off, or whose directory is damaged, is refused", async () => {
  const whole = zipFile(members);
  const end = whole.length - 22;
  const directory = new DataView(whole.buffer).getUint32(end + 16, true);
  const withU32 = (at: number, value: number): Blob => {
    const copy = whole.slice();
    new DataView(copy.buffer).setUint32(at, value, true);
    return new Blob([copy]);
  };
  const failures = [
    new Blob([whole.slice(0, -1)]),
    withU32(directory, 0), // the signature of the first entry
    withU32(end + 16, whole.length), // the directory lies behind the end
    withU32(end + 12, 60), // the directory is shorter than its entries
    withU32(directory + 20, 5000), // a member is larger than the file
    withU32(end + 4, 1), // the second part of several
  ].map((zip) => failureOf(readZipDirectory(zip)));
  expect(await Promise.all(failures)).toEqual([
    "truncated",
    "corrupt",
    "corrupt",
    "corrupt",
    "corrupt",
    "unsupported",
  ]);
});
/** A directory of as many members, its count of 16 bits run over. */
function many(members: number): Blob {
  const one = zipFile([empty]);
  const [local, header, end] = [one.slice(0, 31), one.slice(31, -22), one.slice(-22)];
  const view = new DataView(end.buffer);
  view.setUint16(10, members & 0xffff, true);
  view.setUint32(12, members * header.length, true);
  const directory = Buffer.alloc(members * header.length, header);
  return new Blob([local, directory, end]);
}
test("a directory is read to its end: its count of 16 bits may run over, other counts are refused", async () => {
  const whole = zipFile(members);
  const withCount = (count: number): Blob => {
    const copy = whole.slice();
    new DataView(copy.buffer).setUint16(copy.length - 12, count, true);
    return new Blob([copy]);
  };
  for (const count of [0, 2, 4])
    expect([count, await failureOf(readZipDirectory(withCount(count)))]).toEqual([
      count,
      "corrupt",
    ]);
  expect((await readZipDirectory(many(0x10002))).length).toBe(0x10002);
  expect(await failureOf(readZipDirectory(many(100_001)))).toBe("limit_exceeded");
});
test("a directory may end with a signature", async () => {
  const whole = zipFile([empty]);
  const signed = [...whole.slice(0, -22), 0x50, 0x4b, 5, 5, 0, 0, ...whole.slice(-22)];
  signed[signed.length - 10] = 47 + 6;
  expect((await readZipDirectory(new Blob([new Uint8Array(signed)]))).length).toBe(1);
});
test("a member that is not where the directory says fails alone", async () => {
  const zip = zipFile(members);
  new DataView(zip.buffer).setUint32(0, 0, true); // the first local header
  const [first, second] = await readZipDirectory(new Blob([zip]));
  if (first === undefined || second === undefined) throw new Error("two members");
  const last = new LastInflated();
  expect(await failureOf(new ZipMember(new Blob([zip]), first, last).bytes())).toBe("corrupt");
  expect(await new ZipMember(new Blob([zip]), second, last).bytes()).toEqual(long);
});
test("names of code page 437 are read as such", async () => {
  // Python: "Köln ß é ░".encode("cp437")
  const nameBytes = new Uint8Array([0x4b, 0x94, 0x6c, 0x6e, 0x20, 0xe1, 0x20, 0x82, 0x20, 0xb0]);
  const zip = blob([{ name: "", nameBytes, bytes: text("x"), flags: 0 }]);
  expect(Object.keys(await contents(zip))).toEqual(["Köln ß é ░"]);
});
test("names without the UTF-8 flag are read as what they most likely are", async () => {
  const latin = zipFile([{ name: "aXb", bytes: text(""), flags: 0 }]);
  for (let i = 0; i < latin.length; i++) if (latin[i] === 0x58) latin[i] = 0xe4;
  expect((await readZipDirectory(new Blob([latin])))[0]?.name).toBe("aäb");
});
