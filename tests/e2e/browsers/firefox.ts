// Debian's Firefox, by WebDriver BiDi.
import puppeteer from "puppeteer-core";
import type { KeyInput } from "puppeteer-core";
import type { OtherBrowser } from "./other_browser.ts";
import { Screen } from "./screen.ts";

export async function launchFirefox(): Promise<OtherBrowser> {
  const screen = await Screen.open();
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: process.env["FIREFOX"] ?? "/usr/bin/firefox-esr",
    headless: false,
    args: ["--width=1366", "--height=900"],
    env: { ...process.env, DISPLAY: screen.display, LIBGL_ALWAYS_SOFTWARE: "1" },
    // a software renderer is on Firefox's list of those that it would rather not use
    extraPrefsFirefox: { "webgl.force-enabled": true },
    protocolTimeout: 120_000,
  });
  const page = await browser.newPage();
  await page.setViewport({ width: 1366, height: 900 });
  return {
    goto: async (url) => {
      await page.goto(url);
    },
    evaluate: (run, argument) => page.evaluate(run as (value: unknown) => never, argument),
    choose: async (selector, path) => {
      const input = await page.waitForSelector(selector);
      if (!input) throw new Error(`no ${selector}`);
      await (input as Awaited<ReturnType<typeof page.$<"input">>>)?.uploadFile(path);
    },
    press: (key) => page.keyboard.press(key as KeyInput),
    screenshot: async (path) => {
      await page.screenshot({ path: path as `${string}.png` });
    },
    close: async () => {
      await browser.close();
      screen.close();
    },
  };
}
