// The prebuilt OHIF application, as a hospital would host it: its files from npm, a configuration that names our server.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { type Server as HttpServer, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { CACHE_ROOT } from "../../../wasm/deps/cache.mjs";

const VERSION = "3.13.2";
/** The package alone: what it depends on is bundled in it, and would be a thousand packages. */
const SHA512 =
  "WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA==";

const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** The folder of the built application. Errors: npm's; another package than the one we know. */
function fetchOhif(): string {
  const folder = join(CACHE_ROOT, "clients", `ohif-${VERSION}`);
  if (existsSync(folder)) return join(folder, "dist");
  mkdirSync(join(CACHE_ROOT, "clients"), { recursive: true });
  const temporary = mkdtempSync(`${folder}.part-`);
  const spec = `@ohif/app@${VERSION}`;
  execFileSync("npm", ["pack", "--silent", "--pack-destination", temporary, spec]);
  const archive = join(temporary, `ohif-app-${VERSION}.tgz`);
  const digest = createHash("sha512").update(readFileSync(archive)).digest("base64");
  if (digest !== SHA512) throw new Error(`${spec} is not the package that was pinned`);
  execFileSync("tar", ["-xzf", archive, "-C", temporary, "package/dist"]);
  // Whole or not at all; of two clones that do this at once one renames first.
  if (!existsSync(folder)) renameSync(join(temporary, "package"), folder);
  rmSync(temporary, { recursive: true, force: true });
  return join(folder, "dist");
}

function configuration(serviceUri: string): string {
  const source = {
    namespace: "@ohif/extension-default.dataSourcesModule.dicomweb",
    sourceName: "sightline",
    configuration: {
      friendlyName: "Sightline",
      name: "sightline",
      qidoRoot: serviceUri,
      wadoRoot: serviceUri,
      wadoUriRoot: serviceUri,
      qidoSupportsIncludeField: true,
      supportsFuzzyMatching: false,
      supportsWildcard: true,
      imageRendering: "wadors",
      thumbnailRendering: "wadors",
      enableStudyLazyLoad: true,
      singlepart: "bulkdata,video",
      bulkDataURI: { enabled: true },
    },
  };
  return `window.config = ${JSON.stringify({
    routerBasename: null,
    extensions: [],
    modes: [],
    customizationService: {},
    showStudyList: true,
    maxNumberOfWebWorkers: 2,
    showCPUFallbackMessage: false,
    investigationalUseDialog: { option: "never" },
    defaultDataSourceName: source.sourceName,
    dataSources: [source],
  })};`;
}

export class OhifHost {
  #http: HttpServer | null = null;
  /** Where the application finds DICOMweb; may change between two loads of the page. */
  serviceUri = "";

  get origin(): string {
    return `http://127.0.0.1:${String((this.#http?.address() as AddressInfo).port)}`;
  }
  async start(): Promise<void> {
    const dist = fetchOhif();
    const http = createServer((request, response) => {
      const path = normalize(new URL(request.url ?? "/", "http://host").pathname);
      const isFile = path !== "/" && existsSync(join(dist, path));
      const file = join(dist, isFile ? path : "index.html"); // its own router has the other paths
      response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
      response.setHeader("cross-origin-opener-policy", "same-origin");
      response.setHeader("cross-origin-embedder-policy", "require-corp");
      if (path === "/empty.html") response.end("<!doctype html><title>empty</title>");
      else
        response.end(
          path === "/app-config.js" ? configuration(this.serviceUri) : readFileSync(file),
        );
    });
    await new Promise<void>((listening) => http.listen(0, "127.0.0.1", listening));
    this.#http = http;
  }
  stop(): void {
    this.#http?.closeAllConnections();
    this.#http?.close();
  }
}
