import type {
  FrameStream,
  Manifest,
  ManifestFrame,
  ManifestInstance,
  ManifestSeries,
} from "../../web/shared/manifest.ts";

/** Manifests for tests, as web/source/manifest.ts would read them. */
export interface SeriesOptions {
  readonly uid?: string;
  readonly frames?: number;
  readonly rows?: number;
  readonly cols?: number;
  /** prefix ends of every frame */
  readonly ends?: readonly number[];
  readonly digest?: Uint8Array | null;
  readonly sortedBy?: "position" | "instanceNumber";
  readonly instance?: Partial<ManifestInstance>;
  readonly frame?: Partial<ManifestFrame>;
  readonly stream?: Partial<FrameStream> | null;
}
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function buildManifest(options: readonly SeriesOptions[], revision = "1"): Manifest {
  const frames: ManifestFrame[] = [];
  const series = options.map((one, index) => buildSeries(one, index, frames));
  return {
    revision,
    series,
    frames,
    study: {
      studyInstanceUID: "1.2.3",
      studyDate: "",
      studyTime: "",
      studyDescription: "",
      accessionNumber: "",
      studyID: "",
      referringPhysicianName: "",
      institutionName: "",
      patient: { name: "", id: "", birthDate: "", sex: "" },
    },
  };
}
function buildSeries(options: SeriesOptions, index: number, all: ManifestFrame[]): ManifestSeries {
  const uid = options.uid ?? `1.2.3.${String(index + 1)}`;
  const instances: ManifestInstance[] = [];
  const frames: ManifestFrame[] = [];
  const series: ManifestSeries = {
    seriesInstanceUID: uid,
    modality: "CT",
    seriesNumber: index + 1,
    seriesDescription: "",
    bodyPartExamined: "",
    laterality: "",
    protocolName: "",
    frameOfReferenceUID: "",
    sortedBy: options.sortedBy ?? "position",
    instances,
    frames,
  };
  for (let i = 0; i < (options.frames ?? 1); i++) {
    const own: ManifestFrame[] = [];
    const instance = buildInstance(options, series, `${uid}.${String(i + 1)}`, own);
    instances.push(instance);
    const frame = buildFrame(options, instance, all.length);
    own.push(frame);
    frames.push(frame);
    all.push(frame);
  }
  return series;
}
function buildInstance(
  options: SeriesOptions,
  series: ManifestSeries,
  uid: string,
  frames: ManifestFrame[],
): ManifestInstance {
  const instance: Mutable<ManifestInstance> = {
    series,
    sopInstanceUID: uid,
    sopClassUID: "",
    transferSyntaxUID: "",
    instanceNumber: null,
    hash: `hash-${uid}`,
    conflict: false,
    pending: false,
    isLocal: false,
    reason: "",
    rows: options.rows ?? 512,
    cols: options.cols ?? 512,
    samples: 1,
    bitsAllocated: 16,
    bitsStored: 12,
    highBit: 11,
    signed: false,
    planar: 0,
    photometric: "MONOCHROME2",
    lossy: null,
    palette: null,
    pixelAspectRatio: null,
    frameTimeMs: null,
    frameTimesMs: null,
    recommendedFrameRate: null,
    text: {},
    overlays: [],
    shutter: null,
    isVolume: false,
    frames,
  };
  return Object.assign(instance, options.instance);
}
function buildFrame(options: SeriesOptions, instance: ManifestInstance, id: number): ManifestFrame {
  const stream: FrameStream = {
    encoding: 1,
    ends: options.ends ?? [100, 400, 1600, 6400],
    digest: options.digest ?? new Uint8Array(32).fill(7),
    min: 0,
    max: 4095,
    failure: null,
  };
  return {
    id,
    frameNumber: 1,
    instance,
    display: {
      rescaleSlope: 1,
      rescaleIntercept: 0,
      rescaleType: "",
      modalityLut: null,
      windows: [{ center: 40, width: 400, explanation: "" }],
      voiFunction: "LINEAR",
      voiLuts: [],
      presentationInverse: false,
      padding: null,
    },
    geometry: {
      position: null,
      orientation: null,
      spacing: null,
      spacingSource: "",
      thickness: null,
      between: null,
      location: null,
    },
    stream:
      options.stream === null
        ? null
        : { ...stream, ...options.stream, ...(options.digest === null ? { digest: null } : {}) },
    ...options.frame,
  };
}
