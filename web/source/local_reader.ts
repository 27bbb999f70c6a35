import { compileModule, instantiate } from "../decode/module_loader.ts";
import type { SlReaderModule } from "../decode/sl_abi.ts";
import { SlError } from "../shared/errc.ts";
import type {
  DocumentWant,
  FromReader,
  LocalFile,
  PartRequest,
  RefusedFile,
  ToReader,
} from "../shared/messages.ts";
import { RangedBlob, type ByteSource, type RangedFile } from "./byte_source.ts";
import { DocumentParser } from "./document_parser.ts";
import { LocalArchive, type AddedFile } from "./local_archive.ts";
import { parseManifest } from "./manifest.ts";
import { MediaDirectories } from "./media_directories.ts";
import { serverArchive, type StoreArchive } from "./stow_archive.ts";
import { StowUpload, type UploadStudy } from "./stow_upload.ts";
import { unpackedFiles, type Found } from "./unpacked_files.ts";
import { startsAsZip } from "./zip_directory.ts";

/** Files that are read from the disk at the same time; they are parsed one after the other. */
const IN_FLIGHT = 4;
/** Of a larger file no more is read than its header and what is shown. */
const LARGE_BYTES = 32 * 1024 ** 2;
/** As much of one as tells that it is a ZIP file. */
const BEGINNING_BYTES = 64;
const PROFILE_WITHIN_BYTES = 64 * 1024 ** 2;
/** What must lie in memory whole: what is deflated, and objects without pictures. */
const MAX_WHOLE_BYTES = 1024 ** 3;
const PROGRESS_MS = 100;
/** While files are read, studies are told after this time; then each time that the wait before has passed one and a half times:
 *  so all tellings together cost a few times what one costs, however many files there are. */
const FIRST_STUDIES_MS = 500;
const STUDIES_GROWTH = 1.5;

export interface LocalReaderOptions {
  /** Opens an archive, and another one when the module of the first has died. */
  readonly openArchive: () => Promise<LocalArchive>;
  /** Opens what reads documents, on an instance of the module of its own. */
  readonly openParser: () => Promise<DocumentParser>;
  readonly post: (message: FromReader, transfer: Transferable[]) => void;
  /** where upload() sends to */
  readonly store: StoreArchive;
}
/** A file whose instance is held. */
interface HeldFile {
  readonly path: string;
  readonly sha256: string;
  readonly source: ByteSource;
  /** the digest is that of a part of the file only (fingerprintBytes) */
  readonly isFingerprint: boolean;
}
/** Portions of one batch that came while others were read: they are read in one go. */
interface Queued {
  readonly batch: number;
  readonly files: LocalFile[];
  isLast: boolean;
  read: Promise<void>;
}

/** The reading worker's work: files of this computer, parsed by DCMTK in reader.wasm. Keeps where files are and what their
 *  headers say, never their bytes. */
export class LocalReader {
  readonly #options: LocalReaderOptions;
  #archive: Promise<LocalArchive> | null = null;
  #parser: Promise<DocumentParser> | null = null;
  /** by the archive's number of the instance */
  readonly #files: HeldFile[] = [];
  /** SHA-256 -> that number */
  readonly #numbers = new Map<string, number>();
  /** study -> how many instances it had when it was told last */
  readonly #told = new Map<string, number>();
  #upload: StowUpload | null = null;
  readonly #directories = new MediaDirectories();
  #reading: Promise<void> = Promise.resolve();
  readonly #queue: Queued[] = [];
  #parsing: Promise<unknown> = Promise.resolve();
  #cancelledBatch = 0;
  /** files of batches that have not been begun */
  #waiting = 0;
  #total = 0;
  #done = 0;
  #pictures = 0;
  #refused: RefusedFile[] = [];
  #toldAt = 0;
  #studiesMs = FIRST_STUDIES_MS;
  /** when studies are told next, while files are read; 0: nothing is read */
  #studiesAt = 0;

