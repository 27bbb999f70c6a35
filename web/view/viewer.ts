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
import type { Manifest, ManifestFrame } from "../shared/manifest.ts";
import type { FrameRegion, SampleBlock } from "../shared/messages.ts";
import { fetchManifest, RemoteStudy, type InlinedStudy } from "../source/remote.ts";
import type { StudyEvents, StudySource } from "../source/study_source.ts";
import type { LinkState } from "../source/tile_source.ts";
import type { TileStore } from "../tiles/tile_store.ts";
import type { FrameDecoder } from "../tiles/tile_stream.ts";
import { memoryBudget } from "./memory_budget.ts";
import {
  checkedRequest,
  findRequested,
  targetOf,
  targetOfFrame,
  targetOfSeries,
  type OpenTarget,
} from "./open_target.ts";
import { PageAddress } from "./page_address.ts";
import { firstPicture, SLIDES_MISSING, StudySession, type SessionEvents } from "./study_session.ts";
import { Slides, type LoadSlides } from "./slides.ts";
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
  readonly #slides: Slides;
  #session: StudySession | null = null;
  #decoder: Decoder | null = null;
  #workers: FrameDecoder | null = null;
  #connection: Connection = "live";
  #opening = 0;
  /** false: a study that no other computer could open by the page's address */
  #hasAddress = true;
  #notifyTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(root: HTMLElement, loadSlides: LoadSlides) {
    this.#slides = new Slides(loadSlides);
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
  decode(frame: ManifestFrame): Promise<SampleBlock> {
    if (this.#session === null) return Promise.reject(new SlError("stale", "no study is open"));
    return this.#session.decode(frame);
  }
  decodePart(frame: ManifestFrame, level: number, region: FrameRegion): Promise<SampleBlock> {
    if (this.#session === null) return Promise.reject(new SlError("stale", "no study is open"));
    return this.#session.decodePart(frame, level, region);
  }
  get store(): TileStore | null {
    return this.#session?.store ?? null;
  }
  /** What is shown is the picture that the server has drawn small in the page. */
  get isAtFirstPicture(): boolean {
    const { shown } = this.#viewport;
    return shown !== null && this.manifest !== null && firstPicture(this.manifest)?.id === shown.id;
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
    const manifest = this.#slides.prepare(inlined.manifest);
    if (!(manifest instanceof Promise)) return this.#openInlined({ ...inlined, manifest }, request);
    this.#whenReady(manifest, (ready) => {
      this.#openInlined({ ...inlined, manifest: ready }, request);
      this.startNetwork();
    });
    return true;
  }
  #openInlined(inlined: InlinedStudy, request: OpenRequest): boolean {
    const target = targetOf(inlined.manifest, request) ?? firstOf(inlined);
    this.#begin(inlined.manifest, connectToServer);
    this.#show(target, inlined.manifest);
    const { first } = inlined;
    if (first === null || first.frame !== target?.series.frames[target.index]?.id) return false;
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
      manifest = await this.#slides.prepare(await fetchManifest(study));
      if (opening !== this.#opening)
        throw new SlError("stale", "another study was opened meanwhile");
      const requested = findRequested(manifest, request);
      this.#begin(manifest, connectToServer);
      this.#show(requested ?? firstTarget(manifest), manifest);
      this.startNetwork();
      return;
    }
    this.#show(findRequested(manifest, request) ?? firstTarget(manifest), manifest);
  }
  /** Shows a study that comes from elsewhere than the page's server. The page's address stays as it is. */
  openFrom(manifest: Manifest, connect: Connect): void {
    const prepared = this.#slides.prepare(manifest);
    if (prepared instanceof Promise)
      this.#whenReady(prepared, (ready) => {
        this.#openFrom(ready, connect);
      });
    else this.#openFrom(prepared, connect);
  }
  /** What is opened meanwhile comes before it. */
  #whenReady(prepared: Promise<Manifest>, open: (manifest: Manifest) => void): void {
    const opening = ++this.#opening;
    prepared.then(
      (manifest) => {
        if (opening === this.#opening) open(manifest);
      },
      () => {
        this.#viewport.fail(new SlError("io", SLIDES_MISSING));
      },
    );
  }
  #openFrom(manifest: Manifest, connect: Connect): void {
    this.#opening++;
    this.#hasAddress = false;
    this.#begin(manifest, connect);
    this.#show(firstTarget(manifest), manifest);
    this.startNetwork();
  }
  showSeries(seriesInstanceUID: string): void {
    const { manifest } = this;
    const series = manifest?.series.find((one) => one.seriesInstanceUID === seriesInstanceUID);
    if (manifest === null || series === undefined)
      throw new SlError("not_found", "no such series in this study");
    this.#show(targetOfSeries(series), manifest);
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
    const events: SessionEvents = {
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
      streamsCame: () => {
        this.gazeChanged();
        this.#viewport.redraw();
      },
    };
    const prepare = (newer: Manifest): Manifest | Promise<Manifest> => this.#slides.prepare(newer);
    const { tileBytes } = this.#budget;
    this.#session = new StudySession(manifest, connect, tileBytes, events, prepare);
    if (this.#workers !== null) this.#session.useDecoder(this.#workers);
  }
  #show(target: OpenTarget | null, manifest: Manifest): void {
    if (target !== null) this.#viewport.showAt(manifest.study.studyInstanceUID, target);
    this.#notify();
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
/** The server has chosen the first picture when it made the page. */
function firstOf(inlined: InlinedStudy): OpenTarget | null {
  const { manifest, first } = inlined;
  const chosen: ManifestFrame | undefined =
    first === null ? undefined : manifest.frames[first.frame];
  const series = manifest.series.find(
    (one) => one.seriesInstanceUID === chosen?.instance.series.seriesInstanceUID,
  );
  if (chosen === undefined || series === undefined) return firstTarget(manifest);
  const index = series.frames.findIndex(({ id }) => id === chosen.id);
  // a tile of a slide: the slide
  return index < 0 ? targetOfSeries(series) : { series, index, object: null };
}
/** A study without pictures opens with its first object. */
function firstTarget(manifest: Manifest): OpenTarget | null {
  const picture = firstPicture(manifest);
  if (picture !== null) return targetOfFrame(picture);
  const [series] = manifest.series;
  return series === undefined ? null : targetOfSeries(series);
}
