import type { Quality, ViewState } from "./api.ts";
import type { Manifest, ManifestFrame } from "./manifest.ts";

/** Whole-slide images: many frames of several instances that are one picture. docs/slides.md. */

/** What an instance says of the large picture that its frames are tiles of. PS3.3 C.8.12.4, C.7.6.17.3. */
export interface SlideTiling {
  /** Total Pixel Matrix */
  readonly cols: number;
  readonly rows: number;
  readonly planes: number;
  readonly paths: readonly { readonly identifier: string; readonly description: string }[];
  /** column and row of each frame's first pixel, from 1, in pairs; null: tiles of a whole grid in their order */
  readonly tiles: Int32Array | null;
  /** optical path and focal plane of each frame, in pairs; null: all of the first */
  readonly layers: Uint8Array | null;
  readonly concatenation: string;
  /** In-concatenation Number, from 1; 0: it is not said */
  readonly part: number;
  /** frames of the concatenation before these; 0 also where it is not said */
  readonly offset: number;
  /** of the microscope's objective: 40 for 40x */
  readonly objective: number | null;
  /** width and height of what was imaged, mm */
  readonly volume: readonly [number, number] | null;
  /** colour of what was not scanned, CIELab as PS3.3 C.10.7.1.1 */
  readonly absent: readonly [number, number, number] | null;
  readonly pyramid: string;
}

export interface PixelSize {
  readonly width: number;
  readonly height: number;
}
/** A part of the canvas in device pixels: first included, end not. */
export interface Clip {
  readonly firstX: number;
  readonly firstY: number;
  readonly endX: number;
  readonly endY: number;
}
/** Where one tile is drawn; as DrawView of decode/renderer.ts. */
export interface TilePlace {
  readonly zoom: number;
  readonly panX: number;
  readonly panY: number;
  readonly pixelAspect: number;
  readonly clip: Clip;
}
export interface HeldTile {
  /** it is on the GPU */
  readonly isDrawable: boolean;
  readonly isVerified: boolean;
  /** the file does not hold it whole, or a texture does not */
  readonly isIncomplete: boolean;
  /** it will never come, or only with another manifest */
  readonly hasFailed: boolean;
}
/** A canvas that takes tiles one after the other. view/slide_canvas.ts is one. */
export interface TileCanvas {
  readonly size: PixelSize;
  readonly textureBytes: number;
  /** all of it black */
  clear(): void;
  fill(clip: Clip, rgb: number): void;
  /** Brings the tile to the GPU if it is decoded. `mayUpload` false: not now. */
  hold(frame: ManifestFrame, mayUpload: boolean): HeldTile;
  /** a tile that is drawable */
  draw(frame: ManifestFrame, place: TilePlace): void;
}
export interface SlidePainted {
  readonly quality: Quality;
  /** which level, the coarsest is 0; -1: nothing is drawn */
  readonly level: number;
  /** more is decoded than could be brought to the GPU at once: draw again */
  readonly isUnfinished: boolean;
}
export type SlidePlacement = Pick<
  ViewState,
  "zoom" | "pan" | "rotation" | "flipHorizontal" | "flipVertical" | "inverted"
>;
/** Where pixels of a stored image lie: (theirs + col, row) × scale is a column, a row of the finest level. */
export interface ImagePlace {
  readonly col: number;
  readonly row: number;
  readonly scaleX: number;
  readonly scaleY: number;
}
/** One optical path and focal plane of a pyramid. Its frame in the series (ManifestFrame.slide) is as large as the finest level. */
export interface Slide {
  /** "Plane 2 of 5", "DAPI"; "" where there is nothing to choose */
  readonly label: string;
  readonly levels: number;
  /** as a microscope's, at one pixel of the finest level to a device pixel; null where no size is known */
  readonly magnification: number | null;
  /** the smallest picture of the whole, width by height */
  readonly overview: PixelSize;
  /** SOP Instance UIDs of all levels, the smallest last */
  readonly instances: ReadonlySet<string>;
  /** parts of its concatenations that are not in the study, and without which others cannot be placed */
  readonly missingParts: readonly number[];
  /** Optical Path Identifier (0048,0106) */
  readonly path: string;
  /** Of one of its images (or one frame of it, from 1, which may be of another path or plane); null: it is none of the pyramid's. */
  locate(sopInstanceUID: string, frame: number | null): ImagePlace | null;
  /** Tiles that are needed for this view, in order of need. */
  wants(placement: SlidePlacement, size: PixelSize, textureBytes: number): readonly ManifestFrame[];
  paint(canvas: TileCanvas, placement: SlidePlacement): SlidePainted;
  /** All of the picture, from its coarsest level, in the canvas' top left corner. True: nothing of it is missing. */
  paintOverview(canvas: TileCanvas, size: PixelSize): boolean;
  /** Of the finest level, 0-based: the tile that holds the pixel, and where. */
  tileAt(row: number, col: number): { frame: ManifestFrame; row: number; col: number } | null;
}
/** web/slide, which is fetched when the first slide comes. */
export interface SlideModule {
  /** The same study, where each slide is one picture, of as many frames as it has paths and planes, and pictures of its label
   *  and the like stand behind these. Frame numbers of the wire stay as they are. */
  withSlides(manifest: Manifest): Manifest;
}
