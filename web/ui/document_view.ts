import { LitElement } from "lit";
import { property } from "lit/decorators.js";
import type { DocumentModel } from "../shared/document.ts";
import type { ManifestInstance } from "../shared/manifest.ts";
import type { ChromeModel } from "./chrome_model.ts";

/** What fills the document panel for one kind of object. Light DOM, as all of the chrome. */
export abstract class DocumentView<M extends DocumentModel> extends LitElement {
  @property({ attribute: false }) model!: ChromeModel;
  @property({ attribute: false }) instance!: ManifestInstance;
  @property({ attribute: false }) shown!: M;

  protected override createRenderRoot(): this {
    return this;
  }
}