  constructor(options: LocalReaderOptions) {
    this.#options = options;
  }
  /** Batches, and the portions of one, are read one after the other. isLast: the batch has no other portion. Rejects only when
   *  nothing can be read any more. */
  add(batch: number, files: readonly LocalFile[], isLast = true): Promise<void> {
    this.#waiting += files.length;
    this.#total += files.length;
    const waiting = this.#queue.at(-1);
    if (waiting?.batch === batch) {
      waiting.files.push(...files);
      waiting.isLast = isLast;
      return waiting.read;
    }
    const next: Queued = { batch, files: [...files], isLast, read: Promise.resolve() };
    this.#queue.push(next);
    next.read = this.#reading
      .then(() => {
        this.#queue.shift(); // what comes now is read after it
        return this.#read(batch, next.files);
      })
      .then(() => (next.isLast ? this.#end(batch) : undefined));
    this.#reading = next.read;
    return next.read;
  }
  /** Of this batch, and of earlier ones, no further file is begun. */
  cancel(batch: number): void {
    this.#cancelledBatch = Math.max(this.#cancelledBatch, batch);
  }
  /** A part of the file with this SHA-256: manifests of any age name it so. Rejects with SlError. */
  async part(request: PartRequest): Promise<Uint8Array<ArrayBuffer>> {
    const archive = await this.#openArchive();
    const instance = this.#numbers.get(request.hash);
    const source = instance === undefined ? undefined : this.#files[instance]?.source;
    if (instance === undefined || source === undefined)
      throw new SlError("not_found", "no such file");
    switch (request.type) {
      case "frame":
        return this.#frame(archive, instance, request.frameIndex0, source);
      case "overlay": {
        const { group, frameIndex0 } = request;
        const ranges = await rangesOf(source);
        return ranges === null
          ? archive.overlayBits(await wholeOf(source), group, frameIndex0)
          : archive.overlayOfRanged(ranges, group, frameIndex0);
      }
      case "presentation":
        return archive.presentation(await wholeOf(source));
      case "layer":
        return archive.layer(await wholeOf(source));
      case "profile":
        return archive.profile(await beginningOf(source));
    }
  }
  /** The encoded bytes of one frame. */
  async #frame(
    archive: LocalArchive,
    instance: number,
    frameIndex0: number,
    source: ByteSource,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { isPlain, spans } = archive.locate(instance, frameIndex0);
    if (isPlain) return source.join(spans);
    const ranges = await rangesOf(source);
    return ranges === null
      ? archive.frameBytes(instance, frameIndex0, await wholeOf(source))
      : archive.frameOfRanged(instance, frameIndex0, ranges);
  }
  /** Something of the file with this SHA-256, or of these bytes. Rejects with SlError. */
  async document(file: string | ArrayBuffer, want: DocumentWant): Promise<Uint8Array<ArrayBuffer>> {
    if (want === "video") {
      if (typeof file !== "string") throw new SlError("invalid_argument", "a video of a held file");
      return this.part({ type: "frame", hash: file, frameIndex0: 0 });
    }
    if (typeof file === "string" && want === "attributes") {
      const ranges = await rangesOf(this.#sourceOf(file));
      if (ranges !== null) return this.#parseWith((parser) => parser.attributesOfRanged(ranges));
    }
    const bytes =
      typeof file === "string" ? await wholeOf(this.#sourceOf(file)) : new Uint8Array(file);
    return want === "original" ? bytes : this.#parseWith((parser) => parser.read(want, bytes));
  }
  /** The keywords of these tags, a line each. Rejects with SlError. */
  keywords(tags: readonly number[]): Promise<Uint8Array<ArrayBuffer>> {
    return this.#parseWith((parser) => parser.keywords(tags));
  }

  /** Sends what has been read so far; one upload at a time. */
  async upload(): Promise<void> {
    if (this.#upload !== null) return;
    const { store, post } = this.#options;
    this.#upload = new StowUpload({
      archive: store,
      changed: (progress) => {
        post({ type: "upload", progress }, []);
      },
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
    try {
      await this.#upload.run(studiesOf(await this.#openArchive(), this.#files));
    } finally {
      this.#upload = null;
    }
  }
  stopUpload(): void {
    this.#upload?.stop();
  }

  #sourceOf(hash: string): ByteSource {
    const number = this.#numbers.get(hash);
    const source = number === undefined ? undefined : this.#files[number]?.source;
    if (source === undefined) throw new SlError("not_found", "no such file");
    return source;
  }
  /** What is thrown and no SlError is a trap: the next document gets another instance of the module. */
  async #parseWith(
    read: (parser: DocumentParser) => Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array<ArrayBuffer>> {
    this.#parser ??= this.#options.openParser();
    const parser = await this.#parser;
    try {
      return read(parser);
    } catch (error) {
      if (!(error instanceof SlError)) this.#parser = null;
      throw error;
    }
  }
  async #read(batch: number, files: readonly LocalFile[]): Promise<void> {
    this.#waiting -= files.length;
    const found = unpackedFiles(files, (more) => (this.#total += more));
    if (this.#studiesAt === 0) this.#studiesAt = performance.now() + this.#studiesMs;
    const readNext = async (): Promise<void> => {
      while (batch > this.#cancelledBatch) {
        const next = await found.next();
        if (next.done === true) return;
        await this.#take(next.value);
        this.#done++;
        if (performance.now() - this.#toldAt > PROGRESS_MS) this.#tell();
        if (performance.now() > this.#studiesAt) {
          this.#studiesMs *= STUDIES_GROWTH;
          this.#studiesAt = performance.now() + this.#studiesMs;
          this.#tellStudies(await this.#openArchive());
        }
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, readNext));
    this.#total = this.#done + this.#waiting; // fewer when it was cancelled
  }
  async #end(batch: number): Promise<void> {
    this.#studiesMs = FIRST_STUDIES_MS;
    this.#studiesAt = 0;
    this.#tell();
    const archive = await this.#openArchive();
    this.#tellStudies(archive);
    const missing = this.#directories.missing((uid) => archive.contains(uid));
    this.#options.post({ type: "added", batch, missing }, []);
  }
  async #take({ path, source }: Found): Promise<void> {
    this.#directories.see(path);
    try {
      if (source instanceof SlError) throw source;
      const early = source.size > LARGE_BYTES ? null : await wholeOf(source);
      const parsed = this.#parsing.then(async () => {
        await this.#parse(path, source, early);
      });
      this.#parsing = parsed.catch(() => undefined); // told below; the next file is parsed all the same
      await parsed;
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      this.#refuse(path, error);
    }
  }
  /** early: its bytes, when they have been read already */
  async #parse(
    path: string,
    source: ByteSource,
    early: Uint8Array<ArrayBuffer> | null,
  ): Promise<void> {
    const archive = await this.#openArchive();
    const ranges = early === null ? await source.ranges() : null;
    const bytes = early ?? (ranges === null ? await wholeOf(source) : null);
    try {
      const { instance, frames, sha256 } = await addTo(archive, ranges, bytes);
      this.#hold(instance, { path, sha256, source, isFingerprint: ranges !== null });
      this.#pictures += frames;
    } catch (error) {
      if (!(error instanceof SlError)) {
        await this.#recover();
        throw new SlError("module_died", "the parser failed on this file");
      }
      const beginning = bytes ?? ranges?.read(0, BEGINNING_BYTES) ?? new Uint8Array();
      if (error.code === "not_dicom" && startsAsZip(beginning))
        throw new SlError("unsupported", "a ZIP file within a ZIP file that is not named .zip");
      if (error.code !== "unsupported") throw error;
      this.#takeDirectory(archive, path, bytes ?? (await wholeOf(source)));
    }
  }
  /** A DICOMDIR, which is no instance (wasm/dicom/identity.cpp): it says which files belong to the medium. */
  #takeDirectory(archive: LocalArchive, path: string, bytes: Uint8Array): void {
    try {
      this.#directories.add(path, archive.mediaDirectory(bytes));
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      throw new SlError(
        "corrupt",
        "a damaged DICOMDIR: whether files of the medium are missing is not known",
      );
    }
  }
  /** A trap of the module takes the archive with it: a new one reads again what the old one had accepted. */
  async #recover(): Promise<void> {
    const accepted = this.#files.splice(0);
    this.#numbers.clear();
    this.#archive = this.#options.openArchive();
    const archive = await this.#archive;
    for (const file of accepted) {
      const ranges = await rangesOf(file.source);
      const bytes = ranges === null ? await wholeOf(file.source) : null;
      const { instance } = await addTo(archive, ranges, bytes);
      this.#hold(instance, file);
    }
  }
  async #openArchive(): Promise<LocalArchive> {
    this.#archive ??= this.#options.openArchive();
    return this.#archive;
  }
  #hold(instance: number, file: HeldFile): void {
    this.#files[instance] = file;
    this.#numbers.set(file.sha256, instance);
  }
  #refuse(path: string, error: SlError): void {
    this.#refused.push({ path, ...detailOf(error) });
  }
  #tellStudies(archive: LocalArchive): void {
    const grown = archive
      .studies()
      .filter(({ studyInstanceUID, instances }) => this.#told.get(studyInstanceUID) !== instances);
    if (grown.length === 0) return;
    for (const { studyInstanceUID, instances } of grown)
      this.#told.set(studyInstanceUID, instances);
    const manifests = grown.map(({ studyInstanceUID }) => archive.manifest(studyInstanceUID));
    this.#options.post({ type: "studies", manifests }, []);
  }
  #tell(): void {
    this.#toldAt = performance.now();
    const [total, done, pictures] = [this.#total, this.#done, this.#pictures];
    const refused = this.#refused.splice(0);
    this.#options.post({ type: "progress", total, done, pictures, refused }, []);
  }
}

