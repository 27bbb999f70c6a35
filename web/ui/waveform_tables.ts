import { html, nothing, type TemplateResult } from "lit";
import { t } from "../i18n/translate.ts";
import type {
  WaveformAnnotation,
  WaveformChannel,
  WaveformDocument,
  WaveformGroup,
} from "../shared/document.ts";
import { leadName, type Trace } from "../tools/waveform_trace.ts";
import { codeOf, meaningOf, unitText } from "../tools/coded_text.ts";
import { formatDateTime } from "../tools/sr_item_text.ts";
import type { PaperMark } from "./waveform_drawing.ts";

/** Marks on the paper; an analysis may name thousands of beats. */
const MAX_MARKS = 5_000;
const MAX_ROWS = 1_000;

export function waveformFacts(shown: WaveformDocument): TemplateResult | typeof nothing {
  const rows = [
    [t("sr.date"), formatDateTime(shown.acquired ?? "")],
    [t("sr.equipment"), [shown.manufacturer, shown.model].filter(Boolean).join(", ")],
    ...shown.context.map(({ concept, code, number, unit }) => [
      meaningOf(concept),
      number === undefined ? meaningOf(code) : [number, unitText(unit)].filter(Boolean).join(" "),
    ]),
  ].filter(([, value]) => value !== "");
  return rows.length === 0
    ? nothing
    : html`<dl class="document-facts">${rows.map(
        ([name, value]) => html`<div><dt><bdi>${name}</bdi></dt><dd><bdi>${value}</bdi></dd></div>`,
      )}</dl>`;
}

function annotationText({ text, concept, code, number, unit }: WaveformAnnotation): string {
  const value =
    number === undefined ? meaningOf(code) : [number, unitText(unit)].filter(Boolean).join(" ");
  return [text ?? "", meaningOf(concept), value].filter(Boolean).join(": ");
}
/** What is said of the whole recording, and measurements, as they come. */
export function annotationTable(shown: WaveformDocument): TemplateResult | typeof nothing {
  const said = shown.annotations.filter(({ rangeType }) => rangeType === undefined);
  if (said.length === 0) return nothing;
  const channelOf = ({ channels = [] }: WaveformAnnotation): string => {
    const [group = 0, channel = 0] = channels;
    const found = shown.groups[group - 1]?.channels[channel - 1];
    return found === undefined ? "" : nameOf(found, channel - 1);
  };
  return html`<section class="wave-annotations">
    <h3>${t("wave.annotations")}</h3>
    <ul>${said.slice(0, MAX_ROWS).map((one) => {
      const channel = channelOf(one);
      return html`<li title=${codeOf(one.concept) || nothing}>${channel === "" ? nothing : html`<span class="sr-relation">${channel}</span>`}<bdi>${annotationText(one)}</bdi></li>`;
    })}</ul>
  </section>`;
}
/** Annotations with a place in time, of this group. */
export function annotationMarks(
  shown: WaveformDocument,
  group: number,
  frequencyHz: number,
  traces: readonly Trace[],
): PaperMark[] {
  const marks: PaperMark[] = [];
  for (const annotation of shown.annotations) {
    const { channels = [], samplePositions = [], timeOffsets = [] } = annotation;
    const [ofGroup = 0, channel = 0] = channels;
    if (ofGroup !== group + 1) continue;
    const text = annotationText(annotation);
    const trace = channel === 0 ? null : (traces[channel - 1] ?? null);
    const seconds = [
      ...samplePositions.map((position) => (position - 1) / frequencyHz),
      ...timeOffsets.map((offset) => offset / 1000),
    ];
    for (const at of seconds) {
      if (marks.length >= MAX_MARKS) break;
      marks.push({ trace, seconds: at, text });
    }
  }
  return marks.sort((a, b) => a.seconds - b.seconds);
}

export function channelTable({ channels }: WaveformGroup): TemplateResult {
  return html`<details class="wave-channels"><summary>${t("wave.channels")}</summary>
    <div class="table-scroll" tabindex="0" role="region" aria-label=${t("wave.channels")}><table>
      <thead><tr>${(["channel", "sensitivity", "baseline", "filter", "bits"] as const).map(
        (column) => html`<th scope="col">${t(`wave.column.${column}`)}</th>`,
      )}</tr></thead>
      <tbody>${channels.map(
        (channel, index) => html`<tr>
          <th scope="row" title=${codeOf(channel.source) || nothing}><bdi>${nameOf(channel, index)}</bdi></th>
          <td>${sensitivityText(channel)}</td>
          <td>${channel.baseline === undefined ? "" : `${String(channel.baseline)} ${unitText(channel.unit)}`}</td>
          <td>${filterText(channel)}</td>
          <td>${channel.bitsStored ?? ""}</td>
        </tr>`,
      )}</tbody>
    </table></div>
  </details>`;
}
function nameOf(channel: WaveformChannel, index: number): string {
  const parts = [leadName(channel) ?? channel.label ?? meaningOf(channel.source)];
  return (
    [...parts, ...(channel.modifiers ?? []).map(meaningOf)].filter(Boolean).join(", ") ||
    String(index + 1)
  );
}
function sensitivityText({ sensitivity, correction, unit }: WaveformChannel): string {
  if (sensitivity === undefined) return t("wave.noCalibration");
  const text = `${String(sensitivity)} ${unitText(unit)}`;
  return correction === undefined || correction === 1 ? text : `${text} × ${String(correction)}`;
}
function filterText({ filterLow, filterHigh, notch }: WaveformChannel): string {
  const band =
    filterLow === undefined && filterHigh === undefined
      ? ""
      : t("wave.filter", { low: filterLow ?? "", high: filterHigh ?? "" });
  return [band, notch === undefined ? "" : t("wave.notch", { hz: notch })]
    .filter(Boolean)
    .join(", ");
}
