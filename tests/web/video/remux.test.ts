// Streams of other encoders, put into MP4 files: ffmpeg decodes them to the same pictures at the times that it gives them itself.
import { afterAll, describe, expect, test } from "vitest";
import { SlError } from "../../../web/shared/errc.ts";
import { containerOf } from "../../../web/video/container.ts";
import { ForeignVideo, type Foreign } from "../../../web/video/foreign.ts";
import { indexMp4 } from "../../../web/video/mp4_index.ts";
import { openVideo } from "../../../web/video/opened_video.ts";
import { remux, type Remuxed } from "../../../web/video/remux.ts";
import { disposeStreams, encoded, encodedAll, pictures, shownAt, streamOf } from "./streams.ts";

afterAll(disposeStreams);

const X264 = ["-c:v", "libx264", "-threads", "1"];
const X265 = ["-c:v", "libx265", "-x265-params", "log-level=none:pools=none:frame-threads=1"];
const CASES: readonly (readonly [name: string, ending: string, options: readonly string[]])[] = [
  ["H.264 with B pictures", "h264", [...X264, "-bf", "3", "-g", "12"]],
  [
    "H.264 with pyramids and open groups",
    "h264",
    [...X264, "-x264-params", "bframes=5:b-pyramid=normal:open-gop=1:keyint=15"],
  ],
  ["H.264 without B pictures", "h264", [...X264, "-bf", "0", "-tune", "zerolatency"]],
  ["H.264 in several slices", "h264", [...X264, "-x264-params", "slices=4:bframes=2"]],
  [
    "H.264 interlaced",
    "h264",
    [...X264, "-flags", "+ildct", "-x264-params", "interlaced=1:bframes=2"],
  ],
  ["H.264 of 4:4:4, High 4:4:4 Predictive", "h264", [...X264, "-pix_fmt", "yuv444p"]],
  ["H.264 with access unit delimiters", "h264", [...X264, "-x264-params", "aud=1:bframes=3"]],
  ["H.264 in a transport stream", "ts", [...X264, "-bf", "3", "-g", "12"]],
  ["H.264 in a transport stream with stamps", "m2ts", [...X264, "-bf", "3", "-g", "12"]],
  ["HEVC", "hevc", [...X265, "-bf", "3"]],
  ["HEVC of 10 bits", "hevc", [...X265, "-pix_fmt", "yuv420p10le"]],
  ["HEVC in a transport stream", "ts", [...X265]],
];

function remuxed(bytes: Uint8Array, rate = 25): Promise<Remuxed> {
  const options = { rate, signal: new AbortController().signal, progress: () => undefined };
  return remux(streamOf(bytes), containerOf(bytes), options);
}
async function bytesOf(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}

describe("the same pictures, at their times", () => {
  test.each(CASES)("%s", async (_name, ending, options) => {
    const source = encoded(ending, options);
    const made = await remuxed(source);
    const file = await bytesOf(made.file);
    expect(pictures(file)).toEqual(pictures(source));
    expect([made.width, made.height]).toEqual([64, 48]);
    const times = shownAt(file);
    expect(times).toHaveLength(40);
    times.forEach((time, i) => {
      expect(time).toBeCloseTo(i / 25, 3);
      expect(made.times[i]).toBeCloseTo(i / 25, 3);
    });
    const index = await indexMp4(streamOf(file));
    expect(index.times).toHaveLength(40);
    expect(index.codec).toBe(made.codec.replace("hvc1", index.codec.slice(0, 4)));
  });
});

const X264_FILE = [...X264, "-bf", "2", "-g", "12"];

describe("an MP4 file is given as it is, and its pictures' times are known", () => {
  test.each([
    ["its head first", ["-movflags", "+faststart"]],
    ["its head last", []],
    ["in fragments", ["-movflags", "+frag_keyframe+empty_moov+default_base_moof"]],
    ["without an edit list", ["-use_editlist", "0"]],
    ["with negative offsets", ["-movflags", "+negative_cts_offsets"]],
  ] as const)("%s", async (_name, options) => {
    const file = encoded("mp4", [...X264_FILE, ...options], 30, 30);
    const index = await indexMp4(streamOf(file));
    expect(index.codec).toMatch(/^avc1\.[0-9a-f]{6}$/);
    expect([index.width, index.height]).toEqual([64, 48]);
    const expected = shownAt(file);
    expect(index.times).toHaveLength(30);
    expected.forEach((time, i) => {
      expect(index.times[i]).toBeCloseTo(time, 3);
    });
  });
});

