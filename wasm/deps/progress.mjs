// What the reader of a long set-up sees: numbered steps, live numbers, and on failure the end of
// the log, its path and what to do.
import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const LINE_EVERY_MS = 15_000;

/** A failure the reader can act on: `remedy` says what to do. */
export class SetupError extends Error {
  constructor(message, remedy = "") {
    super(message);
    this.name = "SetupError";
    this.remedy = remedy;
  }
}

/** One numbered step. `detail` is its live number, such as `214/510`. */
export class Step {
  #label;
  #detail = "";
  #startMs = Date.now();
  #timer;

  constructor(number, total, title) {
    this.#label = `[${number}/${total}] ${title}`;
    const live = process.stdout.isTTY;
    this.#timer = setInterval(() => this.#print(live), live ? 500 : LINE_EVERY_MS);
    this.#timer.unref();
    this.#print(live);
  }

  set detail(text) {
    this.#detail = text;
  }

  done() {
    clearInterval(this.#timer);
    const clear = process.stdout.isTTY ? "\r\x1b[K" : "";
    process.stdout.write(`${clear}${this.#label}: done (${this.#seconds()} s)\n`);
  }

  fail() {
    clearInterval(this.#timer);
    const clear = process.stdout.isTTY ? "\r\x1b[K" : "";
    process.stdout.write(`${clear}${this.#label}: failed (${this.#seconds()} s)\n`);
  }

  #seconds() {
    return Math.round((Date.now() - this.#startMs) / 1000);
  }

  #print(live) {
    const text = `${this.#label}${this.#detail && `: ${this.#detail}`} (${this.#seconds()} s)`;
    process.stdout.write(
      live ? `\r\x1b[K${text.slice(0, process.stdout.columns - 1)}` : `${text}\n`,
    );
  }
}

/** Runs `work` as step `number` of `total`. */
export async function step(number, total, title, work) {
  const shown = new Step(number, total, title);
  try {
    const result = await work(shown);
    shown.done();
    return result;
  } catch (error) {
    shown.fail();
    throw error;
  }
}

export function startLog(log) {
  mkdirSync(dirname(log), { recursive: true });
  writeFileSync(log, "");
}

function lastLines(log, count) {
  return readFileSync(log, "utf8").trimEnd().split("\n").slice(-count).join("\n");
}

/**
 * Runs a command, its output into `log`, each line also to `onLine`.
 * Errors: SetupError with the log's end and `remedy` if it cannot start or exits non-zero.
 */
export function run(
  command,
  args,
  { log, onLine = () => {}, env, cwd, remedy = "", stdin = "ignore" },
) {
  appendFileSync(log, `$ ${command} ${args.join(" ")}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: [stdin, "pipe", "pipe"],
    });
    // An interrupted set-up leaves nothing running behind it.
    const stop = () => child.kill();
    process.once("exit", stop);
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream.setEncoding("utf8").on("data", (text) => {
        appendFileSync(log, text);
        const lines = (rest + text).split(/[\r\n]/);
        rest = lines.pop();
        lines.forEach(onLine);
      });
    }
    child.on("error", (error) => {
      reject(new SetupError(`${command} cannot be started: ${error.message}`, remedy));
    });
    child.on("close", (code, signal) => {
      process.off("exit", stop);
      if (code === 0) return resolve();
      const how = signal ? `was stopped by ${signal}` : `ended with code ${code}`;
      reject(new SetupError(`${command} ${how}.\n${lastLines(log, 30)}\nLog: ${log}`, remedy));
    });
  });
}

/** Feeds ninja's `[214/510]` to a step. */
export function ninjaProgress(shown) {
  return (line) => {
    const counted = /^\[(\d+\/\d+)\]/.exec(line);
    if (counted) shown.detail = `compiling ${counted[1]}`;
  };
}
