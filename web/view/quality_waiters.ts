import type { SlError } from "../shared/errc.ts";
import type { Quality } from "../shared/api.ts";
import { reaches } from "./quality.ts";

type Wanted = "preview" | "screen" | "lossless";
interface Waiter {
  readonly wanted: Wanted;
  readonly resolve: (quality: Quality) => void;
  readonly reject: (error: SlError) => void;
}

/** Those who wait for a quality of the picture that is shown. */
export class QualityWaiters {
  #waiters: Waiter[] = [];

  get wantsFull(): boolean {
    return this.#waiters.some((waiter) => waiter.wanted === "lossless");
  }
  wait(wanted: Wanted): Promise<Quality> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ wanted, resolve, reject });
    });
  }
  /** What is on screen now. */
  reached(quality: Quality): void {
    this.#take((waiter) => reaches(quality, waiter.wanted)).forEach((waiter) => {
      waiter.resolve(quality);
    });
  }
  /** The shown picture will never be better than it is. */
  failed(error: SlError): void {
    this.#take(() => true).forEach((waiter) => {
      waiter.reject(error);
    });
  }
  #take(isTaken: (waiter: Waiter) => boolean): Waiter[] {
    const taken = this.#waiters.filter(isTaken);
    this.#waiters = this.#waiters.filter((waiter) => !taken.includes(waiter));
    return taken;
  }
}
