import type { Manifest } from "../shared/manifest.ts";
import type { SlideModule } from "../shared/slide.ts";

/** Fetches web/slide. */
export type LoadSlides = () => Promise<SlideModule>;

/** Studies with whole-slide images, as they are shown. The code for them is fetched when the first comes. */
export class Slides {
  readonly #load: LoadSlides;
  #module: SlideModule | null = null;

  constructor(load: LoadSlides) {
    this.#load = load;
  }
  /** The study itself where it has no slides; at once when the code is here. */
  prepare(manifest: Manifest): Manifest | Promise<Manifest> {
    const hasSlides = manifest.series.some((series) =>
      series.instances.some((instance) => instance.slide !== undefined),
    );
    if (!hasSlides) return manifest;
    if (this.#module !== null) return this.#module.withSlides(manifest);
    return this.#load().then((module) => {
      this.#module = module;
      return module.withSlides(manifest);
    });
  }
}
