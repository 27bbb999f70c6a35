// What most suites stand on: a folder of files, a store that holds them, its server, and a browser.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { Server, Store, launch, openPage } from "./harness.ts";

interface Options {
  /** What is imported; else all that the folder has when the first test is about to run. */
  readonly imported?: (folder: string) => readonly string[];
  readonly flags?: readonly string[];
}

/** Made where hooks are: its server and browser run before what is made after it, and end behind the last test. */
export class Stand {
  readonly folder = mkdtempSync(join(tmpdir(), "sightline-e2e-files-"));
  readonly store = new Store();
  readonly server: Server;
  #browser: Browser | null = null;

  constructor({ imported = (folder) => [folder], flags = [] }: Options = {}) {
    this.server = new Server(this.store, flags);
    beforeAll(async () => {
      this.store.import(...imported(this.folder));
      await this.server.start();
      this.#browser = await launch();
    });
    afterAll(async () => {
      await this.#browser?.close();
      await this.server.stop();
      this.store.dispose();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }
  get browser(): Browser {
    if (!this.#browser) throw new Error("the browser is there in tests only");
    return this.#browser;
  }
  /** A page of the server's: see openPage. */
  open(path: string, viewport?: Viewport, touch?: boolean): ReturnType<typeof openPage> {
    return openPage(this.browser, this.server.origin + path, viewport, touch);
  }
}
type Viewport = Parameters<typeof openPage>[2];
