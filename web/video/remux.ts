import { SlError } from "../shared/errc.ts";
import type { VideoStream } from "../shared/video.ts";
import { AvcCodec } from "./avc.ts";
import type { VideoCodec } from "./codec.ts";
import { stampBytes, type Container } from "./container.ts";
import { ForeignVideo } from "./foreign.ts";
import { HevcCodec } from "./hevc.ts";
import { TIMESCALE, mp4Head, type Sample } from "./mp4_writer.ts";
import { NalSplitter } from "./nal_splitter.ts";
import { Pictures, type CodedPicture } from "./pictures.ts";
import { TransportStream } from "./transport_stream.ts";

const BLOCK_BYTES = 4 * 1024 ** 2;
const MAX_STREAM_BYTES = 1024 ** 3;

/** A stream as an MP4 file: the same pictures, nothing encoded anew. */
export interface Remuxed {
  readonly file: Blob;
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** seconds at which each picture is shown, in that order */
  readonly times: readonly number[];
}
export interface RemuxOptions {
  /** pictures per second where the stream does not say when they are shown */
  readonly rate: number;
  readonly signal: AbortSignal;
  /** share of the stream that has been read */
  readonly progress: (share: number) => void;
}

/** Puts a transport stream, or a bare stream of H.264 or HEVC, into an MP4 file. Rejects with SlError: unsupported (MPEG-2, or
 *  something else), corrupt, limit_exceeded, stale (it was ended), what read() rejects with. */
export async function remux(
  stream: VideoStream,
  container: Container,
  options: RemuxOptions,
): Promise<Remuxed> {
  if (stream.size > MAX_STREAM_BYTES)
    throw new SlError("limit_exceeded", "the video is over 1 GiB");
  let demuxer: Demuxer | null = null;
  for (let at = 0; at < stream.size; at += BLOCK_BYTES) {
    const block = await stream.read(at, Math.min(BLOCK_BYTES, stream.size - at));
    if (options.signal.aborted) throw new SlError("stale", "another object is shown");
    demuxer ??= demuxerOf(container, block);
    demuxer.push(block);
    options.progress(Math.min(1, (at + BLOCK_BYTES) / stream.size));
  }
  if (demuxer === null) throw new SlError("no_pixels", "the video is empty");
  const { pictures, codec } = demuxer.end();
  const data = pictures.end();
  const list = pictures.list;
  if (!list.some(({ isKey }) => isKey))
    throw new SlError("corrupt", "the video has no first picture");
  const configuration = codec.configuration();
  const shown = shownTimes(list, configuration.rate ?? options.rate);
  const samples = list.map(({ bytes, isKey }, i): Sample => {
    return { bytes, isKey, shownAt: shown.ticks[i] ?? 0 };
  });
  const head = mp4Head(configuration, samples, shown.lastTicks);
  const sorted = [...shown.ticks].sort((a, b) => a - b);
  const first = sorted[0] ?? 0;
  return {
    file: new Blob([head, data], { type: "video/mp4" }),
    codec: configuration.codec,
    width: configuration.width,
    height: configuration.height,
    times: sorted.map((time) => (time - first) / TIMESCALE),
  };
}

interface Demuxer {
  push(block: Uint8Array): void;
  end(): { readonly pictures: Pictures; readonly codec: VideoCodec };
}
function demuxerOf(container: Container, head: Uint8Array): Demuxer {
  if (container === "h264" || container === "hevc") return new Elementary(codecOf(container));
  const stamp = container === "transport" ? stampBytes(head) : null;
  if (container === "unknown") throw new ForeignVideo("unsupported", { name: "", kind: "unknown" });
  if (stamp === null) throw new ForeignVideo("unsupported", { name: "MPEG-2", kind: "codec" });
  return new Transport(stamp);
}
function codecOf(kind: "h264" | "hevc"): VideoCodec {
  return kind === "h264" ? new AvcCodec() : new HevcCodec();
}

class Elementary implements Demuxer {
  readonly #codec: VideoCodec;
  readonly pictures: Pictures;
  readonly #splitter: NalSplitter;
  constructor(codec: VideoCodec) {
    this.#codec = codec;
    this.pictures = new Pictures(codec);
    this.#splitter = new NalSplitter((nal, offset) => {
      this.pictures.add(nal, offset);
    });
  }
  push(block: Uint8Array): void {
    this.#splitter.push(block);
  }
  end(): { pictures: Pictures; codec: VideoCodec } {
    this.#splitter.end();
    return { pictures: this.pictures, codec: this.#codec };
  }
}
class Transport implements Demuxer {
  readonly #stream: TransportStream;
  #inner: Elementary | null = null;
  #sound: string | null = null;
  /** of the video alone */
  #offset = 0;
  /** bytes of small packets, given on together */
  #parts: Uint8Array[] = [];
  #partBytes = 0;
  constructor(stamp: number) {
    this.#stream = new TransportStream(stamp, {
      found: (kind) => {
        if (kind === "mpeg2")
          throw new ForeignVideo("unsupported", { name: "MPEG-2", kind: "codec" });
        this.#inner = new Elementary(codecOf(kind));
      },
      onlySound: (name) => {
        this.#sound = name;
      },
      time: (pts) => {
        if (pts !== null) this.#inner?.pictures.timeAt(this.#offset, pts);
      },
      bytes: (part) => {
        this.#offset += part.length;
        this.#parts.push(part.slice());
        this.#partBytes += part.length;
      },
    });
  }
  push(block: Uint8Array): void {
    this.#stream.push(block);
    this.#giveOn();
  }
  end(): { pictures: Pictures; codec: VideoCodec } {
    if (this.#inner === null && this.#sound !== null)
      throw new ForeignVideo("no_pixels", { name: this.#sound, kind: "sound" });
    if (this.#inner === null)
      throw new SlError(
        "unsupported",
        "there is no video in the transport stream that can be played",
      );
    return this.#inner.end();
  }
  #giveOn(): void {
    const bytes = new Uint8Array(this.#partBytes);
    let at = 0;
    for (const part of this.#parts.splice(0)) {
      bytes.set(part, at);
      at += part.length;
    }
    this.#partBytes = 0;
    this.#inner?.push(bytes);
  }
}

/** When each picture is shown, ticks, in the order of decoding: as the transport stream says, else at an even pace in the order
 *  that the codec says. */
function shownTimes(
  list: readonly CodedPicture[],
  rate: number,
): { readonly ticks: readonly number[]; readonly lastTicks: number } {
  const even = TIMESCALE / rate;
  const stated = list.flatMap(({ time }) => (time === null ? [] : [time]));
  const isStated = stated.length === list.length && new Set(stated).size === list.length;
  if (isStated) {
    const sorted = [...stated].sort((a, b) => a - b);
    const mean = ((sorted.at(-1) ?? 0) - (sorted[0] ?? 0)) / Math.max(1, sorted.length - 1);
    return { ticks: stated, lastTicks: Math.max(1, Math.round(mean || even)) };
  }
  const order = list.map((_, i) => i);
  order.sort((a, b) => {
    const [one, other] = [list[a], list[b]];
    if (one === undefined || other === undefined) return 0;
    return one.sequence - other.sequence || one.order - other.order || a - b;
  });
  const ticks = new Array<number>(list.length).fill(0);
  order.forEach((picture, rank) => {
    ticks[picture] = Math.round(rank * even);
  });
  return { ticks, lastTicks: Math.max(1, Math.round(even)) };
}
