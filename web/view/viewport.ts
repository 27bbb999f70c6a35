import type { SlViewerModule } from "../decode/sl_abi.ts";
import { GRAPHICS_RESET, SlError } from "../shared/errc.ts";
import type {
  ColorCorrection,
  LayerPainter,
  Presentation,
  Quality,
  Subtractor,
  ViewChange,
  ViewportController,
  ViewportEventMap,
  ViewportState,
} from "../shared/api.ts";
import type { Manifest, ManifestFrame, ManifestSeries } from "../shared/manifest.ts";
import type { MissingPart, SampleBlock } from "../shared/messages.ts";
import type { Slide } from "../shared/slide.ts";
import { fullLevel } from "../tiles/levels.ts";
import type { ScrollDirection } from "../tiles/stack_order.ts";
import type { PlannedViewport } from "../tiles/tile_plan.ts";
import type { TileStore } from "../tiles/tile_store.ts";
import { autoWindowOf, withMeasuredWindow } from "./auto_window.ts";
import { deviceSizeNow, observeDeviceSize } from "./canvas_size.ts";
import { differenceBlock } from "./difference_block.ts";
import { DrawLoop } from "./draw_loop.ts";
import { failureOf } from "./frame_failure.ts";
import { shapeOf, toImage, toViewport, type ImagePoint, type ViewportPoint } from "./geometry.ts";
import { layerView } from "./layer_view.ts";
import { uploadNeighbours } from "./neighbour_uploads.ts";
import type { DecodePart } from "./detail_tiles.ts";
import type { OpenTarget } from "./open_target.ts";
import { Picture } from "./picture.ts";
import { qualityOf, reaches } from "./quality.ts";
import { drawOverview, drawSlide, pixelsOf, slideValue, type SlideStage } from "./slide_view.ts";
import { QualityWaiters } from "./quality_waiters.ts";
import { rebased } from "./rebased_model.ts";
import { StackShares } from "./stack_shares.ts";
import { Store } from "./store.ts";
import { NO_VALUE, storedValueAt } from "./stored_value.ts";
import { emptyState, sameState } from "./viewport_state.ts";
import { ViewportEvents } from "./viewport_events.ts";
import {
  applyChange,
  fitToWindow,
  frameOf,
  lookAt,
  oneToOne,
  openSeries,
  present,
  reset,
  resize,
  scrollTo,
  subtract,
  useWindow,
  zoomAt,
  type ViewModel,
} from "./view_state.ts";

/** What a viewport needs of the viewer. */
export interface ViewportHost {
  readonly store: TileStore | null;
  readonly textureBytes: number;
  readonly decodePart: DecodePart;
  /** throws SlError("not_found") */
  showSeries(seriesInstanceUID: string): void;
  /** the frame is looked at and shows nothing: what is here of it, if it is small */
  decodeHere(frame: number): void;
  /** what is looked at has changed: other tiles are wanted */
  gazeChanged(): void;
}
interface Drawn {
  readonly frame: ManifestFrame;
  readonly level: number;
  /** of a slide, whose tiles make it */
  readonly quality?: Quality;
}

