// Called by run.mjs, which has built what this needs.
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { ConformanceBrowser } from "./browser_engine.ts";
import type { Engine } from "./engine.ts";
import { NativeEngine } from "./native_engine.ts";
import { table } from "./table.ts";

const [folder = "", out = "", mode = ""] = process.argv.slice(2);

async function main(): Promise<void> {
  const browser = mode === "native" ? null : await ConformanceBrowser.open();
  const engines: Engine[] = [];
  const count = Math.min(availableParallelism(), 4);
  while (engines.length < count)
    engines.push(browser === null ? new NativeEngine() : await browser.engine());
  let told = Date.now();
  const text = await table(folder, engines, (done, of) => {
    if (done < of && Date.now() - told < 10_000) return;
    told = Date.now();
    console.error(`${String(done)} of ${String(of)} files`);
  });
  await Promise.all(engines.map((engine) => engine.close()));
  await browser?.close();
  if (out === "") process.stdout.write(text);
  else writeFileSync(out, text);
  const linesWith = (status: string): number => text.split(`\t${status}\t`).length - 1;
  console.error(
    `${String(linesWith("ok"))} ok, ${String(linesWith("partial"))} partial, ${String(linesWith("refused"))} refused`,
  );
}
await main();
