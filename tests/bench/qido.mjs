// `npm run bench:qido [-- STUDIES]`
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { cmake, explain, root } from "../../server/build.mjs";

async function main() {
  await cmake("native", ["qido_bench"], true);
  const program = join(root, "build/native/tests/bench/qido_bench");
  process.exit(spawnSync(program, process.argv.slice(2), { stdio: "inherit" }).status ?? 1);
}
await main().catch(explain);
