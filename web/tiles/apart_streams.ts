import type { SlError } from "../shared/errc.ts";
import type { FrameStream, ManifestFrame, ManifestInstance } from "../shared/manifest.ts";

/** Streams of one part of an instance's frames; rejects with SlError. */
export type FetchPart = (
  instance: ManifestInstance,
  part: number,
) => Promise<readonly FrameStream[]>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** After a failure it is not asked again for so long. */
const RETRY_MS = 3_000;

/** Streams that the manifest does not have, brought when a frame is wanted: each part of an instance once. */
export class ApartStreams {
  readonly #fetch: FetchPart;
  readonly #arrived: () => void;
  readonly #failed: (error: SlError) => void;
  readonly #asked = new WeakMap<ManifestInstance, Set<number>>();

  constructor(fetch: FetchPart, arrived: () => void, failed: (error: SlError) => void) {
    this.#fetch = fetch;
    this.#arrived = arrived;
    this.#failed = failed;
  }
  want(frames: readonly ManifestFrame[]): void {
    for (const { stream, frameNumber, instance } of frames) {
      if (stream !== null || instance.streamsApart === undefined) continue;
      const part = Math.floor((frameNumber - 1) / instance.streamsApart);
      const asked = this.#asked.get(instance) ?? new Set();
      this.#asked.set(instance, asked);
      if (asked.has(part)) continue;
      asked.add(part);
      this.#bring(instance, instance.streamsApart, part, asked);
    }
  }
  #bring(instance: ManifestInstance, size: number, part: number, asked: Set<number>): void {
    this.#fetch(instance, part).then(
      (streams) => {
        streams.forEach((stream, i) => {
          const frame = instance.frames[part * size + i] as Mutable<ManifestFrame> | undefined;
          if (frame !== undefined) frame.stream = stream;
        });
        this.#arrived();
      },
      (error: unknown) => {
        this.#failed(error as SlError);
        setTimeout(() => {
          asked.delete(part);
          this.#arrived(); // whoever still wants it asks again
        }, RETRY_MS);
      },
    );
  }
}
