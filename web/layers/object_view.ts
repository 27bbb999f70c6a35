import { t } from "../i18n/translate.ts";
import type { ContentItem } from "../shared/document.ts";
import type { ManifestFrame, ManifestInstance } from "../shared/manifest.ts";
import { valueText } from "../tools/sr_item_text.ts";
import type { AnnotationGroup } from "./annotation_group.ts";
import { AnnotationPlacement } from "./annotation_placement.ts";
import type { Rgb } from "./display_color.ts";
import type { LayerObject } from "./layer_object.ts";
import { MarkPlacement } from "./mark_placement.ts";
import { Placement, type Placed } from "./placement.ts";
import { regionColor } from "./region_color.ts";
import { StructurePlacement } from "./structure_placement.ts";

/** Letters. */
const MOST_IN_CAPTION = 28;

/** A segment, a region, a finding or a group of annotations, as the list shows it. */
export interface ShownRegion {
  readonly number: number;
  readonly label: string;
  /** its type or category, and how it was made */
  readonly detail: string;
  readonly rgb: Rgb;
  /** over the picture, beside what it is about */
  readonly caption: string;
  /** of a report: what was measured, and the content item that says so */
  readonly values: readonly ContentItem[];
  readonly item: string | null;
}

/** An object that lies over images, and how it is to be seen. */
export class ObjectView {
  readonly object: LayerObject;
  readonly regions: readonly ShownRegion[];
  readonly #changed: () => void;
  readonly #hidden = new Set<number>();
  /** by frame of a picture; ends with the manifest that numbered them */
  #over = new WeakMap<ManifestFrame, readonly Placed[]>();
  #instance: ManifestInstance;
  #placement: Placement;
  #structures: StructurePlacement | null = null;
  readonly marks: MarkPlacement | null;
  readonly annotations: AnnotationPlacement | null;
  #chosen: number | null = null;
  #isShown = false;
  #opacity: number;
  #isFilled: boolean;
  #hasOutline = true;

