// A page with Cornerstone3D from npm, built by Vite: what its lock file names is installed beside the caches, not in this clone.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { CACHE_ROOT } from "../../../wasm/deps/cache.mjs";

const SOURCES = ["package.json", "package-lock.json", "index.html", "page.mjs"];
const folder = join(import.meta.dirname, "cornerstone_page");

/** The folder of the built page; made once for each state of its sources. Errors: npm's, which checks each package's digest. */
export async function buildCornerstonePage(): Promise<string> {
  const digest = createHash("sha256");
  for (const name of SOURCES) digest.update(readFileSync(join(folder, name)));
  const built = join(CACHE_ROOT, "clients", `cornerstone-${digest.digest("hex").slice(0, 16)}`);
  if (existsSync(built)) return built;
  mkdirSync(join(CACHE_ROOT, "clients"), { recursive: true });
  const temporary = mkdtempSync(`${built}.part-`);
  try {
    for (const name of SOURCES) copyFileSync(join(folder, name), join(temporary, name));
    const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
    execFileSync("npm", ["ci", ...options], { cwd: temporary });
    await build({
      root: temporary,
      configFile: false,
      logLevel: "error",
      worker: { format: "es" },
      build: { outDir: "dist", target: "esnext", minify: false },
    });
    // Whole or not at all; of two clones that do this at once one renames first.
    if (!existsSync(built)) renameSync(join(temporary, "dist"), built);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return built;
}
