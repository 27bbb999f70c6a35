// Source packages of the libraries, with Debian's security patches applied.
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { buildItem, CACHE_ROOT, listItems, logPath } from "./cache.mjs";
import { versionAtLeast } from "./private_apt.mjs";
import { run, SetupError, startLog } from "./progress.mjs";

/**
 * `branches`: oldest acceptable version per upstream line; an older one is refused, and so is one that is not `below`.
 * `bare`: the oldest upstream release that is taken as it is, without Debian's part of the package, where the mirror serves no
 * acceptable package whole.
 */
export const SOURCES = {
  // CVE-2026-50003 and four others were fixed in these.
  dcmtk: {
    title: "DCMTK",
    branches: [
      { from: "3.7", minimum: "3.7.0+really3.7.0-7" },
      { from: "3.6", minimum: "3.6.9-5+deb13u3" },
    ],
  },
  // CVE-2026-6192.
  openjpeg2: { title: "OpenJPEG", branches: [{ from: "2", minimum: "2.5.4-1.1" }] },
  // 0.11.2 itself has the fixes of CVE-2023-0645, CVE-2023-35790, CVE-2024-11403, CVE-2024-11498, CVE-2025-12474 and
  // CVE-2026-1837; these packages add those of CVE-2025-70103 (a tool's, which is not built) and CVE-2026-52584. Later upstream
  // lines have other sources: the recipe in ./jxl must be adapted first.
  "jpeg-xl": {
    title: "libjxl",
    branches: [
      { from: "0.11.2-1", minimum: "0.11.2-5.1", below: "0.12" },
      { from: "0.11", minimum: "0.11.2-0.1~deb13u3", below: "0.12" },
    ],
    bare: "0.11.2",
  },
  // Each has the fixes of CVE-2026-41254 and CVE-2026-42798 (the latter in a file that is not built).
  lcms2: {
    title: "Little CMS",
    branches: [
      { from: "2.19", minimum: "2.19.1-1", below: "3" },
      { from: "2.16", minimum: "2.16-2+deb13u2", below: "2.17" },
    ],
  },
  highway: { title: "Highway", branches: [{ from: "1", minimum: "1.2.0-2", below: "2" }] },
};

const FOLDER = join(CACHE_ROOT, "sources");

/** True if no known security fix is missing. */
export function isAcceptable(name, version) {
  if (isBare(version))
    return SOURCES[name].bare !== undefined && versionAtLeast(version, SOURCES[name].bare);
  const branch = SOURCES[name].branches.find(({ from }) => versionAtLeast(version, from));
  return (
    branch !== undefined &&
    versionAtLeast(version, branch.minimum) &&
    (branch.below === undefined || !versionAtLeast(version, branch.below))
  );
}

/** True for an upstream version, which has no revision of Debian's. */
function isBare(version) {
  return !version.includes("-");
}

/** The upstream part: `3.7.0+really3.7.0-7` is 3.7.0. */
export function upstreamVersion(version) {
  return /\d+\.\d+(\.\d+)?/.exec(version)[0];
}

/** The newest acceptable source in the cache: `{path, version, upstream}` or null. */
export function findSource(name) {
  const found = listItems(FOLDER, `${name}-`).filter(({ facts }) =>
    isAcceptable(name, facts.version),
  );
  found.sort((left, right) => (versionAtLeast(left.facts.version, right.facts.version) ? -1 : 1));
  if (!found.length) return null;
  const { path, facts } = found[0];
  return {
    path: join(path, "tree"),
    version: facts.version,
    upstream: upstreamVersion(facts.version),
  };
}

/** Fetches and unpacks the newest acceptable version that the mirror really serves. */
export async function fetchSource(name, apt, shown) {
  shown.detail = "reading the mirror's index";
  await apt.refresh();
  const offered = apt.sourceVersions(name);
  const acceptable = offered.filter((version) => isAcceptable(name, version));
  if (!acceptable.length) {
    throw new SetupError(
      `The mirror's ${name} (${offered.join(", ") || "none"}) is older than the security fixes we require.`,
      "Wait for the mirror to catch up, or use another mirror in /etc/apt/sources.list.d.",
    );
  }
  const log = logPath(`source-${name}`);
  startLog(log);
  let failure;
  for (const { version, from } of [...acceptable.map(whole), ...bareReleases(name, acceptable)]) {
    shown.detail = version;
    const path = join(FOLDER, `${name}-${version.replaceAll(/[+~:]/g, "_")}`);
    try {
      await buildItem(path, { name, version }, async (folder) => {
        await apt.downloadSource(name, from, folder, log, { bare: isBare(version) });
        await unpack(folder, log);
      });
      if (isBare(version)) {
        console.log(
          `  The mirror has no whole package of ${SOURCES[name].title} ${from}: upstream's ${version} of it was taken.`,
        );
      }
      return findSource(name);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** A package as it is, to be tried. */
function whole(version) {
  return { version, from: version };
}

/** The upstream releases, newest first, that packages on offer would be tried for without Debian's part. */
function bareReleases(name, packages) {
  const byRelease = new Map(packages.map((from) => [upstreamVersion(from), from]));
  return [...byRelease]
    .map(([version, from]) => ({ version, from }))
    .filter(({ version }) => isAcceptable(name, version));
}

/** What was downloaded, as `tree`. apt has checked every file against the signed index. */
async function unpack(folder, log) {
  const files = readdirSync(folder);
  const description = files.find((file) => file.endsWith(".dsc"));
  if (description !== undefined) {
    await run("dpkg-source", ["-x", description, "tree"], { log, cwd: folder });
    return;
  }
  const release = files.find((file) => /\.orig\.tar\.\w+$/.test(file));
  if (release === undefined) throw new SetupError("apt-get downloaded no source.");
  mkdirSync(join(folder, "tree"));
  await run("tar", ["-xf", release, "--strip-components=1", "-C", "tree"], { log, cwd: folder });
}
