import { t } from "../i18n/translate.ts";
import "../styles/slides.css";
import type { ViewportController } from "../shared/api.ts";
import { MAGNIFICATIONS, magnificationNow, magnifyTo } from "../tools/slide_moves.ts";
import { Minimap } from "./minimap.ts";

/** Two magnifications that are this close are the same to the eye. */
const SAME = 0.02;

/** What stands beside a slide: its overview, what can be chosen of it, and a microscope's magnifications. */
export class SlidePanel {
  readonly #host = document.createElement("div");
  readonly #viewport: () => ViewportController;
  readonly #map: Minimap;
  readonly #layers = document.createElement("select");
  readonly #buttons = new Map<number, HTMLButtonElement>();
  readonly #turret = document.createElement("div");
  #listed = "";

  constructor(area: HTMLElement, viewport: () => ViewportController) {
    this.#viewport = viewport;
    this.#host.className = "slide-panel";
    this.#map = new Minimap(viewport);
    this.#map.element.dataset["noTools"] = "";
    this.#layers.className = "slide-layers";
    this.#layers.dataset["noTools"] = "";
    this.#layers.setAttribute("aria-label", t("slide.layer"));
    this.#layers.addEventListener("change", () => {
      viewport().scrollTo(Number(this.#layers.value));
    });
    this.#turret.className = "slide-turret";
    this.#turret.dataset["noTools"] = "";
    this.#turret.setAttribute("role", "group");
    this.#turret.setAttribute("aria-label", t("slide.magnify"));
    for (const factor of [...MAGNIFICATIONS].reverse()) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = t("slide.magnification", { factor: String(factor) });
      button.setAttribute("aria-label", t("slide.magnifyTo", { factor: String(factor) }));
      button.addEventListener("click", () => {
        magnifyTo(viewport(), factor);
      });
      this.#buttons.set(factor, button);
      this.#turret.append(button);
    }
    this.#host.append(this.#map.element, this.#layers, this.#turret);
    area.append(this.#host);
    this.update();
  }
  dispose(): void {
    this.#map.dispose();
    this.#host.remove();
  }
  update(): void {
    const viewport = this.#viewport();
    const isSlide = viewport.shown?.slide !== undefined;
    this.#listLayers(viewport);
    this.#map.element.hidden = !isSlide;
    const now = magnificationNow(viewport);
    this.#turret.hidden = now === null;
    for (const [factor, button] of this.#buttons) {
      const isNow = now !== null && Math.abs(now / factor - 1) < SAME;
      button.setAttribute("aria-pressed", String(isNow));
    }
    this.#map.update();
  }
  /** Optical paths, focal planes, and the pictures of the label and the glass. */
  #listLayers(viewport: ViewportController): void {
    const frames = viewport.series?.frames ?? [];
    const isSlideSeries = frames.some(({ slide }) => slide !== undefined);
    this.#host.hidden = !isSlideSeries;
    const names = isSlideSeries ? frames.map(nameOf) : [];
    const listed = names.join("\n");
    if (listed !== this.#listed) {
      this.#listed = listed;
      this.#layers.replaceChildren(
        ...names.map((name, index) => {
          const option = document.createElement("option");
          option.value = String(index);
          option.textContent = name;
          return option;
        }),
      );
    }
    this.#layers.hidden = names.length < 2;
    const chosen = String(viewport.state.stackIndex);
    if (this.#layers.value !== chosen) this.#layers.value = chosen;
  }
}
function nameOf(frame: {
  readonly slide?: { readonly label: string };
  readonly instance: { readonly text: Readonly<Record<string, string>> };
}): string {
  if (frame.slide !== undefined) return frame.slide.label || t("slide.one");
  switch ((frame.instance.text["imageType"] ?? "").split("\\")[2]) {
    case "LABEL":
      return t("slide.label");
    case "OVERVIEW":
      return t("slide.glass");
    default:
      return t("slide.other");
  }
}
