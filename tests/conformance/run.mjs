// `npm run conformance -- DIR [--out FILE] [--native]`: decodes every frame of every file under DIR through the page's modules
// in a headless Chromium, or natively, and writes a table (docs/decoding.md).
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { cmake, explain, npmPackages, root, toolchainEnvironment } from "../../server/build.mjs";
import { setup } from "../../wasm/deps/setup.mjs";

async function main() {
  const { values, positionals } = parseArgs({
    options: { out: { type: "string" }, native: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const [folder] = positionals;
  if (positionals.length !== 1 || !statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new Error("npm run conformance -- DIR [--out FILE] [--native]; DIR is a folder");
  await setup({ purpose: "test" });
  await npmPackages();
  if (values.native) await cmake("native", ["conformance_native"], true);
  else {
    await cmake("wasm", ["viewer", "dicom"]);
    await cmake("wasm-plain", ["viewer", "dicom", "reader"]);
  }
  const args = [
    resolve(folder),
    values.out === undefined ? "" : resolve(values.out),
    values.native ? "native" : "browser",
  ];
  const { status } = spawnSync("npx", ["vite-node", "tests/conformance/main.ts", ...args], {
    cwd: root,
    stdio: "inherit",
    env: toolchainEnvironment(),
  });
  process.exit(status ?? 1);
}
await main().catch(explain);
