// apt with its own package lists: takes single packages of a later Debian release from the mirror
// this machine already uses, without adding that release to the system. apt checks the signatures.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CACHE_ROOT, logPath, shortHash } from "./cache.mjs";
import { osRelease } from "./debian_packages.mjs";
import { run, SetupError, startLog } from "./progress.mjs";

const BINARY_SUITE = "trixie";
const SOURCE_SUITES = "trixie sid";

/** Stanzas of a deb822 file: field name in lower case to raw value, continuation lines kept. */
export function parseDeb822(text) {
  return text.split(/\n\s*\n/).map((stanza) => {
    const fields = {};
    let name = "";
    for (const line of stanza.split("\n")) {
      if (line.startsWith("#")) continue;
      const field = /^([\w-]+):\s*(.*)$/.exec(line);
      if (field) fields[(name = field[1].toLowerCase())] = field[2];
      else if (name && line.trim()) fields[name] += `\n${line}`;
    }
    return fields;
  });
}

/** Entries of a one-line-style file in the same shape as parseDeb822's. */
export function parseOneLine(text) {
  return text.split("\n").flatMap((line) => {
    const entry = /^\s*(deb|deb-src)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*(.*)$/.exec(line);
    if (!entry) return [];
    const signed = /signed-by=(\S+)/.exec(entry[2] ?? "");
    return [
      {
        types: entry[1],
        uris: entry[3],
        suites: entry[4],
        components: entry[5],
        ...(signed && { "signed-by": signed[1] }),
      },
    ];
  });
}

function readEntries() {
  const entries = [];
  const add = (path) => {
    if (!existsSync(path)) return;
    entries.push(
      ...(path.endsWith(".sources") ? parseDeb822 : parseOneLine)(readFileSync(path, "utf8")),
    );
  };
  add("/etc/apt/sources.list");
  const folder = "/etc/apt/sources.list.d";
  if (existsSync(folder)) {
    for (const name of readdirSync(folder).sort()) {
      if (/\.(list|sources)$/.test(name)) add(join(folder, name));
    }
  }
  return entries;
}

/** The machine's own entry for Debian's main archive: `{uri, signedBy}`. */
export function findMirror(entries = readEntries(), codename = osRelease().VERSION_CODENAME) {
  const has = (list, word) => (list ?? "").split(/\s+/).includes(word);
  const entry = entries.find(
    (fields) =>
      has(fields.types, "deb") &&
      has(fields.suites, codename) &&
      has(fields.components, "main") &&
      (fields.enabled ?? "yes").toLowerCase() !== "no",
  );
  if (!entry) {
    throw new SetupError(
      `apt's configuration has no entry for Debian ${codename}'s main archive.`,
      "Add Debian's mirror to /etc/apt/sources.list.d, or put emcc >= 3.1.69 on the PATH and use Debian 12 or 13 for the libraries.",
    );
  }
  return { uri: entry.uris.split(/\s+/)[0], signedBy: entry["signed-by"] ?? "" };
}

/** Every command writes below its own folder of the cache; the system's lists stay untouched. */
export class PrivateApt {
  #folder;
  #options;
  #sources;
  #fresh = false;

  constructor() {
    const { uri, signedBy } = findMirror();
    const signed = signedBy ? `Signed-By: ${signedBy}\n` : "";
    const stanza = (types, suites) =>
      `Types: ${types}\nURIs: ${uri}\nSuites: ${suites}\nComponents: main\n${signed}`;
    this.#sources = `${stanza("deb", BINARY_SUITE)}\n${stanza("deb-src", SOURCE_SUITES)}`;
    this.#folder = join(CACHE_ROOT, "apt", shortHash(this.#sources));
    this.#options = [
      "-o",
      "Dir::Etc::sourcelist=/dev/null",
      "-o",
      `Dir::Etc::sourceparts=${join(this.#folder, "sources")}`,
      "-o",
      `Dir::State::lists=${join(this.#folder, "lists")}`,
      "-o",
      `Dir::Cache=${this.#folder}`,
      // Containers often turn apt's parsed-index cache off; every call would parse 30 MB again.
      "-o",
      "Dir::Cache::pkgcache=pkgcache.bin",
      "-o",
      "Dir::Cache::srcpkgcache=srcpkgcache.bin",
      "-o",
      "Acquire::Retries=3",
      "-o",
      "Acquire::Languages=none",
      // A frozen mirror's lists outlive their date. Signatures are still checked, and the minimum versions keep old ones out.
      "-o",
      "Acquire::Check-Valid-Until=false",
    ];
  }

  /** Reads the mirror's indexes, once per run. */
  async refresh() {
    if (this.#fresh) return;
    for (const name of ["sources", "lists/partial", "archives/partial"]) {
      mkdirSync(join(this.#folder, name), { recursive: true });
    }
    writeFileSync(join(this.#folder, "sources", "debian.sources"), this.#sources);
    const log = logPath("debian-index");
    startLog(log);
    await this.#apt(log, ["update"]);
    this.#fresh = true;
  }

  /** Source versions on offer, newest first. */
  sourceVersions(name) {
    const text = execFileSync("apt-cache", [...this.#options, "showsrc", "--only-source", name], {
      encoding: "utf8",
    });
    const versions = [...text.matchAll(/^Version: (\S+)$/gm)].map((match) => match[1]);
    return [...new Set(versions)].sort((left, right) => (versionAtLeast(left, right) ? -1 : 1));
  }

  /** Versions of binary packages in the later release, in the order of `names`. */
  binaryVersions(names) {
    const text = execFileSync("apt-cache", [...this.#options, "madison", ...names], {
      encoding: "utf8",
    });
    const rows = text
      .split("\n")
      .filter((row) => row.includes(`${BINARY_SUITE}/`))
      .map((row) => row.split("|").map((cell) => cell.trim()));
    return names.map((name) => {
      const row = rows.find((cells) => cells[0] === name);
      if (!row) throw new SetupError(`The mirror has no ${name} for Debian ${BINARY_SUITE}.`);
      return row[1];
    });
  }

  async downloadBinaries(names, into, log) {
    const versions = this.binaryVersions(names);
    await this.#apt(
      log,
      ["download", ...names.map((name, index) => `${name}=${versions[index]}`)],
      into,
    );
  }

  /** `bare`: only the upstream tar file of the package. */
  async downloadSource(name, version, into, log, { bare = false } = {}) {
    const parts = bare ? ["--tar-only"] : [];
    await this.#apt(
      log,
      ["source", "--download-only", "--only-source", ...parts, `${name}=${version}`],
      into,
    );
  }

  #apt(log, args, cwd) {
    return run("apt-get", [...this.#options, "-q", ...args], {
      log,
      cwd,
      env: { LC_ALL: "C" },
      remedy:
        "Check that `apt-get update` works on this machine, and that /usr/share/keyrings/debian-archive-keyring.gpg is current.",
    });
  }
}

const compared = new Map();

/** Debian's version order. Each pair is asked of dpkg once. */
export function versionAtLeast(version, minimum) {
  const pair = `${version} ${minimum}`;
  if (!compared.has(pair)) {
    const { status } = spawnSync("dpkg", ["--compare-versions", version, "ge", minimum], {
      stdio: "ignore",
    });
    compared.set(pair, status === 0);
  }
  return compared.get(pair);
}