describe("the pace", () => {
  test("is the stream's, or the object's where the stream states none", async () => {
    const second = async (bytes: Buffer): Promise<number> =>
      (await remuxed(bytes, 10)).times[1] ?? 0;
    expect(await second(encoded("h264", [...X264, "-bf", "2"], 10))).toBeCloseTo(0.04, 4);
    expect(await second(encoded("hevc", X265, 10))).toBeCloseTo(0.1, 4); // x265 states none where it is read
  });
});

describe("hostile streams end with a reason, or as a video", () => {
  /** The same on each run. */
  function random(seed: number): () => number {
    let state = seed;
    return () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state / 2 ** 31;
    };
  }
  const streams = (): [string, Buffer][] => [
    ["h264", encoded("h264", X264_FILE, 12)],
    ["hevc", encoded("hevc", X265, 12)],
    ["ts", encoded("ts", X264_FILE, 12)],
    ["mp4", encoded("mp4", X264_FILE, 12)],
    ["fragments", encoded("mp4", [...X264_FILE, "-movflags", "+frag_keyframe+empty_moov"], 12)],
  ];
  test("with changed, missing and doubled bytes", async () => {
    const next = random(7);
    let read = 0;
    for (const [name, stream] of streams()) {
      for (let round = 0; round < 120; round++) {
        const bytes = Buffer.from(
          stream.subarray(0, round % 4 === 0 ? next() * stream.length : undefined),
        );
        for (let i = 0; i < 1 + (round % 9); i++)
          bytes[Math.floor(next() * Math.min(bytes.length, round % 2 === 0 ? 900 : Infinity))] =
            next() * 256;
        const isFile = name === "mp4" || name === "fragments";
        const done = isFile ? indexMp4(streamOf(bytes)) : remuxed(bytes);
        const result = await done.catch((error: unknown) => error);
        if (result instanceof Error) expect(result).toBeInstanceOf(SlError);
        else read++;
      }
    }
    expect(read).toBeGreaterThan(50); // most changes are of pixels
  });
  test("that are no videos of DICOM's are named", async () => {
    const foreign = async (bytes: Uint8Array) =>
      openVideo(streamOf(bytes), {
        rate: 25,
        signal: new AbortController().signal,
        progress: () => undefined,
        canPlay: () => false,
      }).then(
        () => null,
        (error: unknown) => (error instanceof ForeignVideo ? error.foreign : error),
      );
    const cases: readonly (readonly [ending: string, codec: string, foreign: Foreign])[] = [
      ["mkv", "mpeg4", { name: "Matroska", kind: "container" }],
      ["webm", "libvpx", { name: "WebM", kind: "container" }],
      ["avi", "mpeg4", { name: "AVI", kind: "container" }],
      ["wmv", "msmpeg4", { name: "Windows Media (ASF)", kind: "container" }],
      ["flv", "flv1", { name: "Flash Video", kind: "container" }],
      ["mxf", "mpeg2video", { name: "MXF", kind: "container" }],
      ["mp4", "mpeg4", { name: "MPEG-4 Visual", kind: "codec" }],
      ["ts", "mpeg2video", { name: "MPEG-2", kind: "codec" }],
      ["mp4", "aac", { name: "AAC", kind: "sound" }],
      ["ts", "aac", { name: "AAC", kind: "sound" }],
      ["aac", "aac", { name: "AAC", kind: "sound" }],
      ["wav", "pcm_s16le", { name: "WAVE", kind: "sound" }],
    ];
    const files = encodedAll(
      cases.map(([ending, codec, { kind }]) =>
        kind === "sound"
          ? [ending, "-map", "1:a", "-c:a", codec]
          : [ending, "-map", "0:v", "-c:v", codec, "-pix_fmt", "yuv420p"],
      ),
    );
    for (const [i, [, , expected]] of cases.entries())
      expect(await foreign(files[i] ?? new Uint8Array())).toEqual(expected);
    expect(await foreign(new TextEncoder().encode("<html>"))).toEqual({
      name: "",
      kind: "unknown",
    });
  });
  test("of other kinds are refused", async () => {
    const refusal = async (bytes: Uint8Array): Promise<string> =>
      remuxed(bytes).then(
        () => "",
        (error: unknown) => (error as SlError).code,
      );
    expect(await refusal(encoded("m2v", ["-c:v", "mpeg2video"], 5))).toBe("unsupported");
    expect(await refusal(encoded("mpg", ["-c:v", "mpeg2video"], 5))).toBe("unsupported");
    expect(await refusal(encoded("ts", ["-c:v", "mpeg2video"], 5))).toBe("unsupported");
    expect(await refusal(new Uint8Array(0))).toBe("no_pixels");
    expect(await refusal(new TextEncoder().encode("<html>"))).toBe("unsupported");
  });
});
