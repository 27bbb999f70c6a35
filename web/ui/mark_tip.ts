import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { ref } from "lit/directives/ref.js";
import { t } from "../i18n/translate.ts";
import type { MarkHit } from "../layers/mark_layer.ts";
import { ChromePart } from "./chrome_part.ts";
import { icon } from "./icons.ts";
import { hitLines } from "./mark_text.ts";

/** CSS pixels beside a graphic that still mean it: of a mouse, of a finger. */
const MOUSE_PX = 6;
const TOUCH_PX = 16;
/** Of a click the pointer moves no further. */
const CLICK_PX = 4;

/** Beside the pointer: what the graphic under it is of. A click or a tap keeps it, with the way to the report. */
@customElement("sl-mark-tip")
export class MarkTip extends ChromePart {
  @state() private hit: MarkHit | null = null;
  @state() private isKept = false;
  #abort: AbortController | null = null;
  #down: { x: number; y: number } | null = null;
  #place = { x: 0, y: 0 };
  #frame = -1;

  override connectedCallback(): void {
    super.connectedCallback();
    const area = this.parentElement;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    area?.addEventListener("pointermove", this.#onMove, { signal });
    area?.addEventListener("pointerdown", this.#onDown, { signal });
    area?.addEventListener("pointerup", this.#onUp, { signal });
    area?.addEventListener(
      "pointerleave",
      () => {
        if (!this.isKept) this.#show(null);
      },
      { signal },
    );
  }
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#abort?.abort();
  }
  /** Another picture, or it is switched off: the tip is about nothing. */
  protected override signature(): string {
    const { viewport, layers } = this.model;
    const frame = viewport.shown?.id ?? -1;
    const isShown =
      this.hit === null || (layers.value?.objects.shown.includes(this.hit.view) ?? false);
    if (frame !== this.#frame || !isShown) this.#forget();
    this.#frame = frame;
    return `${String(frame)}|${String(isShown)}`;
  }
  #forget(): void {
    this.hit = null;
    this.isKept = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { hit } = this;
    if (hit === null) return nothing;
    const { region, view, item } = hit;
    const lines = hitLines(hit);
    return html`<div class="mark-tip" role="status" data-no-tools data-kept=${this.isKept} ${ref(this.#put)}>
      <p class="label"><bdi>${region.label}</bdi></p>
      ${region.detail === "" ? nothing : html`<p class="detail"><bdi>${region.detail}</bdi></p>`}
      ${lines.map(({ name, value, exact }) => html`<p title=${exact || nothing}><bdi>${name}</bdi> <b><bdi>${value}</bdi></b></p>`)}
      ${
        this.isKept && item !== null
          ? html`<button type="button" @click=${() => {
              this.#forget();
              this.model.openReport(view.instance, item);
            }}>${icon("document")}<span>${t("object.inReport")}</span></button>`
          : nothing
      }
    </div>`;
  }
  /** By properties of its own: the page's policy takes no style attributes. */
  readonly #put = (element: Element | undefined): void => {
    if (!(element instanceof HTMLElement)) return;
    const { clientWidth = 0, clientHeight = 0 } = this.parentElement ?? {};
    const { x, y } = this.#place;
    element.dataset["side"] = x > clientWidth / 2 ? "left" : "right";
    element.dataset["end"] = y > clientHeight / 2 ? "above" : "below";
    element.style.setProperty("--tip-x", `${x.toFixed(0)}px`);
    element.style.setProperty("--tip-y", `${y.toFixed(0)}px`);
  };
  readonly #onMove = (event: PointerEvent): void => {
    if (event.pointerType === "touch" || event.buttons !== 0 || this.isKept) return;
    this.#show(isChrome(event) ? null : this.#find(event, MOUSE_PX));
  };
  readonly #onDown = (event: PointerEvent): void => {
    this.#down = isChrome(event) ? null : { x: event.clientX, y: event.clientY };
  };
  readonly #onUp = (event: PointerEvent): void => {
    const down = this.#down;
    this.#down = null;
    if (down === null || event.button !== 0) return;
    if (Math.hypot(event.clientX - down.x, event.clientY - down.y) > CLICK_PX) return;
    const hit = this.#find(event, event.pointerType === "touch" ? TOUCH_PX : MOUSE_PX);
    this.isKept = hit !== null;
    this.#show(hit);
  };
  #find(event: PointerEvent, within: number): MarkHit | null {
    const { viewport, layers } = this.model;
    const box = viewport.canvas.getBoundingClientRect();
    const ratio = viewport.state.deviceWidth / box.width;
    if (layers.value === null || !(ratio > 0)) return null;
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    this.#place = { x, y };
    return layers.value.markAt(x * ratio, y * ratio, within * ratio);
  }
  #show(hit: MarkHit | null): void {
    if (hit === null && this.hit === null) return;
    if (hit?.view !== this.hit?.view) this.hit?.view.choose(null);
    hit?.view.choose(hit.region.number);
    if (hit === null) this.hit?.view.choose(null);
    this.hit = hit;
  }
}

function isChrome({ target }: PointerEvent): boolean {
  return target instanceof Element && target.closest("[data-no-tools]") !== null;
}
