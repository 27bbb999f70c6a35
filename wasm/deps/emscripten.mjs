// Emscripten: the one on the PATH if it is new enough, else Debian's, unpacked into the user's
// cache. Debian 12 has clang 19 but an old Emscripten; the later release's package runs on it,
// with that release's C library beside its native tools (binaryen).
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { buildItem, CACHE_ROOT, listItems, logPath, shortHash } from "./cache.mjs";
import { osRelease } from "./debian_packages.mjs";
import { versionAtLeast } from "./private_apt.mjs";
import { run, SetupError, startLog } from "./progress.mjs";

const MINIMUM = "3.1.69";
const FOLDER = join(CACHE_ROOT, "emscripten");
const COMPILERS = ["emcc", "em++", "emar", "emranlib", "emnm", "emstrip", "em-config"];
const RUNTIME_PACKAGES = ["binaryen", "libc6", "libstdc++6", "libgcc-s1"];
// Part of the item's name: change it when the steps below change what they produce.
const RECIPE = "2";
const TREE = "root/usr/share/emscripten";

function upstream(version) {
  return /^\d+\.\d+\.\d+/.exec(version)?.[0] ?? "0";
}

/** What a build needs to know: `bin` holds emcc, `root` its cmake/ folder, `config` is EM_CONFIG. */
function describe(root, bin, config) {
  const version = upstream(
    readFileSync(join(root, "emscripten-version.txt"), "utf8").replaceAll('"', ""),
  );
  return { version, root, bin, config, key: `emscripten-${version}-${shortHash(root, config)}` };
}

function findOnPath() {
  const folder = (process.env.PATH ?? "")
    .split(delimiter)
    .find((path) => path && existsSync(join(path, "emcc")));
  if (!folder) return null;
  // Debian's /usr/bin/emcc is a link into the real folder; emsdk's is already there.
  const root = dirname(realpathSync(join(folder, "emcc")));
  if (!existsSync(join(root, "emscripten-version.txt"))) return null;
  const configs = [
    process.env.EM_CONFIG,
    process.env.EMSDK && join(process.env.EMSDK, ".emscripten"),
    join(root, ".emscripten"),
  ];
  const found = describe(root, root, configs.find((path) => path && existsSync(path)) ?? "");
  return versionAtLeast(found.version, MINIMUM) ? found : null;
}

function findInCache() {
  const found = listItems(FOLDER, "").filter(
    ({ facts }) => facts.recipe === RECIPE && versionAtLeast(facts.version, MINIMUM),
  );
  found.sort((left, right) => (versionAtLeast(left.facts.version, right.facts.version) ? -1 : 1));
  if (!found.length) return null;
  const { path } = found[0];
  return describe(join(path, TREE), join(path, "bin"), join(path, "emscripten.config"));
}

/** Emscripten ready for use, or null. */
export function findEmscripten() {
  return findOnPath() ?? findInCache();
}

/** Packages of the distribution that give a new enough Emscripten without any unpacking by us. */
export function emscriptenPackages() {
  const { ID, VERSION_ID } = osRelease();
  return ID === "debian" && Number(VERSION_ID) >= 13 && !findEmscripten() ? ["emscripten"] : [];
}

function writeScript(path, text) {
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

/** binaryen's tools, each run by the C library it was linked for. `final`: where they will stand. */
function wrapBinaryen(folder, final) {
  const runtime = join(folder, "runtime/usr");
  const loaderFolder = ["lib64", "lib"]
    .map((name) => join(runtime, name))
    .find(
      (path) => existsSync(path) && readdirSync(path).some((name) => name.startsWith("ld-linux")),
    );
  const loader = readdirSync(loaderFolder).find((name) => name.startsWith("ld-linux"));
  const triplet = readdirSync(join(runtime, "lib")).find((name) => name.endsWith("-linux-gnu"));
  const moved = (path) => path.replace(folder, final);
  mkdirSync(join(folder, "binaryen/bin"), { recursive: true });
  for (const tool of readdirSync(join(runtime, "bin")).filter((name) => name.startsWith("wasm"))) {
    writeScript(
      join(folder, "binaryen/bin", tool),
      `exec '${moved(join(loaderFolder, loader))}' --library-path '${moved(join(runtime, "lib", triplet))}' \\
  '${moved(join(runtime, "bin", tool))}' "$@"`,
    );
  }
}

/** The configuration is Python. Node is looked up at run time, since it may move. */
function configuration(final) {
  return `import shutil
LLVM_ROOT = '/usr/bin'
BINARYEN_ROOT = '${final}/binaryen'
NODE_JS = shutil.which('node') or '${process.execPath}'
FROZEN_CACHE = True
LLVM_ADD_VERSION = '19'
CLANG_ADD_VERSION = '19'
`;
}

/** Unpacks the later release's package. Errors: SetupError. */
export async function fetchEmscripten(apt, shown) {
  const log = logPath("emscripten");
  startLog(log);
  shown.detail = "reading the mirror's index";
  await apt.refresh();
  const [packaged] = apt.binaryVersions(["emscripten"]);
  const version = upstream(packaged);
  if (!versionAtLeast(version, MINIMUM)) {
    throw new SetupError(
      `The mirror's Emscripten is ${packaged}; ${MINIMUM} or later is needed.`,
      "Install emsdk and put emcc on the PATH.",
    );
  }
  const path = join(FOLDER, `${version}-${shortHash(RECIPE, packaged)}`);
  await buildItem(path, { version, packaged, recipe: RECIPE }, async (folder) => {
    const downloads = mkdtempSync(join(folder, "debs-"));
    shown.detail = `downloading ${packaged}`;
    await apt.downloadBinaries(["emscripten", ...RUNTIME_PACKAGES], downloads, log);
    for (const deb of readdirSync(downloads)) {
      const isEmscripten = deb.startsWith("emscripten_");
      shown.detail = `unpacking ${deb.split("_")[0]}`;
      await run(
        "dpkg",
        ["-x", join(downloads, deb), join(folder, isEmscripten ? "root" : "runtime")],
        { log },
      );
    }
    rmSync(downloads, { recursive: true });
    wrapBinaryen(folder, path);

    const tree = join(folder, TREE);
    // An ES module import ignores NODE_PATH, so Debian's acorn must be found from the folder itself.
    mkdirSync(join(tree, "node_modules"), { recursive: true });
    symlinkSync("/usr/share/nodejs/acorn", join(tree, "node_modules/acorn"));
    writeFileSync(join(folder, "emscripten.config"), configuration(path));
    mkdirSync(join(folder, "bin"));
    // CMake's platform file looks for the compilers and for itself below one folder.
    symlinkSync(join("..", TREE, "cmake"), join(folder, "bin/cmake"));
    for (const name of COMPILERS) {
      writeScript(
        join(folder, "bin", name),
        `export EM_CONFIG='${path}/emscripten.config' PYTHON=/usr/bin/python3\nexec '${path}/${TREE}/${name}' "$@"`,
      );
    }
  });
  const found = findInCache();
  execFileSync(join(found.bin, "emcc"), ["--version"], { stdio: "ignore" });
  return found;
}
