// DICOMweb as a client uses it: from a search to the pixels, over HTTP.
import { createHash } from "node:crypto";
import { type AddressInfo, createServer } from "node:net";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Server, Store } from "./harness.ts";
import { writeCtSeries } from "./phantoms/phantoms.mjs";

const store = new Store();
const server = new Server(store);
const dicom = mkdtempSync(join(tmpdir(), "sightline-dicomweb-"));
const ct = writeCtSeries(dicom, { slices: 12, size: 64, study: 51, patient: "Web^Wanda" });
const cutFolder = mkdtempSync(join(tmpdir(), "sightline-dicomweb-"));
const cut = writeCtSeries(cutFolder, { slices: 1, size: 64, study: 52, patient: "Cut^Carl" });

type Element = { vr: string; Value?: unknown[]; BulkDataURI?: string };
type DicomObject = Record<string, Element | undefined>;

beforeAll(async () => {
  store.import(dicom);
  for (const entry of readdirSync(cutFolder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) truncateSync(path, statSync(path).size - 100);
  }
  store.import(cutFolder);
  await server.start();
}, 60_000);
afterAll(async () => {
  await server.stop();
  store.dispose();
  for (const folder of [dicom, cutFolder]) rmSync(folder, { recursive: true, force: true });
});

const first = (object: DicomObject | undefined, tag: string): unknown => object?.[tag]?.Value?.[0];
async function json(path: string): Promise<DicomObject[]> {
  const response = await fetch(`${server.origin}/dicom-web${path}`, {
    headers: { accept: "application/dicom+json" },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/dicom+json");
  return (await response.json()) as DicomObject[];
}
/** The parts of a multipart/related answer, by the boundary that its header names. */
async function parts(response: Response): Promise<{ head: string; body: Buffer }[]> {
  const boundary = /boundary="?([^";]+)"?/.exec(response.headers.get("content-type") ?? "")?.[1];
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.length).toBe(Number(response.headers.get("content-length")));
  const delimiter = Buffer.from(`--${boundary ?? "?"}`);
  const found: { head: string; body: Buffer }[] = [];
  let at = bytes.indexOf(delimiter);
  for (;;) {
    const begin = at + delimiter.length;
    if (bytes.subarray(begin, begin + 2).toString() === "--") return found;
    const blank = bytes.indexOf("\r\n\r\n", begin);
    at = bytes.indexOf(delimiter, blank);
    if (blank < 0 || at < 0) throw new Error("no close delimiter");
    found.push({
      head: bytes.subarray(begin, blank).toString(),
      body: bytes.subarray(blank + 4, at - 2),
    });
  }
}
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

test("from a patient's name to the series and its instances", async () => {
  const studies = await json("/studies?PatientName=web*&includefield=StudyDescription");
  expect(studies.map((study) => first(study, "0020000D"))).toEqual([ct.study]);
  expect(first(studies[0], "00201208")).toBe(12);
  const series = await json(`/studies/${ct.study}/series`);
  expect(series).toHaveLength(1);
  const seriesUid = String(first(series[0], "0020000E"));
  const instances = await json(`/studies/${ct.study}/series/${seriesUid}/instances`);
  expect(instances.map((one) => first(one, "00200013"))).toEqual(
    Array.from({ length: 12 }, (_, i) => i + 1),
  );
  expect(await json("/studies?PatientName=nobody")).toEqual([]);
});

test("metadata lead to frames, and their bytes are the file's", async () => {
  const metadata = await json(`/studies/${ct.study}/metadata`);
  expect(metadata).toHaveLength(12);
  for (const object of metadata.slice(0, 3)) {
    const uri = object["7FE00010"]?.BulkDataURI ?? "";
    expect(uri.startsWith(`${server.origin}/dicom-web/studies/${ct.study}/series/`)).toBe(true);
    const frames = await fetch(uri.replace(/\/bulkdata\/.*$/, "/frames/1"), {
      headers: { accept: "multipart/related; type=application/octet-stream; transfer-syntax=*" },
    });
    expect(frames.status).toBe(200);
    const [frame] = await parts(frames);
    const bulk = await fetch(uri, { headers: { accept: "application/octet-stream" } });
    expect(sha256(frame?.body ?? Buffer.alloc(0))).toBe(
      sha256(Buffer.from(await bulk.arrayBuffer())),
    );
    const rows = Number(first(object, "00280010"));
    expect(frame?.body.length).toBe(rows * rows * 2);
    const range = await fetch(uri, {
      headers: { accept: "application/octet-stream", range: "bytes=2-5" },
    });
    expect(range.status).toBe(206);
    expect(Buffer.from(await range.arrayBuffer())).toEqual(frame?.body.subarray(2, 6));
  }
});

