import type { FromConformance } from "./messages.ts";

declare global {
  interface Window {
    /** given by browser_engine.ts */
    tell(message: FromConformance): void;
    decodeFile(url: string, first: number): void;
    restart(): void;
  }
}

function start(): Worker {
  const worker = new Worker(new URL("decode_worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<FromConformance>) => {
    window.tell(data);
  };
  worker.onerror = ({ message }) => {
    window.tell({ type: "died", detail: message });
  };
  return worker;
}
let worker = start();
window.decodeFile = (url, first) => {
  worker.postMessage({ url, first });
};
window.restart = () => {
  worker.terminate();
  worker = start();
};
