// dicomweb-client and dcmjs, as they come from npm, in a page of another origin: search, retrieve, store.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { type Server as HttpServer, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Server, Store, launch, openPage, realDicom, repository } from "../harness.ts";
import { writeCtSeries } from "../phantoms/phantoms.mjs";
import { type RealFile, roundsOf } from "./real_files.ts";

interface Client {
  searchForStudies(of: object): Promise<object[]>;
  searchForSeries(of: object): Promise<object[]>;
  searchForInstances(of: object): Promise<object[]>;
  retrieveInstanceMetadata(of: object): Promise<Record<string, JsonElement>>;
  retrieveStudyMetadata(of: object): Promise<Record<string, JsonElement>[]>;
  retrieveInstance(of: object): Promise<ArrayBuffer>;
  retrieveSeries(of: object): Promise<ArrayBuffer[]>;
  retrieveInstanceFrames(of: object): Promise<ArrayBuffer[]>;
  retrieveInstanceRendered(of: object): Promise<ArrayBuffer[]>;
  retrieveBulkData(of: object): Promise<ArrayBuffer[]>;
  storeInstances(of: object): Promise<string>;
}
interface JsonElement {
  vr: string;
  Value?: unknown[];
  BulkDataURI?: string;
}
declare global {
  interface Window {
    DICOMwebClient: { api: { DICOMwebClient: new (options: object) => Client } };
    dcmjs: {
      data: {
        DicomMessage: { readFile(bytes: ArrayBuffer): { dict: Record<string, JsonElement> } };
      };
    };
    client: Client;
  }
}

const store = new Store();
const dicom = mkdtempSync(join(tmpdir(), "sightline-client-"));
const ct = writeCtSeries(dicom, { slices: 6, size: 32, study: 71, patient: "Web^Wanda" });
const more = mkdtempSync(join(tmpdir(), "sightline-client-"));
const other = writeCtSeries(more, { slices: 3, size: 32, study: 72, patient: "Sent^Sue" });
const real = realDicom();
let site: HttpServer;
let server: Server;
let browser: Browser;
let page: Page;

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** A page of the other site with both libraries and a client of this server. */
async function clientPage(of: Server): Promise<Page> {
  const { page: opened } = await openPage(browser, originOf(site));
  await opened.addScriptTag({
    path: join(repository, "node_modules/dicomweb-client/build/dicomweb-client.js"),
  });
  await opened.addScriptTag({ path: join(repository, "node_modules/dcmjs/build/dcmjs.js") });
  await opened.evaluate((url) => {
    window.client = new window.DICOMwebClient.api.DICOMwebClient({ url });
  }, `${of.origin}/dicom-web`);
  return opened;
}
const originOf = (http: HttpServer) =>
  `http://127.0.0.1:${String((http.address() as AddressInfo).port)}`;

beforeAll(async () => {
  site = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>another site</title>");
  });
  await new Promise<void>((listening) => site.listen(0, "127.0.0.1", listening));
  store.import(dicom);
  server = new Server(store, ["--cors-origin", originOf(site)]);
  await server.start();
  browser = await launch();
  page = await clientPage(server);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await server.stop();
  site.close();
  store.dispose();
  for (const folder of [dicom, more]) rmSync(folder, { recursive: true, force: true });
});

test("searches from the patient to the instances", async () => {
  const found = await page.evaluate(async (studyInstanceUID) => {
    const { client } = window;
    const studies = await client.searchForStudies({ queryParams: { PatientName: "web*" } });
    const series = await client.searchForSeries({ studyInstanceUID });
    const instances = await client.searchForInstances({ studyInstanceUID });
    const none = await client.searchForStudies({ queryParams: { PatientID: "nobody" } });
    return { studies, series: series.length, instances: instances.length, none: none.length };
  }, ct.study);
  expect(found).toMatchObject({ series: 1, instances: 6, none: 0 });
  expect(found.studies).toMatchObject([{ "0020000D": { Value: [ct.study] } }]);
});

