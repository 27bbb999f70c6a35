import { ERRC_NAMES, SlError } from "../shared/errc.ts";
import type { ErrcName } from "../shared/errc.ts";
import { isUid } from "../shared/uid.ts";

/** The messages of `sightline.tiles.v1`, the twin of wasm/wire/tile_frame.hpp. docs/wire_format.md is the
 *  specification; both twins read every file of tests/fixtures/wire. No input or output of its own. */

export const subprotocol = "sightline.tiles.v1";
export const wholeStudy = 0xffffffff;
const version = 1;
const tileHeaderBytes = 24;
/** Mirror of sightline::Limits. */
const maxWants = 65536;
const maxTextBytes = 64 * 1024;
const maxFrameBytes = 1024 ** 3;
/** ISO/IEC 15444-1 table A.15: at most 32 decompositions. */
const maxLevel = 32;

export interface Open {
  readonly type: "open";
  readonly slot: number;
  readonly revision: string;
  readonly studyInstanceUID: string;
}
/** Levels first…last of one frame, in one tile. Frames are numbered through the manifest. */
export interface WantEntry {
  readonly frame: number;
  readonly slot: number;
  readonly firstLevel: number;
  readonly lastLevel: number;
}
export interface Want {
  readonly type: "want";
  readonly epoch: number;
  readonly entries: readonly WantEntry[];
}
export interface Close {
  readonly type: "close";
  readonly slot: number;
}
export type ClientMessage = Open | Want | Close;

export interface Opened {
  readonly type: "opened";
  readonly slot: number;
  readonly revision: string;
  readonly frameCount: number;
}
export interface Tile {
  readonly type: "tile";
  readonly slot: number;
  readonly epoch: number;
  readonly frame: number;
  readonly firstLevel: number;
  readonly lastLevel: number;
  /** where `payload` begins in the frame's stream */
  readonly offset: number;
  /** a view into the message, not a copy */
  readonly payload: Uint8Array;
}
/** `frame` = wholeStudy: the study itself was refused. */
export interface Refused {
  readonly type: "refused";
  readonly slot: number;
  readonly epoch: number;
  readonly frame: number;
  readonly code: ErrcName;
  readonly detail: string;
}
export interface Done {
  readonly type: "done";
  readonly epoch: number;
}
export interface Changed {
  readonly type: "changed";
  readonly slot: number;
  readonly revision: string;
}
export type ServerMessage = Opened | Tile | Refused | Done | Changed;

const typeByte = {
  open: 0x01,
  want: 0x02,
  close: 0x03,
  opened: 0x81,
  tile: 0x82,
  refused: 0x83,
  done: 0x84,
  changed: 0x85,
} as const;

function refuse(detail: string): never {
  throw new SlError("corrupt", detail);
}

/** Writes the header fields of one message; throws invalid_argument when a number does not fit its field. */
class Writer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #at = 0;
  constructor(type: number, length: number) {
    this.bytes = new Uint8Array(length);
    this.#view = new DataView(this.bytes.buffer);
    this.u8(type);
    this.u8(version);
  }
  #check(value: number, max: number): number {
    if (!Number.isInteger(value) || value < 0 || value > max)
      throw new SlError("invalid_argument", "a wire field is out of range");
    return value;
  }
  u8(value: number): void {
    this.#view.setUint8(this.#at, this.#check(value, 0xff));
    this.#at += 1;
  }
  u16(value: number): void {
    this.#view.setUint16(this.#at, this.#check(value, 0xffff), true);
    this.#at += 2;
  }
  u32(value: number): void {
    this.#view.setUint32(this.#at, this.#check(value, 0xffffffff), true);
    this.#at += 4;
  }
  u64(decimal: string): void {
    if (!/^\d{1,20}$/.test(decimal) || BigInt(decimal) > 0xffffffffffffffffn) {
      throw new SlError("invalid_argument", "a revision is a decimal u64");
    }
    this.#view.setBigUint64(this.#at, BigInt(decimal), true);
    this.#at += 8;
  }
  append(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }
}

