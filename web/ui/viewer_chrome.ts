import { t } from "../i18n/translate.ts";
import type { ViewerController } from "../shared/api.ts";
import "../styles/chrome_bars.css";
import "../styles/viewport_overlay.css";
import "../styles/panels.css";
import "../styles/phone.css";
import { readerUrl } from "../decode/reader_assets.ts";
import { DocumentWorker } from "../source/document_worker.ts";
import { ServerDocuments } from "../source/server_documents.ts";
import { attachKeyboard } from "../tools/keyboard.ts";
import type { SlidePanel } from "../slide/slide_panel.ts";
import { PointerTools } from "../tools/pointer_tools.ts";
import "./bottom_bar.ts";
import { ChromeModel, type ViewerTools } from "./chrome_model.ts";
import { createPart } from "./chrome_part.ts";
import "./cine_bar.ts";
import "./document_panel.ts";
import { ImageScrollbar } from "./image_scrollbar.ts";
import "./notices.ts";
import "./object_mark.ts";
import "./mark_tip.ts";
import "./object_panel.ts";
import { valuesOver } from "./object_text.ts";
import { OverlayView } from "./overlay_view.ts";
import "./panels.ts";
import "./presentation_mark.ts";
import "./subtraction_mark.ts";
import { Probe } from "./probe.ts";
import "./series_strip.ts";
import "./top_bar.ts";
import "./value_legend.ts";
import "./video_panel.ts";

/** Over the picture, the lowest first. */
const IN_VIEWPORT = [
  "sl-video-panel",
  "sl-cine-bar",
  "sl-document-panel",
  "sl-notices",
  "sl-presentation-mark",
  "sl-subtraction-mark",
  "sl-object-mark",
  "sl-object-panel",
  "sl-mark-tip",
  "sl-value-legend",
];

/** Puts the chrome round the viewer that is in `#viewport` of `root`. Returns the function that takes it away. */
export function mountViewerChrome(
  root: HTMLElement,
  viewer: ViewerController,
  tools: ViewerTools,
): () => void {
  root.dataset["page"] = "viewer";
  const area = part(root, "viewport");
  const model = new ChromeModel(root, viewer, tools);
  area.tabIndex = 0;
  area.setAttribute("aria-label", t("bar.actions"));
  part(root, "strip").setAttribute("aria-label", t("strip.label"));
  part(root, "bottombar").setAttribute("aria-label", t("bar.tools"));
  part(root, "topbar").replaceChildren(createPart("sl-top-bar", model));
  part(root, "strip").replaceChildren(createPart("sl-series-strip", model));
  part(root, "bottombar").replaceChildren(createPart("sl-bottom-bar", model));
  const overlay = new OverlayView(area, model);
  const scrollbar = new ImageScrollbar(area, model);
  const inViewport = IN_VIEWPORT.map((tag) => createPart(tag, model));
  const panels = createPart("sl-panels", model);
  area.append(...inViewport);
  root.append(panels);

  const probe = new Probe(
    area,
    () => viewer.active,
    (text) => {
      overlay.setProbe(text);
    },
    (frame, row, col) => valuesOver(model.layers.value, frame, row, col),
  );
  const pointers = new PointerTools(area, () => viewer.active, model.tools);
  const endFocus = returnFocus(root, area);
  const endKeyboard = attachKeyboard(window, model);
  const endFollow = model.subscribe(() => {
    probe.update();
    titlePage(viewer);
    model.tools.forPicture = viewer.active.shown?.slide === undefined ? null : "pan";
    area.dataset["tool"] = model.tools.forPointer("mouse");
  });
  titlePage(viewer);
  const endLayers = loadLayers(model, viewer);
  const endSlides = loadSlidePanel(area, model);
  return () => {
    endLayers();
    endSlides();
    for (const disposable of [probe, pointers, overlay, scrollbar, model]) disposable.dispose();
    endFollow();
    endFocus();
    endKeyboard();
    for (const element of [...inViewport, panels]) element.remove();
    for (const id of ["topbar", "strip", "bottombar"]) part(root, id).replaceChildren();
  };
}

/** Objects of the page's own server. */
export function serverTools(
  viewer: ViewerController,
  startReader: () => Worker,
  startScript: (url: string) => Worker,
): ViewerTools {
  const worker = new DocumentWorker(startReader, readerUrl());
  const study = (): string => viewer.manifest?.study.studyInstanceUID ?? "";
  return { documents: new ServerDocuments(worker, study), startScript };
}

/** What lies over the picture comes last of all: its code is fetched when the rest is here. */
function loadLayers(model: ChromeModel, viewer: ViewerController): () => void {
  let isEnded = false;
  void import("../layers/layers.ts").then(({ attachLayers }) => {
    if (!isEnded) model.layers.set(attachLayers(viewer));
  });
  void import("../layers/color_profiles.ts").then(({ attachColors }) => {
    if (!isEnded) model.colors.set(attachColors(viewer, model.startScript));
  });
  return () => {
    isEnded = true;
    model.layers.value?.dispose();
    model.colors.value?.dispose();
  };
}

/** What stands beside a slide is fetched when the first is shown. */
function loadSlidePanel(area: HTMLElement, model: ChromeModel): () => void {
  let panel: SlidePanel | null = null;
  let isAsked = false;
  let isEnded = false;
  const onChange = (): void => {
    panel?.update();
    if (isAsked || model.viewport.shown?.slide === undefined) return;
    isAsked = true;
    void import("../slide/slide_panel.ts").then((module) => {
      if (!isEnded) panel = new module.SlidePanel(area, () => model.viewport);
    });
  };
  const end = model.subscribe(onChange);
  onChange();
  return () => {
    isEnded = true;
    end();
    panel?.dispose();
  };
}

/** After a click on a button of the bars the keys belong to the picture again: Space resets it. The keyboard's own
 *  activation (detail 0) leaves the focus where it is. */
function returnFocus(root: HTMLElement, area: HTMLElement): () => void {
  const onClick = (event: MouseEvent): void => {
    if (
      event.detail === 0 ||
      !(event.target instanceof Element) ||
      root.querySelector("dialog[open]")
    )
      return;
    if (event.target.closest("#topbar button, #strip button, #bottombar button"))
      area.focus({ preventScroll: true });
  };
  root.addEventListener("click", onClick);
  return () => {
    root.removeEventListener("click", onClick);
  };
}

/** The parts of index.html's skeleton. */
function part(root: HTMLElement, id: string): HTMLElement {
  const element = root.querySelector<HTMLElement>(`#${id}`);
  if (!element) throw new Error(`index.html lacks #${id}`);
  return element;
}

/** The window's title names the study, not the patient: titles reach task bars, histories and screen shares. */
function titlePage(viewer: ViewerController): void {
  const description = viewer.manifest?.study.studyDescription ?? "";
  const title = description === "" ? t("app.name") : `${description} – ${t("app.name")}`;
  if (document.title !== title) document.title = title;
}
