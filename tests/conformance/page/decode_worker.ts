import createDicom from "../../../build/wasm/dicom.mjs";
import createJxl from "../../../build/wasm/jxl.mjs";
import createReader from "../../../build/wasm-plain/reader.mjs";
import { Decoder } from "../../../web/decode/decoder.ts";
import { compileModule, instantiate } from "../../../web/decode/module_loader.ts";
import { readerUrl } from "../../../web/decode/reader_assets.ts";
import { encoding } from "../../../web/decode/sl_abi.ts";
import {
  dicomUrl,
  instantiateViewer,
  jxlUrl,
  viewerUrl,
} from "../../../web/decode/viewer_assets.ts";
import { SlError } from "../../../web/shared/errc.ts";
import type { ManifestInstance } from "../../../web/shared/manifest.ts";
import type { FrameFormat, MissingPart, SampleBlock } from "../../../web/shared/messages.ts";
import type { RangedFile } from "../../../web/source/byte_source.ts";
import { LocalArchive } from "../../../web/source/local_archive.ts";
import { parseManifest } from "../../../web/source/manifest.ts";
import { refused, type FrameLine, type FrameValues } from "../frame_lines.ts";
import type { FromConformance, ToConformance } from "./messages.ts";

/** Files through the modules of the page: reader.wasm finds the frames, viewer.wasm, dicom.wasm or jxl.wasm decodes them, as
 *  for a file that its reader opens. Twin of conformance_native.cpp. */
declare const self: {
  onmessage: ((event: MessageEvent<ToConformance>) => void) | null;
  postMessage(message: FromConformance): void;
};

const modules = Promise.all([
  compileModule(readerUrl()).then((compiled) => instantiate(createReader, compiled)),
  compileModule(viewerUrl()).then(
    async (compiled) => new Decoder(await instantiateViewer(compiled)),
  ),
  compileModule(dicomUrl()).then(
    async (compiled) => new Decoder(await instantiate(createDicom, compiled)),
  ),
  compileModule(jxlUrl()).then(
    async (compiled) => new Decoder(await instantiate(createJxl, compiled)),
  ),
]);

/** The table has samples as they lie in Bits Allocated, also the bits that are no part of the value (PS3.5 8.1.1). JPEG 2000
 *  has a sign and a depth of its own. */
function cellFormat(instance: ManifestInstance, frameEncoding: number): FrameFormat {
  if (frameEncoding === encoding.j2k || frameEncoding === encoding.htj2k) return instance;
  const { bitsAllocated, bitsStored } = instance;
  if (bitsStored === 0) return instance; // real numbers
  return { ...instance, bitsStored: bitsAllocated, highBit: bitsAllocated - 1 };
}
/** Native YBR_FULL_422 and YBR_PARTIAL_422 stand in the table as they are stored: Y1 Y2 Cb Cr. PS3.3 C.7.6.3.1.2. */
function packed422(planes: Uint8Array): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array((planes.length / 6) * 4);
  for (let i = 0, out = 0; i + 6 <= planes.length; i += 6, out += 4) {
    packed.set(planes.subarray(i, i + 1), out);
    packed.set(planes.subarray(i + 3, i + 4), out + 1);
    packed.set(planes.subarray(i + 1, i + 3), out + 2);
  }
  return packed;
}
/** And YBR_PARTIAL_420 (codec/native_decoder.hpp): rows of that, and rows of luminances alone. */
function packed420(planes: Uint8Array, cols: number): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(planes.length / 2);
  let out = 0;
  for (let row = 0; (row + 1) * cols * 3 <= planes.length; ++row) {
    const here = planes.subarray(row * cols * 3, (row + 1) * cols * 3);
    const stored = row % 2 === 0 ? packed422(here) : here.filter((_, i) => i % 3 === 0);
    packed.set(stored, out);
    out += stored.length;
  }
  return packed;
}
function extentOf(
  bytes: Uint8Array<ArrayBuffer>,
  { bitsAllocated, signed, isFloat }: SampleBlock,
): [number, number] {
  if (isFloat)
    return extentAs(
      bitsAllocated === 64 ? new Float64Array(bytes.buffer) : new Float32Array(bytes.buffer),
    );
  const kinds = signed
    ? { 8: Int8Array, 16: Int16Array, 32: Int32Array }
    : { 8: Uint8Array, 16: Uint16Array, 32: Uint32Array };
  return extentAs(new kinds[bitsAllocated as 8 | 16 | 32](bytes.buffer));
}
/** NaN is neither less nor more. */
function extentAs(samples: Iterable<number>): [number, number] {
  let [min, max] = [Infinity, -Infinity];
  for (const value of samples) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max];
}
async function valuesOf(
  block: SampleBlock,
  instance: ManifestInstance,
  frameEncoding: number,
  frameBytes: number,
): Promise<FrameValues> {
  const isNative = frameEncoding === encoding.native || frameEncoding === encoding.nativeBigEndian;
  const values = block.values as Uint8Array<ArrayBuffer>;
  const { rows, cols, photometric, bitsAllocated } = instance;
  const isPacked =
    isNative &&
    ["YBR_FULL_422", "YBR_PARTIAL_422", "YBR_PARTIAL_420"].includes(photometric) &&
    frameBytes < (rows * cols * 3 * bitsAllocated) / 8;
  const is420 = photometric === "YBR_PARTIAL_420";
  const bytes = !isPacked ? values : is420 ? packed420(values, block.cols) : packed422(values);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const [min, max] = extentOf(bytes, block);
  return {
    rows: block.rows,
    cols: block.cols,
    samples: block.samples,
    // single bits are bytes in a block, components that lack a transform may be wider than their frame
    bitsAllocated: bitsAllocated === 1 ? 1 : block.bitsAllocated,
    signed: block.signed,
    sha256: Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join(""),
    min: String(min),
    max: String(max),
  };
}

