import { SlError } from "../shared/errc.ts";
import type { ManifestFrame, ManifestInstance } from "../shared/manifest.ts";
import type { SampleBlock } from "../shared/messages.ts";
import { rasterOf, type Raster } from "./raster.ts";

const MAX_BYTES = 192 * 1024 ** 2;
const IN_FLIGHT = 4;

/** The decoded frames of objects, fetched when they are first asked for; least recently used first out. */
export class ObjectFrames {
  readonly #decode: (frame: ManifestFrame) => Promise<SampleBlock>;
  /** in order of use */
  readonly #held = new Map<string, Promise<Raster>>();
  readonly #bytes = new Map<string, number>();
  readonly #waiting: (() => void)[] = [];
  #inFlight = 0;

  constructor(decode: (frame: ManifestFrame) => Promise<SampleBlock>) {
    this.#decode = decode;
  }
  /** Of frames by their numbers from 0. Rejects with SlError: also when they are too many to be held at once. */
  async rasters(
    instance: ManifestInstance,
    frames: readonly number[],
  ): Promise<ReadonlyMap<number, Raster>> {
    const { rows, cols, bitsAllocated } = instance;
    if (frames.length * rows * cols * Math.max(1, bitsAllocated / 8) > MAX_BYTES)
      throw new SlError("limit_exceeded", "too many frames of an object at once");
    const rasters = await Promise.all(
      frames.map(async (index) => {
        const frame = instance.frames[index];
        if (frame === undefined) throw new SlError("not_found", "no such frame");
        return [index, await this.#raster(frame)] as const;
      }),
    );
    return new Map(rasters);
  }
  clear(): void {
    this.#held.clear();
    this.#bytes.clear();
  }

  #raster(frame: ManifestFrame): Promise<Raster> {
    const key = `${frame.instance.hash}/${String(frame.frameNumber)}`;
    const known = this.#held.get(key);
    this.#held.delete(key);
    const raster = known ?? this.#fetch(key, frame);
    this.#held.set(key, raster);
    return raster;
  }
  async #fetch(key: string, frame: ManifestFrame): Promise<Raster> {
    if (this.#inFlight >= IN_FLIGHT)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#inFlight++; // else the one that ended hands its place on
    try {
      const raster = rasterOf(await this.#decode(frame));
      const { rows, cols } = frame.instance;
      if (raster.rows !== rows || raster.cols !== cols)
        throw new SlError("corrupt", "a frame of another size");
      this.#bytes.set(key, raster.values.byteLength);
      this.#makeRoom(key);
      return raster;
    } catch (error) {
      this.#held.delete(key); // is asked for again when it is drawn again
      throw error;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#inFlight--;
      else next();
    }
  }
  #makeRoom(newest: string): void {
    let bytes = [...this.#bytes.values()].reduce((sum, size) => sum + size, 0);
    for (const key of [...this.#held.keys()]) {
      if (bytes <= MAX_BYTES) return;
      const size = this.#bytes.get(key);
      if (key === newest || size === undefined) continue;
      bytes -= size;
      this.#bytes.delete(key);
      this.#held.delete(key);
    }
  }
}
