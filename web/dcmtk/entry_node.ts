/** The package in Node: the module is read from the folder of this file. */
import { readFileSync } from "node:fs";
import { provideModule } from "./module.ts";

provideModule(
  new WebAssembly.Module(new Uint8Array(readFileSync(new URL("./dcmtk.wasm", import.meta.url)))),
);

export * from "./api.ts";