test("a study is retrieved byte for byte", async () => {
  const response = await fetch(`${server.origin}/dicom-web/studies/${ct.study}`, {
    headers: { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' },
  });
  expect(response.status).toBe(200);
  const got = (await parts(response)).map(({ body }) => sha256(body)).sort();
  const files = readdirSync(dicom, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const kept = files
    .map((entry) => sha256(readFileSync(join(entry.parentPath, entry.name))))
    .sort();
  expect(got).toEqual(kept);
});

test("results and metadata as XML", async () => {
  const xml = { accept: 'multipart/related; type="application/dicom+xml"' };
  const metadata = await fetch(`${server.origin}/dicom-web/studies/${ct.study}/metadata`, {
    headers: xml,
  });
  expect(metadata.status).toBe(200);
  const documents = await parts(metadata);
  expect(documents).toHaveLength(12);
  expect(documents[0]?.head).toContain("application/dicom+xml");
  expect(documents[0]?.body.toString()).toContain("<FamilyName>Web</FamilyName>");
  const none = await fetch(`${server.origin}/dicom-web/studies?PatientName=nobody`, {
    headers: xml,
  });
  expect(none.status).toBe(204);
});

test("a study has a thumbnail once its pictures are made", async () => {
  const url = `${server.origin}/dicom-web/studies/${ct.study}/thumbnail`;
  await expect.poll(async () => (await fetch(url)).status, { timeout: 30_000 }).toBe(200);
  const picture = Buffer.from(await (await fetch(url)).arrayBuffer());
  expect(picture.subarray(1, 4).toString()).toBe("PNG");
  expect(picture.readUInt32BE(16)).toBe(128);
});

test("a series is rendered, each picture under its own address", async () => {
  const [instance] = await json(`/studies/${ct.study}/instances?limit=1`);
  const series = String(first(instance, "00081190")).replace(/\/instances\/.*$/, "");
  const url = `${series}/rendered?viewport=32,32`;
  const accept = 'multipart/related; type="image/png"';
  await expect
    .poll(async () => (await fetch(url, { headers: { accept } })).status, { timeout: 30_000 })
    .toBe(200);
  const pictures = await parts(await fetch(url, { headers: { accept } }));
  expect(pictures).toHaveLength(12);
  for (const { head, body } of pictures.slice(0, 2)) {
    const address = /Content-Location: (\S+)/.exec(head)?.[1] ?? "";
    const one = await fetch(`${address}?viewport=32,32`, { headers: { accept: "image/png" } });
    expect(Buffer.from(await one.arrayBuffer()).equals(body)).toBe(true);
  }
});

test("a study in lossless HTJ2K holds the stream of each pyramid", async () => {
  const syntax = "1.2.840.10008.1.2.4.202";
  const url = `${server.origin}/dicom-web/studies/${ct.study}`;
  const accept = `multipart/related; type="application/dicom"; transfer-syntax=${syntax}`;
  await expect
    .poll(async () => (await fetch(url, { method: "HEAD", headers: { accept } })).status, {
      timeout: 30_000,
    })
    .toBe(200);
  const objects = await parts(await fetch(url, { headers: { accept } }));
  expect(objects).toHaveLength(12);
  const [instance] = await json(`/studies/${ct.study}/instances?limit=1`);
  const retrieve = String(first(instance, "00081190"));
  const frame = await fetch(`${retrieve}/frames/1`, {
    headers: { accept: `multipart/related; type="image/jphc"; transfer-syntax=${syntax}` },
  });
  expect(frame.status).toBe(200);
  const stream = (await parts(frame))[0]?.body ?? Buffer.alloc(0);
  expect(stream.subarray(0, 2)).toEqual(Buffer.from([0xff, 0x4f]));
  expect(objects.some(({ body }) => body.includes(stream))).toBe(true);
});

test("a value that is not whole in what came is not to be had", async () => {
  const [object] = await json(`/studies/${cut.study}/metadata`);
  const uri = object?.["7FE00010"]?.BulkDataURI ?? "";
  const instance = uri.slice(0, uri.indexOf("/bulkdata"));
  for (const target of [uri, `${instance}/rendered`, `${instance}/frames/1/rendered`]) {
    const response = await fetch(target);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "truncated" });
  }
});

