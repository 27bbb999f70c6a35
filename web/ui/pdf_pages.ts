import type { PDFDocumentLoadingTask, PDFDocumentProxy, PDFPageProxy } from "pdfjs-dist";
import { html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import jbig2Url from "pdfjs-dist/wasm/jbig2.wasm?url";
import openjpegUrl from "pdfjs-dist/wasm/openjpeg.wasm?url";
import qcmsUrl from "pdfjs-dist/wasm/qcms_bg.wasm?url";
import workerUrl from "pdfjs-dist/build/pdf.worker.min.mjs?url";
import { t } from "../i18n/translate.ts";
import { icon } from "./icons.ts";

/** Pages that are offered; a longer document is downloaded. */
const MAX_PAGES = 2_000;
/** Of one page's canvas, device pixels. */
const MAX_PAGE_PX = 24e6;
const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3] as const;
const MODULES: ReadonlyMap<string, string> = new Map([
  ["jbig2.wasm", jbig2Url],
  ["openjpeg.wasm", openjpegUrl],
  ["qcms_bg.wasm", qcmsUrl],
]);

/** pdf.js asks for its modules by name; they are files of ours, with a hash in theirs. */
class OwnModules {
  async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    const url = MODULES.get(filename);
    const response = url === undefined ? null : await fetch(url, { credentials: "same-origin" });
    if (response?.ok !== true) throw new Error(`no module ${filename}`);
    return new Uint8Array(await response.arrayBuffer());
  }
}

/** The pages of a PDF, drawn by pdf.js in a worker of its own: no plug-in, no script of the document, no form, no link. A page
 *  is drawn when it comes into view; its text lies behind it for readers and search. */
@customElement("sl-pdf-pages")
export class PdfPages extends LitElement {
  @property({ attribute: false }) bytes!: Uint8Array;
  /** starts a worker of this script of ours */
  @property({ attribute: false }) startWorker!: (url: string) => Worker;
  @state() private count = 0;
  @state() private isFailed = false;
  @state() private zoom = 1;
  #task: PDFDocumentLoadingTask | null = null;
  #document: PDFDocumentProxy | null = null;
  #worker: Worker | null = null;
  #observer: IntersectionObserver | null = null;
  readonly #drawn = new WeakMap<Element, string>();

  protected override createRenderRoot(): this {
    return this;
  }
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#close();
  }
  #close(): void {
    this.#observer?.disconnect();
    this.#observer = null;
    void this.#task?.destroy();
    this.#task = null;
    this.#document = null;
    this.#worker?.terminate();
    this.#worker = null;
  }
  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("bytes")) return;
    this.#close();
    this.count = 0;
    this.isFailed = false;
    void this.#open();
  }
  async #open(): Promise<void> {
    try {
      const pdf = await import("pdfjs-dist");
      this.#worker = this.startWorker(workerUrl);
      const task = pdf.getDocument({
        data: this.bytes.slice(), // is transferred
        worker: pdf.PDFWorker.create({ port: this.#worker }),
        WasmFactory: OwnModules,
        wasmUrl: "/", // only named: OwnModules fetches
        useWorkerFetch: false,
        isEvalSupported: false,
        enableXfa: false,
        stopAtErrors: false,
        maxImageSize: MAX_PAGE_PX,
        verbosity: 0,
      });
      this.#task = task;
      const document = await task.promise;
      if (this.#task !== task) return;
      this.#document = document;
      this.count = Math.min(document.numPages, MAX_PAGES);
    } catch {
      this.isFailed = this.isConnected; // whatever it is: the document can be downloaded
    }
  }

  protected override render(): TemplateResult {
    if (this.isFailed)
      return html`<p class="document-warning" role="alert">${icon("warning")} ${t("pdf.failed")}</p>`;
    if (this.count === 0)
      return html`<p class="document-wait" role="status"><span class="spinner large" aria-hidden="true"></span>${t("document.loading")}</p>`;
    return html`<div class="pdf-controls" role="group" aria-label=${t("pdf.label")}>
        <button type="button" class="bar-button" aria-label=${t("pdf.zoomOut")} title=${t("pdf.zoomOut")} @click=${() => {
          this.#step(-1);
        }}>−</button>
        <output>${Math.round(this.zoom * 100)} %</output>
        <button type="button" class="bar-button" aria-label=${t("pdf.zoomIn")} title=${t("pdf.zoomIn")} @click=${() => {
          this.#step(1);
        }}>+</button>
      </div>
      <div class="pdf-pages" tabindex="0" role="region" aria-label=${t("pdf.label")}>${Array.from(
        { length: this.count },
        (_, index) => {
          const label = t("pdf.page", { n: index + 1, count: this.count });
          return html`<section class="pdf-page" data-page=${index + 1} aria-label=${label}>
          <canvas role="img" aria-label=${label}></canvas><div class="visually-hidden pdf-text"></div></section>`;
        },
      )}</div>`;
  }
  #step(step: 1 | -1): void {
    const at = ZOOMS.findIndex((zoom) => zoom >= this.zoom);
    this.zoom = ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, at + step))] ?? this.zoom;
  }
  protected override updated(): void {
    this.#observer ??= new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (isIntersecting) void this.#draw(target);
          else this.#release(target);
        }
      },
      { rootMargin: "300px" },
    );
    this.#observer.disconnect();
    for (const page of this.querySelectorAll(".pdf-page")) this.#observer.observe(page);
  }
  async #draw(section: Element): Promise<void> {
    const number = Number((section as HTMLElement).dataset["page"]);
    const key = `${String(number)} ${String(this.zoom)}`;
    const canvas = section.querySelector("canvas");
    const document = this.#document;
    if (canvas === null || document === null || this.#drawn.get(section) === key) return;
    this.#drawn.set(section, key);
    try {
      const page = await document.getPage(number);
      await drawPage(page, canvas, this.#width() * this.zoom);
      const text = section.querySelector(".pdf-text");
      if (text !== null && text.textContent === "") text.textContent = await textOf(page);
    } catch {
      this.#drawn.delete(section); // closed meanwhile, or a page that is broken: it stays white
    }
  }
  /** A page that is far away keeps its place and gives its pixels back. */
  #release(section: Element): void {
    const canvas = section.querySelector("canvas");
    if (canvas === null || !this.#drawn.delete(section)) return;
    canvas.width = 0;
    canvas.height = 0;
  }
  #width(): number {
    return Math.max(200, this.querySelector(".pdf-pages")?.clientWidth ?? 800) - 24;
  }
}
async function drawPage(
  page: PDFPageProxy,
  canvas: HTMLCanvasElement,
  width: number,
): Promise<void> {
  const natural = page.getViewport({ scale: 1 });
  const wanted = width / natural.width;
  const most = Math.sqrt(MAX_PAGE_PX / Math.max(1, natural.width * natural.height));
  const viewport = page.getViewport({ scale: Math.min(wanted * devicePixelRatio, most) });
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  canvas.style.setProperty("width", `${width.toFixed(0)}px`);
  canvas.style.setProperty("height", `${((width * natural.height) / natural.width).toFixed(0)}px`);
  // annotationMode 1: what annotations look like, nothing to click
  await page.render({ canvas, viewport, annotationMode: 1 }).promise;
}
async function textOf(page: PDFPageProxy): Promise<string> {
  const { items } = await page.getTextContent();
  return items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : " ") : "")).join("");
}
