import { t } from "../i18n/translate.ts";
import type { Quality } from "../shared/api.ts";
import type { ManifestFrame } from "../shared/manifest.ts";

export interface QualityLabel {
  readonly kind: Quality;
  readonly text: string;
  readonly title: string;
}

/** What the badge says. A picture that came lossy is never called lossless, whatever carries it now. */
export function qualityLabel(quality: Quality, frame: ManifestFrame | null): QualityLabel {
  const cameLossy = frame?.instance.lossy ?? null;
  const kind = quality === "lossless" && cameLossy ? "lossy" : quality;
  return {
    kind,
    text: kind === "lossy" ? lossyText(cameLossy?.ratio ?? "") : t(`quality.${kind}`),
    title: t(`quality.title.${kind}`),
  };
}

/** Lossy Image Compression Ratio (0028,2112): one value per step; their product is the whole. Source: PS3.3 C.7.6.1.1.5. */
function lossyText(ratio: string): string {
  const values = ratio.split("\\").map((part) => Number(part.trim()));
  const whole = values.reduce((product, value) => product * value, 1);
  if (ratio.trim() === "" || !Number.isFinite(whole) || !(whole > 1)) return t("quality.lossy");
  return t("quality.lossyRatio", { ratio: String(Number(whole.toFixed(whole < 10 ? 1 : 0))) });
}
