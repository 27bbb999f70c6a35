// `npm run fuzz [-- TARGET… --seconds N]`: the fuzz targets, two at a time, each for N seconds (60; 30 in the suite) from the seeds of make_seeds.mjs
// and from its corpus, which is kept and grows in ~/.cache/sightline/fuzz, for all clones. The suite `fuzz` of `npm test` is the same
// with `--json FILE`, but takes the same way through the same seeds each time: what it finds comes of a change. A target passes when it found nothing and was seen to run our code. What is found stays in
// build/fuzz/findings, what the targets say in build/fuzz/logs.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { cmake, explain, root, toolchainEnvironment } from "../../server/build.mjs";
import { makeSeeds } from "./make_seeds.mjs";

const AT_ONCE = 2;
/** In the suite: sixteen targets for a minute each would take eight minutes of the hour that CI has. What half a minute from good
 *  seeds does not find, `npm run fuzz` finds, which keeps its corpus. */
const SUITE_SECONDS = 30;
const SECONDS = 60;
/** A target that does nothing with its input has a handful of edges, and the least of ours some hundreds. */
const LEAST_EDGES = 100;
const LEAST_INPUTS = 1000;

const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith("_fuzz.cpp"))
  .map((file) => file.slice(0, -"_fuzz.cpp".length));
const folder = join(root, "build/fuzz");

/** Runs a target to its end. */
function run(name, seconds, isSuite, env) {
  const corpus = isSuite
    ? join(folder, "corpus", name)
    : join(dirname(env.CCACHE_DIR), "fuzz", name);
  if (isSuite) rmSync(corpus, { recursive: true, force: true });
  const findings = join(folder, "findings", name);
  for (const made of [corpus, findings]) mkdirSync(made, { recursive: true });
  const child = spawn(
    join(folder, `tests/fuzz/${name}_fuzz`),
    [
      corpus,
      join(folder, "seeds", name),
      `-max_total_time=${String(seconds)}`,
      `-seed=${isSuite ? "1" : "0"}`, // 0: another each time
      "-max_len=65536",
      "-rss_limit_mb=2048",
      "-timeout=25",
      `-artifact_prefix=${findings}/`,
    ],
    { stdio: ["ignore", "ignore", "pipe"], env },
  );
  const chunks = [];
  child.stderr.on("data", (chunk) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) =>
      resolve({ status: status ?? signal, text: Buffer.concat(chunks).toString("latin1") }),
    );
  });
}

/** Runs a target, says what came of it, and whether it is good. */
async function judge(name, seconds, isSuite, env) {
  const { status, text } = await run(name, seconds, isSuite, env);
  writeFileSync(join(folder, "logs", `${name}.log`), text);
  const inputs = Number(/^Done (\d+) runs/m.exec(text)?.[1] ?? 0);
  const edges = Number(/\bDONE +cov: (\d+)/.exec(text)?.[1] ?? 0);
  const isSeen = inputs >= LEAST_INPUTS && edges >= LEAST_EDGES;
  const isGood = status === 0 && isSeen;
  console.log(`${isGood ? "✓" : "✗"} ${name}: ${String(inputs)} inputs, ${String(edges)} edges`);
  if (status !== 0)
    console.log(`ended with ${String(status)}:\n${text.split("\n").slice(-60).join("\n")}`);
  else if (!isSeen)
    console.log(`at least ${String(LEAST_INPUTS)} and ${String(LEAST_EDGES)} are expected`);
  return isGood;
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { seconds: { type: "string" }, json: { type: "string" } },
    allowPositionals: true,
  });
  const names = positionals.length ? positionals : known;
  const unknown = names.filter((name) => !known.includes(name));
  const seconds = Number(values.seconds ?? (values.json === undefined ? SECONDS : SUITE_SECONDS));
  if (unknown.length || !(seconds > 0))
    throw new Error(`npm run fuzz -- [${known.join(" ")}] [--seconds N]`);
  await cmake(
    "fuzz",
    names.map((name) => `${name}_fuzz`),
    true,
  );
  makeSeeds(root, join(folder, "seeds"));
  for (const made of ["findings", "logs"]) {
    rmSync(join(folder, made), { recursive: true, force: true });
    mkdirSync(join(folder, made));
  }
  const env = toolchainEnvironment();
  const waiting = [...names];
  const failed = [];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
      if (!(await judge(name, seconds, values.json !== undefined, env))) failed.push(name);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (values.json) {
    const counts = {
      passed: names.length - failed.length,
      failed: failed.length,
      skipped: 0,
      reasons: failed,
    };
    writeFileSync(values.json, JSON.stringify(counts));
  }
  console.log(
    failed.length
      ? `\nfailed: ${failed.join(", ")} (build/fuzz/findings, build/fuzz/logs)`
      : `\nno finding in ${String(names.length)} targets`,
  );
  process.exit(failed.length ? 1 : 0);
}
await main().catch(explain);
