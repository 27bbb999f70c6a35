// The files of ../shared/dicom that are instances, in rounds: a store has one file for a SOP Instance UID.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export type Uids = [study: string, series: string, instance: string];
export interface RealFile {
  path: string; // absolute
  name: string; // below the folder
  uids: Uids;
}

const script = join(import.meta.dirname, "pydicom_client.py");

/** Runs Debian's Python, which has pydicom; the answer is JSON. */
export async function pydicom<T>(args: readonly string[], input: unknown = null): Promise<T> {
  const child = spawn("/usr/bin/python3", [script, ...args], { stdio: ["pipe", "pipe", "pipe"] });
  const ended = new Promise<number | null>((end) => child.once("close", end));
  let answer = "";
  let problem = "";
  child.stdout.on("data", (chunk: Buffer) => (answer += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (problem += chunk.toString()));
  child.stdin.end(JSON.stringify(input));
  const status = await ended;
  if (status !== 0) throw new Error(`pydicom_client.py ended with ${String(status)}: ${problem}`);
  return JSON.parse(answer) as T;
}

/** The files in rounds: in each, a SOP Instance UID has one file. */
export async function roundsOf(folder: string): Promise<RealFile[][]> {
  const rounds: RealFile[][] = [];
  const seen = new Map<string, number>();
  const files = await pydicom<{ path: string; uids: Uids }[]>(["index", folder]);
  for (const { path: name, uids } of files) {
    const round = seen.get(uids[2]) ?? 0;
    seen.set(uids[2], round + 1);
    (rounds[round] ??= []).push({ path: join(folder, name), name, uids });
  }
  return rounds;
}

/** All files in one round: those that share a UID as copies of their own UID, in `temporary`. */
export async function distinctFiles(folder: string, temporary: string): Promise<RealFile[]> {
  const [first = [], ...others] = await roundsOf(folder);
  return [...first, ...(await pydicom<RealFile[]>(["rename", temporary], others.flat()))];
}

/** A table with a head, as an object a line. */
export function readTable(file: string): Record<string, string>[] {
  const [head = "", ...lines] = readFileSync(file, "utf8").trimEnd().split("\n");
  const keys = head.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    return Object.fromEntries(keys.map((key, i) => [key, cells[i] ?? ""]));
  });
}
