import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { RangeReader } from "../../../web/dcmtk/byte_ranges.ts";
import { DicomDict } from "../../../web/dcmtk/dicom_dict.ts";
import { DicomError } from "../../../web/dcmtk/dicom_error.ts";
import { DicomMessage } from "../../../web/dcmtk/dicom_message.ts";
import { describeFrames, type FrameDescription } from "../../../web/dcmtk/frame_description.ts";
import {
  breathe,
  hasSharedFiles,
  provideBuiltModule,
  sharedFile,
  sharedFiles,
} from "./dcmtk_module.ts";
import { differencesOf } from "./differences.ts";
import { Bytes } from "./object_bytes.ts";
import { FRAME_BYTES, VirtualObject, type Tables } from "./virtual_object.ts";

beforeAll(provideBuiltModule);

const GIB = 2 ** 30;
/** What the header of a small object costs. */
const HEADER_BYTES = 64 * 1024;

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof DicomError) return error.code;
    throw error;
  }
  return "none";
}

/** A source over bytes that counts what is read. */
class Counted implements RangeReader {
  readonly size: number;
  bytesRead = 0;
  readonly #bytes: Uint8Array;
  constructor(file: ArrayBuffer) {
    this.#bytes = new Uint8Array(file);
    this.size = file.byteLength;
  }
  read(offset: number, length: number): Promise<Uint8Array> {
    if (offset + length > this.size) throw new Error("asked for what is not there");
    this.bytesRead += length;
    return Promise.resolve(this.#bytes.subarray(offset, offset + length));
  }
}

describe("an object of gigabytes", () => {
  test.each<[Tables, number]>([
    ["extended", 400],
    ["none", 400],
    ["basic", 200],
    ["wrong", 200],
  ])("with offset table '%s': a frame is read by its own bytes", async (tables, frames) => {
    const source = VirtualObject.encapsulated(frames, tables);
    expect(source.size).toBeGreaterThan(3 * GIB);
    const object = await DicomMessage.readSource(source);
    expect(object.dict["00280008"]!.Value).toEqual([frames]);
    expect("7FE00010" in object.dict).toBe(false);
    const frame = await object.decodeFrame(frames - 1);
    expect(new Set(frame.values)).toEqual(new Set([(frames - 1) % 251]));
    // a wrong table costs one frame more
    const most = tables === "wrong" ? 2 * FRAME_BYTES : FRAME_BYTES;
    expect(source.bytesRead - most).toBeLessThan(HEADER_BYTES + 16 * frames);
    if (tables === "extended" || tables === "basic") expect(source.reads).toBeLessThan(8);
    const listed = await object.listFrames();
    expect(listed).toHaveLength(frames);
    expect(listed.at(-1)).toEqual({
      number: frames,
      offset: source.size - 8 - (FRAME_BYTES + 8),
      length: FRAME_BYTES + 8,
    });
  });
  test("native: a frame is read by its own bytes", async () => {
    const source = VirtualObject.native(255);
    const object = await DicomMessage.readSource(source);
    const [encoded] = await object.readFrames([255]);
    expect([encoded?.length, encoded?.at(-1)]).toEqual([FRAME_BYTES, 255 % 251]);
    expect(source.bytesRead).toBe(HEADER_BYTES + FRAME_BYTES);
    expect((await object.listFrames()).at(254)?.offset).toBe(source.size - FRAME_BYTES);
  });
  test("in memory: the module gets no more than the frame", () => {
    const head = new Bytes()
      .element(0x00280002, "US", [1, 0])
      .element(0x00280004, "CS", "MONOCHROME2")
      .element(0x00280008, "IS", "140")
      .element(0x00280010, "US", [0, 16])
      .element(0x00280011, "US", [0, 16])
      .element(0x00280100, "US", [8, 0])
      .element(0x00280103, "US", [0, 0])
      .header(0x7fe00010, "OB", 140 * FRAME_BYTES);
    const header = new Uint8Array(head.file());
    const file = new Uint8Array(header.length + 140 * FRAME_BYTES); // pages that nobody touches cost nothing
    file.set(header);
    file[file.length - 1] = 7;
    expect(file.length).toBeGreaterThan(2 * GIB);
    const { values } = DicomDict.read(file).decodeFrame(140);
    expect([values.length, values.at(-1)]).toEqual([FRAME_BYTES, 7]);
  });
});

const cine = (): ArrayBuffer =>
  new Bytes()
    .element(0x00080060, "CS", "US")
    .element(0x00280002, "US", [1, 0])
    .element(0x00280004, "CS", "MONOCHROME2")
    .element(0x00280008, "IS", "3")
    .element(0x00280010, "US", [2, 0])
    .element(0x00280011, "US", [2, 0])
    .element(0x00280100, "US", [8, 0])
    .element(0x00280103, "US", [0, 0])
    .element(0x7fe00010, "OB", [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3])
    .file();

describe("sources", () => {
  test("are buffers, blobs, file handles and what reads ranges", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sightline-source-"));
    writeFileSync(join(folder, "cine.dcm"), new Uint8Array(cine()));
    const handle = await open(join(folder, "cine.dcm"));
    try {
      const sources = [
        cine(),
        new Uint8Array(cine()),
        new Blob([cine()]),
        handle,
        new Counted(cine()),
      ];
      for (const source of sources) {
        const object = await DicomMessage.readSource(source);
        expect([...(await object.decodeFrame(2)).values]).toEqual([2, 2, 2, 2]);
        expect((await object.readObject()).frameCount).toBe(3);
        expect(object.toDicomJson()["00080060"]).toEqual({ vr: "CS", Value: ["US"] });
      }
    } finally {
      await handle.close();
      rmSync(folder, { recursive: true });
    }
  });
  test("that give too little or too much are refused", async () => {
    for (const wrong of [-1, 1]) {
      const read = (_: number, length: number): Promise<Uint8Array> =>
        Promise.resolve(new Uint8Array(length + wrong));
      expect(await codeOf(DicomMessage.readSource({ size: 5000, read }))).toBe("truncated");
    }
    const read = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array(0));
    for (const size of [NaN, -1, 1.5, Infinity])
      expect(await codeOf(DicomMessage.readSource({ size, read }))).toBe("invalid_argument");
  });
  test("what a source throws is what the caller gets", async () => {
    const read = (): Promise<Uint8Array> => Promise.reject(new Error("gone"));
    await expect(DicomMessage.readSource({ size: 5000, read })).rejects.toThrow("gone");
  });
  test("a source that was away for a while is asked again", async () => {
    const whole = VirtualObject.native(2);
    let isAway = false;
    const read = (offset: number, length: number): Promise<Uint8Array> =>
      isAway ? Promise.reject(new Error("away")) : whole.read(offset, length);
    const object = await DicomMessage.readSource({ size: whole.size, read });
    isAway = true;
    await expect(object.decodeFrame(2)).rejects.toThrow("away");
    isAway = false;
    expect((await object.decodeFrame(2)).values[0]).toBe(2);
  });
  test("a frame that is not there, and an object without", async () => {
    const object = await DicomMessage.readSource(cine());
    for (const number of [0, 4, -1, 1.5])
      expect(await codeOf(object.decodeFrame(number))).toBe("not_found");
    const none = await DicomMessage.readSource(new Bytes().element(0x00080060, "CS", "US").file());
    expect(await codeOf(none.listFrames())).toBe("no_pixels");
  });
  test("untilTag ends the header earlier, and the frames are there still", async () => {
    const object = await DicomMessage.readSource(cine(), {
      untilTag: "00280010",
      includeUntilTagValue: true,
    });
    expect(Object.keys(object.dict).at(-1)).toBe("00280010");
    expect([...(await object.decodeFrame(3)).values]).toEqual([3, 3, 3, 3]);
  });
  test("a header over 256 MiB is refused before it is read", async () => {
    const head = new Uint8Array(
      new Bytes().element(0x00080060, "CS", "US").header(0x00091010, "OB", 0xf0000000).file(),
    );
    let bytesRead = 0;
    const read = (offset: number, length: number): Promise<Uint8Array> => {
      bytesRead += length;
      const bytes = new Uint8Array(length);
      bytes.set(head.subarray(offset, offset + length));
      return Promise.resolve(bytes);
    };
    const opened = DicomMessage.readSource({ size: 2 ** 40, read }, { ignoreErrors: true });
    expect(await codeOf(opened)).toBe("limit_exceeded");
    expect(bytesRead).toBe(HEADER_BYTES);
  });
});

