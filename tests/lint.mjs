// `npm run lint`: form of the code, by the tools that own it, and the rules of the tree that no tool knows.
// Each check is one line; --json FILE leaves the counts for tests/run.mjs.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const listed = spawnSync(
  "git",
  ["-c", `safe.directory=${root}`, "ls-files", "--cached", "--others", "--exclude-standard"],
  { cwd: root, encoding: "utf8" },
);
if (listed.status !== 0)
  throw new Error(`the files to check come from git: ${listed.error?.message ?? listed.stderr}`);
const tracked = listed.stdout.split("\n").filter((file) => file && existsSync(join(root, file)));
const matching = (pattern) => tracked.filter((file) => pattern.test(file));
const text = (file) => readFileSync(join(root, file), "utf8");
const cpp = matching(/\.(cpp|hpp|h)$/),
  handWritten = matching(/\.(cpp|hpp|h|ts|mjs|js|css)$/);

function tool(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return status === 0
    ? []
    : [error?.message ?? `${stdout}${stderr}`.trim().split("\n").slice(-60).join("\n")];
}

/** Which folders of the core a folder may include (DESIGN: base <- … <- render <- bind). */
const mayInclude = {
  base: [],
  dicom: ["base"],
  codec: ["base"],
  pixel: [
    "base",
    "dicom/instance.hpp",
    "dicom/display_shutter.hpp",
    "dicom/overlay_plane.hpp",
    "dicom/presentation_state.hpp",
  ],
  wire: [
    "base",
    "dicom/instance.hpp",
    "dicom/display_shutter.hpp",
    "dicom/mask_module.hpp",
    "dicom/overlay_plane.hpp",
    "dicom/presentation_state.hpp",
    "codec/frame_decoder.hpp",
  ],
  render: ["base", "pixel"],
  local: ["base", "codec", "dicom", "wire"],
  color: ["base", "pixel"],
  bind: ["base", "codec", "pixel", "render", "dicom", "wire", "local", "color", "bind"],
};
function includeDirections() {
  const problems = [];
  for (const file of cpp.filter((name) => name.startsWith("wasm/"))) {
    const folder = file.split("/")[1];
    for (const [, target] of text(file).matchAll(/^#include "([^"]+)"/gm)) {
      const targetFolder = target.split("/")[0];
      if (!target.includes("/") || targetFolder === folder || !(targetFolder in mayInclude))
        continue;
      const allowed = mayInclude[folder] ?? [];
      if (!allowed.includes(targetFolder) && !allowed.includes(target))
        problems.push(`${file}: includes ${target}`);
    }
  }
  const net = /<boost\/(asio|beast)/;
  for (const file of cpp)
    if (!/^(server|tests)\/net\//.test(file) && net.test(text(file)))
      problems.push(`${file}: Asio and Beast belong to server/net`);
  for (const file of cpp)
    if (
      !/^wasm\/dicom\//.test(file) &&
      /<dcmtk\/dcmdata/.test(text(file)) &&
      !/^(server\/app\/demo|tests\/)/.test(file)
    )
      problems.push(`${file}: dcmdata belongs to wasm/dicom`);
  return problems;
}

const checks = {
  "clang-format": () => tool("clang-format-19", ["--dry-run", "--Werror", ...cpp]),
  prettier: () =>
    tool("npx", [
      "prettier",
      "--check",
      ...matching(/^(web|tests|server|wasm)\/.*\.(ts|css|html|mjs)$/),
    ]),
  eslint: () =>
    tool("npx", [
      "eslint",
      "--config",
      "tests/eslint.config.js",
      "web",
      "tests/web",
      "tests/e2e",
      "tests/crash",
    ]),
  typescript: () => tool("npx", ["tsc", "--noEmit", "-p", "tests"]),
  "include directions": includeDirections,
  "file sizes (600 lines, shaders 150)": () =>
    handWritten
      .concat(matching(/\.glsl$|\.frag$|\.vert$/))
      .map((file) => [
        file,
        text(file).split("\n").length,
        /\.(glsl|frag|vert)$/.test(file) ? 150 : 600,
      ])
      .filter(([, lines, most]) => lines > most)
      .map(([file, lines, most]) => `${file}: ${lines} lines (at most ${most})`),
  "file names (snake_case, no utils/helpers/common/manager/misc)": () =>
    handWritten
      .filter((file) => !/\/(CMakeLists|SightlineDepsConfig)/.test(file))
      .filter(
        (file) =>
          !/^[a-z0-9_.-]+$/.test(file.split("/").at(-1)) ||
          /(^|[/_])(utils?|helpers?|common|manager|misc)[._]/.test(file),
      ),
  "no throw in the core": () =>
    cpp
      .filter((file) => file.startsWith("wasm/"))
      .flatMap((file) =>
        text(file)
          .split("\n")
          .map((line, i) => [line.replace(/\/\/.*|\/\*.*?\*\/|"(\\.|[^"])*"/g, ""), i + 1])
          .filter(([line]) => /\bthrow\b/.test(line))
          .map(([, line]) => `${file}:${line}`),
      ),
  "no machine path, no unfinished mark": () =>
    handWritten
      .filter((file) => file !== "tests/lint.mjs")
      .flatMap((file) =>
        text(file)
          .split("\n")
          .map((line, i) => [line, i + 1])
          .filter(([line]) => /\b(TODO|FIXME|XXX)\b|\/work\/|\/root\//.test(line))
          .map(([line, n]) => `${file}:${n}: ${line.trim()}`),
      ),
  // Only the checks that .clang-tidy makes errors, which is a third of the time: editors show the others.
  "clang-tidy": () =>
    tool("run-clang-tidy-19", [
      "-quiet",
      `-checks=-*,${tidyErrors()}`,
      "-j",
      "2",
      "-p",
      "build/native",
      "^(?!.*/(net|fuzz|render)/).*/wasm/.*\\.cpp$",
    ]),
};

function tidyErrors() {
  const named = /^WarningsAsErrors: "(.+)"$/m.exec(readFileSync(".clang-tidy", "utf8"))?.[1];
  if (!named) throw new Error(".clang-tidy makes no check an error");
  return named;
}

let passed = 0;
const reasons = [];
const only = process.argv.slice(2).filter((argument) => argument in checks);
for (const [name, check] of Object.entries(checks)) {
  if (only.length && !only.includes(name)) continue;
  const problems = check();
  const said = `${name}${problems.map((problem) => `\n    ${problem}`).join("")}`;
  problems.length ? reasons.push(said) : ++passed;
  console.log(`${problems.length ? "✗" : "✓"} ${said}`);
}
const failed = reasons.length;
const report = process.argv.indexOf("--json");
if (report > 0)
  writeFileSync(process.argv[report + 1], JSON.stringify({ passed, failed, skipped: 0, reasons }));
process.exit(failed ? 1 : 0);
