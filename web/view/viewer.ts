import { Decoder } from "../decode/decoder.ts";
import type { SlViewerModule } from "../decode/sl_abi.ts";
import { SlError } from "../shared/errc.ts";
import type {
  Connection,
  LayerSource,
  OpenRequest,
  ViewerController,
  ViewportApi,
} from "../shared/api.ts";
import type { Manifest, ManifestFrame, ManifestSeries } from "../shared/manifest.ts";
import { fetchManifest, RemoteStudy, type InlinedStudy } from "../source/remote.ts";
import type { StudyEvents, StudySource } from "../source/study_source.ts";
import { isUid } from "../shared/uid.ts";
import type { LinkState } from "../source/tile_source.ts";
import type { TileStore } from "../tiles/tile_store.ts";
import type { FrameDecoder } from "../tiles/tile_stream.ts";
import { memoryBudget } from "./memory_budget.ts";
import { PageAddress } from "./page_address.ts";
import { firstPicture, StudySession } from "./study_session.ts";
import { Viewport, type ViewportHost } from "./viewport.ts";

/** Where a study's tiles and its news come from. */
type Connect = (manifest: Manifest, events: StudyEvents) => StudySource;

const CACHED_NEWS_MS = 200;

declare const __SIGHTLINE_VERSION__: string;