function studiesOf(archive: LocalArchive, files: readonly HeldFile[]): UploadStudy[] {
  const byHash = new Map(files.map((file) => [file.sha256, file]));
  return archive.studies().map(({ studyInstanceUID }) => ({
    studyInstanceUID,
    items: parseManifest(archive.manifest(studyInstanceUID))
      .series.flatMap(({ instances }) => instances)
      .flatMap(({ hash, sopInstanceUID }) => {
        const file = byHash.get(hash);
        if (file === undefined) return [];
        const { path, source } = file;
        const sha256 = file.isFingerprint
          ? (isStopped: () => boolean) => digestOf(archive, source, isStopped)
          : file.sha256;
        return [{ path, source, sha256, sopInstanceUID }];
      }),
  }));
}
/** As much as dicom::read_icc_profile looks at: the profile stands before the frames. */
function beginningOf(source: ByteSource): Promise<Uint8Array<ArrayBuffer>> {
  const length = Math.min(source.size, PROFILE_WITHIN_BYTES);
  return source.join([{ offset: 0, length }]);
}
/** Of a large file, what reads it by ranges. */
async function rangesOf(source: ByteSource): Promise<RangedFile | null> {
  return source.size > LARGE_BYTES ? source.ranges() : null;
}
async function addTo(
  archive: LocalArchive,
  ranges: RangedFile | null,
  bytes: Uint8Array<ArrayBuffer> | null,
): Promise<AddedFile> {
  if (ranges !== null) return archive.addRanged(ranges);
  return archive.add(bytes ?? new Uint8Array());
}
/** SHA-256 of a large file's bytes, as a server names it. */
async function digestOf(
  archive: LocalArchive,
  source: ByteSource,
  isStopped: () => boolean,
): Promise<string | null> {
  return archive.digest(new RangedBlob(await source.blob()), isStopped);
}
async function wholeOf(source: ByteSource): Promise<Uint8Array<ArrayBuffer>> {
  if (source.size > MAX_WHOLE_BYTES) throw new SlError("limit_exceeded", "the file is over 1 GiB");
  if (source.size === 0) throw new SlError("not_dicom", "the file is empty");
  return source.bytes();
}
function detailOf(error: unknown): { code: SlError["code"]; detail: string } {
  return error instanceof SlError
    ? { code: error.code, detail: error.message.slice(error.code.length + 2) }
    : { code: "module_died", detail: error instanceof Error ? error.name : "trap" };
}

