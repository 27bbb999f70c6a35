import { SlError } from "../shared/errc.ts";
import type { ManifestInstance } from "../shared/manifest.ts";
import type { VideoStream } from "../shared/video.ts";
import { signInAgain } from "./session.ts";

/** The stream of a video of the page's own server, had by range. Rejects with SlError. */
export async function openServerVideo({ hash }: ManifestInstance): Promise<VideoStream> {
  const address = `/videos/${encodeURIComponent(hash)}`;
  const head = await request(address, { method: "HEAD" });
  const size = Number(head.headers.get("content-length") ?? 0);
  return {
    size,
    address,
    read: async (offset, length) => {
      if (length === 0) return new Uint8Array(0);
      const range = `bytes=${String(offset)}-${String(offset + length - 1)}`;
      const answer = await request(address, { headers: { Range: range } });
      const bytes = new Uint8Array(await bodyOf(answer.arrayBuffer()));
      if (answer.status !== 206 || bytes.length !== length)
        throw new SlError("io", "the server does not give ranges");
      return bytes;
    },
    whole: async () => bodyOf((await request(address, {})).blob()),
  };
}
/** One picture (1-based) as the server makes it of the video. Rejects with SlError: unsupported (it cannot), not_found (there
 *  is none), io, forbidden. */
export async function fetchVideoPicture(
  study: string,
  { series, sopInstanceUID }: ManifestInstance,
  frame: number,
): Promise<Blob> {
  const path = ["studies", study, "series", series.seriesInstanceUID, "instances", sopInstanceUID];
  const address = `/dicom-web/${path.map(encodeURIComponent).join("/")}/frames/${String(frame)}/rendered`;
  const answer = await request(`${address}?quality=95`, { headers: { Accept: "image/jpeg" } });
  return bodyOf(answer.blob());
}

async function request(address: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, { credentials: "same-origin", ...init });
  } catch {
    throw new SlError("io", "the server does not answer");
  }
  if (response.status === 401) signInAgain();
  if (response.status === 401 || response.status === 403)
    throw new SlError("forbidden", "access has ended");
  if (response.status === 404) throw new SlError("not_found", "it is not there");
  if (response.status === 406) throw new SlError("unsupported", "the server cannot make a picture");
  if (!response.ok) throw new SlError("io", `HTTP ${String(response.status)}`);
  return response;
}
async function bodyOf<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch {
    throw new SlError("io", "the answer broke off");
  }
}
