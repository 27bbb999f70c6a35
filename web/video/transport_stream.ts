import { SlError } from "../shared/errc.ts";
import { PACKET_BYTES } from "./container.ts";
import { SOUND_TYPES } from "./foreign.ts";

/** Types of elementary streams. ISO/IEC 13818-1 Table 2-34. */
const VIDEO_TYPES: ReadonlyMap<number, "h264" | "hevc" | "mpeg2"> = new Map([
  [0x01, "mpeg2"],
  [0x02, "mpeg2"],
  [0x1b, "h264"],
  [0x24, "hevc"],
]);
const WRAP = 2 ** 33;

export interface TransportEvents {
  /** the programme has a video of this kind; told once */
  found(kind: "h264" | "hevc" | "mpeg2"): void;
  /** the programme has sound, and no video that is known */
  onlySound(name: string): void;
  /** bytes of it that follow belong to this time, 90 kHz; null: it states none */
  time(pts: number | null): void;
  bytes(part: Uint8Array): void;
}

/** Takes the first video out of a transport stream. ISO/IEC 13818-1 2.4. */
export class TransportStream {
  readonly #events: TransportEvents;
  readonly #stamp: number;
  #rest = new Uint8Array(0);
  #programs = -1;
  #video = -1;
  #lastPts = 0;
  /** bytes of a packet's header that its first packet did not hold whole */
  #header: Uint8Array | null = null;

  /** stamp: bytes before each packet */
  constructor(stamp: number, events: TransportEvents) {
    this.#stamp = stamp;
    this.#events = events;
  }
  push(block: Uint8Array): void {
    const bytes = new Uint8Array(this.#rest.length + block.length);
    bytes.set(this.#rest);
    bytes.set(block, this.#rest.length);
    const step = this.#stamp + PACKET_BYTES;
    let at = 0;
    for (; at + step <= bytes.length; at += step) {
      if (bytes[at + this.#stamp] !== 0x47)
        throw new SlError("corrupt", "the transport stream has lost its packets");
      this.#packet(bytes.subarray(at + this.#stamp, at + step));
    }
    this.#rest = bytes.slice(at); // at the end: padding
  }
  #packet(packet: Uint8Array): void {
    const [, high = 0, low = 0, control = 0] = packet;
    const pid = ((high & 0x1f) << 8) | low;
    const begins = (high & 0x40) !== 0;
    if ((control & 0x10) === 0) return;
    const begin = (control & 0x20) === 0 ? 4 : 5 + (packet[4] ?? 0);
    const payload = packet.subarray(begin);
    if (payload.length === 0 || (high & 0x80) !== 0) return;
    if (pid === 0 && begins) this.#programTable(payload);
    else if (pid === this.#programs && begins && this.#video < 0) this.#program(payload);
    else if (pid === this.#video) this.#videoPart(payload, begins);
  }
  /** program_association_section(), 2.4.4.3: the first programme. */
  #programTable(payload: Uint8Array): void {
    const section = sectionOf(payload);
    if (section === null || this.#programs >= 0) return;
    for (let at = 8; at + 4 <= section.length; at += 4) {
      const number = ((section[at] ?? 0) << 8) | (section[at + 1] ?? 0);
      if (number === 0) continue;
      this.#programs = (((section[at + 2] ?? 0) & 0x1f) << 8) | (section[at + 3] ?? 0);
      return;
    }
  }
  /** TS_program_map_section(), 2.4.4.8: the first video. */
  #program(payload: Uint8Array): void {
    const section = sectionOf(payload);
    if (section === null) return;
    let sound: string | null = null;
    let at = 12 + ((((section[10] ?? 0) & 0x0f) << 8) | (section[11] ?? 0));
    while (at + 5 <= section.length) {
      const kind = VIDEO_TYPES.get(section[at] ?? 0);
      if (kind !== undefined) {
        this.#video = (((section[at + 1] ?? 0) & 0x1f) << 8) | (section[at + 2] ?? 0);
        this.#events.found(kind);
        return;
      }
      sound ??= SOUND_TYPES.get(section[at] ?? 0) ?? null;
      at += 5 + ((((section[at + 3] ?? 0) & 0x0f) << 8) | (section[at + 4] ?? 0));
    }
    if (sound !== null) this.#events.onlySound(sound);
  }
  /** PES_packet(), 2.4.3.6. */
  #videoPart(payload: Uint8Array, begins: boolean): void {
    if (!begins && this.#header === null) {
      this.#events.bytes(payload);
      return;
    }
    const header = begins ? payload : joined(this.#header ?? new Uint8Array(0), payload);
    this.#header = null;
    if (header[0] !== 0 || header[1] !== 0 || header[2] !== 1) return;
    const end = 9 + (header[8] ?? 0);
    if (header.length < 9 || header.length < end) {
      this.#header = header.slice(); // it goes on in the next packet
      return;
    }
    const hasPts = ((header[7] ?? 0) & 0x80) !== 0 && end >= 14;
    this.#events.time(hasPts ? this.#unwrapped(timeAt(header, 9)) : null);
    if (header.length > end) this.#events.bytes(header.subarray(end));
  }
  /** Times have 33 bits and begin again. */
  #unwrapped(pts: number): number {
    const turns = Math.round((this.#lastPts - pts) / WRAP);
    this.#lastPts = pts + turns * WRAP;
    return this.#lastPts;
  }
}
/** A section that lies in one packet, without its CRC; null: it does not, or does not apply yet. */
function sectionOf(payload: Uint8Array): Uint8Array | null {
  const section = payload.subarray(1 + (payload[0] ?? 0));
  const length = (((section[1] ?? 0) & 0x0f) << 8) | (section[2] ?? 0);
  const isCurrent = ((section[5] ?? 0) & 1) === 1;
  return isCurrent && length >= 9 && 3 + length <= section.length
    ? section.subarray(0, 3 + length - 4)
    : null;
}
function timeAt(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = bytes.subarray(at, at + 5);
  return ((a >> 1) & 7) * 2 ** 30 + (b << 22) + ((c >> 1) << 15) + (d << 7) + (e >> 1);
}
function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}
