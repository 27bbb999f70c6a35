import { describe, expect, test } from "vitest";
import type { SampleBlock } from "../../../web/shared/messages.ts";
import { SlError } from "../../../web/shared/errc.ts";
import type { ReceivedTile } from "../../../web/source/tile_source.ts";
import { TileStore } from "../../../web/tiles/tile_store.ts";
import { buildManifest } from "../manifest_builder.ts";

const ENDS = [10, 40, 160];
const MIB = 1024 * 1024;

function tile(frame: number, firstLevel: number, lastLevel: number): ReceivedTile {
  const offset = firstLevel === 0 ? 0 : (ENDS[firstLevel - 1] ?? 0);
  const end = ENDS[lastLevel] ?? 0;
  return {
    frame,
    firstLevel,
    lastLevel,
    offset,
    payload: Uint8Array.from({ length: end - offset }, (_, i) => (offset + i) & 0xff),
  };
}
function block(bytes = 100): SampleBlock {
  return {
    rows: 5,
    cols: 10,
    samples: 1,
    bitsAllocated: 16,
    signed: false,
    isRgb: false,
    isFloat: false,
    missing: null,
    values: new Uint8Array(bytes),
  };
}
function store(frames = 3, budget = MIB, digest: Uint8Array | null = new Uint8Array(32)) {
  return new TileStore(buildManifest([{ frames, ends: ENDS, digest }]), budget);
}
function decode(
  tiles: TileStore,
  frame: number,
  digestEqual: boolean | null = true,
  bytes = 100,
): boolean {
  const input = tiles.takeForDecode(frame);
  if (input === null) throw new Error("nothing to decode");
  return tiles.decoded(input, block(bytes), digestEqual);
}

describe("what is missing", () => {
  const missing = { code: "truncated", wholeRows: 0, step: "" } as const;
  test("of a coarse level it is missing of the frame, until a level tells otherwise", () => {
    const tiles = store(1, MIB, null);
    tiles.receive(tile(0, 0, 1));
    const coarse = tiles.takeForDecode(0);
    if (coarse === null) throw new Error("nothing to decode");
    expect(tiles.decoded(coarse, { ...block(), missing }, null)).toBe(true);
    expect(tiles.held(0)?.missing).toEqual(missing);
    tiles.receive(tile(0, 2, 2));
    decode(tiles, 0, null);
    expect(tiles.held(0)?.missing).toBeNull();
  });
});

describe("receiving", () => {
  test("levels in order make the stream's prefix", () => {
    const tiles = store();
    expect(tiles.receive(tile(0, 0, 0))).toBe(true);
    expect(tiles.receive(tile(0, 1, 2))).toBe(true);
    expect([...new Uint8Array(tiles.takeForDecode(0)?.bytes ?? new ArrayBuffer(0))]).toEqual(
      Array.from({ length: 160 }, (_, i) => i),
    );
    expect(tiles.heldBytes).toBe(160);
    expect(tiles.streamBytes).toBe(160);
  });
  test("a tile that comes twice changes nothing", () => {
    const tiles = store();
    tiles.receive(tile(0, 0, 1));
    expect(tiles.receive(tile(0, 0, 1))).toBe(false);
    expect(tiles.receive(tile(0, 0, 0))).toBe(false);
    expect(tiles.heldBytes).toBe(40);
  });
  test("of a tile that overlaps only the new part is taken", () => {
    const tiles = store();
    tiles.receive(tile(0, 0, 0));
    expect(tiles.receive(tile(0, 0, 2))).toBe(true);
    expect([...new Uint8Array(tiles.takeForDecode(0)?.bytes ?? new ArrayBuffer(0))]).toEqual(
      Array.from({ length: 160 }, (_, i) => i),
    );
  });
  test("a tile with a gap before it is of no use", () => {
    const tiles = store();
    tiles.receive(tile(0, 0, 0));
    expect(tiles.receive(tile(0, 2, 2))).toBe(false);
    expect(tiles.heldLevel(0)).toBe(0);
  });
  test.each<[string, Partial<ReceivedTile>]>([
    ["another offset", { offset: 1 }],
    ["another length", { payload: new Uint8Array(9) }],
    ["a level that is not there", { lastLevel: 3 }],
    ["levels out of order", { firstLevel: 2, lastLevel: 1 }],
    ["an unknown frame", { frame: 99 }],
  ])("%s contradicts the manifest", (_name, change) => {
    expect(() => store().receive({ ...tile(0, 0, 0), ...change })).toThrow(SlError);
  });
});

