import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { namedIn, scanLogs } from "../log_scan.mjs";

const LINE = "2026-01-01T00:00:00Z debug   GET /api/studies 200 512 B 1.0 ms\n";

test("a name is found however it is written", () => {
  const sentinels = ["Sentinel^Patient", "2.25.77", "PAT-0815"];
  for (const leak of [
    "Sentinel^Patient",
    "SENTINEL PATIENT",
    "search=sentinel%5Epatient",
    "search=Sentinel+Patient",
    "Sentinel, Patient",
  ])
    expect(namedIn(`${LINE}warning ${leak}\n`, sentinels)).toEqual(["Sentinel^Patient"]);
  expect(namedIn("GET /view/2.25.77 200", sentinels)).toEqual(["2.25.77"]);
  expect(namedIn("cannot read pat-0815", sentinels)).toEqual(["PAT-0815"]);
});

test("a line without one passes, and what is in any text does not count", () => {
  expect(namedIn(LINE, ["Sentinel^Patient", "CT", "1", ""])).toEqual([]);
  expect(namedIn("GET /tiles 206 1234 B, 87654321 B", ["1234", "Tile", "7654321"])).toEqual([]);
  expect(namedIn("patient 87654321.", ["87654321"])).toEqual(["87654321"]);
});

test("a log that names somebody, or of which nothing is known, is a failure", () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-logs-"));
  const put = (name: string, log: string, sentinels?: string): void => {
    writeFileSync(join(folder, `${name}.log`), log);
    if (sentinels !== undefined) writeFileSync(join(folder, `${name}.sentinels`), sentinels);
  };
  try {
    expect(scanLogs(folder)).toHaveLength(1); // no log at all
    put("clean", LINE, "Sentinel^Patient\n2.25.77\n");
    expect(scanLogs(folder)).toEqual([]);
    put("leak", `${LINE}warning Sentinel^Patient\n`, "Sentinel^Patient\n");
    put("unknown", LINE);
    put("empty", LINE, "CT\n\n");
    expect(scanLogs(folder).map((problem) => problem.split(":")[0])).toEqual([
      "empty.log",
      "leak.log",
      "unknown.log",
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
