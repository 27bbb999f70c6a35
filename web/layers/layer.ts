import type { MessageKey } from "../i18n/translate.ts";
import type { LayerView } from "../shared/api.ts";
import type { SlError } from "../shared/errc.ts";
import type { ManifestFrame } from "../shared/manifest.ts";

export type LayerId =
  | "shutter"
  | "overlayGraphics"
  | "overlayRoi"
  | "annotations"
  | "segments"
  | "contours"
  | "values"
  | "blend"
  | "marks"
  | "bulk";

/** One kind of thing over the picture. Whatever it needs from elsewhere it asks for while it draws, leaves out until it is here,
 *  and has the viewport drawn anew then. */
export interface Layer {
  readonly id: LayerId;
  /** its name in the list */
  readonly label: MessageKey;
  /** there is something of it over this picture: it stands in the list */
  has(frame: ManifestFrame): boolean;
  /** why something of it cannot be drawn over this picture; null: all can, or it is not known yet */
  problem(frame: ManifestFrame): SlError | null;
  /** Draws in device pixels of the viewport; the canvas' state is saved before and restored after it. */
  draw(context: CanvasRenderingContext2D, view: LayerView): void;
  dispose(): void;
}
