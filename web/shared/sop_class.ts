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
