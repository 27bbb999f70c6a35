/** Numbers that a seed repeats (mulberry32). Not for secrets. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  /** 32 bits. */
  bits(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
  /** From 0 to below 1. */
  part(): number {
    return this.bits() / 2 ** 32;
  }
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.part() * (most - least + 1));
  }
  pick<T>(list: readonly T[]): T {
    const picked = list[this.between(0, list.length - 1)];
    if (picked === undefined) throw new Error("nothing to pick from");
    return picked;
  }
  /** Cuts a list into runs of 1 … `most`. */
  cut<T>(list: readonly T[], most: number): T[][] {
    const runs: T[][] = [];
    for (let at = 0; at < list.length; at += runs.at(-1)?.length ?? 0)
      runs.push(list.slice(at, at + this.between(1, most)));
    return runs;
  }
}
