import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Engine, EngineDied, MAX_DEATHS } from "./engine.ts";
import { COLUMNS, type FrameLine, refused, tableLine } from "./frame_lines.ts";

/** Paths of all files below a folder, relative to it, in the order of their code units. Links are not followed. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, "/").length))
    .sort((a, b) => (a < b ? -1 : 1));
}

/** The lines of one file; what ends the engine is a line, and the frames after it are tried again. */
export async function linesOf(engine: Engine, path: string): Promise<FrameLine[]> {
  const lines: FrameLine[] = [];
  for (let deaths = 1; ; deaths += 1) {
    const first = lines.length + 1;
    try {
      await engine.decode(path, first, (line) => lines.push(line));
      return lines;
    } catch (error) {
      if (!(error instanceof EngineDied)) throw error;
      lines.push(refused(lines.length === 0 ? 0 : lines.length + 1, "module_died"));
      if (lines.length === 1 || deaths === MAX_DEATHS) return lines;
    }
  }
}

/** The whole table, with its heading; files are dealt to the engines as these become free. */
export async function table(
  folder: string,
  engines: readonly Engine[],
  progress: (done: number, of: number) => void,
): Promise<string> {
  const paths = await filesBelow(folder);
  const byPath = new Map<string, string[]>();
  let next = 0;
  const work = async (engine: Engine): Promise<void> => {
    for (let path = paths[next++]; path !== undefined; path = paths[next++]) {
      const named = path;
      const lines = await linesOf(engine, join(folder, named));
      byPath.set(
        named,
        lines.map((line) => tableLine(named, line)),
      );
      progress(byPath.size, paths.length);
    }
  };
  await Promise.all(engines.map(work));
  const lines = paths.flatMap((path) => byPath.get(path) ?? []);
  return [COLUMNS.join("\t"), ...lines].map((line) => `${line}\n`).join("");
}
