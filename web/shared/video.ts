/** MPEG-2, H.264 and HEVC, of one piece or fragmentable: all frames of an object are one stream. PS3.5 8.2.5 to 8.2.13. */
const VIDEO_SYNTAX = /^1\.2\.840\.10008\.1\.2\.4\.10[0-8](\.1)?$/;

export function isVideo({ transferSyntaxUID }: { readonly transferSyntaxUID: string }): boolean {
  return VIDEO_SYNTAX.test(transferSyntaxUID);
}

/** The stream of a video: what its fragments hold, one after the other. */
export interface VideoStream {
  readonly size: number;
  /** the stream's own address, had by range; null: it is a file of this computer */
  readonly address: string | null;
  /** these bytes, which are inside of it; rejects with SlError */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** all of it; rejects with SlError */
  whole(): Promise<Blob>;
}