/** Reads fields in order; a read past the end and bytes left over are both corrupt. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  #advance(count: number): number {
    const at = this.#at;
    if (count > this.#bytes.length - at) refuse("message too short");
    this.#at = at + count;
    return at;
  }
  get left(): number {
    return this.#bytes.length - this.#at;
  }
  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }
  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }
  i32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }
  u64(): string {
    return this.#view.getBigUint64(this.#advance(8), true).toString();
  }
  zero16(): void {
    if (this.u16() !== 0) refuse("reserved field is not zero");
  }
  zero32(): void {
    if (this.u32() !== 0) refuse("reserved field is not zero");
  }
  take(count: number): Uint8Array {
    const at = this.#advance(count);
    return this.#bytes.subarray(at, at + count);
  }
  end(): void {
    if (this.left !== 0) refuse("message too long");
  }
}

/** `[levels, in order, no higher than a codestream can have]` */
function readLevels(reader: Reader): [number, number] {
  const first = reader.u8();
  const last = reader.u8();
  if (first > last || last > maxLevel) refuse("levels out of order");
  return [first, last];
}

function readText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse("text is not UTF-8");
  }
}

export function encodeOpen(
  slot: number,
  revision: string,
  studyInstanceUID: string,
): Uint8Array<ArrayBuffer> {
  if (!isUid(studyInstanceUID)) throw new SlError("invalid_argument", "not a UID");
  const writer = new Writer(typeByte.open, 16 + studyInstanceUID.length);
  writer.u16(slot);
  writer.u32(studyInstanceUID.length);
  writer.u64(revision);
  writer.append(new TextEncoder().encode(studyInstanceUID));
  return writer.bytes;
}

export function encodeWant(epoch: number, entries: readonly WantEntry[]): Uint8Array<ArrayBuffer> {
  if (entries.length > maxWants) throw new SlError("limit_exceeded", "too many wants");
  const writer = new Writer(typeByte.want, 12 + 8 * entries.length);
  writer.u16(0);
  writer.u32(epoch);
  writer.u32(entries.length);
  for (const entry of entries) {
    if (entry.firstLevel > entry.lastLevel || entry.lastLevel > maxLevel)
      throw new SlError("invalid_argument", "levels out of order");
    writer.u32(entry.frame);
    writer.u16(entry.slot);
    writer.u8(entry.firstLevel);
    writer.u8(entry.lastLevel);
  }
  return writer.bytes;
}

export function encodeClose(slot: number): Uint8Array<ArrayBuffer> {
  const writer = new Writer(typeByte.close, 4);
  writer.u16(slot);
  return writer.bytes;
}

export function encodeClientMessage(message: ClientMessage): Uint8Array<ArrayBuffer> {
  switch (message.type) {
    case "open":
      return encodeOpen(message.slot, message.revision, message.studyInstanceUID);
    case "want":
      return encodeWant(message.epoch, message.entries);
    case "close":
      return encodeClose(message.slot);
  }
}

function parseOpened(reader: Reader): Opened {
  const slot = reader.u16();
  const frameCount = reader.u32();
  const revision = reader.u64();
  reader.end();
  return { type: "opened", slot, revision, frameCount };
}

function parseTile(reader: Reader): Tile {
  const slot = reader.u16();
  const epoch = reader.u32();
  const frame = reader.u32();
  const [firstLevel, lastLevel] = readLevels(reader);
  reader.zero16();
  const offset = reader.u32();
  const length = reader.u32();
  if (length > maxFrameBytes)
    throw new SlError("limit_exceeded", "tile larger than a frame may be");
  if (offset + length > 0xffffffff) refuse("tile ends past 4 GiB");
  const payload = reader.take(length);
  reader.end();
  return { type: "tile", slot, epoch, frame, firstLevel, lastLevel, offset, payload };
}

function parseRefused(reader: Reader): Refused {
  const slot = reader.u16();
  const epoch = reader.u32();
  const frame = reader.u32();
  const code = ERRC_NAMES[reader.i32()];
  if (code === undefined || code === "ok") refuse("not an error code");
  const length = reader.u32();
  if (length > maxTextBytes) throw new SlError("limit_exceeded", "text too long");
  const detail = readText(reader.take(length));
  reader.end();
  return { type: "refused", slot, epoch, frame, code, detail };
}

function parseDone(reader: Reader): Done {
  reader.zero16();
  const epoch = reader.u32();
  reader.end();
  return { type: "done", epoch };
}

