// Videos that ffmpeg makes, and what ffmpeg sees in others.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { VideoStream } from "../../../web/shared/video.ts";

const folder = mkdtempSync(join(tmpdir(), "sightline-streams-"));
let count = 0;

export function disposeStreams(): void {
  rmSync(folder, { recursive: true, force: true });
}
/** A moving test pattern of 64 x 48, encoded by these options of ffmpeg's, in a file of this ending. */
export function encoded(
  ending: string,
  options: readonly string[],
  frames = 40,
  rate = 25,
): Buffer {
  const path = join(folder, `${String(++count)}.${ending}`);
  const source = `testsrc=size=64x48:rate=${String(rate)}`;
  const input = ["-v", "error", "-f", "lavfi", "-i", source, "-frames:v", String(frames)];
  execFileSync("ffmpeg", [...input, "-pix_fmt", "yuv420p", ...options, path]);
  return readFileSync(path);
}
/** Two pictures and a tone, in one file for each list of an ending and ffmpeg's options; one run makes them all. */
export function encodedAll(outputs: readonly (readonly [string, ...string[]])[]): Buffer[] {
  const inputs = ["testsrc=size=64x48:rate=25", "sine"].flatMap((source) => [
    ...["-f", "lavfi", "-t", "0.08", "-i", source],
  ]);
  const paths = outputs.map(([ending]) => join(folder, `${String(++count)}.${ending}`));
  const written = outputs.flatMap(([, ...options], i) => [...options, paths[i] ?? ""]);
  execFileSync("ffmpeg", ["-v", "error", ...inputs, ...written]);
  return paths.map((path) => readFileSync(path));
}
/** Digests of the decoded pictures in the order in which they are shown, by ffmpeg. */
export function pictures(bytes: Uint8Array): string[] {
  const path = join(folder, `${String(++count)}.bin`);
  writeFileSync(path, bytes);
  const options = [
    "-v",
    "error",
    "-i",
    path,
    "-map",
    "0:v:0",
    "-vsync",
    "0",
    "-f",
    "framemd5",
    "-",
  ];
  return execFileSync("ffmpeg", options)
    .toString()
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(",").at(-1)?.trim() ?? "");
}
/** Seconds at which ffprobe says that the pictures are shown. */
export function shownAt(bytes: Uint8Array): number[] {
  const path = join(folder, `${String(++count)}.mp4`);
  writeFileSync(path, bytes);
  const fields = ["-show_entries", "frame=pts_time", "-of", "csv=p=0"];
  return execFileSync("ffprobe", ["-v", "error", "-select_streams", "v:0", ...fields, path])
    .toString()
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => Number(line.replace(",", "")));
}
export function streamOf(bytes: Uint8Array): VideoStream {
  return {
    size: bytes.length,
    address: null,
    read: (offset, length) =>
      Promise.resolve(bytes.slice(offset, offset + length) as Uint8Array<ArrayBuffer>),
    whole: () => Promise.resolve(new Blob([bytes.slice()])),
  };
}
