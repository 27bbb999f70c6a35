// Budgets that are counts: what the browser fetches before the first picture, and what it weighs.
import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "./harness.ts";
import { Stand } from "./stand.ts";
import { writeCtSeries } from "./phantoms/phantoms.mjs";

const stand = new Stand();
const { server, folder: dicom } = stand;
const ct = writeCtSeries(dicom, { slices: 40, size: 512, study: 11 });

interface Transfer {
  url: string;
  encodedBytes: number;
}

/** Opens the study cold and returns what was transferred until the first `presented` event. */
async function untilFirstPicture(): Promise<{ transfers: Transfer[]; sockets: number }> {
  const context = await stand.browser.newContext({ viewport: { width: 1366, height: 768 } });
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  const transfers: Transfer[] = [];
  const urls = new Map<string, string>();
  let sockets = 0,
    open = true;
  client.on("Network.requestWillBeSent", ({ requestId, request }) => {
    if (open && !request.url.startsWith("data:") && !request.url.startsWith("blob:"))
      urls.set(requestId, request.url);
  });
  client.on("Network.webSocketCreated", () => {
    if (open) ++sockets;
  });
  client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const url = urls.get(requestId);
    if (open && url !== undefined)
      transfers.push({ url: new URL(url).pathname, encodedBytes: encodedDataLength });
  });
  await client.send("Network.enable");
  let presented: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    presented = resolve;
  });
  await page.exposeFunction("firstPresented", () => {
    open = false;
    presented();
  });
  await page.addInitScript(() => {
    const timer = setInterval(() => {
      const viewport = (globalThis as unknown as Partial<Window>).sightline?.viewports()[0];
      if (!viewport) return;
      clearInterval(timer);
      const tell = () => {
        void (window as unknown as { firstPresented: () => void }).firstPresented();
      };
      if (viewport.state.quality !== "none") tell();
      else viewport.addEventListener("presented", tell);
    }, 1);
  });
  await page.goto(`${server.origin}/view/${ct.study}`);
  await first;
  await context.close();
  return { transfers, sockets };
}

test("the first picture needs at most four requests, and at most 250 KB", async () => {
  const { transfers, sockets } = await untilFirstPicture();
  const bytes = transfers.reduce((sum, { encodedBytes }) => sum + encodedBytes, 0);
  console.log(
    `first picture: ${String(transfers.length)} requests, ${String(sockets)} sockets, ${String(bytes)} bytes`,
    transfers,
  );
  expect(transfers.some(({ url }) => url.endsWith(".js"))).toBe(true);
  expect(transfers.length + sockets).toBeLessThanOrEqual(4);
  expect(bytes).toBeLessThanOrEqual(250_000);
}, 60_000);

test("the workers' script is the page's: it is fetched once", async () => {
  const fetched: string[] = [];
  const proxy = createServer((asked, answer) => {
    fetched.push(asked.url ?? "");
    const { headers, method } = asked;
    const onward = request(server.origin + (asked.url ?? ""), { headers, method }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as AddressInfo;
  const context = await stand.browser.newContext();
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${String(port)}/view/${ct.study}`);
  await page.waitForFunction(() => {
    const viewport = (globalThis as unknown as Partial<Window>).sightline?.viewports()[0];
    return viewport?.state.quality === "lossless";
  });
  expect(page.workers().length).toBeGreaterThan(0);
  await context.close();
  proxy.close();
  const scripts = fetched.filter((url) => url.endsWith(".js"));
  expect(scripts.length).toBeGreaterThan(0);
  expect(new Set(scripts).size).toBe(scripts.length);
}, 60_000);

test("the files of the first-image path weigh at most 250 KB compressed", () => {
  const { files } = JSON.parse(
    readFileSync(join(repository, "build/web/first_image_path.json"), "utf8"),
  ) as { files: { path: string; br: number }[] };
  const total = files.reduce((sum, { br }) => sum + br, 0);
  console.log("first-image path (brotli):", files, total);
  expect(files.length).toBeGreaterThanOrEqual(3);
  expect(total).toBeLessThanOrEqual(250_000);
});

test("with the shell cached, a 512 x 512 CT shows for at most 25 KB of page", async () => {
  const response = await fetch(`${server.origin}/view/${ct.study}`, {
    headers: { "accept-encoding": "gzip" },
  });
  const encoded = Number(response.headers.get("content-length"));
  await response.arrayBuffer();
  console.log(`study page: ${String(encoded)} bytes`);
  expect(response.headers.get("content-encoding")).toBe("gzip");
  expect(encoded).toBeLessThanOrEqual(25_000);
});

test("the tiles of a frame add up to one lossless stream, byte for byte", async () => {
  const manifest = (await (
    await fetch(`${server.origin}/api/studies/${ct.study}/manifest`)
  ).json()) as {
    series: {
      common: Record<string, unknown>;
      instances: { hash: string; streams: { ends: number[][] } }[];
    }[];
  };
  const instance = manifest.series[0]?.instances[5];
  const ends = instance?.streams.ends[0] ?? [];
  const url = `${server.origin}/tiles/${instance?.hash ?? ""}/1`;
  const whole = Buffer.from(await (await fetch(url)).arrayBuffer());
  expect(whole.length).toBe(ends.at(-1));
  const parts: Buffer[] = [];
  for (const [level, end] of ends.entries()) {
    const response = await fetch(url, {
      headers: { range: `bytes=${String(level ? ends[level - 1] : 0)}-${String(end - 1)}` },
    });
    expect(response.status).toBe(206);
    parts.push(Buffer.from(await response.arrayBuffer()));
  }
  expect(Buffer.concat(parts).equals(whole)).toBe(true);
});
