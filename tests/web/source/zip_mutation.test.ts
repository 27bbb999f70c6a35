// ZIP files, ZIP64 and DICOMDIRs that were damaged at random: each is read as what it says, or refused with a code. The seed
// repeats what happened. `npm run fuzz -- zip` goes on for SIGHTLINE_FUZZ_SECONDS, from another seed each time.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ErrcName, SlError } from "../../../web/shared/errc.ts";
import { crc32 } from "../../../web/source/crc32.ts";
import { LocalArchive } from "../../../web/source/local_archive.ts";
import { type ZipEntry, isZip, readZipDirectory } from "../../../web/source/zip_directory.ts";
import { LastInflated, ZipMember } from "../../../web/source/zip_member.ts";
import { Random } from "../../crash/random.ts";
import { readerModule } from "../decode/reader_module.ts";
import { mediaDirectory, picture } from "./dicom_file.ts";
import { type ZipFileMember, zipFile } from "./zip_file.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const SECONDS = Number(process.env["SIGHTLINE_FUZZ_SECONDS"] ?? 0);
const SEED = SECONDS > 0 ? Date.now() >>> 0 : 20260930;
const ROUNDS = 1500;
const MAX_DEFLATE_RATIO = 1032; // RFC 1951
const FINDINGS = join(import.meta.dirname, "../../../build/fuzz/findings/zip");

/** Lengths, offsets and counts that readers trip over. */
const NUMBERS = [
  0, 1, 2, 21, 22, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x7fffffff,
].concat([0x80000000, 0xfffffffe, 0xffffffff]);
const SIGNATURES = [0x04034b50, 0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50, 0x08074b50];

/** A few damages, one after the other. */
function damage(random: Random, seeds: readonly Bytes[]): Bytes {
  let bytes = new Uint8Array(random.pick(seeds));
  for (let left = random.between(1, 4); left > 0; left--) bytes = damageOnce(random, bytes, seeds);
  return bytes;
}
function damageOnce(random: Random, bytes: Bytes, seeds: readonly Bytes[]): Bytes {
  const at = random.between(0, Math.max(0, bytes.length - 1));
  const length = Math.min(bytes.length - at, random.between(1, 64));
  const joined = (...parts: Bytes[]): Bytes =>
    new Uint8Array(parts.flatMap((part) => Array.from(part)));
  switch (random.between(0, 7)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.between(0, 7));
      return bytes;
    case 1:
      return writeNumber(bytes, at, random.pick(NUMBERS), random.pick([1, 2, 4, 8]));
    case 2:
      return writeNumber(bytes, at, random.pick(SIGNATURES), 4);
    case 3:
      return bytes.slice(0, at);
    case 4: // taken out
      return joined(bytes.slice(0, at), bytes.slice(at + length));
    case 5: // twice
      return joined(bytes.slice(0, at + length), bytes.slice(at));
    case 6: {
      const other = random.pick(seeds);
      return joined(bytes.slice(0, at), other.slice(random.between(0, other.length)));
    }
    default: // a field behind one of its signatures
      return writeNumber(
        bytes,
        fieldOf(random, bytes),
        random.pick(NUMBERS),
        random.pick([2, 4, 8]),
      );
  }
}
function fieldOf(random: Random, bytes: Bytes): number {
  const places = [];
  for (let i = 0; i + 4 <= bytes.length; i++)
    if (bytes[i] === 0x50 && bytes[i + 1] === 0x4b) places.push(i);
  return places.length === 0 ? 0 : random.pick(places) + random.between(4, 60);
}
function writeNumber(bytes: Bytes, at: number, value: number, width: number): Bytes {
  for (let i = 0; i < width && at + i < bytes.length; i++)
    bytes[at + i] = i < 4 ? (value >>> (8 * i)) & 255 : value === 0xffffffff ? 255 : 0;
  return bytes;
}

/** The code of a refusal; anything else that is thrown is a finding. */
async function codeOf(work: () => unknown): Promise<ErrcName> {
  try {
    await work();
    return "ok";
  } catch (error) {
    if (error instanceof SlError) return error.code;
    throw error;
  }
}
const ZIP_REFUSALS: readonly ErrcName[] = ["corrupt", "truncated", "unsupported", "limit_exceeded"];

