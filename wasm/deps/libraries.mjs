// The libraries, built once per flavour and installed as one prefix each.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildItem, CACHE_ROOT, CCACHE_DIR, logPath, readItem, shortHash } from "./cache.mjs";
import { ninjaProgress, run, startLog } from "./progress.mjs";
import { writeToolchain } from "./toolchain.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
/** DCMTK's parser for WebAssembly: a CMake project of its own, so that a change of it rebuilds no codec. */
const PARSER = join(HERE, "dcmdata");
/** libjxl's decoder: another such project. */
const JXL = join(HERE, "jxl");
/** Little CMS: a third. */
const LCMS = join(HERE, "lcms2");
const SANITIZE = "-fno-omit-frame-pointer -fsanitize=address -fsanitize=fuzzer-no-link";

/**
 * `compilers`: null where Emscripten's toolchain file gives them.
 * `dcmtk`: flags DCMTK's own build gets, or null where only the codecs of its tree are built.
 * `parser`: true where ./dcmdata is built, without DCMTK's configure, and no codec.
 * `jxl`, `lcms`: true where ./jxl or ./lcms2 is built, and nothing else.
 * `package`: the Debian package whose version changes the result.
 */
const FLAVOURS = {
  wasm: { compilers: null, dcmtk: null },
  "wasm-plain": { compilers: null, dcmtk: null },
  "wasm-reader": { compilers: null, dcmtk: null, parser: true },
  native: {
    compilers: ["gcc", "g++"],
    dcmtk: "-O2 -fstack-protector-strong -D_FORTIFY_SOURCE=2 -DNDEBUG -w",
    package: "g++",
  },
  asan: {
    compilers: ["clang-19", "clang++-19"],
    dcmtk: `-O1 -gline-tables-only -DNDEBUG -w ${SANITIZE}`,
    package: "clang-19",
  },
  jxl: { compilers: ["gcc", "g++"], dcmtk: null, jxl: true, package: "g++" },
  "jxl-asan": {
    compilers: ["clang-19", "clang++-19"],
    dcmtk: null,
    jxl: true,
    package: "clang-19",
  },
  "jxl-wasm": { compilers: null, dcmtk: null, jxl: true },
  "jxl-wasm-plain": { compilers: null, dcmtk: null, jxl: true },
  lcms: { compilers: ["gcc", "g++"], dcmtk: null, lcms: true, package: "g++" },
  "lcms-asan": {
    compilers: ["clang-19", "clang++-19"],
    dcmtk: null,
    lcms: true,
    package: "clang-19",
  },
  "lcms-wasm": { compilers: null, dcmtk: null, lcms: true },
};
const FOR_START = [
  ...["wasm", "wasm-plain", "wasm-reader", "native"],
  ...["jxl", "jxl-wasm", "jxl-wasm-plain"],
  ...["lcms", "lcms-wasm"],
];
const FOR_TEST = [...FOR_START, "asan", "jxl-asan", "lcms-asan"];

// Parsing, logging, character sets. Dictionary and tables are compiled in: no file or variable of
// the machine can change what a tag means.
const DCMTK_OPTIONS = [
  "-DCMAKE_BUILD_TYPE=None",
  "-DCMAKE_CXX_STANDARD=17",
  "-DCMAKE_POSITION_INDEPENDENT_CODE=ON",
  "-DBUILD_SHARED_LIBS=OFF",
  "-DBUILD_APPS=OFF",
  "-DDCMTK_MODULES=ofstd;oflog;oficonv;dcmdata",
  "-DDCMTK_WITH_THREADS=ON",
  "-DDCMTK_WITH_ZLIB=ON",
  ...[
    "TIFF",
    "PNG",
    "XML",
    "OPENSSL",
    "ICONV",
    "STDLIBC_ICONV",
    "WRAP",
    "OPENJPEG",
    "SNDFILE",
    "DOXYGEN",
  ].map((name) => `-DDCMTK_WITH_${name}=OFF`),
  "-DDCMTK_ENABLE_CHARSET_CONVERSION=oficonv",
  "-DDCMTK_ENABLE_BUILTIN_OFICONV_DATA=ON",
  "-DDCMTK_DEFAULT_DICT=builtin",
  "-DDCMTK_USE_DCMDICTPATH=OFF",
  "-DDCMTK_ENABLE_PRIVATE_TAGS=ON",
  "-DDCMTK_ENABLE_STL=OFF",
];

export function flavoursFor(purpose) {
  return purpose === "test" ? FOR_TEST : FOR_START;
}

/** The CMake project of a flavour. */
function projectOf(flavour) {
  if (FLAVOURS[flavour].jxl) return JXL;
  if (FLAVOURS[flavour].lcms) return LCMS;
  return FLAVOURS[flavour].parser ? PARSER : HERE;
}

function recipeHash(flavour, { sources, emscripten, versions }) {
  const compiler =
    FLAVOURS[flavour].compilers === null ? emscripten.key : versions.get(FLAVOURS[flavour].package);
  const folder = projectOf(flavour);
  const files = readdirSync(folder)
    .filter((name) => /\.(cmake|c|h)$|^CMakeLists\.txt$/.test(name))
    .sort();
  const texts = files.map((name) => readFileSync(join(folder, name), "utf8"));
  const table = JSON.stringify(FLAVOURS[flavour]);
  if (FLAVOURS[flavour].jxl) {
    const { "jpeg-xl": libjxl, highway } = sources;
    return shortHash(flavour, compiler, libjxl.version, highway.version, table, ...texts);
  }
  if (FLAVOURS[flavour].lcms)
    return shortHash(flavour, compiler, sources.lcms2.version, table, ...texts);
  return shortHash(
    flavour,
    compiler,
    sources.dcmtk.version,
    sources.openjpeg2.version,
    table,
    DCMTK_OPTIONS.join(" "),
    ...texts,
  );
}

