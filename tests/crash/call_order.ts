// The order of system calls by which an object becomes durable before it is acknowledged, read from
// what `strace -f -y` wrote down: data, fdatasync, rename to the hash, fsync of the folders, rows,
// sync of the index's log, and only then the line on the standard output.

/** One finished call of a thread. Files are named as strace's -y names them. */
export type Call = {
  thread: string;
  name: string;
  /** All between the parentheses. */
  args: string;
  isDone: boolean;
};

/** Threads of a process take turns in the file: a call that was cut in two is put together again, where it ended. */
export function parseTrace(text: string): Call[] {
  const calls: Call[] = [];
  const begun = new Map<string, string>();
  for (const line of text.split("\n")) {
    const { thread = "", rest = "" } = /^(?<thread>\d+) +(?<rest>.*)$/.exec(line)?.groups ?? {};
    const cut = / <unfinished \.\.\.>$/.exec(rest);
    if (cut) {
      begun.set(thread, rest.slice(0, cut.index));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>/.exec(rest);
    const whole = resumed ? (begun.get(thread) ?? "") + rest.slice(resumed[0].length) : rest;
    const call = /^(?<name>\w+)\((?<args>.*)\) += (?<result>-?\d+)/.exec(whole)?.groups;
    if (!call) continue;
    const { name = "", args = "", result = "" } = call;
    calls.push({ thread, name, args, isDone: !result.startsWith("-") });
  }
  return calls;
}

const SYNCS = ["fsync", "fdatasync"];
const WRITES = ["write", "pwrite64"];

const onFile = (call: Call, path: string): boolean => /^\d+<(.*?)>/.exec(call.args)?.[1] === path;
const paths = (call: Call): string[] =>
  [...call.args.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((found) => found[1] ?? "");

function lastIndex(calls: readonly Call[], from: number, wanted: (call: Call) => boolean): number {
  for (let at = from - 1; at >= 0; --at) {
    const call = calls[at];
    if (call?.isDone && wanted(call)) return at;
  }
  return -1;
}

/**
 * Throws unless the acknowledgement of the one original `sha256` in the store `root` comes last.
 * All of it is one thread's work: its calls are told in the order in which they were made.
 */
export function checkOrder(all: readonly Call[], root: string, sha256: string): void {
  const said = all.find(
    ({ name, args, isDone }) =>
      isDone && name === "write" && args.startsWith("1<") && args.includes(`"stored ${sha256} `),
  );
  if (!said) throw new Error("nothing was acknowledged");
  const calls = all.filter(({ thread }) => thread === said.thread);
  const acknowledged = calls.indexOf(said);
  const parent = `${root}/originals/${sha256.slice(0, 2)}`;
  const folder = `${parent}/${sha256.slice(2, 4)}`;

  const renamed = lastIndex(
    calls,
    acknowledged,
    (call) => call.name.startsWith("rename") && paths(call).at(-1) === `${folder}/${sha256}`,
  );
  if (renamed < 0) throw new Error("the original did not get its name before the acknowledgement");
  const temporary = paths(calls[renamed] as Call).at(0) ?? "";
  if (!temporary.startsWith(`${root}/tmp/`)) throw new Error("it was not written under tmp/");
  const synced = lastIndex(
    calls,
    renamed,
    (call) => SYNCS.includes(call.name) && onFile(call, temporary),
  );
  if (synced < 0) throw new Error("its bytes were not synced before the rename");
  const isWrite = (call: Call) => WRITES.includes(call.name) && onFile(call, temporary);
  if (!calls.slice(0, synced).some((call) => call.isDone && isWrite(call)))
    throw new Error("its bytes were not written before the sync");
  if (calls.slice(synced).some(isWrite)) throw new Error("it was written to after the sync");

  const isSyncOf = (path: string) => (call: Call) => call.name === "fsync" && onFile(call, path);
  const named = lastIndex(calls, acknowledged, isSyncOf(folder));
  if (named < renamed) throw new Error("its folder was not synced after the rename");
  for (const [made, above] of [
    [parent, `${root}/originals`],
    [folder, parent],
  ] as const) {
    const makes = (call: Call) => call.name === "mkdir" && paths(call)[0] === made;
    if (lastIndex(calls, acknowledged, isSyncOf(above)) < lastIndex(calls, acknowledged, makes))
      throw new Error("the folder above a new one was not synced");
  }

  const log = `${root}/index.sqlite-wal`;
  const rows = calls
    .slice(named, acknowledged)
    .filter((call) => WRITES.includes(call.name) && onFile(call, log));
  if (rows.length === 0) throw new Error("no row was written after the original was durable");
  const settled = lastIndex(
    calls,
    acknowledged,
    (call) => SYNCS.includes(call.name) && onFile(call, log),
  );
  if (settled < calls.indexOf(rows.at(-1) as Call))
    throw new Error("the rows were not synced before the acknowledgement");
}
