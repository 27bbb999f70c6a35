import createIcc from "../../build/wasm-plain/icc.mjs";
import iccUrl from "../../build/wasm-plain/icc.wasm?url";
import { SlError } from "../shared/errc.ts";
import type { FromColorWorker } from "../shared/messages.ts";
import { compileModule, instantiate } from "./module_loader.ts";
import { readProfile } from "./profile_reader.ts";

/** A worker that makes the table of one colour profile: an instance of icc.wasm, for it alone. */
declare const self: {
  onmessage: ((event: MessageEvent<Uint8Array>) => void) | null;
  postMessage(message: FromColorWorker, transfer: Transferable[]): void;
};

async function answer(profile: Uint8Array): Promise<void> {
  try {
    const module = await instantiate(createIcc, await compileModule(iccUrl));
    const { table, description } = readProfile(module, profile);
    const transfer = table === null ? [] : [table.curves.buffer, table.light.buffer];
    self.postMessage({ type: "made", table, description }, transfer);
  } catch (error) {
    // anything that is no answer of the module's is a trap
    const code = error instanceof SlError ? error.code : "module_died";
    const detail = error instanceof Error ? error.message : "trap";
    self.postMessage({ type: "failed", code, detail }, []);
  }
}
self.onmessage = ({ data }): void => {
  void answer(data);
};
self.postMessage({ type: "ready" }, []);
