/** A file that a DICOMDIR names. */
export interface MediaFile {
  /** Referenced File ID (0004,1500), with / between its components */
  readonly path: string;
  /** (0004,1511); "" where the record does not say */
  readonly sopInstanceUID: string;
}

/** The DICOMDIRs of what was opened: which files they name, and which of these nobody gave. */
export class MediaDirectories {
  readonly #named = new Map<string, MediaFile>();
  readonly #seen = new Set<string>();

  /** A file was looked at, whatever became of it. */
  see(path: string): void {
    this.#seen.add(normal(path));
  }
  /** path: of the DICOMDIR itself; what it names lies beside and below it. */
  add(path: string, files: readonly MediaFile[]): void {
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    for (const file of files) {
      const named = { path: folder + file.path, sopInstanceUID: file.sopInstanceUID };
      this.#named.set(normal(named.path), named);
    }
  }
  /** contains: whether an instance was opened, from wherever: a flat choice of files has no folders to compare. */
  missing(contains: (sopInstanceUID: string) => boolean): string[] {
    return [...this.#named]
      .filter(([key, file]) => !this.#seen.has(key) && !contains(file.sopInstanceUID))
      .map(([, file]) => file.path);
  }
}

/** ISO 9660 knows capitals only, and may show versions; systems that mount a disc make small letters of them. */
function normal(path: string): string {
  return path.toUpperCase().replace(/;\d+$/, "");
}
