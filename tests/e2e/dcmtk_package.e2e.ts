// @sightline/dcmtk as others get it: packed, installed into a blank project, used in Node, checked by TypeScript, built by Vite
// and opened in Chromium, in the page and in a worker.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, realDicom, repository } from "./harness.ts";
import { StaticHost } from "./static_host.ts";

const real = realDicom();
const project = mkdtempSync(join(tmpdir(), "sightline-blank-"));
const packageFolder = join(repository, "build/dcmtk-package");
const samples: Readonly<Record<string, string>> = {
  "ct.dcm": "transfer-syntax/one-ct-17-syntaxes/CTImage.dcm",
  "enhanced.dcm":
    "mr-4d/enhanced-xa30/0001_1.3.12.2.1107.5.2.43.67093.2022071112090640678703211.dcm",
  "jxl.dcm": "transfer-syntax/jpeg-xl/will-jxl.dcm",
};

/** The README's examples by the name in their first line. */
function examples(): Map<string, string> {
  const text = readFileSync(join(packageFolder, "README.md"), "utf8");
  const found = new Map<string, string>();
  for (const [, name = "", code = ""] of text.matchAll(/```js\n\/\/ (\S+)\n(.*?)```/gs))
    found.set(name, code);
  return found;
}

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, {
    cwd: project,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}
const tool = (name: string): string => join(repository, "node_modules/.bin", name);

