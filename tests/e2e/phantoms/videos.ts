// Videos in DICOM objects: streams of ffmpeg's, in fragments as real archives hold them.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { part10 } from "./part10.mjs";

export const [ROWS, COLS] = [96, 128];
export const SYNTAX = {
  mpeg2: "1.2.840.10008.1.2.4.100",
  h264: "1.2.840.10008.1.2.4.102",
  fragmentable: "1.2.840.10008.1.2.4.102.1",
  hevc: "1.2.840.10008.1.2.4.107",
} as const;

/** The grey that the whole of a frame (0-based) has: steps that survive lossy encoding, and no two neighbours alike. */
export function greyOf(frame: number): number {
  return 40 + ((frame * 50) % 170);
}
/** `frames` frames of greyOf(), encoded by these options of ffmpeg's to a file of this ending. */
export function encode(ending: string, options: readonly string[], frames: number): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "sightline-video-"));
  const samples = Buffer.concat(
    Array.from({ length: frames }, (_, i) => Buffer.alloc(ROWS * COLS, greyOf(i))),
  );
  const size = `${String(COLS)}x${String(ROWS)}`;
  const input = [
    "-f",
    "rawvideo",
    "-pixel_format",
    "gray",
    "-video_size",
    size,
    "-framerate",
    "25",
  ];
  const path = join(folder, `video.${ending}`);
  try {
    execFileSync(
      "ffmpeg",
      ["-v", "error", ...input, "-i", "-", "-pix_fmt", "yuv420p", ...options, path],
      {
        input: samples,
      },
    );
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function item(value: Buffer): Buffer {
  const padded = value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.alloc(1)]);
  const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  head.writeUInt32LE(padded.length, 4);
  return Buffer.concat([head, padded]);
}
export interface VideoObject {
  readonly uid: string;
  readonly series: string;
  readonly study: string;
  readonly syntax: string;
  readonly stream: Buffer;
  /** stated in the object */
  readonly frames: number;
  /** bytes of a fragment, even; all in one without */
  readonly fragmentBytes?: number;
  readonly hasOffsetTable?: boolean;
}
/** A Video Endoscopic Image object. PS3.3 A.32.5, PS3.5 A.4. */
export function videoObject(video: VideoObject): Buffer {
  const size = video.fragmentBytes ?? video.stream.length;
  const fragments: Buffer[] = [];
  for (let at = 0; at < video.stream.length; at += size)
    fragments.push(item(video.stream.subarray(at, at + size)));
  const head = part10(
    {
      "0008,0016": ["UI", "1.2.840.10008.5.1.4.1.1.77.1.1.1"],
      "0008,0018": ["UI", video.uid],
      "0008,0020": ["DA", "20261128"],
      "0008,0060": ["CS", "ES"],
      "0008,103e": ["LO", "Endoscopy"],
      "0010,0010": ["PN", "Film^Fritzi"],
      "0010,0020": ["LO", "V-1"],
      "0018,1063": ["DS", "40"],
      "0020,000d": ["UI", video.study],
      "0020,000e": ["UI", video.series],
      "0028,0002": ["US", 3],
      "0028,0004": ["CS", "YBR_PARTIAL_420"],
      "0028,0006": ["US", 0],
      "0028,0008": ["IS", video.frames],
      "0028,0009": ["AT", 0x00181063],
      "0028,0010": ["US", ROWS],
      "0028,0011": ["US", COLS],
      "0028,0100": ["US", 8],
      "0028,0101": ["US", 8],
      "0028,0102": ["US", 7],
      "0028,0103": ["US", 0],
      "0028,2110": ["CS", "01"],
    },
    video.syntax,
  );
  const pixelData = Buffer.from([0xe0, 0x7f, 0x10, 0, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff]);
  const table = item(video.hasOffsetTable === true ? Buffer.alloc(4) : Buffer.alloc(0));
  const end = Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);
  return Buffer.concat([head, pixelData, table, ...fragments, end]);
}
