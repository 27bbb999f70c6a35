import { SlError } from "../shared/errc.ts";
import { ForeignVideo, soundName } from "./foreign.ts";
import { boxesIn, find, need, type Box } from "./mp4_boxes.ts";

/** Hours of video. */
export const MAX_PICTURES = 1_000_000;

/** What the head of an MP4 file says of its first video. */
export interface VideoTrack {
  readonly id: number;
  /** "avc1.640028", or the sample entry's name where no more is known of it */
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly timescale: number;
  /** ticks from the times of composition to those at which pictures are shown */
  readonly shift: number;
  /** ticks at which the pictures of the head are composed, in the order of decoding */
  readonly composed: readonly number[];
  /** of pictures in fragments that state none */
  readonly defaultDuration: number;
  /** pictures follow in fragments ("moof") */
  readonly isFragmented: boolean;
}

const VIDEO = 0x76696465; // "vide"
const SOUND = 0x736f756e; // "soun"

/** Reads "moov". Throws SlError: corrupt, limit_exceeded, no_pixels (there is no video in it: ForeignVideo if there is sound). */
export function readMovie(moov: DataView): VideoTrack {
  const boxes = boxesIn(moov);
  const header = need(boxes, "mvhd");
  const movieScale = header.getUint32(header.getUint8(0) === 1 ? 20 : 12);
  let sound: string | null = null;
  for (const { type, body } of boxes) {
    if (type !== "trak") continue;
    const track = boxesIn(body);
    const media = boxesIn(need(track, "mdia"));
    const handler = need(media, "hdlr").getUint32(8);
    if (handler === VIDEO) return readTrack(boxes, track, media, movieScale);
    if (handler === SOUND) sound ??= soundName(entryOf(tableOf(media)).type);
  }
  if (sound !== null) throw new ForeignVideo("no_pixels", { name: sound, kind: "sound" });
  throw new SlError("no_pixels", "there is no video in the MP4 file");
}
function readTrack(
  movie: readonly Box[],
  track: readonly Box[],
  media: readonly Box[],
  movieScale: number,
): VideoTrack {
  const header = need(track, "tkhd");
  const id = header.getUint32(header.getUint8(0) === 1 ? 20 : 12);
  const mediaHeader = need(media, "mdhd");
  const timescale = mediaHeader.getUint32(mediaHeader.getUint8(0) === 1 ? 20 : 12);
  if (timescale === 0) throw new SlError("corrupt", "the MP4 file has no time scale");
  const table = tableOf(media);
  const extended = find(movie, "mvex");
  return {
    id,
    timescale,
    ...readEntry(entryOf(table)),
    shift: readShift(find(track, "edts"), timescale, movieScale),
    composed: composedTimes(need(table, "stts"), find(table, "ctts")),
    defaultDuration: extended === null ? 0 : defaultDuration(extended, id),
    isFragmented: extended !== null,
  };
}
function tableOf(media: readonly Box[]): readonly Box[] {
  return boxesIn(need(boxesIn(need(media, "minf")), "stbl"));
}
function entryOf(table: readonly Box[]): Box {
  const [entry] = boxesIn(need(table, "stsd"), 8);
  if (entry === undefined) throw new SlError("corrupt", "the MP4 file does not say what it holds");
  return entry;
}
/** The first sample entry: what decodes it, and its size. ISO/IEC 14496-15 E.2, E.3. */
function readEntry({ type, body }: Box): Pick<VideoTrack, "codec" | "width" | "height"> {
  const [width, height] = [body.getUint16(24), body.getUint16(26)];
  const inside = boxesIn(body, 78);
  const avc = find(inside, "avcC");
  const hex = (value: number): string => value.toString(16).padStart(2, "0");
  if (avc !== null && avc.byteLength >= 4)
    return {
      codec: `${type}.${[1, 2, 3].map((i) => hex(avc.getUint8(i))).join("")}`,
      width,
      height,
    };
  const hevc = find(inside, "hvcC");
  if (hevc !== null && hevc.byteLength >= 13) {
    const profile = new Uint8Array(hevc.buffer, hevc.byteOffset + 1, 12);
    return { codec: `${type}.${hevcProfile(profile)}`, width, height };
  }
  return { codec: type, width, height };
}
/** "1.6.L93.B0": general_profile_space … general_level_idc, 12 bytes. ISO/IEC 14496-15 E.3. */
export function hevcProfile(profile: Uint8Array): string {
  const [head = 0, ...rest] = profile;
  const space = ["", "A", "B", "C"][head >> 6] ?? "";
  const flags = rest.slice(0, 4).reduce((all, byte) => all * 256 + byte, 0);
  let reversed = 0;
  for (let bit = 0; bit < 32; bit++)
    if (Math.floor(flags / 2 ** bit) % 2 === 1) reversed += 2 ** (31 - bit);
  const constraints = rest.slice(4, 10);
  while (constraints.at(-1) === 0) constraints.pop();
  const tier = (head & 0x20) === 0 ? "L" : "H";
  return [
    `${space}${String(head & 0x1f)}`,
    reversed.toString(16).toUpperCase(),
    `${tier}${String(rest[10] ?? 0)}`,
    ...constraints.map((byte) => byte.toString(16).toUpperCase()),
  ].join(".");
}
/** Edit lists of an empty edit, and one that begins inside of the media. 8.6.6. */
function readShift(edts: DataView | null, timescale: number, movieScale: number): number {
  const list = edts === null ? null : find(boxesIn(edts), "elst");
  if (list === null || movieScale === 0) return 0;
  const isLong = list.getUint8(0) === 1;
  const count = Math.min(list.getUint32(4), 16);
  let empty = 0;
  for (let i = 0; i < count; i++) {
    const at = 8 + i * (isLong ? 20 : 12);
    const duration = isLong ? Number(list.getBigUint64(at)) : list.getUint32(at);
    const begin = isLong ? Number(list.getBigInt64(at + 8)) : list.getInt32(at + 4);
    if (begin >= 0) return empty - begin;
    empty += (duration / movieScale) * timescale;
  }
  return empty;
}
/** 8.6.1.2 and 8.6.1.3. */
function composedTimes(stts: DataView, ctts: DataView | null): number[] {
  const times: number[] = [];
  let now = 0;
  const runs = Math.min(stts.getUint32(4), (stts.byteLength - 8) / 8);
  for (let run = 0; run < runs; run++) {
    const [count, delta] = [stts.getUint32(8 + 8 * run), stts.getUint32(12 + 8 * run)];
    if (times.length + count > MAX_PICTURES)
      throw new SlError("limit_exceeded", "the video has too many pictures");
    for (let i = 0; i < count; i++, now += delta) times.push(now);
  }
  if (ctts === null) return times;
  let at = 0;
  const offsets = Math.min(ctts.getUint32(4), (ctts.byteLength - 8) / 8);
  for (let run = 0; run < offsets; run++) {
    const offset = ctts.getInt32(12 + 8 * run);
    const end = Math.min(at + ctts.getUint32(8 + 8 * run), times.length);
    for (; at < end; at++) times[at] = (times[at] ?? 0) + offset;
  }
  return times;
}
/** "trex", 8.8.3. */
function defaultDuration(mvex: DataView, id: number): number {
  for (const { type, body } of boxesIn(mvex))
    if (type === "trex" && body.getUint32(4) === id) return body.getUint32(12);
  return 0;
}

