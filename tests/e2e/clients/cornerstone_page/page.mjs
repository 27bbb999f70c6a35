// The page of a Cornerstone3D developer: metadata and frames from an archive by DICOMweb, as its documentation says.
import { Enums, RenderingEngine, imageLoader, init as initCore } from "@cornerstonejs/core";
import { init as initLoader, wadors } from "@cornerstonejs/dicom-image-loader";

await initCore();
initLoader({ maxWebWorkers: 2 });

const known = new Set();
/** Files a study's metadata under the ids of its frames; says which these are. */
async function readStudy(root, study) {
  const response = await fetch(`${root}/studies/${study}/metadata`, {
    headers: { accept: "application/dicom+json" },
  });
  const ids = [];
  for (const instance of await response.json()) {
    const [series, object] = ["0020000E", "00080018"].map((tag) => instance[tag].Value[0]);
    const frames = Number(instance["00280008"]?.Value?.[0] ?? 1);
    for (let frame = 1; frame <= frames; frame++) {
      const path = `studies/${study}/series/${series}/instances/${object}/frames/${String(frame)}`;
      wadors.metaDataManager.add(`wadors:${root}/${path}`, instance);
      ids.push(`wadors:${root}/${path}`);
    }
  }
  known.add(study);
  return ids;
}

/** The stored values of a frame, each in as many bytes as it is stored in, hashed; or why it cannot be loaded. */
async function hashFrame(root, { uids: [study, series, instance], frame, bytes }) {
  if (!known.has(study)) await readStudy(root, study);
  const id = `wadors:${root}/studies/${study}/series/${series}/instances/${instance}/frames/${String(frame)}`;
  try {
    const image = await imageLoader.loadImage(id, { preScale: { enabled: false } });
    const values = image.getPixelData();
    const out = new Uint8Array(bytes);
    const width = bytes / values.length; // of 16-bit pixels in a small range it makes bytes
    for (let i = 0; i < values.length; ++i)
      for (let b = 0; b < width; ++b) out[i * width + b] = (values[i] >> (8 * b)) & 255;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", out));
    return Array.from(digest, (b) => b.toString(16).padStart(2, "0")).join("");
  } catch (error) {
    return `failed: ${String(error?.error ?? error)}`;
  }
}

globalThis.cornerstonePage = {
  async hashes(root, frames) {
    const found = [];
    for (const frame of frames) found.push(await hashFrame(root, frame));
    return found;
  },
  /** Draws a study as a stack; how many values the picture's bytes have. */
  async show(root, study) {
    const ids = await readStudy(root, study);
    const engine = new RenderingEngine("engine");
    const element = document.querySelector("#viewport");
    engine.enableElement({ viewportId: "stack", type: Enums.ViewportType.STACK, element });
    const viewport = engine.getViewport("stack");
    await viewport.setStack(ids, Math.floor(ids.length / 2));
    const drawn = new Promise((done) => {
      element.addEventListener(Enums.Events.IMAGE_RENDERED, done, { once: true });
    });
    viewport.render();
    await drawn;
    const canvas = viewport.getCanvas();
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return { images: ids.length, values: new Set(data).size };
  },
};
