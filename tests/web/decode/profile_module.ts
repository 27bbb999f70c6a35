import { readFileSync } from "node:fs";
import createIcc from "../../../build/wasm-plain/icc.mjs";
import { instantiate } from "../../../web/decode/module_loader.ts";
import type { SlProfileModule } from "../../../web/decode/sl_abi.ts";

let compiled: Promise<WebAssembly.Module> | null = null;

/** An instance of icc.wasm in Node. There is one build, without SIMD. */
export async function profileModule(): Promise<SlProfileModule> {
  const url = new URL("../../../build/wasm-plain/icc.wasm", import.meta.url);
  compiled ??= WebAssembly.compile(new Uint8Array(readFileSync(url)));
  return instantiate(createIcc, await compiled);
}
