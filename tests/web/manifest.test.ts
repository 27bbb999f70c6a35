import { describe, expect, test } from "vitest";
import { SlError } from "../../web/shared/errc.ts";
import { parseManifest } from "../../web/source/manifest.ts";
import { fixtureText } from "./wire_fixture.ts";

type Json = Record<string, unknown>;

const golden = fixtureText("golden/manifest.json");

/** A manifest with one CT slice; `change` may spoil it. */
function withInstance(change: Json, common: Json = {}): string {
  const instance = {
    sopInstanceUID: "1.2.3.1.1",
    hash: "0".repeat(64),
    frames: 1,
    rows: 2,
    cols: 3,
    bitsAllocated: 16,
    bitsStored: 12,
    highBit: 11,
    photometric: "MONOCHROME2",
    streams: { encoding: 1, ends: [[10, 20]] },
    ...change,
  };
  const study = { studyInstanceUID: "1.2.3", patient: {} };
  return JSON.stringify({
    format: "sightline.manifest.v1",
    revision: "1",
    study,
    series: [{ seriesInstanceUID: "1.2.3.1", common, instances: [instance] }],
  });
}
function codeOf(text: string): string {
  try {
    parseManifest(text);
  } catch (error) {
    if (error instanceof SlError) return error.code;
    throw error;
  }
  return "ok";
}

