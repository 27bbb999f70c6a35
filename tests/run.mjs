// `npm test`: sets up, builds and runs every suite, says once more what failed, and ends with "N passed, N failed, N skipped".
// `npm test -- NAME…` runs only the named suites (lint native asan fuzz web e2e logs).
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join, relative } from "node:path";
import { SERVER_LOGS } from "./log_scan.mjs";
import { build, cmake, explain, root, toolchainEnvironment } from "../server/build.mjs";

const results = join(root, "build", "results");
const totals = { passed: 0, failed: 0, skipped: 0 };
/** What failed, each with the first lines of its reason: a log may be cut, its end is what is read. */
const failures = [];
const REASON_LINES = 12;

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

/** Runs a suite's program with its output on the screen; a program that leaves no report counts as one failure. */
function program(suite, command, args, report, readReport, env = toolchainEnvironment()) {
  console.log(`\n== ${suite}`);
  if (report) rmSync(report, { force: true });
  const started = Date.now();
  const status = spawnSync(command, args, { cwd: root, stdio: "inherit", env }).status;
  const seconds = (Date.now() - started) / 1000;
  if (report && !existsSync(report))
    return count(suite, { failed: 1, reasons: ["ended without a report"] }, seconds);
  const counts = readReport(status);
  if (counts.failed === 0 && status !== 0) counts.failed = 1;
  count(suite, counts, seconds);
}

/** One of our own, which leaves its counts where `--json` says. */
function script(suite, file, args = []) {
  const report = join(results, `${suite}.json`);
  program(suite, "node", [file, ...args, "--json", report], report, () =>
    JSON.parse(readFileSync(report, "utf8")),
  );
}

function ctest(suite, folder, extra = []) {
  const report = join(results, `${suite}.xml`);
  program(
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
  program(
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
    env,
  );
}

const suites = {
  lint: () => script("lint", "tests/lint.mjs"),
  native: () => ctest("native", "build/native"),
  asan: async () => {
    await cmake("asan", ["core_tests"], true);
    ctest("asan", "build/asan", ["-L", "core"]);
  },
  fuzz: () => script("fuzz", "tests/fuzz/run.mjs"),
  web: () => vitest("web", "unit"),
  e2e: () => vitest("e2e", "e2e"),
  // last: of what the servers of the others have logged
  logs: () => script("logs", "tests/log_scan.mjs"),
};

async function main() {
  const asked = process.argv.slice(2).filter((argument) => argument in suites);
  mkdirSync(results, { recursive: true });
  await build("test");
  if (!asked.length) rmSync(SERVER_LOGS, { recursive: true, force: true });
  for (const [name, suite] of Object.entries(suites)) {
    if (asked.length && !asked.includes(name)) continue;
    await Promise.resolve()
      .then(suite)
      .catch((error) => {
        console.error(error.message);
        count(name, { failed: 1, reasons: [error.message] });
      });
  }
  for (const failure of failures) console.log(`\n✗ ${failure}`);
  console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  process.exit(totals.failed ? 1 : 0);
}

await main().catch(explain);