/** Where a flavour's project finds its sources. */
function sourceOptions(flavour, sources, dcmtkInclude) {
  if (FLAVOURS[flavour].jxl) {
    return [
      `-DSIGHTLINE_DEPS_JXL_SOURCE=${sources["jpeg-xl"].path}`,
      `-DSIGHTLINE_DEPS_JXL_VERSION=${sources["jpeg-xl"].upstream}`,
      `-DSIGHTLINE_DEPS_HIGHWAY_SOURCE=${sources.highway.path}`,
    ];
  }
  if (FLAVOURS[flavour].lcms) return [`-DSIGHTLINE_DEPS_LCMS_SOURCE=${sources.lcms2.path}`];
  return [
    `-DSIGHTLINE_DEPS_DCMTK_SOURCE=${sources.dcmtk.path}`,
    `-DSIGHTLINE_DEPS_DCMTK_INCLUDE=${dcmtkInclude}`,
    `-DSIGHTLINE_DEPS_OPENJPEG_SOURCE=${sources.openjpeg2.path}`,
    `-DSIGHTLINE_DEPS_OPENJPEG_VERSION=${sources.openjpeg2.upstream}`,
  ];
}

/** What is recorded of a finished flavour. */
function factsOf(flavour, sources) {
  const { dcmtk, openjpeg2, "jpeg-xl": libjxl, highway } = sources;
  if (FLAVOURS[flavour].jxl) return { flavour, libjxl: libjxl.version, highway: highway.version };
  if (FLAVOURS[flavour].lcms) return { flavour, lcms2: sources.lcms2.version };
  return { flavour, dcmtk: dcmtk.version, openjpeg: openjpeg2.version };
}

/** The flavour's prefix `{path, ready}`. `parts`: `{sources, emscripten, versions}`. */
export function locateLibraries(flavour, parts) {
  const path = join(CACHE_ROOT, `libs-${recipeHash(flavour, parts)}`, flavour);
  return { path, ready: readItem(path) !== null };
}

function jobs() {
  return process.env.SIGHTLINE_JOBS || String(availableParallelism());
}

async function cmakeBuild(source, tree, options, env, log, shown) {
  if (!existsSync(join(tree, "build.ninja"))) {
    shown.detail = "configuring";
    await run("cmake", ["-G", "Ninja", "-S", source, "-B", tree, ...options], { log, env });
  }
  await run("ninja", ["-C", tree, "-j", jobs()], { log, env, onLine: ninjaProgress(shown) });
}

/** Builds one flavour and moves it into place. An interrupted build goes on where it stopped. */
export async function buildLibraries(flavour, parts, shown) {
  const { path } = locateLibraries(flavour, parts);
  const { sources, emscripten } = parts;
  const { compilers, dcmtk } = FLAVOURS[flavour];
  const work = join(CACHE_ROOT, "work", `${shortHash(path)}-${flavour}`);
  const log = logPath(`libs-${flavour}`);
  startLog(log);

  // Paths relative to the cache: a changed recipe, so another work folder, still finds its objects.
  const env = { CCACHE_DIR, CCACHE_BASEDIR: CACHE_ROOT, CCACHE_NOHASHDIR: "1" };
  const toolOptions =
    compilers === null
      ? [`-DCMAKE_TOOLCHAIN_FILE=${writeToolchain(emscripten, join(work, "toolchain")).cmakeFile}`]
      : [
          `-DCMAKE_C_COMPILER=${compilers[0]}`,
          `-DCMAKE_CXX_COMPILER=${compilers[1]}`,
          "-DCMAKE_C_COMPILER_LAUNCHER=ccache",
          "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache",
        ];

  const trees = [];
  let dcmtkInclude = "";
  if (dcmtk !== null) {
    const tree = join(work, "dcmtk");
    const flags = [`-DCMAKE_C_FLAGS=${dcmtk}`, `-DCMAKE_CXX_FLAGS=${dcmtk}`];
    await cmakeBuild(
      sources.dcmtk.path,
      tree,
      [...toolOptions, ...DCMTK_OPTIONS, ...flags],
      env,
      log,
      shown,
    );
    await run("cmake", ["--install", tree, "--prefix", join(work, "dcmtk-prefix")], { log });
    dcmtkInclude = join(work, "dcmtk-prefix/include");
    trees.push(tree);
  }
  const project = projectOf(flavour);
  const names = new Map([
    [PARSER, "parser"],
    [JXL, "jxl"],
    [LCMS, "lcms2"],
  ]);
  const tree = join(work, names.get(project) ?? "codecs");
  await cmakeBuild(
    project,
    tree,
    [
      ...toolOptions,
      "-DCMAKE_BUILD_TYPE=None",
      `-DSIGHTLINE_DEPS_FLAVOUR=${flavour}`,
      ...sourceOptions(flavour, sources, dcmtkInclude),
    ],
    env,
    log,
    shown,
  );
  trees.push(tree);

  await buildItem(path, factsOf(flavour, sources), async (folder) => {
    for (const built of trees)
      await run("cmake", ["--install", built, "--prefix", folder], { log });
  });
  rmSync(work, { recursive: true });
}
