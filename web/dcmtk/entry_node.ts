/** The package in Node: the module is read from the folder of this file. */
import { readFileSync } from "node:fs";
import { DicomError } from "./dicom_error.ts";
import { provideJpegXl, provideModule } from "./module.ts";

function moduleOf(url: URL): WebAssembly.Module {
  return new WebAssembly.Module(new Uint8Array(readFileSync(url)));
}
function jpegXl(): WebAssembly.Module {
  try {
    return moduleOf(new URL("./dcmtk_jxl.wasm", import.meta.url));
  } catch {
    throw new DicomError("io", "dcmtk_jxl.wasm cannot be read");
  }
}

provideModule(moduleOf(new URL("./dcmtk.wasm", import.meta.url)));
provideJpegXl({ now: jpegXl, load: () => new Promise((resolve) => resolve(jpegXl())) });

export * from "./api.ts";
