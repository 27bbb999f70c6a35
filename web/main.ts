import { loadEngine, startWorkers } from "./boot.ts";
import { SlError } from "./shared/errc.ts";
import type { OpenRequest } from "./shared/api.ts";
import { readInlinedStudy } from "./source/remote.ts";
import { listenToParent, publishApi } from "./view/embedding.ts";
import { readAddress } from "./view/page_address.ts";
import { Viewer } from "./view/viewer.ts";

/** The chrome comes after the first picture, or after this long without one. */
const CHROME_AFTER_MS = 1_000;

function elementById(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`#${id} is missing in index.html`);
  return element;
}
function reportTo(viewer: Viewer): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof SlError)) throw error;
    viewer.active.fail(error);
  };
}
/** First the picture, then the chrome and the workers: the first picture needs HTML, CSS, this script and viewer.wasm. */
function openViewer(root: HTMLElement, request: OpenRequest): void {
  const viewer = new Viewer(elementById("viewport"));
  const report = reportTo(viewer);
  const engine = loadEngine();
  const inlined = readInlinedStudy(document);
  const isFirstHere = inlined?.manifest.study.studyInstanceUID === request.study && viewer.openInlined(inlined, request);
  publishApi(viewer);

  let isChromeAsked = false;
  const mountChrome = (): void => {
    if (isChromeAsked) return;
    isChromeAsked = true;
    void import("./ui/viewer_chrome.ts").then(({ mountViewerChrome }) => { mountViewerChrome(root, viewer); });
  };
  let isStarted = false;
  const startNetwork = (): void => {
    if (isStarted) return;
    isStarted = true;
    if (viewer.manifest !== null) viewer.startNetwork();
    else void viewer.open(request).catch(report);
    engine.then((loaded) => { viewer.useWorkers(startWorkers(loaded)); }, () => undefined);
  };
  const onFirst = (): void => {
    viewer.active.removeEventListener("presented", onFirst);
    document.getElementById("sightline-preview")?.remove();
    startNetwork();
    mountChrome();
  };
  viewer.active.addEventListener("presented", onFirst);
  engine.then(({ module }) => { viewer.useModule(module); }).catch(report);
  if (!isFirstHere) startNetwork();
  setTimeout(() => { startNetwork(); mountChrome(); }, CHROME_AFTER_MS);
  window.addEventListener("hashchange", () => {
    const asked = readAddress(location);
    if (asked !== null) void viewer.open(asked).catch(report);
  });
  listenToParent(viewer);
}
function run(): void {
  const root = elementById("app");
  const request = readAddress(location);
  if (request !== null) openViewer(root, request);
  else void import("./ui/study_list.ts").then(({ mountStudyList }) => { mountStudyList(root); });
}
run();