describe("the golden manifest", () => {
  const manifest = parseManifest(golden);
  const [ct, us, ot] = manifest.series;

  test("names study and patient, with text as it was", () => {
    expect(manifest.revision).toBe("17");
    expect(manifest.study).toMatchObject({
      studyInstanceUID: "1.2.3",
      studyDescription: 'Head <b>&"\\ "quoted"',
      studyID: "",
    });
    expect(manifest.study.patient).toEqual({
      name: "Yamada^Tarou=山田^太郎",
      id: "P-1",
      birthDate: "19700101",
      sex: "O",
    });
  });
  test("numbers frames through series and instances", () => {
    const numbered = manifest.frames.map(
      (frame) => `${frame.id} ${frame.instance.sopInstanceUID}/${frame.frameNumber}`,
    );
    expect(numbered).toEqual([
      "0 1.2.3.1.3/1",
      "1 1.2.3.1.1/1",
      "2 1.2.3.1.2/1",
      "3 1.2.3.2.1/1",
      "4 1.2.3.2.1/2",
      "5 1.2.3.3.1/1",
    ]);
    expect(us?.frames.map((frame) => frame.id)).toEqual([3, 4]);
    expect(us?.frames[0]).toBe(manifest.frames[3]);
  });
  test("merges what a series has in common into its instances", () => {
    expect(ct?.sortedBy).toBe("position");
    expect(ct?.instances.map((i) => i.conflict)).toEqual([true, false, false]);
    for (const instance of ct?.instances ?? []) {
      expect(instance).toMatchObject({
        rows: 512,
        cols: 512,
        samples: 1,
        bitsStored: 12,
        signed: true,
        planar: 0,
        pending: false,
        reason: "",
        lossy: null,
      });
      expect(instance.text).toEqual({ imageType: "ORIGINAL\\PRIMARY\\AXIAL", kvp: "120" });
      expect(instance.series).toBe(ct);
    }
  });
  test("gives each frame its display, geometry and stream", () => {
    expect(manifest.frames[1]?.display).toEqual({
      rescaleSlope: 1,
      rescaleIntercept: -1024,
      rescaleType: "HU",
      modalityLut: null,
      voiFunction: "LINEAR",
      voiLuts: [],
      windows: [
        { center: 40, width: 80, explanation: "BRAIN" },
        { center: 300.5, width: 1500, explanation: "" },
      ],
      presentationInverse: false,
      padding: [-2000, -1999],
      realWorld: [{ range: [-1024, 3071], slope: 0.5, intercept: -3, label: "ADC", unit: "um2/s" }],
    });
    expect(manifest.frames[1]?.geometry).toEqual({
      position: [-125, -125.5, 0.1],
      orientation: [1, 0, 0, 0, 1, 0],
      spacing: [0.48828125, 0.48828125],
      spacingSource: "PixelSpacing",
      thickness: 2.5,
      between: null,
      location: null,
    });
    expect(manifest.frames[1]?.stream).toEqual({
      encoding: 1,
      ends: [900, 3000, 9000],
      digest: new Uint8Array(32).fill(1),
      min: -1024,
      max: 3071,
      failure: null,
    });
  });
  test("tells frames of one instance apart", () => {
    expect(us?.frames.map((frame) => frame.geometry.location)).toEqual([0, 0.125]);
    expect(us?.frames.map((frame) => frame.stream)).toEqual([
      { encoding: 5, ends: [4321], digest: null, min: 0, max: 255, failure: null },
      { encoding: 0, ends: [], digest: null, min: 0, max: 0, failure: "truncated" },
    ]);
    expect(us?.instances[0]).toMatchObject({
      lossy: { ratio: "10.2", method: "ISO_10918_1" },
      pixelAspectRatio: [4, 3],
      frameTimeMs: 33.3,
      frameTimesMs: [0, 33.3],
      recommendedFrameRate: 30,
    });
  });
  test("reads look-up tables", () => {
    expect(ot?.frames[0]?.display.modalityLut).toEqual({
      first: -1,
      bits: 16,
      entries: new Uint16Array([0, 65535, 4660]),
      explanation: "raw",
    });
    expect(ot?.frames[0]?.display.voiLuts[0]?.entries).toEqual(new Uint16Array([1]));
    expect(ot?.frames[0]?.display).toMatchObject({
      rescaleSlope: 0.1,
      rescaleIntercept: 1e21,
      voiFunction: "SIGMOID",
      presentationInverse: true,
    });
    expect(ot?.instances[0]?.palette?.map((lut) => [...lut.entries])).toEqual([
      [0, 255],
      [1, 254],
      [2, 253],
    ]);
  });
  test("says what is pending and what has no pictures", () => {
    expect(ot?.instances[0]).toMatchObject({ pending: true });
    expect(ot?.instances[0]?.overlays).toEqual([
      {
        group: 0x6000,
        rows: 2,
        cols: 3,
        originRow: 1,
        originCol: 1,
        frames: 1,
        imageFrameOrigin: 0,
        isRoi: false,
        label: "",
        description: "",
      },
      {
        group: 0x601e,
        rows: 5,
        cols: 7,
        originRow: -3,
        originCol: 2,
        frames: 4,
        imageFrameOrigin: 1,
        isRoi: true,
        label: "lesion <1>",
        description: "drawn",
      },
    ]);
    expect(ot?.instances[0]?.shutter).toEqual({
      rectangle: { left: 2, right: 3, upper: -1, lower: 2 },
      circle: { centerRow: 1, centerCol: 2, radius: 3 },
      polygon: [
        { row: 1, col: 1 },
        { row: 1, col: 3 },
        { row: 2, col: 2 },
      ],
      overlayGroup: 0x6002,
      presentationValue: 65535,
      cielab: [1, 2, 65535],
    });
    expect(ot?.frames[0]?.stream).toBeNull();
    expect(ot?.instances[1]).toMatchObject({
      reason: "This object has no pictures (SR document).",
      frames: [],
      text: { contrastAgent: "line\nseparator\u2028end" },
    });
  });
});

test("keys of an instance win over those in common", () => {
  const manifest = parseManifest(withInstance({ kvp: "80" }, { kvp: "120", exposure: "5" }));
  expect(manifest.frames[0]?.instance.text).toEqual({ kvp: "80", exposure: "5" });
});

test("a rescale slope of 0 is taken as 1, and told", () => {
  const of = (slope: number) =>
    parseManifest(withInstance({ display: { slope } })).frames[0]?.display;
  expect(of(0)).toMatchObject({ rescaleSlope: 1, isSlopeZero: true });
  expect(of(2)?.isSlopeZero).toBeUndefined();
});

