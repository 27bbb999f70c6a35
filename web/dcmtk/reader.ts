import { errorOf, type DicomError } from "./dicom_error.ts";
import type { DicomDataSet } from "./element.ts";
import { readLevel } from "./elements.ts";
import { WORDS, outcome, type ByteSource, type EventChunk } from "./events.ts";
import { walkFragments } from "./fragments.ts";
import { runInModule, type ModuleInstance } from "./module.ts";

export interface ReadOptions {
  /** What stands before the first broken element is given, and the error kept in `readError`. */
  ignoreErrors?: boolean;
  /** "GGGGEEEE" of the data set itself: reading ends there. */
  untilTag?: string | null;
  /** …behind its value instead of before it. */
  includeUntilTagValue?: boolean;
  /** …also at the first greater tag, when untilTag is missing. */
  stopOnGreaterTag?: boolean;
  /** Bulk values are Uint8Array views of the buffer, fragments of one frame an array of them. */
  noCopy?: boolean;
  /** Accepted for dcmjs' sake: text is always kept as it stands in the file, bytes never change. */
  forceStoreRaw?: boolean;
}

/** Enough for the header of nearly every file. */
const FIRST_WINDOW = 128 * 1024;
const GROWTH = 8;
const PIXEL_DATA = 0x7fe00010;
const DEFLATED = 4;

interface Part10 {
  readonly metaEnd: number;
  readonly dataSetOffset: number;
  readonly flags: number;
  readonly syntax: string;
  readonly inflated: Uint8Array | undefined;
}

export interface ReadObject {
  readonly meta: DicomDataSet;
  readonly dict: DicomDataSet;
  readonly error: DicomError | undefined;
  /** At untilTag. */
  readonly stopped: boolean;
}

function sourceOf(bytes: Uint8Array, noCopy: boolean): ByteSource {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), noCopy };
}

/** An SlScan in `out`: its events and text, copied. */
function takeScan(module: ModuleInstance, source: ByteSource) {
  const field = (index: number): number => module.u32(module.out + 4 * index);
  const [end, next, errc, errorOffset] = [field(0), field(1), field(2), field(3)];
  const events = new Uint32Array(module.call.memory.buffer, field(4), field(5) * WORDS).slice();
  const chunk: EventChunk = { source, events, text: module.text(field(6), field(7)) };
  const error = end === outcome.broken ? errorOf(errc, module.errorText(), errorOffset) : undefined;
  return { chunk, end, next, error };
}

function readInto(chunk: EventChunk, into: DicomDataSet): void {
  readLevel(chunk, 0, chunk.events.length, into);
}

/** The outer form, from as much of the file as it needs. */
function open(module: ModuleInstance, bytes: Uint8Array, meta: DicomDataSet): Part10 {
  for (
    let size = Math.min(FIRST_WINDOW, bytes.length);
    ;
    size = Math.min(size * GROWTH, bytes.length)
  ) {
    const part10 = module.withBytes(bytes.subarray(0, size), (pointer) => {
      const errc = module.call.sl_object_open(
        module.object,
        pointer,
        size,
        bytes.length,
        module.out,
      );
      if (errc === 1 && size < bytes.length) return undefined;
      module.check(errc);
      const field = (index: number): number => module.u32(module.out + 4 * index);
      const flags = field(3);
      const opened: Part10 = {
        metaEnd: field(1),
        dataSetOffset: field(2),
        flags,
        syntax: module.text(field(4), field(5)),
        inflated: flags & DEFLATED ? module.bytes(field(6), field(7)).slice() : undefined,
      };
      module.call.sl_object_meta(module.object, pointer, size, module.out);
      const scan = takeScan(module, sourceOf(bytes, false));
      readInto(scan.chunk, meta);
      if (scan.error) throw scan.error;
      return opened;
    });
    if (part10) return part10;
  }
}

class Scan {
  readonly #module: ModuleInstance;
  readonly #source: ByteSource;
  readonly #isInflated: boolean;
  readonly #stop: { tag: number; flags: number };
  constructor(
    module: ModuleInstance,
    source: ByteSource,
    isInflated: boolean,
    options: ReadOptions,
  ) {
    this.#module = module;
    this.#source = source;
    this.#isInflated = isInflated;
    const flags = (options.includeUntilTagValue ? 2 : 0) | (options.stopOnGreaterTag ? 4 : 0);
    this.#stop = options.untilTag
      ? { tag: parseInt(options.untilTag, 16), flags: 1 | flags }
      : { tag: 0, flags: 0 };
  }

  stopped = false;

  /** Reads the data set that begins at `offset`, window by window. */
  run(offset: number, dict: DicomDataSet): DicomError | undefined {
    const total = this.#source.bytes.length;
    for (let size = FIRST_WINDOW; ;) {
      const { chunk, end, next, error } = this.#window(offset, Math.min(size, total - offset));
      readInto(chunk, dict);
      switch (end) {
        case outcome.done:
          return undefined;
        case outcome.stopped:
          this.stopped = true;
          return undefined;
        case outcome.broken:
          return error;
        case outcome.atFragments: {
          const walked = walkFragments(this.#source, next);
          chunk.fragments = walked.fragments;
          this.stopped = this.#stopsBehind(PIXEL_DATA) && !walked.error;
          if (walked.error || this.stopped) return walked.error;
          offset = walked.end;
          break;
        }
        case outcome.larger:
          size = offset === next ? size * GROWTH : size;
          offset = next;
          break;
        default:
          offset = next;
      }
      if (offset >= total) return undefined;
    }
  }

  #stopsBehind(tag: number): boolean {
    return (this.#stop.flags & 3) === 3 && this.#stop.tag === tag;
  }

  #window(offset: number, size: number) {
    const module = this.#module;
    const { bytes } = this.#source;
    const { tag, flags } = this.#stop;
    const scan = (pointer: number, base: number) => {
      const { object, out, call } = module;
      module.check(
        call.sl_object_scan(object, pointer, size, base, bytes.length, offset, tag, flags, out),
      );
      return takeScan(module, this.#source);
    };
    if (this.#isInflated) return scan(0, 0);
    return module.withBytes(bytes.subarray(offset, offset + size), (pointer) =>
      scan(pointer, offset),
    );
  }
}

/** Node's Buffer is an Uint8Array whose slice() copies nothing: what is copied here must be. */
export function plainBytes(buffer: ArrayBuffer | Uint8Array): Uint8Array {
  return buffer instanceof Uint8Array
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
}

/** Reads an object; of a broken one what stands before the break, and the error. */
export function readObject(bytes: Uint8Array, options: ReadOptions): ReadObject {
  return runInModule((module) => {
    const meta: DicomDataSet = {};
    const dict: DicomDataSet = {};
    const part10 = open(module, bytes, meta);
    delete meta["00020000"];
    meta["00020010"] ??= { vr: "UI", Value: [part10.syntax] };
    const isInflated = part10.inflated !== undefined;
    const source = sourceOf(part10.inflated ?? bytes, options.noCopy ?? false);
    const scan = new Scan(module, source, isInflated, options);
    const error = scan.run(part10.dataSetOffset, dict);
    return { meta, dict, error, stopped: scan.stopped };
  });
}
