// Source packages of the libraries, with Debian's security patches applied.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { buildItem, CACHE_ROOT, listItems, logPath } from "./cache.mjs";
import { versionAtLeast } from "./private_apt.mjs";
import { run, SetupError, startLog } from "./progress.mjs";

/** `branches`: oldest acceptable version per upstream line; an older one is refused. */
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
};

const FOLDER = join(CACHE_ROOT, "sources");

/** True if no known security fix is missing. */
export function isAcceptable(name, version) {
  const branch = SOURCES[name].branches.find(({ from }) => versionAtLeast(version, from));
  return branch !== undefined && versionAtLeast(version, branch.minimum);
}

/** The upstream part: `3.7.0+really3.7.0-7` is 3.7.0. */
export function upstreamVersion(version) {
  return /\d+\.\d+\.\d+/.exec(version)[0];
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
  for (const version of acceptable) {
    shown.detail = version;
    const path = join(FOLDER, `${name}-${version.replaceAll(/[+~:]/g, "_")}`);
    try {
      await buildItem(path, { name, version }, async (folder) => {
        await apt.downloadSource(name, version, folder, log);
        const description = readdirSync(folder).find((file) => file.endsWith(".dsc"));
        await run("dpkg-source", ["-x", description, "tree"], { log, cwd: folder });
      });
      return findSource(name);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