function parseChanged(reader: Reader): Changed {
  const slot = reader.u16();
  reader.zero32();
  const revision = reader.u64();
  reader.end();
  return { type: "changed", slot, revision };
}

function readType(reader: Reader): number {
  const type = reader.u8();
  if (reader.u8() !== version) refuse("unknown version");
  return type;
}

/** Errors: corrupt, limit_exceeded. Lifetime: Tile.payload is a view into `bytes`. */
export function parseServerMessage(bytes: Uint8Array): ServerMessage {
  const reader = new Reader(bytes);
  switch (readType(reader)) {
    case typeByte.opened:
      return parseOpened(reader);
    case typeByte.tile:
      return parseTile(reader);
    case typeByte.refused:
      return parseRefused(reader);
    case typeByte.done:
      return parseDone(reader);
    case typeByte.changed:
      return parseChanged(reader);
    default:
      return refuse("unknown message type");
  }
}

function parseOpen(reader: Reader): Open {
  const slot = reader.u16();
  const length = reader.u32();
  if (length < 1 || length > 64) refuse("UID length out of range");
  const revision = reader.u64();
  const studyInstanceUID = readText(reader.take(length));
  if (!isUid(studyInstanceUID)) refuse("UID is not ASCII text");
  reader.end();
  return { type: "open", slot, revision, studyInstanceUID };
}

function parseWant(reader: Reader): Want {
  reader.zero16();
  const epoch = reader.u32();
  const count = reader.u32();
  if (count > maxWants) throw new SlError("limit_exceeded", "too many wants");
  if (reader.left !== 8 * count) refuse("want-list length does not match its count");
  const entries: WantEntry[] = [];
  for (let i = 0; i < count; i++) {
    const frame = reader.u32();
    const slot = reader.u16();
    const [firstLevel, lastLevel] = readLevels(reader);
    entries.push({ frame, slot, firstLevel, lastLevel });
  }
  return { type: "want", epoch, entries };
}

/** The server's side, for loop-back sources and tests; the page does not bundle it. Errors: corrupt, limit_exceeded. */
export function parseClientMessage(bytes: Uint8Array): ClientMessage {
  const reader = new Reader(bytes);
  switch (readType(reader)) {
    case typeByte.open:
      return parseOpen(reader);
    case typeByte.want:
      return parseWant(reader);
    case typeByte.close: {
      const slot = reader.u16();
      reader.end();
      return { type: "close", slot };
    }
    default:
      return refuse("unknown message type");
  }
}

function encodeTile(tile: Tile): Uint8Array<ArrayBuffer> {
  const writer = new Writer(typeByte.tile, tileHeaderBytes + tile.payload.length);
  writer.u16(tile.slot);
  writer.u32(tile.epoch);
  writer.u32(tile.frame);
  writer.u8(tile.firstLevel);
  writer.u8(tile.lastLevel);
  writer.u16(0);
  writer.u32(tile.offset);
  writer.u32(tile.payload.length);
  writer.append(tile.payload);
  return writer.bytes;
}

function encodeRefused(refused: Refused): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(refused.detail);
  const writer = new Writer(typeByte.refused, 20 + text.length);
  writer.u16(refused.slot);
  writer.u32(refused.epoch);
  writer.u32(refused.frame);
  writer.u32(ERRC_NAMES.indexOf(refused.code));
  writer.u32(text.length);
  writer.append(text);
  return writer.bytes;
}

/** The server's side, for loop-back sources and tests; the page does not bundle it. */
export function encodeServerMessage(message: ServerMessage): Uint8Array<ArrayBuffer> {
  switch (message.type) {
    case "tile":
      return encodeTile(message);
    case "refused":
      return encodeRefused(message);
    case "opened": {
      const writer = new Writer(typeByte.opened, 16);
      writer.u16(message.slot);
      writer.u32(message.frameCount);
      writer.u64(message.revision);
      return writer.bytes;
    }
    case "done": {
      const writer = new Writer(typeByte.done, 8);
      writer.u16(0);
      writer.u32(message.epoch);
      return writer.bytes;
    }
    case "changed": {
      const writer = new Writer(typeByte.changed, 16);
      writer.u16(message.slot);
      writer.u32(0);
      writer.u64(message.revision);
      return writer.bytes;
    }
  }
}
