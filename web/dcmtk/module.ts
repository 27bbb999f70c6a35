import { DicomError, errorOf } from "./dicom_error.ts";

/** Exports of dcmtk.wasm: wasm/bind/sl_dcmtk.h, and of wasm/bind/sl_abi.h what decodes; dcmtk_jxl.wasm has the latter only. Pointers
 *  are numbers.
 *  @internal */
interface Exports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  sl_abi_version(): number;
  sl_alloc(bytes: number): number;
  sl_free(pointer: number): void;
  sl_error_text(handle: number, out: number, capacity: number): number;
  sl_decoder_create(): number;
  sl_decode(
    decoder: number,
    encoding: number,
    format: number,
    bytes: number,
    length: number,
    discard: number,
    out: number,
  ): number;
  sl_object_create?(): number;
  sl_object_open(object: number, bytes: number, length: number, total: number, out: number): number;
  sl_object_meta(object: number, bytes: number, length: number, out: number): number;
  sl_object_scan(
    object: number,
    bytes: number,
    length: number,
    base: number,
    total: number,
    offset: number,
    stopTag: number,
    stopFlags: number,
    out: number,
  ): number;
  sl_object_frames(object: number, file: number, length: number, out: number): number;
  sl_object_inflate(
    object: number,
    format: number,
    bytes: number,
    length: number,
    out: number,
  ): number;
  sl_object_encode(
    object: number,
    encoding: number,
    format: number,
    samples: number,
    length: number,
    out: number,
  ): number;
  sl_object_write(
    object: number,
    bytes: number,
    length: number,
    flags: number,
    out: number,
  ): number;
  sl_object_check(
    object: number,
    bytes: number,
    length: number,
    flags: number,
    out: number,
  ): number;
  sl_dictionary_vr(tag: number): number;
}

const ABI_VERSION = 1;
const ERROR_TEXT_BYTES = 512;
const OUT_BYTES = 128;
/** An instance whose memory has grown past this is given back after the call that made it grow. */
const MOST_KEPT_BYTES = 256 * 1024 * 1024;
/** Enough for the header of most files. */
export const heldBytes = 32 * 1024;
const ENOSYS = 52;
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** One instance of a module. Only a ModuleSlot may hold one, and only during its work.
 *  @internal */
export class ModuleInstance {
  readonly call: Exports;
  /** 0 in a module that only decodes. */
  readonly object: number;
  readonly decoder: number;
  /** An out-struct that every call may use. */
  readonly out: number;
  #memory: Uint8Array = new Uint8Array(0);
  #held = 0;

  constructor(module: WebAssembly.Module) {
    const box: { memory?: WebAssembly.Memory } = {};
    const instance = new WebAssembly.Instance(
      module,
      importsOf(module, () => box.memory),
    );
    this.call = instance.exports as unknown as Exports;
    box.memory = this.call.memory;
    this.call._initialize();
    if (this.call.sl_abi_version() !== ABI_VERSION)
      throw new DicomError("invalid_argument", "dcmtk.wasm is of another version");
    this.object = this.call.sl_object_create?.() ?? 0;
    this.decoder = this.call.sl_decoder_create();
    this.out = this.alloc(OUT_BYTES);
    if ((this.call.sl_object_create && this.object === 0) || this.decoder === 0)
      throw new DicomError("out_of_memory", "dcmtk.wasm");
  }

  alloc(bytes: number): number {
    const pointer = this.call.sl_alloc(Math.max(1, bytes)) >>> 0;
    if (pointer === 0) throw new DicomError("out_of_memory", "dcmtk.wasm");
    return pointer;
  }
  /** Copies bytes into the module for the time of `work`. */
  withBytes<T>(bytes: Uint8Array, work: (pointer: number) => T): T {
    const pointer = this.alloc(bytes.byteLength);
    try {
      this.#bytes().set(bytes, pointer);
      return work(pointer);
    } finally {
      this.call.sl_free(pointer);
    }
  }
  /** Copies the beginning of an object to where it stays until the next such call; it has at most `heldBytes`. */
  hold(beginning: Uint8Array): number {
    if (this.#held === 0) this.#held = this.alloc(heldBytes);
    this.#bytes().set(beginning, this.#held);
    return this.#held;
  }
  /** All of the memory, which moves when it grows. */
  #bytes(): Uint8Array {
    if (this.#memory.buffer !== this.call.memory.buffer)
      this.#memory = new Uint8Array(this.call.memory.buffer);
    return this.#memory;
  }
  u32(pointer: number): number {
    const memory = this.#bytes();
    const at = (index: number): number => memory[pointer + index] ?? 0;
    return (at(0) | (at(1) << 8) | (at(2) << 16) | (at(3) << 24)) >>> 0;
  }
  bytes(pointer: number, length: number): Uint8Array {
    return this.#bytes().subarray(pointer, pointer + length);
  }
  text(pointer: number, length: number): string {
    return utf8.decode(this.bytes(pointer, length));
  }
  /** Throws the error of a call that did not answer 0. `handle`: whose text it is. */
  check(errc: number, handle = this.object): void {
    if (errc === 0) return;
    throw errorOf(errc, this.errorText(handle));
  }
  errorText(handle = this.object): string {
    const pointer = this.alloc(ERROR_TEXT_BYTES);
    const length = this.call.sl_error_text(handle, pointer, ERROR_TEXT_BYTES);
    const text = this.text(pointer, length);
    this.call.sl_free(pointer);
    return text;
  }
  /** What an SlBytes in `out` names, copied. */
  takeBytes(): ArrayBuffer {
    const copy = new ArrayBuffer(this.u32(this.out + 4));
    new Uint8Array(copy).set(this.bytes(this.u32(this.out), copy.byteLength));
    return copy;
  }
}

/** The module has no file, clock or argument: what WASI asks for beyond these is answered "no such call". */
function importsOf(
  module: WebAssembly.Module,
  memory: () => WebAssembly.Memory | undefined,
): WebAssembly.Imports {
  const write32 = (pointer: number, value: number): number => {
    const buffer = memory()?.buffer;
    if (buffer) new DataView(buffer).setUint32(pointer, value, true);
    return 0;
  };
  const known: Record<string, (...args: number[]) => number> = {
    environ_sizes_get: (count = 0, size = 0) => write32(count, 0) || write32(size, 0),
    environ_get: () => 0,
    emscripten_notify_memory_growth: () => 0,
    proc_exit: (code) => {
      throw new WebAssembly.RuntimeError(`exit ${String(code)}`);
    },
  };
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== "function")
      throw new DicomError("invalid_argument", "dcmtk.wasm imports what is no function");
    (imports[from] ??= {})[name] = known[name] ?? (() => ENOSYS);
  }
  return imports;
}

