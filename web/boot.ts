import { DecodePool } from "./decode/decode_pool.ts";
import { compileModule } from "./decode/module_loader.ts";
import { dicomUrl, instantiateViewer, jxlUrl, viewerUrl } from "./decode/viewer_assets.ts";
import { SlError } from "./shared/errc.ts";
import type { SlViewerModule } from "./decode/sl_abi.ts";

/** The parts of Trusted Types that TypeScript's library does not describe yet. */
interface ScriptUrlPolicy {
  createScriptURL(url: string): string;
}
interface PolicyFactory {
  createPolicy(name: string, rules: ScriptUrlPolicy): ScriptUrlPolicy;
}

/** The page's Content-Security-Policy asks for a policy wherever a string becomes a script. There is one place: workers,
 *  each one of our own files. */
let policy: ScriptUrlPolicy | null = null;
function trustedScriptUrl(url: string): string {
  policy ??= makePolicy(); // a policy of one name can be made once
  return policy.createScriptURL(url);
}
function makePolicy(): ScriptUrlPolicy {
  const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory };
  const rules: ScriptUrlPolicy = { createScriptURL: sameOriginAsset };
  return trustedTypes?.createPolicy("sightline", rules) ?? rules;
}
function sameOriginAsset(url: string): string {
  const { origin, pathname, href } = new URL(url, location.href);
  if (origin !== location.origin || !(pathname.startsWith(assetFolder()) || import.meta.env.DEV)) {
    throw new SlError("invalid_argument", "not a script of this page");
  }
  return href;
}

/** Of a static host the page may be in any folder; on the server its address has other parts. */
function assetFolder(): string {
  return new URL(`${import.meta.env.BASE_URL}assets/`, location.href).pathname;
}

export const READER_NAME = "sightline-read";
/** A worker that reads files of this computer: source/local_reader.ts. workerUrl: as for loadEngine(). */
export function startReader(workerUrl: string): Worker {
  return new Worker(trustedScriptUrl(workerUrl), { type: "module", name: READER_NAME });
}
/** A worker of another script of this page: the PDF renderer's. */
export function startScript(url: string): Worker {
  return new Worker(trustedScriptUrl(new URL(url, location.href).href), {
    type: "module",
    name: "sightline-script",
  });
}

export interface Engine {
  /** draws */
  readonly module: SlViewerModule;
  /** decode */
  readonly workers: DecodePool;
}
/** viewer.wasm, compiled once for the page and its workers. workerUrl: the script that calls listenForFrames() in them.
 *  Rejects with SlError. */
export async function loadEngine(workerUrl: string): Promise<Engine> {
  const url = trustedScriptUrl(workerUrl);
  const viewer = await compileModule(viewerUrl());
  const workers = new DecodePool({
    viewer,
    urls: { dicom: dicomUrl(), jxl: jxlUrl() },
    makeWorker: () => new Worker(url, { type: "module", name: "sightline-decode" }),
  });
  return { module: await instantiateViewer(viewer), workers };
}
/** A part of index.html's skeleton. */
export function elementById(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`#${id} is missing in index.html`);
  return element;
}
export function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}
