// `npm start [-- DIR… --store DIR --port N --host ADDRESS …]`: sets up, builds, imports the DIRs and serves.
import { spawn, spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { build, explain, root } from "./build.mjs";

const usage = `npm start                        open the local store (an empty one gets the demonstration study)
npm start -- PATH…               import the DICOM under PATH first (folders, files, ZIP files)
npm start -- --store DIR         keep everything under DIR   (default: ~/.local/share/sightline)
npm start -- --port N            listen on port N            (default: 8080)
npm start -- --host ADDRESS      listen on ADDRESS           (default: 127.0.0.1; others need TLS and a user)
All other flags go to \`sightline serve\` (see: build/native/server/sightline serve --help).`;

/** Splits the command line into folders to import, flags of the store, and flags of serve. */
function parse(args) {
  const from = process.env.INIT_CWD ?? process.cwd();
  const folders = [],
    store = [],
    serve = [];
  for (let i = 0; i < args.length; ++i) {
    const [flag, inline] = args[i].split(/=(.*)/s);
    if (flag === "--help" || flag === "-h") return { help: true };
    if (!flag.startsWith("-")) {
      folders.push(resolve(from, args[i]));
      continue;
    }
    const value = inline ?? args[++i];
    if (value === undefined) throw new Error(`${flag} needs a value\n\n${usage}`);
    if (flag === "--store") store.push("--store", resolve(from, value));
    else if (flag === "--config") store.push("--config", resolve(from, value));
    else serve.push(flag, value);
  }
  return { folders, store, serve };
}

async function wantsDemo() {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return true;
  const line = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await line.question("The store is empty. Make the demonstration study? [Y/n] ");
  line.close();
  return !/^n/i.test(answer.trim());
}

async function main() {
  const { help, folders, store, serve } = parse(process.argv.slice(2));
  if (help) return console.log(usage);
  await build("start");
  const sightline = join(root, "build/native/server/sightline");
  const inStore = (command, ...args) =>
    spawnSync(sightline, [command, ...store, ...args], { stdio: "inherit" }).status ?? 1;
  // What the server would refuse is said before anything is imported or made.
  const assets = ["--assets", join(root, "build/web")];
  const refused = inStore("serve", "--check", ...assets, ...serve);
  if (refused !== 0) process.exit(refused);
  for (const folder of folders) inStore("import", folder);
  const list = spawnSync(sightline, ["list", "--json", ...store], { encoding: "utf8" });
  if (
    folders.length === 0 &&
    list.status === 0 &&
    JSON.parse(list.stdout).length === 0 &&
    (await wantsDemo())
  )
    inStore("demo");
  const child = spawn(sightline, ["serve", ...store, ...assets, ...serve], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("close", (code) => process.exit(code ?? 0));
}

await main().catch(explain);
