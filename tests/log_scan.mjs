// `node tests/log_scan.mjs`: no server's log of any suite names a patient or a study. Every test server leaves in
// build/logs/servers NAME.log and, line by line, what its store says of patients: NAME.sentinels.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { argv, exit } from "node:process";
import { fileURLToPath } from "node:url";

export const SERVER_LOGS = resolve(
  dirname(fileURLToPath(import.meta.url)),
  "../build/logs/servers",
);
/** Shorter values ("M", "CT", "1") are in any text, shorter numbers in any count of bytes. */
const LEAST_LENGTH = 4,
  LEAST_DIGITS = 8;

/**
 * The sentinels that a log names, also percent-encoded, in other case, or with a name's carets as spaces or commas.
 * @param {string} log
 * @param {readonly string[]} sentinels
 * @returns {string[]}
 */
export function namedIn(log, sentinels) {
  const spellings = [log, decodePercents(log)].map((text) => ` ${plain(text)} `);
  return sentinels.filter((sentinel) => {
    const wanted = plain(sentinel);
    return isTelling(wanted) && spellings.some((text) => hasWhole(text, wanted));
  });
}
/** @param {string} value */
function isTelling(value) {
  return value.length >= (/^\d+$/.test(value) ? LEAST_DIGITS : LEAST_LENGTH);
}
/**
 * Not as a part of a longer word or number.
 * @param {string} text
 * @param {string} wanted
 */
function hasWhole(text, wanted) {
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const around = text.charAt(at - 1) + text.charAt(at + wanted.length);
    if (!/[\p{L}\p{N}]/u.test(around)) return true;
  }
  return false;
}
/** @param {string} text */
function plain(text) {
  return text
    .toLowerCase()
    .replace(/[\^,+\s]+/g, " ")
    .trim();
}
/** @param {string} text */
function decodePercents(text) {
  return text.replace(/(%[0-9a-f]{2})+/gi, (bytes) => {
    try {
      return decodeURIComponent(bytes);
    } catch {
      return bytes;
    }
  });
}

/**
 * A sentence for each log that names somebody, or that could not have been found out.
 * @param {string} folder
 * @returns {string[]}
 */
export function scanLogs(folder) {
  const logs = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.endsWith(".log"))
    : [];
  if (logs.length === 0) return ["there is no server's log to look at"];
  return logs.flatMap((name) => {
    const sentinels = join(folder, name.replace(/\.log$/, ".sentinels"));
    const known = existsSync(sentinels)
      ? readFileSync(sentinels, "utf8")
          .split("\n")
          .filter((line) => isTelling(plain(line)))
      : [];
    if (known.length === 0) return [`${name}: nothing is known that it must not name`];
    const named = namedIn(readFileSync(join(folder, name), "utf8"), known);
    return named.length > 0
      ? [`${name}: names ${named.map((one) => JSON.stringify(one)).join(", ")}`]
      : [];
  });
}

function main() {
  const problems = scanLogs(SERVER_LOGS);
  for (const problem of problems) console.log(`✗ ${problem}`);
  if (problems.length === 0) console.log("✓ no server's log names a patient or a study");
  const report = argv.indexOf("--json");
  const counts = {
    passed: problems.length === 0 ? 1 : 0,
    failed: problems.length,
    skipped: 0,
    reasons: problems,
  };
  if (report > 0) writeFileSync(argv[report + 1], JSON.stringify(counts));
  exit(problems.length === 0 ? 0 : 1);
}

if (argv[1] === fileURLToPath(import.meta.url)) main();
