import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { t } from "../i18n/translate.ts";
import { FRONT, panned, turned, zoomed, type MeshCamera } from "../mesh/mesh_camera.ts";
import type { MeshColor } from "../mesh/mesh_color.ts";
import { MeshView } from "../mesh/mesh_view.ts";
import { readObj } from "../mesh/obj_reader.ts";
import { readStl } from "../mesh/stl_reader.ts";
import { SlError } from "../shared/errc.ts";
import "../styles/stl_model.css";
import { icon } from "./icons.ts";

const BONE: MeshColor = [0.86, 0.82, 0.74];
const KEY_STEP = Math.PI / 24;
const ZOOM_STEP = 1.2;

/** An STL or OBJ model that can be turned: by dragging, fingers and keys. */
@customElement("sl-stl-model")
export class StlModel extends LitElement {
  @property({ attribute: false }) bytes!: Uint8Array;
  @property({ attribute: false }) format: "stl" | "obj" = "stl";
  /** as the object recommends, 0 … 1 each; null: it does not */
  @property({ attribute: false }) color: MeshColor | null = null;
  @state() private failure = "";
  #view: MeshView | null = null;
  #triangles = 0;
  readonly #pointers = new Map<number, PointerEvent>();
  readonly #resize = new ResizeObserver(() => {
    this.#view?.draw();
  });

  protected override createRenderRoot(): this {
    return this;
  }
  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("bytes") && !changed.has("color") && !changed.has("format")) return;
    this.#view?.dispose();
    this.#view = null;
    this.failure = "";
    try {
      const mesh = this.format === "obj" ? readObj(this.bytes) : readStl(this.bytes);
      this.#triangles = mesh.triangles;
      this.#view = new MeshView(mesh, this.color ?? BONE);
      this.#listen(this.#view.canvas);
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      this.failure =
        error.code === "graphics"
          ? t("failure.graphics")
          : t(error.code === "limit_exceeded" ? "stl.tooLarge" : "stl.broken");
    }
  }
  protected override updated(): void {
    const canvas = this.#view?.canvas;
    if (canvas === undefined) return;
    this.#resize.observe(canvas);
    this.#view?.draw();
  }
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
    this.#view?.dispose();
    this.#view = null;
  }

  protected override render(): TemplateResult {
    if (this.failure !== "")
      return html`<p class="document-warning" role="alert">${icon("warning")} ${this.failure}</p>`;
    return html`<div class="stl-stage">${this.#view?.canvas ?? nothing}
        <button type="button" class="bar-button stl-reset" title=${t("stl.reset")} aria-label=${t("stl.reset")}
          @click=${() => {
            this.#look(() => FRONT);
          }}>${icon("reset")}</button>
      </div>
      <p class="document-note">${t("stl.triangles#", { n: this.#triangles })} · ${t("stl.help")}</p>`;
  }

  #look(change: (camera: MeshCamera) => MeshCamera): void {
    if (this.#view === null) return;
    this.#view.camera = change(this.#view.camera);
    this.#view.draw();
  }
  #listen(canvas: HTMLCanvasElement): void {
    canvas.className = "stl-canvas";
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", t("stl.label"));
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#pointers.set(event.pointerId, event);
    });
    canvas.addEventListener("pointermove", (event) => {
      this.#drag(event);
    });
    canvas.addEventListener("lostpointercapture", (event) => {
      this.#pointers.delete(event.pointerId);
    });
    canvas.addEventListener("contextmenu", (event) => {
      event.preventDefault();
    });
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.#look((camera) => zoomed(camera, Math.exp(-event.deltaY / 400)));
    });
    canvas.addEventListener("keydown", (event) => {
      this.#onKey(event);
    });
  }
  /** One pointer turns, with Shift or another button it moves; two move and zoom. */
  #drag(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    const canvas = this.#view?.canvas;
    if (before === undefined || canvas === undefined) return;
    const half = Math.min(canvas.clientWidth, canvas.clientHeight) / 2;
    const [right, down] = [event.clientX - before.clientX, event.clientY - before.clientY];
    const other = [...this.#pointers.values()].find((one) => one.pointerId !== event.pointerId);
    this.#pointers.set(event.pointerId, event);
    if (other !== undefined) {
      const far = (one: PointerEvent): number =>
        Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      const factor = far(before) > 0 ? far(event) / far(before) : 1;
      this.#look((camera) => zoomed(panned(camera, right / half / 2, -down / half / 2), factor));
    } else if (event.shiftKey || event.buttons !== 1) {
      this.#look((camera) => panned(camera, right / half, -down / half));
    } else {
      this.#look((camera) => turned(camera, (right / half) * 1.5, (down / half) * 1.5));
    }
  }
  #onKey(event: KeyboardEvent): void {
    const change = KEYS[event.key];
    if (change === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.#look(change);
  }
}

const KEYS: Readonly<Record<string, (camera: MeshCamera) => MeshCamera>> = {
  ArrowLeft: (camera) => turned(camera, -KEY_STEP, 0),
  ArrowRight: (camera) => turned(camera, KEY_STEP, 0),
  ArrowUp: (camera) => turned(camera, 0, -KEY_STEP),
  ArrowDown: (camera) => turned(camera, 0, KEY_STEP),
  "+": (camera) => zoomed(camera, ZOOM_STEP),
  "=": (camera) => zoomed(camera, ZOOM_STEP),
  "-": (camera) => zoomed(camera, 1 / ZOOM_STEP),
  " ": () => FRONT,
  "0": () => FRONT,
};