/** One canvas that shows one series: the public interface, and what the chrome and the viewer need beyond it. */
export class Viewport implements ViewportController {
  readonly id: string;
  readonly canvas: HTMLCanvasElement;
  readonly #host: ViewportHost;
  readonly #model = new Store<ViewModel | null>(null);
  readonly #events = new ViewportEvents();
  readonly #waiters = new QualityWaiters();
  readonly #shares = new StackShares();
  readonly #loop = new DrawLoop(
    () => {
      this.#draw();
    },
    (deadline) => {
      const [model, picture] = [this.#model.get(), this.#picture];
      if (model === null || picture === null) return false;
      return uploadNeighbours(picture, model, this.#direction, this.#host.textureBytes, deadline);
    },
  );
  readonly #endSize: () => void;
  #module: SlViewerModule | null = null;
  #picture: Picture | null = null;
  #drawn: Drawn | null = null;
  #layers: LayerPainter | null = null;
  #colors: ColorCorrection | null = null;
  #direction: ScrollDirection = 0;
  /** frame whose stored values were asked for */
  #measured = -1;
  #reported = "";
  #reportedGraphics = "";
  #lastState: ViewportState = emptyState;
  #toldState: ViewportState = emptyState;

  constructor(id: string, root: HTMLElement, host: ViewportHost) {
    this.id = id;
    this.#host = host;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "picture";
    this.canvas.addEventListener("webglcontextlost", (event) => {
      this.#contextLost(event);
    });
    this.canvas.addEventListener("webglcontextrestored", () => {
      this.#startRenderer();
    });
    root.append(this.canvas);
    this.#setSize(deviceSizeNow(root));
    this.#endSize = observeDeviceSize(root, (size) => {
      this.#setSize(size);
    });
    this.#model.subscribe(() => {
      this.#loop.invalidate();
    });
  }
  /** Draws from now on. Throws SlError("graphics") where there is no WebGL 2. */
  useModule(module: SlViewerModule): void {
    this.#module = module;
    this.#startRenderer();
  }
  get series(): ManifestSeries | null {
    return this.#model.get()?.series ?? null;
  }
  get shown(): ManifestFrame | null {
    const model = this.#model.get();
    return model === null ? null : frameOf(model);
  }
  get missing(): MissingPart | null {
    const frame = this.shown;
    if (frame === null || this.#drawnLevel(frame) < fullLevel(frame)) return null;
    return this.#host.store?.held(frame.id)?.missing ?? null;
  }
  get cached(): Float32Array {
    return this.#shares.values;
  }
  get state(): ViewportState {
    const model = this.#model.get();
    if (model === null) return emptyState;
    const frame = frameOf(model);
    const state: ViewportState = {
      ...model.view,
      level: this.#drawnLevel(frame),
      fullLevel:
        frame === null ? 0 : (frame.slide?.levels ?? Math.max(1, fullLevel(frame) + 1)) - 1,
      quality: this.#quality(model),
      stackIndex: model.index,
      stackLength: model.series.frames.length,
      deviceWidth: model.size.width,
      deviceHeight: model.size.height,
    };
    if (!sameState(state, this.#lastState)) this.#lastState = state;
    return this.#lastState;
  }
  /** What the plan of tiles needs to know. */
  get gaze(): PlannedViewport | null {
    const model = this.#model.get();
    if (model === null) return null;
    const shown = this.shown;
    const needFull =
      this.#waiters.wantsFull ||
      (shown !== null && (shown.id === this.#measured || shown.difference !== undefined));
    return {
      frames: model.series.frames,
      current: model.index,
      direction: this.#direction,
      zoom: model.view.zoom,
      needFull,
      ...(shown?.slide === undefined
        ? {}
        : { tiles: shown.slide.wants(model.view, model.size, this.#host.textureBytes) }),
    };
  }
  /** Shows a series of the manifest from this picture on, or this object of it. */
  showAt(studyInstanceUID: string, { series, index, object }: OpenTarget): void {
    this.#direction = 0;
    const { presentation = null, subtraction = null } = this.#model.get() ?? {};
    const size = this.#size();
    const opened = openSeries(studyInstanceUID, series, index, size, presentation, subtraction);
    this.#replace(object === null ? opened : lookAt(opened, object));
    this.#shares.begin(series, this.#host.store);
  }
  /** Before the store takes a newer manifest: textures are kept by frame number, and those will move. */
  beginRebase(): void {
    this.#picture?.clear();
    this.#drawn = null;
  }
  /** After it: the same picture, the same view of it, if its series is still there. */
  endRebase(manifest: Manifest): void {
    const model = this.#model.get();
    if (model === null) return;
    const after = rebased(model, manifest);
    this.#replace(after);
    if (after !== null) this.#shares.begin(after.series, this.#host.store);
  }
  /** The stream has news of this frame. */
  frameChanged(frame: number): void {
    this.#shares.update(frame, this.#host.store);
    const held = this.#host.store?.held(frame) ?? null;
    this.#askParts(frame);
    if (this.shown?.slide !== undefined) this.#loop.invalidate();
    else if (this.shown?.id !== frame) this.#loop.wantIdle();
    // bytes alone change nothing on screen
    else if (held === null || held.failure !== null || held.decoded > this.#textureLevel())
      this.#loop.invalidate();
  }
  /** Of the whole texture: what is drawn may be finer in parts. */
  #textureLevel(): number {
    return this.shown === null ? -1 : (this.#picture?.level(this.shown) ?? -1);
  }
  /** What is seen of the picture, before a worker takes all of it. */
  #askParts(frame: number): void {
    const [model, shown] = [this.#model.get(), this.shown];
    if (model !== null && shown?.id === frame && shown.slide === undefined)
      this.#picture?.ask(model, shown);
  }
  set(change: ViewChange): void {
    if (this.#model.get() === null) throw new SlError("not_found", "no study is open");
    this.#update((model) => applyChange(model, change));
  }
  showSeries(seriesInstanceUID: string): void {
    this.#host.showSeries(seriesInstanceUID);
  }
  scroll(n: number): void {
    this.scrollTo((this.#model.get()?.index ?? 0) + n);
  }
  scrollTo(stackIndex: number): void {
    if (Number.isFinite(stackIndex)) this.#update((model) => scrollTo(model, stackIndex));
  }
  reset(): void {
    this.#update(reset);
  }
  fitToWindow(): void {
    this.#update(fitToWindow);
  }
  oneToOne(): void {
    this.#update(oneToOne);
  }
  zoomAt(factor: number, x: number, y: number): void {
    this.#update((model) => zoomAt(model, factor, { x, y }));
  }
  useLayers(painter: LayerPainter | null): void {
    this.#layers = painter;
    this.#loop.invalidate();
  }
  useColors(colors: ColorCorrection | null): void {
    this.#colors = colors;
    this.#loop.invalidate();
  }
  redraw(): void {
    this.#loop.invalidate();
  }
  present(presentation: Presentation | null): void {
    this.#update((model) => present(model, presentation));
  }
  subtract(subtractor: Subtractor | null): void {
    this.#update((model) => subtract(model, subtractor));
    this.#host.gazeChanged();
  }
  autoWindow(): void {
    this.#update((model) => {
      const frame = frameOf(model);
      const window = frame === null ? null : autoWindowOf(frame, this.#blockOf(frame), model);
      return window === null ? model : useWindow(model, window);
    });
  }
  toImage(x: number, y: number): ImagePoint {
    const model = this.#model.get();
    const frame = this.shown;
    if (model === null || frame === null) return { row: 0, col: 0 };
    return toImage({ x, y }, shapeOf(frame), model.view, model.size);
  }
  toViewport(row: number, col: number): ViewportPoint {
    const model = this.#model.get();
    const frame = this.shown;
    if (model === null || frame === null) return { x: 0, y: 0 };
    return toViewport({ row, col }, shapeOf(frame), model.view, model.size);
  }
  async whenQuality(wanted: "preview" | "screen" | "lossless"): Promise<Quality> {
    if (this.#picture !== null) this.#loop.drawPending(); // or it is that of the view before
    const { quality } = this.state;
    if (reaches(quality, wanted)) return quality;
    const promise = this.#waiters.wait(wanted);
    this.#host.gazeChanged();
    this.#reportFailure(true);
    return promise;
  }
  capture(): ImageData {
    if (this.#picture === null || this.#model.get() === null)
      throw new SlError("graphics", "nothing is shown");
    this.#loop.drawNow();
    const model = this.#model.get(); // drawing may have measured the window
    if (model === null) throw new SlError("graphics", "nothing is shown");
    const frame = frameOf(model);
    return frame?.slide !== undefined || this.#picture.isInParts
      ? pixelsOf(this.canvas)
      : this.#picture.capture(model, frame);
  }
  overview(to: CanvasRenderingContext2D): boolean {
    const [model, stage] = [this.#model.get(), this.#stage()];
    const slide = this.shown?.slide;
    if (model === null || stage === null || slide === undefined) return false;
    const isWhole = drawOverview(stage, model, slide, this.canvas, to);
    this.#loop.drawNow();
    return isWhole;
  }
  storedValue(row: number, col: number): number | number[] | null {
    const frame = this.shown;
    if (frame === null) return null;
    if (frame.slide !== undefined) return slideValue(this.#host.store, frame.slide, row, col);
    if (frame.difference !== undefined) {
      const block = this.#blockOf(frame);
      const value = block === null ? null : storedValueAt(block, row, col);
      return typeof value === "number" && value <= NO_VALUE ? null : value;
    }
    if (this.#measured !== frame.id) {
      this.#measured = frame.id;
      this.#host.gazeChanged();
    }
    const held = this.#host.store?.held(frame.id);
    return held?.block != null && held.decoded === fullLevel(frame)
      ? storedValueAt(held.block, row, col)
      : null;
  }
  addEventListener<K extends keyof ViewportEventMap>(
    type: K,
    listener: (event: CustomEvent<ViewportEventMap[K]>) => void,
  ): void {
    this.#events.add(type, listener);
  }
  removeEventListener<K extends keyof ViewportEventMap>(
    type: K,
    listener: (event: CustomEvent<ViewportEventMap[K]>) => void,
  ): void {
    this.#events.remove(type, listener);
  }
  /** Before another study is shown. */
  close(): void {
    this.beginRebase();
    this.#model.update(() => null);
    this.#reported = "";
    this.#measured = -1;
  }
  /** Something that concerns no single picture: the study, the graphics processor. */
  fail(error: SlError): void {
    const { sopInstanceUID, frame } = this.state;
    this.#waiters.failed(error);
    this.#events.emit("error", { code: error.code, message: error.message, sopInstanceUID, frame });
  }
  dispose(): void {
    this.#endSize();
    this.#loop.dispose();
    this.#picture?.dispose();
    this.#picture = null;
    this.canvas.remove();
  }

  #size(): { width: number; height: number } {
    return { width: this.canvas.width, height: this.canvas.height };
  }
  #setSize(size: { width: number; height: number }): void {
    if (this.canvas.width === size.width && this.canvas.height === size.height) return;
    this.canvas.width = size.width;
    this.canvas.height = size.height;
    this.#update((model) => resize(model, size));
    // setting the size has emptied the canvas: fill it before the browser shows it
    if (this.#picture !== null) this.#loop.drawNow();
  }
  #update(change: (model: ViewModel) => ViewModel): void {
    const model = this.#model.get();
    if (model !== null) this.#replace(change(model));
  }
  #replace(after: ViewModel | null): void {
    const before = this.#model.get();
    this.#model.update(() => after);
    const isSameStack = before !== null && after !== null && before.series === after.series;
    const isStill = isSameStack && before.index === after.index && isSeenAlike(before, after);
    if (isStill) return;
    if (isSameStack && before.index !== after.index)
      this.#direction = after.index > before.index ? 1 : -1;
    this.#host.gazeChanged();
  }
  #startRenderer(): void {
    if (this.#module === null) return;
    try {
      this.#picture = new Picture(
        this.#module,
        this.canvas,
        this.#host.textureBytes,
        () => this.#host.store,
        () => this.#colors,
        (frame, level, region) => this.#host.decodePart(frame, level, region),
        () => {
          this.#loop.invalidate();
        },
      );
    } catch (error) {
      this.#graphicsFailed(error);
      return;
    }
    this.#reportedGraphics = "";
    this.#loop.invalidate();
  }
  #contextLost(event: Event): void {
    event.preventDefault(); // the browser may give it back
    this.#picture?.dispose();
    this.#picture = null;
    this.#drawn = null;
    this.#graphicsFailed(new SlError("graphics", GRAPHICS_RESET));
  }
  #graphicsFailed(error: unknown): void {
    if (!(error instanceof SlError)) throw error;
    const key = `${String(this.shown?.id)} ${error.code} ${error.message}`;
    if (key !== this.#reportedGraphics) this.fail(error); // once, not with every draw
    this.#reportedGraphics = key;
  }
  #stage(): SlideStage | null {
    const { store, textureBytes } = this.#host;
    return this.#picture === null ? null : { picture: this.#picture, store, textureBytes };
  }
  #draw(): void {
    const [model, picture] = [this.#model.get(), this.#picture];
    if (model === null || picture === null) return;
    const frame = frameOf(model);
    const level =
      frame?.slide === undefined
        ? this.#drawFrame(model, picture, frame)
        : this.#drawSlide(model, frame, frame.slide);
    this.#layers?.paint(frame === null || level < 0 ? null : layerView(model, frame));
    this.#tellState();
    this.#reportFailure(false);
    if (frame !== null && level >= 0)
      requestAnimationFrame((timestamp) => {
        this.#presented(timestamp, frame, level);
      });
    if (frame?.slide === undefined) this.#loop.wantIdle();
  }
  /** Returns the level that is on screen. */
  #drawSlide(model: ViewModel, frame: ManifestFrame, slide: Slide): number {
    const stage = this.#stage();
    if (stage === null) return -1;
    try {
      const { level, quality, isUnfinished, refusal } = drawSlide(stage, model, slide);
      this.#drawn = { frame, level, quality };
      if (refusal !== null) this.#graphicsFailed(refusal);
      if (isUnfinished) this.#loop.invalidate();
      return level;
    } catch (error) {
      this.#drawn = { frame, level: -1, quality: "none" };
      this.#graphicsFailed(error);
      return -1;
    }
  }
  #drawFrame(shown: ViewModel, picture: Picture, frame: ManifestFrame | null): number {
    let model = shown;
    try {
      if (frame !== null) {
        if (picture.level(frame) < 0) this.#host.decodeHere(frame.id);
        picture.upload(frame);
        model = this.#measureWindow(model, frame);
      }
    } catch (error) {
      // what was on the GPU before stays, and the badge says what it is
      this.#graphicsFailed(error);
    }
    const isWithheld =
      frame !== null && this.#host.store?.held(frame.id)?.failure === "digest_mismatch";
    if (isWithheld) picture.drop(frame.id);
    let level = -1;
    try {
      level = picture.draw(model, frame);
    } catch (error) {
      this.#graphicsFailed(error);
    }
    this.#drawn = frame === null ? null : { frame, level };
    return level;
  }
  /** Nobody has said which values there are: the decoded ones do, once they are here. */
  #measureWindow(model: ViewModel, frame: ManifestFrame): ViewModel {
    const block = this.#host.store?.held(frame.id)?.block ?? null;
    const measured = withMeasuredWindow(model, frame, block);
    if (measured !== model) this.#model.update(() => measured);
    return measured;
  }
  /** What is drawn of the frame. */
  #blockOf({ difference, id }: ManifestFrame): SampleBlock | null {
    const { store } = this.#host;
    if (difference === undefined) return store?.held(id)?.block ?? null;
    try {
      return differenceBlock(difference, store);
    } catch (error) {
      if (error instanceof SlError) return null; // said when it was to be drawn
      throw error;
    }
  }
  #presented(timestamp: number, frame: ManifestFrame, level: number): void {
    const model = this.#model.get();
    if (model === null || this.shown !== frame) return;
    const quality = this.#quality(model);
    this.#events.emit("presented", {
      timestamp,
      level,
      quality,
      sopInstanceUID: frame.instance.sopInstanceUID,
      frame: frame.frameNumber,
    });
    this.#waiters.reached(quality);
  }
  #tellState(): void {
    const now = this.state;
    if (now === this.#toldState) return;
    this.#toldState = now;
    this.#events.emit("statechange", now);
  }
  #reportFailure(isAsked: boolean): void {
    const frame = this.shown;
    if (frame === null) return;
    const failure = failureOf(frame, this.#host.store?.held(frame.id) ?? null);
    if (failure !== null && failure.code !== "pending")
      this.#waiters.failed(new SlError(failure.code, failure.message));
    const key = failure === null ? "" : `${String(frame.id)} ${failure.code}`;
    if (key === this.#reported || isAsked) return;
    this.#reported = key;
    if (failure !== null) this.#events.emit("error", failure);
  }
  #drawnLevel(frame: ManifestFrame | null): number {
    return frame !== null && this.#drawn?.frame === frame ? this.#drawn.level : -1;
  }
  #quality(model: ViewModel): Quality {
    const frame = frameOf(model);
    if (frame === null) return "none";
    if (frame.slide !== undefined)
      return (this.#drawn?.frame === frame ? this.#drawn.quality : null) ?? "none";
    const held = this.#host.store?.held(frame.id) ?? null;
    return qualityOf({
      frame,
      level: this.#drawnLevel(frame),
      verified: held?.verified ?? false,
      incomplete: held?.missing != null,
      zoom: model.view.zoom,
    });
  }
}
/** Nothing else has to be fetched: of a slide only what is seen is. */
function isSeenAlike(before: ViewModel, after: ViewModel): boolean {
  if (before.view.zoom !== after.view.zoom) return false;
  if (frameOf(after)?.slide === undefined) return true;
  const [a, b] = [before.view, after.view];
  return (
    a.pan.x === b.pan.x &&
    a.pan.y === b.pan.y &&
    a.rotation === b.rotation &&
    a.flipHorizontal === b.flipHorizontal &&
    a.flipVertical === b.flipVertical &&
    before.size === after.size
  );
}
