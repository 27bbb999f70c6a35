import type { ErrcName } from "./errc.ts";
import type { Manifest, ManifestFrame, ManifestSeries, VoiFunction } from "./manifest.ts";
import type { MissingPart, SampleBlock } from "./messages.ts";

/** The embedding and automation interface, `window.sightline`. docs/embedding.md describes it for its users. */

export type Quality =
  "none" | "preview" | "screen" | "lossless" | "lossy" | "original" | "incomplete";

/** What is wanted of a viewport. Immutable; a new object for each change. */
export interface ViewState {
  readonly studyInstanceUID: string;
  readonly seriesInstanceUID: string;
  readonly sopInstanceUID: string;
  /** 1-based frame number in the instance */
  readonly frame: number;
  /** modality units, PS3.3 C.11.2.1.2; null while a VOI LUT is used or for colour */
  readonly windowCenter: number | null;
  readonly windowWidth: number | null;
  readonly voiFunction: VoiFunction;
  /** index into display.voiLuts, or null when the window applies */
  readonly voiLut: number | null;
  /** device pixels per image column; 1 = 1:1 */
  readonly zoom: number;
  /** "fit" re-fits on resize, "manual" keeps zoom and pan */
  readonly fit: boolean;
  /** device pixels from the viewport's centre to the image's centre, after rotation; at zoom 1 whole numbers land on the pixel grid */
  readonly pan: { readonly x: number; readonly y: number };
  readonly rotation: 0 | 90 | 180 | 270;
  readonly flipHorizontal: boolean;
  readonly flipVertical: boolean;
  readonly inverted: boolean;
  readonly interpolation: "linear" | "nearest";
}
/** What is on screen now. */
export interface ViewportState extends ViewState {
  /** resolution level drawn (0 = coarsest), and the frame's highest */
  readonly level: number;
  readonly fullLevel: number;
  readonly quality: Quality;
  /** position in the stack: 0-based index and length */
  readonly stackIndex: number;
  readonly stackLength: number;
  /** CSS pixels and device pixels of the image area */
  readonly deviceWidth: number;
  readonly deviceHeight: number;
}
export interface PresentedDetail {
  /** performance.now() in the frame that showed it */
  readonly timestamp: number;
  readonly level: number;
  readonly quality: Quality;
  readonly sopInstanceUID: string;
  readonly frame: number;
}
export interface ErrorDetail {
  readonly code: ErrcName;
  readonly message: string;
  readonly sopInstanceUID: string;
  readonly frame: number;
}

export interface ViewportEventMap {
  presented: PresentedDetail;
  statechange: ViewportState;
  error: ErrorDetail;
}

/** Fields that `set` takes. Changing sopInstanceUID/frame scrolls within the loaded series. */
export type ViewChange = Partial<Omit<ViewState, "studyInstanceUID" | "seriesInstanceUID">>;

export interface ViewportApi {
  readonly id: string;
  readonly state: ViewportState;
  set(change: ViewChange): void;
  /** Resolves when the frame that is shown has reached this quality ("lossless" also resolves for a lossy source at its
   *  full level with value "lossy", and for a picture that its file does not hold whole with "incomplete"); rejects with SlError when it cannot. Asking for it fetches the full level. */
  whenQuality(quality: "preview" | "screen" | "lossless"): Promise<Quality>;
  /** The image layer alone, at device pixels. */
  capture(): ImageData;
  /** Stored value at full resolution, 0-based row and column; an array for colour; null unless the full level is here. */
  storedValue(row: number, col: number): number | number[] | null;
  addEventListener<K extends keyof ViewportEventMap>(
    type: K,
    listener: (event: CustomEvent<ViewportEventMap[K]>) => void,
  ): void;
  removeEventListener<K extends keyof ViewportEventMap>(
    type: K,
    listener: (event: CustomEvent<ViewportEventMap[K]>) => void,
  ): void;
}

export interface OpenRequest {
  study: string;
  series?: string;
  instance?: string;
  frame?: number;
}

export interface SightlineApi {
  readonly version: string;
  /** Shows a study (its first picture unless more is said). Resolves when the manifest is here; rejects with SlError. */
  open(request: OpenRequest): Promise<void>;
  viewports(): readonly ViewportApi[];
}

/** What lies over one picture is drawn by this. */
export interface LayerView {
  readonly frame: ManifestFrame;
  readonly rows: number;
  readonly cols: number;
  /** (column, row) of the image, pixel centres at .5, to device pixels: as setTransform() of a canvas takes it */
  readonly matrix: readonly [number, number, number, number, number, number];
  /** device pixels of the viewport */
  readonly width: number;
  readonly height: number;
  /** device pixels to a CSS pixel */
  readonly pixelRatio: number;
}
/** Draws over the picture, in the animation frame that draws the picture. */
export interface LayerPainter {
  /** null: there is no picture */
  paint(view: LayerView | null): void;
}
/** How a picture is to be seen beyond what it says itself. */
export interface PresentedFrame {
  /** the picture with another pipeline, aspect ratio or palette; its number is the same */
  readonly frame: ManifestFrame;
  readonly rotation: ViewState["rotation"];
  /** before the rotation */
  readonly flipHorizontal: boolean;
  /** columns and rows of the image that fill the viewport, as edges; null: all of them */
  readonly area: ImageArea | null;
  /** device pixels per image column; null: as large as the viewport allows */
  readonly zoom: number | null;
}
export interface ImageArea {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}
/** Applies to some of a stack's pictures. */
export interface Presentation {
  /** The same object for the same picture; null: it says nothing of this one. */
  of(frame: ManifestFrame): PresentedFrame | null;
}

