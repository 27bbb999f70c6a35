// `npm run bench:slow [-- SECONDS]`: how long a new client waits while 1,000 slow ones hold the server. Each mode is run by
// connections of our own, which come back when they are closed, and by slowhttptest where it is installed.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, root } from "../../server/build.mjs";

const SLOW = 1000;
const PROBE_EVERY_MS = 25;
const seconds = Number(process.argv[2] ?? 10);
const program = join(root, "build/native/server/sightline");

const HOST = "Host: localhost\r\n";
const POST = `POST /dicom-web/studies HTTP/1.1\r\n${HOST}Content-Type: multipart/related; type="application/dicom"; boundary=b\r\n`;
/** What a slow connection says first, and again every second. */
const MODES = {
  silent: { first: "", again: "" },
  head: { first: `GET / HTTP/1.1\r\n${HOST}`, again: "X-a: b\r\n" },
  body: { first: `${POST}Content-Length: 100000\r\n\r\n`, again: "x" },
  chunks: { first: `${POST}Transfer-Encoding: chunked\r\n\r\n`, again: "1\r\nx\r\n" },
  read: { first: "", again: "", isDeaf: true },
  range: {
    first: `GET / HTTP/1.1\r\n${HOST}Range: bytes=0-${",1-".repeat(500)}\r\n\r\n`,
    again: "",
  },
};
const TOOL_MODES = {
  "slowhttptest -H": ["-H"],
  "slowhttptest -B": ["-B"],
  "slowhttptest -R": ["-R"],
  "slowhttptest -X": ["-X"],
};

/** Some megabytes of an answer that nobody reads: more than the kernel keeps for us. */
function askForMuch() {
  const engine = readdirSync(join(root, "build/web/assets")).find((name) =>
    /^dicom-.*\.wasm$/.test(name),
  );
  return `GET /assets/${engine} HTTP/1.1\r\n${HOST}\r\n`.repeat(20);
}

/** Keeps `SLOW` connections of one mode until stopped. */
function attack(port, { first, again, isDeaf }) {
  const said = isDeaf ? askForMuch() : first;
  const sockets = new Set();
  let isOver = false;
  const open = () => {
    const socket = connect(port, "127.0.0.1", () => socket.write(said));
    sockets.add(socket);
    if (isDeaf) socket.pause();
    else socket.resume();
    socket.on("error", () => undefined);
    socket.on("close", () => {
      sockets.delete(socket);
      if (!isOver) setTimeout(open, 200);
    });
  };
  for (let i = 0; i < SLOW; ++i) setTimeout(open, i);
  const timer = setInterval(() => {
    if (again !== "") for (const socket of sockets) socket.write(again);
  }, 1000);
  return {
    size: () => sockets.size,
    stop() {
      isOver = true;
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
    },
  };
}
function toolAttack(port, flags) {
  const url = `http://127.0.0.1:${port}/`;
  const child = spawn(
    "slowhttptest",
    [
      ...flags,
      "-c",
      `${SLOW}`,
      "-r",
      "500",
      "-i",
      "5",
      "-l",
      `${seconds + 5}`,
      "-u",
      url,
      "-p",
      "3",
    ],
    { stdio: "ignore" },
  );
  return { size: () => SLOW, stop: () => child.kill("SIGKILL") };
}

/** Milliseconds from a new connection to the end of its answer; Infinity without one. */
function probe(port) {
  return new Promise((resolve) => {
    const began = performance.now();
    let answer = "";
    const socket = connect(port, "127.0.0.1", () =>
      socket.write(`GET /api/status HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`),
    );
    socket.on("data", (chunk) => (answer += chunk));
    socket.on("error", () => undefined);
    socket.on("close", () =>
      resolve(answer.startsWith("HTTP/1.1 200") ? performance.now() - began : Infinity),
    );
  });
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const residentMb = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

async function measure(name, server, start) {
  const before = residentMb(server.pid);
  const attackers = start();
  await sleep(2500);
  const waits = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
    waits.push(await probe(server.port));
    await sleep(PROBE_EVERY_MS);
  }
  const held = attackers.size();
  const grown = residentMb(server.pid) - before;
  attackers.stop();
  await sleep(1500);
  waits.sort((a, b) => a - b);
  const at = (share) =>
    waits[Math.min(waits.length - 1, Math.floor(waits.length * share))].toFixed(1);
  console.log(
    [
      name.padEnd(16),
      String(held).padStart(5),
      String(waits.length).padStart(6),
      at(0.5).padStart(8),
      at(0.99).padStart(8),
      at(1).padStart(8),
      `${grown >= 0 ? "+" : ""}${grown.toFixed(1)}`.padStart(8),
    ].join(" "),
  );
}

function startServer(folder) {
  spawnSync(program, ["demo", "--store", folder], { stdio: "ignore" });
  const child = spawn(
    program,
    [
      "serve",
      "--store",
      folder,
      "--port",
      "0",
      "--assets",
      join(root, "build/web"),
      "--log-level",
      "error",
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  return new Promise((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      const port = /:(\d+)\//.exec(chunk.toString())?.[1];
      if (port) resolve({ port: Number(port), pid: child.pid, stop: () => child.kill("SIGKILL") });
    });
    child.on("exit", () => reject(new Error("the server did not start")));
  });
}

async function main() {
  await build("start");
  const folder = mkdtempSync(join(tmpdir(), "sightline-slow-"));
  const server = await startServer(folder);
  console.log("mode              held  probes   p50 ms   p99 ms   max ms   RSS MB");
  try {
    await measure("none", server, () => ({ size: () => 0, stop: () => undefined }));
    for (const [name, mode] of Object.entries(MODES))
      await measure(name, server, () => attack(server.port, mode));
    if (spawnSync("slowhttptest", ["-h"]).error)
      return console.log("slowhttptest is not installed: its modes were left out");
    for (const [name, flags] of Object.entries(TOOL_MODES))
      await measure(name, server, () => toolAttack(server.port, flags));
  } finally {
    server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