/** Ticks at which the pictures of a fragment are composed. 8.8.4 to 8.8.12. next: when the fragment before ended. */
export function fragmentTimes(
  moof: DataView,
  track: VideoTrack,
  next: number,
): { readonly composed: readonly number[]; readonly next: number } {
  const composed: number[] = [];
  let now = next;
  for (const { type, body } of boxesIn(moof)) {
    if (type !== "traf") continue;
    const boxes = boxesIn(body);
    const header = need(boxes, "tfhd");
    if (header.getUint32(4) !== track.id) continue;
    const flags = header.getUint32(0) & 0xffffff;
    const at = 8 + ((flags & 1) === 0 ? 0 : 8) + ((flags & 2) === 0 ? 0 : 4);
    const usual = (flags & 8) === 0 ? track.defaultDuration : header.getUint32(at);
    const time = find(boxes, "tfdt");
    if (time !== null)
      now = time.getUint8(0) === 1 ? Number(time.getBigUint64(4)) : time.getUint32(4);
    for (const run of boxes) if (run.type === "trun") now = readRun(run.body, usual, now, composed);
  }
  return { composed, next: now };
}
function readRun(run: DataView, usual: number, begin: number, composed: number[]): number {
  const flags = run.getUint32(0) & 0xffffff;
  const count = run.getUint32(4);
  if (composed.length + count > MAX_PICTURES)
    throw new SlError("limit_exceeded", "the video has too many pictures");
  let at = 8 + ((flags & 1) === 0 ? 0 : 4) + ((flags & 4) === 0 ? 0 : 4);
  const take = (flag: number): number | null => {
    if ((flags & flag) === 0) return null;
    at += 4;
    return run.getInt32(at - 4);
  };
  let now = begin;
  for (let i = 0; i < count; i++) {
    const duration = take(0x100) ?? usual;
    take(0x200);
    take(0x400);
    composed.push(now + (take(0x800) ?? 0));
    now += duration;
  }
  return now;
}
