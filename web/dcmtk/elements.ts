import { lazyElement, nameElement, type DicomDataSet, type DicomElement } from "./element.ts";
import {
  UNDEFINED_LENGTH,
  WORDS,
  kind,
  word,
  type ByteSource,
  type EventChunk,
  type Span,
} from "./events.ts";
import { framesByTable } from "./fragments.ts";
import { textValues } from "./value_text.ts";

const vrNames = new Map<number, string>();
const tagKeys = new Map<number, string>();
/** Hostile files have tags without end; the standard's some thousands fit. */
const MOST_KEYS = 20_000;

function vrName(form: number): string {
  const letters = form & 0xffff;
  let name = vrNames.get(letters);
  if (name === undefined) {
    name = String.fromCharCode(letters & 0xff, letters >> 8);
    vrNames.set(letters, name);
  }
  return name;
}
/** "00100010" of 0x00100010. */
function tagKey(tag: number): string {
  let key = tagKeys.get(tag);
  if (key === undefined) {
    key = tag.toString(16).toUpperCase().padStart(8, "0");
    if (tagKeys.size < MOST_KEYS) tagKeys.set(tag, key);
  }
  return key;
}

/** Encapsulated values, so that a write makes fragments of them again. */
const encapsulated = new WeakSet<object>();
export function isEncapsulatedValue(value: unknown): boolean {
  return typeof value === "object" && value !== null && encapsulated.has(value);
}

const sizes: Readonly<Record<string, number>> = {
  US: 2,
  SS: 2,
  UL: 4,
  SL: 4,
  FL: 4,
  FD: 8,
  UV: 8,
  SV: 8,
  AT: 4,
};

/** The numbers of a value; what is too short for one more at its end is left out. */
export function numbersOf(
  vr: string,
  view: DataView,
  offset: number,
  length: number,
  little: boolean,
): (number | bigint)[] {
  const size = sizes[vr] ?? 1;
  const count = Math.floor(length / size);
  const values = new Array<number | bigint>(count);
  for (let i = 0; i < count; ++i) values[i] = numberAt(vr, view, offset + i * size, little);
  return values;
}

function numberAt(vr: string, view: DataView, at: number, little: boolean): number | bigint {
  switch (vr) {
    case "US":
      return view.getUint16(at, little);
    case "SS":
      return view.getInt16(at, little);
    case "UL":
      return view.getUint32(at, little);
    case "SL":
      return view.getInt32(at, little);
    case "FL":
      return view.getFloat32(at, little);
    case "FD":
      return view.getFloat64(at, little);
    case "UV":
      return view.getBigUint64(at, little);
    case "SV":
      return view.getBigInt64(at, little);
    default: // AT
      return ((view.getUint16(at, little) << 16) | view.getUint16(at + 2, little)) >>> 0;
  }
}

/** A copy, or with noCopy a view. */
function bulk({ bytes, noCopy }: ByteSource, { offset, length }: Span): ArrayBuffer | Uint8Array {
  const part = bytes.subarray(offset, offset + length);
  return noCopy ? part : part.slice().buffer;
}

/** Fragments as one buffer; with noCopy as they are. */
function joined(source: ByteSource, spans: readonly Span[]): unknown {
  const [only] = spans;
  if (spans.length === 1 && only) return bulk(source, only);
  if (source.noCopy) return spans.map((span) => bulk(source, span));
  const whole = new Uint8Array(spans.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const { offset, length } of spans) {
    whole.set(source.bytes.subarray(offset, offset + length), at);
    at += length;
  }
  return whole.buffer;
}

/** Frames where the offset table tells them apart, else fragments. */
function encapsulatedElement(vr: string, chunk: EventChunk, at: number): DicomElement {
  return lazyElement(vr, () => {
    const fragments = chunk.fragments && at < 0 ? chunk.fragments : nestedFragments(chunk, at);
    const frames = framesByTable(fragments) ?? fragments.spans.map((span) => [span]);
    const value = frames.map((spans) => joined(chunk.source, spans));
    encapsulated.add(value);
    return value;
  });
}