/** Why a frame is not whole. */
function missingText({ code, wholeRows, step }: MissingPart, rows: number): string {
  if (step !== "") return `${code}: ${step}`;
  return wholeRows === 0
    ? `${code}: not all of the frame could be decoded`
    : `${code}: ${String(wholeRows)} of ${String(rows)} rows are whole`;
}
/** Of larger files the frames are read one by one. */
const LARGE_BYTES = 64 * 1024 ** 2;
/** A file of browser_engine.ts, read by ranges. */
class ServedFile implements RangedFile {
  readonly size: number;
  readonly #url: string;

  constructor(url: string, size: number) {
    this.#url = url;
    this.size = size;
  }
  read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const request = new XMLHttpRequest();
    request.open("GET", this.#url, false);
    request.responseType = "arraybuffer";
    request.setRequestHeader("Range", `bytes=${String(offset)}-${String(offset + length - 1)}`);
    request.send();
    if (request.status !== 206) throw new SlError("io", "the file could not be read");
    return new Uint8Array(request.response as ArrayBuffer);
  }
}
async function open(url: string): Promise<Uint8Array<ArrayBuffer> | ServedFile> {
  const size = Number((await fetch(url, { method: "HEAD" })).headers.get("content-length"));
  if (size > LARGE_BYTES) return new ServedFile(url, size);
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}
async function decode(
  { url, first }: ToConformance,
  tell: (line: FrameLine) => void,
): Promise<void> {
  const [reader, viewer, dicom, jxl] = await modules;
  const file = await open(url);
  const archive = new LocalArchive(reader);
  try {
    const isRanged = file instanceof ServedFile;
    const { instance: number } = await (isRanged ? archive.addRanged(file) : archive.add(file));
    const study = archive.studies()[0]?.studyInstanceUID ?? "";
    const instance = parseManifest(archive.manifest(study)).series[0]?.instances[0];
    if (instance === undefined) throw new SlError("not_found", "no instance");
    if (instance.reason !== "") {
      tell(refused(0, instance.reason));
      return;
    }
    const encodings = new Map(
      instance.frames.map(({ frameNumber, stream }) => [frameNumber, stream?.encoding ?? 0]),
    );
    for (let frame = first; frame <= instance.frames.length; ++frame) {
      try {
        const bytes = isRanged
          ? archive.frameOfRanged(number, frame - 1, file)
          : archive.frameBytes(number, frame - 1, file);
        const frameEncoding = encodings.get(frame) ?? 0;
        const needsDicom = frameEncoding === encoding.jpeg || frameEncoding === encoding.jpegLs;
        const needsJxl = frameEncoding === encoding.jpegXl;
        const block = (needsJxl ? jxl : needsDicom ? dicom : viewer).decode({
          encoding: frameEncoding,
          format: cellFormat(instance, frameEncoding),
          bytes,
          discardLevels: 0,
        });
        const values = await valuesOf(block, instance, frameEncoding, bytes.byteLength);
        const { missing, rows } = block;
        tell(
          missing === null
            ? { frame, status: "ok", reason: "", values }
            : { frame, status: "partial", reason: missingText(missing, rows), values },
        );
      } catch (error) {
        if (!(error instanceof SlError)) throw error;
        tell(refused(frame, error.message));
      }
    }
  } catch (error) {
    if (!(error instanceof SlError)) throw error;
    tell(refused(0, error.message));
  } finally {
    archive.dispose();
  }
}

self.onmessage = ({ data }) => {
  decode(data, (line) => {
    self.postMessage({ type: "line", line });
  }).then(
    () => {
      self.postMessage({ type: "end" });
    },
    (error: unknown) => {
      self.postMessage({ type: "died", detail: error instanceof Error ? error.message : "trap" });
    },
  );
};
