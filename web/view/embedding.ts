import { SlError, type ErrcName } from "../shared/errc.ts";
import type {
  OpenRequest,
  SightlineApi,
  ViewChange,
  ViewportApi,
  ViewportEventMap,
} from "../shared/api.ts";

/** The interface for other programs: `window.sightline`, and the same verbs by postMessage. docs/embedding.md. */

declare global {
  interface Window {
    sightline: SightlineApi;
  }
}
export function publishApi(viewer: SightlineApi): void {
  window.sightline = Object.freeze<SightlineApi>({
    version: viewer.version,
    open: (request: OpenRequest) => viewer.open(request),
    viewports: () => viewer.viewports(),
  });
}

/** Origins that may command the page: `{"embeddingOrigins": ["https://ehr.example"]}` in `#sightline-config`, which the
 *  server writes when it is configured so. */
export function allowedOrigins(page: Document): readonly string[] {
  let config: unknown;
  try {
    config = JSON.parse(page.getElementById("sightline-config")?.textContent ?? "null");
  } catch {
    return [];
  }
  const listed = isFields(config) ? config["embeddingOrigins"] : null;
  return Array.isArray(listed) ? listed.filter(isOrigin) : [];
}
function isOrigin(text: unknown): text is string {
  try {
    return typeof text === "string" && new URL(text).origin === text;
  } catch {
    return false;
  }
}

/** What this side needs of the embedding window. */
export interface ParentWindow {
  postMessage(message: unknown, targetOrigin: string, transfer?: Transferable[]): void;
}
export interface IncomingMessage {
  readonly origin: string;
  readonly source: unknown;
  readonly data: unknown;
}

type Fields = Readonly<Record<string, unknown>>;
type EventName = keyof ViewportEventMap;
interface Call {
  readonly verb: string;
  readonly args: readonly unknown[];
  readonly viewport: unknown;
  readonly origin: string;
}
interface Answer {
  readonly value: unknown;
  readonly transfer?: Transferable[];
}

const EVENT_NAMES: readonly EventName[] = ["presented", "statechange", "error"];

/** Answers the embedding page. Messages of any other window or origin are as if they had not come. */
export class EmbeddingPort {
  readonly #viewer: SightlineApi;
  readonly #parent: ParentWindow;
  readonly #origins: readonly string[];
  readonly #subscriptions = new Map<string, () => void>();

  constructor(viewer: SightlineApi, parent: ParentWindow, origins: readonly string[]) {
    this.#viewer = viewer;
    this.#parent = parent;
    this.#origins = origins;
  }
  /** Tells the embedding page, whichever of the allowed ones it is, that verbs are answered from now on. */
  announce(): void {
    for (const origin of this.#origins) {
      this.#parent.postMessage(
        { sightline: 1, event: "ready", detail: { version: this.#viewer.version } },
        origin,
      );
    }
  }
  async receive(message: IncomingMessage): Promise<void> {
    const { origin, source, data } = message;
    if (source !== this.#parent || !this.#origins.includes(origin)) return;
    if (!isFields(data) || data["sightline"] !== 1 || typeof data["verb"] !== "string") return;
    const id = data["id"];
    if (typeof id !== "string" && typeof id !== "number") return;
    try {
      const args: unknown = data["args"] ?? [];
      if (!Array.isArray(args)) throw new SlError("invalid_argument", "args must be an array");
      const call: Call = { verb: data["verb"], args, viewport: data["viewport"], origin };
      const { value, transfer } = await this.#run(call);
      this.#parent.postMessage({ sightline: 1, id, result: value ?? null }, origin, transfer ?? []);
    } catch (error) {
      this.#parent.postMessage({ sightline: 1, id, error: described(error) }, origin);
    }
  }
  async #run({ verb, args, viewport: viewportId, origin }: Call): Promise<Answer> {
    const [first, second] = args;
    if (verb === "open") {
      if (!isFields(first)) throw new SlError("invalid_argument", "open: an object is needed");
      await this.#viewer.open(first as unknown as OpenRequest); // open() checks each field
      return { value: null };
    }
    if (verb === "viewports")
      return { value: this.#viewer.viewports().map(({ id, state }) => ({ id, state })) };
    const viewport = this.#viewport(viewportId);
    switch (verb) {
      case "state":
        return { value: viewport.state };
      case "set":
        if (!isFields(first)) throw new SlError("invalid_argument", "set: an object is needed");
        viewport.set(first as ViewChange); // set() checks each field
        return { value: viewport.state };
      case "whenQuality":
        return { value: await viewport.whenQuality(qualityOf(first)) };
      case "storedValue":
        return { value: viewport.storedValue(numberOf(first), numberOf(second)) };
      case "capture": {
        const { width, height, data } = viewport.capture();
        return { value: { width, height, data: data.buffer }, transfer: [data.buffer] };
      }
      case "subscribe":
        return { value: this.#subscribe(viewport, eventOf(first), origin) };
      case "unsubscribe":
        return { value: this.#unsubscribe(viewport, eventOf(first), origin) };
      default:
        throw new SlError("invalid_argument", `unknown verb ${verb.slice(0, 40)}`);
    }
  }
  #viewport(id: unknown): ViewportApi {
    const all = this.#viewer.viewports();
    const found = id === undefined ? all[0] : all.find((viewport) => viewport.id === id);
    if (found === undefined) throw new SlError("not_found", "no such viewport");
    return found;
  }
  #subscribe(viewport: ViewportApi, event: EventName, origin: string): null {
    const key = `${origin} ${viewport.id} ${event}`;
    if (this.#subscriptions.has(key)) return null;
    const listener = ({ detail }: CustomEvent<ViewportEventMap[EventName]>): void => {
      this.#parent.postMessage({ sightline: 1, event, viewport: viewport.id, detail }, origin);
    };
    viewport.addEventListener(event, listener);
    this.#subscriptions.set(key, () => {
      viewport.removeEventListener(event, listener);
    });
    return null;
  }
  #unsubscribe(viewport: ViewportApi, event: EventName, origin: string): null {
    const key = `${origin} ${viewport.id} ${event}`;
    this.#subscriptions.get(key)?.();
    this.#subscriptions.delete(key);
    return null;
  }
}

/** Opens the postMessage interface when the page is embedded and the server allows somebody to use it. */
export function listenToParent(viewer: SightlineApi): void {
  const origins = allowedOrigins(document);
  if (window.parent === window || origins.length === 0) return;
  const port = new EmbeddingPort(viewer, window.parent, origins);
  window.addEventListener("message", (event) => {
    void port.receive(event);
  });
  port.announce();
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function numberOf(value: unknown): number {
  if (typeof value !== "number")
    throw new SlError("invalid_argument", "row and col must be numbers");
  return value;
}
function qualityOf(value: unknown): "preview" | "screen" | "lossless" {
  if (value === "preview" || value === "screen" || value === "lossless") return value;
  throw new SlError("invalid_argument", 'quality must be "preview", "screen" or "lossless"');
}
function eventOf(value: unknown): EventName {
  const name = EVENT_NAMES.find((one) => one === value);
  if (name === undefined)
    throw new SlError("invalid_argument", "event must be one of presented, statechange, error");
  return name;
}
function described(error: unknown): { code: ErrcName; message: string } {
  if (error instanceof SlError) return { code: error.code, message: error.message };
  return { code: "invalid_argument", message: "the verb failed" };
}
