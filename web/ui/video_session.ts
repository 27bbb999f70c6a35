import { t } from "../i18n/translate.ts";
import { SlError } from "../shared/errc.ts";
import type { ManifestInstance } from "../shared/manifest.ts";
import { fetchVideoPicture } from "../source/server_video.ts";
import type { VideoStream } from "../shared/video.ts";
import { nativeFps } from "../tools/cine.ts";
import { ForeignVideo } from "../video/foreign.ts";
import { containerOfStream, openVideo } from "../video/opened_video.ts";
import { Player } from "../video/player.ts";
import { ServerPictures } from "../video/server_pictures.ts";
import type { ChromeModel } from "./chrome_model.ts";
import { reasonText } from "./panel_text.ts";
import { safeFileName, saveFile, saveFrom } from "./saved_file.ts";

/** Pictures per second where neither the stream nor the object says how many. */
const USUAL_FPS = 25;
/** What a stream is called when it is saved; as the server names it (server/net/video_source.cpp). */
const TYPES = {
  mp4: "video/mp4",
  transport: "video/mp2t",
  program: "video/mpeg",
  mpeg2: "video/mpeg",
  h264: "video/h264",
  hevc: "video/h265",
  unknown: "application/octet-stream",
} as const;

export interface SessionEvents {
  changed(): void;
  /** a picture (0-based) is on screen */
  shown(frame: number): void;
  playing(isPlaying: boolean): void;
}
/** Why a video is not shown, in sentences. */
export interface VideoFailure {
  readonly reasons: readonly string[];
}

/** One video that is shown: played by the browser, as single pictures of the server, or not at all. */
export class VideoSession {
  readonly instance: ManifestInstance;
  readonly #model: ChromeModel;
  readonly #events: SessionEvents;
  readonly #end = new AbortController();
  #stream: VideoStream | null = null;
  player: Player | null = null;
  pictures: ServerPictures | null = null;
  failure: VideoFailure | null = null;
  /** of the picture that is asked for */
  missing: SlError | null = null;
  /** share of the stream that has been read */
  share = 0;
  /** 0-based picture that is on screen; -1: none yet */
  frame = -1;
  #wanted: number;

  constructor(
    model: ChromeModel,
    instance: ManifestInstance,
    first: number,
    events: SessionEvents,
  ) {
    this.#model = model;
    this.instance = instance;
    this.#events = events;
    this.#wanted = first;
    void this.#open();
  }
  get frames(): number {
    return this.player?.frames ?? this.instance.frames.length;
  }
  /** What is to be put on screen. */
  get element(): HTMLElement | null {
    return this.player?.element ?? this.pictures?.element ?? null;
  }
  show(frame: number): void {
    this.#wanted = frame;
    this.player?.show(frame);
    this.pictures?.show(frame);
  }
  async download(): Promise<void> {
    const stream = this.#stream;
    if (stream === null) return;
    const { seriesDescription, modality } = this.instance.series;
    try {
      const type = TYPES[await containerOfStream(stream)];
      const name = safeFileName(seriesDescription || modality, type);
      if (stream.address === null) saveFile(await stream.whole(), name, type);
      else saveFrom(stream.address, name);
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      this.#fail([t("video.broken", { reason: reasonText(error.code) })]);
    }
  }
  dispose(): void {
    this.#end.abort();
    this.player?.dispose();
    this.pictures?.dispose();
  }

  async #open(): Promise<void> {
    try {
      const stream = await this.#model.documents.video(this.instance);
      this.#stream = stream;
      const probe = document.createElement("video");
      const video = await openVideo(stream, {
        rate: nativeFps(this.instance) ?? USUAL_FPS,
        signal: this.#end.signal,
        progress: (share) => {
          this.share = share;
          this.#tell();
        },
        canPlay: (type) => probe.canPlayType(type) !== "",
      });
      if (this.#end.signal.aborted) {
        video.dispose();
        return;
      }
      this.player = new Player(video, {
        shown: (frame) => {
          this.#shown(frame);
        },
        playing: (isPlaying) => {
          this.#events.playing(isPlaying);
          this.#tell();
        },
        failed: (isNetwork) => {
          this.#giveUp(new SlError(isNetwork ? "io" : "unsupported", "the player"));
        },
      });
      this.player.show(this.#wanted);
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      if (error.code !== "stale") this.#giveUp(error);
    }
    this.#tell();
  }
  /** This browser does not play it: the server may make pictures of it. */
  #giveUp(error: SlError): void {
    this.player?.dispose();
    this.player = null;
    const why = whyNot(this.instance, error);
    if (["not_found", "forbidden", "io"].includes(error.code)) this.#fail([why]);
    else if (error instanceof ForeignVideo && error.foreign.kind === "sound")
      this.#fail([why, t("video.downloadHint")]);
    else if (this.instance.isLocal) this.#fail([why, t("video.localHint")]);
    else this.#usePictures(why);
  }
  #usePictures(why: string): void {
    const study = this.#model.viewer.manifest?.study.studyInstanceUID ?? "";
    const { instance } = this;
    const pictures = new ServerPictures(
      (frame) => fetchVideoPicture(study, instance, frame + 1),
      instance.frames.length,
      {
        shown: (frame) => {
          this.missing = null;
          this.#shown(frame);
        },
        failed: (_frame, error) => {
          this.missing = error;
          if (error.code === "not_found" || this.frame >= 0) {
            this.#tell();
            return;
          }
          pictures.dispose();
          this.pictures = null;
          const serverToo =
            error.code === "unsupported" ? t("video.noServerDecoder") : brokenText(error.code);
          this.#fail([why, serverToo, t("video.downloadHint")]);
        },
      },
    );
    this.pictures = pictures;
    pictures.show(this.#wanted);
    this.#tell();
  }
  #fail(reasons: readonly string[]): void {
    this.failure = { reasons };
    this.#tell();
  }
  #shown(frame: number): void {
    this.frame = frame;
    if (!this.#end.signal.aborted) this.#events.shown(frame);
    this.#tell();
  }
  #tell(): void {
    if (!this.#end.signal.aborted) this.#events.changed();
  }
}

export function openSession(
  model: ChromeModel,
  instance: ManifestInstance,
  first: number,
  events: SessionEvents,
): VideoSession {
  return new VideoSession(model, instance, first, events);
}
function brokenText(code: SlError["code"]): string {
  return t("video.broken", { reason: reasonText(code).replace(/\.$/, "") });
}
function whyNot(instance: ManifestInstance, error: SlError): string {
  if (error instanceof ForeignVideo) {
    const { name, kind } = error.foreign;
    if (kind === "container") return t("video.foreign", { name });
    if (kind === "sound") return t("video.onlySound", { name });
    if (kind === "unknown") return t("video.unknown");
    return name === "MPEG-2" ? t("video.noDecoderMpeg2") : t("video.noDecoder", { codec: name });
  }
  return error.code === "unsupported" ? noDecoder(instance) : brokenText(error.code);
}
function noDecoder({ transferSyntaxUID }: ManifestInstance): string {
  const number = Number(/4\.(10\d)/.exec(transferSyntaxUID)?.[1] ?? 0);
  if (number <= 101) return t("video.noDecoderMpeg2");
  return t("video.noDecoder", { codec: number <= 106 ? "H.264" : "HEVC (H.265)" });
}
