import type { ColorTable } from "../shared/api.ts";
import { SlError } from "../shared/errc.ts";
import { check, HeapBuffer, slProfileTable, type SlProfileModule } from "./sl_abi.ts";

/** sl_profile_table of an instance of icc.wasm. table null: the profile is sRGB's. Throws SlError; any other thrown value means
 *  that the instance is dead. */
export function readProfile(
  module: SlProfileModule,
  profile: Uint8Array,
): { table: ColorTable | null; description: string } {
  const handle = module._sl_profile_create() >>> 0;
  if (handle === 0) throw new SlError("out_of_memory", "colour profile");
  const input = new HeapBuffer(module);
  const out = new HeapBuffer(module, slProfileTable.size);
  try {
    input.write(profile);
    check(
      module,
      handle,
      module._sl_profile_table(handle, input.pointer, profile.byteLength, out.pointer),
    );
    const view = out.view(slProfileTable.size);
    const at = (offset: number): number => view.getUint32(offset, true);
    const { buffer } = module.wasmMemory;
    const floats = (offset: number, length: number): Float32Array<ArrayBuffer> =>
      new Float32Array(buffer, at(offset), length).slice();
    const curveEntries = at(slProfileTable.curve_entries);
    const side = at(slProfileTable.side);
    const text = new Uint8Array(
      buffer,
      at(slProfileTable.description_ptr),
      at(slProfileTable.description_len),
    ).slice();
    return {
      table:
        at(slProfileTable.is_srgb) === 1
          ? null
          : {
              curveEntries,
              side,
              curves: floats(slProfileTable.curves_ptr, curveEntries * 3),
              light: floats(slProfileTable.light_ptr, side ** 3 * 3),
            },
      description: new TextDecoder().decode(text),
    };
  } finally {
    module._sl_profile_destroy(handle);
    input.dispose();
    out.dispose();
  }
}
