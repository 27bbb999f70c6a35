import type { OpenedVideo } from "./opened_video.ts";

export interface PlayerEvents {
  /** this picture (0-based) is on screen */
  shown(frame: number): void;
  playing(isPlaying: boolean): void;
  /** the browser cannot go on with it; isNetwork: its bytes do not come */
  failed(isNetwork: boolean): void;
}

/** A <video> that is asked for pictures by their number. */
export class Player {
  readonly element: HTMLVideoElement;
  readonly #video: OpenedVideo;
  readonly #events: PlayerEvents;
  /** what is to be shown next, while the element is on its way elsewhere */
  #wanted: number | null = null;
  /** where the element stands by a seek, or from the beginning; null: it has played since */
  #sought: number | null = 0;
  #frame = -1;
  #isDisposed = false;

  constructor(video: OpenedVideo, events: PlayerEvents) {
    this.#video = video;
    this.#events = events;
    const element = document.createElement("video");
    this.element = element;
    element.muted = true;
    element.loop = true;
    element.playsInline = true;
    element.preload = "auto";
    element.disablePictureInPicture = true;
    element.disableRemotePlayback = true;
    element.addEventListener("play", () => {
      this.#sought = null;
    });
    for (const name of ["play", "pause", "ended"])
      element.addEventListener(name, () => {
        events.playing(this.isPlaying);
      });
    element.addEventListener("error", () => {
      const isNetwork = element.error?.code === MediaError.MEDIA_ERR_NETWORK;
      if (!this.#isDisposed) events.failed(isNetwork);
    });
    element.addEventListener("seeked", () => {
      this.#seeked();
    });
    element.addEventListener("loadeddata", () => {
      this.#seeked();
    });
    this.#watch();
    element.src = video.address;
  }
  get frames(): number {
    return this.#video.times.length;
  }
  /** 0-based; -1: none yet */
  get frame(): number {
    return this.#frame;
  }
  get isPlaying(): boolean {
    return !this.element.paused && !this.element.ended;
  }
  /** seconds at which a picture is shown */
  timeOf(frame: number): number {
    return this.#video.times[frame] ?? 0;
  }
  /** seconds; as the last picture stays as long as the others do on average */
  get duration(): number {
    return this.timeOf(this.frames - 1) + this.#mean;
  }
  get rate(): number {
    return 1 / this.#mean;
  }
  play(): void {
    // refused where the page may not: the picture stays as it is, which is visible
    void this.element.play().catch(() => undefined);
  }
  pause(): void {
    this.element.pause();
  }
  setSpeed(speed: number): void {
    this.element.playbackRate = speed;
  }
  setLoop(isLoop: boolean): void {
    this.element.loop = isLoop;
  }
  /** Goes to a picture; of several that are asked for meanwhile the last one counts. */
  show(frame: number): void {
    const wanted = Math.min(Math.max(Math.round(frame), 0), this.frames - 1);
    this.#wanted = wanted;
    if (!this.element.seeking && this.element.readyState >= 2) this.#seek(wanted);
  }
  dispose(): void {
    this.#isDisposed = true;
    this.element.pause();
    this.element.removeAttribute("src");
    this.element.load();
    this.#video.dispose();
  }

  get #mean(): number {
    const span = this.timeOf(this.frames - 1) - this.timeOf(0);
    return this.frames > 1 && span > 0 ? span / (this.frames - 1) : 0.04;
  }
  /** The middle of the time that it is shown: no rounding of the browser's makes it its neighbour. */
  #seek(frame: number): void {
    this.#sought = frame;
    const begin = this.timeOf(frame);
    const end = frame + 1 < this.frames ? this.timeOf(frame + 1) : begin + this.#mean;
    this.element.currentTime = (begin + end) / 2;
  }
  #seeked(): void {
    const wanted = this.#wanted;
    if (wanted === null || this.element.seeking) return;
    const isThere = this.#frameAt(this.element.currentTime) === wanted;
    if (!isThere) {
      this.#seek(wanted);
      return;
    }
    this.#wanted = null;
    if (!hasFrameCallback(this.element)) this.#tell(wanted);
  }
  #watch(): void {
    const { element } = this;
    if (!hasFrameCallback(element)) {
      element.addEventListener("timeupdate", () => {
        this.#tell(this.#frameAt(element.currentTime));
      });
      return;
    }
    const next = (_now: number, { mediaTime }: VideoFrameCallbackMetadata): void => {
      if (this.#isDisposed) return;
      // WebKitGTK gives a still picture the time at which it would end
      const still = element.paused && !element.seeking ? this.#sought : null;
      // the time of the picture itself, which is not always in the middle of rounding
      this.#tell(still ?? this.#frameAt(mediaTime + this.#mean / 4));
      element.requestVideoFrameCallback(next);
    };
    element.requestVideoFrameCallback(next);
  }
  #tell(frame: number): void {
    if (this.#isDisposed || this.#frame === frame) return;
    this.#frame = frame;
    this.#events.shown(frame);
  }
  /** The picture that is shown at a time: the last one that has begun. */
  #frameAt(time: number): number {
    const { times } = this.#video;
    let [low, high] = [0, times.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((times[middle] ?? 0) <= time) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
/** Firefox has it since version 132. */
function hasFrameCallback(element: HTMLVideoElement): boolean {
  return "requestVideoFrameCallback" in element;
}
