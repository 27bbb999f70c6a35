import { html, nothing, type TemplateResult } from "lit";
import { t, type MessageKey } from "../i18n/translate.ts";
import type { ChromeModel } from "./chrome_model.ts";
import { icon, type IconName } from "./icons.ts";
import { titleWithKey } from "./top_bar.ts";
import type { VideoSession } from "./video_session.ts";

const SPEEDS: readonly number[] = [0.1, 0.25, 0.5, 1, 2, 4];

/** What the bar acts on: the panel. */
export interface VideoDesk {
  readonly session: VideoSession | null;
  speed: number;
  isLoop: boolean;
  go(frame: number): void;
  requestUpdate(): void;
}

/** Play, steps, position, speed; of single pictures the mark alone: cine plays them. */
export function videoBar(desk: VideoDesk, model: ChromeModel): TemplateResult | typeof nothing {
  const { session } = desk;
  if (session === null) return nothing;
  const isServer = session.pictures !== null;
  const stated = session.instance.frames.length;
  const found = session.player?.frames ?? stated;
  return html`<div class="video-notes" data-no-tools>
      <span class="video-mark" title=${t(isServer ? "video.markServerTitle" : "video.markTitle")}>${t(isServer ? "video.markServer" : "video.mark")}</span>
      ${found === stated ? nothing : html`<span class="video-mark warn">${t("video.countDiffers", { stated, found })}</span>`}
    </div>
    ${session.player === null ? nothing : playerBar(desk, model, session)}`;
}
function playerBar(desk: VideoDesk, model: ChromeModel, session: VideoSession): TemplateResult {
  const { player, frames } = session;
  const { playing } = model.cine.state.value;
  const frame = Math.max(0, session.frame);
  const [time, total] = [player?.timeOf(frame) ?? 0, player?.duration ?? 0].map(timeText);
  const step = (by: number): void => {
    player?.pause();
    desk.go(frame + by);
  };
  return html`<div class="video-bar" role="group" aria-label=${t("video.label")} data-no-tools>
    <input class="video-position" type="range" min="0" max=${Math.max(0, frames - 1)} step="1" .value=${String(frame)}
      aria-label=${t("video.position")}
      aria-valuetext=${t("video.positionText", { n: frame + 1, count: frames, time: time ?? "" })}
      @input=${(event: Event) => {
        if (event.target instanceof HTMLInputElement) desk.go(Number(event.target.value));
      }} />
    <div class="video-controls">
      ${button("back", "video.stepBack", () => {
        step(-1);
      })}
      <button type="button" class="bar-button video-play" title=${titleWithKey("command.toggleCine", "toggleCine")}
        aria-label=${t(playing ? "cine.pause" : "cine.play")}
        @click=${() => {
          model.toggleCine();
        }}>${icon(playing ? "pause" : "play")}</button>
      ${button("forward", "video.stepForward", () => {
        step(1);
      })}
      <output class="video-time">${t("video.time", { time: time ?? "", total: total ?? "" })}</output>
      <output class="video-frame">${t("video.frame", { n: frame + 1, count: frames })}</output>
      ${speedPicker(desk)} ${loopButton(desk)}
      ${button("download", "video.download", () => {
        void session.download();
      })}
    </div>
  </div>`;
}
function button(name: IconName, label: MessageKey, act: () => void): TemplateResult {
  return html`<button type="button" class="bar-button" title=${t(label)} aria-label=${t(label)} @click=${act}>${icon(name)}</button>`;
}
function speedPicker(desk: VideoDesk): TemplateResult {
  return html`<select class="video-speed" aria-label=${t("video.speed")} title=${t("video.speed")}
    @change=${(event: Event) => {
      if (!(event.target instanceof HTMLSelectElement)) return;
      desk.speed = Number(event.target.value);
      desk.session?.player?.setSpeed(desk.speed);
    }}>${SPEEDS.map((speed) => html`<option value=${String(speed)} ?selected=${speed === desk.speed}>${t("video.speedTimes", { n: String(speed) })}</option>`)}</select>`;
}
function loopButton(desk: VideoDesk): TemplateResult {
  return html`<button type="button" class="bar-button" title=${t("video.loop")} aria-label=${t("video.loop")} aria-pressed=${desk.isLoop ? "true" : "false"}
    @click=${() => {
      desk.isLoop = !desk.isLoop;
      desk.session?.player?.setLoop(desk.isLoop);
      desk.requestUpdate();
    }}>${icon("repeat")}</button>`;
}

/** "1:05.040": hours are told as minutes. */
export function timeText(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const part = (value: number, digits: number): string => String(value).padStart(digits, "0");
  return `${String(Math.floor(ms / 60_000))}:${part(Math.floor(ms / 1000) % 60, 2)}.${part(ms % 1000, 3)}`;
}
