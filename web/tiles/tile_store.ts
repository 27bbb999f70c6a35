import { SlError, type ErrcName } from "../shared/errc.ts";
import type { Manifest, ManifestFrame } from "../shared/manifest.ts";
import type { SampleBlock } from "../shared/messages.ts";
import type { ReceivedTile, TileWant } from "../source/tile_source.ts";
import { FrameRecord, type HeldFrame } from "./frame_record.ts";
import { blockBytes, coarseLevel, fullLevel, prefixBytes } from "./levels.ts";

/** Bytes to hand to a worker: a copy, so that its buffer may be transferred. */
export interface DecodeInput {
  readonly frame: ManifestFrame;
  readonly level: number;
  readonly generation: number;
  readonly bytes: ArrayBuffer;
}
/** Distance of a frame from what is looked at: 0 = shown (never evicted), Infinity = not in a shown stack. */
export type FrameRank = (frame: number) => number;

/** Holds the bytes and blocks of a study's frames. The only writer of tile states. */
export class TileStore {
  #manifest: Manifest;
  readonly #budgetBytes: number;
  readonly #records = new Map<number, FrameRecord>();
  #bytes = 0;
  #streamBytes = 0;
  #lastGeneration = 0;

  constructor(manifest: Manifest, budgetBytes: number) {
    this.#manifest = manifest;
    this.#budgetBytes = budgetBytes;
  }
  get manifest(): Manifest {
    return this.#manifest;
  }
  get budgetBytes(): number {
    return this.#budgetBytes;
  }
  get heldBytes(): number {
    return this.#bytes;
  }
  /** Of heldBytes, what is not decoded blocks. */
  get streamBytes(): number {
    return this.#streamBytes;
  }
  held(frame: number): HeldFrame | null {
    return this.#records.get(frame) ?? null;
  }
  /** The frame is on screen: of those that are in no stack, the longest unseen are evicted first. */
  touch(frame: number): void {
    const record = this.#records.get(frame);
    if (record === undefined) return;
    this.#records.delete(frame);
    this.#records.set(frame, record);
  }
  heldLevel(frame: number): number {
    return this.#records.get(frame)?.received ?? -1;
  }
  isUnavailable(frame: number): boolean {
    const stream = this.#manifest.frames[frame]?.stream ?? null;
    return (
      stream === null ||
      stream.failure !== null ||
      (this.#records.get(frame)?.failure ?? null) !== null
    );
  }
  /** The plan's list replaces the earlier one: what is not in it any more is not wanted any more. */
  want(list: readonly TileWant[]): void {
    const wanted = new Set<number>();
    for (const { frame } of list) wanted.add(frame);
    for (const [frame, record] of this.#records) {
      if (!wanted.has(frame))
        for (let level = 0; level < record.states.length; level++) unwant(record, level);
    }
    const seen = new Set<number>();
    for (const { frame, firstLevel, lastLevel } of list) {
      const record = this.#record(frame);
      if (!seen.has(frame))
        for (let level = 0; level < record.states.length; level++) unwant(record, level);
      seen.add(frame);
      for (let level = firstLevel; level <= lastLevel; level++) {
        const state = record.states[level];
        if (state === "absent" || state === "evicted" || state === "failed")
          record.move(level, "wanted");
      }
    }
  }
  /** The source has sent these wants. */
  requested(list: readonly TileWant[]): void {
    for (const { frame, firstLevel, lastLevel } of list) {
      const record = this.#records.get(frame);
      if (record === undefined) continue;
      for (let level = firstLevel; level <= lastLevel; level++) {
        if (record.states[level] === "wanted") record.move(level, "requested");
      }
    }
  }
  /** Takes a tile's bytes in. False: of no use (already here, or what it builds on is not). Throws SlError("corrupt")
   *  when it contradicts the manifest. */
  receive(tile: ReceivedTile): boolean {
    const frame = this.#manifest.frames[tile.frame];
    if (frame === undefined) throw new SlError("corrupt", "a tile of an unknown frame");
    const full = fullLevel(frame);
    const begin = prefixBytes(frame, tile.firstLevel - 1);
    if (
      tile.firstLevel > tile.lastLevel ||
      tile.lastLevel > full ||
      tile.offset !== begin ||
      tile.payload.byteLength !== prefixBytes(frame, tile.lastLevel) - begin
    ) {
      throw new SlError("corrupt", "a tile contradicts the manifest");
    }
    const record = this.#record(tile.frame);
    if (record.failure !== null) return false;
    if (tile.lastLevel <= record.received || tile.firstLevel > record.received + 1) return false;
    const skip = record.prefixBytes - begin;
    const chunk = skip === 0 ? tile.payload : tile.payload.subarray(skip);
    for (let level = record.received + 1; level <= tile.lastLevel; level++) {
      if (record.states[level] === "evicted") record.move(level, "wanted");
      if (record.states[level] === "wanted") record.move(level, "requested");
      record.move(level, "received");
    }
    record.chunks.push(chunk);
    record.prefixBytes += chunk.byteLength;
    record.received = tile.lastLevel;
    this.#bytes += chunk.byteLength;
    this.#streamBytes += chunk.byteLength;
    return true;
  }
  /** True when the bytes of a higher level than the decoded one wait for a worker. */
  isDecodable(frame: number): boolean {
    const record = this.#records.get(frame);
    return (
      record !== undefined &&
      record.failure === null &&
      record.decoding < 0 &&
      record.received > record.decoded
    );
  }
  /** Takes the highest received level for decoding; levels in between are skipped. */
  takeForDecode(frame: number): DecodeInput | null {
    const record = this.#records.get(frame);
    const entry = this.#manifest.frames[frame];
    if (record === undefined || entry === undefined || !this.isDecodable(frame)) return null;
    record.decoding = record.received;
    return decodeInput(entry, record, record.received);
  }
  /** The bytes of the levels 0…level, for a part of it, whatever is decoded of the frame meanwhile. */
  takeForPart(frame: number, level: number): DecodeInput | null {
    const record = this.#records.get(frame);
    const entry = this.#manifest.frames[frame];
    if (record === undefined || entry === undefined || record.failure !== null) return null;
    return record.received < level ? null : decodeInput(entry, record, level);
  }
  /** Takes the highest received level whose block has at most so many bytes, of a frame that shows nothing yet;
   *  whatever a worker does with it meanwhile. */
  takeSmall(frame: number, maxBlockBytes: number): DecodeInput | null {
    const record = this.#records.get(frame);
    const entry = this.#manifest.frames[frame];
    if (record === undefined || entry === undefined) return null;
    if (record.failure !== null || record.block !== null) return null;
    let level = record.received;
    while (level >= 0 && blockBytes(entry, level) > maxBlockBytes) level--;
    return level < 0 ? null : decodeInput(entry, record, level);
  }
  /** A worker's answer. False: it is about bytes that are gone, or a higher level came first. */
  decoded(input: DecodeInput, block: SampleBlock, digestEqual: boolean | null): boolean {
    const record = this.#recordOf(input);
    if (record === null) return false;
    if (record.decoding === input.level) record.decoding = -1;
    const isFull = input.level === fullLevel(input.frame);
    if (isFull && input.frame.stream?.digest != null && digestEqual !== true) {
      this.#dropBlock(record);
      this.#fail(record, "digest_mismatch", "the stored values are not those of the original");
      return true;
    }
    if (record.states[input.level] !== "received") return false;
    this.#dropBlock(record);
    record.block = block;
    record.decoded = input.level;
    this.#bytes += block.values.byteLength;
    record.move(input.level, "decoded");
    if (isFull && digestEqual === true) record.verified = true;
    if (isFull || block.missing !== null) record.missing = block.missing;
    return true;
  }
  /** A worker could not decode. What was decoded before stays, with its lower quality. */
  decodeFailed(input: DecodeInput, code: ErrcName, detail: string): boolean {
    const record = this.#recordOf(input);
    if (record === null) return false;
    record.decoding = -1;
    this.#fail(record, code, detail);
    return true;
  }
  /** The job was dropped before it began. */
  decodeDropped(input: DecodeInput): void {
    const record = this.#recordOf(input);
    if (record !== null) record.decoding = -1;
  }
  refused(frame: number, code: ErrcName, detail: string): void {
    if (this.#manifest.frames[frame] !== undefined) this.#fail(this.#record(frame), code, detail);
  }
  onGpu(frame: number): void {
    const record = this.#records.get(frame);
    if (record !== undefined && record.states[record.decoded] === "decoded")
      record.move(record.decoded, "on_gpu");
  }
  offGpu(frame: number): void {
    const record = this.#records.get(frame);
    if (record !== undefined && record.states[record.decoded] === "on_gpu")
      record.move(record.decoded, "decoded");
  }
  /** Frees memory until the budget is kept: farthest first, blocks before bytes, coarse bytes last. Returns the
   *  frames whose blocks are gone. */
  evict(rank: FrameRank): number[] {
    if (this.#bytes <= this.#budgetBytes) return [];
    const far = [...this.#records.keys()]
      .filter((frame) => rank(frame) > 0 && this.#record(frame).decoding < 0)
      .sort((a, b) => rank(b) - rank(a));
    const gone: number[] = [];
    for (const frame of far) {
      if (this.#bytes <= this.#budgetBytes) return gone;
      if (this.#record(frame).block === null) continue;
      this.#dropBlock(this.#record(frame));
      gone.push(frame);
    }
    for (const keepCoarse of [true, false]) {
      for (const frame of far) {
        if (this.#bytes <= this.#budgetBytes) return gone;
        const entry = this.#manifest.frames[frame];
        this.#truncate(
          this.#record(frame),
          keepCoarse && entry !== undefined ? coarseLevel(entry) : -1,
          entry,
        );
      }
    }
    return gone;
  }
  /** Takes a newer manifest: what is held moves to the frames' new numbers; frames that failed get another chance when
   *  the manifest says something new of them. Returns new number by old number. */
  rebase(manifest: Manifest): Map<number, number> {
    const numbers = new Map<string, number>();
    for (const frame of manifest.frames) numbers.set(identity(frame), frame.id);
    const moves = new Map<number, number>();
    const records = new Map<number, FrameRecord>();
    this.#bytes = 0;
    this.#streamBytes = 0;
    for (const [old, record] of this.#records) {
      const before = this.#manifest.frames[old];
      const id = before === undefined ? undefined : numbers.get(identity(before));
      const after = id === undefined ? undefined : manifest.frames[id];
      if (before === undefined || after === undefined || id === undefined) continue;
      moves.set(old, id);
      if (!sameStream(before, after)) continue;
      for (let level = 0; level < record.states.length; level++) unwant(record, level);
      record.decoding = -1;
      record.generation = ++this.#lastGeneration;
      records.set(id, record);
      this.#bytes += record.heldBytes;
      this.#streamBytes += record.prefixBytes;
    }
    this.#records.clear();
    for (const [id, record] of records) this.#records.set(id, record);
    this.#manifest = manifest;
    return moves;
  }
  #record(frame: number): FrameRecord {
    let record = this.#records.get(frame);
    if (record === undefined) {
      record = new FrameRecord(
        this.#manifest.frames[frame]?.stream?.ends.length ?? 0,
        ++this.#lastGeneration,
      );
      this.#records.set(frame, record);
    }
    return record;
  }
  #recordOf(input: DecodeInput): FrameRecord | null {
    const record = this.#records.get(input.frame.id);
    return record !== undefined && record.generation === input.generation ? record : null;
  }
  #fail(record: FrameRecord, code: ErrcName, detail: string): void {
    record.failure = code;
    record.failureDetail = detail;
    record.verified = false;
    for (let level = 0; level < record.states.length; level++) {
      const state = record.states[level];
      if (state === "requested" || (state === "received" && level > record.decoded))
        record.move(level, "failed");
      else if (state === "wanted") record.move(level, "absent");
    }
  }
  #dropBlock(record: FrameRecord): void {
    if (record.block === null) return;
    this.#bytes -= record.block.values.byteLength;
    record.block = null;
    record.move(record.decoded, "received");
    record.decoded = -1;
  }
  /** Keeps the bytes of the levels 0…level. */
  #truncate(record: FrameRecord, level: number, frame: ManifestFrame | undefined): void {
    if (record.received <= level) return;
    const keep = frame === undefined ? 0 : prefixBytes(frame, level);
    const chunks: Uint8Array[] = [];
    let at = 0;
    for (const chunk of record.chunks) {
      if (at >= keep) break;
      // slice, not subarray: the rest of the message must be free to go
      chunks.push(at + chunk.byteLength <= keep ? chunk : chunk.slice(0, keep - at));
      at += chunk.byteLength;
    }
    this.#bytes -= record.prefixBytes - keep;
    this.#streamBytes -= record.prefixBytes - keep;
    record.chunks = chunks;
    record.prefixBytes = keep;
    for (let gone = level + 1; gone <= record.received; gone++) {
      if (record.states[gone] === "received") record.move(gone, "evicted");
    }
    record.received = level;
    record.generation = ++this.#lastGeneration;
  }
}
function decodeInput(frame: ManifestFrame, record: FrameRecord, level: number): DecodeInput {
  const bytes = new Uint8Array(prefixBytes(frame, level));
  let at = 0;
  for (const chunk of record.chunks) {
    if (at >= bytes.byteLength) break;
    const part = chunk.subarray(0, bytes.byteLength - at);
    bytes.set(part, at);
    at += part.byteLength;
  }
  return { frame, level, generation: record.generation, bytes: bytes.buffer };
}
function unwant(record: FrameRecord, level: number): void {
  const state = record.states[level];
  if (state === "wanted" || state === "requested") record.move(level, "absent");
}
function identity(frame: ManifestFrame): string {
  return `${frame.instance.sopInstanceUID}/${frame.instance.hash}/${frame.frameNumber}`;
}
function sameStream(a: ManifestFrame, b: ManifestFrame): boolean {
  const before = a.stream;
  const after = b.stream;
  if (before === null || after === null) return false;
  return (
    before.encoding === after.encoding &&
    before.failure === after.failure &&
    before.ends.length === after.ends.length &&
    before.ends.every((end, level) => end === after.ends[level])
  );
}
