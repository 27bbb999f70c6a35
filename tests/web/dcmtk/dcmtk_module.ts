import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { provideJpegXl, provideModule } from "../../../web/dcmtk/module.ts";

/** A module as the package ships it. */
function builtModule(name: string): WebAssembly.Module {
  const file = fileURLToPath(new URL(`../../../build/wasm-plain/${name}.wasm`, import.meta.url));
  return new WebAssembly.Module(new Uint8Array(readFileSync(file)));
}
/** The real files beside the repository. */
export const sharedFolder = fileURLToPath(new URL("../../../../shared/dicom", import.meta.url));
export const hasSharedFiles = existsSync(sharedFolder);

/** As the entry for Node does. */
export function provideBuiltModule(): void {
  provideModule(builtModule("dcmtk"));
  const jpegXl = (): WebAssembly.Module => builtModule("dcmtk_jxl");
  provideJpegXl({ now: jpegXl, load: () => Promise.resolve(jpegXl()) });
}
/** As the entry for pages does: that of JPEG XL comes when it is asked for. `loaded` is called then. */
export function providePageModule(loaded: () => void): void {
  provideModule(builtModule("dcmtk"));
  provideJpegXl({
    load: () => {
      loaded();
      return Promise.resolve(builtModule("dcmtk_jxl"));
    },
  });
}

function* walk(folder: string): Generator<string> {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* walk(path);
    else yield path;
  }
}

const isNoObject = /(^|\/)(README|EXPECT|MANIFEST)|\.(md|tsv|txt|json|html)$|^expect\//;

/** Paths below the shared folder, without its own tables. */
export function sharedFiles(): string[] {
  return [...walk(sharedFolder)]
    .map((path) => relative(sharedFolder, path))
    .filter((path) => !isNoObject.test(path));
}

export function sharedFile(path: string): ArrayBuffer {
  const bytes = readFileSync(join(sharedFolder, path));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

/** Lets the test runner's messages through: its worker is held to be dead after a minute without. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** dcmjs has two loggers, and both have much to say of real files. */
export function silenceDcmjs(dcmjs: {
  log: {
    setLevel(level: string): void;
    getLogger(name: string): { setLevel(level: string): void };
  };
}): void {
  dcmjs.log.setLevel("silent");
  dcmjs.log.getLogger("validation.dcmjs").setLevel("silent");
}
