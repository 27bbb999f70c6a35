import {
  check,
  HeapBuffer,
  slBytes,
  slFrameLocation,
  type SlReaderModule,
} from "../decode/sl_abi.ts";
import { SlError } from "../shared/errc.ts";
import type { ByteSpan, RangedFile } from "./byte_source.ts";
import type { MediaFile } from "./media_directories.ts";
import { digestOf, fingerprintBytes, hexOf, withRanges } from "./ranged_file.ts";

export interface AddedFile {
  /** counted from 0 */
  readonly instance: number;
  readonly frames: number;
  /** of the bytes, in hexadecimal */
  readonly sha256: string;
}
export interface StudySize {
  readonly studyInstanceUID: string;
  /** grows with each that is added */
  readonly instances: number;
}
/** A frame's place in the file of its instance. */
export interface FrameLocation {
  /** the frame's bytes are these parts of the file, joined; false: frameBytes() with the whole file */
  readonly isPlain: boolean;
  readonly spans: readonly ByteSpan[];
}

/** sl_archive_* of one instance of reader.wasm. Methods throw SlError; anything else that is thrown means that the instance
 *  is dead. */
export class LocalArchive {
  readonly #module: SlReaderModule;
  readonly #handle: number;
  readonly #out: HeapBuffer;

  constructor(module: SlReaderModule) {
    this.#module = module;
    this.#handle = module._sl_archive_create() >>> 0;
    if (this.#handle === 0) throw new SlError("out_of_memory", "archive");
    this.#out = new HeapBuffer(module, 64);
  }
  /** Reads a whole file; its bytes are not kept. Throws "stale" for the same bytes again. */
  async add(bytes: Uint8Array<ArrayBuffer>): Promise<AddedFile> {
    const digest = await this.#sha256(bytes);
    const out = this.#out.pointer;
    this.#withBytes(bytes, (pointer) => {
      this.#out.bytes(40).set(digest, 8);
      this.#check(
        this.#module._sl_archive_add(
          this.#handle,
          pointer,
          bytes.byteLength,
          out + 8,
          out,
          out + 4,
        ),
      );
    });
    return this.#added(digest);
  }
  /** The same of a file that is read by ranges: its header, and what tells the frames. Throws "stale" for a file of the same
   *  fingerprint. */
  async addRanged(file: RangedFile): Promise<AddedFile> {
    const digest = await this.#sha256(fingerprintBytes(file));
    const out = this.#out.pointer;
    this.#out.bytes(40).set(digest, 8);
    const [module, handle] = [this.#module, this.#handle];
    this.#check(
      withRanges(module, file, () =>
        module._sl_archive_add_ranged(handle, file.size, out + 8, out, out + 4),
      ),
    );
    return this.#added(digest);
  }
  contains(sopInstanceUID: string): boolean {
    return this.#withText(
      sopInstanceUID,
      (text) => this.#module._sl_archive_contains(this.#handle, text) === 1,
    );
  }
  /** The files that a DICOMDIR names. */
  mediaDirectory(bytes: Uint8Array): MediaFile[] {
    this.#withBytes(bytes, (pointer) => {
      this.#check(
        this.#module._sl_archive_directory(
          this.#handle,
          pointer,
          bytes.byteLength,
          this.#out.pointer,
        ),
      );
    });
    return this.#answerText()
      .split("\n")
      .filter(Boolean)
      .map((line) => {
        const [path = "", sopInstanceUID = ""] = line.split("\t");
        return { path, sopInstanceUID };
      });
  }
  studies(): StudySize[] {
    this.#check(this.#module._sl_archive_studies(this.#handle, this.#out.pointer));
    return this.#answerText()
      .split("\n")
      .filter(Boolean)
      .map((line) => {
        const [studyInstanceUID = "", instances = ""] = line.split("\t");
        return { studyInstanceUID, instances: Number(instances) };
      });
  }
  /** JSON of docs/wire_format.md. */
  manifest(study: string): string {
    this.#withText(study, (text) => {
      this.#check(this.#module._sl_archive_manifest(this.#handle, text, this.#out.pointer));
    });
    return this.#answerText();
  }
  /** instance: as add() numbered it; what is added later moves nothing. */
  locate(instance: number, frameIndex0: number): FrameLocation {
    this.#check(
      this.#module._sl_archive_locate(this.#handle, instance, frameIndex0, this.#out.pointer),
    );
    const view = this.#out.view(slFrameLocation.size);
    const at = (offset: number): number => view.getUint32(offset, true);
    const numbers = new Float64Array(
      this.#module.wasmMemory.buffer,
      at(slFrameLocation.spans_ptr),
      2 * at(slFrameLocation.span_count),
    );
    return {
      isPlain: at(slFrameLocation.is_plain) === 1,
      spans: Array.from({ length: numbers.length / 2 }, (_, i) => ({
        offset: numbers[2 * i] ?? 0,
        length: numbers[2 * i + 1] ?? 0,
      })),
    };
  }
  /** One frame of a file that is at hand whole. */
  frameBytes(instance: number, frameIndex0: number, file: Uint8Array): Uint8Array<ArrayBuffer> {
    this.#withBytes(file, (pointer) => {
      this.#check(
        this.#module._sl_archive_frame_bytes(
          this.#handle,
          instance,
          frameIndex0,
          pointer,
          file.byteLength,
          this.#out.pointer,
        ),
      );
    });
    return this.#answer();
  }
  /** One frame of a file, from as much of it as it takes. */
  frameOfRanged(instance: number, frameIndex0: number, file: RangedFile): Uint8Array<ArrayBuffer> {
    const [module, handle, out] = [this.#module, this.#handle, this.#out.pointer];
    this.#check(
      withRanges(module, file, () =>
        module._sl_archive_frame_ranged(handle, instance, frameIndex0, file.size, out),
      ),
    );
    return this.#answer();
  }
  overlayOfRanged(file: RangedFile, group: number, frameIndex0: number): Uint8Array<ArrayBuffer> {
    const [module, handle, out] = [this.#module, this.#handle, this.#out.pointer];
    this.#check(
      withRanges(module, file, () =>
        module._sl_archive_overlay_ranged(handle, group, frameIndex0, file.size, out),
      ),
    );
    return this.#answer();
  }
  /** The bits of one frame of an overlay plane, of a file that is at hand whole. */
  overlayBits(file: Uint8Array, group: number, frameIndex0: number): Uint8Array<ArrayBuffer> {
    return this.#answerAbout(file, (pointer, length, out) =>
      this.#module._sl_archive_overlay(this.#handle, group, frameIndex0, pointer, length, out),
    );
  }
  /** The presentation state that a file holds, as JSON in UTF-8. */
  presentation(file: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.#answerAbout(file, (pointer, length, out) =>
      this.#module._sl_archive_presentation(this.#handle, pointer, length, out),
    );
  }
  /** What an object that lies over images says of them, as JSON in UTF-8. */
  layer(file: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.#answerAbout(file, (pointer, length, out) =>
      this.#module._sl_archive_layer(this.#handle, pointer, length, out),
    );
  }
  /** The ICC profile of an image; the beginning of its file is enough. Throws "not_found" when it has none. */
  profile(file: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.#answerAbout(file, (pointer, length, out) =>
      this.#module._sl_archive_profile(this.#handle, pointer, length, out),
    );
  }
  /** SHA-256 of all of a file, in hexadecimal; null once it is stopped. */
  digest(file: RangedFile, isStopped: () => boolean): Promise<string | null> {
    return digestOf(this.#module, file, isStopped);
  }
  dispose(): void {
    this.#module._sl_archive_destroy(this.#handle);
    this.#out.dispose();
  }

  #added(digest: Uint8Array): AddedFile {
    const view = this.#out.view(8);
    return {
      instance: view.getUint32(0, true),
      frames: view.getUint32(4, true),
      sha256: hexOf(digest),
    };
  }
  async #sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    // crypto.subtle is missing on plain http beyond localhost
    const subtle = (globalThis.crypto as Crypto | undefined)?.subtle as SubtleCrypto | undefined;
    if (subtle !== undefined) return new Uint8Array(await subtle.digest("SHA-256", bytes));
    this.#withBytes(bytes, (pointer) => {
      this.#check(this.#module._sl_sha256(pointer, bytes.byteLength, this.#out.pointer));
    });
    return this.#out.bytes(32).slice();
  }
  #withText<T>(text: string, call: (pointer: number) => T): T {
    return this.#withBytes(new TextEncoder().encode(`${text}\0`), call);
  }
  /** Calls with a copy of the bytes in the module's heap. */
  #withBytes<T>(bytes: Uint8Array, call: (pointer: number) => T): T {
    const buffer = new HeapBuffer(this.#module);
    try {
      buffer.write(bytes);
      return call(buffer.pointer);
    } finally {
      buffer.dispose();
    }
  }
  #answerAbout(
    file: Uint8Array,
    ask: (pointer: number, length: number, out: number) => number,
  ): Uint8Array<ArrayBuffer> {
    this.#withBytes(file, (pointer) => {
      this.#check(ask(pointer, file.byteLength, this.#out.pointer));
    });
    return this.#answer();
  }
  #answer(): Uint8Array<ArrayBuffer> {
    const view = this.#out.view(slBytes.size);
    const pointer = view.getUint32(slBytes.ptr, true);
    const length = view.getUint32(slBytes.len, true);
    return new Uint8Array(this.#module.wasmMemory.buffer, pointer, length).slice();
  }
  #answerText(): string {
    return new TextDecoder().decode(this.#answer());
  }
  #check(code: number): void {
    check(this.#module, this.#handle, code);
  }
}
