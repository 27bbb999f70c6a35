import { SlError, type ErrcName } from "../shared/errc.ts";

/** What a stream is that is none of a video's. */
export interface Foreign {
  /** as everybody calls it: "Matroska" */
  readonly name: string;
  readonly kind: "container" | "sound" | "codec" | "unknown";
}
/** A stream that is not played, and what it is. */
export class ForeignVideo extends SlError {
  readonly foreign: Foreign;
  constructor(code: ErrcName, foreign: Foreign) {
    super(code, `${foreign.kind}: ${foreign.name}`);
    this.foreign = foreign;
  }
}

const EBML = [0x1a, 0x45, 0xdf, 0xa3];
const ASF = [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11];
const ADTS = [
  [0xff, 0xf1],
  [0xff, 0xf9],
];
const MXF = [0x06, 0x0e, 0x2b, 0x34];
const FORMS: ReadonlyMap<string, Foreign> = new Map([
  ["AVI ", { name: "AVI", kind: "container" }],
  ["WAVE", { name: "WAVE", kind: "sound" }],
]);
const CODECS: ReadonlyMap<string, string> = new Map([
  ["avc1", "H.264"],
  ["avc3", "H.264"],
  ["hvc1", "HEVC (H.265)"],
  ["hev1", "HEVC (H.265)"],
  ["mp4v", "MPEG-4 Visual"],
  ["av01", "AV1"],
  ["vp08", "VP8"],
  ["vp09", "VP9"],
  ["jpeg", "Motion JPEG"],
  ["mjpa", "Motion JPEG"],
]);

/** By a file's first bytes: what it is, of those that DICOM has no transfer syntax for; null: none of them. */
export function foreignOf(head: Uint8Array): Foreign | null {
  const begins = (bytes: readonly number[]): boolean => bytes.every((byte, i) => head[i] === byte);
  const text = (from: number, to: number): string =>
    String.fromCharCode(...head.subarray(from, to));
  if (begins(EBML)) {
    // DocType stands within the first element, which is some dozen bytes long
    const isWebM = text(4, 64).includes("webm");
    return { name: isWebM ? "WebM" : "Matroska", kind: "container" };
  }
  if (text(0, 4) === "RIFF") return FORMS.get(text(8, 12)) ?? { name: "RIFF", kind: "container" };
  if (begins(ASF)) return { name: "Windows Media (ASF)", kind: "container" };
  if (text(0, 3) === "FLV") return { name: "Flash Video", kind: "container" };
  if (text(0, 4) === "OggS") return { name: "Ogg", kind: "container" };
  if (begins(MXF)) return { name: "MXF", kind: "container" };
  if (text(0, 3) === "ID3") return { name: "MP3", kind: "sound" };
  return ADTS.some(begins) ? { name: "AAC", kind: "sound" } : null;
}
/** Types of elementary streams that are sound. ISO/IEC 13818-1 Table 2-34; 0x81 as ATSC A/52 has it. */
export const SOUND_TYPES: ReadonlyMap<number, string> = new Map([
  [0x03, "MPEG audio"],
  [0x04, "MPEG audio"],
  [0x0f, "AAC"],
  [0x11, "AAC"],
  [0x81, "AC-3"],
]);
/** "AAC" of the sample entry "mp4a". */
export function soundName(entry: string): string {
  return { mp4a: "AAC", "ac-3": "AC-3", "ec-3": "E-AC-3", ".mp3": "MP3" }[entry] ?? entry.trim();
}
/** "H.264" of "avc1.640028"; the code itself where it has no better name. RFC 6381. */
export function codecName(codec: string): string {
  return CODECS.get(codec.slice(0, 4)) ?? codec.slice(0, 4);
}
