import type { ContentItem } from "../shared/document.ts";
import { meaningOf } from "../tools/coded_text.ts";
import { valueText } from "../tools/sr_item_text.ts";
import type { Mark, MarkRegion, MarkShape } from "./mark.ts";

/** Graphics of one report; those beyond are left out, and that is said. */
const MAX_MARKS = 10_000;
const MAX_VALUES = 64;
const MAX_LABEL = 120;
/** PS3.3 C.18.6.1.2, C.18.9.1.2: points that a graphic has, at least; exactly where both are told. */
const SHAPES: ReadonlyMap<string, readonly [MarkShape, number, number]> = new Map([
  ["SCOORD/POINT", ["POINT", 1, 1]],
  ["SCOORD/MULTIPOINT", ["MULTIPOINT", 1, Infinity]],
  ["SCOORD/POLYLINE", ["POLYLINE", 1, Infinity]],
  ["SCOORD/CIRCLE", ["CIRCLE", 2, 2]],
  ["SCOORD/ELLIPSE", ["ELLIPSE", 4, 4]],
  ["SCOORD3D/POINT", ["POINT", 1, 1]],
  ["SCOORD3D/MULTIPOINT", ["MULTIPOINT", 1, Infinity]],
  ["SCOORD3D/POLYLINE", ["POLYLINE", 1, Infinity]],
  ["SCOORD3D/POLYGON", ["POLYGON", 1, Infinity]],
  ["SCOORD3D/ELLIPSE", ["ELLIPSE", 4, 4]],
  ["SCOORD3D/ELLIPSOID", ["ELLIPSOID", 6, 6]],
]);
/** Codes of PS3.16 that say what a group of measurements is about, by value and by older value. */
const GROUP = "125007";
const TRACKING = "112039";
const FINDING = "121071";
const SITES: ReadonlySet<string> = new Set(["363698007", "G-C0E3"]);

export interface ReportMarks {
  readonly regions: readonly MarkRegion[];
  readonly marks: readonly Mark[];
  /** some graphics are broken, of a kind that is not known, or too many */
  readonly isIncomplete: boolean;
}

/** The graphics of a report, those of one finding or measurement together. PS3.3 C.17.3. */
export function marksOf(root: ContentItem): ReportMarks {
  const items = new Map<string, ContentItem>();
  eachItem(root, (item) => items.set(item.id, item));
  const regions = new Map<string, MarkRegion>();
  const marks: Mark[] = [];
  let isIncomplete = false;
  eachItem(root, (item, parents) => {
    if (item.type !== "SCOORD" && item.type !== "SCOORD3D") return;
    const known = SHAPES.get(`${item.type}/${item.graphicType ?? ""}`);
    const width = item.type === "SCOORD" ? 2 : 3;
    const points = item.graphicData ?? [];
    const count = points.length / width;
    if (known === undefined || !Number.isInteger(count) || count < known[1] || count > known[2]) {
      isIncomplete = true;
      return;
    }
    if (marks.length >= MAX_MARKS) {
      isIncomplete = true;
      return;
    }
    const owner = ownerOf(item, parents);
    const region = regions.get(owner.id) ?? regionOf(owner, parents, regions.size + 1);
    regions.set(owner.id, region);
    marks.push({
      region: region.number,
      item: item.id,
      shape: known[0],
      points,
      ...placeOf(item, items),
    });
  });
  return { regions: [...regions.values()], marks, isIncomplete };
}
function eachItem(
  root: ContentItem,
  visit: (item: ContentItem, parents: readonly ContentItem[]) => void,
): void {
  const walk = (item: ContentItem, parents: readonly ContentItem[]): void => {
    visit(item, parents);
    const inner = [...parents, item];
    for (const child of item.children ?? []) walk(child, inner);
  };
  walk(root, []);
}
function placeOf(
  item: ContentItem,
  items: ReadonlyMap<string, ContentItem>,
): Pick<Mark, "frameOfReferenceUID" | "images" | "isOfWhole"> {
  if (item.type === "SCOORD3D")
    return {
      frameOfReferenceUID: item.frameOfReference ?? "",
      images: [],
      isOfWhole: false,
    };
  const images = (item.children ?? [])
    .map((child) => (child.type === undefined ? items.get(child.target ?? "") : child))
    .filter((child) => child?.type === "IMAGE")
    .flatMap((child) => child?.references ?? [])
    .map(({ sopInstance = "", frames = [] }) => ({ image: sopInstance, frames }));
  return { frameOfReferenceUID: null, images, isOfWhole: item.pixelOrigin === "VOLUME" };
}
/** The group of measurements that it stands in, else what it was the reason for, else itself. */
function ownerOf(item: ContentItem, parents: readonly ContentItem[]): ContentItem {
  const group = parents.findLast(
    ({ type, concept }) => type === "CONTAINER" && isCode(concept, GROUP),
  );
  if (group !== undefined) return group;
  const parent = parents.at(-1);
  return parent === undefined || parent.type === "CONTAINER" ? item : parent;
}
function isCode(code: ContentItem["concept"], value: string): boolean {
  return code?.value === value;
}
function regionOf(owner: ContentItem, parents: readonly ContentItem[], number: number): MarkRegion {
  const children = owner.children ?? [];
  const named = (value: string): string =>
    valueOf(children.find(({ concept }) => isCode(concept, value)));
  const site = valueOf(children.find(({ concept }) => SITES.has(concept?.value ?? "")));
  const tracking = named(TRACKING);
  const own = owner.type === "CODE" || owner.type === "TEXT" ? valueText(owner) : "";
  const concept = meaningOf(owner.concept);
  const around = meaningOf(parents.findLast(({ type }) => type === "CONTAINER")?.concept);
  const label = named(FINDING) || tracking || own || concept || around;
  const details = [own === "" ? "" : concept, site, tracking].filter(
    (text, index, all) => text !== "" && text !== label && all.indexOf(text) === index,
  );
  return {
    number,
    item: owner.id,
    label: label.slice(0, MAX_LABEL),
    detail: details.join(" · ").slice(0, MAX_LABEL),
    values: valuesIn(owner),
  };
}
function valueOf(item: ContentItem | undefined): string {
  return item === undefined ? "" : valueText(item);
}
/** The measurements of a finding, not those of findings within it. */
function valuesIn(owner: ContentItem): ContentItem[] {
  const values: ContentItem[] = [];
  const walk = (item: ContentItem): void => {
    if (item.type === "NUM" && values.length < MAX_VALUES) values.push(item);
    for (const child of item.children ?? [])
      if (child.type !== "CONTAINER" || !isCode(child.concept, GROUP)) walk(child);
  };
  walk(owner);
  return values;
}