declare const self: {
  onmessage: ((event: MessageEvent<ToReader>) => void) | null;
  postMessage(message: FromReader, transfer: Transferable[]): void;
};

type Post = (message: FromReader, transfer?: Transferable[]) => void;
function answer(post: Post, job: number, asked: Promise<Uint8Array<ArrayBuffer>>): void {
  asked.then(
    ({ buffer }) => {
      post({ type: "part", job, bytes: buffer }, [buffer]);
    },
    (error: unknown) => {
      post({ type: "failed", job, ...detailOf(error) });
    },
  );
}

/** Makes the worker whose script calls this the reading worker. */
export function listenForFiles(): void {
  const post: Post = (message, transfer = []) => {
    self.postMessage(message, transfer);
  };
  const died = (error: unknown): void => {
    post({ type: "died", detail: detailOf(error).detail });
  };
  let compiled: Promise<WebAssembly.Module> | null = null;
  const openModule = async (): Promise<SlReaderModule> => {
    if (compiled === null) throw new SlError("invalid_argument", "files before init");
    const { default: createReader } = await import("../../build/wasm-plain/reader.mjs");
    return instantiate(createReader, await compiled);
  };
  const reader = new LocalReader({
    openArchive: async () => new LocalArchive(await openModule()),
    openParser: async () => new DocumentParser(await openModule()),
    post,
    store: serverArchive,
  });
  self.onmessage = (event: MessageEvent<ToReader>): void => {
    const message = event.data;
    switch (message.type) {
      case "init":
        compiled = compileModule(message.readerUrl);
        compiled.catch(died);
        return;
      case "add":
        reader.add(message.batch, message.files, message.isLast).catch(died);
        return;
      case "upload":
        reader.upload().catch(died);
        return;
      case "stopUpload":
        reader.stopUpload();
        return;
      case "cancel":
        reader.cancel(message.batch);
        return;
      case "part":
        answer(post, message.job, reader.part(message.part));
        return;
      case "document":
        answer(post, message.job, reader.document(message.file, message.want));
        return;
      case "keywords":
        answer(post, message.job, reader.keywords(message.tags));
        return;
    }
  };
  post({ type: "ready" });
}
