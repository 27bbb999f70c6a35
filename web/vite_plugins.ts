import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** viewer.wasm is needed before the first picture: fetched beside the script, not after it. The SIMD build: the first one
 *  that viewer_assets.ts imports, and the one that nearly every browser picks. */
export function preloadEngine(): Plugin {
  let base = "/";
  return {
    name: "sightline-preload-engine",
    apply: "build",
    configResolved(config) {
      base = config.base;
    },
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle, filename }) {
        if (!filename.endsWith("index.html")) return [];
        const engine = simdEngine(
          Object.values(bundle ?? {}).flatMap((output) =>
            output.type === "asset" ? [output] : [],
          ),
        );
        if (engine === undefined) throw new Error("viewer.wasm is not in the bundle");
        return [
          {
            tag: "link",
            injectTo: "head",
            attrs: {
              rel: "preload",
              href: `${base}${engine}`,
              as: "fetch",
              type: "application/wasm",
              crossorigin: "anonymous",
            },
          },
        ];
      },
    },
  };
}
/** The page's script is its workers' too, and a worker has no document in which Vite's helper could preload what is imported. */
export function noPreloadInWorkers(): Plugin {
  const condition = "deps && deps.length > 0";
  return {
    name: "sightline-no-preload-in-workers",
    apply: "build",
    transform(code, id) {
      if (!id.endsWith("vite/preload-helper.js")) return null;
      if (!code.includes(condition)) throw new Error("Vite's preload helper has changed");
      return code.replace(condition, `typeof document !== "undefined" && ${condition}`);
    },
  };
}
interface Asset {
  readonly fileName: string;
  readonly originalFileNames: readonly string[];
}
function simdEngine(assets: readonly Asset[]): string | undefined {
  return assets.find(({ originalFileNames }) =>
    originalFileNames.some((name) => name.endsWith("build/wasm/viewer.wasm")),
  )?.fileName;
}

/** A plain host sends no headers of ours, so the page brings its policy along: the server's (server/net/http_message.cpp),
 *  without frame-ancestors, which only a header can say. First of all, so that it governs what follows. */
export function contentSecurityPolicy(): Plugin {
  const policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "connect-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "style-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
  return {
    name: "sightline-content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        injectTo: "head-prepend",
        attrs: { "http-equiv": "Content-Security-Policy", content: policy },
      },
    ],
  };
}

const COMPRESSIBLE = /\.(html|m?js|css|wasm|svg|json)$/;

/** Writes x.br and x.gz beside every x, and first_image_path.json: what a browser needs before the first picture. */
export function compressedSiblings(): Plugin {
  let outDir = "";
  return {
    name: "sightline-compressed-siblings",
    apply: "build",
    configResolved(config) {
      outDir = config.build.outDir;
    },
    closeBundle() {
      for (const file of filesUnder(outDir)) {
        if (!COMPRESSIBLE.test(file)) continue;
        const bytes = readFileSync(join(outDir, file));
        writeFileSync(join(outDir, `${file}.br`), brotli(bytes));
        writeFileSync(join(outDir, `${file}.gz`), gzipSync(bytes, { level: 9 }));
      }
      writeFileSync(
        join(outDir, "first_image_path.json"),
        `${JSON.stringify({ files: firstImagePath(outDir) }, null, 2)}\n`,
      );
    },
  };
}
function brotli(bytes: Buffer): Buffer {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
}
function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
/** index.html and what it names. */
function firstImagePath(outDir: string): { path: string; bytes: number; br: number; gz: number }[] {
  const html = readFileSync(join(outDir, "index.html"), "utf8");
  const named = [...html.matchAll(/(?:src|href)="(?:\.?\/)?(assets\/[^"]+)"/g)].map(
    (match) => match[1] ?? "",
  );
  return ["index.html", ...new Set(named)].map((path) => ({
    path,
    bytes: readFileSync(join(outDir, path)).byteLength,
    br: readFileSync(join(outDir, `${path}.br`)).byteLength,
    gz: readFileSync(join(outDir, `${path}.gz`)).byteLength,
  }));
}
