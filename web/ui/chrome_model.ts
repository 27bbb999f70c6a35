import type { ColorProfiles } from "../layers/color_profiles.ts";
import type { Layers } from "../layers/layers.ts";
import type { Refusal } from "../layers/object_refusal.ts";
import type {
  ErrorDetail,
  PresentedDetail,
  ViewerController,
  ViewportController,
} from "../shared/api.ts";
import type { ManifestInstance } from "../shared/manifest.ts";
import { isLayerObject } from "../shared/sop_class.ts";
import type { Documents } from "../source/documents.ts";
import { Cine } from "../tools/cine.ts";
import type { ChromeActions, CommandContext, CommandId } from "../tools/commands.ts";
import { runCommand } from "../tools/commands.ts";
import { Observable } from "../tools/observable.ts";
import { ToolSettings } from "../tools/tool_settings.ts";
import { objectOf } from "./document_of.ts";
import { KeyImages } from "./key_images.ts";

export type OverlayMode = "full" | "minimal" | "none";
export type PanelName = "presets" | "more" | "series" | "help" | "tags" | "layers";
const OVERLAY_MODES: readonly OverlayMode[] = ["full", "minimal", "none"];

/** What the chrome is given beside the viewer: boot.ts starts all workers. */
export interface ViewerTools {
  readonly documents: Documents;
  /** a module worker of one of our own scripts */
  readonly startScript: (url: string) => Worker;
}

/** What the parts of the chrome share: the viewer, the tools, what is open, and one call when something is to be redrawn. */
export class ChromeModel implements ChromeActions, CommandContext {
  readonly viewer: ViewerController;
  readonly documents: Documents;
  readonly startScript: (url: string) => Worker;
  readonly keyImages: KeyImages;
  readonly tools = new ToolSettings();
  readonly cine: Cine;
  readonly overlayMode = new Observable<OverlayMode>("full");
  readonly stripOpen = new Observable(true);
  readonly openPanel = new Observable<PanelName | null>(null);
  /** what lies over the picture; null until its code is here */
  readonly layers = new Observable<Layers | null>(null);
  /** the content item that a report is to be opened at, and the report's hash */
  readonly reportItem = new Observable<{ hash: string; item: string } | null>(null);
  /** the pictures' colour profiles; null until their code is here */
  readonly colors = new Observable<ColorProfiles | null>(null);
  readonly #root: HTMLElement;
  readonly #listeners = new Set<() => void>();
  readonly #errors = new Map<string, ErrorDetail>();
  readonly #ends: (() => void)[] = [];
  #bound: ViewportController | null = null;
  #refused: { readonly hash: string; readonly refusal: Refusal } | null = null;
  /** the object that the viewport is at, once it has been tried over pictures */
  #tried = "";
  /** a command of the reader is being run */
  #isStepping = false;
  #unbind: (() => void) | null = null;