describe("decoding", () => {
  test("takes the highest level that is here, and skips those between", () => {
    const tiles = store();
    tiles.receive(tile(0, 0, 0));
    tiles.receive(tile(0, 1, 1));
    expect(tiles.takeForDecode(0)?.level).toBe(1);
    expect(tiles.takeForDecode(0)).toBeNull(); // a worker has it
  });
  test("the states follow: received, decoded, on the GPU, and back when the block goes", () => {
    const tiles = store();
    tiles.want([{ frame: 0, firstLevel: 0, lastLevel: 2 }]);
    expect(tiles.held(0)?.states).toEqual(["wanted", "wanted", "wanted"]);
    tiles.requested([{ frame: 0, firstLevel: 0, lastLevel: 2 }]);
    expect(tiles.held(0)?.states).toEqual(["requested", "requested", "requested"]);
    tiles.receive(tile(0, 0, 2));
    decode(tiles, 0);
    expect(tiles.held(0)?.states).toEqual(["received", "received", "decoded"]);
    tiles.onGpu(0);
    expect(tiles.held(0)?.states[2]).toBe("on_gpu");
    tiles.offGpu(0);
    expect(tiles.held(0)?.states[2]).toBe("decoded");
  });
  test("a wrong digest is a failure, and the picture is gone", () => {
    const tiles = store();
    tiles.receive(tile(0, 0, 1));
    decode(tiles, 0, null);
    tiles.receive(tile(0, 2, 2));
    decode(tiles, 0, false);
    expect(tiles.held(0)).toMatchObject({
      failure: "digest_mismatch",
      block: null,
      verified: false,
    });
    expect(tiles.isUnavailable(0)).toBe(true);
  });
  test("a full level whose digest was not compared is never taken for proven", () => {
    const tiles = store();
    tiles.receive(tile(0, 0, 2));
    decode(tiles, 0, null);
    expect(tiles.held(0)).toMatchObject({ failure: "digest_mismatch", verified: false });
  });
  test("lossy sources have no digest and are not verified", () => {
    const tiles = store(1, MIB, null);
    tiles.receive(tile(0, 0, 2));
    decode(tiles, 0, null);
    expect(tiles.held(0)).toMatchObject({ failure: null, verified: false, decoded: 2 });
  });
  test("what fails keeps the picture of the lower level", () => {
    const tiles = store();
    tiles.receive(tile(0, 0, 1));
    decode(tiles, 0, null);
    tiles.receive(tile(0, 2, 2));
    const input = tiles.takeForDecode(0);
    if (input !== null) tiles.decodeFailed(input, "corrupt", "");
    expect(tiles.held(0)).toMatchObject({ failure: "corrupt", decoded: 1 });
    expect(tiles.held(0)?.states).toEqual(["received", "decoded", "failed"]);
  });
  test("a dropped job can be given again", () => {
    const tiles = store();
    tiles.receive(tile(0, 0, 0));
    const input = tiles.takeForDecode(0);
    if (input !== null) tiles.decodeDropped(input);
    expect(tiles.isDecodable(0)).toBe(true);
  });
});

describe("wanting", () => {
  test("a new plan lets go of what is not in it", () => {
    const tiles = store();
    tiles.want([
      { frame: 0, firstLevel: 0, lastLevel: 0 },
      { frame: 1, firstLevel: 0, lastLevel: 0 },
    ]);
    tiles.requested([{ frame: 0, firstLevel: 0, lastLevel: 0 }]);
    tiles.want([{ frame: 1, firstLevel: 0, lastLevel: 1 }]);
    expect(tiles.held(0)?.states[0]).toBe("absent");
    expect(tiles.held(1)?.states).toEqual(["wanted", "wanted", "absent"]);
  });
  test("a late tile of an older plan is still of use", () => {
    const tiles = store();
    tiles.want([{ frame: 0, firstLevel: 0, lastLevel: 0 }]);
    tiles.want([]);
    expect(tiles.receive(tile(0, 0, 0))).toBe(true);
  });
});

