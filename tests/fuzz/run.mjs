// `npm run fuzz [-- TARGET… --seconds N]`: the fuzz targets, two at a time, each for N seconds (60) from the seeds of
// make_seeds.mjs and from a corpus that is kept in ~/.cache/sightline/fuzz, for all clones: what a target has found new ways with
// is minimised and added when it ends well. Nothing depends on that corpus; without it the seeds are the beginning. The suite `fuzz`
// of `npm test` is the same with `--json FILE`, by a fixed seed, one at a time (`--at-once 1`) beside the suite `e2e`. A target
// passes when it found nothing and was seen to run our code.
// `zip` is the same for the readers of ZIP files and DICOMDIRs in web/, by Vitest (in `npm test` a part of the suite `web`).
// What is found stays in build/fuzz/findings, what the targets say in build/fuzz/logs.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { build, cmake, explain, root, toolchainEnvironment } from "../../server/build.mjs";
import { makeSeeds } from "./make_seeds.mjs";

const AT_ONCE = 2;
const SECONDS = 60;
/** A corpus that cannot be minimised in this time is kept as it was. */
const MERGE_MS = 30_000;
/** A target that does nothing with its input has a handful of edges, and the least of ours some hundreds. */
const LEAST_EDGES = 100;
const LEAST_INPUTS = 1000;

const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith("_fuzz.cpp"))
  .map((file) => file.slice(0, -"_fuzz.cpp".length));
const folder = join(root, "build/fuzz");

const ZIP = "zip";

/** Runs a program to its end. */
function run(command, args, env, timeout = 0) {
  const child = spawn(command, args, {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env,
    timeout,
    killSignal: "SIGKILL",
  });
  const chunks = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) =>
      resolve({ status: status ?? signal, text: Buffer.concat(chunks).toString("latin1") }),
    );
  });
}

const COMMON = ["-max_len=65536", "-rss_limit_mb=2048", "-timeout=25"];
const programOf = (name) => join(root, `build/asan/tests/fuzz/${name}_fuzz`);

/** Runs a target with what was kept and the seeds; what it finds goes to `found`. */
async function fuzz(name, { seconds, seed, kept, found, env }) {
  const findings = join(folder, "findings", name);
  rmSync(found, { recursive: true, force: true });
  for (const made of [kept, found, findings]) mkdirSync(made, { recursive: true });
  const inputs = [found, kept, join(folder, "seeds", name)];
  const options = [`-max_total_time=${String(seconds)}`, `-seed=${seed}`, ...COMMON];
  return run(programOf(name), [...inputs, ...options, `-artifact_prefix=${findings}/`], env);
}

/** Puts in the place of the kept corpus the least of it and of what was found that reaches as much. */
async function keep(name, { kept, found, env }) {
  if (readdirSync(found).length === 0) return;
  const least = mkdtempSync(`${kept}.part-`);
  const { status } = await run(
    programOf(name),
    ["-merge=1", least, kept, found, ...COMMON],
    env,
    MERGE_MS,
  );
  // Another clone may do the same: then one of the two is what is kept.
  const old = `${least}.old`;
  if (status === 0 && readdirSync(least).length > 0) {
    renameSync(kept, old);
    renameSync(least, kept);
  }
  for (const made of [least, old]) rmSync(made, { recursive: true, force: true });
}

/** Runs a target, says what came of it, and whether it is good. */
async function judge(name, seconds, isSuite, env) {
  const kept = join(dirname(env.CCACHE_DIR), "fuzz", name);
  const found = join(folder, "corpus", name);
  const { status, text } = await fuzz(name, {
    ...{ seconds, kept, found, env },
    seed: isSuite ? "1" : "0", // 0: another each time
  });
  writeFileSync(join(folder, "logs", `${name}.log`), text);
  const inputs = Number(/^Done (\d+) runs/m.exec(text)?.[1] ?? 0);
  const edges = Number(/\bDONE +cov: (\d+)/.exec(text)?.[1] ?? 0);
  const isSeen = inputs >= LEAST_INPUTS && edges >= LEAST_EDGES;
  const isGood = status === 0 && isSeen;
  if (isGood)
    await keep(name, { kept, found, env }).catch((error) => console.log(`not kept: ${error}`));
  const count = readdirSync(kept).length;
  console.log(`${isGood ? "✓" : "✗"} ${name}: ${inputs} inputs, ${edges} edges; ${count} are kept`);
  if (status !== 0)
    console.log(`ended with ${String(status)}:\n${text.split("\n").slice(-60).join("\n")}`);
  else if (!isSeen)
    console.log(`at least ${String(LEAST_INPUTS)} and ${String(LEAST_EDGES)} are expected`);
  return isGood;
}

/** The readers in TypeScript: tests/web/source/zip_mutation.test.ts, for as long. */
async function judgeZip(seconds, env) {
  const test = "tests/web/source/zip_mutation.test.ts";
  const { status, text } = await run(
    "npx",
    ["vitest", "run", "--config", "tests/vitest.config.ts", "--project", "unit", test],
    { ...env, SIGHTLINE_FUZZ_SECONDS: String(seconds) },
  );
  writeFileSync(join(folder, "logs", `${ZIP}.log`), text);
  console.log(`${status === 0 ? "✓" : "✗"} ${ZIP}`);
  if (status !== 0) console.log(text);
  return status === 0;
}

async function main() {
  const { values, positionals } = parseArgs({
    options: {
      seconds: { type: "string" },
      json: { type: "string" },
      "at-once": { type: "string", default: String(AT_ONCE) },
    },
    allowPositionals: true,
  });
  const isSuite = values.json !== undefined;
  const all = isSuite ? known : [...known, ZIP];
  const asked = positionals.length ? positionals : all;
  const names = asked.filter((name) => name !== ZIP);
  const seconds = Number(values.seconds ?? SECONDS);
  const atOnce = Number(values["at-once"]);
  if (asked.some((name) => !all.includes(name)) || !(seconds > 0) || !(atOnce >= 1))
    throw new Error(`npm run fuzz -- [${all.join(" ")}] [--seconds N]`);
  if (asked.includes(ZIP)) await build("start");
  await cmake(
    "asan",
    names.map((name) => `${name}_fuzz`),
    true,
  );
  makeSeeds(root, join(folder, "seeds"));
  for (const made of ["findings", "logs"]) {
    rmSync(join(folder, made), { recursive: true, force: true });
    mkdirSync(join(folder, made));
  }
  const env = toolchainEnvironment();
  const waiting = [...asked];
  const failed = [];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
      if (!(await (name === ZIP ? judgeZip(seconds, env) : judge(name, seconds, isSuite, env))))
        failed.push(name);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (values.json) {
    const counts = {
      passed: asked.length - failed.length,
      failed: failed.length,
      skipped: 0,
      reasons: failed,
    };
    writeFileSync(values.json, JSON.stringify(counts));
  }
  console.log(
    failed.length
      ? `\nfailed: ${failed.join(", ")} (build/fuzz/findings, build/fuzz/logs)`
      : `\nno finding in ${String(asked.length)} targets`,
  );
  process.exit(failed.length ? 1 : 0);
}
await main().catch(explain);
