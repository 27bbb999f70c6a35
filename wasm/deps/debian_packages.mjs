// The Debian packages Sightline needs, and how the missing ones are installed.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { logPath } from "./cache.mjs";
import { run, SetupError, startLog } from "./progress.mjs";

// `a | b`: the first that is installed, else the first that Debian has. `?`: taken if Debian has it.
const START = [
  "g++",
  "cmake",
  "ninja-build",
  "pkg-config",
  "ccache",
  "clang-19",
  "lld-19",
  "llvm-19",
  "node-acorn",
  "dpkg-dev",
  "ca-certificates",
  "xz-utils",
  "python3",
  "libboost1.81-dev | libboost-dev",
  "libboost-json1.81-dev | libboost-json-dev",
  "libboost-url1.81-dev | libboost-url-dev",
  "? libboost-system1.81-dev | libboost-system-dev",
  "libssl-dev",
  "zlib1g-dev",
  "libsqlite3-dev",
  "libpng-dev",
  "libjpeg62-turbo-dev",
  "libopenjph-dev",
  "libseccomp-dev",
  "libexpat1-dev",
  "libpango1.0-dev",
  "fonts-dejavu-core",
  "libegl-dev",
  "libgles-dev",
  "libegl-mesa0",
  "libgl1-mesa-dri",
];
const TEST = [
  "git",
  "libgtest-dev",
  "libgmock-dev",
  "chromium",
  "dcmtk",
  "argyll",
  "dicom3tools",
  "openjph-tools",
  "libopenjp2-tools",
  "libjxl-tools",
  "qemu-user",
  "libcharls2",
  "python3-pydicom",
  "python3-numpy",
  "? python3-gdcm",
  "clang-format-19",
  "clang-tidy-19",
  "libclang-rt-19-dev",
  "strace",
  "ffmpeg",
  // Firefox and WebKit with a screen of their own, and what WebKit plays videos with
  "firefox-esr",
  "webkit2gtk-driver",
  "xvfb",
  "gstreamer1.0-plugins-good",
  "gstreamer1.0-plugins-bad",
  "gstreamer1.0-libav",
];

/** `{ID, VERSION_ID, VERSION_CODENAME}` of the machine. */
export function osRelease() {
  const fields = {};
  for (const line of readFileSync("/etc/os-release", "utf8").split("\n")) {
    const field = /^(\w+)="?([^"]*)"?$/.exec(line);
    if (field) fields[field[1]] = field[2];
  }
  return fields;
}

function parse(entry) {
  const optional = entry.startsWith("? ");
  return { optional, names: entry.replace("? ", "").split(" | ") };
}

function query(names) {
  const result = spawnSync(
    "dpkg-query",
    ["-W", "-f=${Package} ${db:Status-Status} ${Version}\n", ...names],
    {
      encoding: "utf8",
    },
  );
  if (result.error) {
    throw new SetupError(
      "This is not a Debian system: dpkg-query is missing.",
      "Use Debian 12 or 13, or a container of it.",
    );
  }
  const installed = new Map();
  for (const line of result.stdout.split("\n")) {
    const [name, status, version] = line.split(" ");
    if (status === "installed") installed.set(name, version);
  }
  return installed;
}

/**
 * The wanted sets against the machine.
 * `missing`: entries with nothing installed; `versions`: name to version of what is.
 */
export function inspectPackages(purpose, extra = []) {
  const wanted = [...START, ...(purpose === "test" ? TEST : []), ...extra].map(parse);
  const versions = query(wanted.flatMap(({ names }) => names));
  const missing = wanted.filter(({ names }) => !names.some((name) => versions.has(name)));
  return { missing, versions };
}

/** Names apt can install now, of those given. */
function available(names) {
  const text = execFileSync("apt-cache", ["policy", ...names], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  const found = new Set();
  let name = "";
  for (const line of text.split("\n")) {
    if (/^\S+:$/.test(line)) name = line.slice(0, -1);
    if (/^ {2}Candidate: (?!\(none\))/.test(line)) found.add(name);
  }
  return found;
}

/** `[]` for root, `['sudo', …]` where sudo works or can ask; null if neither. */
function privilege() {
  if (process.getuid() === 0) return [];
  if (spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0) return ["sudo", "-n"];
  if (process.stdin.isTTY && spawnSync("sudo", ["-v"], { stdio: "inherit" }).status === 0)
    return ["sudo", "-n"];
  return null;
}

function aptProgress(shown) {
  let expected = 0;
  let set = 0;
  return (line) => {
    const planned = /(\d+) newly installed/.exec(line);
    if (planned) expected = Number(planned[1]);
    const fetched = /^Get:(\d+) /.exec(line);
    if (fetched) shown.detail = `downloading ${fetched[1]}`;
    if (line.startsWith("Setting up ")) shown.detail = `installing ${++set}/${expected}`;
  };
}

/** Installs what `inspectPackages` found missing; the caller holds the lock. Errors: SetupError naming packages and command. */
export async function installPackages(missing, shown) {
  const mandatory = missing.filter(({ optional }) => !optional);
  const words = mandatory.map(({ names }) => names[0]).join(" ");
  const remedy = `Have an administrator run:\n  apt-get update && apt-get install -y --no-install-recommends ${words}`;
  const become = privilege();
  if (become === null)
    throw new SetupError(`Debian packages are missing and sudo is not available: ${words}`, remedy);

  const log = logPath("debian-packages");
  startLog(log);
  // env inside sudo: sudo drops the caller's variables.
  const apt = [
    ...become,
    "env",
    "DEBIAN_FRONTEND=noninteractive",
    "LC_ALL=C",
    "apt-get",
    "-q",
    "-o",
    "Dpkg::Use-Pty=0",
  ];
  const runApt = (...args) =>
    run(apt[0], [...apt.slice(1), ...args], { log, remedy, onLine: aptProgress(shown) });
  await runApt("update");
  const found = available(missing.flatMap(({ names }) => names));
  const chosen = [];
  for (const { names, optional } of missing) {
    const name = names.find((candidate) => found.has(candidate));
    if (name) chosen.push(name);
    else if (!optional)
      throw new SetupError(
        `Debian has no package ${names.join(" or ")}.`,
        "Check /etc/apt/sources.list.d.",
      );
  }
  shown.detail = chosen.length > 4 ? `${chosen.length} packages` : chosen.join(" ");
  if (chosen.length) await runApt("install", "-y", "--no-install-recommends", ...chosen);
}
