import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { SlError } from "../../../web/shared/errc.ts";
import { LocalArchive } from "../../../web/source/local_archive.ts";
import { parseManifest } from "../../../web/source/manifest.ts";
import { readerModule } from "../decode/reader_module.ts";
import { mediaDirectory, picture } from "./dicom_file.ts";

async function open(): Promise<LocalArchive> {
  return new LocalArchive(await readerModule());
}
async function codeOf(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    return error instanceof SlError ? error.code : "no SlError";
  }
  return "nothing thrown";
}

test("files become studies whose frames lie where the file says", async () => {
  const archive = await open();
  const file = picture({ instance: "1.2.3.1.7", number: 7 }, [9, 8, 7, 6, 5, 4]);
  expect(await archive.add(file)).toEqual({
    instance: 0,
    frames: 1,
    sha256: createHash("sha256").update(file).digest("hex"),
  });
  expect(await archive.add(picture({}))).toMatchObject({ instance: 1, frames: 1 });
  expect(archive.studies()).toEqual([{ studyInstanceUID: "1.2.3", instances: 2 }]);
  expect(archive.contains("1.2.3.1.7")).toBe(true);
  expect(archive.contains("1.2.3.1.8")).toBe(false);

  const manifest = parseManifest(archive.manifest("1.2.3"));
  expect(manifest.frames.map((frame) => frame.instance.sopInstanceUID)).toEqual([
    "1.2.3.1.1",
    "1.2.3.1.7",
  ]);
  expect(manifest.frames.every((frame) => frame.instance.isLocal)).toBe(true);

  const { isPlain, spans } = archive.locate(0, 0);
  expect([isPlain, spans.length]).toEqual([true, 1]);
  const [span] = spans;
  expect(file.slice(span?.offset, (span?.offset ?? 0) + (span?.length ?? 0))).toEqual(
    new Uint8Array([9, 8, 7, 6, 5, 4]),
  );
  expect(archive.frameBytes(0, 0, file)).toEqual(new Uint8Array([9, 8, 7, 6, 5, 4]));
});

test("a DICOMDIR names the files of its medium", async () => {
  const archive = await open();
  const directory = mediaDirectory([{ path: "DICOM/IM1", instance: "1.2.3.1.1" }]);
  expect(await codeOf(() => archive.add(directory))).toBe("unsupported");
  expect(archive.mediaDirectory(directory)).toEqual([
    { path: "DICOM/IM1", sopInstanceUID: "1.2.3.1.1" },
  ]);
  expect(await codeOf(() => archive.mediaDirectory(picture({})))).toBe("unsupported");
});

test("what is refused changes nothing", async () => {
  const archive = await open();
  expect(await codeOf(() => archive.add(new Uint8Array(300)))).toBe("not_dicom");
  await archive.add(picture({}));
  expect(await codeOf(() => archive.add(picture({})))).toBe("stale");
  expect(await codeOf(() => archive.manifest("1.2.4"))).toBe("not_found");
  expect(await codeOf(() => archive.locate(0, 1))).toBe("not_found");
  expect(archive.studies()).toEqual([{ studyInstanceUID: "1.2.3", instances: 1 }]);
});
