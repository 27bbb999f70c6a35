import { beforeEach, describe, expect, test } from "vitest";
import { SlError } from "../../../web/shared/errc.ts";
import type { FrameRegion, SampleBlock } from "../../../web/shared/messages.ts";
import { DetailTiles, type DetailSource } from "../../../web/view/detail_tiles.ts";
import { applyChange, openSeries, type ViewModel } from "../../../web/view/view_state.ts";
import { buildManifest } from "../manifest_builder.ts";

const ENDS = [1, 2, 3, 4, 5, 6];
const FULL = ENDS.length - 1;
const manifest = buildManifest([{ frames: 2, rows: 4000, cols: 3000, ends: ENDS }]);
const series = manifest.series[0];
const frame = series?.frames[0];
if (series === undefined || frame === undefined) throw new Error("no frame");

function block(rows: number, cols: number): SampleBlock {
  return {
    rows,
    cols,
    samples: 1,
    bitsAllocated: 16,
    signed: false,
    isRgb: false,
    isFloat: false,
    missing: null,
    values: new Uint8Array(rows * cols * 2),
  };
}
const whole = block(4000, 3000);
/** The middle of the picture at this zoom. */
function at(zoom: number, pan = { x: 0, y: 0 }, size = { width: 1000, height: 800 }): ViewModel {
  if (series === undefined) throw new Error("no series");
  const model = openSeries("1.2.3", series, 0, size);
  return applyChange(model, { zoom, pan });
}
/** The whole texture leaves out `discard`; of the stream `decoded` is in memory, and the bytes up to `received`. */
function source(discard: number, decoded: number, received: number): DetailSource {
  if (frame === undefined) throw new Error("no frame");
  const scale = 2 ** (FULL - decoded);
  return {
    frame,
    whole: { level: decoded, discard },
    block: () => (decoded === FULL ? whole : block(4000 / scale, 3000 / scale)),
    decoded,
    received,
  };
}

let alive: Map<number, SampleBlock>;
let asked: {
  level: number;
  region: FrameRegion;
  resolve(block: SampleBlock): void;
  reject(error: Error): void;
}[];
let changes: number;
let detail: DetailTiles;

beforeEach(() => {
  alive = new Map();
  asked = [];
  changes = 0;
  let last = 0;
  detail = new DetailTiles(
    {
      putTexture: (put) => {
        alive.set(++last, put);
        return last;
      },
      dropTexture: (texture) => {
        alive.delete(texture);
      },
    },
    4 * 1024 * 1024,
    (_frame, level, region) =>
      new Promise((resolve, reject) => {
        asked.push({ level, region, resolve, reject });
      }),
    () => {
      changes++;
    },
  );
});
async function settle(): Promise<void> {
  for (let i = 0; i < 6; i++) await Promise.resolve();
}

describe("a picture whose values are in memory", () => {
  test("needs no parts where its texture has a sample for each device pixel", () => {
    expect(detail.refine(source(2, FULL, FULL), at(0.25))).toEqual({ parts: [], level: FULL });
    expect(detail.refine(source(0, FULL, FULL), at(3))).toEqual({ parts: [], level: FULL });
    expect(alive.size).toBe(0);
  });
  test("has all parts that are seen at once, and no worker is asked", () => {
    const { parts, level } = detail.refine(source(2, FULL, FULL), at(1));
    // 1000 × 800 in the middle of 3000 × 4000: columns 1000 … 1999, rows 1600 … 2399
    expect(parts.map(({ part }) => [part.firstCol, part.firstRow])).toEqual(
      [1522, 2030].flatMap((row) => [506, 1014, 1522].map((col) => [col, row])),
    );
    expect(parts[0]?.part).toMatchObject({ levelRows: 4000, levelCols: 3000 });
    expect(level).toBe(FULL);
    expect(asked).toEqual([]);
    // together they are the viewport
    const area = parts.reduce(
      (sum, { clip: c }) => sum + (c.endX - c.firstX) * (c.endY - c.firstY),
      0,
    );
    expect(area).toBe(1000 * 800);
  });
  test("has parts of the level that the screen can show, made of every second sample", () => {
    const { parts, level } = detail.refine(source(3, FULL, FULL), at(0.5));
    expect(parts[0]?.part).toMatchObject({ levelRows: 2000, levelCols: 1500 });
    expect(level).toBe(FULL);
  });
  test("keeps what was seen within its budget, longest unseen first out", () => {
    detail.refine(source(2, FULL, FULL), at(1));
    expect(alive.size).toBe(6);
    detail.refine(source(2, FULL, FULL), at(1, { x: 0, y: 1016 }));
    expect(alive.size).toBe(8); // of twelve: 4 MiB hold no more of 512 × 512
    expect(detail.bytes).toBeLessThanOrEqual(4 * 1024 * 1024);
    detail.clear();
    expect([alive.size, detail.bytes]).toEqual([0, 0]);
  });
});

