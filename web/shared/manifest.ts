import type { SampleBlock } from "./messages.ts";
import type { Photometric } from "./photometric.ts";
import type { Slide, SlideTiling } from "./slide.ts";

/** The manifest as docs/wire_format.md defines it, after `common` was merged into each instance. */

export type VoiFunction = "LINEAR" | "LINEAR_EXACT" | "SIGMOID";

export interface Lut {
  readonly first: number;
  readonly bits: number;
  readonly entries: Uint16Array;
  readonly explanation: string;
}
export interface Window {
  readonly center: number;
  readonly width: number;
  readonly explanation: string;
}

/** Stored values of a range to a physical quantity. PS3.3 C.7.6.16.2.11. */
export interface RealWorldMap {
  readonly range: readonly [number, number];
  readonly slope: number;
  readonly intercept: number;
  readonly label: string;
  /** UCUM */
  readonly unit: string;
}
/** Stored values to P-values for one frame. PS3.3 C.11. */
export interface DisplayPipeline {
  readonly rescaleSlope: number;
  /** the object says 0, which nothing can be multiplied with: rescaleSlope is 1, values have no unit */
  readonly isSlopeZero?: boolean;
  readonly rescaleIntercept: number;
  readonly rescaleType: string;
  readonly modalityLut: Lut | null;
  readonly windows: readonly Window[];
  readonly voiFunction: VoiFunction;
  readonly voiLuts: readonly Lut[];
  readonly presentationInverse: boolean;
  readonly padding: readonly [number, number] | null;
  /** left out: none */
  readonly realWorld?: readonly RealWorldMap[];
}
/** Where a frame lies in the patient, mm. PS3.3 C.7.6.2. */
export interface FrameGeometry {
  readonly position: readonly [number, number, number] | null;
  readonly orientation: readonly [number, number, number, number, number, number] | null;
  /** [between rows, between columns], mm */
  readonly spacing: readonly [number, number] | null;
  readonly spacingSource: "PixelSpacing" | "ImagerPixelSpacing" | "UltrasoundRegion" | "";
  readonly thickness: number | null;
  readonly between: number | null;
  readonly location: number | null;
}
export interface FrameStream {
  readonly encoding: number;
  /** ends[l]: bytes of the prefix that decodes to level l. */
  readonly ends: readonly number[];
  /** SHA-256 of the stored values, 32 bytes; null for lossy sources. */
  readonly digest: Uint8Array | null;
  readonly min: number;
  readonly max: number;
  /** errc name when the frame cannot be streamed */
  readonly failure: string | null;
}
export interface ManifestFrame {
  /** number on the wire */
  readonly id: number;
  /** 1-based, PS3.3 */
  readonly frameNumber: number;
  readonly instance: ManifestInstance;
  readonly display: DisplayPipeline;
  readonly geometry: FrameGeometry;
  readonly stream: FrameStream | null;
  /** height / width of a pixel that a presentation state asks for; never in a manifest */
  readonly presentationAspect?: number;
  /** the object whose colour profile applies in place of its own; never in a manifest */
  readonly profileHash?: string;
  /** its values are these; never in a manifest */
  readonly difference?: Difference;
  /** the frame stands for a whole slide (web/slide); never in a manifest */
  readonly slide?: Slide;
}
/** How a mask is subtracted from frames of an image. PS3.3 C.7.6.10. */
export interface MaskOperation {
  readonly kind: "AVG_SUB" | "TID" | "REV_TID";
  /** pairs of first and last frame; none: all that it can be done for */
  readonly applicable: readonly number[];
  /** frames whose mean is the mask; of AVG_SUB */
  readonly masks: readonly number[];
  /** frames whose mean it is subtracted from, the current one first */
  readonly averaging: number;
  /** of the mask: rows down, columns to the right */
  readonly shift: readonly [number, number];
  /** from the frame back to its mask; of TID and REV_TID */
  readonly offset: number;
  readonly explanation: string;
}
/** What an image says of the subtraction of its own frames. PS3.3 C.7.6.10. */
export interface MaskModule {
  readonly operations: readonly MaskOperation[];
  readonly isRecommended: boolean;
  /** Pixel Intensity Relationship (0028,1040): LIN, LOG, DISP; "" */
  readonly intensity: string;
}
/** A picture that is the difference of frames: what is drawn in place of its own stored values. */
export interface Difference {
  /** of its texture: below zero, as no frame's number is */
  readonly key: number;
  /** numbers of the frames that make the mask */
  readonly masks: readonly number[];
  readonly shift: readonly [number, number];
  /** null: frames are on their way. `held`: what is decoded of a frame in full. Throws SlError: they cannot be had. */
  block(held: (frame: ManifestFrame) => SampleBlock | null): SampleBlock | null;
  /** the size of nearly all of its values; null: it has not been made yet */
  readonly extent: number | null;
}
/** A bitmap over the picture. PS3.3 C.9.2. */
export interface OverlayPlane {
  /** 0x6000 … 0x601E */
  readonly group: number;
  readonly rows: number;
  readonly cols: number;
  /** pixel of the image, 1-based, that the first one lies over; may be outside */
  readonly originRow: number;
  readonly originCol: number;
  readonly frames: number;
  /** frame of the image, 1-based, that the first frame lies over; 0: the only one lies over each */
  readonly imageFrameOrigin: number;
  readonly isRoi: boolean;
  readonly label: string;
  readonly description: string;
}
/** What is covered of a picture: all that is outside of any of its shapes. Pixels, 1-based; edges belong to what is shown.
 *  PS3.3 C.7.6.11. */
