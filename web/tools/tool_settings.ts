import { Observable } from "./observable.ts";

export const TOOLS = ["window", "pan", "zoom", "scroll"] as const;
export type Tool = (typeof TOOLS)[number];

/** Which tool the left button or one finger holds. */
export class ToolSettings {
  /** null until the user picks one: then the mouse windows and the finger scrolls. */
  readonly picked = new Observable<Tool | null>(null);

  /** of the kind of picture that is shown, until the user picks one; null: by pointer */
  forPicture: Tool | null = null;

  pick(tool: Tool): void {
    this.picked.set(tool);
  }
  /** Source: UI.md section 2; a phone scrolls by swipe until told otherwise. */
  forPointer(pointerType: string): Tool {
    return this.picked.value ?? this.forPicture ?? (pointerType === "touch" ? "scroll" : "window");
  }
}
