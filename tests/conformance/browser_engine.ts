import { createReadStream, statSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { createServer, type Plugin, type ViteDevServer } from "vite";
import { launch } from "../e2e/harness.ts";
import { type Engine, EngineDied, FRAME_TIMEOUT_MS } from "./engine.ts";
import type { FrameLine } from "./frame_lines.ts";
import type { FromConformance } from "./page/messages.ts";

/** A headless Chromium and the pages of its engines, with the modules of build/wasm. */
export class ConformanceBrowser {
  readonly #files = new Map<string, string>();
  readonly #server: ViteDevServer;
  readonly #browser: Browser;

  private constructor(server: ViteDevServer, browser: Browser, files: Map<string, string>) {
    this.#server = server;
    this.#browser = browser;
    this.#files = files;
  }
  static async open(): Promise<ConformanceBrowser> {
    const files = new Map<string, string>();
    const server = await createServer({
      configFile: false,
      root: join(import.meta.dirname, "page"),
      cacheDir: join(import.meta.dirname, "../../build/conformance-vite"),
      logLevel: "warn",
      worker: { format: "es" },
      plugins: [filesBy(files)],
      server: {
        host: "127.0.0.1",
        port: 0,
        hmr: false,
        watch: null,
        fs: { allow: [join(import.meta.dirname, "../..")] },
      },
    });
    await server.listen();
    return new ConformanceBrowser(server, await launch(), files);
  }
  async engine(): Promise<BrowserEngine> {
    const page = await this.#browser.newPage();
    const engine = new BrowserEngine(page, (path) => {
      const url = `/file/${String(this.#files.size)}`;
      this.#files.set(url, path);
      return url;
    });
    await engine.open(this.#server.resolvedUrls?.local[0] ?? "");
    return engine;
  }
  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
  }
}

/** Gives the page the files that it is told of, and no others. */
function filesBy(paths: ReadonlyMap<string, string>): Plugin {
  return {
    name: "conformance-files",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = paths.get(request.url ?? "");
        if (path === undefined) {
          next();
          return;
        }
        const { size } = statSync(path);
        const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
        const [start, end] = [Number(first ?? 0), Math.min(Number(last ?? size), size - 1)];
        response.statusCode = first === undefined ? 200 : 206;
        response.setHeader("Content-Length", Math.max(0, end - start + 1));
        if (request.method === "HEAD" || size === 0) {
          response.end();
          return;
        }
        createReadStream(path, { start, end })
          .on("error", () => response.destroy())
          .pipe(response);
      });
    },
  };
}

/** A page whose worker has reader.wasm, viewer.wasm, dicom.wasm and jxl.wasm. */
class BrowserEngine implements Engine {
  readonly #page: Page;
  readonly #urlOf: (path: string) => string;
  #listener: (message: FromConformance) => void = () => undefined;

  constructor(page: Page, urlOf: (path: string) => string) {
    this.#page = page;
    this.#urlOf = urlOf;
  }
  async open(url: string): Promise<void> {
    await this.#page.exposeFunction("tell", (message: FromConformance) => {
      this.#listener(message);
    });
    await this.#page.goto(url);
    await this.#page.waitForFunction(() => "decodeFile" in window);
  }
  async decode(path: string, first: number, tell: (line: FrameLine) => void): Promise<void> {
    let hang: NodeJS.Timeout | undefined;
    const ended = new Promise<string | null>((end) => {
      hang = setTimeout(end, FRAME_TIMEOUT_MS, "time");
      this.#listener = (message) => {
        hang?.refresh();
        if (message.type === "line") tell(message.line);
        else end(message.type === "end" ? null : message.detail);
      };
    });
    const url = this.#urlOf(path);
    await this.#page.evaluate(([file, frame]) => window.decodeFile(file, frame), [
      url,
      first,
    ] as const);
    const died = await ended;
    clearTimeout(hang);
    this.#listener = () => undefined;
    if (died === null) return;
    await this.#page.evaluate(() => window.restart());
    throw new EngineDied(died);
  }
  async close(): Promise<void> {
    await this.#page.close();
  }
}
