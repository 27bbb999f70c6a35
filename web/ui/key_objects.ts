import type { ContentItem, SopReference, SrDocument } from "../shared/document.ts";
import { meaningOf } from "../tools/coded_text.ts";

/** A key object selection, PS3.3 C.17.6 and PS3.16 TID 2010. */
export interface KeyObjects {
  /** "For Referring Provider" */
  readonly title: string;
  readonly description: string;
  readonly references: readonly SopReference[];
  /** the objects are meant to be looked at: the title says no reason to reject or to sort out */
  readonly isFavourable: boolean;
}

/** DCM codes of CID 7010, 7011: why objects are *not* to be used, and how long they are kept. */
const UNFAVOURABLE: ReadonlySet<string> = new Set([
  "113001", // Rejected for Quality Reasons
  "113010", // Quality Issue
  "113037", // Rejected for Patient Safety Reasons
  "113038", // Incorrect Modality Worklist Entry
  "113039", // Data Retention Policy Expired
]);
const DESCRIPTION = "113012";

export function keyObjectsOf(document: SrDocument): KeyObjects {
  const { root } = document;
  const children = root.children ?? [];
  const isDescription = (item: ContentItem): boolean =>
    item.type === "TEXT" && item.concept?.value === DESCRIPTION;
  const codes = [root.concept, ...children.map(({ code }) => code)];
  return {
    title: meaningOf(root.concept),
    description: children
      .filter(isDescription)
      .map(({ text = "" }) => text)
      .join("\n"),
    references: children.flatMap(({ references = [] }) => references),
    isFavourable: !codes.some(
      (code) => code?.scheme === "DCM" && UNFAVOURABLE.has(code.value ?? ""),
    ),
  };
}
