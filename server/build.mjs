// Builds everything that runs: npm packages, the server, the WASM modules (with and without SIMD; the reader without) and the page.
// `node server/build.mjs` builds for use; `--for test` adds the test programs; `--static` makes build/static instead, the page
// for a host of plain files. Each part is skipped when nothing changed.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setup } from "../wasm/deps/setup.mjs";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const logs = join(root, "build", "logs");

/** Runs a program to its end; its output goes to build/logs/<name>.log, its last line to the screen as progress. */
export function run(name, command, args, options = {}) {
  mkdirSync(logs, { recursive: true });
  const log = join(logs, `${name}.log`);
  const started = Date.now();
  return new Promise((resolvePromise, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      ...options,
    });
    const chunks = [];
    let shown = 0;
    const take = (chunk) => {
      chunks.push(chunk);
      const step = /\[(\d+)\/(\d+)\]/.exec(chunk.toString());
      if (step && Date.now() - shown > (process.stdout.isTTY ? 500 : 15_000)) {
        shown = Date.now();
        const seconds = Math.round((shown - started) / 1000);
        process.stdout.write(
          `${process.stdout.isTTY ? "\r\x1b[K" : ""}${name}: ${step[1]}/${step[2]} (${seconds} s)${process.stdout.isTTY ? "" : "\n"}`,
        );
      }
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", reject);
    child.on("close", (code) => {
      const text = Buffer.concat(chunks).toString();
      writeFileSync(log, text);
      if (process.stdout.isTTY && shown) process.stdout.write("\r\x1b[K");
      if (code === 0) return resolvePromise(text);
      reject(
        new Error(
          `${name} failed (exit ${code}); its log is build/logs/${name}.log and ends:\n${text.split("\n").slice(-30).join("\n")}`,
        ),
      );
    });
  });
}

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

/** Hash of the contents of files and folders: the page is built again only when one of them changed. */
function fingerprint(paths) {
  const hash = createHash("sha256");
  for (const path of paths.filter(existsSync)) {
    for (const file of statSync(path).isDirectory() ? filesBelow(path) : [path])
      hash.update(file).update(readFileSync(file));
  }
  return hash.digest("hex");
}

/** Does `work` unless `stampFile` says that it was done for the same inputs. */
async function onceFor(stampFile, inputs, work) {
  const now = fingerprint(inputs);
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === now) return false;
  await work();
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, now);
  return true;
}

/** The environment in which CMake finds the toolchain that wasm/deps/setup.mjs prepared. */
export function toolchainEnvironment() {
  const made = JSON.parse(readFileSync(join(root, "build/toolchain/env.json"), "utf8"));
  const env = {
    ...process.env,
    EM_CONFIG: made.EM_CONFIG,
    CCACHE_DIR: made.CCACHE_DIR,
    CCACHE_BASEDIR: root,
    CCACHE_NOHASHDIR: "1", // another clone's object is as good: only the debug information names its folder
    CCACHE_SLOPPINESS: "pch_defines,time_macros", // what ccache asks for where headers are precompiled
  };
  if (made.PATH_prepend) env.PATH = `${made.PATH_prepend}:${process.env.PATH}`;
  return env;
}

/** Configures (once) and builds one CMake preset; what has test programs once, keeps them. */
export async function cmake(preset, targets = [], isForTests = false) {
  const env = toolchainEnvironment();
  const folder = join(root, "build", preset);
  const inputs = [
    "CMakeLists.txt",
    "CMakePresets.json",
    "build/deps",
    "build/toolchain/Emscripten.cmake",
  ].map((path) => join(root, path));
  const withTests = isForTests || existsSync(join(folder, ".configured-ON"));
  const tests = withTests ? "ON" : "OFF";
  await onceFor(
    join(folder, `.configured-${tests}`),
    inputs.filter((path) => existsSync(path) && statSync(path).isFile()),
    () =>
      run(`${preset}-configure`, "cmake", ["--preset", preset, `-DSIGHTLINE_TESTS=${tests}`], {
        env,
      }),
  );
  await run(
    `${preset}-build`,
    "cmake",
    ["--build", folder, ...(targets.length ? ["--target", ...targets] : [])],
    { env },
  );
}

