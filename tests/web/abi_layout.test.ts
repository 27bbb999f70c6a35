import { describe, expect, test } from "vitest";
import {
  HeapBuffer,
  slAbiVersion,
  slBlock,
  slBytes,
  slFormat,
  slFrameLocation,
  slProfileTable,
  slView,
  type SlModule,
} from "../../web/decode/sl_abi.ts";
import { photometricCode } from "../../web/shared/photometric.ts";
import { builds, builtFile, dicomModule, jxlModule, viewerModule } from "./decode/viewer_module.ts";
import { profileModule } from "./decode/profile_module.ts";
import { readerModule } from "./decode/reader_module.ts";

/** Struct name -> size and offsets, as TypeScript has them. */
const mirrored: Record<string, Readonly<Record<string, number>>> = {
  SlFormat: slFormat,
  SlBlock: slBlock,
  SlView: slView,
};
/** The structs of reader.wasm, which does not decode. */
const mirroredByReader: typeof mirrored = { SlBytes: slBytes, SlFrameLocation: slFrameLocation };

function layout(module: SlModule, name: string): number {
  const text = new HeapBuffer(module);
  text.write(new TextEncoder().encode(`${name}\0`));
  const value = module._sl_layout(text.pointer);
  text.dispose();
  return value;
}

function expectLayout(module: SlModule, structs: typeof mirrored): void {
  for (const [struct, fields] of Object.entries(structs)) {
    for (const [field, offset] of Object.entries(fields)) {
      const name = field === "size" ? struct : `${struct}.${field}`;
      expect([name, layout(module, name)]).toEqual([name, offset]);
    }
  }
}

describe.each(builds)("%s", (build) => {
  test("every struct of the ABI lies where sl_abi.ts says", async () => {
    expectLayout(await viewerModule(build), mirrored);
    expectLayout(await dicomModule(build), mirrored);
    expectLayout(await jxlModule(build), mirrored);
  });
  test("unknown names have no offset", async () => {
    const module = await viewerModule(build);
    expect(layout(module, "SlView.nonsense")).toBe(-1);
    expect(layout(module, "")).toBe(-1);
    expect(module._sl_layout(0)).toBe(-1);
  });
  test("the version is the one that this page speaks", async () => {
    expect((await viewerModule(build))._sl_abi_version()).toBe(slAbiVersion);
  });
  test("viewer.wasm leaves JPEG and JPEG-LS to dicom.wasm, and JPEG XL to jxl.wasm", async () => {
    const encodings = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 255];
    const viewer = await viewerModule(build);
    const dicom = await dicomModule(build);
    const jxl = await jxlModule(build);
    expect(encodings.filter((encoding) => jxl._sl_can_decode(encoding) === 1)).toEqual([8]);
    expect(encodings.filter((encoding) => viewer._sl_can_decode(encoding) === 1)).toEqual([
      1, 2, 3, 4, 7,
    ]);
    expect(encodings.filter((encoding) => dicom._sl_can_decode(encoding) === 1)).toEqual([
      1, 2, 3, 4, 5, 6, 7,
    ]);
  });
});

test("the structs of reader.wasm lie where sl_abi.ts says, and it is of this page's version", async () => {
  const reader = await readerModule();
  expectLayout(reader, mirroredByReader);
  expect(reader._sl_abi_version()).toBe(slAbiVersion);
});
test("the structs of icc.wasm lie where sl_abi.ts says, and it is of this page's version", async () => {
  const icc = await profileModule();
  expectLayout(icc, { SlProfileTable: slProfileTable });
  expect(icc._sl_abi_version()).toBe(slAbiVersion);
});
test.each(["viewer.mjs", "dicom.mjs", "jxl.mjs"])(
  "%s serves the SIMD and the plain build alike",
  (glue) => {
    expect(
      Buffer.from(builtFile("wasm", glue)).equals(Buffer.from(builtFile("wasm-plain", glue))),
    ).toBe(true);
  },
);
test("photometric interpretations have the numbers of base/sample_block.hpp", () => {
  expect(
    [
      "MONOCHROME1",
      "MONOCHROME2",
      "RGB",
      "PALETTE COLOR",
      "YBR_FULL",
      "YBR_FULL_422",
      "YBR_PARTIAL_420",
      "YBR_ICT",
      "YBR_RCT",
      "YBR_PARTIAL_422",
    ].map(photometricCode),
  ).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(photometricCode("ARGB")).toBe(0);
});
