import type { DocumentModel } from "../shared/document.ts";
import { SlError } from "../shared/errc.ts";
import type { ManifestInstance } from "../shared/manifest.ts";
import type { DocumentWant } from "../shared/messages.ts";
import type { VideoStream } from "../shared/video.ts";

/** One element of the DICOM JSON Model, PS3.18 F.2. */
export interface JsonElement {
  readonly vr: string;
  readonly Value?: readonly unknown[];
  readonly InlineBinary?: string;
  readonly BulkDataURI?: string;
}
export type JsonDataSet = Readonly<Record<string, JsonElement>>;

/** Objects for people: what an instance holds besides pictures, and its attributes. Every method rejects with SlError. */
export interface Documents {
  model(instance: ManifestInstance): Promise<DocumentModel>;
  /** samples of a multiplex group, or with 0 the encapsulated document */
  part(instance: ManifestInstance, part: number): Promise<Uint8Array<ArrayBuffer>>;
  attributes(instance: ManifestInstance): Promise<JsonDataSet>;
  /** the file itself */
  original(instance: ManifestInstance): Promise<Uint8Array<ArrayBuffer>>;
  /** the stream of a video */
  video(instance: ManifestInstance): Promise<VideoStream>;
  /** "PatientName" of each tag; "" where it has none */
  keywords(tags: readonly number[]): Promise<string[]>;
}
/** The worker that parses: of a file by its SHA-256, or of these bytes. */
export interface DocumentDesk {
  document(file: string | ArrayBuffer, want: DocumentWant): Promise<Uint8Array<ArrayBuffer>>;
  keywords(tags: readonly number[]): Promise<Uint8Array<ArrayBuffer>>;
}

/** Documents among the files of this computer, which the worker holds. */
export class LocalDocuments implements Documents {
  readonly #desk: DocumentDesk;
  constructor(desk: DocumentDesk) {
    this.#desk = desk;
  }
  async model({ hash }: ManifestInstance): Promise<DocumentModel> {
    return modelOf(await this.#desk.document(hash, "model"));
  }
  part({ hash }: ManifestInstance, part: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#desk.document(hash, part);
  }
  async attributes({ hash }: ManifestInstance): Promise<JsonDataSet> {
    return dataSetOf(textOf(await this.#desk.document(hash, "attributes")));
  }
  original({ hash }: ManifestInstance): Promise<Uint8Array<ArrayBuffer>> {
    return this.#desk.document(hash, "original");
  }
  async video({ hash }: ManifestInstance): Promise<VideoStream> {
    const bytes = await this.#desk.document(hash, "video");
    return {
      size: bytes.length,
      address: null,
      read: (offset, length) => Promise.resolve(bytes.slice(offset, offset + length)),
      whole: () => Promise.resolve(new Blob([bytes])),
    };
  }
  async keywords(tags: readonly number[]): Promise<string[]> {
    return linesOf(await this.#desk.keywords(tags));
  }
}

/** The JSON is our own module's, of this build: it is believed as far as its form goes. */
export function modelOf(json: Uint8Array): DocumentModel {
  return JSON.parse(textOf(json)) as DocumentModel;
}
export function linesOf(text: Uint8Array): string[] {
  return textOf(text).split("\n").slice(0, -1);
}
/** Throws SlError("corrupt") for what is no JSON object. */
export function dataSetOf(json: string): JsonDataSet {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new SlError("corrupt", "the attributes are no JSON");
  }
  const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (typeof first !== "object" || first === null)
    throw new SlError("corrupt", "the attributes are no data set");
  return first as JsonDataSet;
}
function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