test("a digest of zeros is none", () => {
  const digests = Buffer.alloc(32).toString("base64url");
  expect(
    parseManifest(withInstance({ streams: { encoding: 5, ends: [[10]], digests } })).frames[0]
      ?.stream?.digest,
  ).toBeNull();
});

test("an instance with a reason keeps its place in the numbering and has no stream", () => {
  const manifest = parseManifest(
    withInstance({ reason: "HEVC", frames: 3, streams: undefined, rows: undefined }),
  );
  expect(manifest.frames.map((frame) => frame.stream)).toEqual([null, null, null]);
});

const lut = { first: 0, bits: 16, entries: "AAAA" };
test.each<[string, Json]>([
  ["frames that are no number", { frames: "1" }],
  ["negative frames", { frames: -1 }],
  ["too many frames", { frames: 100001 }],
  ["no rows", { rows: 0 }],
  ["rows missing", { rows: undefined }],
  ["rows out of range", { rows: 65536 }],
  ["a fraction of a column", { cols: 1.5 }],
  ["two samples", { samples: 2 }],
  ["12 bits allocated", { bitsAllocated: 12 }],
  ["more bits stored than allocated", { bitsStored: 17 }],
  ["an unknown photometric", { photometric: "HSV" }],
  ["text that is a number", { kvp: 120 }],
  ["a flag that is a number", { signed: 1 }],
  ["a null", { lossy: null }],
  ["hash of another length", { hash: "00" }],
  ["hash in capitals", { hash: "A".repeat(64) }],
  ["display for another number of frames", { display: [{}, {}] }],
  ["a window without width", { display: { windows: [[40]] } }],
  ["an unknown VOI function", { display: { voiFunction: "LOG" } }],
  ["a padding of one number", { display: { padding: [1] } }],
  ["a real world value without a slope", { display: { real: [{ range: [0, 1], intercept: 0 }] } }],
  ["a LUT of odd length", { display: { modalityLut: { ...lut, entries: "AA==" } } }],
  ["an empty LUT", { display: { modalityLut: { ...lut, entries: "" } } }],
  ["a LUT that is no base64", { display: { modalityLut: { ...lut, entries: "***" } } }],
  ["a LUT of 17 bits", { display: { modalityLut: { ...lut, bits: 17 } } }],
  [
    "a LUT of 65537 entries",
    { display: { modalityLut: { ...lut, entries: Buffer.alloc(131074).toString("base64") } } },
  ],
  ["a palette of two", { palette: [lut, lut] }],
  ["an overlay without rows", { overlays: [{ group: 0x6000, cols: 3 }] }],
  ["an overlay of group 6020", { overlays: [{ group: 0x6020, rows: 2, cols: 3 }] }],
  ["an overlay of 65535 squared", { overlays: [{ group: 0x6000, rows: 65535, cols: 65535 }] }],
  ["a shutter without a right edge", { shutter: { rectangle: [1, 2, 3] } }],
  ["an SUV factor of nothing", { suv: 0 }],
  ["a shutter far away", { shutter: { circle: [1, 2, 1e9] } }],
  ["a position of two", { geometry: { position: [1, 2] } }],
  ["spacing 0", { geometry: { spacing: [0, 1] } }],
  ["an unknown source of spacing", { geometry: { spacingSource: "Guess" } }],
  ["aspect 0", { pixelAspectRatio: [0, 1] }],
  ["streams for another number of frames", { streams: { encoding: 1, ends: [] } }],
  ["no levels", { streams: { encoding: 1, ends: [[]] } }],
  ["levels that shrink", { streams: { encoding: 1, ends: [[20, 10]] } }],
  ["an end past 4 GiB", { streams: { encoding: 1, ends: [[4294967296]] } }],
  ["34 levels", { streams: { encoding: 1, ends: [Array.from({ length: 34 }, (_, i) => i)] } }],
  ["digests of another length", { streams: { encoding: 1, ends: [[1]], digests: "AAAA" } }],
  ["an unknown failure", { streams: { encoding: 1, ends: [[1]], failed: { 0: "bad luck" } } }],
  [
    "a failure of another frame",
    { streams: { encoding: 1, ends: [[1]], failed: { 1: "corrupt" } } },
  ],
  ["a failure of no frame", { streams: { encoding: 1, ends: [[1]], failed: { x: "corrupt" } } }],
])("an instance with %s is corrupt", (_what, change) => {
  expect(codeOf(withInstance({}))).toBe("ok");
  expect(codeOf(withInstance(change))).toBe("corrupt");
});

