import { SlError } from "../shared/errc.ts";
import { slAbiVersion, type SlModule } from "./sl_abi.ts";

/** Where the bundler put the two builds of one module. */
export interface WasmUrls {
  readonly simd: string;
  readonly plain: string;
}

/** (module (func (result v128) i32.const 0 i8x16.splat)): validates only where SIMD is understood. */
const simdProbe = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15,
  11,
]);

function hasSimd(): boolean {
  return WebAssembly.validate(simdProbe);
}
export function pickUrl(urls: WasmUrls): string {
  return hasSimd() ? urls.simd : urls.plain;
}

/** Fetches and compiles; streams when the server says application/wasm. Throws SlError io, unsupported. */
export async function compileModule(url: string): Promise<WebAssembly.Module> {
  const response = await fetch(url, { credentials: "same-origin" });
  if (!response.ok) throw new SlError("io", `module: HTTP ${response.status}`);
  try {
    const type = response.headers.get("content-type") ?? "";
    if (type.startsWith("application/wasm")) return await WebAssembly.compileStreaming(response);
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (cause) {
    if (cause instanceof WebAssembly.CompileError)
      throw new SlError("unsupported", "this browser cannot compile the module");
    throw new SlError("io", "module: the download broke off");
  }
}

/** Options of the factory that Emscripten's MODULARIZE makes. */
export interface SlFactoryOptions {
  instantiateWasm(
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): object;
}
export type SlFactory<M extends SlModule> = (options: SlFactoryOptions) => Promise<M>;

/** One instance of a compiled module. Throws SlError module_died, unsupported (other ABI version). */
export async function instantiate<M extends SlModule>(
  factory: SlFactory<M>,
  compiled: WebAssembly.Module,
): Promise<M> {
  const module = await new Promise<M>((resolve, reject) => {
    const options: SlFactoryOptions = {
      instantiateWasm(imports, done) {
        WebAssembly.instantiate(compiled, imports).then(
          (instance) => {
            done(instance, compiled);
          },
          (cause: unknown) => {
            reject(new SlError("module_died", cause instanceof Error ? cause.name : "instantiate"));
          },
        );
        return {};
      },
    };
    factory(options).then(resolve, reject);
  });
  const version = module._sl_abi_version();
  if (version !== slAbiVersion)
    throw new SlError("unsupported", `ABI ${version}, not ${slAbiVersion}`);
  return module;
}
