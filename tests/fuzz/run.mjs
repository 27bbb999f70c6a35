// `npm run fuzz [-- NAME…] [--seconds N]`: builds the libFuzzer targets and runs each of them (10 minutes unless told) on
// the corpus in build/fuzz/corpus/NAME, which grows. A finding stays in build/fuzz/findings, and the exit status says so.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cmake, explain, root, toolchainEnvironment } from "../../server/build.mjs";

const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith("_fuzz.cpp"))
  .map((file) => file.slice(0, -"_fuzz.cpp".length));

function fuzz(name, seconds) {
  const corpus = join(root, "build/fuzz/corpus", name);
  const findings = join(root, "build/fuzz/findings", name);
  for (const folder of [corpus, findings]) mkdirSync(folder, { recursive: true });
  console.log(`\n== ${name}: ${String(seconds)} s`);
  const { status } = spawnSync(
    join(root, `build/fuzz/tests/fuzz/${name}_fuzz`),
    [
      corpus,
      `-max_total_time=${String(seconds)}`,
      "-max_len=65536",
      "-rss_limit_mb=4096",
      "-timeout=25",
      "-print_final_stats=1",
      `-artifact_prefix=${findings}/`,
    ],
    { stdio: "inherit", env: toolchainEnvironment() },
  );
  return status === 0;
}
async function main() {
  const { values, positionals } = parseArgs({
    options: { seconds: { type: "string", default: "600" } },
    allowPositionals: true,
  });
  const names = positionals.length ? positionals : known;
  const unknown = names.filter((name) => !known.includes(name));
  const seconds = Number(values.seconds);
  if (unknown.length || !(seconds > 0))
    throw new Error(`npm run fuzz -- [${known.join(" ")}] [--seconds N]`);
  await cmake(
    "fuzz",
    names.map((name) => `${name}_fuzz`),
    true,
  );
  const found = names.filter((name) => !fuzz(name, seconds));
  console.log(
    found.length
      ? `\nfindings in: ${found.join(", ")} (build/fuzz/findings)`
      : `\nno finding in ${String(names.length)} targets`,
  );
  process.exit(found.length ? 1 : 0);
}
await main().catch(explain);