describe("a picture whose finer level is here but not decoded", () => {
  test("has what is seen decoded by region, and says what it is", async () => {
    expect(detail.refine(source(2, FULL - 2, FULL), at(1))).toEqual({ parts: [], level: FULL - 2 });
    expect(asked.map(({ level, region }) => ({ level, region }))).toEqual([
      { level: FULL, region: { x: 506, y: 1522, cols: 1528, rows: 1020 } },
    ]);
    detail.refine(source(2, FULL - 2, FULL), at(1)); // one at a time
    expect(asked.length).toBe(1);
    asked[0]?.resolve(block(1020, 1528));
    await settle();
    expect(changes).toBe(1);
    const { parts, level } = detail.refine(source(2, FULL - 2, FULL), at(1));
    expect([parts.length, level]).toEqual([6, FULL]);
    // moved: the missing ones alone; the level is the whole texture's until they are here
    const moved = detail.refine(source(2, FULL - 2, FULL), at(1, { x: 0, y: -300 }));
    expect([moved.parts.length, moved.level]).toEqual([6, FULL - 2]);
    expect(asked[1]?.region).toEqual({ x: 506, y: 2538, cols: 1528, rows: 512 });
    // all of it was decoded meanwhile: the same tiles serve
    expect(detail.refine(source(2, FULL, FULL), at(1)).parts.length).toBe(6);
    expect(alive.size).toBe(6);
  });
  test("is refined by the highest level whose bytes are here", () => {
    detail.refine(source(3, FULL - 3, FULL - 1), at(1));
    expect(asked[0]).toMatchObject({ level: FULL - 1 });
  });
  test("is left to the whole when that is as quick, or cannot be had in parts", () => {
    const most = at(0.51, { x: 0, y: 0 }, { width: 2000, height: 1600 });
    detail.refine(source(2, FULL - 2, FULL), most);
    detail.refine(source(5, 0, 1), at(1)); // a small level
    detail.refine(source(2, FULL - 2, -1), at(1));
    expect(asked).toEqual([]);
  });
  test("asks again after a job that was dropped, and not after one that failed", async () => {
    const coarse = source(2, FULL - 2, FULL);
    detail.refine(coarse, at(1));
    asked[0]?.reject(new SlError("stale"));
    await settle();
    detail.refine(coarse, at(1));
    expect(asked.length).toBe(2);
    asked[1]?.reject(new SlError("corrupt"));
    await settle();
    detail.refine(coarse, at(1));
    expect(asked.length).toBe(2);
    expect(changes).toBe(0);
  });
  test("leaves nothing on the GPU of a picture that is not shown any more", async () => {
    detail.refine(source(2, FULL - 2, FULL), at(1));
    const other = series.frames[1] ?? frame;
    detail.refine({ ...source(2, FULL - 2, -1), frame: other }, at(1));
    asked[0]?.resolve(block(1020, 1528));
    await settle();
    expect([alive.size, changes]).toEqual([0, 0]);
  });
});
