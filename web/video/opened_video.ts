import { SlError } from "../shared/errc.ts";
import type { VideoStream } from "../shared/video.ts";
import { containerOf, type Container } from "./container.ts";
import { codecName, foreignOf, ForeignVideo } from "./foreign.ts";
import { indexMp4 } from "./mp4_index.ts";
import { remux } from "./remux.ts";

const HEAD_BYTES = 1024;

/** A video that a <video> element can be given. */
export interface OpenedVideo {
  readonly address: string;
  /** seconds at which each picture is shown, in that order; at least one */
  readonly times: readonly number[];
  /** RFC 6381 */
  readonly codec: string;
  dispose(): void;
}
export interface OpenOptions {
  /** pictures per second where the stream does not say when they are shown */
  readonly rate: number;
  readonly signal: AbortSignal;
  readonly progress: (share: number) => void;
  /** whether this browser decodes it */
  readonly canPlay: (mimeType: string) => boolean;
}

/** What kind of file a stream is when it is saved. Rejects with SlError. */
export async function containerOfStream(stream: VideoStream): Promise<Container> {
  return containerOf(await headOf(stream));
}
function headOf(stream: VideoStream): Promise<Uint8Array> {
  return stream.read(0, Math.min(HEAD_BYTES, stream.size));
}

/** An MP4 file is given as it is, everything else is put into one. Rejects with ForeignVideo where it is known what is not
 *  played, and why; else with SlError: what indexMp4() and remux() reject with. */
export async function openVideo(stream: VideoStream, options: OpenOptions): Promise<OpenedVideo> {
  const head = await headOf(stream);
  const container = containerOf(head);
  const foreign = container === "unknown" ? foreignOf(head) : null;
  if (foreign !== null) throw new ForeignVideo("unsupported", foreign);
  if (container === "mp4") return openMp4(stream, options);
  const { file, codec, times } = await remux(stream, container, options);
  refuse(codec, options);
  return opened(URL.createObjectURL(file), times, codec);
}
async function openMp4(stream: VideoStream, options: OpenOptions): Promise<OpenedVideo> {
  const { times, codec } = await indexMp4(stream);
  refuse(codec, options);
  if (times.length === 0) throw new SlError("no_pixels", "the video has no pictures");
  if (stream.address !== null)
    return { address: stream.address, times, codec, dispose: () => undefined };
  const whole = await stream.whole();
  return opened(URL.createObjectURL(new Blob([whole], { type: "video/mp4" })), times, codec);
}
function refuse(codec: string, { canPlay }: OpenOptions): void {
  if (!canPlay(`video/mp4; codecs="${codec}"`))
    throw new ForeignVideo("unsupported", { name: codecName(codec), kind: "codec" });
}
function opened(address: string, times: readonly number[], codec: string): OpenedVideo {
  return {
    address,
    times,
    codec,
    dispose: () => {
      URL.revokeObjectURL(address);
    },
  };
}
