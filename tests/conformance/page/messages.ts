import type { FrameLine } from "../frame_lines.ts";

export interface ToConformance {
  readonly url: string;
  /** the first frame that is wanted, counted from 1 */
  readonly first: number;
}
export type FromConformance =
  | { readonly type: "line"; readonly line: FrameLine }
  | { readonly type: "end" }
  | { readonly type: "died"; readonly detail: string };
