import createViewer from "../../build/wasm/viewer.mjs";
import viewerSimdUrl from "../../build/wasm/viewer.wasm?url";
import viewerPlainUrl from "../../build/wasm-plain/viewer.wasm?url";
import dicomSimdUrl from "../../build/wasm/dicom.wasm?url";
import dicomPlainUrl from "../../build/wasm-plain/dicom.wasm?url";
import jxlSimdUrl from "../../build/wasm/jxl.wasm?url";
import jxlPlainUrl from "../../build/wasm-plain/jxl.wasm?url";
import { instantiate, pickUrl } from "./module_loader.ts";
import type { SlViewerModule } from "./sl_abi.ts";

/** The URL of the viewer.wasm that suits this browser. */
export function viewerUrl(): string {
  return pickUrl({ simd: viewerSimdUrl, plain: viewerPlainUrl });
}
export function dicomUrl(): string {
  return pickUrl({ simd: dicomSimdUrl, plain: dicomPlainUrl });
}
export function jxlUrl(): string {
  return pickUrl({ simd: jxlSimdUrl, plain: jxlPlainUrl });
}
/** One instance of a compiled viewer.wasm; the glue is the same for both builds (tests/web/abi_layout.test.ts). */
export function instantiateViewer(compiled: WebAssembly.Module): Promise<SlViewerModule> {
  return instantiate(createViewer, compiled);
}
