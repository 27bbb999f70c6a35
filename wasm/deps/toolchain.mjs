// The files that let CMake and other scripts find Emscripten without any variable being set.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { CCACHE_DIR } from "./cache.mjs";

/** Writes only what differs: a touched toolchain file makes CMake configure again. */
function writeIfChanged(path, text, mode = 0o644) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
}

/** Points `path` at `target`. */
export function link(target, path) {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there?.isSymbolicLink() && readlinkSync(path) === target) return;
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { recursive: true, force: true });
  symlinkSync(target, path);
}

/** The folder's Emscripten.cmake, ccache launcher, emscripten.config and env.json. */
export function writeToolchain(emscripten, folder) {
  const { root, bin, config, key } = emscripten;
  const launcher = join(folder, "ccache-emscripten");
  // ccache cannot see the compiler behind emcc's script, so its identity is given. Depend mode spares
  // the separate preprocessor run: each start of emcc costs a second.
  writeIfChanged(
    launcher,
    `#!/bin/sh\nexport CCACHE_DIR='${CCACHE_DIR}' CCACHE_COMPILERCHECK='string:${key}' CCACHE_DEPEND=1\nexec ccache "$@"\n`,
    0o755,
  );
  const cmakeFile = join(folder, "Emscripten.cmake");
  writeIfChanged(
    cmakeFile,
    `# Written by wasm/deps/setup.mjs.
${config ? `set(ENV{EM_CONFIG} "${config}")\n` : ""}# emcc and its like here set EM_CONFIG themselves, so a plain \`ninja\` works too.
set(EMSCRIPTEN_ROOT_PATH "${bin}")
include("${root}/cmake/Modules/Platform/Emscripten.cmake")
set(CMAKE_C_COMPILER_LAUNCHER "${launcher}")
set(CMAKE_CXX_COMPILER_LAUNCHER "${launcher}")
`,
  );
  if (config) link(config, join(folder, "emscripten.config"));
  writeIfChanged(
    join(folder, "env.json"),
    `${JSON.stringify(
      { EM_CONFIG: config, EMSCRIPTEN: root, PATH_prepend: bin, CCACHE_DIR },
      null,
      2,
    )}\n`,
  );
  return { cmakeFile };
}
