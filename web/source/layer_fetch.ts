import type { LayerSource } from "../shared/api.ts";
import { SlError } from "../shared/errc.ts";

/** Overlays and presentation states of the page's own server, docs/http.md. Immutable: the browser keeps them. */
export const remoteLayers: LayerSource = {
  async overlay(hash, group, frame) {
    const name = group.toString(16).padStart(4, "0");
    const response = await answerOf(`/overlays/${hash}/${name}/${String(frame)}`);
    return new Uint8Array(await response.arrayBuffer());
  },
  async presentation(hash) {
    return (await answerOf(`/presentations/${hash}`)).text();
  },
};

async function answerOf(url: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: "same-origin" });
  } catch {
    throw new SlError("io", "the server does not answer");
  }
  if (response.ok) return response;
  if (response.status === 404) throw new SlError("not_found", "not on this server");
  if (response.status === 401 || response.status === 403)
    throw new SlError("forbidden", "no access to this study");
  throw new SlError(response.status === 422 ? "corrupt" : "io", `HTTP ${String(response.status)}`);
}
