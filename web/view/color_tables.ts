import type { ColorTable } from "../shared/api.ts";

/** What the cache needs of the renderer. */
export interface ColorTableOwner {
  putColorTable(table: ColorTable): number;
  dropColorTable(table: number): void;
}

const MAX_TABLES = 3;

/** Colour profiles' tables on the GPU, by their own objects; least recently used first out. */
export class ColorTables {
  readonly #owner: ColorTableOwner;
  readonly #tables = new Map<ColorTable, number>();

  constructor(owner: ColorTableOwner) {
    this.#owner = owner;
  }
  /** 0 without a table. Throws SlError: graphics, out_of_memory. */
  use(table: ColorTable | null): number {
    if (table === null) return 0;
    const id = this.#tables.get(table) ?? this.#owner.putColorTable(table);
    this.#tables.delete(table);
    this.#tables.set(table, id);
    for (const [oldest, oldId] of this.#tables) {
      if (this.#tables.size <= MAX_TABLES) break;
      this.#owner.dropColorTable(oldId);
      this.#tables.delete(oldest);
    }
    return id;
  }
  clear(): void {
    for (const id of this.#tables.values()) this.#owner.dropColorTable(id);
    this.#tables.clear();
  }
}
