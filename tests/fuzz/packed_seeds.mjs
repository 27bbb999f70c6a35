// Seeds of the fuzz target `packed`: files that hold files.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** ZIP files of `picture`'s bytes by Python's zipfile, and a gzip file of two parts. */
export function packedSeeds(root, picture) {
  const folder = mkdtempSync(join(tmpdir(), "sightline-seeds-"));
  const pictures = ["a", "b"].map((name) => join(folder, name));
  for (const path of pictures) writeFileSync(path, picture);
  execFileSync("/usr/bin/python3", [join(root, "tests/e2e/zip_files.py"), folder, ...pictures]);
  const small = readdirSync(folder)
    .filter((name) => /\.(zip|exe)$/.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name)))
    .filter((bytes) => bytes.length < 32768); // not those that unfold to 64 MiB
  rmSync(folder, { recursive: true });
  const parts = [gzipSync(picture), gzipSync(Buffer.alloc(300))];
  return [...small, parts[0], Buffer.concat(parts)];
}
