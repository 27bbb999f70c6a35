import readerWasmUrl from "../../build/wasm-plain/reader.wasm?url";

/** reader.wasm, for every browser: parsing gains nothing from SIMD. A module of its own, so that what the first picture needs
 *  does not name it. */
export function readerUrl(): string {
  return readerWasmUrl;
}
