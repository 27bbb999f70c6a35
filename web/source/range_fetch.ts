import { SlError } from "../shared/errc.ts";
import { signInAgain } from "./session.ts";

export interface RangeRequest {
  readonly hash: string;
  /** 1-based */
  readonly frameNumber: number;
  readonly begin: number;
  /** one past the last byte */
  readonly end: number;
  readonly signal: AbortSignal;
}
/** Gives the bytes [begin, end) in pieces, in order; resolves after the last one.
 *  Rejects with SlError: not_found, pending, forbidden, stale, corrupt; io when there was no whole answer. */
export type FetchRange = (
  request: RangeRequest,
  onBytes: (bytes: Uint8Array) => void,
) => Promise<void>;

/** From the page's own server, `GET /tiles/{hash}/{frame}`; the session's cookies go with it. */
export const fetchTileRange: FetchRange = async (request, onBytes) => {
  const { hash, frameNumber, begin, end, signal } = request;
  let response: Response;
  try {
    response = await fetch(`/tiles/${encodeURIComponent(hash)}/${String(frameNumber)}`, {
      headers: { Range: `bytes=${String(begin)}-${String(end - 1)}` },
      signal,
      credentials: "same-origin",
    });
  } catch {
    throw new SlError("io", "the server does not answer");
  }
  if (response.status === 401) signInAgain();
  checkStatus(response.status);
  // a proxy that does not know ranges answers 200 with the whole stream
  let skip = response.status === 200 ? begin : 0;
  let missing = end - begin;
  for await (const bytes of bodyOf(response)) {
    const piece = bytes.subarray(Math.min(skip, bytes.byteLength));
    skip -= bytes.byteLength - piece.byteLength;
    if (piece.byteLength > missing && response.status === 206)
      throw new SlError("corrupt", "the range is too long");
    const wanted = piece.subarray(0, missing);
    missing -= wanted.byteLength;
    if (wanted.byteLength > 0) onBytes(wanted);
    if (missing === 0 && response.status === 200) return;
  }
  if (missing > 0) throw new SlError("io", "the answer broke off");
};

function checkStatus(status: number): void {
  switch (status) {
    case 200:
    case 206:
      return;
    case 404:
      throw new SlError("not_found", "the frame is not there");
    case 409:
      throw new SlError("pending", "the frame is not ready");
    case 401:
    case 403:
      throw new SlError("forbidden", "access has ended");
    case 412:
    case 416:
      throw new SlError("stale", "the frame has changed");
    default:
      throw new SlError("io", `HTTP ${String(status)}`);
  }
}
async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch {
    throw new SlError("io", "the answer broke off");
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}
