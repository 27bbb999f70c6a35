// `npm run bench:decode [-- --quick] [--rounds N] [--codec NAME]`: our WASM modules and the codecs of npm decode the same frames
// in one thread of one process, in turn; each counts by its quickest round in CPU time, copies in and out included. Prints a
// table of ratios, checks that all give the same values, and how far a frame makes the heap grow. docs/decode_speed.md
import { parseArgs } from "node:util";
import { cmake, explain } from "../../server/build.mjs";
import { enginesOf } from "./decode/engines.mjs";
import { makeFrames } from "./decode/frames.mjs";

/** In decoded frames. */
const MOST_GROWTH = 3;
const WARM_MS = 700; // V8 compiles what is called often a second time, and better
const LEAST_MS = 5; // a round: as many decodes as take this long, so that the clock's grain does not count

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function decodeFor(engine, frame, times) {
  const begin = cpuMs();
  for (let i = 0; i < times; ++i) engine.decode(frame);
  return (cpuMs() - begin) / times;
}

/** The quickest of `rounds` for each engine, in turn. */
function measure(engines, frame, rounds) {
  const best = engines.map(() => Infinity);
  const times = engines.map((engine) => {
    for (const begin = Date.now(); Date.now() - begin < WARM_MS;) engine.decode(frame);
    return Math.max(1, Math.ceil(LEAST_MS / Math.max(0.05, decodeFor(engine, frame, 1))));
  });
  for (let round = 0; round < rounds; ++round)
    engines.forEach((engine, i) => {
      best[i] = Math.min(best[i], decodeFor(engine, frame, times[i]));
    });
  return best;
}

function isSame(a, b) {
  return Buffer.from(a).equals(Buffer.from(b));
}

/** How far the first decoding makes a new instance's heap grow, in sizes of the decoded frame; the input's copy counts. */
async function growth(codec, frame, index) {
  const engine = (await enginesOf(codec))[index];
  const before = engine.memory();
  const size = engine.decode(frame).byteLength;
  return (engine.memory() - before) / size;
}

/** Every engine gives the same, and the picture's values where the coding keeps them. Lossy JPEG: only ours is looked at by the tests. */
function check(engines, frame, problems) {
  const values = engines.map((engine) => engine.decode(frame));
  const { buffer, byteOffset, byteLength } = frame.picture.values;
  const expected = frame.isExact ? buffer.slice(byteOffset, byteOffset + byteLength) : values[0];
  const different = engines.filter((_, i) => !isSame(values[i], expected)).map(({ name }) => name);
  if (different.length === 0) return "equal";
  if (frame.isExact)
    problems.push(`${frame.codec} ${frame.name}: other values from ${different.join(", ")}`);
  return `not: ${different.join(", ")}`;
}

async function main() {
  const { values: options } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      rounds: { type: "string", default: "9" },
      codec: { type: "string" },
    },
  });
  await cmake("wasm", ["viewer", "dicom"]);
  await cmake("wasm-plain", ["viewer"]);
  const problems = [];
  console.log(
    "| codec | frame | encoded, MB | engine | ms | ours is faster by | heap growth | values |",
  );
  console.log("|---|---|---|---|---|---|---|---|");
  for (const frame of makeFrames(options.quick)) {
    if (options.codec !== undefined && frame.codec !== options.codec) continue;
    const engines = await enginesOf(frame.codec);
    const same = check(engines, frame, problems);
    const best = measure(engines, frame, Number(options.rounds));
    for (const [i, engine] of engines.entries()) {
      const grown = await growth(frame.codec, frame, i);
      if (
        engine.name === "ours" &&
        frame.picture.values.byteLength > 4 << 20 &&
        grown > MOST_GROWTH
      )
        problems.push(`${frame.codec} ${frame.name}: the heap grows by ${grown.toFixed(1)} frames`);
      console.log(
        `| ${frame.codec} | ${frame.name} | ${(frame.bytes.length / 1e6).toFixed(2)} | ${engine.name} | ${best[i].toFixed(2)} | ${(best[i] / best[0]).toFixed(2)} × | ${grown.toFixed(2)} | ${i === 0 ? same : ""} |`,
      );
    }
  }
  for (const problem of problems) console.error(problem);
  process.exit(problems.length ? 1 : 0);
}
await main().catch(explain);
