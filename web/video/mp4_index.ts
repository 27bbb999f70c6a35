import { SlError } from "../shared/errc.ts";
import type { VideoStream } from "../shared/video.ts";
import { boxHead, guarded } from "./mp4_boxes.ts";
import { MAX_PICTURES, fragmentTimes, readMovie, type VideoTrack } from "./mp4_times.ts";

const HEAD_BYTES = 16;
const MAX_MOVIE_BYTES = 64 * 1024 ** 2;
const MAX_FRAGMENT_BYTES = 8 * 1024 ** 2;
const MAX_BOXES = 65_536;

export interface Mp4Index {
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** seconds at which each picture is shown, in that order */
  readonly times: readonly number[];
}

/** Finds out when each picture of an MP4 file is shown, from its heads alone. Rejects with SlError: corrupt, limit_exceeded,
 *  no_pixels, what read() rejects with. */
export async function indexMp4(stream: VideoStream): Promise<Mp4Index> {
  let track: VideoTrack | null = null;
  let composed: number[] = [];
  let next = 0;
  const fragments: DataView[] = [];
  for (let at = 0, boxes = 0; at + 8 <= stream.size; boxes++) {
    if (boxes >= MAX_BOXES) throw new SlError("limit_exceeded", "the MP4 file has too many boxes");
    const head = boxHead(await viewOf(stream, at, Math.min(HEAD_BYTES, stream.size - at)));
    if (head === null) break; // padding
    const size = Math.min(head.size, stream.size - at);
    if (head.type === "moov" || head.type === "moof") {
      if (size > (head.type === "moov" ? MAX_MOVIE_BYTES : MAX_FRAGMENT_BYTES))
        throw new SlError("limit_exceeded", "the MP4 file's head is too large");
      const body = await viewOf(stream, at + head.headBytes, size - head.headBytes);
      if (head.type === "moof") fragments.push(body);
      else track ??= guarded(() => readMovie(body));
    }
    if (track !== null && !track.isFragmented) break; // all is known
    at += size;
  }
  if (track === null) throw new SlError("corrupt", "the MP4 file has no head");
  const found = track;
  composed = [...found.composed];
  for (const fragment of fragments) {
    const more = guarded(() => fragmentTimes(fragment, found, next));
    next = more.next;
    if (composed.length + more.composed.length > MAX_PICTURES)
      throw new SlError("limit_exceeded", "the video has too many pictures");
    composed = composed.concat(more.composed);
  }
  const { codec, width, height, shift, timescale } = found;
  const times = composed.map((time) => (time + shift) / timescale).sort((a, b) => a - b);
  // what an edit list leaves out is before the beginning
  return { codec, width, height, times: times.filter((time) => time > -0.5 / timescale) };
}
async function viewOf(stream: VideoStream, offset: number, length: number): Promise<DataView> {
  const bytes = await stream.read(offset, length);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
