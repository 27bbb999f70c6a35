import { t, type MessageKey } from "../i18n/translate.ts";
import type { Refusal } from "../layers/object_refusal.ts";
import type { ErrorDetail, Quality } from "../shared/api.ts";
import { documentKind } from "../shared/document.ts";
import { ERRC_NAMES, GRAPHICS_RESET, type ErrcName } from "../shared/errc.ts";
import type {
  Manifest,
  ManifestFrame,
  ManifestInstance,
  ManifestSeries,
} from "../shared/manifest.ts";
import type { MissingPart } from "../shared/messages.ts";
import { otherPresentation } from "../shared/sop_class.ts";
import { isVideo } from "../shared/video.ts";

/** What stands in the viewport instead of a picture. */
export interface ViewportPanel {
  readonly kind: "failed" | "pending" | "empty";
  readonly title: string;
  readonly reasons: readonly string[];
  readonly note: string;
  /** the study itself is not here: offer another try and the way back */
  readonly isStudy: boolean;
}
export interface PanelInput {
  readonly manifest: Manifest | null;
  readonly series: ManifestSeries | null;
  readonly shown: ManifestFrame | null;
  readonly error: ErrorDetail | null;
  readonly quality: Quality;
  /** the object without pictures that is looked at */
  readonly object?: ManifestInstance | null;
  /** why it lies over no picture */
  readonly refusal?: Refusal | null;
}

/** null while a picture is shown or on its way. Never a guess: each reason is the object's, the server's or the decoder's. */
export function viewportPanel({
  manifest,
  series,
  shown,
  error,
  quality,
  object = null,
  refusal = null,
}: PanelInput): ViewportPanel | null {
  // Something is on screen: a banner says what is wrong with it.
  if (quality !== "none") return null;
  if (error && (!manifest || error.code === "graphics")) return studyPanel(error);
  if (shown && isVideo(shown.instance)) return null; // video_panel.ts says what there is to be said
  if (shown) return framePanel(shown, error);
  if (!manifest) return null;
  // A document stands there as itself: document_panel.ts.
  if (object !== null && documentKind(object.sopClassUID) !== null) return null;
  if (refusal !== null && refusal !== "pending") return refusedPanel(refusal);
  const presentation = object === null ? null : otherPresentation(object.sopClassUID);
  if (presentation !== null)
    return notePanel("object.notApplied", t(`object.notApplied.${presentation}`));
  if (manifest.frames.length === 0)
    return groupPanel(
      "panel.emptyTitle",
      manifest.series.flatMap((one) => one.instances),
    );
  return series && series.frames.length === 0
    ? groupPanel("panel.seriesTitle", series.instances)
    : null;
}

function studyPanel(error: ErrorDetail): ViewportPanel {
  const isReset = error.message.endsWith(GRAPHICS_RESET);
  return {
    kind: "failed",
    title: t(isReset ? "failure.resetTitle" : "failure.title"),
    reasons: [isReset ? t("failure.reset") : failureText(error.code)],
    note: t("failure.safe"),
    isStudy: true,
  };
}

export function failureText(code: ErrcName): string {
  if (code === "not_found" || code === "forbidden") return t("failure.notFound");
  if (code === "io") return t("failure.io");
  return code === "graphics" ? t("failure.graphics") : t("failure.other", { code });
}

/** The banner over a picture that is shown coarser than it should be; "" when nothing failed. */
export function partialNotice(error: ErrorDetail | null, quality: Quality): string {
  if (!error || quality === "none" || error.code === "pending") return "";
  if (error.code === "digest_mismatch") return t("notice.digest");
  return t("notice.partial", { reason: lowered(reasonText(error.code)) });
}

/** The banner over a picture of which its file holds a part; "" for a whole one. */
export function incompleteNotice(missing: MissingPart | null, frame: ManifestFrame | null): string {
  if (missing === null || frame === null) return "";
  if (missing.step !== "") return t("notice.withoutStep", { step: missing.step });
  const reason = t(missing.code === "corrupt" ? "incomplete.corrupt" : "incomplete.truncated");
  const { rows } = frame.instance;
  const isTold = missing.wholeRows > 0 && missing.wholeRows < rows;
  return isTold
    ? t("notice.incompleteRows", { reason, rows: missing.wholeRows, total: rows })
    : t("notice.incomplete", { reason });
}

function framePanel(frame: ManifestFrame, error: ErrorDetail | null): ViewportPanel | null {
  const { instance, stream } = frame;
  const isPending = error?.code === "pending" || (instance.pending && !stream && !error);
  if (isPending)
    return {
      kind: "pending",
      title: t("panel.pendingTitle"),
      reasons: [],
      note: t("panel.pendingText"),
      isStudy: false,
    };
  const reason = instance.reason || reasonText(error?.code ?? stream?.failure ?? "");
  if (reason === "") return null;
  return {
    kind: "failed",
    title: t("panel.title"),
    reasons: [t("panel.because", { reason: lowered(reason) })],
    note: t("panel.safe"),
    isStudy: false,
  };
}

/** An object that is to lie over pictures, and does over none. */
function refusedPanel(refusal: Refusal): ViewportPanel {
  const key: MessageKey | null = isPlacement(refusal) ? `object.refused.${refusal}` : null;
  return notePanel("object.refused", key === null ? reasonText(refusal) : t(key));
}
function notePanel(title: MessageKey, reason: string): ViewportPanel {
  return {
    kind: "empty",
    title: t(title),
    reasons: [t("panel.because", { reason: lowered(reason) })],
    note: "",
    isStudy: false,
  };
}
function isPlacement(refusal: Refusal): refusal is Exclude<Refusal, ErrcName> {
  return ["elsewhere", "unplaced", "beside", "empty"].includes(refusal);
}

/** Objects without pictures: each reason once, with how many have it. */
function groupPanel(title: MessageKey, instances: readonly ManifestInstance[]): ViewportPanel {
  const counts = new Map<string, number>();
  for (const instance of instances) {
    const reason =
      instance.pending && instance.reason === ""
        ? t("reason.pending")
        : instance.reason || t("reason.no_pixels");
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const reasons = [...counts].map(([reason, n]) =>
    n > 1
      ? t("panel.count", { n, reason: lowered(reason) })
      : t("panel.because", { reason: lowered(reason) }),
  );
  const isPending = instances.length > 0 && instances.every((instance) => instance.pending);
  return {
    kind: isPending ? "pending" : "empty",
    title: t(title),
    reasons,
    note: "",
    isStudy: false,
  };
}

/** The sentence of an errc name; "" for none, the name itself for one that is not known. */
export function reasonText(code: string): string {
  if (code === "" || code === "ok") return "";
  const known = ERRC_NAMES.find((name) => name === code);
  return known === undefined || known === "ok" ? code : t(`reason.${known}`);
}

/** After "because": no capital, no full stop; abbreviations such as "JPEG" stay. */
function lowered(reason: string): string {
  const text = reason.trim().replace(/\.$/, "");
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
