import type { ViewportController } from "../shared/api.ts";
import type { ManifestFrame, ManifestInstance } from "../shared/manifest.ts";
import { isLayerObject } from "../shared/sop_class.ts";
import { Observable } from "./observable.ts";

export const MIN_FPS = 1;
export const MAX_FPS = 90;
/** Where the object states no rate. Source: UI.md section 2, Cine. */
const DEFAULT_FPS = 24;

export interface CineState {
  readonly playing: boolean;
  /** pictures per second asked for */
  readonly fps: number;
  /** the object's own timing is followed ("as acquired") */
  readonly native: boolean;
}
/** 0-based stack indices, both played. */
export interface CineRange {
  readonly first: number;
  readonly last: number;
}

/** The object's rate, or null. Source: PS3.3 C.7.6.5 (Recommended Display Frame Rate before Frame Time). */
export function nativeFps(instance: ManifestInstance): number | null {
  if (instance.recommendedFrameRate !== null && instance.recommendedFrameRate > 0)
    return instance.recommendedFrameRate;
  if (instance.frameTimeMs !== null && instance.frameTimeMs > 0) return 1000 / instance.frameTimeMs;
  const times = instance.frameTimesMs?.slice(1).filter((time) => time > 0) ?? [];
  const total = times.reduce((sum, time) => sum + time, 0);
  return times.length > 0 && total > 0 ? (1000 * times.length) / total : null;
}

/** Modalities whose frames are moments, or turns of the detector, that are looked at as motion. */
const MOVING = new Set(["ES", "EUS", "GM", "IVOCT", "IVUS", "NM", "RF", "US", "XA", "XC"]);

/** Whether time is what the frames of this object are: not of segmentations, maps and volumes, whatever rate they state. */
export function isMotion(instance: ManifestInstance): boolean {
  const { frames, series, sopClassUID } = instance;
  if (frames.length < 2 || isLayerObject(sopClassUID) || liesApart(frames)) return false;
  return nativeFps(instance) !== null || MOVING.has(series.modality);
}
/** Frames that lie at different places. Times of one place follow one another, or the places do. */
function liesApart(frames: readonly ManifestFrame[]): boolean {
  const first = frames[0]?.geometry.position ?? null;
  return [frames[1], frames.at(-1)].some((frame) => {
    const position = frame?.geometry.position ?? null;
    return first !== null && position?.some((mm, axis) => mm !== first[axis]) === true;
  });
}

/** A multi-frame instance plays its own frames; single images play the whole stack; null when there is no motion. */
export function cineRange(frames: readonly ManifestFrame[], index: number): CineRange | null {
  const shown = frames[index];
  if (!shown || frames.length < 2) return null;
  if (shown.instance.frames.length < 2) return { first: 0, last: frames.length - 1 };
  let first = index;
  let last = index;
  while (first > 0 && frames[first - 1]?.instance === shown.instance) first -= 1;
  while (last + 1 < frames.length && frames[last + 1]?.instance === shown.instance) last += 1;
  return { first, last };
}

/** Plays a video by itself. */
export interface CinePlayer {
  play(): void;
  pause(): void;
}

/** Plays the stack of a viewport: a clock that says which picture is due; late pictures are skipped, not queued. */
export class Cine {
  readonly state: Observable<CineState>;
  readonly #viewport: () => ViewportController;
  #handle = 0;
  #dueMs = 0;
  /** index last shown by us: a user's scroll while playing restarts from there */
  #instance: ManifestInstance | null = null;
  #player: CinePlayer | null = null;

  constructor(viewport: () => ViewportController) {
    this.#viewport = viewport;
    this.state = new Observable<CineState>({ playing: false, fps: DEFAULT_FPS, native: false });
  }

  get range(): CineRange | null {
    const viewport = this.#viewport();
    return viewport.series ? cineRange(viewport.series.frames, viewport.state.stackIndex) : null;
  }
  /** Call when another picture is shown: takes over the rate of a new instance. */
  follow(): void {
    const instance = this.#viewport().shown?.instance ?? null;
    if (!instance || instance === this.#instance) return;
    const sameSeries = this.#instance?.series === instance.series;
    this.#instance = instance;
    const fps = nativeFps(instance);
    if (fps !== null) this.state.set({ ...this.state.value, fps: clampFps(fps), native: true });
    else if (!sameSeries) this.state.set({ ...this.state.value, fps: DEFAULT_FPS, native: false });
    if (!sameSeries) this.stop();
  }
  get hasPlayer(): boolean {
    return this.#player !== null;
  }
  /** What plays in the stack's stead; it says by toldPlaying() whether it does. */
  usePlayer(player: CinePlayer | null): void {
    if (player === this.#player) return;
    this.stop();
    this.#player = player;
    this.state.set({ ...this.state.value, playing: false }); // told in any case: the bar goes, or comes back
  }
  toldPlaying(playing: boolean): void {
    if (playing !== this.state.value.playing) this.state.set({ ...this.state.value, playing });
  }
  setFps(fps: number): void {
    this.state.set({ ...this.state.value, fps: clampFps(fps), native: false });
  }
  toggle(): void {
    if (this.state.value.playing) this.stop();
    else this.play();
  }
  play(): void {
    if (this.#player !== null) {
      this.#player.play();
      return;
    }
    if (this.state.value.playing || !this.range) return;
    this.state.set({ ...this.state.value, playing: true });
    this.#dueMs = performance.now() + this.#intervalMs();
    this.#handle = requestAnimationFrame((now) => {
      this.#tick(now);
    });
  }
  stop(): void {
    if (!this.state.value.playing) return;
    this.#player?.pause();
    cancelAnimationFrame(this.#handle);
    this.state.set({ ...this.state.value, playing: false });
  }

  #tick(now: number): void {
    if (!this.state.value.playing) return;
    const range = this.range;
    if (!range) {
      this.stop();
      return;
    }
    this.#advance(now, range);
    this.#handle = requestAnimationFrame((next) => {
      this.#tick(next);
    });
  }

  #advance(now: number, range: CineRange): void {
    const viewport = this.#viewport();
    const count = range.last - range.first + 1;
    let index = viewport.state.stackIndex;
    let steps = 0;
    while (now >= this.#dueMs && steps < count) {
      index = index >= range.last || index < range.first ? range.first : index + 1;
      this.#dueMs += this.#intervalMs(index);
      steps += 1;
    }
    // After a pause of the page (hidden tab) the clock starts anew instead of racing.
    if (now >= this.#dueMs) this.#dueMs = now + this.#intervalMs(index);
    if (steps > 0) viewport.scrollTo(index);
  }

  /** How long the picture at a stack index stays. Source: PS3.3 C.7.6.5.1.1 (Frame Time Vector: time since the frame before). */
  #intervalMs(index = this.#viewport().state.stackIndex): number {
    const { fps, native } = this.state.value;
    const frames = this.#viewport().series?.frames;
    const times = native ? this.#instance?.frameTimesMs : null;
    const next = frames?.[index + 1];
    const own =
      times && next?.instance === this.#instance ? times[next.frameNumber - 1] : undefined;
    return own !== undefined && own > 0 ? own : 1000 / fps;
  }
}

function clampFps(fps: number): number {
  return Math.min(Math.max(Math.round(fps * 10) / 10, MIN_FPS), MAX_FPS);
}
