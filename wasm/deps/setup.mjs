// Makes this machine able to build Sightline: packages, Emscripten, third-party libraries.
//   node wasm/deps/setup.mjs [--for start|test]
// Runs again in well under a second when nothing is missing.
import { join } from "node:path";
import { argv, exit } from "node:process";
import { fileURLToPath } from "node:url";
import { withLock } from "./cache.mjs";
import { inspectPackages, installPackages } from "./debian_packages.mjs";
import { fetchSource, findSource, SOURCES } from "./debian_source.mjs";
import { emscriptenPackages, fetchEmscripten, findEmscripten } from "./emscripten.mjs";
import { buildLibraries, flavoursFor, locateLibraries } from "./libraries.mjs";
import { PrivateApt } from "./private_apt.mjs";
import { SetupError, step } from "./progress.mjs";
import { link, writeToolchain } from "./toolchain.mjs";

const BUILD = fileURLToPath(new URL("../../build", import.meta.url));

/** What there is: packages, `{sources, emscripten, versions}` with nulls where missing. */
function survey(purpose) {
  const { missing, versions } = inspectPackages(purpose, emscriptenPackages());
  const sources = Object.fromEntries(Object.keys(SOURCES).map((name) => [name, findSource(name)]));
  return { missing, parts: { sources, emscripten: findEmscripten(), versions } };
}

function linkToolchain(emscripten) {
  writeToolchain(emscripten, join(BUILD, "toolchain"));
}

function linkLibraries(flavour, parts) {
  link(locateLibraries(flavour, parts).path, join(BUILD, "deps", flavour));
}

/** The steps still to do. Each mends `parts`, so that later ones find what they need. */
function plan(purpose) {
  const { missing, parts } = survey(purpose);
  const apt = new LazyApt();
  const steps = [];
  if (missing.some(({ optional }) => !optional)) {
    steps.push([
      "Debian packages",
      async (shown) => {
        await installPackages(missing, shown);
        parts.versions = inspectPackages(purpose).versions;
        parts.emscripten = findEmscripten();
      },
    ]);
  }
  const emscripten = parts.emscripten;
  if (!emscripten) {
    steps.push([
      "Emscripten",
      async (shown) => {
        parts.emscripten ??= await fetchEmscripten(apt.get(), shown);
      },
    ]);
  }
  for (const [name, { title }] of Object.entries(SOURCES)) {
    if (parts.sources[name]) continue;
    steps.push([
      `${title} source`,
      async (shown) => {
        parts.sources[name] = await fetchSource(name, apt.get(), shown);
      },
    ]);
  }
  const incomplete = steps.length > 0;
  for (const flavour of flavoursFor(purpose)) {
    if (!incomplete && locateLibraries(flavour, parts).ready) continue;
    steps.push([
      `Libraries, ${flavour}`,
      async (shown) => {
        linkToolchain(parts.emscripten);
        if (!locateLibraries(flavour, parts).ready) await buildLibraries(flavour, parts, shown);
        linkLibraries(flavour, parts);
      },
    ]);
  }
  return { steps, parts };
}

/** The mirror is looked for only when something must be fetched. */
class LazyApt {
  #apt;

  get() {
    return (this.#apt ??= new PrivateApt());
  }
}

/** Errors: SetupError. Returns `{emscripten, sources}`: versions and places. */
export async function setup({ purpose = "start" } = {}) {
  let { steps, parts } = plan(purpose);
  if (steps.length) {
    await withLock(async () => {
      // Another clone may have done the work while this one waited.
      ({ steps, parts } = plan(purpose));
      for (const [index, [title, work]] of steps.entries())
        await step(index + 1, steps.length, title, work);
    });
  }
  linkToolchain(parts.emscripten);
  for (const flavour of flavoursFor(purpose)) linkLibraries(flavour, parts);
  return { emscripten: parts.emscripten, sources: parts.sources };
}

async function main() {
  const purpose = argv[2] === undefined ? "start" : argv[3];
  if ((argv[2] !== undefined && argv[2] !== "--for") || !["start", "test"].includes(purpose)) {
    console.error("Usage: node wasm/deps/setup.mjs [--for start|test]");
    exit(2);
  }
  // The lock is released by an exit handler, which a signal alone would not run.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => exit(1));
  try {
    const { emscripten, sources } = await setup({ purpose });
    console.log(
      `Ready: Emscripten ${emscripten.version}, DCMTK ${sources.dcmtk.version}, OpenJPEG ${sources.openjpeg2.version}, libjxl ${sources["jpeg-xl"].version}.`,
    );
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\n${error.message}${error.remedy && `\n\nWhat to do: ${error.remedy}`}`);
    exit(1);
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) await main();
