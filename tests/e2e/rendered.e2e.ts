// Rendered pictures with text in them, and as video: what PS3.18 8.3.5 asks for beyond one picture.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Server, Store } from "./harness.ts";
import { part10 } from "./phantoms/part10.mjs";

const [ROWS, COLS, FRAMES] = [61, 83, 10];
const folder = mkdtempSync(join(tmpdir(), "sightline-rendered-"));
const store = new Store();
const server = new Server(store);
const instance = "/dicom-web/studies/2.25.81/series/2.25.82/instances/2.25.83";

/** Waves that move from frame to frame. */
function wave(frame: number, row: number, col: number): number {
  return Math.round(127.5 + 120 * Math.sin((row + 2 * frame) / 13) * Math.cos(col / 19));
}
/** A grayscale presentation state of frame 3 of an image: a window, turned by 90 degrees. PS3.3 A.33.1. */
function stateOf(image: string, uid: string): Buffer {
  const references = [
    {
      "0008,1150": ["UI", "1.2.840.10008.5.1.4.1.1.7.2"],
      "0008,1155": ["UI", image],
      "0008,1160": ["IS", "3"],
    },
  ];
  return part10({
    "0008,0016": ["UI", "1.2.840.10008.5.1.4.1.1.11.1"],
    "0008,0018": ["UI", uid],
    "0008,0060": ["CS", "PR"],
    "0008,1115": ["SQ", [{ "0008,1140": ["SQ", references], "0020,000e": ["UI", "2.25.82"] }]],
    "0010,0010": ["PN", "Frames^Frieda"],
    "0010,0020": ["LO", "F-1"],
    "0020,000d": ["UI", "2.25.81"],
    "0020,000e": ["UI", "2.25.84"],
    "0028,3110": ["SQ", [{ "0028,1050": ["DS", "100"], "0028,1051": ["DS", "50"] }]],
    "0070,0041": ["CS", "N"],
    "0070,0042": ["US", 90],
    "2050,0020": ["CS", "IDENTITY"],
  });
}
beforeAll(async () => {
  const values = Uint8Array.from({ length: FRAMES * ROWS * COLS }, (_, i) =>
    wave(Math.floor(i / (ROWS * COLS)), Math.floor(i / COLS) % ROWS, i % COLS),
  );
  const file = part10({
    "0008,0005": ["CS", "ISO_IR 192"],
    "0008,0016": ["UI", "1.2.840.10008.5.1.4.1.1.7.2"],
    "0008,0018": ["UI", "2.25.83"],
    "0008,0020": ["DA", "20261128"],
    "0008,0060": ["CS", "US"],
    "0010,0010": ["PN", "Frames^Frieda"],
    "0010,0020": ["LO", "F-1"],
    "0018,1063": ["DS", "40"],
    "0020,000d": ["UI", "2.25.81"],
    "0020,000e": ["UI", "2.25.82"],
    "0028,0002": ["US", 1],
    "0028,0004": ["CS", "MONOCHROME2"],
    "0028,0008": ["IS", FRAMES],
    "0028,0010": ["US", ROWS],
    "0028,0011": ["US", COLS],
    "0028,0100": ["US", 8],
    "0028,0101": ["US", 8],
    "0028,0102": ["US", 7],
    "0028,0103": ["US", 0],
    "0028,1050": ["DS", "128"],
    "0028,1051": ["DS", "256"],
    "7fe0,0010": ["OB", values],
  });
  writeFileSync(join(folder, "cine"), file);
  writeFileSync(join(folder, "state"), stateOf("2.25.83", "2.25.85"));
  writeFileSync(join(folder, "stranger"), stateOf("2.25.404", "2.25.86"));
  store.import(folder);
  await server.start();
}, 60_000);
afterAll(async () => {
  await server.stop();
  store.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const get = (path: string, accept: string) => fetch(server.origin + path, { headers: { accept } });
async function bytesOf(path: string, accept: string): Promise<Buffer> {
  const response = await get(path, accept);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe(accept);
  return Buffer.from(await response.arrayBuffer());
}
/** Samples of a picture or a video, 8 bit grey, by FFmpeg's decoders; the first `rows` x `cols` of each frame. */
function decoded(bytes: Buffer, rows: number, cols: number): Buffer {
  const path = join(folder, "decoded");
  writeFileSync(path, bytes);
  const isVideo = bytes.subarray(4, 8).toString() === "ftyp"; // whose samples are of 16 to 235
  const crop = `${isVideo ? "scale=out_range=full," : ""}crop=${String(cols)}:${String(rows)}:0:0`;
  const options = [
    "-v",
    "error",
    "-i",
    path,
    "-vf",
    crop,
    "-f",
    "rawvideo",
    "-pix_fmt",
    "gray",
    "-",
  ];
  const samples = execFileSync("ffmpeg", options, { maxBuffer: 1 << 28 });
  rmSync(path);
  return samples;
}

test("an instance is a video of its frames", async () => {
  const video = await bytesOf(`${instance}/rendered`, "video/mp4");
  const path = join(folder, "video.mp4");
  writeFileSync(path, video);
  const fields = "stream=codec_name,width,height,pix_fmt,r_frame_rate,nb_read_frames";
  const probe = ["-v", "error", "-count_frames", "-show_entries", fields, "-of", "csv=p=0", path];
  expect(execFileSync("ffprobe", probe).toString().trim()).toBe("h264,84,62,yuv420p,25/1,10");
  rmSync(path);
  const samples = decoded(video, ROWS, COLS);
  expect(samples.length).toBe(FRAMES * ROWS * COLS);
  for (const frame of [1, 5, 10]) {
    const png = await bytesOf(`${instance}/frames/${String(frame)}/rendered`, "image/png");
    const picture = decoded(png, ROWS, COLS);
    const ofVideo = samples.subarray((frame - 1) * ROWS * COLS, frame * ROWS * COLS);
    const differences = picture.map((value, i) => Math.abs(value - (ofVideo[i] ?? 0)));
    expect(differences.reduce((sum, each) => sum + each, 0) / differences.length).toBeLessThan(3);
  }
});

test("a list of frames, a viewport and a quality make another video", async () => {
  const frames = `${instance}/frames/2,4,6/rendered`;
  const best = await bytesOf(`${frames}?viewport=166,122&quality=100`, "video/mp4");
  const worst = await bytesOf(`${frames}?viewport=166,122&quality=1`, "video/mp4");
  expect(decoded(best, 122, 166).length).toBe(3 * 122 * 166);
  expect(worst.length).toBeLessThan(best.length);
  expect((await get(`${instance}/thumbnail`, "video/mp4")).status).toBe(406);
  expect((await get("/dicom-web/studies/2.25.81/rendered", "video/mp4")).status).toBe(406);
  const service = await fetch(`${server.origin}/dicom-web`, { method: "OPTIONS" });
  expect(await service.text()).toContain('mediaType="video/mp4"');
});

test("a server without a codec says so", async () => {
  const other = new Store();
  other.import(folder);
  const bare = new Server(other, [], { PATH: "/nonexistent" });
  await bare.start();
  try {
    const response = await fetch(`${bare.origin}${instance}/rendered`, {
      headers: { accept: "video/mp4" },
    });
    expect(response.status).toBe(406);
    const service = await fetch(`${bare.origin}/dicom-web`, { method: "OPTIONS" });
    expect(await service.text()).not.toContain("video/mp4");
  } finally {
    await bare.stop();
    other.dispose();
  }
});

test("who it is and what was done stands in the picture", async () => {
  const target = `${instance}/frames/1/rendered?viewport=498,366`;
  const plain = decoded(await bytesOf(target, "image/png"), 366, 498);
  const differs = async (annotation: string): Promise<[top: number, bottom: number]> => {
    const picture = decoded(
      await bytesOf(`${target}&annotation=${annotation}`, "image/png"),
      366,
      498,
    );
    const middle = 183 * 498;
    const changed = (from: number, to: number) =>
      picture.subarray(from, to).filter((value, i) => value !== plain[from + i]).length;
    return [changed(0, middle), changed(middle, plain.length)];
  };
  const [ofPatient, ofTechnique, both] = [
    await differs("patient"),
    await differs("technique"),
    await differs("patient,technique"),
  ];
  expect(ofPatient[0]).toBeGreaterThan(500);
  expect(ofPatient[1]).toBe(0);
  expect(ofTechnique[0]).toBe(0);
  expect(ofTechnique[1]).toBeGreaterThan(500);
  expect(both).toEqual([ofPatient[0], ofTechnique[1]]);
  const wado = `/wado?requestType=WADO&studyUID=2.25.81&seriesUID=2.25.82&objectUID=2.25.83`;
  const uri = await bytesOf(
    `${wado}&rows=366&columns=498&frameNumber=1&contentType=image/png&annotation=patient`,
    "image/png",
  );
  expect(uri).toEqual(await bytesOf(`${target}&annotation=patient`, "image/png"));
  expect((await get(`${target}&annotation=nurse`, "image/png")).status).toBe(400);
});

test("a presentation state is the picture that it means, as it wants it", async () => {
  const state = (uid: string) =>
    `/dicom-web/studies/2.25.81/series/2.25.84/instances/${uid}/rendered`;
  const png = await bytesOf(state("2.25.85"), "image/png");
  const plain = await bytesOf(`${instance}/frames/3/rendered?window=100,50,linear`, "image/png");
  const [turned, upright] = [decoded(png, COLS, ROWS), decoded(plain, ROWS, COLS)];
  // clockwise: the first row is the first column, from below
  const expected = Array.from(turned, (_, i) => {
    const [row, col] = [Math.floor(i / ROWS), i % ROWS];
    return upright[(ROWS - 1 - col) * COLS + row];
  });
  expect(Array.from(turned)).toEqual(expected);
  const wado =
    "/wado?requestType=WADO&studyUID=2.25.81&seriesUID=2.25.82&objectUID=2.25.83&contentType=image/png" +
    "&presentationSeriesUID=2.25.84";
  expect(await bytesOf(`${wado}&presentationUID=2.25.85&frameNumber=3`, "image/png")).toEqual(png);
  const statuses = await Promise.all(
    [
      state("2.25.86"), // none of its pictures is here
      `${wado}&presentationUID=2.25.404`,
      `${wado}&presentationUID=2.25.85`, // it is not for frame 1
      `${wado}&presentationUID=2.25.86&frameNumber=3`,
      `${state("2.25.85")}?window=1,2,linear`,
      `${state("2.25.85").replace("rendered", "thumbnail")}`,
    ].map(async (path) => (await get(path, "image/png")).status),
  );
  expect(statuses).toEqual([404, 404, 400, 400, 400, 200]);
});
