import type { ColorTable } from "./api.ts";
import type { ErrcName } from "./errc.ts";

/** Everything that may cross the border between the page and a decoding worker. */
export interface SampleBlock {
  readonly rows: number;
  readonly cols: number;
  readonly samples: number;
  readonly bitsAllocated: number;
  readonly signed: boolean;
  /** the decoder has turned YBR into RGB */
  readonly isRgb: boolean;
  /** samples are IEEE 754 numbers of bitsAllocated (32, 64) bits */
  readonly isFloat: boolean;
  /** null: the frame is whole; else what is not there, and zeros stand in its place, or which step of its decoding is not */
  readonly missing: MissingPart | null;
  /** little-endian stored values, samples interleaved; its buffer is transferred */
  readonly values: Uint8Array;
}
export interface MissingPart {
  readonly code: ErrcName;
  /** rows from the top that are whole; 0 = not known */
  readonly wholeRows: number;
  /** the step of decoding that was not taken, in words: no value is what it should be; "": only a part of them is not */
  readonly step: string;
}
/** A part of a frame, or of one resolution level of it; samples of that level. */
export interface FrameRegion {
  readonly x: number;
  readonly y: number;
  readonly cols: number;
  readonly rows: number;
}
export interface FrameFormat {
  readonly rows: number;
  readonly cols: number;
  readonly samples: number;
  readonly bitsAllocated: number;
  /** 0: real numbers */
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  readonly planar: number;
  readonly photometric: string;
}
/** Modules that a decoding worker fetches by need. */
export interface ModuleUrls {
  readonly dicom: string;
  readonly jxl: string;
}
export type ToWorker =
  | { type: "init"; viewer: WebAssembly.Module; urls: ModuleUrls }
  | {
      type: "decode";
      job: number;
      epoch: number;
      encoding: number;
      format: FrameFormat;
      discardLevels: number;
      /** stream prefix; transferred */
      bytes: ArrayBuffer;
      /** full level only: expected SHA-256; the answer says whether it is equal */
      digest: Uint8Array | null;
      /** of the level, nothing else; null: all of it */
      region: FrameRegion | null;
    }
  | { type: "dropBefore"; epoch: number };
export type FromWorker =
  | { type: "ready" }
  | {
      type: "decoded";
      job: number;
      epoch: number;
      block: SampleBlock;
      digestEqual: boolean | null;
      decodeMs: number;
    }
  | { type: "dropped"; job: number }
  | { type: "failed"; job: number; epoch: number; code: ErrcName; detail: string };

/** Everything that may cross the border between the page and the worker that reads local files. */
export interface LocalFile {
  readonly file: File;
  /** as the reader of the page knows it: folder and name */
  readonly path: string;
}
/** A file that is not opened, or a folder that could not be looked through. */
export interface RefusedFile {
  readonly path: string;
  readonly code: ErrcName;
  readonly detail: string;
}
/** Objects that are sent to the page's own server. */
export interface UploadProgress {
  /** waiting: there is no connection, and it is tried again; refused: the archive takes nothing (more), `detail` says why */
  readonly state: "sending" | "waiting" | "done" | "stopped" | "refused";
  readonly total: number;
  readonly stored: number;
  readonly alreadyThere: number;
  readonly failures: readonly RefusedFile[];
  readonly detail: string;
}
/** Of one object: its model (document.ts), its attributes (DICOM JSON), the file itself, or a part of it by number: samples of a
 *  multiplex group, the encapsulated document. */
export type DocumentWant = "model" | "attributes" | "original" | "video" | number;
/** What is wanted of the instance whose file has this SHA-256 (hexadecimal). */
export type PartRequest =
  | { type: "frame"; hash: string; frameIndex0: number }
  /** bits of one frame of an overlay plane */
  | { type: "overlay"; hash: string; group: number; frameIndex0: number }
  /** a presentation state as JSON in UTF-8 */
  | { type: "presentation"; hash: string }
  /** what an object that lies over images says of them, as JSON in UTF-8 */
  | { type: "layer"; hash: string }
  /** the ICC profile; refused with not_found when there is none */
  | { type: "profile"; hash: string };
export type ToReader =
  | { type: "init"; readerUrl: string }
  /** a portion of a batch; isLast: the batch has no other */
  | { type: "add"; batch: number; files: readonly LocalFile[]; isLast: boolean }
  /** files of this batch, and of earlier ones, that have not been begun are left out */
  | { type: "cancel"; batch: number }
  | { type: "part"; job: number; part: PartRequest }
  /** of the file with this SHA-256, or of these bytes; is answered by "part" or "failed" */
  | { type: "document"; job: number; file: string | ArrayBuffer; want: DocumentWant }
  /** keywords of tags, a line each; is answered by "part" */
  | { type: "keywords"; job: number; tags: readonly number[] }
  /** all that was read, to the page's own server */
  | { type: "upload" }
  | { type: "stopUpload" };
export type FromReader =
  /** the worker listens */
  | { type: "ready" }
  /** counted since the worker began; refused: since it told last */
  | {
      type: "progress";
      total: number;
      done: number;
      pictures: number;
      refused: readonly RefusedFile[];
    }
  /** as JSON, the manifests of studies that have grown since they were told last */
  | { type: "studies"; manifests: readonly string[] }
  /** the batch is over, and all its studies are told; files that a DICOMDIR names and nobody gave */
  | { type: "added"; batch: number; missing: readonly string[] }
  /** what the job was for */
  | { type: "part"; job: number; bytes: ArrayBuffer }
  | { type: "failed"; job: number; code: ErrcName; detail: string }
  | { type: "upload"; progress: UploadProgress }
  | { type: "died"; detail: string };
/** Of a worker that makes the table of one colour profile, whose bytes are posted to it. */
export type FromColorWorker =
  | { type: "ready" }
  /** table null: the profile is sRGB's */
  | { type: "made"; table: ColorTable | null; description: string }
  | { type: "failed"; code: ErrcName; detail: string };