test("retrieves what was stored, and pictures of it", async () => {
  const got = await page.evaluate(async (studyInstanceUID) => {
    const { client } = window;
    const hex = async (bytes: ArrayBuffer) =>
      Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (b) =>
        b.toString(16).padStart(2, "0"),
      ).join("");
    const metadata = await client.retrieveStudyMetadata({ studyInstanceUID });
    const uid = (tag: string) => String(metadata[0]?.[tag]?.Value?.[0]);
    const named = {
      studyInstanceUID,
      seriesInstanceUID: uid("0020000E"),
      sopInstanceUID: uid("00080018"),
    };
    const objects = await client.retrieveSeries(named);
    const [frame] = await client.retrieveInstanceFrames({ ...named, frameNumbers: [1] });
    const bulk = await client.retrieveBulkData({
      BulkDataURI: metadata[0]?.["7FE00010"]?.BulkDataURI,
    });
    const picture = await client.retrieveInstanceRendered({
      ...named,
      mediaTypes: [{ mediaType: "image/png" }],
    });
    return {
      count: metadata.length,
      objects: await Promise.all(objects.map(hex)),
      frame: await hex(frame ?? new ArrayBuffer()),
      bulk: await hex(bulk[0] ?? new ArrayBuffer()),
      picture: Array.from(new Uint8Array(picture[0] ?? new ArrayBuffer()).subarray(1, 4)),
    };
  }, ct.study);
  expect(got.count).toBe(6);
  expect(got.objects.sort()).toEqual(
    filesIn(dicom)
      .map((file) => sha256(readFileSync(file)))
      .sort(),
  );
  expect(got.frame).toBe(got.bulk);
  expect(String.fromCharCode(...got.picture)).toBe("PNG");
});

test("stores", async () => {
  const files = filesIn(more).map((file) => readFileSync(file).toString("base64"));
  const stored = await page.evaluate(async (texts) => {
    const datasets = texts.map(
      (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer,
    );
    return window.client.storeInstances({ datasets });
  }, files);
  const module = JSON.parse(stored) as Record<string, { Value?: unknown[] }>;
  expect(module["00081199"]?.Value).toHaveLength(3); // Referenced SOP Sequence
  expect(module["00081198"]).toBeUndefined();
  const answer = await fetch(`${server.origin}/dicom-web/studies/${other.study}/instances`);
  expect(await answer.json()).toHaveLength(3);
});

/** Where dcmjs reads a file otherwise than the standard's JSON has it; each with its reason. */
const KNOWN: readonly [difference: RegExp, reason: string][] = [
  [/^0002/, "the meta information is no part of the metadata"],
  [/^....0000 /, "group lengths are no attributes of the object"],
  [/^FFFCFFFC /, "padding is none either"],
  [/^7FE00010 OB OW/, "the metadata are of the stored object, the object came decoded"],
  [/^....00.. LO (UN|OW)/, "dcmjs does not take the VR of a private creator from PS3.5 7.8.1"],
  [/^dcmjs: .*Using multiple character sets/, "dcmjs does not read ISO 2022"],
];

test.skipIf(!real)(
  "dcmjs reads in a real file the attributes that the metadata name",
  async () => {
    const folder = join(real ?? "");
    const some = ((await roundsOf(folder))[0] ?? []).filter(({ name }) =>
      /^(?!.*truncated)(ct-series|enhanced-multiframe|modality|sr-seg-rt-pr|charset|us-cine)\//.test(
        name,
      ),
    );
    const files = new Map(some.map((file) => [file.uids[2], file]));
    const realStore = new Store();
    realStore.run("import", ...some.map(({ path }) => path));
    const realServer = new Server(realStore, ["--cors-origin", originOf(site)]);
    await realServer.start();
    const realPage = await clientPage(realServer);
    const unknown: string[] = [];
    let compared = 0;
    for (const { uids, name } of files.values() as Iterable<RealFile>) {
      const differing = await realPage
        .evaluate(async ([studyInstanceUID, seriesInstanceUID, sopInstanceUID]) => {
          const named = { studyInstanceUID, seriesInstanceUID, sopInstanceUID };
          const { client, dcmjs } = window;
          const [metadata] = [await client.retrieveInstanceMetadata(named)].flat();
          const bytes = await client.retrieveInstance(named);
          const { dict } = dcmjs.data.DicomMessage.readFile(bytes);
          const tags = new Set([...Object.keys(dict), ...Object.keys(metadata ?? {})]);
          return [...tags].flatMap((tag) => {
            const mine = metadata?.[tag];
            const theirs = dict[tag];
            if (!mine || !theirs)
              return [`${tag} ${mine ? "not in the file" : "not in the answer"}`];
            if (mine.vr !== theirs.vr) return [`${tag} ${mine.vr} ${theirs.vr}`];
            return [];
          });
        }, uids)
        .catch((error: unknown) => [`dcmjs: ${String(error).slice(0, 200)}`]);
      ++compared;
      unknown.push(
        ...differing
          .filter((each) => !KNOWN.some(([known]) => known.test(each)))
          .map((each) => `${name}: ${each}`),
      );
    }
    await realServer.stop();
    realStore.dispose();
    expect(unknown).toEqual([]);
    expect(compared).toBeGreaterThan(100);
  },
  300_000,
);
