import { elementById, loadEngine, once, READER_NAME, startReader, startScript } from "./boot.ts";
import { listenForFrames } from "./decode/decode_worker.ts";
import { SlError } from "./shared/errc.ts";
import type { OpenRequest } from "./shared/api.ts";
import { readInlinedStudy } from "./source/remote.ts";
import { listenToParent, publishApi } from "./view/embedding.ts";
import { readAddress } from "./view/page_address.ts";
import type { LoadSlides } from "./view/slides.ts";
import { Viewer } from "./view/viewer.ts";

/** Without a first picture, the chrome and the network wait no longer than this. */
const PATIENCE_MS = 1_000;

const loadSlides: LoadSlides = () => import("./slide/slide_series.ts");

/** First the picture, then the chrome and the socket: the first picture needs no more than HTML, CSS, this script, which is
 *  the decoding workers' too, and viewer.wasm. */
function openViewer(root: HTMLElement, request: OpenRequest): void {
  const viewer = new Viewer(elementById("viewport"), loadSlides);
  const engine = loadEngine(import.meta.url);
  publishApi(viewer);
  const mountChrome = once(() => {
    void import("./ui/viewer_chrome.ts").then(({ mountViewerChrome, serverTools }) => {
      const tools = serverTools(viewer, () => startReader(import.meta.url), startScript);
      mountViewerChrome(root, viewer, tools);
    });
  });
  const report = (error: unknown): void => {
    mountChrome();
    if (!(error instanceof SlError)) throw error;
    viewer.active.fail(error);
  };
  const startNetwork = once(() => {
    if (viewer.manifest !== null) viewer.startNetwork();
    else viewer.open(request).catch(report);
  });
  const removePreview = followPreview(viewer);
  const onPresented = (): void => {
    viewer.active.removeEventListener("presented", onPresented);
    removePreview();
    startNetwork();
    mountChrome();
  };
  viewer.active.addEventListener("presented", onPresented);
  engine
    .then(({ module, workers }) => {
      viewer.useWorkers(workers);
      viewer.useModule(module);
    })
    .catch(report);

  let isFirstHere = false;
  try {
    const inlined = readInlinedStudy(document);
    if (inlined?.manifest.study.studyInstanceUID === request.study)
      isFirstHere = viewer.openInlined(inlined, request);
  } catch (error) {
    report(error);
  }
  if (!isFirstHere) startNetwork();
  if (viewer.manifest !== null && viewer.active.shown?.stream == null) mountChrome(); // no picture will come
  setTimeout(() => {
    startNetwork();
    mountChrome();
  }, PATIENCE_MS);
  window.addEventListener("hashchange", () => {
    const asked = readAddress(location);
    if (asked !== null) viewer.open(asked).catch(report);
  });
  listenToParent(viewer);
}
/** What the server has drawn small is its first picture: it must not stand for another one, nor behind a document. Returns
 *  the function that takes it away. */
function followPreview(viewer: Viewer): () => void {
  const remove = (): void => {
    viewer.active.removeEventListener("statechange", follow);
    document.getElementById("sightline-preview")?.remove();
  };
  const follow = (): void => {
    const isOpen = viewer.active.state.studyInstanceUID !== "";
    if (isOpen && !viewer.isAtFirstPicture) remove();
  };
  viewer.active.addEventListener("statechange", follow);
  return remove;
}
function run(): void {
  const root = elementById("app");
  const request = readAddress(location);
  if (request !== null) openViewer(root, request);
  else
    void import("./ui/study_list.ts").then(({ mountStudyList }) => {
      mountStudyList(root, {
        startReader: () => startReader(import.meta.url),
        startScript,
        loadEngine: () => loadEngine(import.meta.url),
      });
    });
}
/** A worker: its name says which of the two. */
function work(): void {
  if (self.name === READER_NAME)
    void import("./source/local_reader.ts").then(({ listenForFiles }) => {
      listenForFiles();
    });
  else listenForFrames();
}
if (typeof document === "undefined") work();
else run();
