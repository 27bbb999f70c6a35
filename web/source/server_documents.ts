import type { DocumentModel } from "../shared/document.ts";
import { SlError } from "../shared/errc.ts";
import type { ManifestInstance } from "../shared/manifest.ts";
import {
  dataSetOf,
  linesOf,
  modelOf,
  type DocumentDesk,
  type Documents,
  type JsonDataSet,
} from "./documents.ts";
import type { VideoStream } from "../shared/video.ts";
import { openServerVideo } from "./server_video.ts";
import { signInAgain } from "./session.ts";

/** Larger objects are not taken to the page: the module holds the file whole. */
const MAX_OBJECT_BYTES = 1024 ** 3;

/** Larger ones are fetched again when they are asked for again. */
const MAX_KEPT_BYTES = 64 * 1024 ** 2;

/** Objects of the page's own server, fetched as they are stored and parsed in the page's worker. The one that was asked for
 *  last stays at hand: a waveform is asked for group by group. */
export class ServerDocuments implements Documents {
  readonly #desk: DocumentDesk;
  readonly #studyOf: () => string;
  #last: { readonly hash: string; readonly bytes: Promise<ArrayBuffer> } | null = null;

  /** studyOf: the study that is open, for the addresses of its instances */
  constructor(desk: DocumentDesk, studyOf: () => string) {
    this.#desk = desk;
    this.#studyOf = studyOf;
  }
  async model(instance: ManifestInstance): Promise<DocumentModel> {
    return modelOf(await this.#desk.document(await this.#file(instance), "model"));
  }
  async part(instance: ManifestInstance, part: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#desk.document(await this.#file(instance), part);
  }
  async attributes(instance: ManifestInstance): Promise<JsonDataSet> {
    const response = await request(`${this.#address(instance)}/metadata`, "application/dicom+json");
    return dataSetOf(await bodyOf(response, (body) => body.text()));
  }
  async original(instance: ManifestInstance): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.#file(instance));
  }
  video(instance: ManifestInstance): Promise<VideoStream> {
    return openServerVideo(instance);
  }
  async keywords(tags: readonly number[]): Promise<string[]> {
    return linesOf(await this.#desk.keywords(tags));
  }

  #file(instance: ManifestInstance): Promise<ArrayBuffer> {
    if (this.#last?.hash !== instance.hash) {
      const bytes = this.#fetch(instance);
      const last = { hash: instance.hash, bytes };
      this.#last = last;
      const forget = (): void => {
        if (this.#last === last) this.#last = null; // the next time it is asked for again
      };
      bytes.then(({ byteLength }) => {
        if (byteLength > MAX_KEPT_BYTES) forget();
      }, forget);
    }
    return this.#last.bytes;
  }
  async #fetch(instance: ManifestInstance): Promise<ArrayBuffer> {
    const response = await request(this.#address(instance), "application/dicom; transfer-syntax=*");
    if (Number(response.headers.get("content-length") ?? 0) > MAX_OBJECT_BYTES)
      throw new SlError("limit_exceeded", "the object is over 1 GiB");
    return bodyOf(response, (body) => body.arrayBuffer());
  }
  #address({ sopInstanceUID, series }: ManifestInstance): string {
    const study = encodeURIComponent(this.#studyOf());
    return `/dicom-web/studies/${study}/series/${encodeURIComponent(series.seriesInstanceUID)}/instances/${encodeURIComponent(sopInstanceUID)}`;
  }
}

async function request(address: string, accept: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, { headers: { Accept: accept }, credentials: "same-origin" });
  } catch {
    throw new SlError("io", "the server does not answer");
  }
  if (response.status === 401) signInAgain();
  if (response.status === 401 || response.status === 403)
    throw new SlError("forbidden", "access has ended");
  if (response.status === 404) throw new SlError("not_found", "the object is not there");
  if (!response.ok) throw new SlError("io", `HTTP ${String(response.status)}`);
  return response;
}
async function bodyOf<T>(response: Response, read: (body: Response) => Promise<T>): Promise<T> {
  try {
    return await read(response);
  } catch {
    throw new SlError("io", "the answer broke off");
  }
}
