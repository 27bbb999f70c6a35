import { readFileSync } from "node:fs";
import createReader from "../../../build/wasm-plain/reader.mjs";
import { instantiate } from "../../../web/decode/module_loader.ts";
import type { SlReaderModule } from "../../../web/decode/sl_abi.ts";

let compiled: Promise<WebAssembly.Module> | null = null;

/** An instance of reader.wasm in Node. There is one build, without SIMD. */
export async function readerModule(): Promise<SlReaderModule> {
  const url = new URL("../../../build/wasm-plain/reader.wasm", import.meta.url);
  compiled ??= WebAssembly.compile(new Uint8Array(readFileSync(url)));
  return instantiate(createReader, await compiled);
}
