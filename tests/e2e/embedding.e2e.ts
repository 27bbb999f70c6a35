// An EHR's page embeds the viewer in a frame and drives it by postMessage; a page that is not on the list cannot.
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Server, Store, launch } from "./harness.ts";
import { writeCtSeries } from "./phantoms/phantoms.mjs";

const store = new Store();
const dicom = mkdtempSync(join(tmpdir(), "sightline-embed-"));
const ct = writeCtSeries(dicom, { slices: 8, size: 128, study: 41 });
let browser: Browser, ehr: HttpServer, stranger: HttpServer, server: Server;

function host(): Promise<HttpServer> {
  const http = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end(
      `<!doctype html><title>EHR</title><iframe id="viewer" width="800" height="600" src="${server.origin}/view/${ct.study}"></iframe>`,
    );
  });
  return new Promise((ready) =>
    http.listen(0, "127.0.0.1", () => {
      ready(http);
    }),
  );
}
const originOf = (http: HttpServer) =>
  `http://127.0.0.1:${String((http.address() as AddressInfo).port)}`;

beforeAll(async () => {
  store.import(dicom);
  const reserved = createServer();
  await new Promise<void>((ready) =>
    reserved.listen(0, "127.0.0.1", () => {
      ready();
    }),
  );
  const allowed = originOf(reserved),
    port = (reserved.address() as AddressInfo).port;
  await new Promise((closed) => reserved.close(closed));
  server = new Server(store, ["--allow-origin", allowed]);
  await server.start();
  browser = await launch();
  ehr = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end(
      `<!doctype html><title>EHR</title><iframe id="viewer" width="800" height="600" src="${server.origin}/view/${ct.study}"></iframe>`,
    );
  });
  await new Promise<void>((ready) =>
    ehr.listen(port, "127.0.0.1", () => {
      ready();
    }),
  );
  stranger = await host();
}, 120_000);
afterAll(async () => {
  await browser.close();
  ehr.close();
  stranger.close();
  await server.stop();
  store.dispose();
  rmSync(dicom, { recursive: true, force: true });
});

test("the allowed page opens, sets, waits and reads by postMessage", async () => {
  const page = await browser.newPage();
  await page.goto(originOf(ehr));
  const answer = await page.evaluate(
    async ({ viewer, study }) => {
      const frame = document.querySelector<HTMLIFrameElement>("#viewer");
      const call = (verb: string, ...args: unknown[]) =>
        new Promise<unknown>((resolve, reject) => {
          const id = Math.random().toString(36);
          const again = setInterval(
            () => frame?.contentWindow?.postMessage({ sightline: 1, id, verb, args }, viewer),
            250,
          );
          addEventListener(
            "message",
            function listen({
              data,
              origin,
            }: MessageEvent<{
              sightline?: number;
              id?: string;
              result?: unknown;
              error?: { code: string };
            }>) {
              if (origin !== viewer || data.sightline !== 1 || data.id !== id) return;
              clearInterval(again);
              removeEventListener("message", listen);
              if (data.error) reject(new Error(data.error.code));
              else resolve(data.result);
            },
          );
        });
      await call("open", { study });
      await call("set", { windowCenter: 100, windowWidth: 50 });
      const quality = await call("whenQuality", "lossless");
      const state = (await call("state")) as { windowCenter: number };
      return { quality, center: state.windowCenter };
    },
    { viewer: server.origin, study: ct.study },
  );
  expect(answer).toEqual({ quality: "lossless", center: 100 });
}, 60_000);

test("a page that is not on the list cannot even frame it", async () => {
  const page = await browser.newPage();
  await page.goto(originOf(stranger));
  await page.waitForTimeout(1500);
  const inner = page.frames().find((frame) => frame.url().startsWith(server.origin));
  expect(await (inner ?? page.mainFrame()).evaluate(() => "sightline" in window)).toBe(false);
});
