import type { SlViewerModule } from "../decode/sl_abi.ts";
import { readerUrl } from "../decode/reader_assets.ts";
import { SlError } from "../shared/errc.ts";
import { LocalDocuments } from "../source/documents.ts";
import { LocalFiles } from "../source/local_files.ts";
import { canStore } from "../source/stow_archive.ts";
import type { FrameDecoder } from "../tiles/tile_stream.ts";
import { publishApi } from "../view/embedding.ts";
import { HOME } from "../view/page_address.ts";
import { Viewer } from "../view/viewer.ts";
import { droppedFiles, type FoundFiles } from "./dropped_files.ts";

/** What main.ts gives: workers are started in one place, boot.ts. */
export interface LocalPageTools {
  /** a worker that reads files: source/local_reader.ts */
  readonly startReader: () => Worker;
  readonly startScript: (url: string) => Worker;
  /** what draws, and what decodes; rejects with SlError */
  readonly loadEngine: () => Promise<{ module: SlViewerModule; workers: FrameDecoder }>;
}

/** Files of this computer in the page of the study list: reads them, and shows their studies in the same viewer, in place.
 *  No address leads to them, so leaving the viewer is a step back in the history. */
export class LocalPage {
  readonly files: LocalFiles;
  /** the page's server takes objects in; asked when the first files come */
  canUpload = false;
  /** files are held over the window */
  isDropTarget = false;
  /** UID of the study that was shown last; "" before any */
  shown = "";
  readonly #root: HTMLElement;
  readonly #tools: LocalPageTools;
  readonly #mountList: () => void;
  readonly #listeners = new Set<() => void>();
  #engine: ReturnType<LocalPageTools["loadEngine"]> | null = null;
  #close: (() => void) | null = null;
  #dragDepth = 0;

  constructor(root: HTMLElement, tools: LocalPageTools, mountList: () => void) {
    this.#root = root;
    this.#tools = tools;
    this.#mountList = mountList;
    this.files = new LocalFiles({
      makeWorker: tools.startReader,
      readerUrl: readerUrl(),
      changed: () => {
        this.#tell();
      },
      rest: () =>
        new Promise((resolve) => {
          setTimeout(resolve);
        }),
    });
    addEventListener("popstate", () => {
      if (this.#close !== null) this.showList();
    });
    this.#listenForDrops();
  }
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
  showList(): void {
    this.#close?.();
    this.#close = null;
    this.#mountList();
  }
  add({ files, unread }: FoundFiles): void {
    if (this.#close !== null) history.back();
    this.#askForUpload();
    this.files.add(files, unread);
  }
  /** Shows a study in the viewer, in the place of the list. */
  async open(studyInstanceUID: string): Promise<void> {
    const { mountViewerChrome } = await import("./viewer_chrome.ts");
    // looked up now: it may have grown meanwhile
    const manifest = this.files.studies.find(
      (one) => one.study.studyInstanceUID === studyInstanceUID,
    );
    if (manifest === undefined || this.#close !== null) return;
    this.shown = studyInstanceUID;
    history.pushState(null, "");
    const { parts, viewport } = skeleton();
    this.#root.replaceChildren(...parts);
    const viewer = new Viewer(viewport, () => import("../slide/slide_series.ts"));
    publishApi(viewer);
    const endChrome = mountViewerChrome(this.#root, viewer, {
      documents: new LocalDocuments(this.files),
      startScript: this.#tools.startScript,
    });
    const onClick = (event: MouseEvent): void => {
      if (!(event.target instanceof Element) || event.target.closest(`a[href="${HOME}"]`) === null)
        return;
      event.preventDefault();
      history.back();
    };
    this.#root.addEventListener("click", onClick);
    this.#close = (): void => {
      this.#root.removeEventListener("click", onClick);
      endChrome();
      viewer.dispose();
    };
    viewer.openFrom(manifest, (opened, events) => this.files.source(opened, events));
    this.#engine ??= this.#tools.loadEngine();
    try {
      const { module, workers } = await this.#engine;
      viewer.useWorkers(workers);
      viewer.useModule(module);
    } catch (error) {
      this.#engine = null;
      if (!(error instanceof SlError)) throw error;
      viewer.active.fail(error);
    }
  }

  #askForUpload(): void {
    if (import.meta.env.SIGHTLINE_STATIC || this.canUpload) return;
    void canStore().then((can) => {
      this.canUpload = can;
      this.#tell();
    });
  }
  /** The whole window, list and viewer. */
  #listenForDrops(): void {
    const isFiles = (event: DragEvent): boolean =>
      event.dataTransfer?.types.includes("Files") === true;
    const setDepth = (depth: number): void => {
      this.#dragDepth = depth;
      if (this.isDropTarget === depth > 0) return;
      this.isDropTarget = depth > 0;
      this.#tell();
    };
    addEventListener("dragenter", (event) => {
      if (isFiles(event)) setDepth(this.#dragDepth + 1);
    });
    addEventListener("dragleave", (event) => {
      if (isFiles(event)) setDepth(Math.max(0, this.#dragDepth - 1));
    });
    addEventListener("dragover", (event) => {
      if (isFiles(event)) event.preventDefault();
    });
    addEventListener("drop", (event) => {
      if (event.dataTransfer === null || !isFiles(event)) return;
      event.preventDefault();
      setDepth(0);
      void droppedFiles(event.dataTransfer).then((found) => {
        this.add(found);
      });
    });
  }
  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** The parts of index.html's skeleton. */
function skeleton(): { parts: HTMLElement[]; viewport: HTMLElement } {
  const part = (id: string, tag: string): HTMLElement => {
    const element = document.createElement(tag);
    element.id = id;
    return element;
  };
  const viewport = part("viewport", "main");
  const parts = [
    part("topbar", "header"),
    part("strip", "aside"),
    viewport,
    part("bottombar", "nav"),
  ];
  return { parts, viewport };
}
