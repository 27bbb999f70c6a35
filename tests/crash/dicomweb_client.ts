// The little of a DICOMweb client that tells what a server has and takes.
import { createHash } from "node:crypto";
import type { SentObject } from "./sent_objects.ts";

const BOUNDARY = "sightline-crash-boundary";

type Element = { Value?: unknown[] };
export type DicomObject = Record<string, Element | undefined>;
export type StowReply = { status: number; stored: string[]; reasons: number[] };

const first = (object: DicomObject | undefined, tag: string): unknown => object?.[tag]?.Value?.[0];
const items = (object: DicomObject, tag: string): DicomObject[] =>
  (object[tag]?.Value ?? []) as DicomObject[];

/** Stores objects with one request, one alone without multipart. Rejects when no whole answer comes. */
export async function stow(origin: string, files: readonly Buffer[]): Promise<StowReply> {
  const [only] = files;
  const isAlone = files.length === 1 && only !== undefined;
  const head = `--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`;
  const body = isAlone
    ? only
    : Buffer.concat([
        ...files.flatMap((file) => [Buffer.from(head), file, Buffer.from("\r\n")]),
        Buffer.from(`--${BOUNDARY}--\r\n`),
      ]);
  const type = isAlone
    ? "application/dicom"
    : `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`;
  const response = await fetch(`${origin}/dicom-web/studies`, {
    method: "POST",
    headers: { "content-type": type, accept: "application/dicom+json" },
    body: new Uint8Array(body),
  });
  const answer = (await response.json()) as DicomObject;
  return {
    status: response.status,
    stored: items(answer, "00081199").map((item) => String(first(item, "00081155"))),
    reasons: [...items(answer, "00081198"), ...items(answer, "0008119A")].map((item) =>
      Number(first(item, "00081197")),
    ),
  };
}

async function json(origin: string, path: string): Promise<DicomObject[]> {
  const response = await fetch(`${origin}/dicom-web${path}`, {
    headers: { accept: "application/dicom+json" },
  });
  if (response.status === 204 || response.status === 404) return [];
  if (!response.ok) throw new Error(`${path}: ${String(response.status)}`);
  return (await response.json()) as DicomObject[];
}

/** What a search for a study says: how many instances it counts, 0 when there is no such study. */
export async function countedInstances(origin: string, study: string): Promise<number> {
  const found = await json(origin, `/studies?StudyInstanceUID=${study}`);
  return found.length === 0 ? 0 : Number(first(found[0], "00201208"));
}

/** SOP Instance UIDs that a search below a study finds. */
export async function listedInstances(origin: string, study: string): Promise<string[]> {
  return (await json(origin, `/studies/${study}/instances?limit=10000`)).map((object) =>
    String(first(object, "00080018")),
  );
}

/** SOP Instance UIDs of a study's metadata. */
export async function describedInstances(origin: string, study: string): Promise<string[]> {
  return (await json(origin, `/studies/${study}/metadata`)).map((object) =>
    String(first(object, "00080018")),
  );
}

/** SHA-256 of the file that WADO-RS gives for an instance. */
export async function retrievedSha256(origin: string, object: SentObject): Promise<string> {
  const path = `/studies/${object.study}/series/${object.series}/instances/${object.sop}`;
  const response = await fetch(`${origin}/dicom-web${path}`, {
    headers: { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' },
  });
  if (response.status !== 200) throw new Error(`${path}: ${String(response.status)}`);
  const body = Buffer.from(await response.arrayBuffer());
  const begin = body.indexOf("\r\n\r\n") + 4;
  const end = body.lastIndexOf("\r\n--", body.length - 5);
  return createHash("sha256").update(body.subarray(begin, end)).digest("hex");
}