  constructor(object: LayerObject, instance: ManifestInstance, changed: () => void) {
    this.object = object;
    this.#instance = instance;
    this.#changed = changed;
    this.#placement = new Placement(object, instance);
    if (object.kind === "STRUCTURE_SET") this.#structures = new StructurePlacement(object);
    this.marks = object.kind === "REPORT" ? new MarkPlacement(object.marks) : null;
    this.annotations = object.kind === "ANNOTATIONS" ? new AnnotationPlacement(object) : null;
    this.regions = regionsOf(object, instance);
    const isOutlined = ["STRUCTURE_SET", "REPORT", "ANNOTATIONS"].includes(object.kind);
    this.#isFilled = !isOutlined;
    this.#opacity = isOutlined ? 0.2 : 0.4;
  }
  get instance(): ManifestInstance {
    return this.#instance;
  }
  get placement(): Placement {
    return this.#placement;
  }
  get structures(): StructurePlacement | null {
    return this.#structures;
  }
  /** The region that is looked at: in the list, or under the pointer. */
  get chosen(): number | null {
    return this.#chosen;
  }
  choose(region: number | null): void {
    if (region === this.#chosen) return;
    this.#chosen = region;
    this.#changed();
  }
  /** Of bulk annotations. */
  regionOf(group: AnnotationGroup): ShownRegion | null {
    if (this.object.kind !== "ANNOTATIONS") return null;
    return this.regions[this.object.groups.indexOf(group)] ?? null;
  }
  /** It has nothing that could lie over a picture. */
  get isEmpty(): boolean {
    return this.object.kind === "REPORT" && this.object.marks.length === 0;
  }
  /** Something of it is broken, or too many, and not shown. */
  get isIncomplete(): boolean {
    const { object } = this;
    if (object.kind === "ANNOTATIONS") return object.groups.some(({ isLeftOut }) => isLeftOut);
    return "isIncomplete" in object && object.isIncomplete;
  }
  get isShown(): boolean {
    return this.#isShown;
  }
  /** 0 … 1 of what is filled */
  get opacity(): number {
    return this.#opacity;
  }
  get isFilled(): boolean {
    return this.#isFilled;
  }
  get hasOutline(): boolean {
    return this.#hasOutline;
  }
  get areAllHidden(): boolean {
    return this.regions.every(({ number }) => this.#hidden.has(number));
  }
  isVisible(region: number): boolean {
    return !this.#hidden.has(region);
  }
  show(isShown: boolean): void {
    this.#isShown = isShown;
    this.#changed();
  }
  toggle(region: number): void {
    if (!this.#hidden.delete(region)) this.#hidden.add(region);
    this.#changed();
  }
  /** All visible, or none when all are. */
  toggleAll(): void {
    const isSomeHidden = this.#hidden.size > 0;
    this.#hidden.clear();
    if (!isSomeHidden) for (const { number } of this.regions) this.#hidden.add(number);
    this.#changed();
  }
  setOpacity(opacity: number): void {
    this.#opacity = Math.min(1, Math.max(0, opacity));
    this.#changed();
  }
  /** Filled, outlined or both; not neither. */
  setStyle(isFilled: boolean, hasOutline: boolean): void {
    this.#isFilled = isFilled;
    this.#hasOutline = hasOutline || !isFilled;
    this.#changed();
  }
  /** The study has grown: the same object in a newer manifest. */
  follow(instance: ManifestInstance): void {
    if (instance === this.#instance) return;
    this.#instance = instance;
    this.#placement = new Placement(this.object, instance);
    this.#over = new WeakMap();
  }
  /** Frames of it that lie over the picture. */
  over(picture: ManifestFrame): readonly Placed[] {
    let placed = this.#over.get(picture);
    if (placed === undefined) {
      placed = this.#placement.over(picture);
      this.#over.set(picture, placed);
    }
    return placed;
  }
  isOver(picture: ManifestFrame): boolean {
    if (picture.instance === this.#instance) return false;
    if (this.marks !== null) return this.marks.of(picture).length > 0;
    if (this.annotations !== null) return this.annotations.isOver(picture);
    if (this.#structures !== null) return this.#structures.of(picture).length > 0;
    return this.over(picture).length > 0;
  }
}

const NOTHING = { caption: "", values: [], item: null } as const;

function regionsOf(object: LayerObject, { palette }: ManifestInstance): ShownRegion[] {
  if (object.kind === "REPORT")
    return object.regions.map(({ label, ...region }, index) => ({
      ...region,
      label: label || String(region.number),
      caption: [label.length > MOST_IN_CAPTION ? "" : label, firstValue(region.values)]
        .filter(Boolean)
        .join(" "),
      rgb: regionColor(index, null, null),
    }));
  if (object.kind === "ANNOTATIONS")
    return object.groups.map(({ label, type, algorithm, count, lab, isLeftOut }, index) => ({
      ...NOTHING,
      number: index + 1,
      label: label || type || String(index + 1),
      detail: detailOf(
        [type, algorithm, isLeftOut ? t("object.leftOut") : t("object.annotations#", { n: count })],
        label,
      ),
      rgb: regionColor(index, lab, null),
    }));
  if (object.kind === "SEGMENTATION") {
    const isMap = object.segmentationType === "LABELMAP";
    return object.segments
      .filter(({ number }) => number > 0 || !isMap) // 0 is what belongs to no segment
      .map(({ number, label, category, type, algorithm, algorithmName, lab }, index) => ({
        ...NOTHING,
        number,
        label: label || type || String(number),
        detail: detailOf([type || category, algorithmName || algorithm], label),
        rgb: regionColor(index, lab, lab === null && isMap ? paletteColor(palette, number) : null),
      }));
  }
  if (object.kind === "STRUCTURE_SET")
    return object.regions
      .filter(({ contours }) => contours.length > 0)
      .map(({ number, label, type, algorithm, rgb }, index) => ({
        ...NOTHING,
        number,
        label: label || String(number),
        detail: detailOf([type, algorithm], label),
        rgb: regionColor(index, null, rgb),
      }));
  return [];
}
/** Of a label map: what its palette shows the label in. */
function paletteColor(palette: ManifestInstance["palette"], label: number): Rgb | null {
  if (palette === null) return null;
  const [red, green, blue] = palette.map(({ first, bits, entries }) => {
    const index = Math.min(entries.length - 1, Math.max(0, label - first));
    return Math.round(((entries[index] ?? 0) / (2 ** bits - 1)) * 255);
  });
  return [red ?? 0, green ?? 0, blue ?? 0];
}
function firstValue([first]: readonly ContentItem[]): string {
  return first === undefined ? "" : valueText(first);
}
function detailOf(parts: readonly string[], label: string): string {
  return parts.filter((part) => part !== "" && part !== label).join(" · ");
}
