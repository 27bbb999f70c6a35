import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { t } from "../i18n/translate.ts";
import {
  elementAt,
  elementsOf,
  readXml,
  textWithin,
  xmlText,
  type XmlElement,
  type XmlNode,
} from "../tools/xml_reader.ts";
import { icon } from "./icons.ts";
import { formatDateTime } from "../tools/sr_item_text.ts";

/** A clinical document of HL7 (CDA R2) as text: its own headings, paragraphs, lists and tables. Links are text, pictures are
 *  left out, style sheets and scripts mean nothing here. Any other XML is shown as its elements' text. */
@customElement("sl-cda-document")
export class CdaDocument extends LitElement {
  @property({ attribute: false }) bytes!: Uint8Array;

  protected override createRenderRoot(): this {
    return this;
  }
  protected override render(): TemplateResult {
    const root = readXml(xmlText(this.bytes));
    if (root === null)
      return html`<p class="document-warning" role="alert">${icon("warning")} ${t("encapsulated.cdaBroken")}</p>`;
    return html`<p class="document-note">${t("encapsulated.cdaNote")}</p>
      <div class="cda">${root.name === "ClinicalDocument" ? clinicalDocument(root) : anyElement(root)}</div>`;
  }
}

function clinicalDocument(root: XmlElement): TemplateResult {
  const time = elementAt(root, "effectiveTime")?.attributes.get("value") ?? "";
  const code = elementAt(root, "code")?.attributes.get("displayName") ?? "";
  const facts = [
    [t("sr.date"), formatDateTime(time)],
    [t("encapsulated.type"), code],
    [
      t("list.patient"),
      textWithin(elementAt(root, "recordTarget", "patientRole", "patient", "name")),
    ],
    [
      t("sr.author"),
      textWithin(elementAt(root, "author", "assignedAuthor", "assignedPerson", "name")),
    ],
    [
      t("sr.verifier"),
      textWithin(elementAt(root, "legalAuthenticator", "assignedEntity", "assignedPerson", "name")),
    ],
  ].filter(([, value]) => value !== "");
  const body = elementAt(root, "component", "structuredBody");
  return html`<h3><bdi>${textWithin(elementAt(root, "title"))}</bdi></h3>
    <dl class="document-facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd><bdi>${value}</bdi></dd></div>`)}</dl>
    ${body === null ? html`<p class="document-note">${t("encapsulated.noView")}</p>` : sections(body, 4)}`;
}
function sections(holder: XmlElement, level: number): TemplateResult {
  const found = elementsOf(holder, "component").flatMap((one) => elementsOf(one, "section"));
  return html`${found.map((section) => {
    const text = elementAt(section, "text");
    const title = textWithin(elementAt(section, "title"));
    return html`<section>
      ${title === "" ? nothing : html`<div class="cda-title" role="heading" aria-level=${Math.min(6, level)}><bdi>${title}</bdi></div>`}
      ${text === null ? nothing : html`<div class="cda-text">${text.children.map(narrative)}</div>`}
      ${sections(section, level + 1)}
    </section>`;
  })}`;
}
/** The narrative block: what of it is text. */
function narrative(node: XmlNode): TemplateResult | string | typeof nothing {
  // lines between elements are the file's layout, not the document's
  if (typeof node === "string") return node.trim() === "" && node.includes("\n") ? nothing : node;
  const inner = node.children.map(narrative);
  switch (node.name) {
    case "script":
    case "style":
      return nothing;
    case "paragraph":
      return html`<p>${inner}</p>`;
    case "list":
      return html`<ul>${elementsOf(node, "item").map((item) => html`<li>${item.children.map(narrative)}</li>`)}</ul>`;
    case "table":
      return html`<div class="table-scroll" tabindex="0" role="region" aria-label=${t("encapsulated.cdaBody")}><table><tbody>${rowsOf(
        node,
      ).map((row) => html`<tr>${row.children.map(cell)}</tr>`)}</tbody></table></div>`;
    case "caption":
      return html`<strong>${inner}</strong> `;
    case "br":
      return html`<br />`;
    case "sub":
      return html`<sub>${inner}</sub>`;
    case "sup":
      return html`<sup>${inner}</sup>`;
    case "renderMultiMedia":
      return nothing;
    default:
      return html`${inner}`;
  }
}
function rowsOf(table: XmlElement): XmlElement[] {
  const parts = ["thead", "tbody", "tfoot"].flatMap((name) => elementsOf(table, name));
  return [...elementsOf(table, "tr"), ...parts.flatMap((part) => elementsOf(part, "tr"))];
}
function cell(node: XmlNode): TemplateResult | typeof nothing {
  if (typeof node === "string") return nothing;
  const inner = node.children.map(narrative);
  return node.name === "th" ? html`<th>${inner}</th>` : html`<td>${inner}</td>`;
}
function anyElement(element: XmlElement): TemplateResult {
  return html`<div class="cda-any"><span class="sr-relation">${element.name}</span>
    ${element.children.map((child) => (typeof child === "string" ? child : anyElement(child)))}</div>`;
}