/** Frames as wasm/dicom finds them in the whole file; none where it refuses the file. */
function described(file: ArrayBuffer): Pick<FrameDescription, "spans" | "reason"> {
  try {
    return describeFrames(new Uint8Array(file));
  } catch {
    return { spans: [], reason: "" };
  }
}

describe.skipIf(!hasSharedFiles)("the real files of ../shared/dicom", () => {
  test(
    "have by ranges the frames that they have whole, and the module's own index agrees",
    { timeout: 120_000 },
    async () => {
      const problems: string[] = [];
      let compared = 0;
      for (const path of sharedFiles()) {
        await breathe();
        const file = sharedFile(path);
        const source = new Counted(file);
        const object = await DicomMessage.readSource(source, { ignoreErrors: true }).catch(
          () => undefined,
        );
        if (!object) continue;
        const whole = DicomDict.read(file, { ignoreErrors: true });
        const { spans, reason } = described(file);
        if (spans.length === 0) continue;
        const listed = await object.listFrames();
        if (listed.length !== spans.length || whole.frameCount !== spans.length)
          problems.push(
            `${path}: ${String(listed.length)} frames, ${String(whole.frameCount)}, ${String(spans.length)}`,
          );
        const ends = listed.map(({ offset, length }) => offset + length);
        const theirs = spans.map(
          (frame) => (frame.at(-1)?.offset ?? 0) + (frame.at(-1)?.length ?? 0),
        );
        // an offset table does not tell the byte that pads a frame
        if (ends.some((end, i) => Math.abs(end - (theirs[i] ?? 0)) > 1))
          problems.push(`${path}: ends`);
        if (reason !== "") continue;
        ++compared;
        for (const number of new Set([1, spans.length])) {
          if (spans[number - 1]?.length === 0) continue;
          const [near] = whole.readFrames([number]);
          const [far] = await object.readFrames([number]);
          if (Buffer.compare(near ?? new Uint8Array(0), far ?? new Uint8Array(0)) !== 0)
            problems.push(`${path}: frame ${String(number)}`);
        }
      }
      expect(problems).toEqual([]);
      expect(compared).toBeGreaterThan(700);
    },
  );

  test("of an enhanced object little more than the header and the frame is read", async () => {
    const file = sharedFile(
      "mr-4d/enhanced-xa30/0001_1.3.12.2.1107.5.2.43.67093.2022071112090640678703211.dcm",
    );
    const source = new Counted(file);
    const object = await DicomMessage.readSource(source);
    const whole = DicomDict.read(file);
    const header = Object.entries(whole.dict).filter(([key]) => key !== "7FE00010");
    expect(differencesOf(object.dict, Object.fromEntries(header))).toEqual([]);
    const [frame] = await object.readFrames([33]);
    expect(frame).toEqual(whole.readFrames([33])[0]);
    const [first] = await object.listFrames();
    const most = 4 * (first?.offset ?? 0) + (frame?.length ?? 0);
    expect(source.bytesRead).toBeLessThan(Math.min(most, source.size));
  });
});
