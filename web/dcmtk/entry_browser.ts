/** The package in a page or a module worker: the module is fetched from beside this file before anything is exported. */
import { DicomError } from "./dicom_error.ts";
import { provideJpegXl, provideModule } from "./module.ts";

async function moduleOf(url: URL, name: string): Promise<WebAssembly.Module> {
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok)
    throw new DicomError(
      "io",
      `${name}: ${response ? `HTTP ${String(response.status)}` : "no answer"}`,
    );
  // Not compileStreaming: hosts exist that do not know the type of a .wasm file.
  return WebAssembly.compile(await response.arrayBuffer());
}

provideModule(await moduleOf(new URL("./dcmtk.wasm", import.meta.url), "dcmtk.wasm"));
provideJpegXl({
  load: () => moduleOf(new URL("./dcmtk_jxl.wasm", import.meta.url), "dcmtk_jxl.wasm"),
});

export * from "./api.ts";
