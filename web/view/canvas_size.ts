import type { ViewportSize } from "./geometry.ts";

/** Tells the exact size of an element in device pixels, now and whenever it changes. Returns what ends it. */
export function observeDeviceSize(
  element: Element,
  onSize: (size: ViewportSize) => void,
): () => void {
  const observer = new ResizeObserver((entries) => {
    const entry = entries[entries.length - 1];
    if (entry !== undefined) onSize(sizeOf(entry));
  });
  try {
    observer.observe(element, { box: "device-pixel-content-box" });
  } catch {
    // Safari does not know this box
    observer.observe(element);
  }
  return () => {
    observer.disconnect();
  };
}
function sizeOf(entry: ResizeObserverEntry): ViewportSize {
  // undefined in browsers that do not know it, whatever the type says
  const exact = (entry.devicePixelContentBoxSize as readonly ResizeObserverSize[] | undefined)?.[0];
  if (exact !== undefined) return bounded(exact.inlineSize, exact.blockSize);
  const ratio = window.devicePixelRatio;
  return bounded(entry.contentRect.width * ratio, entry.contentRect.height * ratio);
}
/** Device pixels of an element before the observer's first answer. */
export function deviceSizeNow(element: Element): ViewportSize {
  const { width, height } = element.getBoundingClientRect();
  return bounded(width * window.devicePixelRatio, height * window.devicePixelRatio);
}
function bounded(width: number, height: number): ViewportSize {
  return { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)) };
}