test.each(["json", "xml"])(
  "metadata as %s with bulk data are stored into another archive",
  async (form) => {
    const metadata = (await json(`/studies/${ct.study}/metadata`)).slice(0, 2);
    const body: Buffer[] = [];
    const add = (headers: string, bytes: Uint8Array) =>
      body.push(Buffer.from(`\r\n--b\r\n${headers}\r\n\r\n`), Buffer.from(bytes));
    const type = `application/dicom+${form}`;
    if (form === "json") add(`Content-Type: ${type}`, Buffer.from(JSON.stringify(metadata)));
    for (const object of form === "xml" ? metadata : []) {
      const instance = `${ct.study}/series/${String(first(object, "0020000E"))}/instances/${String(first(object, "00080018"))}`;
      const documents = await fetch(`${server.origin}/dicom-web/studies/${instance}/metadata`, {
        headers: { accept: `multipart/related; type="${type}"` },
      });
      for (const { body: document } of await parts(documents))
        add(`Content-Type: ${type}`, document);
    }
    for (const object of metadata) {
      const uri = object["7FE00010"]?.BulkDataURI ?? "";
      const bulk = await fetch(uri, { headers: { accept: "application/octet-stream" } });
      add(
        `Content-Type: application/octet-stream\r\nContent-Location: ${uri}`,
        Buffer.from(await bulk.arrayBuffer()),
      );
    }
    body.push(Buffer.from("\r\n--b--\r\n"));
    const otherStore = new Store();
    const other = new Server(otherStore);
    await other.start();
    try {
      const url = `${other.origin}/dicom-web/studies/${ct.study}`;
      const post = (sent: string, bytes: Uint8Array) =>
        fetch(url, {
          method: "POST",
          headers: { "content-type": `multipart/related; type="${sent}"; boundary=b` },
          body: Buffer.from(bytes),
        });
      const stored = await post(type, Buffer.concat(body));
      expect(stored.status).toBe(200);
      expect(((await stored.json()) as DicomObject)["00081199"]?.Value).toHaveLength(2);
      const again = await fetch(`${url}/metadata`);
      const inOrder = (objects: DicomObject[]) =>
        objects.sort((a, b) => Number(first(a, "00200013")) - Number(first(b, "00200013")));
      const text = JSON.stringify(inOrder(metadata)).replaceAll(server.origin, other.origin);
      expect(inOrder((await again.json()) as DicomObject[])).toEqual(JSON.parse(text));
      expect((await post(type, body[0] ?? Buffer.alloc(0))).status).toBe(400);
      const otherForm = form === "json" ? "application/dicom+xml" : "application/dicom+json";
      expect((await post(otherForm, Buffer.concat(body))).status).toBe(400);
      expect((await post("text/xml", Buffer.concat(body))).status).toBe(415);
    } finally {
      await other.stop();
      otherStore.dispose();
    }
  },
);

test("the server calls nobody, whatever address an object names", async () => {
  let calls = 0;
  const other = createServer((socket) => {
    calls++;
    socket.destroy();
  });
  await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
  const uri = `http://127.0.0.1:${String((other.address() as AddressInfo).port)}/secret`;
  const uids = { "0020000D": "2.25.61", "0020000E": "2.25.62", "00080018": "2.25.63" };
  const named: DicomObject = {
    "00080016": { vr: "UI", Value: ["1.2.840.10008.5.1.4.1.1.7"] },
    "00081190": { vr: "UR", Value: [uri] },
    "7FE00010": { vr: "OW", BulkDataURI: uri },
  };
  for (const [tag, uid] of Object.entries(uids)) named[tag] = { vr: "UI", Value: [uid] };
  const xml =
    `<!DOCTYPE NativeDicomModel SYSTEM "${uri}.dtd" [<!ENTITY % a SYSTEM "${uri}">%a;]>` +
    `<NativeDicomModel><DicomAttribute tag="7FE00010" vr="OW"><BulkData uri="${uri}"/></DicomAttribute></NativeDicomModel>`;
  for (const [type, body] of [
    ["application/dicom+json", JSON.stringify([named])],
    ["application/dicom+xml", xml],
  ]) {
    const response = await fetch(`${server.origin}/dicom-web/studies`, {
      method: "POST",
      headers: { "content-type": `multipart/related; type="${type ?? ""}"; boundary=b` },
      body: `--b\r\nContent-Type: ${type ?? ""}\r\n\r\n${body ?? ""}\r\n--b--\r\n`,
    });
    expect(response.status).toBe(409);
    const answer = (await response.json()) as DicomObject;
    expect(JSON.stringify(answer)).toContain(String(0xc000));
  }
  expect(calls).toBe(0);
  other.close();
});

test.each([
  ["/studies/2.25.404/metadata", {}, 404],
  [`/studies/${ct.study}`, { accept: "text/html" }, 406],
  ["/studies?NoSuchKeyword=1", {}, 400],
  ["/studies?limit=x", {}, 400],
  [`/studies/${ct.study}/series/1.2/instances/1.3/frames/1`, {}, 404],
])("%s is refused as the standard says", async (path, headers, status) => {
  const response = await fetch(`${server.origin}/dicom-web${path}`, { headers });
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
});
