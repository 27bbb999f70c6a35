import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { t } from "../i18n/translate.ts";
import type { ManifestInstance } from "../shared/manifest.ts";
import { isVideo } from "../shared/video.ts";
import "../styles/video.css";
import type { ChromeModel } from "./chrome_model.ts";
import { ChromePart } from "./chrome_part.ts";
import { icon } from "./icons.ts";
import { videoBar } from "./video_bar.ts";
import type { VideoSession } from "./video_session.ts";

/** The video that the viewport is at; null: pictures, or an object without. */
export function videoOf({ viewport }: Pick<ChromeModel, "viewport">): ManifestInstance | null {
  const instance = viewport.shown?.instance ?? null;
  return instance !== null && isVideo(instance) ? instance : null;
}

/** In the place of the picture: a video, where the viewport's zoom and pan would put the picture. */
@customElement("sl-video-panel")
export class VideoPanel extends ChromePart {
  #session: VideoSession | null = null;
  #opening = "";
  /** picture (0-based) that the viewport was told of, or told us */
  #told = -1;
  speed = 1;
  isLoop = true;

  protected override signature(): string {
    const { viewer, viewport, cine } = this.model;
    const { state } = viewport;
    return [
      viewer.manifest?.revision ?? "",
      videoOf(this.model)?.hash ?? "",
      viewport.shown?.frameNumber ?? 0,
      ...[
        state.zoom,
        state.pan.x,
        state.pan.y,
        state.rotation,
        state.deviceWidth,
        state.deviceHeight,
      ],
      ...[state.flipHorizontal, state.flipVertical, cine.state.value.playing],
    ].join("|");
  }
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#close();
  }
  get session(): VideoSession | null {
    return this.#session;
  }
  /** Goes to a picture of the video; of those that the object states the viewport goes along. */
  go(frame: number): void {
    const session = this.#session;
    if (session === null) return;
    const wanted = Math.min(Math.max(frame, 0), session.frames - 1);
    session.show(wanted);
    this.#tellViewport(session.instance, wanted);
    this.requestUpdate();
  }

  protected override render(): TemplateResult | typeof nothing {
    const instance = videoOf(this.model);
    if ((instance?.hash ?? "") !== this.#opening) {
      this.#close();
      if (instance !== null) void this.#open(instance);
    }
    if (instance === null) return nothing;
    this.#follow();
    const session = this.#session;
    return html`<div class="video-stage" ?hidden=${session?.failure != null}>${session?.element ?? nothing}</div>
      ${this.#message(session)} ${session === null || session.failure !== null ? nothing : videoBar(this, this.model)}`;
  }
  protected override updated(): void {
    this.#place();
  }

  async #open(instance: ManifestInstance): Promise<void> {
    this.#opening = instance.hash;
    const { openSession } = await import("./video_session.ts");
    if (this.#opening !== instance.hash || !this.isConnected) return;
    const first = (this.model.viewport.shown?.frameNumber ?? 1) - 1;
    this.#told = first;
    this.#session = openSession(this.model, instance, first, {
      changed: () => {
        this.#changed();
      },
      shown: (frame) => {
        this.#shown(frame);
      },
      playing: (isPlaying) => {
        this.model.cine.toldPlaying(isPlaying);
      },
    });
  }
  #close(): void {
    this.#opening = "";
    this.#session?.dispose();
    this.#session = null;
    this.model.cine.usePlayer(null);
  }
  #changed(): void {
    this.model.cine.usePlayer(this.#session?.player ?? null);
    this.requestUpdate();
  }
  /** The reader has scrolled. */
  #follow(): void {
    const frame = (this.model.viewport.shown?.frameNumber ?? 1) - 1;
    if (this.#session === null || frame === this.#told) return;
    this.#told = frame;
    this.#session.show(frame);
  }
  /** What plays takes the viewport along; what is on its way elsewhere does not. */
  #shown(frame: number): void {
    const player = this.#session?.player;
    if (this.#session === null || player?.isPlaying !== true || player.element.seeking) return;
    this.#tellViewport(this.#session.instance, frame);
  }
  #tellViewport(instance: ManifestInstance, frame: number): void {
    const { viewport } = this.model;
    this.#told = Math.min(frame, instance.frames.length - 1);
    const first = instance.frames[0];
    const begin = first === undefined ? -1 : (viewport.series?.frames.indexOf(first) ?? -1);
    if (begin >= 0) viewport.scrollTo(begin + this.#told);
  }
  /** Lays the element where the picture would be drawn. */
  #place(): void {
    const { viewport } = this.model;
    const element = this.#session?.element;
    const { rows = 0, cols = 0 } = this.#session?.instance ?? {};
    if (element == null) return;
    element.classList.add("video-picture");
    element.classList.toggle("fitted", rows === 0 || cols === 0); // the object does not say how large it is
    if (rows === 0 || cols === 0) return;
    const ratio = viewport.canvas.width / Math.max(1, viewport.canvas.clientWidth);
    const origin = viewport.toViewport(0, 0);
    const [right, down] = [viewport.toViewport(0, cols), viewport.toViewport(rows, 0)];
    const matrix = [
      (right.x - origin.x) / cols,
      (right.y - origin.y) / cols,
      (down.x - origin.x) / rows,
      (down.y - origin.y) / rows,
      origin.x,
      origin.y,
    ].map((value) => value / ratio);
    element.style.width = `${String(cols)}px`;
    element.style.height = `${String(rows)}px`;
    element.style.transform = `matrix(${matrix.join(", ")})`;
  }
  #message(session: VideoSession | null): TemplateResult | typeof nothing {
    if (session?.failure != null) return failurePanel(session, session.failure.reasons);
    if (session?.missing?.code === "not_found")
      return html`<p class="video-wait" role="status">${icon("warning")} ${t("video.ended")}</p>`;
    if (session !== null && session.frame >= 0) return nothing;
    const percent = Math.round(100 * (session?.share ?? 0));
    const isDecoding = session?.pictures != null;
    const text = isDecoding
      ? t("video.decoding")
      : percent > 0 && percent < 100
        ? t("video.loadingShare", { percent })
        : t("video.loading");
    return html`<p class="video-wait" role="status"><span class="spinner" aria-hidden="true"></span> ${text}</p>`;
  }
}

function failurePanel(session: VideoSession, reasons: readonly string[]): TemplateResult {
  return html`<section class="viewport-panel failed" role="alert">
    ${icon("warning")}
    <h2>${t("video.failedTitle")}</h2>
    ${reasons.map((reason) => html`<p>${reason}</p>`)}
    <p class="choices" data-no-tools>
      <button type="button" class="secondary" @click=${() => {
        void session.download();
      }}>${icon("download")} ${t("video.download")}</button>
    </p>
  </section>`;
}
