import type { TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { ChromePart } from "./chrome_part.ts";
import { seriesCards } from "./series_cards.ts";

/** The series of the study, at the left. */
@customElement("sl-series-strip")
export class SeriesStrip extends ChromePart {
  protected override signature(): string {
    const { viewer, viewport } = this.model;
    return [
      viewer.manifest?.study.studyInstanceUID ?? "",
      viewer.manifest?.revision ?? "",
      viewport.state.seriesInstanceUID,
      viewport.series?.frames.length === 0,
      this.model.keyImages.version,
    ].join("|");
  }

  protected override render(): TemplateResult {
    return seriesCards(this.model, () => undefined);
  }

  protected override updated(): void {
    this.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }
}