/** The engine of the page: one study, its viewports, and the stream that feeds them. */
export class Viewer implements ViewerController, ViewportHost {
  readonly version = __SIGHTLINE_VERSION__;
  readonly #viewport: Viewport;
  readonly #budget = memoryBudget();
  readonly #address = new PageAddress();
  readonly #listeners = new Set<() => void>();
  #session: StudySession | null = null;
  #decoder: Decoder | null = null;
  #workers: FrameDecoder | null = null;
  #connection: Connection = "live";
  #opening = 0;
  /** false: a study that no other computer could open by the page's address */
  #hasAddress = true;
  #notifyTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(root: HTMLElement) {
    this.#viewport = new Viewport("1", root, this);
    this.#viewport.addEventListener("statechange", (event) => {
      const {
        studyInstanceUID: study,
        seriesInstanceUID: series,
        sopInstanceUID: instance,
        frame,
      } = event.detail;
      if (study !== "" && this.#hasAddress)
        this.#address.follow({ study, series, instance, frame });
    });
  }
  get manifest(): Manifest | null {
    return this.#session?.manifest ?? null;
  }
  get active(): Viewport {
    return this.#viewport;
  }
  get connection(): Connection {
    return this.#connection;
  }
  get layerSource(): LayerSource | null {
    return this.#session?.layers ?? null;
  }
  get store(): TileStore | null {
    return this.#session?.store ?? null;
  }
  get textureBytes(): number {
    return this.#budget.textureBytes;
  }
  viewports(): readonly ViewportApi[] {
    return [this.#viewport];
  }
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
  /** The module is here: draws. Throws SlError("graphics"). */
  useModule(module: SlViewerModule): void {
    this.#viewport.useModule(module);
    this.#decoder = new Decoder(module);
  }
  /** Tiles are decoded in these workers from now on. */
  useWorkers(workers: FrameDecoder): void {
    this.#workers = workers;
    this.#session?.useDecoder(workers);
  }
  /** Shows the study that came in the page. True: its first picture came too, so that the network may wait. */
  openInlined(inlined: InlinedStudy, request: OpenRequest): boolean {
    const target = pictureOf(inlined.manifest, request) ?? firstOf(inlined);
    this.#begin(inlined.manifest, connectToServer);
    this.#show(target, inlined.manifest);
    const { first } = inlined;
    if (first === null || first.frame !== target?.id) return false;
    this.#session?.takeFirst(first);
    return true;
  }
  /** Begins to fetch. */
  startNetwork(): void {
    this.#session?.start();
  }
  async open(request: OpenRequest): Promise<void> {
    const { study } = checkedRequest(request);
    const opening = ++this.#opening;
    let manifest = this.manifest;
    if (manifest?.study.studyInstanceUID !== study) {
      manifest = await fetchManifest(study);
      if (opening !== this.#opening)
        throw new SlError("stale", "another study was opened meanwhile");
      findRequested(manifest, request);
      this.#begin(manifest, connectToServer);
      this.#show(pictureOf(manifest, request) ?? firstPicture(manifest), manifest);
      this.startNetwork();
      return;
    }
    const target = findRequested(manifest, request);
    if (target !== null) this.#show(target, manifest);
    else this.#showFirstOf(manifest, request);
  }
  /** Shows a study that comes from elsewhere than the page's server. The page's address stays as it is. */
  openFrom(manifest: Manifest, connect: Connect): void {
    this.#opening++;
    this.#hasAddress = false;
    this.#begin(manifest, connect);
    this.#show(firstPicture(manifest), manifest);
    this.startNetwork();
  }
  showSeries(seriesInstanceUID: string): void {
    const { manifest } = this;
    const series = manifest?.series.find((one) => one.seriesInstanceUID === seriesInstanceUID);
    if (manifest === null || series === undefined)
      throw new SlError("not_found", "no such series in this study");
    this.#viewport.showAt(manifest.study.studyInstanceUID, series, startIndex(series));
    this.#notify();
  }
  decodeHere(frame: number): void {
    if (this.#decoder !== null) this.#session?.decodeHere(frame, this.#decoder);
  }
  gazeChanged(): void {
    const { gaze, series } = this.#viewport;
    if (gaze !== null && series !== null) this.#session?.look([gaze], [series.seriesInstanceUID]);
  }
  dispose(): void {
    this.#session?.dispose();
    this.#session = null;
    this.#viewport.dispose();
    this.#decoder?.dispose();
  }

  #begin(manifest: Manifest, connect: Connect): void {
    this.#session?.dispose();
    this.#viewport.close();
    this.#session = new StudySession(manifest, connect, this.#budget.tileBytes, {
      frame: (frame) => {
        this.#viewport.frameChanged(frame);
        this.#notifySoon();
      },
      connection: (state) => {
        this.#setConnection(state);
      },
      rebase: (step) => {
        this.#rebase(step);
      },
      failed: (error) => {
        this.#viewport.fail(error);
      },
    });
    if (this.#workers !== null) this.#session.useDecoder(this.#workers);
  }
  #show(frame: ManifestFrame | null, manifest: Manifest): void {
    const series = frame?.instance.series ?? manifest.series[0];
    if (series !== undefined) {
      const index = frame === null ? 0 : Math.max(0, series.frames.indexOf(frame));
      this.#viewport.showAt(manifest.study.studyInstanceUID, series, index);
    }
    this.#notify();
  }
  #showFirstOf(manifest: Manifest, request: OpenRequest): void {
    if (request.series !== undefined) this.showSeries(request.series);
    else this.#show(firstPicture(manifest), manifest);
  }
  #rebase(step: "begin" | "end"): void {
    if (step === "begin") {
      this.#viewport.beginRebase();
      return;
    }
    if (this.manifest !== null) this.#viewport.endRebase(this.manifest);
    this.#notify();
  }
  #setConnection(state: LinkState): void {
    const connection: Connection = state === "connecting" ? "live" : state;
    if (connection === this.#connection) return;
    this.#connection = connection;
    this.#notify();
  }
  /** `cached` of the viewport grows with every tile: told now and then, not each time. */
  #notifySoon(): void {
    this.#notifyTimer ??= setTimeout(() => {
      this.#notify();
    }, CACHED_NEWS_MS);
  }
  #notify(): void {
    if (this.#notifyTimer !== null) clearTimeout(this.#notifyTimer);
    this.#notifyTimer = null;
    for (const listener of [...this.#listeners]) listener();
  }
}
function connectToServer(manifest: Manifest, events: StudyEvents): StudySource {
  return new RemoteStudy(manifest, events);
}
function startIndex(series: ManifestSeries): number {
  return series.sortedBy === "position" ? series.frames.length >> 1 : 0;
}
/** The server has chosen the first picture when it made the page. */
function firstOf(inlined: InlinedStudy): ManifestFrame | null {
  const chosen = inlined.first === null ? undefined : inlined.manifest.frames[inlined.first.frame];
  return chosen ?? firstPicture(inlined.manifest);
}
/** The picture that is named by instance or series; null when none is named or there is no such picture. */
function pictureOf(manifest: Manifest, request: OpenRequest): ManifestFrame | null {
  const { series, instance, frame } = request;
  if (instance !== undefined) {
    return (
      manifest.frames.find(
        (one) =>
          one.instance.sopInstanceUID === instance &&
          one.frameNumber === (frame ?? 1) &&
          (series === undefined || one.instance.series.seriesInstanceUID === series),
      ) ?? null
    );
  }
  if (series === undefined) return null;
  const named = manifest.series.find((one) => one.seriesInstanceUID === series);
  if (named === undefined) return null;
  const index =
    frame === undefined
      ? startIndex(named)
      : named.frames.findIndex((one) => one.frameNumber === frame);
  return named.frames[index] ?? null;
}
/** As pictureOf, but what is named must be there. */
function findRequested(manifest: Manifest, request: OpenRequest): ManifestFrame | null {
  const found = pictureOf(manifest, request);
  const isSeriesKnown = manifest.series.some((one) => one.seriesInstanceUID === request.series);
  if (request.series !== undefined && !isSeriesKnown)
    throw new SlError("not_found", "no such series in this study");
  if (
    found === null &&
    (request.instance !== undefined ||
      (request.series !== undefined && request.frame !== undefined))
  ) {
    throw new SlError("not_found", "no such picture in this study");
  }
  return found;
}
function checkedRequest(request: OpenRequest): OpenRequest {
  const { study, series, instance, frame } = request;
  if (!isUid(study)) throw new SlError("invalid_argument", "open: study must be a UID");
  if (series !== undefined && !isUid(series))
    throw new SlError("invalid_argument", "open: series must be a UID");
  if (instance !== undefined && !isUid(instance))
    throw new SlError("invalid_argument", "open: instance must be a UID");
  if (frame !== undefined && !(Number.isInteger(frame) && frame >= 1))
    throw new SlError("invalid_argument", "open: frame counts from 1");
  return request;
}
