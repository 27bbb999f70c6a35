import type { LocalFile } from "../shared/messages.ts";

/** More files than a study has; and folders are no deeper. Links cannot make a circle that is longer. */
const MAX_FILES = 100_000;
const MAX_DEPTH = 32;

/** Files that were chosen, with the folder's own names. */
export function chosenFiles(list: FileList): LocalFile[] {
  return Array.from(list)
    .slice(0, MAX_FILES)
    .map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}
/** What was dropped, folders with all that is in them. What cannot be read is left out by the browser itself. */
export async function droppedFiles(transfer: DataTransfer): Promise<LocalFile[]> {
  // both lists are empty once the event is over
  const files = Array.from(transfer.files);
  const entries = Array.from(transfer.items)
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  if (entries.length === 0) return files.map((file) => ({ file, path: file.name }));
  const found: LocalFile[] = [];
  for (const entry of entries) await walk(entry, found, 0);
  return found;
}
async function walk(entry: FileSystemEntry, found: LocalFile[], depth: number): Promise<void> {
  if (found.length >= MAX_FILES || depth > MAX_DEPTH) return;
  if (entry.isFile) {
    const file = await new Promise<File | null>((resolve) => {
      (entry as FileSystemFileEntry).file(resolve, () => {
        resolve(null);
      });
    });
    if (file !== null) found.push({ file, path: entry.fullPath.replace(/^\//, "") });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // a folder comes in portions; an empty one ends it
    const portion = await new Promise<FileSystemEntry[]>((resolve) => {
      reader.readEntries(resolve, () => {
        resolve([]);
      });
    });
    if (portion.length === 0) return;
    for (const child of portion) await walk(child, found, depth + 1);
  }
}
