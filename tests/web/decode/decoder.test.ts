import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Decoder } from "../../../web/decode/decoder.ts";
import { encoding } from "../../../web/decode/sl_abi.ts";
import type { FrameFormat } from "../../../web/shared/messages.ts";
import { builds, viewerModule } from "./viewer_module.ts";

const grey16: FrameFormat = {
  rows: 2,
  cols: 3,
  samples: 1,
  bitsAllocated: 16,
  bitsStored: 16,
  highBit: 15,
  signed: true,
  planar: 0,
  photometric: "MONOCHROME2",
};
function native(values: number[]): Uint8Array {
  return new Uint8Array(new Int16Array(values).buffer);
}

/** By OpenJPH, 5/3. */
function htj2k(values: Uint8Array, rows: number, cols: number): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "sightline-decoder-"));
  try {
    writeFileSync(join(folder, "a.pgm"), `P5\n${String(cols)} ${String(rows)}\n255\n`);
    appendFileSync(join(folder, "a.pgm"), values);
    execFileSync("ojph_compress", ["-i", "a.pgm", "-o", "a.j2c", "-reversible", "true"], {
      cwd: folder,
      stdio: "ignore",
    });
    return readFileSync(join(folder, "a.j2c"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.each(builds)("%s", (build) => {
  test("native frames come out as they went in", async () => {
    const decoder = new Decoder(await viewerModule(build));
    const bytes = native([-32768, -1, 0, 1, 32767, 7]);
    const block = decoder.decode({
      encoding: encoding.native,
      format: grey16,
      bytes,
      discardLevels: 0,
    });
    expect(block).toMatchObject({
      rows: 2,
      cols: 3,
      samples: 1,
      bitsAllocated: 16,
      signed: true,
      isRgb: false,
    });
    expect([...new Int16Array(block.values.slice().buffer)]).toEqual([-32768, -1, 0, 1, 32767, 7]);
    decoder.dispose();
  });
  test("blocks own their bytes: the next decode leaves them alone", async () => {
    const decoder = new Decoder(await viewerModule(build));
    const first = decoder.decode({
      encoding: encoding.native,
      format: grey16,
      bytes: native([1, 2, 3, 4, 5, 6]),
      discardLevels: 0,
    });
    decoder.decode({
      encoding: encoding.native,
      format: grey16,
      bytes: native([9, 9, 9, 9, 9, 9]),
      discardLevels: 0,
    });
    expect([...new Int16Array(first.values.slice().buffer)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(first.values.byteLength).toBe(first.values.buffer.byteLength);
    decoder.dispose();
  });
  test("frames larger than the heap's first size make it grow", async () => {
    const decoder = new Decoder(await viewerModule(build));
    const format = { ...grey16, rows: 2048, cols: 2048 };
    const bytes = new Uint8Array(2048 * 2048 * 2).fill(0x5a);
    const block = decoder.decode({ encoding: encoding.native, format, bytes, discardLevels: 0 });
    expect(block.values.every((value) => value === 0x5a)).toBe(true);
    decoder.dispose();
  });
  test("refusals carry the decoder's code", async () => {
    const decoder = new Decoder(await viewerModule(build));
    const decode = (change: object, bytes = native([1, 2])): unknown =>
      decoder.decode({
        encoding: encoding.native,
        format: { ...grey16, ...change },
        bytes,
        discardLevels: 0,
      });
    expect(() => decode({ rows: 512, cols: 512 })).toThrow(
      expect.objectContaining({ name: "SlError", code: "truncated" }),
    );
    expect(decode({})).toMatchObject({ missing: { code: "truncated", wholeRows: 0 } });
    expect(() => decode({ rows: 65535, cols: 65535, bitsAllocated: 32 })).toThrow(
      expect.objectContaining({ code: "limit_exceeded" }),
    );
    expect(() =>
      decoder.decode({
        encoding: encoding.jpeg,
        format: grey16,
        bytes: native([1]),
        discardLevels: 0,
      }),
    ).toThrow(expect.objectContaining({ code: "unsupported" }));
    expect(() =>
      decoder.decode({
        encoding: encoding.htj2k,
        format: grey16,
        bytes: native([1, 2, 3]),
        discardLevels: 0,
      }),
    ).toThrow(expect.objectContaining({ name: "SlError" }));
    // and the instance lives on
    const block = decoder.decode({
      encoding: encoding.native,
      format: grey16,
      bytes: native([1, 2, 3, 4, 5, 6]),
      discardLevels: 0,
    });
    expect(block.values.byteLength).toBe(12);
    decoder.dispose();
  });
  test("a region has the values that it has in the whole", async () => {
    const decoder = new Decoder(await viewerModule(build));
    const [rows, cols] = [120, 200];
    const format = {
      ...grey16,
      rows,
      cols,
      bitsAllocated: 8,
      bitsStored: 8,
      highBit: 7,
      signed: false,
    };
    const values = Uint8Array.from({ length: rows * cols }, (_, i) => (i * i) >> 7);
    const region = { x: 101, y: 33, cols: 50, rows: 41 };
    const expected = Array.from({ length: region.rows }, (_, row) => {
      const first = (region.y + row) * cols + region.x;
      return [...values.subarray(first, first + region.cols)];
    }).flat();
    for (const [name, bytes] of [
      ["htj2k", htj2k(values, rows, cols)],
      ["native", values],
    ] as const) {
      const request = { encoding: encoding[name], format, bytes, discardLevels: 0 };
      const part = decoder.decode({ ...request, region });
      expect(part).toMatchObject({ rows: 41, cols: 50, missing: null });
      expect([...part.values]).toEqual(expected);
      expect([...decoder.decode(request).values]).toEqual([...values]);
      expect(() => decoder.decode({ ...request, region: { ...region, x: 151 } })).toThrow(
        expect.objectContaining({ code: "invalid_argument" }),
      );
    }
    decoder.dispose();
  });
  test("digests are SHA-256", async () => {
    const decoder = new Decoder(await viewerModule(build));
    for (const length of [0, 1, 55, 56, 64, 1000]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 31) & 255);
      expect(Buffer.from(decoder.sha256(bytes)).toString("hex")).toBe(
        createHash("sha256").update(bytes).digest("hex"),
      );
    }
    decoder.dispose();
  });
});
