import { describe, expect, it } from "vitest";
import { formatCount, t } from "../../../web/i18n/translate.ts";
import type { Quality, ViewportState } from "../../../web/shared/api.ts";
import type { ManifestFrame } from "../../../web/shared/manifest.ts";
import type { Slide } from "../../../web/shared/slide.ts";
import { cornerText, formatZoom, shownLines } from "../../../web/ui/corner_text.ts";
import { shareRows } from "../../../web/ui/share_rows.ts";
import {
  incompleteNotice,
  partialNotice,
  reasonText,
  viewportPanel,
} from "../../../web/ui/panel_text.ts";
import { qualityLabel } from "../../../web/ui/quality_label.ts";
import { emptyState } from "../../../web/view/viewport_state.ts";
import { buildManifest } from "../manifest_builder.ts";

const manifest = buildManifest([
  {
    frames: 3,
    instance: { text: { kvp: "120", acquisitionDate: "20260214", acquisitionTime: "093518.2" } },
  },
]);
const series = manifest.series[0]!;
const frame = series.frames[1]!;
const study = {
  ...manifest.study,
  studyDate: "20260214",
  institutionName: "St. Elsewhere",
  patient: { name: "Doe^Jane=甲^乙", id: "P1", birthDate: "19710305", sex: "F" },
};
const state: ViewportState = {
  ...emptyState,
  stackIndex: 1,
  stackLength: 3,
  windowCenter: 40,
  windowWidth: 80,
  zoom: 1.5,
};
const texts = (corner: readonly { text: string }[]) => corner.map((line) => line.text);

describe("corner text", () => {
  it("says whose picture it is, and which", () => {
    const corners = cornerText({ study, series, frame, state, probe: "" });
    expect(texts(corners.topLeft)).toEqual([
      "Doe, Jane",
      "甲 乙",
      "ID P1",
      expect.stringMatching(/1971 \(54 y\) · Female$/),
    ]);
    expect(texts(corners.topRight).at(-1)).toMatch(/2026.* 09:35:18$/);
    expect(texts(corners.bottomLeft)).toEqual(["Zoom 150 %", "W 80  L 40  Brain", "Image 2 / 3"]);
    expect(texts(corners.bottomRight)).toContain("120 kV");
  });
  it("says a PET window in SUV too", () => {
    const pet = { ...frame, instance: { ...frame.instance, suvFactor: 0.05 } };
    const corners = cornerText({ study, series, frame: pet, state, probe: "" });
    expect(texts(corners.bottomLeft)).toContain("W 80  L 40  SUV 0–4");
  });
  it("names rotation and flips as the eye sees them", () => {
    const turned = { ...state, rotation: 90 as const, flipHorizontal: true, inverted: true };
    const corners = cornerText({ study, series, frame, state: turned, probe: "" });
    expect(texts(corners.bottomLeft)).toContain("Rotated 90° · Flipped top–bottom · Inverted");
  });
  it("shows no window for colour, and has no line for what is not known", () => {
    const colour: ManifestFrame = {
      ...frame,
      instance: { ...frame.instance, samples: 3, photometric: "RGB", text: {} },
    };
    const corners = cornerText({ study: manifest.study, series, frame: colour, state, probe: "" });
    expect(texts(corners.bottomLeft)).toEqual(["Zoom 150 %", "Image 2 / 3"]);
    expect(corners.topLeft).toEqual([]);
  });
  it("loses lines by priority, never the patient and the image number", () => {
    const corners = cornerText({ study, series, frame, state, probe: "Row 1, column 2" });
    const wide = { width: 1200, height: 700 };
    expect(shownLines(corners.topLeft, "full", wide)).toHaveLength(4);
    expect(texts(shownLines(corners.topLeft, "full", { width: 390, height: 700 }))).toEqual([
      "Doe, Jane",
    ]);
    expect(texts(shownLines(corners.bottomLeft, "minimal", wide))).toEqual([
      "W 80  L 40  Brain",
      "Image 2 / 3",
    ]);
    expect(shownLines(corners.topLeft, "none", wide)).toEqual([]);
  });
  it("warns of an image in conflict", () => {
    const doubled: ManifestFrame = { ...frame, instance: { ...frame.instance, conflict: true } };
    const corners = cornerText({ study, series, frame: doubled, state, probe: "" });
    expect(corners.bottomRight[0]).toMatchObject({ warn: true, priority: 1 });
  });
  it("warns of a rescale slope of 0", () => {
    const broken: ManifestFrame = { ...frame, display: { ...frame.display, isSlopeZero: true } };
    const corners = cornerText({ study, series, frame: broken, state, probe: "" });
    expect(corners.bottomRight[0]).toMatchObject({
      warn: true,
      priority: 1,
      text: "Rescale Slope is 0: values have no unit",
    });
    expect(texts(corners.bottomLeft)).toContain("W 80  L 40"); // no name of a CT's
  });
  it("names parts of a slide that are missing", () => {
    const slideOf = (missingParts: number[]): ManifestFrame => ({
      ...frame,
      slide: { label: "", magnification: null, missingParts } as unknown as Slide,
    });
    const lines = (missingParts: number[]) =>
      cornerText({ study, series, frame: slideOf(missingParts), state, probe: "" }).bottomLeft;
    expect(lines([2])).toContainEqual({
      text: "Part 2 of this image is not here: what follows it is not shown",
      priority: 1,
      warn: true,
    });
    expect(texts(lines([1, 2, 3, 4, 5, 7]))).toContain(
      "Parts 1, 2, 3, 4, 5, … of this image are not here: what follows them is not shown",
    );
    expect(lines([]).some(({ warn }) => warn)).toBe(false);
  });
  it("writes zoom without noise", () => {
    expect([1, 0.333, 0.0312, 12.5].map(formatZoom)).toEqual(["100", "33", "3.1", "1250"]);
  });
});

