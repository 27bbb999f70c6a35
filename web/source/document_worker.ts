import { SlError } from "../shared/errc.ts";
import type { DocumentWant, FromReader, ToReader } from "../shared/messages.ts";
import type { DocumentDesk } from "./documents.ts";

interface Job {
  resolve(bytes: Uint8Array<ArrayBuffer>): void;
  reject(error: SlError): void;
}

/** A reading worker for objects of the server: begins when it is first asked, and again after it has died. */
export class DocumentWorker implements DocumentDesk {
  readonly #makeWorker: () => Worker;
  readonly #readerUrl: string;
  readonly #jobs = new Map<number, Job>();
  #worker: Worker | null = null;
  #unsent: ToReader[] = [];
  #isReady = false;
  #lastJob = 0;

  constructor(makeWorker: () => Worker, readerUrl: string) {
    this.#makeWorker = makeWorker;
    this.#readerUrl = readerUrl;
  }
  document(file: string | ArrayBuffer, want: DocumentWant): Promise<Uint8Array<ArrayBuffer>> {
    return this.#ask((job) => ({ type: "document", job, file, want }));
  }
  keywords(tags: readonly number[]): Promise<Uint8Array<ArrayBuffer>> {
    return this.#ask((job) => ({ type: "keywords", job, tags }));
  }
  #ask(message: (job: number) => ToReader): Promise<Uint8Array<ArrayBuffer>> {
    return new Promise((resolve, reject) => {
      const job = ++this.#lastJob;
      this.#jobs.set(job, { resolve, reject });
      this.#worker ??= this.#start();
      if (this.#isReady) this.#worker.postMessage(message(job));
      else this.#unsent.push(message(job));
    });
  }
  #start(): Worker {
    const worker = this.#makeWorker();
    this.#isReady = false;
    this.#unsent = [{ type: "init", readerUrl: this.#readerUrl }];
    worker.onmessage = (event: MessageEvent<FromReader>): void => {
      this.#receive(event.data);
    };
    worker.onerror = (event): void => {
      event.preventDefault();
      this.#died("the worker failed");
    };
    return worker;
  }
  #receive(message: FromReader): void {
    if (message.type === "ready") {
      this.#isReady = true;
      for (const unsent of this.#unsent.splice(0)) this.#worker?.postMessage(unsent);
    } else if (message.type === "part") {
      this.#take(message.job)?.resolve(new Uint8Array(message.bytes));
    } else if (message.type === "failed") {
      this.#take(message.job)?.reject(new SlError(message.code, message.detail));
    } else if (message.type === "died") {
      this.#died(message.detail);
    }
  }
  #take(job: number): Job | undefined {
    const waiting = this.#jobs.get(job);
    this.#jobs.delete(job);
    return waiting;
  }
  #died(detail: string): void {
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#jobs.values()) reject(new SlError("module_died", detail));
    this.#jobs.clear();
  }
}
