import { SlError, type ErrcName } from "../shared/errc.ts";
import type { FromWorker, ModuleUrls, ToWorker } from "../shared/messages.ts";
import { Decoder } from "./decoder.ts";
import { compileModule, instantiate } from "./module_loader.ts";
import { instantiateViewer } from "./viewer_assets.ts";
import { encoding } from "./sl_abi.ts";

/** The decoding worker: one instance of viewer.wasm, of dicom.wasm from the first JPEG or JPEG-LS frame on, and of jxl.wasm from
 *  the first of JPEG XL. */
declare const self: {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer: Transferable[]): void;
};
type DecodeMessage = Extract<ToWorker, { type: "decode" }>;

/** Below this the trip to crypto.subtle costs more than hashing in the module. */
const subtleFromBytes = 64 * 1024;

let viewer: Promise<Decoder> | null = null;
/** Where the modules are that only some frames need; set by "init". */
let urls: ModuleUrls = { dicom: "", jxl: "" };
const loaded = new Map<keyof ModuleUrls, Promise<Decoder>>();
let oldestEpoch = 0;

function post(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, transfer);
}

const glues = {
  dicom: () => import("../../build/wasm/dicom.mjs"),
  jxl: () => import("../../build/wasm/jxl.mjs"),
};

async function load(name: keyof ModuleUrls): Promise<Decoder> {
  const [{ default: create }, compiled] = await Promise.all([
    glues[name](),
    compileModule(urls[name]),
  ]);
  return new Decoder(await instantiate(create, compiled));
}
/** An instance of the module, fetched at its first use. A failed download is not remembered: the next frame tries again. */
function decoderOf(name: keyof ModuleUrls): Promise<Decoder> {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const loading = load(name).catch((error: unknown) => {
    loaded.delete(name);
    throw error;
  });
  loaded.set(name, loading);
  return loading;
}
function decoderFor(frameEncoding: number): Promise<Decoder> {
  switch (frameEncoding) {
    case encoding.jpeg:
    case encoding.jpegLs:
      return decoderOf("dicom");
    case encoding.jpegXl:
      return decoderOf("jxl");
    default:
      return viewer ?? Promise.reject(new SlError("invalid_argument", "decode before init"));
  }
}
async function sha256(decoder: Decoder, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  // crypto.subtle is missing on plain http beyond localhost.
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle as SubtleCrypto | undefined;
  if (subtle === undefined || bytes.byteLength < subtleFromBytes) return decoder.sha256(bytes);
  return new Uint8Array(await subtle.digest("SHA-256", bytes));
}
function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

async function decode(message: DecodeMessage): Promise<void> {
  const { job, epoch, digest } = message;
  if (epoch < oldestEpoch) {
    post({ type: "dropped", job });
    return;
  }
  const decoder = await decoderFor(message.encoding);
  const started = performance.now();
  const block = decoder.decode({
    encoding: message.encoding,
    format: message.format,
    bytes: new Uint8Array(message.bytes),
    discardLevels: message.discardLevels,
    region: message.region,
  });
  const decodeMs = performance.now() - started;
  const values = block.values as Uint8Array<ArrayBuffer>;
  const digestEqual = digest === null ? null : equal(await sha256(decoder, values), digest);
  post({ type: "decoded", job, epoch, block, digestEqual, decodeMs }, [values.buffer]);
}
/** What the decoder refused is an answer; anything else that is thrown means that this instance is dead. */
function failure(error: unknown): { code: ErrcName; detail: string } {
  if (error instanceof SlError)
    return { code: error.code, detail: error.message.slice(error.code.length + 2) };
  return { code: "module_died", detail: error instanceof Error ? error.name : "trap" };
}

/** Makes the worker whose script calls this a decoding worker. */
export function listenForFrames(): void {
  self.onmessage = (event: MessageEvent<ToWorker>): void => {
    const message = event.data;
    switch (message.type) {
      case "init":
        urls = message.urls;
        viewer = instantiateViewer(message.viewer).then((module) => new Decoder(module));
        viewer.then(
          () => {
            post({ type: "ready" });
          },
          (error: unknown) => {
            post({
              type: "failed",
              job: 0,
              epoch: 0,
              code: "module_died",
              detail: failure(error).detail,
            });
          },
        );
        return;
      case "decode":
        decode(message).catch((error: unknown) => {
          post({ type: "failed", job: message.job, epoch: message.epoch, ...failure(error) });
        });
        return;
      case "dropBefore":
        oldestEpoch = Math.max(oldestEpoch, message.epoch);
        return;
      default: {
        const impossible: never = message;
        throw new SlError("invalid_argument", String(impossible));
      }
    }
  };
}