  constructor(
    root: HTMLElement,
    viewer: ViewerController,
    { documents, startScript }: ViewerTools,
  ) {
    this.#root = root;
    this.viewer = viewer;
    this.documents = documents;
    this.startScript = startScript;
    this.keyImages = new KeyImages(documents, () => {
      this.#tell();
    });
    this.cine = new Cine(() => viewer.active);
    const tell = (): void => {
      this.#tell();
    };
    this.#ends.push(
      viewer.subscribe(() => {
        this.#onViewer();
      }),
      this.tools.picked.subscribe(tell),
      this.cine.state.subscribe(tell),
      this.overlayMode.subscribe(tell),
      this.openPanel.subscribe(tell),
      this.layers.subscribe((layers) => {
        if (layers !== null) this.#ends.push(layers.subscribe(tell));
        this.#tell();
      }),
      this.colors.subscribe((colors) => {
        if (colors !== null) this.#ends.push(colors.subscribe(tell));
        this.#tell();
      }),
      this.stripOpen.subscribe((isOpen) => {
        if (isOpen) delete root.dataset["strip"];
        else root.dataset["strip"] = "closed";
        this.#tell();
      }),
    );
    this.#bind();
    this.keyImages.follow(viewer.manifest);
  }

  get chrome(): ChromeActions {
    return this;
  }
  get viewport(): ViewportController {
    return this.viewer.active;
  }
  /** Called after every change of study, series, picture, view, tool or panel. Returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  run(command: CommandId, digit: number | null = null): void {
    this.#isStepping = true;
    runCommand(command, this, digit);
    this.#isStepping = false;
  }
  /** The failure of the viewer, or of the picture that is to be shown; null when there is none. */
  get shownError(): ErrorDetail | null {
    const { sopInstanceUID, frame } = this.viewport.state;
    return (
      this.#errors.get(VIEWER_KEY) ?? this.#errors.get(errorKey(sopInstanceUID, frame)) ?? null
    );
  }
  dispose(): void {
    this.cine.stop();
    this.#unbind?.();
    for (const end of this.#ends) end();
    this.#listeners.clear();
  }

  /** Shows an object over the pictures that it means; one that means none of this study by itself, and why that is. */
  async openObject(instance: ManifestInstance): Promise<void> {
    const refusal = (await this.layers.value?.openObject(instance)) ?? null;
    this.#refused = refusal === null ? null : { hash: instance.hash, refusal };
    if (this.layers.value === null || refusal !== null)
      this.viewport.showSeries(instance.series.seriesInstanceUID);
    this.#tell();
  }
  /** Why the object that the viewport is at lies over no picture; null: it has not been tried, or is no such object. */
  get refusal(): Refusal | null {
    const refused = this.#refused;
    return refused !== null && refused.hash === objectOf(this)?.hash ? refused.refusal : null;
  }
  /** Shows a graphic of a report on its picture. False: it lies on none of this study. */
  async openMark(instance: ManifestInstance, item: string): Promise<boolean> {
    return (await this.layers.value?.openMark(instance, item)) === true;
  }
  /** Shows a report, at one of its content items. */
  openReport(instance: ManifestInstance, item: string): void {
    const study = this.viewer.manifest?.study.studyInstanceUID ?? "";
    this.reportItem.set({ hash: instance.hash, item });
    this.viewer
      .open({
        study,
        series: instance.series.seriesInstanceUID,
        instance: instance.sopInstanceUID,
      })
      .catch(() => undefined); // it stands in this manifest
  }
  cycleOverlay(): void {
    const next = (OVERLAY_MODES.indexOf(this.overlayMode.value) + 1) % OVERLAY_MODES.length;
    this.overlayMode.set(OVERLAY_MODES[next] ?? "full");
  }
  toggleLayers(): void {
    this.layers.value?.stack.toggleAll();
  }
  toggleColors(): void {
    this.colors.value?.toggle();
  }
  toggleSubtraction(): void {
    const { shown } = this.viewport;
    const subtraction = this.layers.value?.subtraction;
    if (shown !== null && subtraction?.isPossible(shown) === true) subtraction.toggle();
  }
  useAsMask(): void {
    this.layers.value?.subtraction.useAsMask();
  }
  toggleStrip(): void {
    this.stripOpen.set(!this.stripOpen.value);
  }
  toggleHelp(): void {
    this.openPanel.set(this.openPanel.value === "help" ? null : "help");
  }
  toggleCine(): void {
    this.cine.toggle();
  }
  toggleFullScreen(): void {
    // Refused in frames without permission: the picture stays as it is, which is visible.
    if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
    else void this.#root.requestFullscreen().catch(() => undefined);
  }
  toggleTags(): void {
    this.openPanel.set(this.openPanel.value === "tags" ? null : "tags");
  }
  closePanels(): void {
    this.openPanel.set(null);
  }

  /** An object that is opened by its address, not by its card: once, or what is refused would be tried for ever. Keys
   *  step on to it and past it; presentation states are not applied by themselves. */
  #followObject(): void {
    const object = objectOf(this);
    const hash = object?.hash ?? "";
    if (hash === this.#tried || this.layers.value === null) return;
    this.#tried = hash;
    if (object === null || this.#isStepping) return;
    if (isLayerObject(object.sopClassUID)) void this.openObject(object);
  }

  #onViewer(): void {
    this.#bind();
    this.keyImages.follow(this.viewer.manifest);
    this.#tell();
  }

  #bind(): void {
    const viewport = this.viewer.active;
    if (viewport === this.#bound) return;
    this.#unbind?.();
    this.#bound = viewport;
    const onState = (): void => {
      this.cine.follow();
      this.#tell();
    };
    const onPresented = (event: CustomEvent<PresentedDetail>): void => {
      this.#onPresented(event.detail);
    };
    const onError = (event: CustomEvent<ErrorDetail>): void => {
      this.#keepError(event.detail);
      this.#tell();
    };
    viewport.addEventListener("statechange", onState);
    viewport.addEventListener("presented", onPresented);
    viewport.addEventListener("error", onError);
    this.#unbind = () => {
      viewport.removeEventListener("statechange", onState);
      viewport.removeEventListener("presented", onPresented);
      viewport.removeEventListener("error", onError);
    };
    this.cine.follow();
  }

  #keepError(error: ErrorDetail): void {
    const isViewers = error.code === "graphics" || error.sopInstanceUID === "";
    this.#errors.set(isViewers ? VIEWER_KEY : errorKey(error.sopInstanceUID, error.frame), error);
  }

  /** A picture on screen ends what its drawing disproves. A coarse picture of a frame whose rest failed does not. */
  #onPresented(shown: PresentedDetail): void {
    const key = errorKey(shown.sopInstanceUID, shown.frame);
    const isWhole = ["lossless", "lossy", "original", "incomplete"].includes(shown.quality);
    const isOver = isWhole || this.#errors.get(key)?.code === "pending";
    const ended = [this.#errors.delete(VIEWER_KEY), isOver && this.#errors.delete(key)];
    if (ended.includes(true)) this.#tell();
  }

  #tell(): void {
    this.#followObject();
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Failures of no one picture: the study could not be opened, the graphics device is gone. */
const VIEWER_KEY = "viewer";

function errorKey(sopInstanceUID: string, frame: number): string {
  return `${sopInstanceUID}/${String(frame)}`;
}
