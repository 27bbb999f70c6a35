import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { SlError } from "../../../web/shared/errc.ts";
import type { RangedFile } from "../../../web/source/byte_source.ts";
import { DocumentParser } from "../../../web/source/document_parser.ts";
import { LocalArchive } from "../../../web/source/local_archive.ts";
import { parseManifest } from "../../../web/source/manifest.ts";
import { fingerprintBytes } from "../../../web/source/ranged_file.ts";
import { readerModule } from "../decode/reader_module.ts";
import { picture } from "./dicom_file.ts";

const GIB = 1024 ** 3;

/** A file of any size that lies nowhere: bytes where they were put, zeros between. Counts what is read. */
class SparseFile implements RangedFile {
  size = 0;
  readings = 0;
  bytesRead = 0;
  failsFrom = Infinity;
  readonly #parts: { readonly at: number; readonly bytes: Uint8Array }[] = [];

  add(bytes: Uint8Array): this {
    this.#parts.push({ at: this.size, bytes });
    this.size += bytes.length;
    return this;
  }
  addZeros(count: number): this {
    this.size += count;
    return this;
  }
  read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    this.readings++;
    this.bytesRead += length;
    if (offset + length > this.failsFrom) throw new SlError("io", "gone");
    const into = new Uint8Array(length);
    for (const { at, bytes } of this.#parts) {
      const [from, to] = [Math.max(at, offset), Math.min(at + bytes.length, offset + length)];
      if (from < to) into.set(bytes.subarray(from - at, to - at), from - offset);
    }
    return into;
  }
}
/** An element of zeros (0029,1001) in front of the picture's Pixel Data, and another one. */
function largePicture(pixels: number[]): SparseFile {
  const whole = picture({}, pixels);
  const headerBytes = whole.length - pixels.length - 12;
  const file = new SparseFile().add(whole.subarray(0, headerBytes));
  for (const group of [0x7fdd, 0x7fdf]) {
    const header = new DataView(new ArrayBuffer(12));
    header.setUint16(0, group, true);
    header.setUint16(2, 0x1001, true);
    header.setUint16(4, 0x424f, true); // "OB"
    header.setUint32(8, 0xfffffff0, true);
    file.add(new Uint8Array(header.buffer)).addZeros(0xfffffff0);
  }
  return file.add(whole.subarray(headerBytes));
}
async function codeOf(act: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof act === "function" ? act() : act);
  } catch (error) {
    return error instanceof SlError ? error.code : "no SlError";
  }
  return "nothing thrown";
}

test("of a file of 8 GiB only the header and what is asked for are read", async () => {
  const module = await readerModule();
  const archive = new LocalArchive(module);
  const heapBytes = module.wasmMemory.buffer.byteLength;
  const file = largePicture([9, 8, 7, 6, 5, 4]);
  expect(file.size).toBeGreaterThan(7.9 * GIB);
  const { instance, frames, sha256 } = await archive.addRanged(file);
  expect([instance, frames]).toEqual([0, 1]);
  expect(sha256).toBe(createHash("sha256").update(fingerprintBytes(file)).digest("hex"));
  expect(file.readings).toBeLessThan(2 * 65 + 20); // two fingerprints
  expect(file.bytesRead).toBeLessThan(2 * 2.1 * 1024 ** 2 + 16384);
  const { isPlain, spans } = archive.locate(0, 0);
  expect(isPlain).toBe(true);
  expect(spans).toEqual([{ offset: file.size - 6, length: 6 }]);
  file.bytesRead = 0;
  expect(archive.frameOfRanged(0, 0, file)).toEqual(new Uint8Array([9, 8, 7, 6, 5, 4]));
  expect(file.bytesRead).toBeLessThan(4097);
  expect(parseManifest(archive.manifest("1.2.3")).frames.length).toBe(1);
  expect(await codeOf(archive.addRanged(file))).toBe("stale");
  expect(module.wasmMemory.buffer.byteLength).toBe(heapBytes);
});

test("what cannot be read is told as that, and the archive goes on", async () => {
  const archive = new LocalArchive(await readerModule());
  const file = largePicture([1, 2, 3, 4, 5, 6]);
  file.failsFrom = 5 * GIB;
  expect(await codeOf(archive.addRanged(file))).toBe("io"); // by the fingerprint
  const gone = largePicture([1, 2, 3, 4, 5, 6]);
  await archive.addRanged(gone);
  gone.failsFrom = 5 * GIB;
  expect(await codeOf(() => archive.frameOfRanged(0, 0, gone))).toBe("io");
  expect(await codeOf(() => archive.overlayOfRanged(gone, 0x6000, 0))).toBe("io");
  expect((await archive.add(picture({ instance: "1.2.3.1.2" }))).instance).toBe(1);
});

test("attributes are had of as much as they take", async () => {
  const parser = new DocumentParser(await readerModule());
  const file = largePicture([1, 2, 3, 4, 5, 6]);
  const json: unknown = JSON.parse(new TextDecoder().decode(parser.attributesOfRanged(file)));
  expect(json).toMatchObject({
    "00280010": { vr: "US", Value: [2] },
    "7FDF1001": { vr: "OB" },
    "7FE00010": { vr: "OB" },
  });
  expect(file.bytesRead).toBeLessThan(16384);
});

test("a digest is that of all bytes, and can be stopped", async () => {
  const archive = new LocalArchive(await readerModule());
  const file = new SparseFile()
    .add(new Uint8Array([1, 2, 3]))
    .addZeros(9 * 1024 ** 2)
    .add(new Uint8Array([4]));
  const expected = createHash("sha256").update(file.read(0, file.size)).digest("hex");
  expect(await archive.digest(file, () => false)).toBe(expected);
  expect(await archive.digest(file, () => true)).toBeNull();
});

test("fingerprints tell sizes, headers, ends and what lies between apart", () => {
  const of = (file: SparseFile): string =>
    createHash("sha256").update(fingerprintBytes(file)).digest("hex");
  const byte = new Uint8Array([7]);
  const files = [
    new SparseFile().addZeros(GIB),
    new SparseFile().addZeros(GIB + 1),
    new SparseFile().add(byte).addZeros(GIB - 1),
    new SparseFile().addZeros(GIB - 1).add(byte),
    new SparseFile()
      .addZeros(GIB / 2)
      .add(new Uint8Array(20 * 1024 ** 2).fill(7))
      .addZeros(GIB / 2 - 20 * 1024 ** 2),
    new SparseFile().addZeros(5),
    new SparseFile(),
  ];
  expect(new Set(files.map(of)).size).toBe(files.length);
});
