// `npm run build:dcmtk`: build/dcmtk-package, the folder that `npm pack` makes @sightline/dcmtk of. dcmtk.wasm is built already
// when server/build.mjs calls this.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { spawnSync } from "node:child_process";
import { build } from "vite";
import { findSource } from "../../wasm/deps/debian_source.mjs";
import { findEmscripten } from "../../wasm/deps/emscripten.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = resolve(here, "../..");
const out = join(root, "build/dcmtk-package");

/** One file for each entry; nothing of anybody else is in it. */
async function bundle(name, entry) {
  await build({
    configFile: false,
    root: here,
    logLevel: "warn",
    build: {
      outDir: out,
      emptyOutDir: false,
      target: "es2022",
      minify: false,
      lib: { entry: join(here, entry), formats: ["es"], fileName: () => name },
      rollupOptions: { external: [/^node:/] },
    },
  });
}

function declarations() {
  const { status, stdout } = spawnSync(
    "npx",
    ["tsc", "-p", join(here, "tsconfig.package.json"), "--outDir", join(out, "types")],
    { cwd: root, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`the declarations of web/dcmtk: ${stdout}`);
}

/** The comment with which a header begins. */
function headComment(file) {
  return /\/\*[^]*?\*\//.exec(readFileSync(file, "utf8"))[0];
}

/** NOTICE, and behind it the licences of what the modules contain, from the packages that it was built of. */
function notice() {
  const dcmtk = findSource("dcmtk");
  const openjpeg = findSource("openjpeg2");
  const jxl = findSource("jpeg-xl");
  const highway = findSource("highway");
  const emscripten = findEmscripten().root;
  const ofEmscripten = [
    join(emscripten, "LICENSE"),
    join(emscripten, "../doc/emscripten/copyright"),
  ];
  const text = (file) => readFileSync(file, "utf8");
  return [
    text(join(here, "NOTICE")),
    `==== DCMTK ${dcmtk.upstream}, with libijg, CharLS, log4cplus and Citrus iconv\n\n${text(join(dcmtk.path, "COPYRIGHT"))}`,
    `==== OpenJPEG ${openjpeg.upstream}\n\n${text(join(openjpeg.path, "LICENSE"))}`,
    `==== libjxl ${jxl.upstream} (dcmtk_jxl.wasm)\n\n${text(join(jxl.path, "LICENSE"))}\n\n${text(join(jxl.path, "PATENTS"))}`,
    `==== Highway ${highway.upstream} (dcmtk_jxl.wasm)\n\n${text(join(highway.path, "LICENSE-BSD3"))}`,
    `==== zlib\n\n${headComment(join(openjpeg.path, "thirdparty/libz/zlib.h"))}`,
    `==== Emscripten\n\n${text(ofEmscripten.find(existsSync))}`,
    `==== musl\n\n${text(join(emscripten, "system/lib/libc/musl/COPYRIGHT"))}`,
  ].join("\n\n");
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await bundle("index.js", "entry_browser.ts");
await bundle("index.node.js", "entry_node.ts");
declarations();
for (const module of ["dcmtk.wasm", "dcmtk_jxl.wasm"])
  copyFileSync(join(root, "build/wasm-plain", module), join(out, module));
for (const file of ["package.json", "README.md"]) copyFileSync(join(here, file), join(out, file));
copyFileSync(join(root, "LICENSE"), join(out, "LICENSE"));
writeFileSync(join(out, "NOTICE"), notice());
