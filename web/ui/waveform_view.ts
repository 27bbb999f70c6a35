import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { t } from "../i18n/translate.ts";
import type { WaveformDocument, WaveformGroup } from "../shared/document.ts";
import { SlError } from "../shared/errc.ts";
import {
  layOut,
  layoutsOf,
  type PaperSettings,
  type WaveformLayoutName,
} from "../tools/waveform_layout.ts";
import { tracesOf, type Trace } from "../tools/waveform_trace.ts";
import { DocumentView } from "./document_view.ts";
import { icon } from "./icons.ts";
import { reasonText } from "./panel_text.ts";
import { WaveformPane } from "./waveform_pane.ts";
import {
  annotationMarks,
  annotationTable,
  channelTable,
  waveformFacts,
} from "./waveform_tables.ts";

const SPEEDS = [12.5, 25, 50, 100] as const;
const GAINS = [2.5, 5, 10, 20] as const;
const ZOOMS = [2, 3, 4, 5, 6.5, 8, 11] as const;
const PHONE_PX = 700;

/** An ECG or another waveform on millimetre paper, PS3.3 C.10.9. */
@customElement("sl-waveform-view")
export class WaveformView extends DocumentView<WaveformDocument> {
  @state() private group = -1;
  @state() private traces: readonly Trace[] | null = null;
  @state() private failure = "";
  @state() private layout: WaveformLayoutName = "stacked";
  @state() private speed = 25;
  @state() private gain = 10;
  @state() private zoom = innerWidth <= PHONE_PX ? 3 : 4;
  @state() private isMeasuring = false;
  #pane: WaveformPane | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#pane?.dispose();
    this.#pane = null;
  }
  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("shown")) return;
    const first = this.shown.groups.findIndex(isDrawable);
    this.#choose(Math.max(0, first));
  }
  #choose(index: number): void {
    this.group = index;
    this.traces = null;
    this.failure = "";
    const group = this.shown.groups[index];
    if (group !== undefined && isDrawable(group)) void this.#load(index, group);
  }
  async #load(index: number, group: WaveformGroup): Promise<void> {
    const { instance } = this;
    try {
      const samples = await this.model.documents.part(instance, index);
      if (this.group !== index || this.instance !== instance) return;
      this.traces = tracesOf(group, samples);
      const layouts = layoutsOf(this.traces);
      this.layout = layouts[0] ?? "stacked";
    } catch (error) {
      if (!(error instanceof SlError)) throw error;
      this.failure = reasonText(error.code);
    }
  }

  protected override render(): TemplateResult {
    const group = this.shown.groups[this.group];
    return html`<article class="waveform">
      ${waveformFacts(this.shown)}
      ${this.shown.groups.length > 1 ? this.#groups() : nothing}
      ${group === undefined ? html`<p class="document-note">${t("reason.no_pixels")}</p>` : this.#body(group)}
      ${annotationTable(this.shown)}
      ${group === undefined ? nothing : channelTable(group)}
    </article>`;
  }
  #body(group: WaveformGroup): TemplateResult {
    const reason =
      group.reason ?? (group.frequency === undefined ? t("wave.noFrequency") : this.failure);
    if (reason !== "")
      return html`<p class="document-warning" role="alert">${icon("warning")} <bdi>${reason}</bdi></p>`;
    if (this.traces === null)
      return html`<p class="document-wait" role="status"><span class="spinner large" aria-hidden="true"></span>${t("document.loading")}</p>`;
    const isCalibrated = this.traces.every(({ perMv }) => perMv !== null);
    return html`${this.#controls(this.traces, isCalibrated)}
      <div class="wave-paper">
        <div class="wave-scroll" tabindex="0" role="region" aria-label=${t("wave.group")}>
          <div class="wave-extent"></div>
          <canvas class="wave-canvas" tabindex="0" role="application"
            aria-label=${`${t("wave.paper", { count: group.channelCount })}. ${t("wave.caliperHint")}`}></canvas>
        </div>
        <output class="wave-measure" aria-live="polite"></output>
      </div>
      <p class="document-note wave-note">
        ${isCalibrated ? t("wave.grid", { speed: this.speed, gain: this.gain }) : t("wave.gridOther", { speed: this.speed })} ·
        ${t("wave.seconds", { n: Math.round((10 * group.samples) / (group.frequency ?? 1)) / 10, hz: group.frequency ?? 0 })}
        ${this.traces.some(({ unit }) => unit === "") ? ` · ${t("wave.noCalibration")}` : ""}
        <br />${t("wave.caliperHint")}
      </p>`;
  }
  #controls(traces: readonly Trace[], isCalibrated: boolean): TemplateResult {
    const layouts = layoutsOf(traces);
    const picker = <T extends string | number>(
      label: string,
      values: readonly T[],
      current: T,
      text: (value: T) => string,
      take: (value: T) => void,
    ): TemplateResult => html`<label class="wave-picker">${label}
      <select @change=${(event: Event) => {
        const { selectedIndex } = event.target as HTMLSelectElement;
        const value = values[selectedIndex];
        if (value !== undefined) take(value);
      }}>${values.map((value) => html`<option ?selected=${value === current}>${text(value)}</option>`)}</select></label>`;
    return html`<div class="wave-controls" role="group" aria-label=${t("wave.group")}>
      ${
        layouts.length < 2
          ? nothing
          : picker(
              t("wave.layout"),
              layouts,
              this.layout,
              (one) => t(`wave.layout.${one}`),
              (one) => {
                this.layout = one;
              },
            )
      }
      ${picker(
        t("wave.speed"),
        SPEEDS,
        this.speed,
        (n) => t("wave.speedValue", { n }),
        (n) => {
          this.speed = n;
        },
      )}
      ${picker(
        t("wave.gain"),
        GAINS,
        this.gain,
        (n) => (isCalibrated ? t("wave.gainValue", { n }) : t("wave.gainUnit", { n: n / 10 })),
        (n) => {
          this.gain = n;
        },
      )}
      <span class="wave-zoom" role="group" aria-label=${t("wave.zoom")}>
        <button type="button" class="bar-button" aria-label=${t("wave.zoomOut")} title=${t("wave.zoomOut")} @click=${() => {
          this.#stepZoom(-1);
        }}>−</button>
        <button type="button" class="bar-button" aria-label=${t("wave.zoomIn")} title=${t("wave.zoomIn")} @click=${() => {
          this.#stepZoom(1);
        }}>+</button>
      </span>
      <button type="button" class="wave-caliper" aria-pressed=${this.isMeasuring} title=${t("wave.caliperHint")} @click=${() => {
        this.isMeasuring = !this.isMeasuring;
      }}>${icon("caliper")}<span>${t("wave.caliper")}</span></button>
    </div>`;
  }
  #groups(): TemplateResult {
    return html`<label class="wave-picker">${t("wave.group")}
      <select @change=${(event: Event) => {
        this.#choose((event.target as HTMLSelectElement).selectedIndex);
      }}>${this.shown.groups.map(
        (group, index) =>
          html`<option ?selected=${index === this.group}>${group.label ?? t("wave.groupName", { n: index + 1 })}</option>`,
      )}</select></label>`;
  }
  #stepZoom(step: 1 | -1): void {
    const at = ZOOMS.findIndex((one) => one >= this.zoom);
    this.zoom = ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, at + step))] ?? this.zoom;
  }

  protected override updated(): void {
    const scroller = this.querySelector<HTMLElement>(".wave-scroll");
    const group = this.shown.groups[this.group];
    if (scroller === null || this.traces === null || group?.frequency === undefined) {
      this.#pane?.dispose();
      this.#pane = null;
      return;
    }
    if (this.#pane?.scroller !== scroller) {
      this.#pane?.dispose();
      this.#pane = new WaveformPane(scroller, (text) => {
        const output = this.querySelector(".wave-measure");
        if (output !== null) output.textContent = text;
      });
    }
    const settings: PaperSettings = { layout: this.layout, speed: this.speed, gain: this.gain };
    this.#pane.show({
      paper: layOut(this.traces, group.frequency, settings),
      settings,
      frequencyHz: group.frequency,
      pxPerMm: this.zoom,
      marks: annotationMarks(this.shown, this.group, group.frequency, this.traces),
      isMeasuring: this.isMeasuring,
    });
  }
}
function isDrawable(group: WaveformGroup): boolean {
  return group.reason === undefined && (group.frequency ?? 0) > 0;
}
