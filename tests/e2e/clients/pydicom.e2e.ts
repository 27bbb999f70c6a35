// pydicom as a client, over every real file that the archive takes.
import { afterEach, expect, test } from "vitest";
import { Server, Store, realDicom } from "../harness.ts";
import { type RealFile, pydicom, roundsOf } from "./real_files.ts";

/** Where the two differ and why; each a class of files, not a file. */
const KNOWN: readonly [difference: RegExp, reason: string][] = [
  [/^FFFCFFFC: only in the file$/, "Data Set Trailing Padding is no attribute of the object"],
  [
    /^00080016: only in the answer$/,
    "the SOP Class UID stands in the file's meta information only",
  ],
  [/^00100010 PN\/PN: .*\\x1b/, "pydicom leaves escape sequences of ISO 2022 in the name"],
  [/^(00880200|07A310CE)\[0\]\.7FE00010 /, "a compressed icon comes without its item tags"],
  [/^ValueError: invalid literal/, "pydicom does not read a number that is none"],
  [/^ValueError: UID is not a transfer syntax/, "pydicom 2.3 is older than the transfer syntax"],
  [/^HTTPError: HTTP Error 404/, "pictures of a syntax that we do not read are not told apart"],
  [/^HTTPError: HTTP Error 406/, "compressed pictures of 1 bit are not made native"],
  [/^HTTPError: HTTP Error 500/, "the file ends before the value does"],
];

interface Comparison {
  path: string;
  status: number;
  sameBytes?: boolean;
  differing?: string[];
}
const real = realDicom();
let running: { store: Store; server: Server } | null = null;
afterEach(async () => {
  await running?.server.stop();
  running?.store.dispose();
});

async function compared(files: RealFile[]): Promise<Comparison[]> {
  const store = new Store();
  const server = new Server(store);
  running = { store, server };
  const { stdout, stderr } = store.run("import", ...files.map((file) => file.path));
  await server.start();
  const answers = await pydicom<Comparison[]>(["compare", server.origin], files);
  // What is not there is what the import refused, by name.
  for (const { path, status } of answers)
    expect(status, path).toBe((stdout + stderr).includes(`${path}:`) ? 404 : 200);
  await server.stop();
  store.dispose();
  return answers;
}

test.skipIf(!real)(
  "pydicom reads the same attributes and bytes over DICOMweb as in the files",
  async () => {
    const all: Comparison[] = [];
    for (const files of await roundsOf(real ?? "")) all.push(...(await compared(files)));
    const answers = all.filter(({ status }) => status === 200);
    expect(answers.filter(({ sameBytes }) => !sameBytes)).toEqual([]);
    const unknown = answers.flatMap(({ path, differing = [] }) =>
      differing
        .filter((each) => !KNOWN.some(([difference]) => difference.test(each)))
        .map((each) => `${path}: ${each}`),
    );
    expect(unknown).toEqual([]);
    expect(answers.length).toBeGreaterThan(850);
    expect(answers.filter(({ differing = [] }) => differing.length > 0).length).toBeLessThan(35);
  },
  300_000,
);
