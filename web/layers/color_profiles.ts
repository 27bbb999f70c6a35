import { makeColorTable, type MadeTable } from "../decode/color_table_maker.ts";
import type { ColorCorrection, ColorTable, ViewerController } from "../shared/api.ts";
import { SlError } from "../shared/errc.ts";
import type { ManifestFrame, ManifestSeries } from "../shared/manifest.ts";

/** A table has up to 3.3 MB; studies have one or two profiles. */
const MAX_MADE = 8;

/** A profile, by its bytes: most instances of a study have the same. */
interface Made {
  readonly profile: Uint8Array;
  readonly table: Promise<MadeTable>;
}
type Held = "loading" | "none" | SlError | { readonly made: Made; readonly result: MadeTable };

/** What is known of the profile of the picture that is shown. */
export type ProfileState =
  | { readonly kind: "applied" | "srgb" | "off"; readonly description: string }
  | { readonly kind: "failed"; readonly error: SlError };

/** PS3.3 C.11.15 speaks of pictures in colour alone. */
function isColored(frame: ManifestFrame): boolean {
  const { samples, photometric } = frame.instance;
  return samples === 3 || photometric === "PALETTE COLOR";
}

/** The object whose profile it is: a presentation state's takes the place of the image's. */
function ownerOf(frame: ManifestFrame): string {
  return frame.profileHash ?? frame.instance.hash;
}

/** The colour profiles of a viewer's pictures: asked for when a picture is drawn, made into tables by workers, applied unless
 *  they are switched off. Fetched after the first picture. */
export class ColorProfiles implements ColorCorrection {
  readonly #viewer: ViewerController;
  readonly #startWorker: (url: string) => Worker;
  readonly #listeners = new Set<() => void>();
  /** by the SHA-256 of the instance */
  readonly #held = new Map<string, Held>();
  /** in order of use, oldest first */
  #made: Made[] = [];
  /** Until a picture's own profile is here, that of its series' last one is taken: they come from one device. */
  readonly #assumed = new WeakMap<ManifestSeries, ColorTable | null>();
  #isOn = true;

  constructor(viewer: ViewerController, startWorker: (url: string) => Worker) {
    this.#viewer = viewer;
    this.#startWorker = startWorker;
    viewer.active.useColors(this);
  }
  get isOn(): boolean {
    return this.#isOn;
  }
  toggle(): void {
    this.#isOn = !this.#isOn;
    this.#tell();
  }
  of(frame: ManifestFrame): ColorTable | null {
    if (!isColored(frame)) return null;
    const { series } = frame.instance;
    const hash = ownerOf(frame);
    const held = this.#held.get(hash);
    if (held === undefined) void this.#fetch(hash);
    if (held === undefined || held === "loading")
      return this.#isOn && frame.profileHash === undefined
        ? (this.#assumed.get(series) ?? null)
        : null;
    const table = typeof held === "object" && "made" in held ? held.result.table : null;
    if (frame.profileHash === undefined) this.#assumed.set(series, table);
    return this.#isOn ? table : null;
  }
  /** null: it has none, or it is not known yet. */
  state(frame: ManifestFrame): ProfileState | null {
    const held = isColored(frame) ? this.#held.get(ownerOf(frame)) : undefined;
    if (held === undefined || held === "loading" || held === "none") return null;
    if (held instanceof SlError) return { kind: "failed", error: held };
    const { table, description } = held.result;
    if (!this.#isOn) return { kind: "off", description };
    return { kind: table === null ? "srgb" : "applied", description };
  }
  /** Something has been switched, or has arrived. Returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  dispose(): void {
    this.#viewer.active.useColors(null);
    this.#listeners.clear();
  }

  async #fetch(hash: string): Promise<void> {
    const source = this.#viewer.layerSource;
    if (source === null) return;
    this.#held.set(hash, "loading");
    let held: Held;
    try {
      const profile = await source.profile(hash);
      held = profile === null ? "none" : await this.#convert(profile);
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      held = error;
    }
    this.#held.set(hash, held);
    this.#tell();
  }
  async #convert(profile: Uint8Array<ArrayBuffer>): Promise<Held> {
    const known = this.#made.find((one) => isEqual(one.profile, profile));
    const made = known ?? { profile, table: makeColorTable(this.#startWorker, profile.slice()) };
    this.#made = [...this.#made.filter((one) => one !== made), made];
    for (const old of this.#made.splice(0, this.#made.length - MAX_MADE)) this.#forget(old);
    return { made, result: await made.table };
  }
  /** Its instances ask again when they are shown. */
  #forget(old: Made): void {
    for (const [hash, held] of this.#held)
      if (typeof held === "object" && "made" in held && held.made === old) this.#held.delete(hash);
  }
  #tell(): void {
    this.#viewer.active.redraw();
    for (const listener of [...this.#listeners]) listener();
  }
}

/** The colour profiles of a viewer's active viewport, applied from now on. */
export function attachColors(
  viewer: ViewerController,
  startWorker: (url: string) => Worker,
): ColorProfiles {
  return new ColorProfiles(viewer, startWorker);
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
