import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { type Engine, EngineDied, FRAME_TIMEOUT_MS } from "./engine.ts";
import type { FrameLine } from "./frame_lines.ts";

const program = join(
  import.meta.dirname,
  "../../build/native/tests/conformance/conformance_native",
);

/** conformance_native, one process for as many files as it survives. */
export class NativeEngine implements Engine {
  #child: ChildProcessByStdio<Writable, Readable, null> | null = null;

  async decode(path: string, first: number, tell: (line: FrameLine) => void): Promise<void> {
    const child = (this.#child ??= spawn(program, { stdio: ["pipe", "pipe", "ignore"] }));
    const lines = createInterface(child.stdout);
    const hang = setTimeout(() => child.kill("SIGKILL"), FRAME_TIMEOUT_MS);
    child.stdin.write(`${String(first)}\t${path}\0`); // a name may hold a line's end
    try {
      for await (const line of lines) {
        if (line === "end") return;
        hang.refresh();
        tell(parsed(line));
      }
    } finally {
      clearTimeout(hang);
      lines.close();
    }
    this.#child = null;
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    throw new EngineDied(child.signalCode ?? `exit ${String(child.exitCode)}`);
  }
  async close(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null) return;
    child.stdin.end();
    await once(child, "exit");
  }
}

function parsed(line: string): FrameLine {
  const [frame = "", status = "", reason = "", ...numbers] = line.split("\t");
  const [rows, cols, samples, bitsAllocated, signed, sha256 = "", min = "", max = ""] = numbers;
  if (status !== "ok" && status !== "partial")
    return { frame: Number(frame), status: "refused", reason, values: null };
  return {
    frame: Number(frame),
    status,
    reason,
    values: {
      rows: Number(rows),
      cols: Number(cols),
      samples: Number(samples),
      bitsAllocated: Number(bitsAllocated),
      signed: signed === "1",
      sha256,
      min,
      max,
    },
  };
}
