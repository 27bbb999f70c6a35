// `npm run test:crash [-- --rounds N --seed N]`: rounds of kill -9 (kill_rounds.ts).
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { KillRounds } from "./kill_rounds.ts";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: "string", default: "500" }, seed: { type: "string" } },
  });
  const count = Number(values.rounds);
  const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : Number(values.seed);
  if (!(Number.isInteger(count) && count > 0 && Number.isInteger(seed) && seed > 0))
    throw new Error("npm run test:crash -- [--rounds N] [--seed N], whole numbers from 1");
  console.log(`seed ${String(seed)}`);
  const rounds = new KillRounds(seed);
  while (rounds.tally.rounds < count) {
    await rounds.round();
    if (rounds.tally.rounds % 25 === 0 || rounds.tally.rounds === count)
      console.log(JSON.stringify(rounds.tally));
  }
  console.log(await rounds.end());
  rounds.dispose();
}

await main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
