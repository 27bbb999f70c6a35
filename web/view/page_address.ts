import type { OpenRequest } from "../shared/api.ts";
import { isUid } from "../shared/uid.ts";

/** Where the page without a study is: of a static host any folder, relative to the page itself. */
export const HOME = import.meta.env.BASE_URL;

/**
 * What the address of the page says: `/view/{study}#series=…&instance=…&frame=…`. Nothing else is read from it: no server,
 * no token, no query string.
 */
export function readAddress(location: Pick<Location, "pathname" | "hash">): OpenRequest | null {
  const study = decoded(/^\/view\/([^/]+)\/?$/.exec(location.pathname)?.[1] ?? "");
  if (!isUid(study)) return null;
  const fields = new URLSearchParams(location.hash.replace(/^#/, ""));
  const uid = (name: string): string | undefined => {
    const value = fields.get(name) ?? "";
    return isUid(value) ? value : undefined;
  };
  const series = uid("series");
  const instance = uid("instance");
  const frame = /^[1-9][0-9]{0,6}$/.test(fields.get("frame") ?? "")
    ? Number(fields.get("frame"))
    : undefined;
  return {
    study,
    ...(series === undefined ? {} : { series }),
    ...(instance === undefined ? {} : { instance }),
    ...(frame === undefined ? {} : { frame }),
  };
}
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return "";
  }
}
export function addressOf(request: OpenRequest): string {
  const fields = new URLSearchParams();
  if (request.series !== undefined) fields.set("series", request.series);
  if (request.instance !== undefined) fields.set("instance", request.instance);
  if (request.frame !== undefined && request.frame !== 1)
    fields.set("frame", String(request.frame));
  const fragment = fields.toString();
  return `/view/${encodeURIComponent(request.study)}${fragment === "" ? "" : `#${fragment}`}`;
}

/** Browsers refuse more than some 100 changes in 30 s. */
const QUIET_MS = 400;

/** Keeps the address at what is shown, without an entry in the history for each picture. */
export class PageAddress {
  #timer: ReturnType<typeof setTimeout> | null = null;
  #latest: OpenRequest | null = null;

  follow(request: OpenRequest): void {
    this.#latest = request;
    this.#timer ??= setTimeout(() => {
      this.#write();
    }, QUIET_MS);
  }
  #write(): void {
    this.#timer = null;
    const latest = this.#latest;
    if (latest === null) return;
    const address = addressOf(latest);
    if (address !== location.pathname + location.hash)
      history.replaceState(history.state, "", address);
  }
}
