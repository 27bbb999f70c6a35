/** Classes of objects that lie over other images: what layer_object_json of wasm/dicom takes. PS3.4 B.5. */
const SEGMENTATION = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.66\.[47]$/;
const OTHER = new Map<string, LayerObjectKind>([
  ["1.2.840.10008.5.1.4.1.1.30", "PARAMETRIC_MAP"],
  ["1.2.840.10008.5.1.4.1.1.91.1", "ANNOTATIONS"],
  ["1.2.840.10008.5.1.4.1.1.481.2", "DOSE"],
  ["1.2.840.10008.5.1.4.1.1.481.3", "STRUCTURE_SET"],
]);
export type LayerObjectKind =
  "SEGMENTATION" | "STRUCTURE_SET" | "DOSE" | "PARAMETRIC_MAP" | "ANNOTATIONS";
/** Grayscale, colour, pseudo-colour and XA/XRF: what read_presentation_state of wasm/dicom takes. */
const PRESENTATION = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.11\.[1235]$/;
/** Structured reports, whose graphics lie over images, but key object selections. */
const REPORT = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.88\.(?!59$)/;

export function layerObjectKind(sopClassUID: string): LayerObjectKind | null {
  return SEGMENTATION.test(sopClassUID) ? "SEGMENTATION" : (OTHER.get(sopClassUID) ?? null);
}
export function isLayerObject(sopClassUID: string): boolean {
  return layerObjectKind(sopClassUID) !== null;
}
/** It is a document by itself, and may have graphics that lie over images. */
export function mayHaveMarks(sopClassUID: string): boolean {
  return REPORT.test(sopClassUID);
}
export function isPresentationState(sopClassUID: string): boolean {
  return PRESENTATION.test(sopClassUID);
}
/** Presentation states that are not applied, by why. PS3.4 B.5. */
export type OtherPresentation = "blending" | "advanced" | "volumetric" | "other";
export function otherPresentation(sopClassUID: string): OtherPresentation | null {
  const [, last] = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.11\.(\d+)$/.exec(sopClassUID) ?? [];
  if (last === undefined || isPresentationState(sopClassUID)) return null;
  if (last === "4") return "blending";
  if (last === "8") return "advanced";
  return ["6", "7", "9", "10", "11"].includes(last) ? "volumetric" : "other";
}
/** What it is opened as stands over pictures, not in their place. */
export function isOpenedOverPictures(sopClassUID: string): boolean {
  return isLayerObject(sopClassUID) || isPresentationState(sopClassUID);
}
/** Objects of which nothing is shown but their attributes, by what they are called. The longer prefixes come first. PS3.4 B.5. */
const OTHERS = [
  ["1.2.840.10008.5.1.4.1.1.11.", "presentation"],
  ["1.2.840.10008.5.1.4.1.1.4.2", "spectroscopy"],
  ["1.2.840.10008.5.1.4.1.1.481.", "radiotherapy"],
  ["1.2.840.10008.5.1.4.1.1.66.1", "registration"],
  ["1.2.840.10008.5.1.4.1.1.66.2", "fiducials"],
  ["1.2.840.10008.5.1.4.1.1.66.3", "registration"],
  ["1.2.840.10008.5.1.4.1.1.66.5", "surface"],
  ["1.2.840.10008.5.1.4.1.1.66", "raw"],
  ["1.2.840.10008.5.1.4.1.1.67", "mapping"],
] as const;
export type OtherObjectKind = (typeof OTHERS)[number][1] | "other";
export function otherObjectKind(sopClassUID: string): OtherObjectKind {
  return OTHERS.find(([prefix]) => sopClassUID.startsWith(prefix))?.[1] ?? "other";
}
