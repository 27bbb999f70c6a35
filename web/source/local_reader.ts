import { compileModule, instantiate } from "../decode/module_loader.ts";
import { SlError } from "../shared/errc.ts";
import type { FromReader, LocalFile, RefusedFile, ToReader } from "../shared/messages.ts";
import { LocalArchive } from "./local_archive.ts";

/** The reading worker: files of this computer, parsed by DCMTK in dicom.wasm. It keeps handles of files and what their
 *  headers say, never their bytes. */
declare const self: {
  onmessage: ((event: MessageEvent<ToReader>) => void) | null;
  postMessage(message: FromReader, transfer: Transferable[]): void;
};

/** Files that are read from the disk at the same time; they are parsed one after the other. */
const IN_FLIGHT = 4;
/** The module has 4 GiB; the file lies in it whole while its header is read. */
const MAX_FILE_BYTES = 1024 ** 3;
const PROGRESS_MS = 100;

let archive: Promise<LocalArchive> | null = null;
let compiled: Promise<WebAssembly.Module> | null = null;
/** by the archive's number of the instance */
const handles: File[] = [];
const cancelled = new Set<number>();

function post(message: FromReader, transfer: Transferable[] = []): void {
  self.postMessage(message, transfer);
}
async function makeArchive(): Promise<LocalArchive> {
  if (compiled === null) throw new SlError("invalid_argument", "files before init");
  const [{ default: createDicom }, module] = await Promise.all([
    import("../../build/wasm/dicom.mjs"),
    compiled,
  ]);
  return new LocalArchive(await instantiate(createDicom, module));
}
async function openArchive(): Promise<LocalArchive> {
  archive ??= makeArchive();
  return archive;
}

async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch {
    throw new SlError("io", "the file could not be read");
  }
}
async function readFile(file: File): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size > MAX_FILE_BYTES) throw new SlError("limit_exceeded", "the file is over 1 GiB");
  if (file.size === 0) throw new SlError("not_dicom", "the file is empty");
  return bytesOf(file);
}

/** A trap of the module takes the archive with it: a new one reads again what the old one had accepted. */
async function recover(): Promise<void> {
  const accepted = handles.splice(0);
  archive = makeArchive();
  const fresh = await archive;
  for (const file of accepted) {
    await fresh.add(await readFile(file));
    handles.push(file);
  }
}
/** Frames of the file. Throws SlError. */
async function take(file: File, bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  try {
    const { instance, frames } = await (await openArchive()).add(bytes);
    handles[instance] = file;
    return frames;
  } catch (error) {
    if (error instanceof SlError) throw error;
    await recover();
    throw new SlError("module_died", "the parser failed on this file");
  }
}

async function add(batch: number, files: readonly LocalFile[]): Promise<void> {
  let [next, done, pictures, told] = [0, 0, 0, 0];
  let refused: RefusedFile[] = [];
  let parsing = Promise.resolve();
  const tell = (): void => {
    told = performance.now();
    post({ type: "progress", batch, done, pictures, refused });
    refused = [];
  };
  const readNext = async (): Promise<void> => {
    for (let one = files[next++]; one !== undefined; one = files[next++]) {
      if (cancelled.has(batch)) return;
      const { file, path } = one;
      try {
        const bytes = await readFile(file);
        const taken = parsing.then(() => take(file, bytes));
        parsing = taken.then(
          () => undefined,
          () => undefined,
        );
        pictures += await taken;
      } catch (error) {
        if (!(error instanceof SlError)) throw error;
        const detail = error.message.slice(error.code.length + 2);
        refused.push({ path, code: error.code, detail });
      }
      done++;
      if (performance.now() - told > PROGRESS_MS) tell();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, readNext));
  tell();
  cancelled.delete(batch);
  const open = await openArchive();
  post({ type: "added", batch, manifests: open.studies().map((uid) => open.manifest(uid)) });
}

async function frame(study: string, number: number): Promise<Uint8Array<ArrayBuffer>> {
  const open = await openArchive();
  const { instance, frameIndex0, isPlain, spans } = open.locate(study, number);
  const file = handles[instance];
  if (file === undefined) throw new SlError("not_found", "no such file");
  if (!isPlain) return open.frameBytes(instance, frameIndex0, await readFile(file));
  return bytesOf(new Blob(spans.map(({ offset, length }) => file.slice(offset, offset + length))));
}

function detailOf(error: unknown): { code: SlError["code"]; detail: string } {
  return error instanceof SlError
    ? { code: error.code, detail: error.message.slice(error.code.length + 2) }
    : { code: "module_died", detail: error instanceof Error ? error.name : "trap" };
}

/** Makes the worker whose script calls this the reading worker. */
export function listenForFiles(): void {
  self.onmessage = (event: MessageEvent<ToReader>): void => {
    const message = event.data;
    switch (message.type) {
      case "init":
        compiled = compileModule(message.dicomUrl);
        compiled.catch((error: unknown) => {
          post({ type: "died", detail: detailOf(error).detail });
        });
        return;
      case "add":
        add(message.batch, message.files).catch((error: unknown) => {
          post({ type: "died", detail: detailOf(error).detail });
        });
        return;
      case "cancel":
        cancelled.add(message.batch);
        return;
      case "frame": {
        const { job, study } = message;
        frame(study, message.frame).then(
          ({ buffer }) => {
            post({ type: "frame", job, bytes: buffer }, [buffer]);
          },
          (error: unknown) => {
            post({ type: "failed", job, ...detailOf(error) });
          },
        );
        return;
      }
    }
  };
  post({ type: "ready" });
}
