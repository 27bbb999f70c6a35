// What a suite asks of a browser that is not Chromium.

export interface OtherBrowser {
  goto(url: string): Promise<void>;
  /** Runs a function that uses nothing of its surroundings in the page; values go and come as JSON. */
  evaluate<A, R>(run: (argument: A) => R | Promise<R>, argument: A): Promise<R>;
  /** Chooses files of this computer in an `<input type=file>`. */
  choose(selector: string, path: string): Promise<void>;
  /** Presses a key where the focus is: a letter, or "ArrowDown". */
  press(key: string): Promise<void>;
  screenshot(path: string): Promise<void>;
  close(): Promise<void>;
}
