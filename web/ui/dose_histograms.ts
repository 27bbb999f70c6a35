import { html, LitElement, nothing, svg, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ref } from "lit/directives/ref.js";
import { t } from "../i18n/translate.ts";
import { css, type Rgb } from "../layers/display_color.ts";
import type { DoseGrid, DoseHistogram } from "../layers/layer_object.ts";
import { regionColor } from "../layers/region_color.ts";

/** A region of the structure set that a dose names. */
export interface NamedRegion {
  readonly label: string;
  readonly rgb: Rgb;
}
/** What is drawn in one chart: histograms of one type and of the same units. */
export interface HistogramGroup {
  readonly key: string;
  readonly type: DoseHistogram["type"];
  readonly doseUnits: string;
  readonly volumeUnits: string;
  readonly histograms: readonly DoseHistogram[];
  readonly highestDose: number;
  readonly largestVolume: number;
}

/** The chart's own units: of its plane, and round it. */
const [WIDTH, HEIGHT] = [200, 110];
const [LEFT, RIGHT, TOP, BOTTOM] = [28, 8, 18, 26];

export function histogramGroups(histograms: readonly DoseHistogram[]): HistogramGroup[] {
  const groups = new Map<string, DoseHistogram[]>();
  for (const one of histograms) {
    const key = [one.type, one.doseType, one.doseUnits, one.volumeUnits].join("/");
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups].flatMap(([key, list]) => {
    const [first] = list;
    if (first === undefined) return [];
    const { type, doseUnits, volumeUnits } = first;
    const highestDose = list.reduce((most, { edges }) => Math.max(most, edges.at(-1) ?? 0), 0);
    const largestVolume = list.reduce(
      (most, { volumes }) => volumes.reduce((a, b) => Math.max(a, b), most),
      0,
    );
    return [{ key, type, doseUnits, volumeUnits, histograms: list, highestDose, largestVolume }];
  });
}
/** The stated volume over each bin, as steps: "M0 110V10H5V…". */
export function histogramPath(
  { edges, volumes }: DoseHistogram,
  { highestDose, largestVolume }: Pick<HistogramGroup, "highestDose" | "largestVolume">,
): string {
  const x = (dose: number): string => place(dose, highestDose, WIDTH);
  const y = (volume: number): string =>
    String(Number((HEIGHT - Number(place(volume, largestVolume, HEIGHT))).toFixed(2)));
  let path = `M0 ${String(HEIGHT)}`;
  volumes.forEach((volume, bin) => {
    path += `V${y(volume)}H${x(edges[bin + 1] ?? 0)}`;
  });
  return `${path}V${String(HEIGHT)}`;
}
function place(value: number, most: number, length: number): string {
  return String(Number(((most > 0 ? value / most : 0) * length).toFixed(2)));
}

/** The dose-volume histograms of an RT dose, as it states them. */
@customElement("sl-dose-histograms")
export class DoseHistograms extends LitElement {
  @property({ attribute: false }) dose!: DoseGrid;
  /** by ROI Number */
  @property({ attribute: false }) regions: ReadonlyMap<number, NamedRegion> = new Map();
  @state() private chosen = 0;
  #groups: readonly HistogramGroup[] = [];

  protected override createRenderRoot(): this {
    return this;
  }
  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("dose")) this.#groups = histogramGroups(this.dose.histograms);
  }
  protected override render(): TemplateResult | typeof nothing {
    const group = this.#groups[this.chosen] ?? this.#groups[0];
    if (group === undefined) return nothing;
    return html`<details class="dose-histograms">
      <summary>${t("dvh.title#", { n: this.dose.histograms.length })}</summary>
      ${this.#choice(group)}
      ${this.#chart(group)}
      <ul>${group.histograms.map((one, index) => this.#entry(one, index))}</ul>
      ${this.dose.leftOut > 0 ? html`<p class="warn">${t("dvh.leftOut#", { n: this.dose.leftOut })}</p>` : nothing}
    </details>`;
  }
  #choice(shown: HistogramGroup): TemplateResult | typeof nothing {
    if (this.#groups.length < 2) return nothing;
    return html`<select aria-label=${t("dvh.kind")} @change=${(event: Event) => {
      if (event.target instanceof HTMLSelectElement) this.chosen = event.target.selectedIndex;
    }}>${this.#groups.map((group) => html`<option ?selected=${group === shown}>${groupName(group)}</option>`)}</select>`;
  }
  #chart(group: HistogramGroup): TemplateResult {
    const [width, height] = [LEFT + WIDTH + RIGHT, TOP + HEIGHT + BOTTOM];
    const { doseUnits, volumeUnits, highestDose, largestVolume } = group;
    const label = t("dvh.chart", {
      kind: groupName(group),
      dose: withUnit(highestDose, doseUnits),
      volume: withUnit(largestVolume, volumeUnits),
    });
    return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label=${label}>
      <g transform="translate(${LEFT} ${TOP})">
        <path class="axes" d="M0 0V${HEIGHT}H${WIDTH}" />
        ${[0, 0.5, 1].map(
          (
            share,
          ) => svg`<text class="dose" x=${share * WIDTH} y=${HEIGHT + 11}>${shortNumber(share * highestDose)}</text>
          <text class="volume" x="-4" y=${HEIGHT * (1 - share) + 3}>${shortNumber(share * largestVolume)}</text>`,
        )}
        <text class="dose unit" x=${WIDTH / 2} y=${HEIGHT + 22}>${doseUnits}</text>
        <text class="unit" x="0" y="-7">${volumeUnits}</text>
        ${group.histograms.map(
          (one, index) =>
            svg`<path class="curve" d=${histogramPath(one, group)} stroke=${css(this.#colorOf(one, index))} />`,
        )}
      </g>
    </svg>`;
  }
  #entry(one: DoseHistogram, index: number): TemplateResult {
    const stated = [
      ["dvh.min", one.min],
      ["dvh.mean", one.mean],
      ["dvh.max", one.max],
    ] as const;
    return html`<li>
      <i class="swatch" ${ref(colored(this.#colorOf(one, index)))}></i>
      <span class="label"><bdi>${this.#nameOf(one)}</bdi></span>
      <span class="detail">${stated
        .flatMap(([key, value]) =>
          value === null ? [] : [t(key, { dose: withUnit(value, one.doseUnits) })],
        )
        .join(" · ")}</span>
    </li>`;
  }
  #nameOf({ regions, excluded }: DoseHistogram): string {
    const name = (number: number): string =>
      this.regions.get(number)?.label ?? t("dvh.region", { n: String(number) });
    const added = regions.map(name).join(" + ");
    return [added || t("dvh.noRegion"), ...excluded.map(name)].join(" \u2212 ");
  }
  #colorOf({ regions }: DoseHistogram, index: number): Rgb {
    const [first] = regions;
    const known = first === undefined ? undefined : this.regions.get(first);
    return known?.rgb ?? regionColor(index, null, null);
  }
}

function groupName({ type, doseUnits, volumeUnits }: HistogramGroup): string {
  return `${t(`dvh.type.${type}`)}, ${doseUnits} / ${volumeUnits}`;
}
function withUnit(value: number, unit: string): string {
  return `${shortNumber(value)} ${unit}`.trim();
}
function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}
/** By a property of its own: the page's policy takes no style attributes. */
function colored(rgb: Rgb): (element: Element | undefined) => void {
  return (element) => {
    if (element instanceof HTMLElement) element.style.setProperty("--region", css(rgb));
  };
}
