import { afterEach, expect, test, vi } from "vitest";
import { BlobSource, type ByteSource } from "../../../web/source/byte_source.ts";
import {
  canStore,
  failuresOf,
  serverArchive,
  type StoreItem,
} from "../../../web/source/stow_archive.ts";

function item(path: string, uid: string, text = path): StoreItem {
  return { path, sha256: "", sopInstanceUID: uid, source: new BlobSource(new Blob([text])) };
}
/** DICOM JSON of a store's answer. */
const uid = (value: string) => ({ "00081155": { vr: "UI", Value: [value] } });
const reason = (value: number) => ({ "00081197": { vr: "US", Value: [value] } });
const sequence = (...items: object[]) => ({ vr: "SQ", Value: items });

let asked: { url: string; init: RequestInit | undefined }[] = [];
function answer(make: () => Response | Promise<Response>): void {
  asked = [];
  vi.stubGlobal("fetch", (url: string, init?: RequestInit) => {
    asked.push({ url, init });
    return Promise.resolve().then(make);
  });
}
afterEach(() => {
  vi.unstubAllGlobals();
});

test("the body is one multipart/related of the files' bytes", async () => {
  answer(() => Response.json({ "00081199": sequence(uid("1.1"), uid("1.2")) }));
  expect(await serverArchive.store([item("one", "1.1"), item("two", "1.2")])).toEqual([]);
  const [request] = asked;
  const type = new Headers(request?.init?.headers).get("content-type") ?? "";
  const boundary = /^multipart\/related; type="application\/dicom"; boundary=(\S+)$/.exec(
    type,
  )?.[1];
  expect(boundary?.length).toBeLessThanOrEqual(70); // RFC 2046 5.1.1
  const part = (text: string): string =>
    `--${String(boundary)}\r\nContent-Type: application/dicom\r\n\r\n${text}\r\n`;
  expect(await (request?.init?.body as Blob).text()).toBe(
    `${part("one")}${part("two")}--${String(boundary)}--\r\n`,
  );
});
test("objects that are not answered as stored are failures, with the archive's reason", () => {
  const items = [item("a", "1.1"), item("b", "1.2"), item("c", "1.3"), item("d", "1.4")];
  expect(
    failuresOf(items, {
      "00081199": sequence(uid("1.1")),
      "00081198": sequence(
        { ...uid("1.2"), ...reason(0xa700) },
        { ...uid("1.3"), ...reason(0xc000) },
      ),
    }).map(({ path, code }) => `${path} ${code}`),
  ).toEqual(["b no_space", "c corrupt", "d io"]);
  expect(failuresOf([item("a", "1.1")], { "0008119A": sequence(reason(0xc122)) })).toMatchObject([
    { path: "a", code: "unsupported" },
  ]);
  expect(failuresOf([item("a", "1.1")], "nonsense")).toMatchObject([{ path: "a", code: "io" }]);
});
test("a file that is gone is a failure of its own, and the others are sent", async () => {
  const gone: ByteSource = new BlobSource(new Blob(["x"]));
  gone.blob = () =>
    Promise.resolve({ slice: () => ({ arrayBuffer: () => Promise.reject(new Error()) }) } as never);
  answer(() => Response.json({ "00081199": sequence(uid("1.2")) }));
  const failures = await serverArchive.store([
    { ...item("gone", "1.1"), source: gone },
    item("here", "1.2"),
  ]);
  expect(failures).toMatchObject([{ path: "gone", code: "io" }]);
  expect(await serverArchive.store([{ ...item("gone", "1.1"), source: gone }])).toHaveLength(1);
  expect(asked).toHaveLength(1);
});
test.each([
  [401, "forbidden"],
  [403, "forbidden"],
  [400, "unsupported"],
  [413, "unsupported"],
  [503, "io"],
  [408, "io"],
])("status %i is %s", async (status, code) => {
  answer(() => new Response("", { status }));
  await expect(serverArchive.store([item("a", "1.1")])).rejects.toMatchObject({ code });
});
test("no connection, and an answer that breaks off, are io", async () => {
  answer(() => Promise.reject(new TypeError("Failed to fetch")));
  await expect(serverArchive.store([item("a", "1.1")])).rejects.toMatchObject({ code: "io" });
  answer(() => new Response("{", { status: 200 }));
  await expect(serverArchive.store([item("a", "1.1")])).rejects.toMatchObject({ code: "io" });
});
test("a session that is over is told: a worker has no page that could show the sign-in", async () => {
  answer(() => new Response("", { status: 401 }));
  await expect(serverArchive.stored("1.2.3")).rejects.toMatchObject({ code: "forbidden" });
});
test("a study that the server does not have has nothing stored", async () => {
  answer(() => new Response("", { status: 404 }));
  expect((await serverArchive.stored("1.2.3")).size).toBe(0);
});
test("whether objects are taken in is asked by OPTIONS", async () => {
  answer(() => new Response(null, { status: 204, headers: { Allow: "GET, HEAD, POST, OPTIONS" } }));
  expect(await canStore()).toBe(true);
  answer(() => new Response(null, { status: 204, headers: { Allow: "GET, HEAD, OPTIONS" } }));
  expect(await canStore()).toBe(false);
  answer(() => Promise.reject(new TypeError("Failed to fetch")));
  expect(await canStore()).toBe(false);
});
