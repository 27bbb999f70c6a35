import { expect, test } from "vitest";
import { chosenFiles, droppedFiles } from "../../../web/ui/dropped_files.ts";

interface Folder {
  readonly [name: string]: Folder | "file" | "locked";
}
/** What a browser gives for a dropped folder: entries in portions of two. */
function entry(path: string, node: Folder | "file" | "locked"): FileSystemEntry {
  const name = path.split("/").at(-1) ?? "";
  if (node === "file" || node === "locked") {
    const file = (resolve: (file: File) => void, reject: (error: Error) => void): void => {
      if (node === "file") resolve(new File([], name));
      else reject(new DOMException("locked", "NotReadableError"));
    };
    return { isFile: true, isDirectory: false, name, fullPath: path, file } as never;
  }
  const createReader = () => {
    const left = Object.entries(node).map(([child, inner]) => entry(`${path}/${child}`, inner));
    return {
      readEntries: (resolve: (list: FileSystemEntry[]) => void, reject: (e: Error) => void) => {
        if (left.some(({ name: child }) => child === "UNREADABLE")) reject(new DOMException("no"));
        else resolve(left.splice(0, 2));
      },
    };
  };
  return { isFile: false, isDirectory: true, name, fullPath: path, createReader } as never;
}
function drop(...entries: FileSystemEntry[]): Promise<ReturnType<typeof chosenFiles>> {
  const items = entries.map((one) => ({ webkitGetAsEntry: () => one }));
  return droppedFiles({ files: [], items } as unknown as DataTransfer);
}
const paths = (list: readonly { readonly path: string }[]): string[] => list.map((one) => one.path);

test("a dropped folder is walked whole, in whatever portions it comes", async () => {
  const { files, unread } = await drop(
    entry("/cd", { a: "file", sub: { b: "file", c: "file", d: "file" } }),
    entry("/single", "file"),
  );
  expect(paths(files)).toEqual(["cd/a", "cd/sub/b", "cd/sub/c", "cd/sub/d", "single"]);
  expect(unread).toEqual([]);
});
test("what the browser cannot read is listed, and the rest is read", async () => {
  const { files, unread } = await drop(
    entry("/cd", { a: "locked", sub: { UNREADABLE: "file" }, z: "file" }),
  );
  expect(paths(files)).toEqual(["cd/z"]);
  expect(unread.map(({ path, code }) => [path, code])).toEqual([
    ["cd/a", "io"],
    ["cd/sub", "io"],
  ]);
});
test("a circle of links ends, and is listed", async () => {
  const { files, unread } = await drop(loop("/loop"));
  expect(files).toEqual([]);
  expect(unread.map(({ code }) => code)).toEqual(["limit_exceeded"]);
});
/** A folder that is in itself. */
function loop(path: string): FileSystemEntry {
  const createReader = () => {
    const left = [loop];
    return {
      readEntries: (resolve: (list: FileSystemEntry[]) => void) => {
        resolve(left.splice(0).map((child) => child(`${path}/x`)));
      },
    };
  };
  return { isFile: false, isDirectory: true, name: "x", fullPath: path, createReader } as never;
}
test("without entries the plain files are taken", async () => {
  const file = new File([], "only.dcm");
  const { files } = await droppedFiles({ files: [file], items: [] } as unknown as DataTransfer);
  expect(files).toEqual([{ file, path: "only.dcm" }]);
});
test("more files than are read at a time: the first that is left out is named", () => {
  const file = new File([], "same");
  const { files, unread } = chosenFiles(Array.from({ length: 100_002 }, () => file));
  expect(files).toHaveLength(100_000);
  expect(unread).toMatchObject([{ path: "same", code: "limit_exceeded" }]);
});
