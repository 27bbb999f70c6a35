/** Parameter sets by their number. The first of each goes into the file's head; one that says something else later stays in
 *  the stream. */
export class ParameterSets<T> {
  readonly #active = new Map<number, { readonly nal: Uint8Array; readonly parsed: T }>();
  /** the first of each number, as they came */
  readonly first: Uint8Array[] = [];
  /** later ones that differ were seen */
  isChanged = false;

  get(id: number): T | undefined {
    return this.#active.get(id)?.parsed;
  }
  /** The one that came first. */
  get leading(): T | undefined {
    return this.#active.values().next().value?.parsed;
  }
  /** Whether the stream has to keep it. */
  add(id: number, nal: Uint8Array, parsed: T): boolean {
    const known = this.#active.get(id);
    if (known !== undefined && isEqual(known.nal, nal)) return false;
    const kept = nal.slice();
    if (known === undefined) this.first.push(kept);
    else this.isChanged = true;
    this.#active.set(id, { nal: kept, parsed });
    return known !== undefined;
  }
}
function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
