// The fuzz targets, from the seeds of make_seeds.mjs.
// `npm run fuzz [-- TARGET… --seconds N]`: each target for N seconds (600), with new chances each time; its corpus grows in
// build/fuzz/corpus. `--bounded --json FILE` is the suite of `npm test`: a fixed number of inputs, the same ones each time.
// What is found is kept in build/fuzz/findings.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cmake, explain, root, toolchainEnvironment } from "../../server/build.mjs";
import { makeSeeds } from "./make_seeds.mjs";

const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith("_fuzz.cpp"))
  .map((file) => file.slice(0, -"_fuzz.cpp".length));
const seeds = join(root, "build/fuzz/seeds");

/** Inputs for `npm test`: a few seconds each. Those that decode pictures take longer for one. */
const inputs = { dicom: 8_000, j2k: 4_000, jpeg: 6_000 };
const usualInputs = 20_000;

function target(name, folders, flags, stdio) {
  const findings = join(root, "build/fuzz/findings", name);
  for (const folder of [...folders, findings]) mkdirSync(folder, { recursive: true });
  return spawnSync(
    join(root, `build/fuzz/tests/fuzz/${name}_fuzz`),
    [
      ...folders,
      ...flags,
      "-max_len=65536",
      "-rss_limit_mb=4096",
      "-timeout=25",
      `-artifact_prefix=${findings}/`,
    ],
    { stdio, encoding: "utf8", env: toolchainEnvironment(), maxBuffer: 1 << 26 },
  );
}

function forSeconds(name, seconds) {
  console.log(`\n== ${name}: ${String(seconds)} s`);
  const folders = [join(root, "build/fuzz/corpus", name), join(seeds, name)];
  const flags = [`-max_total_time=${String(seconds)}`, "-print_final_stats=1"];
  return target(name, folders, flags, "inherit").status === 0;
}

function bounded(name) {
  const started = Date.now();
  const runs = inputs[name] ?? usualInputs;
  const flags = [`-runs=${String(runs)}`, "-seed=1"];
  const { status, stderr } = target(name, [join(seeds, name)], flags, "pipe");
  const done = Number(/^Done (\d+) runs/m.exec(stderr)?.[1] ?? 0);
  const isGood = status === 0 && done >= runs;
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`${isGood ? "✓" : "✗"} ${name}: ${String(done)} inputs (${String(seconds)} s)`);
  if (!isGood) console.log(stderr.split("\n").slice(-60).join("\n"));
  return isGood;
}

async function main() {
  const { values, positionals } = parseArgs({
    options: {
      seconds: { type: "string", default: "600" },
      bounded: { type: "boolean", default: false },
      json: { type: "string" },
    },
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
  makeSeeds(root, seeds);
  const found = names.filter((name) =>
    values.bounded ? !bounded(name) : !forSeconds(name, seconds),
  );
  if (values.json) {
    const counts = { passed: names.length - found.length, failed: found.length, skipped: 0 };
    writeFileSync(values.json, JSON.stringify(counts));
  }
  console.log(
    found.length
      ? `\nfindings in: ${found.join(", ")} (build/fuzz/findings)`
      : `\nno finding in ${String(names.length)} targets`,
  );
  process.exit(found.length ? 1 : 0);
}
await main().catch(explain);