/** Says which pictures are drawn as differences of frames. */
export interface Subtractor {
  /** The same object for the same picture; null: this one is drawn as it is. */
  of(frame: ManifestFrame): ManifestFrame | null;
}

/** A colour profile as it is drawn by; shapes and units: wasm/pixel/color_profile.hpp. */
export interface ColorTable {
  readonly curveEntries: number;
  readonly side: number;
  readonly curves: Float32Array<ArrayBuffer>;
  readonly light: Float32Array<ArrayBuffer>;
}
/** Says by which colour profile a picture is drawn. */
export interface ColorCorrection {
  /** The same object for the same profile; null: by none. */
  of(frame: ManifestFrame): ColorTable | null;
}

/** What the chrome (web/ui, web/tools) needs beyond the public interface; web/view implements it. */
export interface ViewportController extends ViewportApi {
  readonly canvas: HTMLCanvasElement;
  readonly series: ManifestSeries | null;
  readonly shown: ManifestFrame | null;
  /** what the file does not hold of the picture that is shown; null: nothing is known to be missing */
  readonly missing: MissingPart | null;
  showSeries(seriesInstanceUID: string): void;
  /** Scrolls by n pictures, clamped. */
  scroll(n: number): void;
  scrollTo(stackIndex: number): void;
  /** Default window (DICOM's first, VOI LUT, or auto), geometry back to fit. */
  reset(): void;
  fitToWindow(): void;
  /** zoom = 1, centred on what is centred now */
  oneToOne(): void;
  /** Window over the stored range of what is on screen (padding left out). */
  autoWindow(): void;
  /** Zooms about a device-pixel point of the viewport. */
  zoomAt(factor: number, x: number, y: number): void;
  /** Device-pixel point of the viewport to image row and column (fractions; pixel centres at .5). */
  toImage(x: number, y: number): { row: number; col: number };
  toViewport(row: number, col: number): { x: number; y: number };
  /** Draws the layers over the picture from now on; null: none. */
  useLayers(painter: LayerPainter | null): void;
  /** Draws anew in the next animation frame: a layer has changed. */
  redraw(): void;
  /** Shows the stack as somebody wanted it to be seen; null: as the pictures say themselves. */
  present(presentation: Presentation | null): void;
  /** Draws differences of frames in place of pictures; null: pictures as they are. The view stays, the window does not. */
  subtract(subtractor: Subtractor | null): void;
  /** Draws all of the slide that is shown, small, into a canvas. True: nothing of it is missing. */
  overview(to: CanvasRenderingContext2D): boolean;
  /** Draws by colour profiles from now on; null: colours go to the screen as they are stored. */
  useColors(colors: ColorCorrection | null): void;
  /** For the scrollbar: per stack index the highest level held, as a share 0…1 of full (−1 = failed). */
  readonly cached: Float32Array;
}
/** What lies over pictures, and their colour profiles, by the SHA-256 of the object that holds it. All reject with SlError. */
export interface LayerSource {
  /** one frame (1-based) of an overlay plane: rows × cols bits, the first in the lowest bit of the first byte */
  overlay(hash: string, group: number, frame: number): Promise<Uint8Array>;
  /** a presentation state as JSON, docs/wire_format.md */
  presentation(hash: string): Promise<string>;
  /** what a segmentation, structure set, dose or parametric map says, as JSON, docs/wire_format.md */
  layer(hash: string): Promise<string>;
  /** the encoded bytes of one frame (1-based), its stream of docs/wire_format.md */
  frame(hash: string, frame: number): Promise<Uint8Array>;
  /** the ICC profile of an image; null: it has none */
  profile(hash: string): Promise<Uint8Array<ArrayBuffer> | null>;
}
export type Connection = "live" | "fallback" | "lost" | "local";
export interface ViewerController extends SightlineApi {
  readonly manifest: Manifest | null;
  readonly active: ViewportController;
  readonly connection: Connection;
  /** where the open study's layers come from; null without a study */
  readonly layerSource: LayerSource | null;
  /** The stored values of a frame that need not be in a shown stack. Rejects with SlError. */
  decode(frame: ManifestFrame): Promise<SampleBlock>;
  /** manifest, connection and active-viewport changes, for the chrome to draw again */
  subscribe(listener: () => void): () => void;
}
