import type { Ranged } from "./byte_ranges.ts";
import { DicomError, errorOf } from "./dicom_error.ts";
import type { DicomDataSet } from "./element.ts";
import { readLevel } from "./elements.ts";
import { WORDS, outcome, type ByteSource, type EventChunk } from "./events.ts";
import { walkFragments } from "./fragments.ts";
import { heldBytes, runInModule, type ModuleInstance } from "./module.ts";

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

const GROWTH = 8;
/** Of an object that is read by ranges. */
const FIRST_RANGE = 64 * 1024;
const RANGE_GROWTH = 4;
const MOST_HEADER_BYTES = 256 * 1024 * 1024;
const PIXEL_DATA = 0x7fe00010;
const DEFLATED = 4;
/** Offsets of the module's events. */
const MOST_OFFSET = 0xffffffff;
const NEED_MORE_INPUT = 1;

/** The outer form of a file. */
export interface Part10 {
  readonly dataSetOffset: number;
  /** Bits of SlPart10. */
  readonly flags: number;
  readonly syntax: string;
  /** The data set where it was deflated: offsets count from its beginning. */
  readonly inflated: Uint8Array | undefined;
}

export interface ReadObject {
  readonly meta: DicomDataSet;
  readonly dict: DicomDataSet;
  readonly error: DicomError | undefined;
  /** At untilTag. */
  readonly stopped: boolean;
  readonly part10: Part10;
  /** Where reading stopped. */
  readonly end: number;
}

/** The tag at which reading ends, if any. Errors: invalid_argument. */
export function stopTagOf({ untilTag }: ReadOptions): number | undefined {
  if (untilTag === undefined || untilTag === null || untilTag === "") return undefined;
  if (typeof untilTag !== "string" || !/^[0-9A-Fa-f]{8}$/.test(untilTag))
    throw new DicomError("invalid_argument", 'untilTag: eight digits are wanted, as "7FE00010"');
  return parseInt(untilTag, 16);
}

/** A longer beginning of the object is needed. */
class NeedsMore extends Error {
  readonly bytes: number;
  constructor(bytes: number) {
    super("more bytes");
    this.bytes = bytes;
  }
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

/** What an SlPart10 in `out` says. */
function takePart10(module: ModuleInstance): Part10 {
  const field = (index: number): number => module.u32(module.out + 4 * index);
  const flags = field(3);
  return {
    dataSetOffset: field(2),
    flags,
    syntax: module.text(field(4), field(5)),
    inflated: flags & DEFLATED ? module.bytes(field(6), field(7)).slice() : undefined,
  };
}

/** The outer form by the first `size` bytes, which are at `pointer`; undefined when it takes more. */
function openAt(
  module: ModuleInstance,
  pointer: number,
  size: number,
  total: number,
  meta: (chunk: EventChunk) => void,
  bytes: Uint8Array,
): Part10 | undefined {
  const { call, object, out } = module;
  const errc = call.sl_object_open(object, pointer, size, Math.min(total, MOST_OFFSET), out);
  if (errc === NEED_MORE_INPUT && size < total) return undefined;
  module.check(errc);
  const part10 = takePart10(module);
  call.sl_object_meta(object, pointer, size, out);
  const scan = takeScan(module, sourceOf(bytes, false));
  meta(scan.chunk);
  if (scan.error) throw scan.error;
  return part10;
}

/** The outer form, from as much of the file as it needs. `held`: how much of the file is held in the module then. */
function open(
  module: ModuleInstance,
  bytes: Uint8Array,
  total: number,
  meta: DicomDataSet,
): { part10: Part10; held: Held | undefined } {
  const take = (chunk: EventChunk): void => {
    readInto(chunk, meta);
  };
  const first = Math.min(heldBytes, bytes.length);
  const pointer = module.hold(bytes.subarray(0, first));
  const part10 = openAt(module, pointer, first, total, take, bytes);
  if (part10) return { part10, held: { pointer, length: first } };
  for (let size = first; size < bytes.length;) {
    size = Math.min(size * GROWTH, bytes.length);
    const beginning = bytes.subarray(0, size);
    const opened = module.withBytes(beginning, (at) =>
      openAt(module, at, size, total, take, bytes),
    );
    if (opened) return { part10: opened, held: undefined };
  }
  throw new NeedsMore(0);
}

/** The beginning of the file, in the module. */
interface Held {
  readonly pointer: number;
  readonly length: number;
}

class Scan {
  readonly #module: ModuleInstance;
  readonly #source: ByteSource;
  readonly #isInflated: boolean;
  readonly #total: number;
  readonly #stop: { tag: number; flags: number };
  #held: Held | undefined;
  /** `total`: bytes of the object, of which the source may be the beginning. */
  constructor(
    module: ModuleInstance,
    source: ByteSource,
    { isInflated, held }: { isInflated: boolean; held: Held | undefined },
    total: number,
    options: ReadOptions,
  ) {
    this.#module = module;
    this.#source = source;
    this.#isInflated = isInflated;
    this.#held = held;
    this.#total = total;
    const flags = (options.includeUntilTagValue ? 2 : 0) | (options.stopOnGreaterTag ? 4 : 0);
    const stop = stopTagOf(options);
    this.#stop = stop === undefined ? { tag: 0, flags: 0 } : { tag: stop, flags: 1 | flags };
  }

