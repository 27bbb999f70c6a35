import { t } from "../i18n/translate.ts";
import type { LocalFile, RefusedFile } from "../shared/messages.ts";

/** More files than a study has; and folders are no deeper. Links cannot make a circle that is longer. */
const MAX_FILES = 100_000;
const MAX_DEPTH = 32;

export interface FoundFiles {
  readonly files: LocalFile[];
  /** what could not be looked at, and why */
  readonly unread: RefusedFile[];
}

/** Files that were chosen, with the folder's own names. */
export function chosenFiles(list: Iterable<File>): FoundFiles {
  const found: FoundFiles = { files: [], unread: [] };
  for (const file of list) if (!take(found, file, file.webkitRelativePath || file.name)) break;
  return found;
}
/** What was dropped, folders with all that is in them. */
export async function droppedFiles(transfer: DataTransfer): Promise<FoundFiles> {
  // both lists are empty once the event is over
  const files = Array.from(transfer.files);
  const entries = Array.from(transfer.items)
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  if (entries.length === 0) return chosenFiles(files);
  const found: FoundFiles = { files: [], unread: [] };
  for (const entry of entries) if (!(await walk(entry, found, 0))) break;
  return found;
}

/** False: there is no room for this file and any other one. */
function take(found: FoundFiles, file: File, path: string): boolean {
  if (found.files.length >= MAX_FILES) {
    found.unread.push({
      path,
      code: "limit_exceeded",
      detail: t("local.tooMany", { n: MAX_FILES }),
    });
    return false;
  }
  found.files.push({ file, path });
  return true;
}
async function walk(entry: FileSystemEntry, found: FoundFiles, depth: number): Promise<boolean> {
  const path = entry.fullPath.replace(/^\//, "");
  try {
    if (entry.isFile) return take(found, await fileOf(entry as FileSystemFileEntry), path);
    if (depth > MAX_DEPTH) {
      found.unread.push({ path, code: "limit_exceeded", detail: t("local.tooDeep") });
      return true;
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    for (;;) {
      const portion = await portionOf(reader);
      if (portion.length === 0) return true;
      for (const child of portion) if (!(await walk(child, found, depth + 1))) return false;
    }
  } catch {
    found.unread.push({ path, code: "io", detail: t("local.unreadable") });
    return true;
  }
}
function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });
}
/** A folder comes in portions; an empty one ends it. */
function portionOf(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => {
    reader.readEntries(resolve, reject);
  });
}
