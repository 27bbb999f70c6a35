/** The package in a page or a module worker: the module is fetched from beside this file before anything is exported. */
import { DicomError } from "./dicom_error.ts";
import { provideModule } from "./module.ts";

const response = await fetch(new URL("./dcmtk.wasm", import.meta.url));
if (!response.ok) throw new DicomError("io", `dcmtk.wasm: HTTP ${String(response.status)}`);
// Not compileStreaming: hosts exist that do not know the type of a .wasm file.
provideModule(await WebAssembly.compile(await response.arrayBuffer()));

export * from "./api.ts";
