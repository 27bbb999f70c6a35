import { check, HeapBuffer, slBytes, type SlReaderModule } from "../decode/sl_abi.ts";
import { SlError } from "../shared/errc.ts";
import type { DocumentWant } from "../shared/messages.ts";
import type { RangedFile } from "./byte_source.ts";
import { withRanges } from "./ranged_file.ts";

/** sl_document_* of one instance of reader.wasm. Methods throw SlError; anything else that is thrown means that the instance
 *  is dead. */
export class DocumentParser {
  readonly #module: SlReaderModule;
  readonly #handle: number;
  readonly #out: HeapBuffer;

  constructor(module: SlReaderModule) {
    this.#module = module;
    this.#handle = module._sl_document_create() >>> 0;
    if (this.#handle === 0) throw new SlError("out_of_memory", "document");
    this.#out = new HeapBuffer(module, slBytes.size);
  }
  /** What is wanted of a file: JSON in UTF-8, or bytes. */
  read(
    want: Exclude<DocumentWant, "original" | "video">,
    file: Uint8Array,
  ): Uint8Array<ArrayBuffer> {
    const [module, handle, out] = [this.#module, this.#handle, this.#out.pointer];
    return this.#ask(file, (pointer) => {
      if (want === "model") return module._sl_document_json(handle, pointer, file.byteLength, out);
      if (want === "attributes")
        return module._sl_document_attributes(handle, pointer, file.byteLength, out);
      return module._sl_document_part(handle, pointer, file.byteLength, want, out);
    });
  }
  /** All attributes of a file of which no more than they take is read. */
  attributesOfRanged(file: RangedFile): Uint8Array<ArrayBuffer> {
    const [module, handle, out] = [this.#module, this.#handle, this.#out.pointer];
    check(
      module,
      handle,
      withRanges(module, file, () => module._sl_document_attributes_ranged(handle, file.size, out)),
    );
    return this.#answer();
  }
  /** The keywords of tags, one to a line. */
  keywords(tags: readonly number[]): Uint8Array<ArrayBuffer> {
    const words = new Uint32Array(tags);
    return this.#ask(new Uint8Array(words.buffer), (pointer) =>
      this.#module._sl_document_keywords(this.#handle, pointer, words.length, this.#out.pointer),
    );
  }
  dispose(): void {
    this.#module._sl_document_destroy(this.#handle);
    this.#out.dispose();
  }

  /** Calls with a copy of the bytes in the module's heap. */
  #ask(bytes: Uint8Array, call: (pointer: number) => number): Uint8Array<ArrayBuffer> {
    const buffer = new HeapBuffer(this.#module, Math.max(1, bytes.byteLength));
    try {
      buffer.bytes(bytes.byteLength).set(bytes);
      check(this.#module, this.#handle, call(buffer.pointer));
    } finally {
      buffer.dispose();
    }
    return this.#answer();
  }
  #answer(): Uint8Array<ArrayBuffer> {
    const view = this.#out.view(slBytes.size);
    const pointer = view.getUint32(slBytes.ptr, true);
    const length = view.getUint32(slBytes.len, true);
    return new Uint8Array(this.#module.wasmMemory.buffer, pointer, length).slice();
  }
}
