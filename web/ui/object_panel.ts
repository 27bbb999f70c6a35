import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { ref } from "lit/directives/ref.js";
import { t, type MessageKey } from "../i18n/translate.ts";
import { css } from "../layers/display_color.ts";
import type { ObjectView, ShownRegion } from "../layers/object_view.ts";
import { SlError } from "../shared/errc.ts";
import "../styles/object_panel.css";
import { ChromePart } from "./chrome_part.ts";
import "./dose_histograms.ts";
import type { NamedRegion } from "./dose_histograms.ts";
import { icon } from "./icons.ts";
import { valueLines } from "./mark_text.ts";
import { objectKindText, objectName } from "./object_text.ts";

/** Beside the picture: the objects that are switched on, with their segments or regions. The picture stays in reach meanwhile. */
@customElement("sl-object-panel")
export class ObjectPanel extends ChromePart {
  @state() private isFolded = window.matchMedia("(max-width: 700px)").matches;
  @state() private searching = "";

  protected override signature(): string {
    const { layers, viewport, viewer } = this.model;
    return [
      viewer.manifest?.revision ?? "",
      viewport.shown?.id ?? -1,
      layers.value?.stack.areAllHidden,
      layers.value?.blended.placed?.sources[0]?.id ?? -1,
      layers.value?.blended.opacity,
      layers.value?.objects.all.length, // a structure set names the regions of histograms
      ...this.#views().map((view) =>
        [
          view.instance.hash,
          view.opacity,
          view.isFilled,
          view.hasOutline,
          view.chosen,
          viewport.shown !== null && view.isOver(viewport.shown),
          ...view.regions.map(({ number }) => Number(view.isVisible(number))),
        ].join(),
      ),
    ].join("|");
  }
  #views(): readonly ObjectView[] {
    const { layers, viewport } = this.model;
    if (viewport.shown === null) return [];
    return layers.value?.objects.shown ?? [];
  }

  protected override render(): TemplateResult | typeof nothing {
    const views = this.#views();
    const blend = this.#blended();
    if (views.length === 0 && blend === nothing) return nothing;
    return html`<section class="object-panel" data-no-tools aria-label=${t("object.panel")}>
      <button
        type="button"
        class="fold"
        aria-expanded=${!this.isFolded}
        @click=${() => {
          this.isFolded = !this.isFolded;
        }}
      >${icon("segments")}<span>${t("object.panel")}</span>${icon(this.isFolded ? "down" : "up")}</button>
      ${this.isFolded ? nothing : html`<div class="objects">${blend}${views.map((view) => this.#object(view))}</div>`}
    </section>`;
  }
  /** The pictures that a presentation state lays over these. */
  #blended(): TemplateResult | typeof nothing {
    const { layers, viewport } = this.model;
    const blended = layers.value?.blended;
    const source = blended?.placed?.sources[0];
    if (blended === undefined || source === undefined || viewport.shown === null) return nothing;
    const { modality, seriesDescription } = source.instance.series;
    const name = [modality, seriesDescription].filter(Boolean).join(" · ");
    return html`<div class="object" role="group" aria-label=${name}>
      <header>
        <h3 title=${name}><bdi>${name}</bdi></h3>
        <button type="button" class="bar-button" title=${t("object.hide")} aria-label=${t("object.hide")}
          @click=${() => {
            blended.show(null);
          }}>${icon("close")}</button>
      </header>
      <p class="detail">${[t("blending.applied"), blended.has(viewport.shown) ? "" : t("object.notHere")].filter(Boolean).join(" · ")}</p>
      <div class="object-style"><label><span>${t("object.opacity")}</span>
        <input type="range" min="0" max="100" step="5" .value=${String(Math.round(100 * blended.opacity))}
          @input=${(event: Event) => {
            if (event.target instanceof HTMLInputElement)
              blended.setOpacity(Number(event.target.value) / 100);
          }} /></label></div>
    </div>`;
  }
  #object(view: ObjectView): TemplateResult {
    const { shown } = this.model.viewport;
    const name = objectName({ instance: view.instance, view, error: null });
    const isHere = shown !== null && view.isOver(shown);
    const isMarks = view.marks !== null || view.annotations !== null;
    return html`<div class="object" data-marks=${isMarks} role="group" aria-label=${name}>
      <header>
        <h3 title=${name}><bdi>${name}</bdi></h3>
        <button type="button" class="bar-button" title=${t("object.hide")} aria-label=${t("object.hide")}
          @click=${() => {
            view.show(false);
          }}>${icon("close")}</button>
      </header>
      <p class="detail">${[objectKindText(view.instance.sopClassUID), isHere ? "" : t("object.notHere")].filter(Boolean).join(" · ")}</p>
      ${view.isIncomplete ? html`<p class="warn">${t(view.structures === null ? "object.marksIncomplete" : "object.incomplete")}</p>` : nothing}
      ${this.#style(view)}
      ${view.regions.length === 0 ? nothing : this.#regions(view)}
      ${this.#histograms(view)}
    </div>`;
  }
  #histograms({ object }: ObjectView): TemplateResult | typeof nothing {
    if (object.kind !== "DOSE" || object.histograms.length === 0) return nothing;
    const regions = new Map<number, NamedRegion>();
    for (const { view } of this.model.layers.value?.objects.all ?? [])
      if (view?.structures != null && view.object.sopInstanceUID === object.structureSet)
        for (const { number, label, rgb } of view.regions) regions.set(number, { label, rgb });
    return html`<sl-dose-histograms .dose=${object} .regions=${regions}></sl-dose-histograms>`;
  }
  #style(view: ObjectView): TemplateResult {
    const isDose = view.object.kind === "DOSE";
    const isMarks = view.marks !== null || view.annotations !== null;
    return html`<div class="object-style">
      ${
        isMarks && !view.isFilled // lines are opaque
          ? nothing
          : html`<label><span>${t("object.opacity")}</span>
        <input type="range" min="0" max="100" step="5" .value=${String(Math.round(100 * view.opacity))}
          @input=${(event: Event) => {
            if (event.target instanceof HTMLInputElement)
              view.setOpacity(Number(event.target.value) / 100);
          }} /></label>`
      }
      ${
        isDose || view.regions.length > 0
          ? html`<button type="button" aria-pressed=${view.isFilled} title=${t(isDose ? "object.washTitle" : "object.fillTitle")}
              @click=${() => {
                view.setStyle(!view.isFilled, view.hasOutline);
              }}>${t("object.fill")}</button>
            ${
              isMarks
                ? nothing
                : html`<button type="button" aria-pressed=${view.hasOutline} title=${t(isDose ? "object.linesTitle" : "object.outlineTitle")}
              @click=${() => {
                view.setStyle(view.isFilled, !view.hasOutline);
              }}>${t(isDose ? "object.lines" : "object.outline")}</button>`
            }`
          : nothing
      }
    </div>`;
  }
  #regions(view: ObjectView): TemplateResult {
    return html`<ul>
      ${
        view.regions.length < 2
          ? nothing
          : html`<li class="all"><button type="button" class="eye" aria-pressed=${!view.areAllHidden}
              @click=${() => {
                view.toggleAll();
              }}>${icon(view.areAllHidden ? "hidden" : "visible")}<span>${t(allOf(view), { n: view.regions.length })}</span></button></li>`
      }
      ${view.regions.map((region) => this.#region(view, region))}
    </ul>`;
  }
  #region(view: ObjectView, region: ShownRegion): TemplateResult {
    const isVisible = view.isVisible(region.number);
    const key = `${view.instance.hash}/${String(region.number)}`;
    const isMark = view.marks !== null || view.annotations !== null;
    const { lines, more } = valueLines(view, region);
    return html`<li
      data-chosen=${isMark && view.chosen === region.number}
      @pointerenter=${() => {
        if (isMark) view.choose(region.number);
      }}
      @pointerleave=${() => {
        if (isMark) view.choose(null);
      }}
      @focusin=${() => {
        if (isMark) view.choose(region.number);
      }}
    >
      <button type="button" class="eye" aria-pressed=${isVisible} title=${[region.label, region.detail].filter(Boolean).join("\n")}
        @click=${() => {
          view.toggle(region.number);
        }}>
        ${icon(isVisible ? "visible" : "hidden")}
        <i class="swatch" ${ref(colored(region))}></i>
        <span class="label"><bdi>${region.label}</bdi></span>
        <span class="detail"><bdi>${region.detail}</bdi></span>
        ${lines.map(({ name, value, exact }) => html`<span class="value" title=${exact || nothing}><bdi>${name}</bdi> <b><bdi>${value}</bdi></b></span>`)}
        ${more > 0 ? html`<span class="value">${t("object.more#", { n: more })}</span>` : nothing}
      </button>
      ${this.#report(view, region)}
      <button type="button" class="jump" ?disabled=${this.searching === key}
        title=${t(isMark ? "object.toPicture" : "object.largest")} aria-label=${t(isMark ? "object.toPictureOf" : "object.largestOf", { label: region.label })}
        @click=${() => {
          void this.#jump(view, region.number, key);
        }}>${this.searching === key ? html`<span class="spinner"></span>` : icon("target")}</button>
    </li>`;
  }
  #report({ instance }: ObjectView, { item, label }: ShownRegion): TemplateResult | typeof nothing {
    if (item === null) return nothing;
    return html`<button type="button" class="jump" title=${t("object.inReport")} aria-label=${t("object.inReportOf", { label })}
      @click=${() => {
        this.model.openReport(instance, item);
      }}>${icon("document")}</button>`;
  }
  async #jump(view: ObjectView, region: number, key: string): Promise<void> {
    this.searching = key;
    try {
      await this.model.layers.value?.goToLargest(view, region);
    } catch (error) {
      // why its frames cannot be had stands with the layer in the menu
      if (!(error instanceof SlError)) throw error;
    } finally {
      this.searching = "";
    }
  }
}

function allOf({ marks, annotations }: ObjectView): MessageKey {
  if (marks !== null) return "object.allFindings#";
  return annotations === null ? "object.all#" : "object.allGroups#";
}
/** By a property of its own: the page's policy takes no style attributes. */
function colored({ rgb }: ShownRegion): (element: Element | undefined) => void {
  return (element) => {
    if (element instanceof HTMLElement) element.style.setProperty("--region", css(rgb));
  };
}
