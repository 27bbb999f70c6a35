import { readFileSync } from "node:fs";
import createDicom from "../../../build/wasm/dicom.mjs";
import createJxl from "../../../build/wasm/jxl.mjs";
import createViewer from "../../../build/wasm/viewer.mjs";
import { instantiate } from "../../../web/decode/module_loader.ts";
import type { SlDecoderModule, SlViewerModule } from "../../../web/decode/sl_abi.ts";

/** The two builds of the modules, as files. */
export const builds = ["wasm", "wasm-plain"] as const;
export type Build = (typeof builds)[number];

export function builtFile(build: Build, name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`../../../build/${build}/${name}`, import.meta.url)));
}
/** An instance of viewer.wasm in Node: everything but WebGL. */
export async function viewerModule(build: Build = "wasm"): Promise<SlViewerModule> {
  return instantiate(createViewer, await WebAssembly.compile(builtFile(build, "viewer.wasm")));
}
export async function dicomModule(build: Build = "wasm"): Promise<SlDecoderModule> {
  return instantiate(createDicom, await WebAssembly.compile(builtFile(build, "dicom.wasm")));
}
export async function jxlModule(build: Build = "wasm"): Promise<SlDecoderModule> {
  return instantiate(createJxl, await WebAssembly.compile(builtFile(build, "jxl.wasm")));
}