export async function npmPackages() {
  await onceFor(
    join(root, "node_modules", ".sightline-lock"),
    [join(root, "package-lock.json")],
    () => run("npm-ci", "npm", ["ci", "--no-audit", "--no-fund"]),
  );
}

export async function page() {
  const inputs = [
    "web",
    "shaders",
    "package-lock.json",
    "build/wasm/viewer.wasm",
    "build/wasm/viewer.mjs",
    "build/wasm/dicom.wasm",
    "build/wasm/dicom.mjs",
    "build/wasm/jxl.wasm",
    "build/wasm/jxl.mjs",
    "build/wasm-plain/viewer.wasm",
    "build/wasm-plain/dicom.wasm",
    "build/wasm-plain/jxl.wasm",
    "build/wasm-plain/reader.wasm",
    "build/wasm-plain/reader.mjs",
    "build/wasm-plain/icc.wasm",
    "build/wasm-plain/icc.mjs",
  ].map((path) => join(root, path));
  await onceFor(join(root, "build", ".page"), inputs, () =>
    run("page", "npx", ["vite", "build", "web"]),
  );
}

/** Bundles the page for a host of plain files into `folder`; the WASM modules are built already. */
export function bundleStatic(folder) {
  return run("page-static", "npx", ["vite", "build", "web", "--outDir", folder], {
    env: { ...process.env, SIGHTLINE_STATIC: "1" },
  });
}

/** build/static: the page that opens files of its reader's computer, without a server behind it. */
async function staticPage() {
  await setup({ purpose: "start" });
  await npmPackages();
  await cmake("wasm", ["viewer", "dicom", "jxl"]);
  await cmake("wasm-plain", ["viewer", "dicom", "jxl", "reader", "icc"]);
  await bundleStatic(join(root, "build/static"));
  console.log("build/static is the page: give the folder to any server of plain files.");
}

/** build/dcmtk-package: web/dcmtk as the npm package @sightline/dcmtk. */
export async function dcmtkPackage() {
  const inputs = [
    "web/dcmtk",
    "web/shared",
    "LICENSE",
    "package-lock.json",
    "build/wasm-plain/dcmtk.wasm",
    "build/wasm-plain/dcmtk_jxl.wasm",
  ];
  await onceFor(
    join(root, "build", ".dcmtk-package"),
    inputs.map((path) => join(root, path)),
    () => run("dcmtk-package", "node", ["web/dcmtk/build_package.mjs"]),
  );
}

/** What `npm run build:dcmtk` does. */
async function onlyDcmtkPackage() {
  await setup({ purpose: "start" });
  await npmPackages();
  await cmake("wasm-plain", ["dcmtk", "dcmtk_jxl"]);
  await dcmtkPackage();
  console.log("build/dcmtk-package is the package: `npm pack ./build/dcmtk-package`.");
}

/** purpose: "start" (what runs) or "test" (also the test programs). */
export async function build(purpose) {
  await setup({ purpose });
  await npmPackages();
  await cmake("native", purpose === "test" ? [] : ["sightline"], purpose === "test");
  await cmake("wasm", ["viewer", "dicom", "jxl"]);
  await cmake("wasm-plain", [
    "viewer",
    "dicom",
    "jxl",
    "reader",
    "icc",
    ...(purpose === "test" ? ["dcmtk", "dcmtk_jxl"] : []),
  ]);
  await page();
  if (purpose === "test") await dcmtkPackage();
}

export function explain(error) {
  console.error(`\n${error.message}`);
  if (error.remedy) console.error(`What to do: ${error.remedy}`);
  process.exit(1);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const has = (argument) => process.argv.includes(argument);
  const work = has("--static")
    ? staticPage()
    : has("--dcmtk")
      ? onlyDcmtkPackage()
      : build(has("test") ? "test" : "start");
  await work.catch(explain);
}
