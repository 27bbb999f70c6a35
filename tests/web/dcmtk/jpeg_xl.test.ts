import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DicomDict } from "../../../web/dcmtk/dicom_dict.ts";
import { DicomMessage } from "../../../web/dcmtk/dicom_message.ts";
import { loadJpegXl } from "../../../web/dcmtk/module.ts";
import { hasSharedFiles, providePageModule, sharedFile, sharedFolder } from "./dcmtk_module.ts";

const PATH = "transfer-syntax/jpeg-xl/will-jxl.dcm";

/** What djxl gives of frame 1. */
function expectedSha256(): string | undefined {
  return readFileSync(join(sharedFolder, "EXPECT.tsv"), "utf8")
    .split("\n")
    .find((line) => line.startsWith(PATH))
    ?.split("\t")[5];
}
function sha256(values: ArrayBufferView): string {
  return createHash("sha256").update(new Uint8Array(values.buffer)).digest("hex");
}

test.skipIf(!hasSharedFiles)(
  "JPEG XL: its decoder is loaded when asked for, and once",
  async () => {
    let loads = 0;
    providePageModule(() => ++loads);
    const object = DicomDict.read(sharedFile(PATH));
    expect(() => object.decodeFrame(1)).toThrow(/^unsupported: .*loadJpegXl/);
    expect(loads).toBe(0);
    const source = await DicomMessage.readSource(sharedFile(PATH));
    expect((await source.readFrames([1]))[0]).toEqual(object.readFrames([1])[0]);
    expect(loads).toBe(0);
    const [first] = await Promise.all([source.decodeFrame(1), source.decodeFrame(2), loadJpegXl()]);
    expect(loads).toBe(1);
    expect(sha256(first.values)).toBe(expectedSha256());
    expect(sha256(object.decodeFrame(1).values)).toBe(expectedSha256());
  },
);
