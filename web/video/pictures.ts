import { SlError } from "../shared/errc.ts";
import type { PictureStart, VideoCodec } from "./codec.ts";

/** One picture as it lies in the file. */
export interface CodedPicture {
  readonly bytes: number;
  readonly isKey: boolean;
  readonly sequence: number;
  readonly order: number;
  /** 90 kHz, of its transport stream; null: none is stated */
  readonly time: number | null;
}

/** Hours of video. */
const MAX_PICTURES = 1_000_000;
const PART_BYTES = 4 * 1024 ** 2;

/** Puts NAL units together to pictures, each unit with its length before it, as MP4 has them (ISO/IEC 14496-15 5.2). */
export class Pictures {
  readonly list: CodedPicture[] = [];
  readonly #codec: VideoCodec;
  /** the bytes of all pictures, in parts that the browser may keep on disk */
  readonly #parts: Blob[] = [];
  #part: Uint8Array<ArrayBuffer>[] = [];
  #partBytes = 0;
  /** what belongs to the picture that follows */
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  #current: PictureStart | null = null;
  #currentBytes = 0;
  #currentTime: number | null = null;
  /** times that are stated, and the offset from which on they hold */
  readonly #times: { readonly offset: number; readonly time: number }[] = [];

  constructor(codec: VideoCodec) {
    this.#codec = codec;
  }
  /** The first picture that begins at this offset of the stream or later is shown at this time. */
  timeAt(offset: number, time: number): void {
    this.#times.push({ offset, time });
  }
  add(nal: Uint8Array, offset: number): void {
    const role = this.#codec.inspect(nal);
    switch (role.role) {
      case "drop":
        return;
      case "before":
        this.#waiting.push(withLength(nal));
        return;
      case "after":
        if (this.#current !== null) this.#write([withLength(nal)]);
        return;
      case "slice":
        this.#slice(role.picture, nal, offset);
        return;
    }
  }
  /** The bytes of all pictures, one after the other. */
  end(): Blob {
    this.#finish();
    this.#flush();
    return new Blob(this.#parts);
  }
  #slice(picture: PictureStart, nal: Uint8Array, offset: number): void {
    if (picture.isNew) {
      this.#finish();
      if (this.list.length >= MAX_PICTURES)
        throw new SlError("limit_exceeded", "the video has too many pictures");
      this.#current = picture;
      this.#currentTime = this.#takeTime(offset);
    }
    const waiting = this.#waiting.splice(0);
    if (this.#current === null) return; // the rest of a picture whose beginning is not there
    this.#write([...waiting, withLength(nal)]);
  }
  #takeTime(offset: number): number | null {
    let time: number | null = null;
    while (this.#times[0] !== undefined && this.#times[0].offset <= offset)
      time = this.#times.shift()?.time ?? null;
    return time;
  }
  #finish(): void {
    const picture = this.#current;
    this.#current = null;
    if (picture === null) return;
    const { isKey, sequence, order } = picture;
    this.list.push({ bytes: this.#currentBytes, isKey, sequence, order, time: this.#currentTime });
    this.#currentBytes = 0;
  }
  #write(units: readonly Uint8Array<ArrayBuffer>[]): void {
    for (const unit of units) {
      this.#part.push(unit);
      this.#partBytes += unit.length;
      this.#currentBytes += unit.length;
    }
    if (this.#partBytes >= PART_BYTES) this.#flush();
  }
  #flush(): void {
    this.#parts.push(new Blob(this.#part));
    this.#part = [];
    this.#partBytes = 0;
  }
}
function withLength(nal: Uint8Array): Uint8Array<ArrayBuffer> {
  const unit = new Uint8Array(4 + nal.length);
  new DataView(unit.buffer).setUint32(0, nal.length);
  unit.set(nal, 4);
  return unit;
}
