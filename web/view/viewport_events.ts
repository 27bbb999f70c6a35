import type { ErrorDetail, ViewportEventMap } from "../shared/api.ts";

type Listener<K extends keyof ViewportEventMap> = (event: CustomEvent<ViewportEventMap[K]>) => void;

/** EventTarget with the names and details of ViewportEventMap. An error that nobody heard (the chrome comes after the
 *  first picture) is kept for the first who listens. */
export class ViewportEvents {
  readonly #target = new EventTarget();
  #errorListeners = 0;
  #unheard: ErrorDetail | null = null;

  add<K extends keyof ViewportEventMap>(type: K, listener: Listener<K>): void {
    this.#target.addEventListener(type, listener as EventListener);
    if (type !== "error") return;
    this.#errorListeners++;
    const unheard = this.#unheard;
    this.#unheard = null;
    if (unheard !== null)
      queueMicrotask(() => {
        this.emit("error", unheard);
      });
  }
  remove<K extends keyof ViewportEventMap>(type: K, listener: Listener<K>): void {
    this.#target.removeEventListener(type, listener as EventListener);
  }
  emit<K extends keyof ViewportEventMap>(type: K, detail: ViewportEventMap[K]): void {
    if (type === "error" && this.#errorListeners === 0) this.#unheard = detail as ErrorDetail;
    this.#target.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
