import { SlError, type ErrcName } from "../shared/errc.ts";
import type { RefusedFile } from "../shared/messages.ts";
import { bytesOf, type ByteSource } from "./byte_source.ts";
import { fetchManifest } from "./remote.ts";

/** An object that is to be stored. */
export interface StoreItem {
  /** as the reader of the page knows its file */
  readonly path: string;
  /** hexadecimal, of the file's bytes; of a large file, what finds it out: null once it is stopped, rejects with SlError */
  readonly sha256: string | ((isStopped: () => boolean) => Promise<string | null>);
  readonly sopInstanceUID: string;
  readonly source: ByteSource;
}
/** What an upload needs of an archive. Methods reject with SlError: "io" while there is no connection; anything else stays. */
export interface StoreArchive {
  /** SHA-256 of the originals that it has of a study. */
  stored(studyInstanceUID: string): Promise<ReadonlySet<string>>;
  /** Stores objects with different UIDs. Resolves with those that were not taken, or whose files could not be read; the others
   *  are durable. */
  store(items: readonly StoreItem[]): Promise<RefusedFile[]>;
}

const STUDIES = "/dicom-web/studies";
/** PS3.18 Table I.2-2, as docs/http.md says what is answered. */
const REASONS: Readonly<Record<number, { readonly code: ErrcName; readonly detail: string }>> = {
  0xa700: { code: "no_space", detail: "the archive has no room for it" },
  0xa901: { code: "forbidden", detail: "it belongs to another study" },
  0xc000: { code: "corrupt", detail: "the archive cannot read it" },
  0xc122: { code: "unsupported", detail: "the archive does not take its transfer syntax" },
};
const UNANSWERED = { code: "io" as const, detail: "the archive said nothing of it" };

/** Whether the page's own server takes objects in: it names the methods (RFC 9110 9.3.7). */
export async function canStore(): Promise<boolean> {
  try {
    const { headers, ok } = await fetch(STUDIES, { method: "OPTIONS", cache: "no-store" });
    return ok && (headers.get("allow") ?? "").split(/\s*,\s*/).includes("POST");
  } catch {
    return false;
  }
}

/** The page's own server: STOW-RS (PS3.18 10.5), and the manifest, which names originals by their bytes. */
export const serverArchive: StoreArchive = {
  async stored(studyInstanceUID) {
    try {
      const { series } = await fetchManifest(studyInstanceUID);
      return new Set(series.flatMap(({ instances }) => instances.map(({ hash }) => hash)));
    } catch (error) {
      if (error instanceof SlError && error.code === "not_found") return new Set();
      throw error;
    }
  },
  async store(items) {
    const boundary = `sightline-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
    const { parts, sent, unreadable } = await partsOf(items, boundary);
    if (sent.length === 0) return unreadable;
    let answer: unknown;
    try {
      const response = await fetch(STUDIES, {
        method: "POST",
        headers: {
          "Content-Type": `multipart/related; type="application/dicom"; boundary=${boundary}`,
          Accept: "application/dicom+json",
        },
        body: new Blob([...parts, `--${boundary}--\r\n`]),
      });
      refuse(response.status);
      answer = await response.json();
    } catch (error) {
      if (error instanceof SlError) throw error;
      throw new SlError("io", "the server does not answer");
    }
    return [...unreadable, ...failuresOf(sent, answer)];
  },
};

/** RFC 2387. Files are parts of the body as they are: nothing is copied. One that is gone would look like a lost connection. */
async function partsOf(
  items: readonly StoreItem[],
  boundary: string,
): Promise<{ parts: BlobPart[]; sent: StoreItem[]; unreadable: RefusedFile[] }> {
  const [parts, sent, unreadable]: [BlobPart[], StoreItem[], RefusedFile[]] = [[], [], []];
  for (const item of items) {
    try {
      const blob = await item.source.blob();
      await bytesOf(blob.slice(0, 1));
      parts.push(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`, blob, "\r\n");
      sent.push(item);
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      const { path } = item;
      unreadable.push({ path, code: error.code, detail: "the file could not be read" });
    }
  }
  return { parts, sent, unreadable };
}
/** 200, 202, 409 and 507 answer for each object. */
function refuse(status: number): void {
  if ([200, 202, 409, 507].includes(status)) return;
  if (status === 401) throw new SlError("forbidden", "you are signed out");
  if (status === 403) throw new SlError("forbidden", "the archive takes nothing in");
  if (status >= 500 || status === 408 || status === 429) throw new SlError("io", `HTTP ${status}`);
  throw new SlError("unsupported", `HTTP ${status}`);
}

/** DICOM JSON of PS3.18 10.5.3: an object is stored that Referenced SOP Sequence names, and no other. */
export function failuresOf(items: readonly StoreItem[], answer: unknown): RefusedFile[] {
  const stored = new Set(itemsOf(answer, "00081199").map((item) => textOf(item, "00081155")));
  const reasons = new Map(
    itemsOf(answer, "00081198").map((item) => [
      textOf(item, "00081155"),
      REASONS[numberOf(item, "00081197")] ?? UNANSWERED,
    ]),
  );
  // An object that cannot be read has no UID in the answer.
  const nameless =
    itemsOf(answer, "0008119A")
      .map((item) => REASONS[numberOf(item, "00081197")])
      .find((reason) => reason !== undefined) ?? UNANSWERED;
  return items
    .filter(({ sopInstanceUID }) => !stored.has(sopInstanceUID))
    .map(({ path, sopInstanceUID }) => ({
      path,
      ...(reasons.get(sopInstanceUID) ?? reasons.get("") ?? nameless),
    }));
}
function valuesOf(item: unknown, tag: string): readonly unknown[] {
  if (typeof item !== "object" || item === null) return [];
  const element = (item as Record<string, unknown>)[tag];
  if (typeof element !== "object" || element === null) return [];
  const value = (element as Record<string, unknown>)["Value"];
  return Array.isArray(value) ? value : [];
}
const itemsOf = valuesOf;
function textOf(item: unknown, tag: string): string {
  const [value] = valuesOf(item, tag);
  return typeof value === "string" ? value : "";
}
function numberOf(item: unknown, tag: string): number {
  const [value] = valuesOf(item, tag);
  return typeof value === "number" ? value : 0;
}