test.each<[string, string, string]>([
  ["nothing", "", "corrupt"],
  ["no JSON", "{", "corrupt"],
  ["a list", "[]", "corrupt"],
  ["null", "null", "corrupt"],
  ["another format", '{"format":"x"}', "corrupt"],
  ["a later version", '{"format":"sightline.manifest.v2"}', "unsupported"],
  ["no series", '{"format":"sightline.manifest.v1","revision":"1","study":{}}', "corrupt"],
  ["no study", '{"format":"sightline.manifest.v1","revision":"1","series":[]}', "corrupt"],
  [
    "a revision that is a number",
    '{"format":"sightline.manifest.v1","revision":1,"study":{},"series":[]}',
    "corrupt",
  ],
  [
    "a revision over 64 bits",
    '{"format":"sightline.manifest.v1","revision":"18446744073709551616","study":{},"series":[]}',
    "corrupt",
  ],
  [
    "a study without series in it",
    '{"format":"sightline.manifest.v1","revision":"1","study":{},"series":[]}',
    "ok",
  ],
])("%s is answered right", (_what, text, code) => {
  expect(codeOf(text)).toBe(code);
});

test("more frames than a study may have are refused before they are made", () => {
  const instances = Array.from({ length: 11 }, () => ({
    hash: "0".repeat(64),
    frames: 100000,
    reason: "x",
  }));
  const text = JSON.stringify({
    format: "sightline.manifest.v1",
    revision: "1",
    study: {},
    series: [{ instances }],
  });
  expect(codeOf(text)).toBe("limit_exceeded");
});

test("an object whose frames are a stack says so", () => {
  const isVolume = (json: Json): boolean | undefined =>
    parseManifest(withInstance(json)).frames[0]?.instance.isVolume;
  expect(isVolume({ volume: true })).toBe(true);
  expect(isVolume({})).toBe(false);
});

test("frames that are not looked at as they are stored come in their order, with their own numbers", () => {
  const ends = [[10], [10], [10]];
  const three = { frames: 3, streams: { encoding: 1, ends } };
  const numbers = (json: Json): (number | undefined)[] => {
    const manifest = parseManifest(withInstance({ ...three, ...json }));
    const [series] = manifest.series;
    expect(series?.instances[0]?.frames.map(({ id }) => id)).toEqual([0, 1, 2]);
    expect(manifest.frames.map(({ id }) => id)).toEqual([0, 1, 2]); // tiles name a frame by its place here
    return series?.frames.map(({ frameNumber }) => frameNumber) ?? [];
  };
  expect(numbers({})).toEqual([1, 2, 3]);
  expect(numbers({ order: [2, 0, 1] })).toEqual([3, 1, 2]);
  for (const order of [[0, 1], [0, 1, 1], [0, 1, 3], [0, 1, 0.5], [0, 1, -1], "012"])
    expect(() => numbers({ order })).toThrow("order");
});

test("the factor of SUV comes with the instance, or is not there", () => {
  const factor = (json: Json): number | undefined =>
    parseManifest(withInstance(json)).frames[0]?.instance.suvFactor;
  expect(factor({ suv: 0.00042 })).toBe(0.00042);
  expect(factor({})).toBeUndefined();
});
