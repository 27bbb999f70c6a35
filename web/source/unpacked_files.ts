import { SlError } from "../shared/errc.ts";
import type { LocalFile } from "../shared/messages.ts";
import { BlobSource, type ByteSource } from "./byte_source.ts";
import { GzipFile, isGzip } from "./gzip_file.ts";
import { isZip, readZipDirectory, type ZipEntry } from "./zip_directory.ts";
import { LastInflated, ZipMember } from "./zip_member.ts";

/** A file that is to be opened, or why it cannot be. */
export interface Found {
  readonly path: string;
  readonly source: ByteSource | SlError;
}

/** ZIP files within ZIP files. */
const MAX_DEPTH = 3;
/** What ZIP files within one that was chosen may be together once they are unpacked: they are kept as long as the page. */
const MAX_WITHIN_BYTES = 2 * 1024 ** 3;
const MAX_WITHIN_FILES = 10_000;

/** What the ZIP files within one that was chosen have cost so far. */
interface Within {
  bytes: number;
  files: number;
}

/** The files, and those in ZIP files and gzip files; of ZIP files within ZIP files those whose names say that they are some.
 *  grown: of a file that was counted as one, so many more come. */
export async function* unpackedFiles(
  files: readonly LocalFile[],
  grown: (more: number) => void,
): AsyncGenerator<Found> {
  for (const { file, path } of files) {
    try {
      if (await isZip(file, path)) yield* members(file, path, { bytes: 0, files: 0 }, 1, grown);
      else if (await isGzip(file, path)) yield await inflated(file, path, new LastInflated());
      else yield { path, source: new BlobSource(file) };
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      yield { path, source: error };
    }
  }
}

async function* members(
  zip: Blob,
  path: string,
  within: Within,
  depth: number,
  grown: (more: number) => void,
): AsyncGenerator<Found> {
  const entries = await readZipDirectory(zip);
  grown(entries.length - 1); // the ZIP file itself is none of them
  const last = new LastInflated();
  for (const entry of entries) {
    const name = `${path}/${entry.name}`;
    const source = memberOf(zip, entry, last);
    const isPacked = /\.(zip|gz)$/i.test(entry.name);
    if (!isPacked || source instanceof SlError) {
      yield { path: name, source };
      continue;
    }
    try {
      const blob = await packedOf(source, within);
      if (await isGzip(blob, name)) yield await inflated(blob, name, last);
      else if (!(await isZip(blob, name))) yield { path: name, source };
      else if (depth < MAX_DEPTH) yield* members(blob, name, within, depth + 1, grown);
      else throw new SlError("unsupported", "a ZIP file within more ZIP files than are opened");
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      yield { path: name, source: error };
    }
  }
}
/** A file within a ZIP file that holds files itself. */
async function packedOf(source: ZipMember, within: Within): Promise<Blob> {
  within.files++;
  within.bytes += source.size;
  if (within.bytes > MAX_WITHIN_BYTES || within.files > MAX_WITHIN_FILES)
    throw new SlError(
      "limit_exceeded",
      "packed files within the ZIP file are too many or too large",
    );
  return source.blob();
}
async function inflated(file: Blob, path: string, last: LastInflated): Promise<Found> {
  return { path: path.replace(/\.gz$/i, ""), source: await GzipFile.open(file, last) };
}
function memberOf(zip: Blob, entry: ZipEntry, last: LastInflated): ZipMember | SlError {
  if (entry.refusal !== "") return new SlError("unsupported", entry.refusal);
  return new ZipMember(zip, entry, last);
}
