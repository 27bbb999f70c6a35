import { ERRC_NAMES, SlError } from "../shared/errc.ts";
import {
  arrayOf,
  bytesOfBase64,
  flagOf,
  int32,
  integerOf,
  numberOf,
  numbersOf,
  objectOf,
  oneOf,
  optional,
  parseLut,
  parseWindow,
  refuse,
  textOf,
  type Json,
} from "./json_shape.ts";
import { parseMaskModule, parseOverlay, parseShutter } from "./layer_json.ts";
import { parseSlide } from "./slide_json.ts";
import type {
  DisplayPipeline,
  FrameGeometry,
  FrameStream,
  Lut,
  Manifest,
  ManifestFrame,
  ManifestInstance,
  ManifestSeries,
  ManifestStudy,
  RealWorldMap,
  VoiFunction,
} from "../shared/manifest.ts";
import { PHOTOMETRICS } from "../shared/photometric.ts";

/** Reads the manifest of docs/wire_format.md. Nothing in it is trusted: shape and bounds are checked here, once, so that the
 *  code behind may rely on them. Text stays untrusted and is shown by textContent only. */

const maxFramesOfInstance = 100_000;
const maxFramesOfStudy = 1_000_000;
const maxLevels = 33;

const voiFunctions: readonly VoiFunction[] = ["LINEAR", "LINEAR_EXACT", "SIGMOID"];
const spacingSources = ["PixelSpacing", "ImagerPixelSpacing", "UltrasoundRegion", ""] as const;
const textKeys = [
  "imageType",
  "imageLaterality",
  "viewPosition",
  "patientOrientation",
  "burnedIn",
  "contentDate",
  "contentTime",
  "acquisitionDate",
  "acquisitionTime",
  "kvp",
  "exposure",
  "repetitionTime",
  "echoTime",
  "magneticFieldStrength",
  "contrastAgent",
] as const;

function parseRealWorld(value: unknown): RealWorldMap {
  const json = objectOf(value, "real");
  return {
    range: numbersOf(json["range"], 2, "range") as [number, number],
    slope: numberOf(json["slope"], "slope"),
    intercept: numberOf(json["intercept"], "intercept"),
    label: textOf(json["label"], "label"),
    unit: textOf(json["unit"], "unit"),
  };
}

function parseDisplay(value: unknown): DisplayPipeline {
  const json = objectOf(value, "display");
  const list = (key: string): readonly unknown[] =>
    json[key] === undefined ? [] : arrayOf(json[key], key);
  const slope = optional(json["slope"], (v) => numberOf(v, "slope")) ?? 1;
  return {
    rescaleSlope: slope === 0 ? 1 : slope,
    ...(slope === 0 ? { isSlopeZero: true } : {}),
    rescaleIntercept: optional(json["intercept"], (v) => numberOf(v, "intercept")) ?? 0,
    rescaleType: textOf(json["type"], "type"),
    modalityLut: optional(json["modalityLut"], parseLut),
    windows: list("windows").map(parseWindow),
    voiFunction: oneOf(json["voiFunction"], voiFunctions, "LINEAR", "voiFunction"),
    voiLuts: list("voiLuts").map(parseLut),
    presentationInverse: flagOf(json["inverse"], "inverse"),
    padding: optional(json["padding"], (v) => numbersOf(v, 2, "padding") as [number, number]),
    ...(json["real"] === undefined ? {} : { realWorld: list("real").map(parseRealWorld) }),
  };
}

function parseGeometry(value: unknown): FrameGeometry {
  const json = objectOf(value, "geometry");
  const length = (key: string): number | null => optional(json[key], (v) => numberOf(v, key));
  const spacing = optional(json["spacing"], (v) => numbersOf(v, 2, "spacing") as [number, number]);
  if (spacing !== null && !(spacing[0] > 0 && spacing[1] > 0)) refuse("spacing is not positive");
  return {
    position: optional(
      json["position"],
      (v) => numbersOf(v, 3, "position") as [number, number, number],
    ),
    orientation: optional(
      json["orientation"],
      (v) => numbersOf(v, 6, "orientation") as [number, number, number, number, number, number],
    ),
    spacing,
    spacingSource: oneOf(json["spacingSource"], spacingSources, "", "spacingSource"),
    thickness: length("thickness"),
    between: length("between"),
    location: length("location"),
  };
}