/** What must hold of any bytes; the code that they end with. */
async function readZip(bytes: Bytes): Promise<ErrcName> {
  const zip = new Blob([bytes]);
  expect(typeof (await isZip(zip, "x.zip"))).toBe("boolean");
  let entries: ZipEntry[] = [];
  const code = await codeOf(async () => (entries = await readZipDirectory(zip)));
  if (code !== "ok") {
    expect(ZIP_REFUSALS).toContain(code);
    return code;
  }
  const sum = entries.reduce((all, { compressedSize }) => all + compressedSize, 0);
  expect(sum).toBeLessThanOrEqual(bytes.length);
  const last = new LastInflated();
  let worst: ErrcName = "ok";
  for (const entry of entries) {
    expect(entry.name.endsWith("/")).toBe(false);
    if (entry.refusal !== "") continue;
    const most = entry.method === 8 ? MAX_DEFLATE_RATIO * entry.compressedSize : bytes.length;
    expect(entry.size).toBeLessThanOrEqual(most);
    const member = new ZipMember(zip, entry, last);
    const read = await codeOf(async () => {
      const content = await member.bytes();
      expect([content.length, crc32(content)]).toEqual([entry.size, entry.crc32]);
      const spans = [{ offset: 0, length: Math.min(3, content.length) }];
      expect(await member.join(spans)).toEqual(content.slice(0, 3));
      expect((await member.blob()).size).toBe(entry.size);
    });
    if (read !== "ok") expect(["corrupt", "truncated"]).toContain((worst = read));
  }
  return worst;
}
async function readMedia(archive: LocalArchive, bytes: Bytes): Promise<ErrcName> {
  return codeOf(() => {
    for (const { path, sopInstanceUID } of archive.mediaDirectory(bytes)) {
      expect(path.length + sopInstanceUID.length).toBeLessThanOrEqual(bytes.length);
      expect(path).not.toBe("");
    }
  });
}

/** Damages seeds and has them read: for as many rounds as the suite has, or for as long as was asked. */
async function mutate(
  seeds: readonly Bytes[],
  read: (bytes: Bytes) => Promise<ErrcName>,
): Promise<Map<ErrcName, number>> {
  const random = new Random(SEED);
  const outcomes = new Map<ErrcName, number>();
  const end = performance.now() + SECONDS * 1000;
  for (let round = 0; SECONDS > 0 ? performance.now() < end : round < ROUNDS; round++) {
    const bytes = damage(random, seeds);
    try {
      const code = await read(bytes);
      outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
    } catch (error) {
      mkdirSync(FINDINGS, { recursive: true });
      const file = join(FINDINGS, `${String(SEED)}-${String(round)}`);
      writeFileSync(file, bytes);
      throw new Error(`seed ${String(SEED)}, round ${String(round)}: ${file}`, { cause: error });
    }
  }
  return outcomes;
}

const text = (value: string): Bytes => new TextEncoder().encode(value);
const members: readonly ZipFileMember[] = [
  { name: "disc/STORED", bytes: text("as it is") },
  { name: "disc/", bytes: text("") },
  { name: "disc/DEFLATED", bytes: text("the same words again and again, ".repeat(40)), method: 8 },
  { name: "disc/IM1", bytes: picture({}) },
];
const wide = members.map((member) => ({ ...member, isZip64: true }));
const ZIP_SEEDS = [
  zipFile(members),
  zipFile(wide),
  zipFile(wide, { isZip64: true }),
  zipFile(members, { isZip64: true, before: 40, comment: "to be unpacked" }),
  zipFile([]),
];
const MEDIA_SEEDS = [
  mediaDirectory([{ path: "DICOM/IM1", instance: "1.2.3.1.1" }]),
  mediaDirectory(
    Array.from({ length: 12 }, (_, i) => ({
      path: `A/B/IM${String(i)}`,
      instance: `1.2.3.${String(i)}`,
    })),
  ),
  picture({}),
];

test(
  "damaged ZIP and ZIP64 files are read or refused",
  async () => {
    const outcomes = await mutate(ZIP_SEEDS, readZip);
    // The damages reach all the ways through the readers, and some leave the file whole.
    for (const code of ["ok", "corrupt", "truncated"] as const)
      expect(outcomes.get(code) ?? 0, code).toBeGreaterThan(ROUNDS / 200);
  },
  (SECONDS + 180) * 1000,
);

test(
  "damaged DICOMDIRs are read or refused, and the module lives on",
  async () => {
    const archive = new LocalArchive(await readerModule());
    const outcomes = await mutate(MEDIA_SEEDS, (bytes) => readMedia(archive, bytes));
    for (const code of ["ok", "unsupported"] as const)
      expect(outcomes.get(code) ?? 0, code).toBeGreaterThan(ROUNDS / 50);
    expect([...outcomes.keys()].filter((code) => code !== "ok").length).toBeGreaterThan(2);
    expect(archive.mediaDirectory(MEDIA_SEEDS[0] ?? text(""))).toHaveLength(1);
  },
  (SECONDS + 180) * 1000,
);
