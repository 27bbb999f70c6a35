// A real server on a store of its own and a real Chromium: what every end-to-end suite stands on.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { type Browser, type Page, chromium } from "playwright-core";
import { SERVER_LOGS } from "../log_scan.mjs";
import type { SightlineApi } from "../../web/shared/api.ts";

declare global {
  interface Window {
    sightline: SightlineApi;
  }
}

export const repository = resolve(import.meta.dirname, "../..");
export const program = join(repository, "build/native/server/sightline");

/** The folder of real DICOM, or null when this clone stands alone. */
export function realDicom(): string | null {
  const folder = process.env["SIGHTLINE_TEST_DICOM"] ?? join(repository, "../shared/dicom");
  return existsSync(join(folder, "EXPECT.tsv")) ? folder : null;
}

/** Runs a Python script of tests/e2e, which makes files in its first argument; what it says of them. */
export function madeByPython(script: string, ...args: string[]): unknown {
  const { status, stdout, stderr } = spawnSync(
    "/usr/bin/python3",
    ["-W", "ignore", join(import.meta.dirname, script), ...args],
    { encoding: "utf8", env: { PATH: "/usr/bin:/bin" }, maxBuffer: 1 << 26 },
  );
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`);
  return JSON.parse(stdout);
}

export class Store {
  readonly folder: string;

  /** A new one, in a folder of its own below `parent`. */
  constructor(parent = tmpdir()) {
    this.folder = mkdtempSync(join(parent, "sightline-e2e-"));
  }

  run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    const [command = "", ...rest] = args;
    return spawnSync(program, [command, "--store", this.folder, ...rest], {
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
  }
  import(...paths: string[]): string {
    const { status, stdout, stderr } = this.run("import", ...paths);
    if (status !== 0) throw new Error(`import failed (${String(status)}): ${stdout}${stderr}`);
    return stdout;
  }
  /** Adds a user, or gives one another password. */
  addUser(name: string, password: string): void {
    const { status, stderr } = spawnSync(program, ["user", "add", name, "--store", this.folder], {
      encoding: "utf8",
      input: `${password}\n`,
    });
    if (status !== 0) throw new Error(`user add failed (${String(status)}): ${stderr}`);
  }
  /** What a log must not name: tests/log_scan.mjs looks. */
  sentinels(): string[] {
    const { status, stdout, stderr } = this.run("list", "--json");
    if (status !== 0) throw new Error(`list failed (${String(status)}): ${stderr}`);
    const listed = JSON.parse(stdout) as Record<string, unknown>[];
    const texts = (field: string): string[] =>
      listed.map((study) => study[field]).filter((value) => typeof value === "string");
    return [
      ...["patientName", "patientID", "accessionNumber", "studyInstanceUID"].flatMap(texts),
      // one word of a description ("HEAD") may be one of HTTP's
      ...texts("studyDescription").filter((text) => text.trim().includes(" ")),
    ];
  }
  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class Server {
  #child: ChildProcess | null = null;
  #port = 0;
  log = "";

  constructor(
    readonly store: Store,
    readonly flags: readonly string[] = [],
    readonly environment: Readonly<Record<string, string>> = {},
  ) {}
  get origin(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }
  /** Starts (again on the same port after a stop); resolves when the address was printed. */
  async start(): Promise<void> {
    const port = String(this.#port);
    const args = [
      "serve",
      "--store",
      this.store.folder,
      "--port",
      port,
      "--assets",
      join(repository, "build/web"),
      "--log-level",
      "debug",
      ...this.flags,
    ];
    mkdirSync(SERVER_LOGS, { recursive: true });
    const logFile = join(SERVER_LOGS, `${basename(this.store.folder)}.log`);
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...this.environment },
    });
    this.#child = child;
    let said = ""; // since this start: of an earlier one the address may stand in the log
    await new Promise<void>((ready, fail) => {
      const read = (chunk: Buffer) => {
        said += chunk.toString();
        this.log += chunk.toString();
        appendFileSync(logFile, chunk);
        const printed = /http:\/\/127\.0\.0\.1:(\d+)/.exec(said);
        if (!printed) return;
        this.#port = Number(printed[1]);
        ready();
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.on("exit", (code) => {
        fail(new Error(`the server ended (${String(code)}): ${this.log}`));
      });
    });
  }
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child) return; // stopped before; the store may be gone
    // at the end: a test may have stored something
    writeFileSync(
      join(SERVER_LOGS, `${basename(this.store.folder)}.sentinels`),
      this.store.sentinels().join("\n"),
    );
    if (child.exitCode !== null) return;
    const ended = new Promise((resolveEnd) => child.once("exit", resolveEnd));
    child.kill(signal);
    await ended;
  }
}

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: flags,
  });
}

/** What the page complains of from now on: uncaught errors, and errors on its console. */
export function problemsOf(page: Page): string[] {
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`);
  });
  return problems;
}

/** A page that keeps what must not happen: errors and CSP reports. */
export async function openPage(
  browser: Browser,
  url: string,
  viewport = { width: 1366, height: 768 },
  touch = false,
): Promise<{ page: Page; problems: string[] }> {
  const context = await browser.newContext({ viewport, hasTouch: touch, isMobile: touch });
  const page = await context.newPage();
  const problems = problemsOf(page);
  await page.goto(url);
  return { page, problems };
}

/** Waits until the viewport shows this quality; fails with the page's own error. */
export function untilQuality(
  page: Page,
  quality: "preview" | "screen" | "lossless",
): Promise<string> {
  return page.evaluate((wanted) => {
    const viewport = window.sightline.viewports()[0];
    if (!viewport) throw new Error("no viewport");
    return viewport.whenQuality(wanted);
  }, quality);
}
