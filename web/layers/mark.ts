import type { ContentItem } from "../shared/document.ts";
import type { ImageReference } from "./layer_object.ts";

export type MarkShape =
  | "POINT"
  | "MULTIPOINT"
  | "POLYLINE"
  | "POLYGON"
  | "CIRCLE"
  | "ELLIPSE"
  | "ELLIPSOID"
  | "RECTANGLE";

/** A graphic of a report. PS3.3 C.18.6, C.18.9. */
export interface Mark {
  /** of the list; several graphics may belong to one finding */
  readonly region: number;
  /** its content item */
  readonly item: string;
  readonly shape: MarkShape;
  /** column, row of the images, the first one's corner is 0, 0; or x, y, z in mm */
  readonly points: readonly number[];
  /** null: of images */
  readonly frameOfReferenceUID: string | null;
  readonly images: readonly ImageReference[];
  /** of tiled images: columns and rows of the whole, not of one frame */
  readonly isOfWhole: boolean;
}
/** A finding or a measurement, with the graphics that it was found by. */
export interface MarkRegion {
  readonly number: number;
  /** the content item that says most of it */
  readonly item: string;
  readonly label: string;
  readonly detail: string;
  /** as the report states them */
  readonly values: readonly ContentItem[];
}
