// Debian's WebKitGTK, Safari's engine, in its MiniBrowser: by WebDriver, which is JSON over HTTP.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { OtherBrowser } from "./other_browser.ts";
import { Screen } from "./screen.ts";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf"; // W3C WebDriver 12: the key of an element's reference
const KEYS: Readonly<Record<string, string>> = { ArrowDown: "\uE015", ArrowUp: "\uE013" };

/** Of the newest WebKitGTK. */
function miniBrowser(): string {
  const libraries = `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;
  const found = readdirSync(libraries)
    .filter((name) => name.startsWith("webkit2gtk-") || name.startsWith("webkitgtk-"))
    .map((name) => `${libraries}/${name}/MiniBrowser`)
    .filter((path) => existsSync(path))
    .sort();
  const newest = found.at(-1);
  if (newest === undefined) throw new Error("no MiniBrowser: webkit2gtk-driver brings it");
  return newest;
}
function freePort(): Promise<number> {
  return new Promise((ready) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => {
        ready(port);
      });
    });
  });
}

class Driver {
  readonly #child: ChildProcess;
  readonly #origin: string;
  #session = "";

  constructor(port: number, display: string) {
    this.#origin = `http://127.0.0.1:${String(port)}`;
    this.#child = spawn("WebKitWebDriver", [`--port=${String(port)}`], {
      stdio: "ignore",
      // its own sandbox wants namespaces that containers do not give
      env: {
        ...process.env,
        DISPLAY: display,
        LIBGL_ALWAYS_SOFTWARE: "1",
        GDK_BACKEND: "x11",
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
      },
    });
  }
  async ask<R>(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<R> {
    const answer = await fetch(this.#origin + this.#session + path, {
      method,
      headers: { "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const { value } = (await answer.json()) as { value: R & { message?: string } };
    if (!answer.ok) throw new Error(`${path}: ${value.message ?? answer.statusText}`);
    return value;
  }
  /** Waits for the driver, then opens a window. */
  async begin(): Promise<void> {
    for (let attempt = 0; ; ++attempt) {
      try {
        await this.ask("GET", "/status");
        break;
      } catch (error) {
        if (attempt === 100) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    const options = { binary: miniBrowser(), args: ["--automation"] };
    const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": options } };
    const { sessionId } = await this.ask<{ sessionId: string }>("POST", "/session", {
      capabilities,
    });
    this.#session = `/session/${sessionId}`;
    await this.ask("POST", "/timeouts", { script: 120_000 });
    await this.ask("POST", "/window/rect", { width: 1366, height: 900 });
  }
  async end(): Promise<void> {
    await this.ask("DELETE", "");
    this.#child.kill();
  }
}

const RUN = `const done = arguments[arguments.length - 1];
Promise.resolve().then(() => (%)(arguments[0])).then((value) => done({ value }), (error) => done({ error: String(error) }));`;

export async function launchWebKit(): Promise<OtherBrowser> {
  const screen = await Screen.open();
  const driver = new Driver(await freePort(), screen.display);
  await driver.begin();
  return {
    goto: (url) => driver.ask("POST", "/url", { url }),
    evaluate: async (run, argument) => {
      const script = RUN.replace("%", () => run.toString());
      const { value, error } = await driver.ask<{ value: never; error?: string }>(
        "POST",
        "/execute/async",
        { script, args: [argument] },
      );
      if (error !== undefined) throw new Error(error);
      return value;
    },
    choose: async (selector, path) => {
      const found = await driver.ask<Record<string, string>>("POST", "/element", {
        using: "css selector",
        value: selector,
      });
      await driver.ask("POST", `/element/${found[ELEMENT] ?? ""}/value`, { text: path });
    },
    press: async (key) => {
      const value = KEYS[key] ?? key;
      const actions = [
        { type: "keyDown", value },
        { type: "keyUp", value },
      ];
      await driver.ask("POST", "/actions", {
        actions: [{ type: "key", id: "keyboard", actions }],
      });
    },
    screenshot: async (path) => {
      writeFileSync(path, Buffer.from(await driver.ask<string>("GET", "/screenshot"), "base64"));
    },
    close: async () => {
      await driver.end();
      screen.close();
    },
  };
}
