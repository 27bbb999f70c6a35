// Validators of DICOMweb: what a client has is not sent again, and what has changed is. Source: RFC 9110 8.8.3, 13; RFC 9111.
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Server, Store, launch } from "./harness.ts";
import { writeCtSeries } from "./phantoms/phantoms.mjs";

const store = new Store();
const server = new Server(store);
const dicom = mkdtempSync(join(tmpdir(), "sightline-conditional-"));
const ct = writeCtSeries(dicom, { slices: 3, size: 32, study: 71, patient: "Tag^Tessa" });
const files = readdirSync(dicom, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();
let authorization = "";
let study = "";
let series = "";
let instance = "";
let browser: Browser;

beforeAll(async () => {
  store.import(...files.slice(0, 2)); // the third comes later
  const { stdout, stderr, status } = store.run("token", "add", "client");
  const token = /^\S{20,}$/m.exec(stdout)?.[0];
  if (token === undefined) throw new Error(`no token (${String(status)}): ${stderr}`);
  authorization = `Bearer ${token}`;
  store.addUser("anna", "correct horse battery");
  await server.start();
  browser = await launch();
  study = `/dicom-web/studies/${ct.study}`;
  const found = (await (await get(`${study}/instances`)).json()) as Record<
    string,
    { Value?: string[] }
  >[];
  const uid = (tag: string) => found[0]?.[tag]?.Value?.[0] ?? "";
  series = `${study}/series/${uid("0020000E")}`;
  instance = `${series}/instances/${uid("00080018")}`;
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  store.dispose();
  rmSync(dicom, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  fetch(server.origin + path, { method, headers: { authorization, ...headers } });
async function digest(response: Response): Promise<string> {
  return createHash("sha256")
    .update(Buffer.from(await response.arrayBuffer()))
    .digest("hex");
}
const tagOf = (response: Response) => response.headers.get("etag") ?? "";

const ANY = "multipart/related; type=application/octet-stream; transfer-syntax=*";
const HTJ2K = "transfer-syntax=1.2.840.10008.1.2.4.202";
/** Each with the Accept headers under which its bytes differ. */
const RESOURCES: [name: string, path: () => string, accepts: string[]][] = [
  [
    "a study's objects",
    () => study,
    ["*/*", `multipart/related; type="application/dicom"; ${HTJ2K}`],
  ],
  ["a series' objects", () => series, ["*/*"]],
  [
    "an object",
    () => instance,
    ["*/*", "application/dicom; transfer-syntax=*", `application/dicom; ${HTJ2K}`],
  ],
  [
    "a frame",
    () => `${instance}/frames/1`,
    [ANY, "application/octet-stream", `image/jphc; ${HTJ2K}`],
  ],
  [
    "a value",
    () => `${instance}/bulkdata/7FE00010`,
    ["application/octet-stream", "multipart/related; type=application/octet-stream"],
  ],
  [
    "a study's metadata",
    () => `${study}/metadata`,
    ["application/dicom+json", 'multipart/related; type="application/dicom+xml"'],
  ],
  ["an object's metadata", () => `${instance}/metadata`, ["application/dicom+json"]],
  [
    "a picture",
    () => `${instance}/rendered?window=40,400,linear`,
    ["image/jpeg", "image/png", "image/gif"],
  ],
  [
    "pictures",
    () => `${series}/rendered`,
    ["multipart/related; type=image/png", "multipart/related; type=image/jpeg"],
  ],
  ["an object's thumbnail", () => `${instance}/thumbnail`, ["image/png", "image/jpeg"]],
  ["a study's thumbnail", () => `${study}/thumbnail`, ["image/png"]],
  [
    "a search",
    () => "/dicom-web/studies?PatientName=Tag*",
    ["application/dicom+json", 'multipart/related; type="application/dicom+xml"'],
  ],
];

test.each(RESOURCES)("%s has a tag, and is not sent to who has it", async (name, path, accepts) => {
  const isPicture = /picture|thumbnail/.test(name);
  const seen = new Map<string, string>();
  for (const accept of accepts) {
    const first = await get(path(), { accept });
    expect(first.status, accept).toBe(200);
    const tag = tagOf(first);
    expect(tag).toMatch(isPicture ? /^W\/"[0-9a-f]{32}"$/ : /^"[0-9a-f]{32}"$/);
    const caching = first.headers.get("cache-control");
    expect(caching).toBe(name === "a search" ? "no-store" : "private, no-cache");
    const vary = first.headers.get("vary") ?? "";
    expect(vary.split(/, */)).toContain("Accept");
    const bytes = await digest(first);
    expect(seen.get(tag), `${accept} shares its tag`).toBeUndefined();
    seen.set(tag, bytes);
    const again = await get(path(), { accept });
    expect([tagOf(again), await digest(again)]).toEqual([tag, bytes]);

    const bare = tag.replace("W/", "");
    for (const held of [tag, bare, `W/${bare}`, "*", `"1,2", W/"x" , ${tag}`]) {
      for (const method of ["GET", "HEAD"]) {
        const kept = await get(path(), { accept, "if-none-match": held }, method);
        expect([kept.status, tagOf(kept)], `${method} ${held}`).toEqual([304, tag]);
        expect(kept.headers.get("cache-control")).toBe(caching);
        expect(kept.headers.get("vary")).toBe(vary);
        expect(await kept.text()).toBe("");
      }
    }
    for (const held of ['"x"', bare.replaceAll('"', ""), '"*"'])
      expect((await get(path(), { accept, "if-none-match": held })).status, held).toBe(200);
    const head = await get(path(), { accept }, "HEAD");
    expect([head.status, tagOf(head)]).toEqual([200, tag]);
    expect(head.headers.get("content-length")).toBe(first.headers.get("content-length"));
  }
});

test("who may not see it is not told that it is unchanged", async () => {
  for (const [, path] of RESOURCES) {
    const response = await fetch(server.origin + path(), { headers: { "if-none-match": "*" } });
    expect(response.status).toBe(401);
    expect(tagOf(response)).toBe("");
    expect(response.headers.get("cache-control")).toBe("no-store");
  }
});

test("packed metadata are another representation than plain ones", async () => {
  const tags = [];
  for (const coding of ["identity", "gzip"])
    tags.push(tagOf(await get(`${study}/metadata`, { "accept-encoding": coding })));
  expect(new Set(tags).size).toBe(2);
});

test("a range is given of the version that the client has, else the whole", async () => {
  const accept = "application/octet-stream";
  const path = `${instance}/bulkdata/7FE00010`;
  const tag = tagOf(await get(path, { accept }));
  const range = "bytes=2-5";
  const part = await get(path, { accept, range, "if-range": tag });
  expect([part.status, part.headers.get("content-range")]).toEqual([206, "bytes 2-5/2048"]);
  expect(tagOf(part)).toBe(tag);
  expect((await get(path, { accept, range, "if-range": '"other"' })).status).toBe(200);
  expect((await get(path, { accept, range, "if-range": `W/${tag}` })).status).toBe(200);
  expect((await get(path, { accept, range, "if-none-match": tag })).status).toBe(304);
  const outside = await get(path, { accept, range: "bytes=9999-" });
  expect([outside.status, outside.headers.get("content-range")]).toEqual([416, "bytes */2048"]);
});

test("a browser asks again with the tag, and gets nothing out of its cache without its session", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(server.origin);
  await page.getByLabel("User name").fill("anna");
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${server.origin}/`);
  const load = (path: string) =>
    page.evaluate(async (target) => {
      const response = await fetch(target);
      const bytes = (await response.arrayBuffer()).byteLength;
      return { status: response.status, bytes };
    }, path);
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  const asked = new Set<string>();
  const statuses: number[] = [];
  session.on("Network.requestWillBeSent", ({ requestId, request }) => {
    if (request.url.endsWith("/metadata")) asked.add(requestId);
  });
  session.on("Network.responseReceivedExtraInfo", ({ requestId, statusCode }) => {
    if (asked.has(requestId)) statuses.push(statusCode);
  });
  const first = await load(`${study}/metadata`);
  expect(first.status).toBe(200);
  expect(await load(`${study}/metadata`)).toEqual(first); // out of the cache, after a 304
  await expect.poll(() => statuses).toEqual([200, 304]);
  await context.clearCookies();
  expect((await load(`${study}/metadata`)).status).toBe(401);
  await context.close();
});

test("what an arriving object changes has another tag, the rest the same one", async () => {
  const changing = [
    study,
    `${study}/metadata`,
    series,
    `${series}/metadata`,
    `${series}/rendered`,
    "/dicom-web/studies?PatientName=Tag*&includefield=00201208",
  ];
  const lasting = [
    instance,
    `${instance}/metadata`,
    `${instance}/frames/1`,
    `${instance}/rendered`,
  ];
  const tags = async (paths: string[]) =>
    Promise.all(paths.map(async (path) => tagOf(await get(path))));
  const [before, kept] = [await tags(changing), await tags(lasting)];
  await server.stop();
  await server.start();
  expect(await tags(changing)).toEqual(before);
  store.import(...files.slice(2));
  const after = await tags(changing);
  after.forEach((tag, i) => {
    expect(tag, changing[i]).toMatch(/^(W\/)?"/);
    expect(tag, changing[i]).not.toBe(before[i]);
  });
  expect(await tags(lasting)).toEqual(kept);
});