/** What each example prints, in part: of the values that `dcmdump` shows of the samples. */
const printed: Readonly<Record<string, RegExp>> = {
  "read.mjs": /^1\.2\.840\.10008\.1\.2\.1\n\{ vr: 'US', Value: \[ \d+ \]/,
  "naturalize.mjs": /^Doe\^Jane\n$/,
  "ranges.mjs": /^\[ 'MR' \] false\n\d+\n$/,
  "source.mjs": /^33\n33 \d+ \d+ \d{6}\n$/,
  "write.mjs": /^\d{3}\n$/,
  "frames.mjs": /^\d+ 2\n\d+ \d+ MONOCHROME2 Uint16Array\n$/,
  "transcode.mjs": /^\d{6} \d{6} 11\n$/,
  "json.mjs": /BulkDataURI: 'bulk\/7FE00010'/,
  "validate.mjs": /path: '00080020'/,
  "errors.mjs": /^not_dicom\n$/,
};

beforeAll(() => {
  const packed = execFileSync("npm", ["pack", packageFolder, "--pack-destination", project], {
    encoding: "utf8",
  }).trim();
  writeFileSync(
    join(project, "package.json"),
    '{ "name": "blank", "type": "module", "private": true }',
  );
  run("npm", [
    "install",
    "--offline",
    "--no-audit",
    "--no-fund",
    `./${packed.split("\n").at(-1) ?? ""}`,
  ]);
  symlinkSync(join(repository, "node_modules/dcmjs"), join(project, "node_modules/dcmjs"));
  for (const [name, path] of Object.entries(samples))
    if (real !== null) copyFileSync(join(real, path), join(project, name));
  for (const [name, code] of examples()) writeFileSync(join(project, name), code);
}, 120_000);
afterAll(() => {
  rmSync(project, { recursive: true, force: true });
});

test("the package holds what it says, and no source of others", () => {
  const installed = readdirSync(join(project, "node_modules/@sightline/dcmtk")).sort();
  expect(installed).toEqual(
    [
      "LICENSE",
      "NOTICE",
      "README.md",
      "dcmtk.wasm",
      "dcmtk_jxl.wasm",
      "index.js",
      "index.node.js",
      "package.json",
      "types",
    ].sort(),
  );
  const notice = readFileSync(join(packageFolder, "NOTICE"), "utf8");
  for (const work of [
    "OFFIS e.V.",
    "Independent JPEG Group",
    "Universite catholique de Louvain",
    "Jean-loup Gailly",
    "the JPEG XL Project Authors",
    "musl",
  ])
    expect(notice).toContain(work);
});

describe.skipIf(real === null)("the README's examples", () => {
  test("are those that are run here", () => {
    expect([...examples().keys()].filter((name) => name.endsWith(".mjs")).sort()).toEqual(
      Object.keys(printed).sort(),
    );
  });
  test.each(Object.keys(printed))("%s prints what it should", (name) => {
    expect(run("node", [name])).toMatch(printed[name]!);
  });
  test("write.mjs writes what dcmdump reads", () => {
    const text = execFileSync("dcmdump", ["+U8", "+P", "0010,0010", join(project, "changed.dcm")], {
      encoding: "utf8",
    });
    expect(text).toContain("Yamada^Tarou=山田^太郎");
  });
});

/** A host that answers Range, and tells how many bytes it gave. */
const rangeHost = `
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { openUrl } from "./http_source.js";
const file = readFileSync("enhanced.dcm");
let sent = 0;
const host = createServer((request, response) => {
  const [, from, to] = /^bytes=(\\d+)-(\\d+)$/.exec(request.headers.range ?? "") ?? [];
  if (request.method === "HEAD") return response.writeHead(200, { "content-length": file.length }).end();
  const part = file.subarray(Number(from), Number(to) + 1);
  sent += part.length;
  response.writeHead(206, { "content-range": \`bytes \${from}-\${to}/\${file.length}\` }).end(part);
});
host.listen(0, "127.0.0.1", async () => {
  const object = await openUrl(\`http://127.0.0.1:\${host.address().port}/\`);
  const frame = await object.decodeFrame(33);
  console.log(frame.values.length === frame.rows * frame.columns, sent < file.length);
  host.closeAllConnections();
  host.close();
});
`;

test.skipIf(real === null)("http_source.js reads a frame from a server that answers Range", () => {
  writeFileSync(join(project, "range_host.mjs"), rangeHost);
  expect(run("node", ["range_host.mjs"])).toBe("true true\n");
});

test("TypeScript knows the types", () => {
  writeFileSync(
    join(project, "types.ts"),
    `import { DicomDict, DicomError, DicomMessage, DicomSource, loadJpegXl } from "@sightline/dcmtk";
     import type { DecodedFrame, FrameRange, RangeReader } from "@sightline/dcmtk";
     const reader: RangeReader = { size: 0, read: (offset, length) => Promise.resolve(new Uint8Array(length + offset)) };
     export async function first(file: Blob): Promise<FrameRange | undefined> {
       await loadJpegXl();
       const source: DicomSource = await DicomMessage.readSource(Math.random() < 2 ? file : reader);
       return (await source.listFrames())[0];
     }
     const object: DicomDict = DicomMessage.readFile(new ArrayBuffer(0), { untilTag: "7FE00010" });
     const frame: DecodedFrame = object.decodeFrame(1);
     export const rows: number = frame.rows;
     export const code: string = new DicomError("corrupt", "").code;
     // @ts-expect-error: a frame's number is no text
     object.decodeFrame("1");`,
  );
  run(tool("tsc"), [...strict, "--module", "NodeNext", "types.ts"]);
});
/** The declarations of packages are checked too: `skipLibCheck` is off. */
const strict = ["--noEmit", "--strict", "--skipLibCheck", "false", "--target", "es2022"];

test.each([
  ["node16", "node16"],
  ["esnext", "bundler"],
])("the README's examples are sound for TypeScript: %s, %s", (module, moduleResolution) => {
  const form = [...strict, "--module", module, "--moduleResolution", moduleResolution];
  const types = ["--typeRoots", join(repository, "node_modules/@types"), "--types", "node"];
  const inJs = ["--allowJs", "--checkJs", "--noImplicitAny", "false"];
  // worker.js wants another library than the others
  const names = [...examples().keys()].filter((name) => name !== "worker.js");
  run(tool("tsc"), [...form, ...types, ...inJs, ...names]);
});
test("the types want no library of browsers", () => {
  writeFileSync(
    join(project, "plain.ts"),
    'import { DicomMessage } from "@sightline/dcmtk";\nexport const read = DicomMessage.readFile;\n',
  );
  run(tool("tsc"), [...strict, "--module", "NodeNext", "--lib", "es2022", "plain.ts"]);
});

/** SHA-256 that other decoders give of a sample's first frame. */
function expectedOf(name: string): string | undefined {
  return readFileSync(join(real ?? "", "EXPECT.tsv"), "utf8")
    .split("\n")
    .find((line) => line.startsWith(`${samples[name] ?? ""}\t`))
    ?.split("\t")[5];
}

interface Described {
  frames: number;
  sha256: string;
}
/** What main.js gives the page. */
interface PageGlobals {
  ofFile: (name: string) => Promise<{ frames: number; values: Uint8Array<ArrayBuffer> }>;
  jpegXl: () => Promise<{ rows: number }>;
}

describe.skipIf(real === null)("a page that Vite builds", () => {
  let browser: Browser;
  let host: StaticHost;
  beforeAll(async () => {
    mkdirSync(join(project, "public"), { recursive: true });
    for (const name of ["ct.dcm", "jxl.dcm"])
      copyFileSync(join(project, name), join(project, "public", name));
    writeFileSync(
      join(project, "index.html"),
      '<!doctype html><title>blank</title><script type="module" src="main.js"></script>',
    );
    writeFileSync(
      join(project, "main.js"),
      `import { DicomMessage } from "@sightline/dcmtk";
       import { firstFrame } from "./jpeg_xl.js";
       import { describe } from "./page.js";
       globalThis.described = describe("ct.dcm");
       const load = async (name) => (await fetch(name)).arrayBuffer();
       globalThis.jpegXl = async () => firstFrame(await load("jxl.dcm"));
       globalThis.ofFile = async (name) => {
         const object = await DicomMessage.readSource(new File([await load(name)], name));
         const ranges = await object.listFrames();
         return { frames: ranges.length, ...(await object.decodeFrame(ranges.length)) };
       };
       globalThis.worked = new Promise((resolve, reject) => {
         const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
         worker.onerror = (event) => reject(new Error(event.message));
         worker.onmessage = async ({ data }) => {
           if (data !== "ready") return resolve(data);
           const file = await (await fetch("ct.dcm")).arrayBuffer();
           worker.postMessage(file, [file]);
         };
       });`,
    );
    run(tool("vite"), ["build", "--base", "./", "--logLevel", "warn"]);
    host = new StaticHost(join(project, "dist"), "/", true);
    [browser] = await Promise.all([launch(), host.start()]);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    host.stop();
  });

  test("reads and decodes in the page and in a worker, and the values are those of other decoders", async () => {
    const page = await browser.newPage();
    await page.goto(host.url);
    // the module's top level waits for its WebAssembly, and the page's load event does not wait for that
    await page.waitForFunction(() => "described" in globalThis);
    const described = await page.evaluate(
      () => (globalThis as unknown as { described: Promise<string> }).described,
    );
    expect(described).toBe("512 x 512");
    const values = await page.evaluate(async () => {
      const { worked } = globalThis as unknown as { worked: Promise<{ values: Int16Array }> };
      const { values: samples } = await worked;
      return [...new Uint8Array(samples.buffer)];
    });
    expect(createHash("sha256").update(Uint8Array.from(values)).digest("hex")).toBe(
      expectedOf("ct.dcm"),
    );
    await page.close();
  });

  test("a file is read by ranges, and the decoder of JPEG XL is fetched when a frame wants it", async () => {
    const page = await browser.newPage();
    const fetched: string[] = [];
    page.on("request", (request) => fetched.push(request.url()));
    await page.goto(host.url);
    await page.waitForFunction(() => "ofFile" in globalThis);
    const ofFile = (name: string): Promise<Described> =>
      page.evaluate(async (file) => {
        const { ofFile: read } = globalThis as unknown as PageGlobals;
        const { frames, values } = await read(file);
        const digest = await crypto.subtle.digest("SHA-256", values.buffer);
        const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0"));
        return { frames, sha256: hex.join("") };
      }, name);
    expect(await ofFile("ct.dcm")).toEqual({ frames: 1, sha256: expectedOf("ct.dcm") });
    expect(fetched.filter((url) => url.includes("jxl") && url.endsWith(".wasm"))).toEqual([]);
    const rows = await page.evaluate(async () => {
      const { jpegXl } = globalThis as unknown as PageGlobals;
      return (await jpegXl()).rows;
    });
    expect(rows).toBeGreaterThan(0);
    expect((await ofFile("jxl.dcm")).frames).toBeGreaterThan(1);
    expect(fetched.filter((url) => url.includes("jxl") && url.endsWith(".wasm"))).toHaveLength(1);
    await page.close();
  });
});
