// `npm run shots`: the README's screenshots, made of a real CT series (or of the demonstration study when ../shared is not here).
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Server, Store, launch, openPage, realDicom, repository, untilQuality } from "./harness.ts";

const SIZE = { width: 1366, height: 768 };

async function main(): Promise<void> {
  const out = process.argv[2] ?? join(repository, "docs/shots");
  mkdirSync(out, { recursive: true });
  const real = realDicom();
  const store = new Store();
  if (real === null) store.run("demo");
  else
    for (const folder of ["ct-series", "pet-ct", "mr-multi", "us-cine", "modality"])
      store.import(join(real, folder));
  const server = new Server(store);
  await server.start();
  const browser = await launch();
  const listed = JSON.parse(store.run("list", "--json").stdout) as {
    studyInstanceUID: string;
    modalities: string[];
    instances: number;
  }[];
  const study =
    listed
      .filter(({ modalities }) => modalities.includes("CT"))
      .sort((a, b) => b.instances - a.instances)[0]?.studyInstanceUID ?? "";
  const manifest = (await (
    await fetch(`${server.origin}/api/studies/${study}/manifest`)
  ).json()) as { series: { seriesInstanceUID: string; modality: string; instances: unknown[] }[] };
  const series =
    manifest.series
      .filter(({ modality }) => modality === "CT")
      .sort((a, b) => b.instances.length - a.instances.length)[0]?.seriesInstanceUID ?? "";
  const list = await openPage(browser, `${server.origin}/`, SIZE);
  await list.page.waitForTimeout(1200);
  await list.page.screenshot({ path: join(out, "list-laptop.png") });
  const view = await openPage(browser, `${server.origin}/view/${study}#series=${series}`, SIZE);
  await untilQuality(view.page, "lossless");
  await view.page.waitForTimeout(2500);
  await view.page.screenshot({ path: join(out, "viewer-laptop.png") });
  await browser.close();
  await server.stop();
  store.dispose();
}

await main();