  stopped = false;
  end = 0;

  /** Reads the data set that begins at `offset`, window by window. */
  run(offset: number, dict: DicomDataSet): DicomError | undefined {
    const total = this.#total;
    const there = this.#source.bytes.length;
    for (let size = heldBytes; ;) {
      if (offset >= there && there < total) throw new NeedsMore(offset);
      const { chunk, end, next, error, reach } = this.#window(
        offset,
        Math.min(size, there - offset),
      );
      readInto(chunk, dict);
      this.end = next;
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
          if (offset === next && reach >= there) throw new NeedsMore(0);
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

  /** Reads on at `offset`, in a window of `size` bytes or, the first time, in what is held. `reach`: where it ends. */
  #window(offset: number, size: number) {
    const module = this.#module;
    const { bytes } = this.#source;
    const { tag, flags } = this.#stop;
    const scan = (pointer: number, base: number, length: number) => {
      const { object, out, call } = module;
      module.check(
        call.sl_object_scan(object, pointer, length, base, this.#total, offset, tag, flags, out),
      );
      return { ...takeScan(module, this.#source), reach: base + length };
    };
    if (this.#isInflated) return scan(0, 0, bytes.length);
    const held = this.#held;
    this.#held = undefined;
    if (held && offset < held.length) return scan(held.pointer, 0, held.length);
    return module.withBytes(bytes.subarray(offset, offset + size), (pointer) =>
      scan(pointer, offset, size),
    );
  }
}

/** Reads an object; of a broken one what stands before the break, and the error. */
export function readObject(bytes: Uint8Array, options: ReadOptions): ReadObject {
  if (bytes.length > MOST_OFFSET)
    throw new DicomError("limit_exceeded", "larger than 4 GiB: DicomMessage.readSource reads it");
  return readPart(bytes, bytes.length, options);
}

/** `bytes` are the beginning of `total`. Errors: NeedsMore where they are too few. */
function readPart(bytes: Uint8Array, total: number, options: ReadOptions): ReadObject {
  return runInModule((module) => {
    const meta: DicomDataSet = {};
    const dict: DicomDataSet = {};
    const { part10, held } = open(module, bytes, total, meta);
    delete meta["00020000"];
    meta["00020010"] ??= { vr: "UI", Value: [part10.syntax] };
    const { inflated } = part10;
    const source = sourceOf(inflated ?? bytes, options.noCopy ?? false);
    // The header of an object over 4 GiB lies in the first 4 GiB.
    const most = inflated?.length ?? Math.min(total, MOST_OFFSET);
    const scan = new Scan(
      module,
      source,
      { isInflated: inflated !== undefined, held },
      most,
      options,
    );
    const error = scan.run(part10.dataSetOffset, dict);
    return { meta, dict, error, stopped: scan.stopped, part10, end: scan.end };
  });
}

function attempt(bytes: Uint8Array, size: number, options: ReadOptions): ReadObject | NeedsMore {
  try {
    return readPart(bytes, size, options);
  } catch (error) {
    if (error instanceof NeedsMore) return error;
    throw error;
  }
}

/** Whether bytes behind these are needed for what `options` ask for. */
export function needsMore(bytes: Uint8Array, options: ReadOptions): boolean {
  return attempt(bytes, MOST_OFFSET, options) instanceof NeedsMore;
}

/** Reads as much of an object as `options` ask for, from as few and short beginnings of it as do. Errors: as readObject;
 *  limit_exceeded (they do not end in the first 256 MiB). */
export function* readHeader(
  size: number,
  options: ReadOptions,
  first = FIRST_RANGE,
): Ranged<ReadObject & { bytes: Uint8Array }> {
  for (let length = Math.min(first, size); ;) {
    const bytes = yield { offset: 0, length };
    const read = attempt(bytes, size, options);
    if (!(read instanceof NeedsMore)) return { ...read, bytes };
    const wanted = Math.min(size, Math.max(read.bytes + FIRST_RANGE, RANGE_GROWTH * length));
    if (wanted > MOST_HEADER_BYTES)
      throw new DicomError("limit_exceeded", "the header does not end");
    length = wanted;
  }
}
