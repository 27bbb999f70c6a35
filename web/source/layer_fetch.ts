import type { LayerSource } from "../shared/api.ts";
import type { FrameStream, ManifestInstance } from "../shared/manifest.ts";
import { parseStreams } from "./manifest.ts";
import { ERRC_NAMES, SlError, type ErrcName } from "../shared/errc.ts";

/** Overlays, presentation states and colour profiles of the page's own server, docs/http.md. Immutable: the browser keeps them. */
export const remoteLayers: LayerSource = {
  async overlay(hash, group, frame) {
    const name = group.toString(16).padStart(4, "0");
    const response = await answerOf(`/overlays/${hash}/${name}/${String(frame)}`);
    return new Uint8Array(await response.arrayBuffer());
  },
  async presentation(hash) {
    return (await answerOf(`/presentations/${hash}`)).text();
  },
  async layer(hash) {
    return (await answerOf(`/layers/${hash}`)).text();
  },
  async frame(hash, frame) {
    const response = await answerOf(`/tiles/${hash}/${String(frame)}`);
    return new Uint8Array(await response.arrayBuffer());
  },
  async profile(hash) {
    const response = await answerOf(`/profiles/${hash}`);
    return response.status === 204 ? null : new Uint8Array(await response.arrayBuffer());
  },
};

/** Streams of a part (from 0) of a slide's frames, docs/wire_format.md. */
export async function fetchStreamsApart(
  { hash, streamsApart = 1, frames }: ManifestInstance,
  part: number,
): Promise<readonly FrameStream[]> {
  const response = await answerOf(`/tiles/${hash}/streams/${String(part + 1)}`);
  const count = Math.min(streamsApart, frames.length - part * streamsApart);
  try {
    return parseStreams(await response.json(), count);
  } catch (error) {
    throw error instanceof SlError ? error : new SlError("corrupt", "streams of a slide");
  }
}

async function answerOf(url: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: "same-origin" });
  } catch {
    throw new SlError("io", "the server does not answer");
  }
  if (response.ok) return response;
  if (response.status === 401 || response.status === 403)
    throw new SlError("forbidden", "no access to this study");
  throw new SlError(await codeOf(response), `HTTP ${String(response.status)}`);
}
/** What the server's problem document names it. */
async function codeOf(response: Response): Promise<ErrcName> {
  try {
    const problem: unknown = await response.json();
    const code =
      typeof problem === "object" && problem !== null && "code" in problem ? problem.code : null;
    return ERRC_NAMES.find((name) => name === code) ?? otherwise(response);
  } catch {
    return otherwise(response);
  }
}
function otherwise({ status }: Response): ErrcName {
  return status === 404 ? "not_found" : "io";
}
