// `npm test`: sets up, builds and runs every suite, says once more what failed, and ends with "N passed, N failed, N skipped".
// `npm test -- NAME…` runs only the named suites (lint native asan web e2e fuzz logs).
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { spawn } from "node:child_process";
import { setPriority } from "node:os";
import { join, relative } from "node:path";
import { SERVER_LOGS } from "./log_scan.mjs";
import { build, cmake, explain, root, toolchainEnvironment } from "../server/build.mjs";

const results = join(root, "build", "results");
const totals = { passed: 0, failed: 0, skipped: 0 };
/** What failed, each with the first lines of its reason: a log may be cut, its end is what is read. */
const failures = [];
const REASON_LINES = 12;
/** How far a suite that runs beside another steps back for it. */
const BESIDE_NICE = 5;

function count(suite, { passed = 0, failed = 0, skipped = 0, reasons = [] }, seconds = 0) {
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
  for (const reason of failed && !reasons.length ? ["see its output above"] : reasons)
    failures.push(`${suite}: ${reason.trim().split("\n").slice(0, REASON_LINES).join("\n    ")}`);
  console.log(
    `${suite}: ${passed} passed, ${failed} failed, ${skipped} skipped (${Math.round(seconds)} s)`,
  );
}

/** Runs a program to its end: its output on the screen as it comes, or, beside another suite, in one piece after it. */
function runProgram(command, args, env, isBeside) {
  const stdio = isBeside ? ["ignore", "pipe", "pipe"] : "inherit";
  const child = spawn(command, args, { cwd: root, stdio, env });
  if (isBeside && child.pid) setPriority(child.pid, BESIDE_NICE); // what it starts has it too
  const chunks = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, text: Buffer.concat(chunks).toString() }));
  });
}

/** Runs a suite's program; one that leaves no report counts as one failure. */
async function program(suite, command, args, report, readReport, { env, isBeside = false } = {}) {
  if (!isBeside) console.log(`\n== ${suite}`);
  rmSync(report, { force: true });
  const started = Date.now();
  const { status, text } = await runProgram(command, args, env ?? toolchainEnvironment(), isBeside);
  const seconds = (Date.now() - started) / 1000;
  if (isBeside) console.log(`\n== ${suite}\n${text}`);
  if (!existsSync(report))
    return count(suite, { failed: 1, reasons: ["ended without a report"] }, seconds);
  const counts = readReport(status);
  if (counts.failed === 0 && status !== 0) counts.failed = 1;
  count(suite, counts, seconds);
}

/** One of our own, which leaves its counts where `--json` says. */
function script(suite, file, args = [], options = {}) {
  const report = join(results, `${suite}.json`);
  return program(
    suite,
    "node",
    [file, ...args, "--json", report],
    report,
    () => JSON.parse(readFileSync(report, "utf8")),
    options,
  );
}

function ctest(suite, folder, extra = []) {
  const report = join(results, `${suite}.xml`);
  return program(
    suite,
    "ctest",
    [
      "--test-dir",
      folder,
      "-j2",
      "--output-on-failure",
      "--no-tests=error",
      "--output-junit",
      report,
      ...extra,
    ],
    report,
    () => {
      const junit = readFileSync(report, "utf8");
      const head = /<testsuite[^>]*>/s.exec(junit)?.[0] ?? "";
      const number = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
      const failed = number("failures"),
        skipped = number("skipped") + number("disabled");
      const reasons = [...junit.matchAll(/<testcase name="([^"]*)"[^>]*status="fail">/g)].map(
        ([, name]) => name,
      );
      return { passed: number("tests") - failed - skipped, failed, skipped, reasons };
    },
  );
}

function vitest(suite, project) {
  const report = join(results, `${suite}.json`);
  const env = { ...toolchainEnvironment(), CI: process.env.CI ?? "" };
  return program(
    suite,
    "npx",
    [
      "vitest",
      "run",
      "--config",
      "tests/vitest.config.ts",
      "--project",
      project,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
    ],
    report,
    () => {
      const {
        numPassedTests,
        numFailedTests,
        numPendingTests,
        numFailedTestSuites,
        numTodoTests = 0,
        testResults,
      } = JSON.parse(readFileSync(report, "utf8"));
      return {
        passed: numPassedTests,
        failed: Math.max(numFailedTests, numFailedTests === 0 ? numFailedTestSuites : 0),
        skipped: numPendingTests + numTodoTests,
        reasons: testResults.flatMap(({ name, message, assertionResults }) => [
          ...(message ? [`${relative(root, name)}: ${message}`] : []),
          ...assertionResults
            .filter(({ status }) => status === "failed")
            .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages.join("\n")}`),
        ]),
      };
    },
    { env },
  );
}

const suites = {
  lint: () => script("lint", "tests/lint.mjs"),
  native: () => ctest("native", "build/native"),
  asan: async () => {
    await cmake("asan", ["core_tests", "fuzz_targets"], true);
    await ctest("asan", "build/asan", ["-L", "core"]);
  },
  web: () => vitest("web", "unit"),
  e2e: () => vitest("e2e", "e2e"),
  fuzz: (isBeside) =>
    script("fuzz", "tests/fuzz/run.mjs", isBeside ? ["--at-once", "1"] : [], { isBeside }),
  // last: of what the servers of the others have logged
  logs: () => script("logs", "tests/log_scan.mjs"),
};
/** What runs beside another: each fuzz target has its minute, however many cores there are, and e2e waits for browsers often. */
const BESIDE = { fuzz: "e2e" };

/** Runs a suite; an error of its own counts as one failure. */
async function runSuite(name, isBeside = false) {
  try {
    await suites[name](isBeside);
  } catch (error) {
    console.error(error.message);
    count(name, { failed: 1, reasons: [error.message] });
  }
}

async function main() {
  const asked = process.argv.slice(2).filter((argument) => argument in suites);
  mkdirSync(results, { recursive: true });
  await build("test");
  if (!asked.length) rmSync(SERVER_LOGS, { recursive: true, force: true });
  const names = Object.keys(suites).filter((name) => !asked.length || asked.includes(name));
  const isBeside = (name) => names.includes(BESIDE[name]);
  for (const name of names.filter((each) => !isBeside(each))) {
    const beside = names.filter((each) => BESIDE[each] === name);
    await Promise.all([runSuite(name), ...beside.map((each) => runSuite(each, true))]);
  }
  for (const failure of failures) console.log(`\n✗ ${failure}`);
  console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  process.exit(totals.failed ? 1 : 0);
}

await main().catch(explain);
