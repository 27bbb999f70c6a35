import type { ColorTable } from "../shared/api.ts";
import { SlError } from "../shared/errc.ts";
import type { FromColorWorker } from "../shared/messages.ts";
import workerUrl from "./color_worker.ts?worker&url";

export interface MadeTable {
  /** null: the profile is sRGB's, colours stay what they are */
  readonly table: ColorTable | null;
  /** the profile's own name; "" when it has none */
  readonly description: string;
}

/** A table of 65³ nodes takes less than a second; what takes longer is no honest profile. */
const TIME_CAP_MS = 15_000;

/** Makes a profile's table in a worker that lives for it alone: a hostile one can neither stay nor hang the page. The profile is
 *  transferred. Rejects with SlError. */
export function makeColorTable(
  startWorker: (url: string) => Worker,
  profile: Uint8Array<ArrayBuffer>,
  timeCapMs = TIME_CAP_MS,
): Promise<MadeTable> {
  return new Promise((resolve, reject) => {
    const worker = startWorker(workerUrl);
    const end = (): void => {
      clearTimeout(timer);
      worker.terminate();
    };
    const die = (detail: string): void => {
      end();
      reject(new SlError("module_died", detail));
    };
    const timer = setTimeout(() => {
      die(`over ${String(timeCapMs)} ms`);
    }, timeCapMs);
    worker.onmessage = ({ data }: MessageEvent<FromColorWorker>): void => {
      if (data.type === "ready") {
        worker.postMessage(profile, [profile.buffer]);
        return;
      }
      end();
      if (data.type === "failed") reject(new SlError(data.code, data.detail));
      else resolve({ table: data.table, description: data.description });
    };
    worker.onerror = (event): void => {
      event.preventDefault();
      die("the worker failed");
    };
    worker.onmessageerror = (): void => {
      die("the worker's message was unreadable");
    };
  });
}