/** One object that holds for all frames, or one per frame. The answer is indexed by frame. */
function perFrame<T>(
  value: unknown,
  frames: number,
  read: (value: unknown) => T,
  what: string,
): (frame: number) => T {
  if (!Array.isArray(value)) {
    const shared = read(value ?? {});
    return () => shared;
  }
  if (value.length !== frames) refuse(`${what} does not have one entry per frame`);
  const entries = value.map(read);
  return (frame) => entries[frame] as T;
}

function parseEnds(value: unknown, failed: boolean): readonly number[] {
  let before = 0;
  const ends = arrayOf(value, "ends").map(
    (end) => (before = integerOf(end, "end", before, 0xffffffff)),
  );
  if (ends.length > maxLevels || (ends.length === 0 && !failed))
    refuse("ends have the wrong length");
  return ends;
}

/** 32 bytes per frame; a frame without a digest has zeros. */
function parseDigests(value: unknown, frames: number): readonly (Uint8Array | null)[] {
  if (value === undefined) return new Array<null>(frames).fill(null);
  const text = textOf(value, "digests").replaceAll("-", "+").replaceAll("_", "/");
  const bytes = bytesOfBase64(text, "digests");
  if (bytes.length !== 32 * frames) refuse("digests have the wrong length");
  return Array.from({ length: frames }, (_, i) => {
    const digest = bytes.subarray(32 * i, 32 * i + 32);
    return digest.every((byte) => byte === 0) ? null : digest;
  });
}

function parseFailures(value: unknown, frames: number): ReadonlyMap<number, string> {
  const failures = new Map<number, string>();
  for (const [key, name] of Object.entries(value === undefined ? {} : objectOf(value, "failed"))) {
    const code = ERRC_NAMES.find((candidate) => candidate === name) ?? refuse("failure is unknown");
    failures.set(
      integerOf(/^\d{1,6}$/.test(key) ? Number(key) : NaN, "failed frame", 0, frames - 1),
      code,
    );
  }
  return failures;
}

export function parseStreams(value: unknown, frames: number): readonly FrameStream[] {
  const json = objectOf(value, "streams");
  const perFrameNumbers = (key: string): readonly number[] =>
    json[key] === undefined ? new Array<number>(frames).fill(0) : numbersOf(json[key], frames, key);
  const encoding = perFrame(
    json["encoding"] ?? 0,
    frames,
    (v) => integerOf(v, "encoding", 0, 255),
    "encoding",
  );
  const ends = arrayOf(json["ends"], "ends");
  if (ends.length !== frames) refuse("ends do not have one entry per frame");
  const digests = parseDigests(json["digests"], frames);
  const failures = parseFailures(json["failed"], frames);
  const min = perFrameNumbers("min");
  const max = perFrameNumbers("max");
  return ends.map((end, i) => ({
    encoding: encoding(i),
    ends: parseEnds(end, failures.has(i)),
    digest: digests[i] ?? null,
    min: min[i] ?? 0,
    max: max[i] ?? 0,
    failure: failures.get(i) ?? null,
  }));
}

function parseAspect(value: unknown): readonly [number, number] {
  const ratio = numbersOf(value, 2, "pixelAspectRatio") as [number, number];
  if (!(ratio[0] > 0 && ratio[1] > 0)) refuse("pixelAspectRatio is not positive");
  return ratio;
}

function parseSuvFactor(value: unknown): Pick<ManifestInstance, "suvFactor"> {
  if (value === undefined) return {};
  const suvFactor = numberOf(value, "suv");
  return suvFactor > 0 ? { suvFactor } : refuse("suv is not positive");
}

function parseTexts(json: Json): Readonly<Record<string, string>> {
  const text: Record<string, string> = {};
  for (const key of textKeys) {
    if (json[key] !== undefined) text[key] = textOf(json[key], key);
  }
  return text;
}

