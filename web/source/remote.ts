import { SlError } from "../shared/errc.ts";
import type { Manifest } from "../shared/manifest.ts";
import { parseManifest } from "./manifest.ts";
import { fetchStreamsApart, remoteLayers } from "./layer_fetch.ts";
import { fetchTileRange } from "./range_fetch.ts";
import { signInAgain } from "./session.ts";
import { TileLink } from "./tile_link.ts";
import { TileRanges } from "./tile_ranges.ts";
import { connectWebSocket, TileSocket } from "./tile_socket.ts";
import type { StudyEvents, StudySource } from "./study_source.ts";
import type { ReceivedTile } from "./tile_source.ts";
import { parseServerMessage } from "./wire.ts";

/** What `/view/{uid}` carries; docs/wire_format.md, "First levels in the page". */
export interface InlinedStudy {
  readonly manifest: Manifest;
  /** coarse levels of the first picture */
  readonly first: ReceivedTile | null;
}

/** null when the page carries no study. Throws SlError when what it carries is unreadable. */
export function readInlinedStudy(page: Document): InlinedStudy | null {
  const text = page.getElementById("sightline-manifest")?.textContent ?? "";
  return text === "" ? null : { manifest: parseManifest(text), first: readFirstTile(page) };
}
function readFirstTile(page: Document): ReceivedTile | null {
  const base64 = (page.getElementById("sightline-first")?.textContent ?? "").trim();
  if (base64 === "") return null;
  try {
    const message = parseServerMessage(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
    return message.type === "tile" ? message : null;
  } catch {
    // it only saves time: the same levels come over the socket
    return null;
  }
}

function manifestUrl(studyInstanceUID: string): string {
  return `/api/studies/${encodeURIComponent(studyInstanceUID)}/manifest`;
}
async function requestManifest(studyInstanceUID: string): Promise<Response> {
  try {
    // revalidated with its ETag: costs a 304 when nothing has changed
    return await fetch(manifestUrl(studyInstanceUID), {
      cache: "no-cache",
      credentials: "same-origin",
    });
  } catch {
    throw new SlError("io", "the server does not answer");
  }
}
/** Rejects with SlError: not_found, forbidden, io, corrupt, unsupported. */
export async function fetchManifest(studyInstanceUID: string): Promise<Manifest> {
  const response = await requestManifest(studyInstanceUID);
  if (response.status === 404) throw new SlError("not_found", "the study is not on this server");
  if (response.status === 401) signInAgain();
  if (response.status === 401 || response.status === 403)
    throw new SlError("forbidden", "no access to this study");
  if (!response.ok) throw new SlError("io", `HTTP ${String(response.status)}`);
  let text: string;
  try {
    text = await response.text();
  } catch {
    throw new SlError("io", "the answer broke off");
  }
  return parseManifest(text);
}

const WATCH_MS = 30_000;
const WATCH_PENDING_MS = 4_000;
const CATCH_UP_MS = 2_000;

/** A study on the page's own server: its tiles, and news of it. */
export class RemoteStudy implements StudySource {
  readonly link: TileLink;
  readonly layers = remoteLayers;
  readonly streamsApart = fetchStreamsApart;
  readonly #events: StudyEvents;
  #manifest: Manifest;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #catchUpTimer: ReturnType<typeof setTimeout> | null = null;
  #check: Promise<boolean> | null = null;
  #isDisposed = false;

  constructor(manifest: Manifest, events: StudyEvents) {
    this.#manifest = manifest;
    this.#events = events;
    const { studyInstanceUID } = manifest.study;
    const socket = new TileSocket({
      connect: connectWebSocket,
      studyInstanceUID,
      revision: () => this.#manifest.revision,
    });
    const ranges = new TileRanges({ fetchRange: fetchTileRange, manifest: () => this.#manifest });
    this.link = new TileLink(socket, ranges, () => this.check());
  }
  /** Asks again from time to time while nobody would tell: without a socket, or while images are being prepared. */
  watch(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const isPending = this.#manifest.series.some((series) =>
      series.instances.some((instance) => instance.pending),
    );
    this.#timer = setTimeout(
      () => {
        if (isPending || this.link.state === "fallback")
          void this.check().then(() => {
            this.watch();
          });
        else this.watch();
      },
      isPending ? WATCH_PENDING_MS : WATCH_MS,
    );
  }
  /** From now on frame numbers are those of this manifest. */
  adopt(manifest: Manifest): void {
    this.#manifest = manifest;
    this.link.renumber();
    this.watch();
  }
  /** The server has said that there is a newer revision: gets it, however often it takes. */
  async catchUp(): Promise<void> {
    const { revision } = this.#manifest;
    await this.check();
    if (this.#isDisposed || this.#manifest.revision !== revision || this.#catchUpTimer !== null)
      return;
    this.#catchUpTimer = setTimeout(() => {
      this.#catchUpTimer = null;
      if (this.#manifest.revision === revision) this.link.reopen(); // is answered by `opened`, or by `changed` again
    }, CATCH_UP_MS);
  }
  /** Is there a newer revision? False: the server does not answer. */
  check(): Promise<boolean> {
    this.#check ??= this.#askServer().finally(() => {
      this.#check = null;
    });
    return this.#check;
  }
  dispose(): void {
    this.#isDisposed = true;
    for (const timer of [this.#timer, this.#catchUpTimer]) if (timer !== null) clearTimeout(timer);
    this.link.dispose();
  }
  async #askServer(): Promise<boolean> {
    try {
      const manifest = await fetchManifest(this.#manifest.study.studyInstanceUID);
      if (!this.#isDisposed && manifest.revision !== this.#manifest.revision)
        this.#events.newer(manifest);
      return true;
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      if (error.code === "not_found" || error.code === "forbidden") this.#events.refused(error);
      return error.code !== "io";
    }
  }
}