export interface DisplayShutter {
  readonly rectangle: {
    readonly left: number;
    readonly right: number;
    readonly upper: number;
    readonly lower: number;
  } | null;
  readonly circle: {
    readonly centerRow: number;
    readonly centerCol: number;
    readonly radius: number;
  } | null;
  readonly polygon: readonly { readonly row: number; readonly col: number }[];
  /** the overlay whose bits are covered; only of a presentation state */
  readonly overlayGroup: number | null;
  /** P-value 0 … 65535 */
  readonly presentationValue: number | null;
  /** PCS values as PS3.3 C.10.7.1.1 scales them */
  readonly cielab: readonly [number, number, number] | null;
}
export interface ManifestInstance {
  readonly series: ManifestSeries;
  readonly sopInstanceUID: string;
  readonly sopClassUID: string;
  readonly transferSyntaxUID: string;
  readonly instanceNumber: number | null;
  readonly hash: string;
  readonly conflict: boolean;
  readonly pending: boolean;
  /** read from a file on this computer: its frames have no digest to be compared with */
  readonly isLocal: boolean;
  /** why nothing can be shown; "" when it can */
  readonly reason: string;
  readonly rows: number;
  readonly cols: number;
  readonly samples: number;
  readonly bitsAllocated: number;
  /** 0: real numbers (Float, Double Float Pixel Data) of bitsAllocated bits */
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  readonly planar: number;
  readonly photometric: Photometric;
  readonly lossy: { readonly ratio: string; readonly method: string } | null;
  readonly palette: readonly [Lut, Lut, Lut] | null;
  readonly pixelAspectRatio: readonly [number, number] | null;
  readonly frameTimeMs: number | null;
  readonly frameTimesMs: readonly number[] | null;
  readonly recommendedFrameRate: number | null;
  /** imageType, kvp, …: the text keys of the table in docs/wire_format.md */
  readonly text: Readonly<Record<string, string>>;
  readonly overlays: readonly OverlayPlane[];
  readonly shutter: DisplayShutter | null;
  readonly mask?: MaskModule;
  /** of PET: modality values to SUV by body weight, g/ml */
  readonly suvFactor?: number;
  /** its frames are a stack as single images would be */
  readonly isVolume: boolean;
  /** its frames are tiles of this */
  readonly slide?: SlideTiling;
  /** the streams of its frames are told apart, in parts of so many frames, when they are wanted: until then they are null */
  readonly streamsApart?: number;
  readonly frames: readonly ManifestFrame[];
}
export interface ManifestSeries {
  readonly seriesInstanceUID: string;
  readonly modality: string;
  readonly seriesNumber: number | null;
  readonly seriesDescription: string;
  readonly bodyPartExamined: string;
  readonly laterality: string;
  readonly protocolName: string;
  readonly frameOfReferenceUID: string;
  readonly sortedBy: "position" | "instanceNumber";
  readonly instances: readonly ManifestInstance[];
  /** all frames of all instances, in order: the stack */
  readonly frames: readonly ManifestFrame[];
}
export interface ManifestStudy {
  readonly studyInstanceUID: string;
  readonly studyDate: string;
  readonly studyTime: string;
  readonly studyDescription: string;
  readonly accessionNumber: string;
  readonly studyID: string;
  readonly referringPhysicianName: string;
  readonly institutionName: string;
  readonly patient: {
    readonly name: string;
    readonly id: string;
    readonly birthDate: string;
    readonly sex: string;
  };
}
export interface Manifest {
  readonly revision: string;
  readonly study: ManifestStudy;
  readonly series: readonly ManifestSeries[];
  /** frames[id] */
  readonly frames: readonly ManifestFrame[];
}