describe("eviction", () => {
  const rank = (frame: number): number => frame; // 0 is shown, 9 is farthest
  function filled(frames: number, budget: number): TileStore {
    const tiles = store(frames, budget);
    for (let frame = 0; frame < frames; frame++) {
      tiles.receive(tile(frame, 0, 2));
      decode(tiles, frame, true, 1000);
    }
    return tiles;
  }
  test("drops the farthest blocks first and keeps their bytes", () => {
    const tiles = filled(10, 8000);
    expect(tiles.evict(rank)).toEqual([9, 8, 7, 6]);
    expect(tiles.heldBytes).toBeLessThanOrEqual(8000);
    expect(tiles.held(9)).toMatchObject({ block: null, received: 2, verified: true });
    expect(tiles.held(5)?.block).not.toBeNull();
  });
  test("then the bytes of far frames down to the coarse level, and the shown frame never", () => {
    const tiles = filled(10, 1300);
    tiles.evict(rank);
    expect(tiles.heldBytes).toBeLessThanOrEqual(1300);
    expect(tiles.held(0)).toMatchObject({ received: 2, decoded: 2 });
    expect(tiles.held(9)?.received).toBe(0);
    expect(tiles.held(9)?.states).toEqual(["received", "evicted", "evicted"]);
    expect(tiles.takeForDecode(9)?.bytes.byteLength).toBe(10);
  });
  test("with no room at all everything but the shown frame goes", () => {
    const tiles = filled(4, 1);
    tiles.evict(rank);
    expect([0, 1, 2, 3].map((frame) => tiles.heldLevel(frame))).toEqual([2, -1, -1, -1]);
    expect(tiles.held(0)?.block).not.toBeNull();
  });
  test("within the budget nothing goes", () => {
    expect(filled(10, MIB).evict(rank)).toEqual([]);
  });
  test("what was evicted can be wanted and received again", () => {
    const tiles = filled(2, 1);
    tiles.evict(rank);
    tiles.want([{ frame: 1, firstLevel: 0, lastLevel: 2 }]);
    expect(tiles.receive(tile(1, 0, 2))).toBe(true);
    expect(decode(tiles, 1)).toBe(true);
  });
  test("a worker's answer to evicted bytes is ignored", () => {
    const tiles = store(2, 150);
    tiles.receive(tile(1, 0, 1));
    const input = tiles.takeForDecode(1);
    if (input === null) throw new Error("nothing to decode");
    tiles.decodeDropped(input);
    tiles.receive(tile(0, 0, 2));
    tiles.evict(rank);
    expect(tiles.decoded(input, block(), null)).toBe(false);
    expect(tiles.held(1)?.block).toBeNull();
  });
});

describe("a newer manifest", () => {
  const before = buildManifest([{ uid: "1.9", frames: 3, ends: ENDS }], "1");
  test("what is held moves to the frames' new numbers", () => {
    const tiles = new TileStore(before, MIB);
    tiles.receive(tile(1, 0, 2));
    decode(tiles, 1);
    const after = buildManifest(
      [
        { uid: "1.1", frames: 2, ends: ENDS },
        { uid: "1.9", frames: 3, ends: ENDS },
      ],
      "2",
    );
    expect(tiles.rebase(after)).toEqual(new Map([[1, 3]]));
    expect(tiles.held(1)).toBeNull();
    expect(tiles.held(3)).toMatchObject({ received: 2, decoded: 2, verified: true });
    expect(tiles.heldBytes).toBe(260);
  });
  test("a frame whose stream has changed starts anew", () => {
    const tiles = new TileStore(before, MIB);
    tiles.receive(tile(0, 0, 2));
    tiles.rebase(buildManifest([{ uid: "1.9", frames: 3, ends: [11, 41, 161] }], "2"));
    expect(tiles.heldLevel(0)).toBe(-1);
    expect(tiles.heldBytes).toBe(0);
  });
});
