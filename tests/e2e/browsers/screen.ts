// A screen that nobody sees: Firefox and WebKitGTK give WebGL 2 to windows alone.
import { type ChildProcess, spawn } from "node:child_process";

export class Screen {
  readonly #child: ChildProcess;

  private constructor(
    child: ChildProcess,
    /** what DISPLAY says */
    readonly display: string,
  ) {
    this.#child = child;
  }
  static async open(): Promise<Screen> {
    const size = ["-screen", "0", "1600x1100x24"];
    const child = spawn("Xvfb", ["-displayfd", "1", ...size, "-nolisten", "tcp"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const number = await new Promise<string>((ready, fail) => {
      child.stdout.once("data", (chunk: Buffer) => {
        ready(chunk.toString().trim());
      });
      child.once("error", fail);
      child.once("exit", (code) => {
        fail(new Error(`Xvfb ended (${String(code)})`));
      });
    });
    return new Screen(child, `:${number}`);
  }
  close(): void {
    this.#child.kill();
  }
}
