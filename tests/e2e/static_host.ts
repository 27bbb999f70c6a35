// A host of plain files, as build/static is meant for: nothing but the folder, 404 for everything else.
import { readFileSync, statSync } from "node:fs";
import { type Server as HttpServer, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { repository } from "./harness.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** The headers that docs/security.md asks a static host to send. */
function documentedHeaders(): [string, string][] {
  const text = readFileSync(join(repository, "docs/security.md"), "utf8");
  const block = /## A static host\n.*?\n```\n(.*?)\n```/s.exec(text)?.[1] ?? "";
  const headers = block.split("\n").map((line): [string, string] => {
    const [, name = "", value = ""] = /^([\w-]+): (.+)$/.exec(line) ?? [];
    return [name, value];
  });
  if (headers.some(([name]) => name === "")) throw new Error("no headers in docs/security.md");
  return headers;
}

export class StaticHost {
  readonly #folder: string;
  readonly #base: string;
  readonly #headers: readonly [string, string][];
  #http: HttpServer | null = null;
  /** what was asked for: method and target, and the bytes of its body */
  readonly requests: { readonly line: string; readonly bodyBytes: number }[] = [];

  /** base: where the folder is on the host, "/" or "/sub/dir/". isBare: without any header but the content's type. */
  constructor(folder: string, base = "/", isBare = false) {
    this.#folder = folder;
    this.#base = base;
    this.#headers = isBare ? [] : documentedHeaders();
  }
  /** the page's address */
  get url(): string {
    const { port } = this.#http?.address() as AddressInfo;
    return `http://127.0.0.1:${String(port)}${this.#base}`;
  }
  async start(): Promise<void> {
    const http = createServer((request, response) => {
      const entry = { line: `${request.method ?? ""} ${request.url ?? ""}`, bodyBytes: 0 };
      this.requests.push(entry);
      request.on("data", (chunk: Buffer) => (entry.bodyBytes += chunk.length));
      const file = this.#fileOf(request.url ?? "");
      for (const [name, value] of this.#headers) response.setHeader(name, value);
      if (file === null) {
        response.writeHead(404, { "content-type": "text/plain" }).end("not found");
        return;
      }
      response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
      response.end(readFileSync(file));
    });
    http.on("upgrade", (request, socket) => {
      this.requests.push({ line: `UPGRADE ${request.url ?? ""}`, bodyBytes: 0 });
      socket.destroy();
    });
    await new Promise<void>((listening) => http.listen(0, "127.0.0.1", listening));
    this.#http = http;
  }
  stop(): void {
    this.#http?.closeAllConnections();
    this.#http?.close();
  }
  /** Requests for anything but a file of the folder, or with a body. */
  foreign(): string[] {
    return this.requests
      .filter(({ line, bodyBytes }) => {
        const [, target = ""] = /^GET (.+)$/.exec(line) ?? [];
        return bodyBytes > 0 || target.includes("?") || this.#fileOf(target) === null;
      })
      .map(({ line }) => line);
  }
  #fileOf(target: string): string | null {
    const path = normalize(new URL(target, "http://host").pathname);
    if (!path.startsWith(this.#base)) return null;
    const file = join(this.#folder, path.slice(this.#base.length) || "index.html");
    return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? file : null;
  }
}