/** The Image Pixel Module's numbers. Those of an instance that can be shown are strict: sizes are computed from them. */
function parseFormat(json: Json, shown: boolean) {
  const low = shown ? 1 : 0;
  const read = (key: string, fallback: number, min: number, max: number): number =>
    json[key] === undefined
      ? shown && min > fallback
        ? refuse(`${key} is missing`)
        : fallback
      : integerOf(json[key], key, min, max);
  const format = {
    rows: read("rows", 0, low, 65535),
    cols: read("cols", 0, low, 65535),
    samples: read("samples", 1, low, shown ? 3 : 65535),
    bitsAllocated: read("bitsAllocated", 0, low, 65535),
    bitsStored: read("bitsStored", 0, 0, 65535),
    highBit: read("highBit", 0, 0, 65535),
    signed: flagOf(json["signed"], "signed"),
    planar: read("planar", 0, 0, 65535),
    photometric: oneOf(json["photometric"], PHOTOMETRICS, "", "photometric"),
  };
  if (!shown) return format;
  const { samples, bitsAllocated, bitsStored } = format;
  // 0 bits stored: real numbers
  const isReal = bitsStored === 0 && samples === 1 && [32, 64].includes(bitsAllocated);
  const isInteger = bitsStored > 0 && [1, 8, 16, 32].includes(bitsAllocated);
  if (![1, 3].includes(samples) || !(isReal || isInteger) || bitsStored > bitsAllocated)
    refuse("pixel format makes no sense");
  return format;
}

function parsePalette(value: unknown): readonly [Lut, Lut, Lut] {
  const luts = arrayOf(value, "palette").map(parseLut);
  if (luts.length !== 3) refuse("palette does not have three tables");
  return luts as unknown as readonly [Lut, Lut, Lut];
}

function parseHash(value: unknown): string {
  const hash = textOf(value, "hash");
  return /^[0-9a-f]{64}$/.test(hash) ? hash : refuse("hash is not 64 hex digits");
}

function parseInstance(json: Json, series: ManifestSeries, firstId: number): ManifestInstance {
  const count =
    optional(json["frames"], (v) => integerOf(v, "frames", 0, maxFramesOfInstance)) ?? 0;
  if (firstId + count > maxFramesOfStudy)
    throw new SlError("limit_exceeded", "manifest: too many frames");
  const reason = textOf(json["reason"], "reason");
  const streams = optional(json["streams"], (v) => parseStreams(v, count));
  const streamsApart = optional(json["streamsApart"], (v) =>
    integerOf(v, "streamsApart", 1, count),
  );
  const display = perFrame(json["display"], count, parseDisplay, "display");
  const geometry = perFrame(json["geometry"], count, parseGeometry, "geometry");
  const frames: ManifestFrame[] = [];
  const instance: ManifestInstance = {
    series,
    sopInstanceUID: textOf(json["sopInstanceUID"], "sopInstanceUID"),
    sopClassUID: textOf(json["sopClassUID"], "sopClassUID"),
    transferSyntaxUID: textOf(json["transferSyntaxUID"], "transferSyntaxUID"),
    instanceNumber: optional(json["instanceNumber"], (v) => int32(v, "instanceNumber")),
    hash: parseHash(json["hash"]),
    conflict: flagOf(json["conflict"], "conflict"),
    pending: flagOf(json["pending"], "pending"),
    isLocal: flagOf(json["local"], "local"),
    reason,
    ...parseFormat(json, count > 0 && reason === ""),
    lossy: optional(json["lossy"], (v) => {
      const lossy = objectOf(v, "lossy");
      return { ratio: textOf(lossy["ratio"], "ratio"), method: textOf(lossy["method"], "method") };
    }),
    palette: optional(json["palette"], parsePalette),
    pixelAspectRatio: optional(json["pixelAspectRatio"], parseAspect),
    frameTimeMs: optional(json["frameTimeMs"], (v) => numberOf(v, "frameTimeMs")),
    frameTimesMs: optional(json["frameTimesMs"], (v) =>
      arrayOf(v, "frameTimesMs").map((ms) => numberOf(ms, "frameTimesMs")),
    ),
    recommendedFrameRate: optional(json["recommendedFrameRate"], (v) =>
      numberOf(v, "recommendedFrameRate"),
    ),
    text: parseTexts(json),
    overlays: optional(json["overlays"], (v) => arrayOf(v, "overlays").map(parseOverlay)) ?? [],
    shutter: optional(json["shutter"], parseShutter),
    ...parseMaskModule(json),
    ...parseSuvFactor(json["suv"]),
    isVolume: flagOf(json["volume"], "volume"),
    ...(streamsApart === null ? {} : { streamsApart }),
    ...(json["slide"] === undefined ? {} : { slide: parseSlide(json["slide"], count) }),
    frames,
  };
  for (let i = 0; i < count; i++) {
    frames.push({
      id: firstId + i,
      frameNumber: i + 1,
      instance,
      display: display(i),
      geometry: geometry(i),
      stream: reason === "" ? (streams?.[i] ?? null) : null,
    });
  }
  return instance;
}