/** A module, and the instance of it that is alive. */
class ModuleSlot {
  #compiled: WebAssembly.Module | undefined;
  #live: ModuleInstance | undefined;

  provide(module: WebAssembly.Module): void {
    this.#compiled = module;
    this.#live = undefined;
  }
  get isProvided(): boolean {
    return this.#compiled !== undefined;
  }

  run<T>(work: (instance: ModuleInstance) => T): T {
    if (!this.#compiled) throw new DicomError("invalid_argument", "dcmtk.wasm has not been loaded");
    const instance = (this.#live ??= new ModuleInstance(this.#compiled));
    try {
      return work(instance);
    } catch (error) {
      if (error instanceof DicomError && error.code !== "out_of_memory") throw error;
      this.#live = undefined;
      if (error instanceof DicomError) throw error;
      // What C++ threw arrives as a WebAssembly.Exception, which is no Error.
      if (error instanceof WebAssembly.RuntimeError || !(error instanceof Error))
        throw new DicomError("module_died", "dcmtk.wasm stopped at this object");
      if (error instanceof RangeError)
        throw new DicomError("out_of_memory", "the object is too large");
      throw error;
    } finally {
      if (this.#live && this.#live.call.memory.buffer.byteLength > MOST_KEPT_BYTES)
        this.#live = undefined;
    }
  }
}

const dcmtk = new ModuleSlot();
const jpegXl = new ModuleSlot();

/** Makes the module known; the package's entries do so before they export anything.
 *  @internal */
export function provideModule(module: WebAssembly.Module): void {
  dcmtk.provide(module);
}

/** Runs synchronous work with an instance. What traps costs the instance; the next work gets a new one.
 *  @internal */
export function runInModule<T>(work: (instance: ModuleInstance) => T): T {
  return dcmtk.run(work);
}

/** How dcmtk_jxl.wasm is got: at once where files can be read so (Node), else by a promise.
 *  @internal */
export interface JpegXlLoader {
  readonly now?: () => WebAssembly.Module;
  readonly load: () => Promise<WebAssembly.Module>;
}
let jpegXlLoader: JpegXlLoader | undefined;
let jpegXlLoading: Promise<void> | undefined;

/** @internal */
export function provideJpegXl(loader: JpegXlLoader): void {
  jpegXlLoader = loader;
}

/** Fetches the decoder of JPEG XL, which is a module of its own; once is enough. Errors: io. */
export function loadJpegXl(): Promise<void> {
  if (jpegXl.isProvided) return Promise.resolve();
  return (jpegXlLoading ??= fetchJpegXl());
}
async function fetchJpegXl(): Promise<void> {
  try {
    if (!jpegXlLoader) throw new DicomError("io", "dcmtk_jxl.wasm cannot be loaded here");
    jpegXl.provide(await jpegXlLoader.load());
  } finally {
    jpegXlLoading = undefined;
  }
}

/** As runInModule, in the module of JPEG XL. Errors: unsupported (it has to be loaded first).
 *  @internal */
export function runInJpegXl<T>(work: (instance: ModuleInstance) => T): T {
  if (!jpegXl.isProvided && jpegXlLoader?.now) jpegXl.provide(jpegXlLoader.now());
  if (!jpegXl.isProvided)
    throw new DicomError("unsupported", "JPEG XL is decoded after loadJpegXl() only");
  return jpegXl.run(work);
}
