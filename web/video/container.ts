/** How a stream is packed: in an MP4 file, a transport or program stream, or bare. */
export type Container = "mp4" | "transport" | "program" | "h264" | "hevc" | "mpeg2" | "unknown";

export const PACKET_BYTES = 188;
/** A time stamp before each packet, as Blu-ray discs have it. */
export const STAMP_BYTES = 4;
const SYNC = 0x47;
/** Boxes that a file may begin with. ISO/IEC 14496-12 4.3 lets more come first than "ftyp". */
const BOXES: readonly string[] = ["ftyp", "moov", "mdat", "free", "skip", "wide"];

/** By its first bytes; a thousand suffice. The server does the same: server/net/video_source.cpp. */
export function containerOf(head: Uint8Array): Container {
  if (BOXES.includes(String.fromCharCode(...head.subarray(4, 8)))) return "mp4";
  if (stampBytes(head) !== null) return "transport";
  const code = startCode(head);
  if (code === 0xba) return "program";
  if (code === 0xb3) return "mpeg2";
  if (code < 0 || code >= 0x80) return "unknown";
  // HEVC begins with VPS, SPS, PPS, access unit delimiter or SEI of the base layer; H.264 has none of these bytes
  if ([0x40, 0x42, 0x44, 0x46, 0x4e].includes(code)) return "hevc";
  const type = code & 0x1f;
  return type === 1 || (type >= 5 && type <= 9) ? "h264" : "unknown";
}
/** Bytes before each packet of a transport stream; null: it is none. */
export function stampBytes(head: Uint8Array): number | null {
  for (const stamp of [0, STAMP_BYTES])
    if (head[stamp] === SYNC && head[stamp + PACKET_BYTES + stamp] === SYNC) return stamp;
  return null;
}
/** The byte behind the first start code, which zeros may come before. */
function startCode(head: Uint8Array): number {
  for (let i = 0; i + 3 < head.length && head[i] === 0; i++)
    if (head[i + 1] === 0 && head[i + 2] === 1) return head[i + 3] ?? -1;
  return -1;
}