/** order: of all frames, 0-based, where they are not looked at as they are stored. */
function* inViewingOrder(
  { frames }: ManifestInstance,
  order: unknown,
): Generator<ManifestFrame, void> {
  if (order === undefined) {
    yield* frames;
    return;
  }
  const seen = new Set<number>();
  for (const place of numbersOf(order, frames.length, "order")) {
    const frame = frames[place];
    if (frame === undefined || seen.has(place)) refuse("order is not one of the frames");
    seen.add(place);
    yield frame;
  }
}

function parseSeries(value: unknown, firstId: number): ManifestSeries {
  const json = objectOf(value, "series");
  const common = json["common"] === undefined ? {} : objectOf(json["common"], "common");
  const instances: ManifestInstance[] = [];
  const frames: ManifestFrame[] = [];
  const text = (key: string): string => textOf(json[key], key);
  const series: ManifestSeries = {
    seriesInstanceUID: text("seriesInstanceUID"),
    modality: text("modality"),
    seriesNumber: optional(json["seriesNumber"], (v) => int32(v, "seriesNumber")),
    seriesDescription: text("seriesDescription"),
    bodyPartExamined: text("bodyPartExamined"),
    laterality: text("laterality"),
    protocolName: text("protocolName"),
    frameOfReferenceUID: text("frameOfReferenceUID"),
    sortedBy: oneOf(json["sortedBy"], ["position", "instanceNumber"], "instanceNumber", "sortedBy"),
    instances,
    frames,
  };
  for (const item of arrayOf(json["instances"], "instances")) {
    const instance = parseInstance(
      { ...common, ...objectOf(item, "instance") },
      series,
      firstId + frames.length,
    );
    instances.push(instance);
    const order = objectOf(item, "instance")["order"] ?? common["order"];
    for (const frame of inViewingOrder(instance, order)) frames.push(frame);
  }
  return series;
}

function parseStudy(value: unknown): ManifestStudy {
  const json = objectOf(value, "study");
  const patient = json["patient"] === undefined ? {} : objectOf(json["patient"], "patient");
  const text = (key: string): string => textOf(json[key], key);
  const patientText = (key: string): string => textOf(patient[key], key);
  return {
    studyInstanceUID: text("studyInstanceUID"),
    studyDate: text("studyDate"),
    studyTime: text("studyTime"),
    studyDescription: text("studyDescription"),
    accessionNumber: text("accessionNumber"),
    studyID: text("studyID"),
    referringPhysicianName: text("referringPhysicianName"),
    institutionName: text("institutionName"),
    patient: {
      name: patientText("name"),
      id: patientText("id"),
      birthDate: patientText("birthDate"),
      sex: patientText("sex"),
    },
  };
}

/** Errors: corrupt, unsupported (another format version), limit_exceeded. */
export function parseManifest(text: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    refuse("not JSON");
  }
  const json = objectOf(value, "the whole");
  const format = textOf(json["format"], "format");
  if (format !== "sightline.manifest.v1") {
    if (format.startsWith("sightline.manifest."))
      throw new SlError("unsupported", "manifest of another version");
    refuse("unknown format");
  }
  const revision = textOf(json["revision"], "revision");
  if (!/^\d{1,20}$/.test(revision) || BigInt(revision) > 0xffffffffffffffffn)
    refuse("revision is not a decimal u64");
  const frames: ManifestFrame[] = [];
  const series = arrayOf(json["series"], "series").map((item) => {
    const one = parseSeries(item, frames.length);
    for (const instance of one.instances) for (const frame of instance.frames) frames.push(frame);
    return one;
  });
  return { revision, study: parseStudy(json["study"]), series, frames };
}
