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
  /** little-endian stored values, samples interleaved; its buffer is transferred */
  readonly values: Uint8Array;
}
export interface FrameFormat {
  readonly rows: number;
  readonly cols: number;
  readonly samples: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  readonly planar: number;
  readonly photometric: string;
}
export type ToWorker =
  | { type: "init"; viewer: WebAssembly.Module; dicomUrl: string }
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