describe("quality badge", () => {
  const lossy = (ratio: string): ManifestFrame => ({
    ...frame,
    instance: { ...frame.instance, lossy: { ratio, method: "" } },
  });
  it("never calls a lossy picture lossless", () => {
    expect(qualityLabel("lossless", frame)).toMatchObject({ kind: "lossless", text: "Lossless" });
    expect(qualityLabel("lossless", lossy("10"))).toMatchObject({
      kind: "lossy",
      text: "Lossy 10:1",
    });
    expect(qualityLabel("lossy", lossy(""))).toMatchObject({ kind: "lossy", text: "Lossy" });
    expect(qualityLabel("preview", lossy("10"))).toMatchObject({
      kind: "preview",
      text: "Preview",
    });
  });
  it("multiplies the steps of a ratio and ignores nonsense", () => {
    expect(qualityLabel("lossy", lossy("2.5\\4")).text).toBe("Lossy 10:1");
    expect(qualityLabel("lossy", lossy("abc")).text).toBe("Lossy");
    expect(qualityLabel("lossy", lossy("0")).text).toBe("Lossy");
  });
});

describe("the panel in the viewport", () => {
  const error = (code: "corrupt" | "pending" | "not_found" | "graphics" | "digest_mismatch") => ({
    code,
    message: "",
    sopInstanceUID: "",
    frame: 1,
  });
  const input = { manifest, series, shown: frame, error: null, quality: "none" as Quality };
  it("is away while a picture is shown or on its way", () => {
    expect(viewportPanel(input)).toBeNull();
    expect(viewportPanel({ ...input, quality: "preview", error: error("corrupt") })).toBeNull();
    expect(viewportPanel({ ...input, manifest: null, shown: null, series: null })).toBeNull();
  });
  it("says why a frame cannot be shown, and what is safe", () => {
    const panel = viewportPanel({ ...input, error: error("corrupt") });
    expect(panel).toMatchObject({ kind: "failed", reasons: ["because its data is damaged"] });
    expect(panel?.note).toContain("stored unchanged");
    const stated: ManifestFrame = {
      ...frame,
      instance: { ...frame.instance, reason: "The transfer syntax MPEG-4 is not supported." },
    };
    expect(viewportPanel({ ...input, shown: stated })?.reasons).toEqual([
      "because the transfer syntax MPEG-4 is not supported",
    ]);
    const failed: ManifestFrame = { ...frame, stream: { ...frame.stream!, failure: "truncated" } };
    expect(viewportPanel({ ...input, shown: failed })?.reasons).toEqual([
      "because its data is cut off",
    ]);
  });
  it("waits for a pyramid", () => {
    const pending: ManifestFrame = {
      ...frame,
      stream: null,
      instance: { ...frame.instance, pending: true },
    };
    expect(viewportPanel({ ...input, shown: pending })?.kind).toBe("pending");
    expect(viewportPanel({ ...input, error: error("pending") })?.kind).toBe("pending");
  });
  it("counts the reasons of a series without pictures", () => {
    const reports = {
      ...series,
      frames: [],
      instances: [1, 2].map(() => ({
        ...frame.instance,
        frames: [],
        reason: "Structured report.",
      })),
    };
    expect(viewportPanel({ ...input, series: reports, shown: null })).toMatchObject({
      kind: "empty",
      reasons: ["2 × structured report"],
    });
    expect(
      viewportPanel({ ...input, manifest: { ...manifest, frames: [] }, shown: null })?.title,
    ).toBe(t("panel.emptyTitle"));
  });
  it("says why an object lies over no picture", () => {
    const objects = { ...series, frames: [], instances: [] };
    const about = (refusal: "beside" | "pending" | "corrupt") =>
      viewportPanel({ ...input, series: objects, shown: null, refusal });
    expect(about("beside")).toMatchObject({
      title: t("object.refused"),
      reasons: [t("panel.because", { reason: t("object.refused.beside") })],
    });
    expect(about("corrupt")?.reasons).toEqual([
      t("panel.because", { reason: t("reason.corrupt") }),
    ]);
    expect(about("pending")?.title).toBe(t("panel.seriesTitle"));
  });
  it.each([
    ["4", "blending"],
    ["8", "advanced"],
    ["6", "volumetric"],
    ["11", "volumetric"],
    ["12", "other"],
  ] as const)("says why presentation state .11.%s is not applied: %s", (last, why) => {
    const object = { ...frame.instance, sopClassUID: `1.2.840.10008.5.1.4.1.1.11.${last}` };
    const objects = { ...series, frames: [], instances: [object] };
    expect(viewportPanel({ ...input, series: objects, shown: null, object })?.reasons).toEqual([
      t("panel.because", { reason: t(`object.notApplied.${why}`) }),
    ]);
  });
  it("offers a way on when the study itself is not here", () => {
    const panel = viewportPanel({
      ...input,
      manifest: null,
      shown: null,
      series: null,
      error: error("not_found"),
    });
    expect(panel).toMatchObject({ isStudy: true, reasons: [t("failure.notFound")] });
    expect(viewportPanel({ ...input, error: error("graphics") })?.isStudy).toBe(true);
  });
  it("warns over a picture whose rest failed", () => {
    expect(partialNotice(error("corrupt"), "preview")).toContain("its data is damaged");
    expect(partialNotice(error("digest_mismatch"), "screen")).toBe(t("notice.digest"));
    expect(partialNotice(error("corrupt"), "none")).toBe("");
    expect(partialNotice(error("pending"), "preview")).toBe("");
    expect(partialNotice(null, "preview")).toBe("");
  });
  it("says of a picture that its file does not hold whole how much of it there is", () => {
    const { rows } = frame.instance;
    const cut = incompleteNotice({ code: "truncated", wholeRows: 100, step: "" }, frame);
    expect(cut).toContain("Incomplete picture: its file ends too early");
    expect(cut).toContain(`only the first 100 of ${String(rows)} rows are whole`);
    const broken = incompleteNotice({ code: "corrupt", wholeRows: 0, step: "" }, frame);
    expect(broken).toContain("its data is damaged");
    expect(broken).not.toContain("rows");
    const step = "components before their multi-component transform (wavelet-based)";
    const mixed = incompleteNotice({ code: "unsupported", wholeRows: 0, step }, frame);
    expect(mixed).toContain(`Not the picture itself, but ${step}`);
    expect(mixed).toContain("Do not measure or report on it.");
    expect(incompleteNotice(null, frame)).toBe("");
    expect(qualityLabel("incomplete", frame)).toMatchObject({
      kind: "incomplete",
      text: "Incomplete",
    });
  });
  it("has a sentence for every code, and shows an unknown one as it is", () => {
    expect(reasonText("digest_mismatch")).toContain("integrity");
    expect(reasonText("")).toBe("");
    expect(reasonText("new_code")).toBe("new_code");
  });
});

describe("scrollbar ticks", () => {
  it("shows the worst picture of each pixel row", () => {
    const cached = Float32Array.from([1, 1, 0.5, 0, -1, 1]);
    expect([...shareRows(cached, 6)]).toEqual([2, 2, 1, 0, 3, 2]);
    expect([...shareRows(cached, 3)]).toEqual([2, 0, 3]);
    expect([...shareRows(Float32Array.from([1, 0]), 4)]).toEqual([2, 2, 0, 0]);
  });
});

describe("texts", () => {
  it("fills in values and chooses the plural", () => {
    expect(t("list.total#", { n: 1 })).toBe("1 study");
    expect(t("list.total#", { n: 10_000 })).toBe(`${formatCount(10_000)} studies`);
    expect(t("corner.image", { n: 3, count: 9 })).toBe("Image 3 / 9");
  });
  it("does not expand braces that a value brings", () => {
    expect(t("corner.id", { id: "{n}" })).toBe("ID {n}");
  });
});