function nestedFragments(chunk: EventChunk, at: number) {
  const { events, source } = chunk;
  const spans: Span[] = [];
  const end = (events[at + word.first] ?? 0) * WORDS;
  for (let i = at + WORDS; i < end; i += WORDS)
    spans.push({ offset: events[i + word.offset] ?? 0, length: events[i + word.length] ?? 0 });
  const [table, ...rest] = spans;
  const offsetTable = table
    ? (numbersOf("UL", source.view, table.offset, table.length, true) as number[])
    : [];
  return { offsetTable, spans: rest };
}

/** Where the records of a DICOMDIR began in the file, which is how they point at each other. */
const origins = new WeakMap<DicomDataSet, number>();
const DIRECTORY_RECORDS = 0x00041220;
const ITEM_HEADER_BYTES = 8;
export function itemOrigin(item: DicomDataSet): number | undefined {
  return origins.get(item);
}

/** The items of a sequence, made when they are looked at. */
function sequenceElement(chunk: EventChunk, at: number): DicomElement {
  return lazyElement("SQ", () => {
    const { events } = chunk;
    const items: DicomDataSet[] = [];
    const end = (events[at + word.first] ?? 0) * WORDS;
    const isDirectory = events[at + word.tag] === DIRECTORY_RECORDS;
    for (let i = at + WORDS; i < end; i = (events[i + word.first] ?? 0) * WORDS) {
      const item = readLevel(chunk, i + WORDS, (events[i + word.first] ?? 0) * WORDS);
      if (isDirectory) origins.set(item, (events[i + word.offset] ?? 0) - ITEM_HEADER_BYTES);
      items.push(item);
    }
    return items;
  });
}

const CHARACTER_SET = "00080005";
const MOST_SMALL_BYTES = 256;

/** Copied at once, which costs less than to remember where it is. Not pixels: while nobody looked at them, frames are the file's. */
function isSmall(key: string, length: number): boolean {
  return length <= MOST_SMALL_BYTES && !key.startsWith("7FE0");
}

function textElement(vr: string, key: string, text: string): DicomElement {
  const { value, raw } = textValues(vr, text);
  if (vr === "PN") return nameElement(value, raw as string);
  // The text is UTF-8 from here on.
  if (key === CHARACTER_SET) return { vr, Value: ["ISO_IR 192"], _rawValue: raw };
  return { vr, Value: value, _rawValue: raw };
}

/** Reads events from word index `at` to `end` into a data set. */
export function readLevel(
  chunk: EventChunk,
  at: number,
  end: number,
  into: DicomDataSet = {},
): DicomDataSet {
  const { events, source, text } = chunk;
  while (at < end) {
    const form = events[at + word.form] ?? 0;
    const vr = vrName(form);
    const key = tagKey(events[at + word.tag] ?? 0);
    const offset = events[at + word.offset] ?? 0;
    const length = events[at + word.length] ?? 0;
    const first = events[at + word.first] ?? 0;
    let next = at + WORDS;
    switch ((form >> 16) & 0xff) {
      case kind.text:
        into[key] = textElement(vr, key, text.slice(first, events[at + word.second]));
        break;
      case kind.numbers: {
        const value = numbersOf(vr, source.view, offset, length, form < 1 << 24);
        into[key] = { vr, Value: value, _rawValue: value };
        break;
      }
      case kind.bytes:
        into[key] = isSmall(key, length)
          ? { vr, Value: [bulk(source, { offset, length })], _rawValue: undefined }
          : lazyElement(vr, () => [bulk(source, { offset, length })]);
        break;
      case kind.sequence:
        into[key] = sequenceElement(chunk, at);
        next = first * WORDS;
        break;
      case kind.fragments: {
        // Of the data set's own Pixel Data the items follow in chunk.fragments, else as events.
        const isOwn = first === 0 && length === UNDEFINED_LENGTH;
        into[key] = encapsulatedElement(vr, chunk, isOwn ? -1 : at);
        if (!isOwn) next = first * WORDS;
        break;
      }
    }
    at = next;
  }
  return into;
}
