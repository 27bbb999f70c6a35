import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import {
  compressedSiblings,
  contentSecurityPolicy,
  noPreloadInWorkers,
  preloadEngine,
} from "./vite_plugins.ts";

const { version } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
) as {
  version: string;
};
/** `npm run build:static`: for a host of plain files, in any folder, without a server behind it. */
const isStatic = process.env["SIGHTLINE_STATIC"] === "1";
/** The C++ server behind `vite dev`. */
const server = process.env["SIGHTLINE_SERVER"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  publicDir: false,
  base: isStatic ? "./" : "/",
  define: {
    __SIGHTLINE_VERSION__: JSON.stringify(version),
    "import.meta.env.SIGHTLINE_STATIC": JSON.stringify(isStatic),
  },
  plugins: [
    preloadEngine(),
    noPreloadInWorkers(),
    compressedSiblings(),
    ...(isStatic ? [contentSecurityPolicy()] : []),
  ],
  worker: { format: "es" },
  build: {
    outDir: fileURLToPath(new URL("../build/web", import.meta.url)), // server/build.mjs names another for the static page
    emptyOutDir: true,
    target: "es2022",
    sourcemap: false,
    rollupOptions: {
      input: ["index.html", ...(isStatic ? [] : ["login.html"])].map((page) =>
        fileURLToPath(new URL(page, import.meta.url)),
      ),
    },
    assetsInlineLimit: 0,
    // its polyfill would be an inline script, which the Content-Security-Policy forbids
    modulePreload: { polyfill: false },
  },
  server: {
    fs: { allow: [fileURLToPath(new URL("..", import.meta.url))] },
    proxy: {
      "/api": server,
      "/tiles": server,
      "/dicom-web": server,
      "/socket": { target: server.replace(/^http/, "ws"), ws: true },
    },
  },
});
