/** What a slice says of the picture that it is of. */
export interface PictureStart {
  /** its first slice begins another picture than the last one's (the second field of a frame does not) */
  readonly isNew: boolean;
  /** decoding can begin here */
  readonly isKey: boolean;
  /** pictures of a later sequence are shown later */
  readonly sequence: number;
  /** within the sequence: lower is shown earlier */
  readonly order: number;
}
/** What becomes of a NAL unit: it belongs to the picture that follows, it is a slice, it belongs to the picture before, or it
 *  is left out (parameter sets go into the file's head). */
export type NalRole =
  | { readonly role: "before" }
  | { readonly role: "after" }
  | { readonly role: "drop" }
  | { readonly role: "slice"; readonly picture: PictureStart };

/** What the head of an MP4 file says of its pictures. */
export interface CodecConfiguration {
  /** "avc1", … : the sample entry */
  readonly entry: string;
  /** "avcC" or "hvcC", and what is in it */
  readonly box: string;
  readonly record: Uint8Array;
  /** RFC 6381 */
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** pictures per second that the stream states; null: it does not */
  readonly rate: number | null;
}
/** Reads the NAL units of one codec, in the order of the stream. */
export interface VideoCodec {
  inspect(nal: Uint8Array): NalRole;
  /** Throws SlError("corrupt") before the parameter sets have come. */
  configuration(): CodecConfiguration;
}
